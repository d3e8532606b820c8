//! A connection in front of a service: order, upgrade, endings.

use crate::driver::{NOW, connection, headers, inputs, ok, requests, seconds, text};
use queuescope::realtime::connection::{Connection, Ending};
use queuescope::realtime::http::Response;
use queuescope::realtime::websocket::{Close, Message};
use queuescope::realtime::{ExchangeId, Input, Output};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const A: &[u8] = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const B: &[u8] = b"GET /b HTTP/1.1\r\nHost: x\r\n\r\n";
const UPGRADE: &[u8] = b"GET /w HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
/// A text "Hello", as in RFC 6455 section 5.7.
const HELLO: [u8; 11] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
/// A close frame with the code 1000, masked with zeros.
const CLOSE: [u8; 8] = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8];

fn respond(connection: &mut Connection, exchange: ExchangeId, response: Response) {
    connection.handle_output(NOW, Output::Respond { exchange, response });
}

fn opened() -> (Connection, ExchangeId) {
    let mut connection = connection();
    connection.handle_bytes(NOW, UPGRADE);
    let exchange = requests(&mut connection)[0].0;
    connection.handle_output(NOW, Output::Accept { exchange });
    let answer = text(&mut connection);
    assert!(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{answer}");
    assert!(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), "{answer}");
    (connection, exchange)
}

#[test]
fn section_9_3_2_responses_go_out_in_the_order_of_the_requests() {
    let mut connection = connection();
    connection.handle_bytes(NOW, &[A, B].concat());
    let asked = requests(&mut connection);
    assert_eq!(asked.iter().map(|(_, target)| target.as_str()).collect::<Vec<_>>(), ["/a", "/b"]);
    respond(&mut connection, asked[1].0, ok("second"));
    assert_eq!(text(&mut connection), "");
    respond(&mut connection, asked[0].0, ok("first"));
    let answer = text(&mut connection);
    assert!(answer.find("first").expect("it is there") < answer.find("second").expect("it is there"));
    assert_eq!(connection.ending(), None);
}

#[test]
fn exchanges_have_the_number_of_their_connection() {
    let mut connection = connection();
    connection.handle_bytes(NOW, &[A, B].concat());
    let asked = requests(&mut connection);
    assert_ne!(asked[0].0, asked[1].0);
    assert!(asked.iter().all(|(exchange, _)| Connection::number_of(*exchange) == 7));
}

#[test]
fn requests_behind_too_many_others_are_read_later() {
    let mut connection = connection();
    for _ in 0..20 {
        connection.handle_bytes(NOW, A);
    }
    let asked = requests(&mut connection);
    assert_eq!(asked.len(), 16);
    assert!(connection.is_congested());
    asked.iter().for_each(|(exchange, _)| respond(&mut connection, *exchange, ok("")));
    assert_eq!(requests(&mut connection).len(), 4);
    assert!(!connection.is_congested());
}

#[test]
fn section_9_6_the_connection_ends_when_either_side_says_close() {
    let mut client_says = connection();
    client_says.handle_bytes(NOW, b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let exchange = requests(&mut client_says)[0].0;
    respond(&mut client_says, exchange, ok("bye"));
    assert!(text(&mut client_says).contains("Connection: close\r\n"));
    assert_eq!(client_says.ending(), Some(Ending::AfterBytes));

    let mut server_says = connection();
    server_says.handle_bytes(NOW, &[A, B].concat());
    let asked = requests(&mut server_says);
    respond(
        &mut server_says,
        asked[0].0,
        Response { headers: headers(&[("Connection", "close")]), ..ok("") },
    );
    assert_eq!(server_says.ending(), Some(Ending::AfterBytes));
    assert_eq!(inputs(&mut server_says), [Input::Gone { exchange: asked[1].0 }]);
}

#[test]
fn octets_that_are_no_request_are_answered_behind_the_responses_before_them() {
    let mut connection = connection();
    connection.handle_bytes(NOW, &[A, b"nonsense\r\n", B].concat());
    let asked = requests(&mut connection);
    assert_eq!(asked.len(), 1);
    assert_eq!(text(&mut connection), "");
    connection.handle_bytes(NOW, B);
    respond(&mut connection, asked[0].0, ok(""));
    let answer = text(&mut connection);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("HTTP/1.1 400 Bad Request\r\n") && answer.contains("not 'nonsense'"), "{answer}");
    assert_eq!(connection.ending(), Some(Ending::AfterBytes));
}

