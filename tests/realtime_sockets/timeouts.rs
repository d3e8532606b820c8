//! What runs out on a server (socket.io/docs/v4/server-options).

use crate::driver::{Driver, body, sent};
use queuescope::realtime::socket_io::server::ServerOptions;
use queuescope::realtime::websocket::Message;
use queuescope::realtime::{Input, Output, Service};
use queuescope::time::Span;

/// "connectTimeout: the number of ms before disconnecting a client that has not successfully joined a
/// namespace", 45 s.
#[test]
fn a_client_that_joins_no_namespace_is_disconnected_after_45_s() {
    let mut driver = Driver::new(ServerOptions::default());
    let (exchange, _) = driver.websocket("EIO=4&transport=websocket");
    let output = driver.pass(Span::from_ms(30_000));
    assert_eq!(output.iter().map(sent).collect::<Vec<_>>(), ["2"]);
    driver.text(exchange, "3");
    assert_eq!(driver.pass(Span::from_ms(14_999)), []);
    assert_eq!(driver.pass(Span::from_ms(1)), [Output::Close { exchange, close: None }]);
    assert_eq!(driver.server.next_timeout(), None);
}

/// "pingTimeout": 20 s after a ping without an answer; any other packet puts that off once.
#[test]
fn a_client_that_does_not_answer_a_ping_is_disconnected_after_20_s() {
    let mut driver = Driver::new(ServerOptions::default());
    let (exchange, _) = driver.websocket("EIO=4&transport=websocket");
    driver.text(exchange, "40");
    driver.pass(Span::from_ms(25_000));
    driver.pass(Span::from_ms(10_000));
    driver.text(exchange, "42[\"a\"]");
    driver.pass(Span::from_ms(10_000));
    driver.text(exchange, "42[\"a\"]");
    assert_eq!(driver.pass(Span::from_ms(9_999)), []);
    assert_eq!(driver.pass(Span::from_ms(1)), [Output::Close { exchange, close: None }]);
}

/// "upgradeTimeout: the delay in ms before an uncompleted transport upgrade is cancelled", 10 s; meanwhile a poll
/// that waits is released.
#[test]
fn a_change_of_transport_that_is_not_completed_is_given_up_after_10_s() {
    let mut driver = Driver::new(ServerOptions::default());
    let sid = driver.session();
    let poll = format!("EIO=4&transport=polling&sid={sid}");
    driver.request("GET", &poll, "");
    let (exchange, output) = driver.websocket(&format!("EIO=4&transport=websocket&sid={sid}"));
    assert_eq!(output, [Output::Accept { exchange }]);
    let output = driver.text(exchange, "2probe");
    assert_eq!(sent(&output[0]), "3probe");
    let output = driver.pass(Span::from_ms(100));
    assert_eq!(body(&output[0]), "6");
    let output = driver.pass(Span::from_ms(9_900));
    assert_eq!(output, [Output::Close { exchange, close: None }]);
    // The session goes on by polling.
    let (_, output) = driver.request("GET", &poll, "");
    assert_eq!(output, []);
    // A WebSocket that says something else than a probe is closed at once.
    let (exchange, _) = driver.websocket(&format!("EIO=4&transport=websocket&sid={sid}"));
    let message = Message::Binary(vec![1]);
    let output = driver.give(Input::Message { exchange, message });
    assert_eq!(output, [Output::Close { exchange, close: None }]);
}
