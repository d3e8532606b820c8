//! What a server does not take (socket.io/docs/v4/engine-io-protocol; engine.io 6.6 gives the same answers).

use crate::driver::{Driver, body, response, sent};
use queuescope::realtime::Output;
use queuescope::realtime::engine_io::CloseReason;
use queuescope::realtime::socket_io::DisconnectReason;
use queuescope::realtime::socket_io::server::{Event, ServerOptions};

/// "The client MUST NOT make two GET requests at the same time": the server then ends the session.
#[test]
fn a_second_poll_at_the_same_time_ends_the_session() {
    let mut driver = Driver::new(ServerOptions::default());
    let query = format!("EIO=4&transport=polling&sid={}", driver.session());
    let (first, output) = driver.request("GET", &query, "");
    assert_eq!(output, []);
    let (second, output) = driver.request("GET", &query, "");
    assert!(matches!(output[0], Output::Respond { exchange, .. } if exchange == first));
    assert_eq!(body(&output[0]), "1");
    assert!(matches!(output[1], Output::Respond { exchange, .. } if exchange == second));
    assert_eq!((response(&output[1]).status, body(&output[1]).as_str()), (400, ""));
    let (_, output) = driver.request("GET", &query, "");
    assert_eq!(body(&output[0]), "{\"code\":1,\"message\":\"Session ID unknown\"}");
}

#[test]
fn a_session_is_not_found_with_another_transport_or_version() {
    let mut driver = Driver::new(ServerOptions::default());
    let sid = driver.session();
    let bad = "{\"code\":3,\"message\":\"Bad request\"}";
    for query in ["EIO=4&transport=websocket", "EIO=3&transport=polling"] {
        let (_, output) = driver.request("GET", &format!("{query}&sid={sid}"), "");
        assert_eq!(body(&output[0]), bad, "{query}");
    }
    let (_, output) = driver.request("PUT", &format!("EIO=4&transport=polling&sid={sid}"), "");
    assert_eq!(response(&output[0]).status, 500);
    let (_, output) = driver.websocket("EIO=4&transport=websocket&sid=nobody");
    assert_eq!((response(&output[0]).status, body(&output[0]).as_str()), (400, "Session ID unknown"));
}

#[test]
fn octets_in_a_body_end_the_session() {
    let mut driver = Driver::new(ServerOptions::default());
    let sid = driver.session();
    let query = format!("EIO=4&transport=polling&sid={sid}");
    let (_, output) = driver.request("POST", &query, "40");
    assert_eq!(body(&output[0]), "ok");
    let (_, output) = driver.request("POST", &query, "not a packet");
    assert_eq!(body(&output[0]), "ok");
    let reason = DisconnectReason::Connection(CloseReason::ParseError);
    assert!(matches!(driver.events.last(), Some(Event::Disconnect { reason: why, .. }) if *why == reason));
}

/// A packet that Socket.IO does not know, one for a namespace that was not joined, a ping from the client.
#[test]
fn a_client_that_breaks_the_protocol_is_disconnected() {
    for (text, reason) in [
        ("47", CloseReason::ForcedClose),
        ("42/admin,[\"a\"]", CloseReason::ForcedClose),
        ("40", CloseReason::ForcedClose),
        ("2", CloseReason::TransportError),
        ("x", CloseReason::ParseError),
    ] {
        let mut driver = Driver::new(ServerOptions::default());
        let (exchange, _) = driver.websocket("EIO=4&transport=websocket");
        let output = driver.text(exchange, "40");
        assert!(sent(&output[0]).starts_with("40{\"sid\":"));
        let output = driver.text(exchange, text);
        assert_eq!(output, [Output::Close { exchange, close: None }], "{text}");
        let reason = DisconnectReason::Connection(reason);
        assert!(
            matches!(driver.events.last(), Some(Event::Disconnect { reason: why, .. }) if *why == reason),
            "{text}: {:?}",
            driver.events
        );
    }
}