#[test]
fn section_10_1_1_a_client_that_waits_is_told_to_go_on_when_its_turn_comes() {
    let mut connection = connection();
    let head = b"POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    connection.handle_bytes(NOW, &[A, head].concat());
    let first = requests(&mut connection)[0].0;
    assert_eq!(text(&mut connection), "");
    respond(&mut connection, first, ok(""));
    assert!(text(&mut connection).ends_with("HTTP/1.1 100 Continue\r\n\r\n"));
    connection.handle_bytes(NOW, b"hi");
    let inputs = inputs(&mut connection);
    assert!(matches!(&inputs[..], [Input::Request { request, .. }] if request.body == b"hi"));
    assert_eq!(text(&mut connection), "");
}

#[test]
fn section_9_3_2_head_gets_no_body() {
    let mut connection = connection();
    connection.handle_bytes(NOW, b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    let exchange = requests(&mut connection)[0].0;
    respond(&mut connection, exchange, ok("hello"));
    assert_eq!(text(&mut connection), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

#[test]
fn a_client_that_ends_is_gone_with_all_its_requests() {
    let mut connection = connection();
    connection.handle_bytes(NOW, &[A, B].concat());
    let asked = requests(&mut connection);
    connection.handle_end();
    let gone: Vec<Input> = asked.iter().map(|(exchange, _)| Input::Gone { exchange: *exchange }).collect();
    assert_eq!(inputs(&mut connection), gone);
    assert_eq!(connection.ending(), Some(Ending::AfterBytes));
    respond(&mut connection, asked[0].0, ok("nobody hears it"));
    assert_eq!(text(&mut connection), "");
}

#[test]
fn a_request_that_does_not_come_is_not_waited_for_any_longer() {
    let mut silent = connection();
    assert_eq!(silent.next_timeout(), Some(seconds(60)));
    silent.handle_timeout(seconds(60));
    assert_eq!((silent.ending(), text(&mut silent)), (Some(Ending::AfterBytes), String::new()));

    let mut slow = connection();
    slow.handle_bytes(seconds(1), b"GET / HT");
    slow.handle_timeout(seconds(60));
    assert_eq!(slow.ending(), None);
    slow.handle_timeout(seconds(61));
    assert!(text(&mut slow).starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    assert_eq!(slow.ending(), Some(Ending::AfterBytes));

    let mut waiting = connection();
    waiting.handle_bytes(NOW, A);
    assert_eq!(waiting.next_timeout(), None, "a response may take its time");
}

#[test]
fn a_request_becomes_a_websocket_and_messages_go_both_ways() {
    let (mut connection, exchange) = opened();
    connection.handle_bytes(NOW, &HELLO);
    let message = Message::Text("Hello".to_owned());
    assert_eq!(inputs(&mut connection), [Input::Message { exchange, message: message.clone() }]);
    connection.handle_output(NOW, Output::Send { exchange, message });
    assert_eq!(connection.poll_bytes(), Some(b"\x81\x05Hello".to_vec()));
}

#[test]
fn frames_that_come_with_the_request_are_read_when_it_is_accepted() {
    let mut connection = connection();
    connection.handle_bytes(NOW, &[UPGRADE, &HELLO].concat());
    let exchange = requests(&mut connection)[0].0;
    connection.handle_output(NOW, Output::Accept { exchange });
    let message = Message::Text("Hello".to_owned());
    assert_eq!(inputs(&mut connection), [Input::Message { exchange, message }]);
}

#[test]
fn a_request_for_a_websocket_waits_for_the_responses_before_it_and_can_be_refused() {
    let mut connection = connection();
    connection.handle_bytes(NOW, &[A, UPGRADE, B].concat());
    let asked = requests(&mut connection);
    assert_eq!(asked.len(), 1);
    respond(&mut connection, asked[0].0, ok(""));
    let asked = requests(&mut connection);
    assert_eq!(asked[0].1, "/w");
    respond(&mut connection, asked[0].0, Response { status: 404, ..ok("") });
    assert_eq!(requests(&mut connection)[0].1, "/b");
}

#[test]
fn section_4_2_2_a_handshake_that_is_wrong_is_refused_although_the_service_accepts() {
    let mut connection = connection();
    let wrong = String::from_utf8(UPGRADE.to_vec()).expect("text").replace("Version: 13", "Version: 8");
    connection.handle_bytes(NOW, wrong.as_bytes());
    let exchange = requests(&mut connection)[0].0;
    connection.handle_output(NOW, Output::Accept { exchange });
    assert!(text(&mut connection).starts_with("HTTP/1.1 426 Upgrade Required\r\n"));
    assert_eq!(inputs(&mut connection), [Input::Gone { exchange }]);
    connection.handle_bytes(NOW, A);
    assert_eq!(requests(&mut connection).len(), 1, "the connection goes on");
}

#[test]
fn section_7_1_a_close_frame_is_answered_and_the_websocket_is_gone() {
    let (mut connection, exchange) = opened();
    connection.handle_bytes(NOW, &CLOSE);
    let close = Some(Close { code: 1000, reason: String::new() });
    let expected = [Input::Message { exchange, message: Message::Close(close) }, Input::Gone { exchange }];
    assert_eq!(inputs(&mut connection), expected);
    assert_eq!(connection.poll_bytes(), Some(vec![0x88, 0x02, 0x03, 0xE8]));
    assert_eq!(connection.ending(), Some(Ending::AfterBytes));
}

#[test]
fn section_7_1_a_service_closes_and_the_client_may_still_send_until_it_answers() {
    let (mut connection, exchange) = opened();
    let close = Some(Close { code: 1001, reason: String::new() });
    connection.handle_output(NOW, Output::Close { exchange, close });
    assert_eq!(connection.poll_bytes(), Some(vec![0x88, 0x02, 0x03, 0xE9]));
    assert_eq!((inputs(&mut connection), connection.ending()), (vec![], None));
    connection.handle_bytes(NOW, &HELLO);
    connection.handle_bytes(NOW, &CLOSE);
    let inputs = inputs(&mut connection);
    assert!(matches!(&inputs[..], [Input::Message { .. }, Input::Message { .. }, Input::Gone { .. }]));
    assert_eq!(connection.ending(), Some(Ending::AfterBytes));
}

/// As with npm `ws`, which hands each message over before it reads on.
#[test]
fn what_is_sent_in_answer_to_a_message_goes_out_before_the_close_frame_behind_it_is_answered() {
    let (mut connection, exchange) = opened();
    connection.handle_bytes(NOW, &[&HELLO[..], &CLOSE].concat());
    let message = Message::Text("Hello".to_owned());
    assert_eq!(connection.poll_input(), Some(Input::Message { exchange, message: message.clone() }));
    connection.handle_output(NOW, Output::Send { exchange, message });
    assert_eq!(inputs(&mut connection).len(), 2);
    assert_eq!(connection.poll_bytes(), Some(b"\x81\x05Hello".to_vec()));
    assert_eq!(connection.poll_bytes(), Some(b"\x88\x02\x03\xE8".to_vec()));
}

#[test]
fn a_websocket_that_breaks_the_rules_or_ends_is_gone() {
    let (mut broken, exchange) = opened();
    broken.handle_bytes(NOW, &[0xFF]);
    assert_eq!(inputs(&mut broken), [Input::Gone { exchange }]);
    let octets = broken.poll_bytes().expect("a close frame");
    assert_eq!(octets[2..4], 1002u16.to_be_bytes());
    assert_eq!(broken.ending(), Some(Ending::AfterBytes));

    let (mut ended, exchange) = opened();
    ended.handle_bytes(NOW, &HELLO);
    ended.handle_end();
    assert!(matches!(ended.poll_input(), Some(Input::Message { .. })), "it has come before the end");
    assert_eq!(inputs(&mut ended), [Input::Gone { exchange }]);
    assert_eq!(ended.ending(), Some(Ending::AfterBytes));
}

#[test]
fn a_service_can_break_a_connection() {
    let (mut connection, exchange) = opened();
    connection.handle_output(NOW, Output::Abort { exchange });
    assert_eq!(connection.ending(), Some(Ending::AtOnce));
    assert_eq!(inputs(&mut connection), []);
}
