//! The opening handshake (RFC 6455 sections 1.3 and 4).

use crate::driver::headers;
use queuescope::realtime::http::{Request, Version};
use queuescope::realtime::websocket::{self, HandshakeError, Subprotocols};
use queuescope::rng::Stream;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The request of section 1.3.
fn example() -> Request {
    let fields = [
        ("Host", "server.example.com"),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Origin", "http://example.com"),
        ("Sec-WebSocket-Protocol", "chat, superchat"),
        ("Sec-WebSocket-Version", "13"),
    ];
    Request { method: "GET".into(), target: "/chat".into(), headers: headers(&fields), body: vec![] }
}

fn with(name: &str, value: Option<&str>) -> Request {
    let mut request = example();
    request.headers.remove(name);
    value.into_iter().for_each(|value| request.headers.add(name, value));
    request
}

fn refusal(request: &Request) -> (&'static str, u16) {
    let error = websocket::accept(request, Version::Http11, &Subprotocols::None).expect_err("it is refused");
    (error.code(), error.response().status)
}

/// Request, key and answer are those of section 1.3.
#[test]
fn section_1_3_the_server_answers_with_the_hash_of_key_and_guid() {
    let protocols = Subprotocols::OneOf(vec!["chat".into()]);
    let answer = websocket::accept(&example(), Version::Http11, &protocols).expect("it is accepted");
    assert_eq!(answer.status, 101);
    let expected = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("Sec-WebSocket-Protocol", "chat"),
    ];
    assert_eq!(answer.headers, headers(&expected));
    let offered = ["chat".to_owned(), "superchat".to_owned()];
    let chosen = websocket::check_answer(&answer, "dGhlIHNhbXBsZSBub25jZQ==", &offered);
    assert_eq!(chosen, Ok(Some("chat".to_owned())));
}

#[test]
fn section_4_2_1_requests_that_are_not_as_they_should_be_are_refused() {
    assert_eq!(refusal(&Request { method: "POST".into(), ..example() }), ("method", 405));
    assert_eq!(refusal(&with("Upgrade", Some("h2c"))), ("upgrade", 400));
    assert_eq!(refusal(&with("Connection", Some("keep-alive"))), ("connection", 400));
    for key in [None, Some(""), Some("dGhlIHNhbXBsZSBub25jZQ"), Some("dGhlIHNhbXBsZSBub25jZ!==")] {
        assert_eq!(refusal(&with("Sec-WebSocket-Key", key)), ("key", 400), "{key:?}");
    }
    let old = websocket::accept(&example(), Version::Http10, &Subprotocols::None);
    assert_eq!(old, Err(HandshakeError::HttpVersion));
    let firefox = with("Connection", Some("keep-alive, upgrade"));
    assert!(websocket::accept(&firefox, Version::Http11, &Subprotocols::None).is_ok());
}

/// Section 4.2.2 and 4.4: 426 names the version that the server speaks.
#[test]
fn section_4_4_another_version_is_answered_with_the_one_that_is_spoken() {
    for version in [None, Some("8"), Some("14")] {
        let request = with("Sec-WebSocket-Version", version);
        assert_eq!(refusal(&request), ("version", 426));
        let error = websocket::accept(&request, Version::Http11, &Subprotocols::None).expect_err("refused");
        assert_eq!(error.response().headers.get("Sec-WebSocket-Version"), Some("13"));
    }
}

#[test]
fn section_4_2_2_extensions_are_declined_and_subprotocols_chosen() {
    let mut request = example();
    request.headers.add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
    let chosen = |protocols| {
        let answer = websocket::accept(&request, Version::Http11, &protocols).expect("it is accepted");
        assert_eq!(answer.headers.get("Sec-WebSocket-Extensions"), None);
        answer.headers.get("Sec-WebSocket-Protocol").map(str::to_owned)
    };
    assert_eq!(chosen(Subprotocols::None), None);
    assert_eq!(chosen(Subprotocols::First).as_deref(), Some("chat"));
    assert_eq!(chosen(Subprotocols::OneOf(vec!["superchat".into()])).as_deref(), Some("superchat"));
    assert_eq!(chosen(Subprotocols::OneOf(vec!["mqtt".into()])), None);
}

#[test]
fn section_4_1_a_client_fails_the_connection_on_answers_that_do_not_belong_to_its_request() {
    let key = websocket::new_key(&mut Stream::new(1, "client"));
    let mut request = crate::driver::get("/");
    let offered = ["chat".to_owned()];
    websocket::ask(&mut request, &key, &offered);
    let answer = websocket::accept(&request, Version::Http11, &Subprotocols::First).expect("it is right");
    assert!(websocket::check_answer(&answer, &key, &offered).is_ok());
    let code = |name: &str, value: Option<&str>| {
        let mut answer = answer.clone();
        answer.headers.remove(name);
        value.into_iter().for_each(|value| answer.headers.add(name, value));
        websocket::check_answer(&answer, &key, &offered).map_err(|error| error.code())
    };
    assert_eq!(code("Upgrade", Some("h2c")), Err("upgrade"));
    assert_eq!(code("Connection", None), Err("connection"));
    assert_eq!(code("Sec-WebSocket-Accept", Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")), Err("accept"));
    assert_eq!(code("Sec-WebSocket-Extensions", Some("permessage-deflate")), Err("extension"));
    assert_eq!(code("Sec-WebSocket-Protocol", Some("superchat")), Err("protocol"));
    assert_eq!(code("Sec-WebSocket-Protocol", None), Ok(None));
}
