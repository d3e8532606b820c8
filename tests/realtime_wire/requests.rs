//! What a server reads, and what it refuses (RFC 9112).

use crate::driver::headers;
use queuescope::realtime::http::{HttpError, Limits, ReceivedRequest, RequestReader, Version};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn read_all(octets: &[u8]) -> (Vec<ReceivedRequest>, Option<HttpError>) {
    read_with(Limits::default(), octets)
}

fn read_with(limits: Limits, mut octets: &[u8]) -> (Vec<ReceivedRequest>, Option<HttpError>) {
    let mut reader = RequestReader::new(limits);
    let mut all = Vec::new();
    loop {
        match reader.read(&mut octets) {
            Ok(Some(received)) => all.push(received),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
}

fn one(octets: &str) -> ReceivedRequest {
    match &mut read_all(octets.as_bytes()) {
        (all, None) if all.len() == 1 => all.remove(0),
        other => panic!("one request was expected of {octets:?}, not {other:?}"),
    }
}

fn refusal(octets: &str) -> (&'static str, u16) {
    match read_all(octets.as_bytes()) {
        (_, Some(error)) => (error.code(), error.status()),
        (all, None) => panic!("{octets:?} was not refused: {all:?}"),
    }
}

/// The example of RFC 9112 section 3.2.1, with the fields of RFC 9110 section 3.9.
#[test]
fn section_3_a_request_is_a_line_fields_and_a_body() {
    let received = one(
        "GET /where?q=now HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl/7.64.1\r\nAccept-Language: \ten, mi \r\n\r\n",
    );
    assert_eq!(received.request.method, "GET");
    assert_eq!(received.request.target, "/where?q=now");
    let fields = [("Host", "www.example.org"), ("User-Agent", "curl/7.64.1"), ("Accept-Language", "en, mi")];
    assert_eq!(received.request.headers, headers(&fields));
    assert_eq!(received.version, Version::Http11);
    assert!(received.request.body.is_empty() && received.is_persistent);
}

#[test]
fn section_2_2_an_empty_line_before_a_request_is_passed_over() {
    assert_eq!(one("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "/");
}

#[test]
fn section_2_2_lines_end_with_carriage_return_and_line_feed_alone() {
    assert_eq!(refusal("GET / HTTP/1.1\nHost: a\n\n"), ("line-end", 400));
    assert_eq!(refusal("GET / HTTP/1.1\r\nHost: a\r\nA: b\rC: d\r\n\r\n"), ("line-end", 400));
}

#[test]
fn section_2_3_only_versions_1_x_are_spoken() {
    assert_eq!(refusal("GET / HTTP/2.0\r\n"), ("version", 505));
    assert_eq!(refusal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ("version", 505));
    assert_eq!(refusal("GET / http/1.1\r\n"), ("request-line", 400));
    assert_eq!(refusal("GET /\r\n"), ("request-line", 400));
    assert_eq!(one("GET / HTTP/1.2\r\nHost: a\r\n\r\n").version, Version::Http11);
}

#[test]
fn section_3_a_first_line_with_other_spaces_or_characters_is_refused() {
    for line in
        ["GET  / HTTP/1.1", " GET / HTTP/1.1", "GET /a b HTTP/1.1", "G\u{7f}T / HTTP/1.1", "GET a HTTP/1.1"]
    {
        assert_eq!(refusal(&format!("{line}\r\n")), ("request-line", 400), "{line}");
    }
    assert_eq!(one("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "*");
    assert_eq!(one("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n").request.target, "http://a/b");
}

#[test]
fn section_3_2_there_is_exactly_one_host() {
    assert_eq!(refusal("GET / HTTP/1.1\r\n\r\n"), ("host", 400));
    assert_eq!(refusal("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"), ("host", 400));
    assert_eq!(refusal("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), ("host", 400));
    assert_eq!(one("GET / HTTP/1.0\r\n\r\n").request.target, "/");
}

#[test]
fn section_5_field_lines_that_others_read_otherwise_are_refused() {
    for field in ["Host : a", "Host: a\r\n folded", "no colon", ": empty", "A: b\u{1}", "(A): b"] {
        let octets = format!("GET / HTTP/1.1\r\n{field}\r\n\r\n");
        assert_eq!(refusal(&octets), ("field-line", 400), "{field}");
    }
}

#[test]
fn section_5_5_octets_above_ascii_are_kept_as_they_are() {
    let (all, error) = read_all(b"GET / HTTP/1.1\r\nHost: a\r\nA: \xe4\xff\r\n\r\n");
    assert_eq!(error, None);
    assert_eq!(all[0].request.headers.get("a"), Some("\u{e4}\u{ff}"));
}

#[test]
fn section_6_a_body_has_the_length_that_is_said_and_what_follows_is_the_next_request() {
    let octets =
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    let (all, error) = read_all(octets.as_bytes());
    assert_eq!(error, None);
    assert_eq!(all[0].request.body, b"hello");
    assert_eq!(all[0].request.headers, headers(&[("Host", "a")]));
    assert_eq!(all[1].request.target, "/b");
}

/// Section 11.2: what frames a message twice, or in a way that others read otherwise, smuggles a request.
#[test]
fn section_6_3_what_frames_a_message_in_two_ways_is_refused() {
    let refused = [
        ("Content-Length: 5\r\nContent-Length: 6", ("content-length", 400)),
        ("Content-Length: 5\r\nContent-Length: 5", ("content-length", 400)),
        ("Content-Length: 5, 5", ("content-length", 400)),
        ("Content-Length: +5", ("content-length", 400)),
        ("Content-Length: 0x5", ("content-length", 400)),
        ("Content-Length: -1", ("content-length", 400)),
        ("Content-Length:", ("content-length", 400)),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", ("two-lengths", 400)),
        ("Transfer-Encoding: chunked, chunked", ("misplaced-coding", 400)),
        ("Transfer-Encoding:", ("misplaced-coding", 400)),
        ("Transfer-Encoding: xchunked", ("unknown-coding", 501)),
        ("Transfer-Encoding: gzip, chunked", ("unknown-coding", 501)),
        ("Transfer-Encoding: \u{b}chunked", ("field-line", 400)),
        ("Content-Length: 99999999999999999999999", ("body-too-large", 413)),
    ];
    for (fields, expected) in refused {
        let octets = format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
        assert_eq!(refusal(&octets), expected, "{fields}");
    }
    assert_eq!(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), ("misplaced-coding", 400));
}

/// The example of the German Wikipedia's article on chunks, with an extension and a trailer as in section 7.1.
#[test]
fn section_7_1_chunks_are_put_together_and_fields_behind_them_are_kept_apart() {
    let received = one(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\nWiki\r\n6 ;name=\"value\"\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nExpires: never\r\n\r\n",
    );
    assert_eq!(received.request.body, b"Wikipedia in \r\n\r\nchunks.");
    assert_eq!(received.trailers, headers(&[("Expires", "never")]));
    assert_eq!(received.request.headers, headers(&[("Host", "a")]));
}

#[test]
fn section_7_1_broken_chunks_are_refused() {
    let refused = [
        ("G\r\n", "chunk-size"),
        ("\r\n", "chunk-size"),
        ("-1\r\n", "chunk-size"),
        ("5 \r\nhello", "chunk-size"),
        ("5\nhello", "line-end"),
        ("5\r\nhello5\r\n", "chunk-end"),
        ("FFFFFFFFFFFFFFFFF\r\n", "body-too-large"),
        ("FFFFFFF0\r\n", "body-too-large"),
        ("0\r\nno colon\r\n\r\n", "field-line"),
    ];
    for (chunks, expected) in refused {
        let octets = format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        assert_eq!(refusal(&octets).0, expected, "{chunks}");
    }
}

#[test]
fn section_9_3_a_connection_goes_on_as_the_client_says() {
    let is_persistent = |version: &str, field: &str| {
        one(&format!("GET / HTTP/{version}\r\nHost: a\r\nA: b{field}\r\n\r\n")).is_persistent
    };
    assert!(is_persistent("1.1", ""));
    assert!(!is_persistent("1.1", "\r\nConnection: Upgrade, Close"));
    assert!(!is_persistent("1.0", ""));
    assert!(is_persistent("1.0", "\r\nConnection: keep-alive"));
    assert!(!is_persistent("1.0", "\r\nConnection: keep-alive\r\nConnection: close"));
}

/// RFC 9110 section 10.1.1.
#[test]
fn section_10_1_1_only_100_continue_can_be_expected() {
    assert_eq!(refusal("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n"), ("expectation", 417));
    let mut octets = &b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n"[..];
    let mut reader = RequestReader::new(Limits::default());
    assert_eq!(reader.read(&mut octets), Ok(None));
    assert!(reader.awaits_continue());
    assert_eq!(reader.read(&mut &b"h"[..]), Ok(None));
    assert!(!reader.awaits_continue(), "the client has not waited");
}

/// Sections 3 and 5.4, and RFC 6585 section 5.
#[test]
fn what_is_longer_than_a_limit_is_refused_with_the_status_for_it() {
    let limits = Limits { start_line: 20, field: 20, fields: 2, header: 40, body: 10 };
    let refusal = |octets: &str| {
        let error = read_with(limits, octets.as_bytes()).1.expect("it is refused");
        (error.code(), error.status())
    };
    let at_most = "GET /123456 HTTP/1.1\r\n";
    assert_eq!(read_with(limits, at_most.as_bytes()), (vec![], None));
    assert_eq!(refusal("GET /1234567 HTTP/1.1\r\n"), ("target-too-long", 414));
    assert_eq!(refusal("GET /1234567890123456789012"), ("target-too-long", 414));
    assert_eq!(refusal(&format!("{at_most}A: 345678901234567890\r\n")), ("field-too-long", 431));
    let field = "A: 34567890\r\n";
    assert_eq!(refusal(&format!("{at_most}{field}{field}{field}")), ("too-many-fields", 431));
    let long = "A: 34567890123456789\r\n";
    assert_eq!(refusal(&format!("{at_most}{long}{long}")), ("header-too-large", 431));
    let post = "POST / HTTP/1.1\r\nHost: a\r\n";
    assert_eq!(refusal(&format!("{post}Content-Length: 11\r\n\r\n")), ("body-too-large", 413));
    let post = "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\n\r\n";
    let limits = Limits { field: 40, header: 100, ..limits };
    let chunks = format!("{post}8\r\n12345678\r\n3\r\n");
    assert_eq!(read_with(limits, chunks.as_bytes()).1, Some(HttpError::BodyTooLarge { limit: 10 }));
}
