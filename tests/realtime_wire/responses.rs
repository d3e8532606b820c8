//! What a client reads, and what both sides write (RFC 9112).

use crate::driver::{headers, ok};
use queuescope::realtime::http::{
    Answering, BodyForm, HttpError, Limits, ReceivedResponse, Request, Response, ResponseReader, Version,
    WriteError, layout, write_request, write_response,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn read(methods: &[&str], octets: &str) -> (Vec<ReceivedResponse>, Option<HttpError>) {
    let mut reader = ResponseReader::new(Limits::default());
    methods.iter().for_each(|method| reader.expect(method));
    let mut octets = octets.as_bytes();
    let mut all = Vec::new();
    loop {
        match reader.read(&mut octets) {
            Ok(Some(received)) => all.push(received),
            Ok(None) => break,
            Err(error) => return (all, Some(error)),
        }
    }
    match reader.end() {
        Ok(last) => {
            all.extend(last);
            (all, None)
        }
        Err(error) => (all, Some(error)),
    }
}

fn bodies(methods: &[&str], octets: &str) -> Vec<(u16, String)> {
    let (all, error) = read(methods, octets);
    assert_eq!(error, None);
    let each = |received: ReceivedResponse| {
        (received.response.status, String::from_utf8(received.response.body).expect("text"))
    };
    all.into_iter().map(each).collect()
}

const PERSISTENT: Answering = Answering { is_head: false, version: Version::Http11, is_persistent: true };

fn written(response: &Response, form: BodyForm, answering: Answering) -> String {
    let mut out = Vec::new();
    write_response(&mut out, response, form, answering).expect("it can be written");
    String::from_utf8(out).expect("text")
}

/// The example of RFC 9110 section 3.9.
#[test]
fn section_4_a_response_is_a_line_fields_and_a_body() {
    let octets = "HTTP/1.1 200 OK\r\nServer: Apache\r\nContent-Length: 51\r\nContent-Type: text/plain\r\n\r\nHello World! My content includes a trailing CRLF.\r\n";
    let (all, error) = read(&["GET"], octets);
    assert_eq!((all.len(), error), (1, None));
    assert_eq!(all[0].response.headers, headers(&[("Server", "Apache"), ("Content-Type", "text/plain")]));
    assert_eq!(all[0].response.body, b"Hello World! My content includes a trailing CRLF.\r\n");
}

#[test]
fn section_6_3_where_a_response_ends_depends_on_its_request_and_its_status() {
    let octets = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 304 \r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    let expected =
        [(200, ""), (304, ""), (204, ""), (200, "hi")].map(|(status, body)| (status, body.to_owned()));
    assert_eq!(bodies(&["HEAD", "GET", "GET", "GET"], octets), expected);
}

#[test]
fn section_6_3_a_response_without_a_length_ends_with_the_connection() {
    assert_eq!(bodies(&["GET"], "HTTP/1.0 200 OK\r\n\r\nall of it"), [(200, "all of it".to_owned())]);
}

/// RFC 9110 section 15.2.
#[test]
fn section_15_2_interim_responses_are_passed_over() {
    let octets = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(bodies(&["POST"], octets), [(200, String::new())]);
}

#[test]
fn section_7_1_chunks_are_put_together() {
    let octets = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
    assert_eq!(bodies(&["GET"], octets), [(200, "abcd".to_owned())]);
}

#[test]
fn octets_that_are_no_response_to_a_request_are_refused() {
    let code = |methods: &[&str], octets: &str| read(methods, octets).1.map(|error| error.code());
    assert_eq!(code(&["GET"], "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi"), Some("incomplete"));
    assert_eq!(code(&["GET"], ""), Some("incomplete"));
    assert_eq!(code(&["GET"], "HTTP/1.1 20 OK\r\n"), Some("status-line"));
    assert_eq!(code(&["GET"], "HTTP/1.1 600 OK\r\n"), Some("status-line"));
    assert_eq!(code(&["GET"], "HTTP/2.0 200 OK\r\n"), Some("version"));
    assert_eq!(code(&[], "HTTP/1.1 200 OK\r\n\r\n"), Some("unasked"));
}

#[test]
fn section_6_a_response_is_written_with_its_length() {
    assert_eq!(
        written(&ok("hello"), BodyForm::Whole, PERSISTENT),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    );
    let empty = |status| Response { status, ..ok("") };
    assert_eq!(written(&empty(204), BodyForm::Whole, PERSISTENT), "HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(written(&empty(304), BodyForm::Whole, PERSISTENT), "HTTP/1.1 304 Not Modified\r\n\r\n");
    assert_eq!(
        written(&empty(299), BodyForm::Whole, PERSISTENT),
        "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n"
    );
    let head = Answering { is_head: true, ..PERSISTENT };
    assert_eq!(written(&ok("hello"), BodyForm::Whole, head), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

#[test]
fn section_7_1_a_response_is_written_in_chunks_to_those_who_know_chunks() {
    let trailers = headers(&[("Digest", "x")]);
    let form = BodyForm::Chunked { most: 3, trailers: &trailers };
    let chunks = "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nDigest: x\r\n\r\n";
    assert_eq!(written(&ok("hello"), form, PERSISTENT), format!("HTTP/1.1 200 OK\r\n{chunks}"));
    let old = Answering { version: Version::Http10, ..PERSISTENT };
    let whole = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(written(&ok("hello"), form, old), whole);
}

/// RFC 9112 section 11.1: what comes from outside must not make a second message.
#[test]
fn section_11_1_what_would_be_read_as_something_else_is_not_written() {
    let with = |name: &str, value: &str| Response { headers: headers(&[(name, value)]), ..ok("") };
    for response in [with("A", "b\r\nC: d"), with("A b", "c"), with("", "c"), with("A", "\u{100}")] {
        let mut out = Vec::new();
        let refused = write_response(&mut out, &response, BodyForm::Whole, PERSISTENT);
        assert!(matches!(refused, Err(WriteError::Field { .. })) && out.is_empty(), "{response:?}");
    }
    let request = |method: &str, target: &str| {
        let request =
            Request { method: method.into(), target: target.into(), headers: headers(&[]), body: vec![] };
        write_request(&mut Vec::new(), &request, BodyForm::Whole).map_err(|error| error.code())
    };
    assert_eq!(request("GET", "/a b"), Err("target"));
    assert_eq!(request("G T", "/"), Err("method"));
    assert_eq!(request("GET", "/a"), Ok(()));
}

#[test]
fn section_8_6_a_request_is_written_with_the_length_of_its_body() {
    let request = |method: &str, body: &str| {
        let fields = headers(&[("Host", "a"), ("content-length", "99")]);
        let request =
            Request { method: method.into(), target: "/".into(), headers: fields, body: body.into() };
        let mut out = Vec::new();
        write_request(&mut out, &request, BodyForm::Whole).expect("it can be written");
        String::from_utf8(out).expect("text")
    };
    assert_eq!(request("GET", ""), "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(request("POST", ""), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(request("PUT", "hi"), "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
}

#[test]
fn every_octet_of_a_message_has_a_place() {
    let octets =
        b"POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n";
    let places = layout(octets);
    let found: Vec<(&str, std::ops::Range<usize>)> = places
        .iter()
        .filter(|place| place.name != "CRLF")
        .map(|place| (place.name, place.octets.clone()))
        .collect();
    assert_eq!(
        found,
        [
            ("method", 0..4),
            ("request-target", 5..7),
            ("HTTP-version", 8..16),
            ("header field", 18..25),
            ("header field", 27..53),
            ("chunk-size", 57..58),
            ("chunk-data", 60..62),
            ("chunk-size", 64..65),
            ("trailer field", 67..71),
        ]
    );
    // Between them there are line ends, and the two spaces of the first line.
    let covered: usize = places.iter().map(|place| place.octets.len()).sum();
    assert_eq!(covered, octets.len() - 2);
    assert_eq!(places[4].value, "Host is b");
    assert_eq!(places[4].source, "RFC 9110 section 7.2");
    for cut in 0..octets.len() {
        assert!(layout(&octets[..cut]).iter().all(|place| place.octets.end <= cut));
    }
}
