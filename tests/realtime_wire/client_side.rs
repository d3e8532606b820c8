//! A client's connection: requests in order, and the WebSocket that one becomes.

use crate::driver::{NOW, connection, get, inputs, ok, requests};
use queuescope::realtime::connection::{ClientConnection, ClientEvent, ClientSettings, Connection, Ending};
use queuescope::realtime::http::Response;
use queuescope::realtime::websocket::Message;
use queuescope::realtime::{Input, Output};
use queuescope::rng::Stream;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn client(pipelined: usize) -> ClientConnection {
    let settings = ClientSettings { pipelined, ..ClientSettings::default() };
    ClientConnection::new(settings, Stream::new(3, "client"))
}

fn events(client: &mut ClientConnection) -> Vec<ClientEvent> {
    std::iter::from_fn(|| client.poll_event()).collect()
}

/// Carries octets both ways until none are left. Events and inputs wait.
fn carry(client: &mut ClientConnection, server: &mut Connection) {
    loop {
        let (there, back) = (client.poll_bytes(), server.poll_bytes());
        if there.is_none() && back.is_none() {
            return;
        }
        server.handle_bytes(NOW, &there.unwrap_or_default());
        client.handle_bytes(NOW, &back.unwrap_or_default());
    }
}

/// Answers each request with its target.
fn serve(server: &mut Connection) -> usize {
    let asked = requests(server);
    for (exchange, target) in &asked {
        server.handle_output(NOW, Output::Respond { exchange: *exchange, response: ok(target) });
    }
    asked.len()
}

fn response(request: u64, body: &str) -> ClientEvent {
    ClientEvent::Response { request, response: ok(body) }
}

#[test]
fn a_request_is_sent_when_the_one_before_it_is_answered() {
    let (mut client, mut server) = (client(1), connection());
    for target in ["/a", "/b"] {
        client.send_request(get(target)).expect("it can be written");
    }
    carry(&mut client, &mut server);
    assert_eq!(serve(&mut server), 1);
    carry(&mut client, &mut server);
    assert_eq!(serve(&mut server), 1);
    carry(&mut client, &mut server);
    assert_eq!(events(&mut client), [response(0, "/a"), response(1, "/b")]);
    assert!(client.is_idle());
}

#[test]
fn section_9_3_2_a_client_may_send_requests_before_the_responses_come() {
    let (mut client, mut server) = (client(2), connection());
    for target in ["/a", "/b", "/c"] {
        client.send_request(get(target)).expect("it can be written");
    }
    carry(&mut client, &mut server);
    assert_eq!(serve(&mut server), 2);
    carry(&mut client, &mut server);
    assert_eq!(serve(&mut server), 1);
    carry(&mut client, &mut server);
    assert_eq!(events(&mut client), [response(0, "/a"), response(1, "/b"), response(2, "/c")]);
}

#[test]
fn what_is_not_answered_when_the_connection_ends_is_lost() {
    let mut client = client(1);
    for target in ["/a", "/b"] {
        client.send_request(get(target)).expect("it can be written");
    }
    client.handle_bytes(NOW, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf");
    client.handle_end();
    let events = events(&mut client);
    assert!(matches!(
        &events[..],
        [
            ClientEvent::Response { request: 0, response },
            ClientEvent::Lost { request: 1 },
            ClientEvent::Ended { error: None }
        ] if response.body == b"half"
    ));
    assert_eq!(client.ending(), Some(Ending::AfterBytes));
}

#[test]
fn a_request_becomes_a_websocket() {
    let (mut client, mut server) = (client(1), connection());
    client.open(get("/w"), &["chat".to_owned()]).expect("it can be written");
    carry(&mut client, &mut server);
    let exchange = requests(&mut server)[0].0;
    server.handle_output(NOW, Output::Accept { exchange });
    let message = Message::Text("from the server".to_owned());
    server.handle_output(NOW, Output::Send { exchange, message: message.clone() });
    carry(&mut client, &mut server);
    let opened = ClientEvent::Opened { request: 0, protocol: None };
    assert_eq!(events(&mut client), [opened, ClientEvent::Message(message)]);
    let message = Message::Binary(vec![1, 2, 3]);
    client.send(NOW, &message);
    carry(&mut client, &mut server);
    assert_eq!(inputs(&mut server), [Input::Message { exchange, message }]);
    client.close(NOW, None);
    carry(&mut client, &mut server);
    let close = Input::Message { exchange, message: Message::Close(None) };
    assert_eq!(inputs(&mut server), [close, Input::Gone { exchange }]);
    carry(&mut client, &mut server);
    assert_eq!(server.ending(), Some(Ending::AfterBytes));
    client.handle_end();
    let expected = [ClientEvent::Message(Message::Close(None)), ClientEvent::Ended { error: None }];
    assert_eq!(events(&mut client), expected);
}

#[test]
fn a_server_may_answer_a_request_for_a_websocket_with_something_else() {
    let (mut client, mut server) = (client(1), connection());
    client.open(get("/w"), &[]).expect("it can be written");
    carry(&mut client, &mut server);
    let exchange = requests(&mut server)[0].0;
    let refusal = Response { status: 400, ..ok("no") };
    server.handle_output(NOW, Output::Respond { exchange, response: refusal.clone() });
    carry(&mut client, &mut server);
    assert_eq!(events(&mut client), [ClientEvent::Response { request: 0, response: refusal }]);
    assert!(client.is_idle());
}

#[test]
fn section_4_1_an_answer_that_does_not_belong_to_the_key_ends_the_connection() {
    let mut client = client(1);
    client.open(get("/w"), &[]).expect("it can be written");
    let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    client.handle_bytes(NOW, answer.as_bytes());
    let events = events(&mut client);
    assert!(
        matches!(&events[..], [ClientEvent::Lost { .. }, ClientEvent::Ended { error: Some(error) }] if error.code() == "accept")
    );
    assert_eq!(client.ending(), Some(Ending::AtOnce));
}
