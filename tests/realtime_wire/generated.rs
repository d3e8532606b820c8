//! What holds for all messages and all cuts.

use crate::driver::NOW;
use proptest::collection::vec;
use proptest::prelude::*;
use queuescope::realtime::connection::{Connection, ConnectionSettings};
use queuescope::realtime::http;
use queuescope::realtime::http::{
    Answering, BodyForm, Headers, HttpError, Limits, ReceivedRequest, Request, RequestReader, Response,
    ResponseReader, Version, write_request, write_response,
};
use queuescope::realtime::websocket::{
    self, Close, Message, MessageReader, Role, WebSocket, WebSocketError, WebSocketSettings,
};
use queuescope::realtime::{Input, Output};
use queuescope::rng::Stream;

/// Cuts octets at the given places.
fn cut<'a>(octets: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(octets.len() + 1)).collect();
    places.extend([0, octets.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &octets[pair[0]..pair[1]]).collect()
}

fn read_requests(pieces: &[&[u8]]) -> (Vec<ReceivedRequest>, Option<HttpError>) {
    let limits = Limits { start_line: 60, field: 60, fields: 4, header: 100, body: 200 };
    let mut reader = RequestReader::new(limits);
    let mut all = Vec::new();
    for piece in pieces {
        let mut piece = *piece;
        loop {
            match reader.read(&mut piece) {
                Ok(Some(received)) => all.push(received),
                Ok(None) => break,
                Err(error) => return (all, Some(error)),
            }
        }
    }
    (all, None)
}

fn read_messages(role: Role, pieces: &[&[u8]]) -> (Vec<Message>, Option<WebSocketError>) {
    let mut reader = MessageReader::new(role, 70_000);
    let mut all = Vec::new();
    for piece in pieces {
        let mut piece = *piece;
        loop {
            match reader.read(&mut piece) {
                Ok(Some(message)) => all.push(message),
                Ok(None) => break,
                Err(error) => return (all, Some(error)),
            }
        }
    }
    (all, None)
}

/// Pieces of requests, right ones and others.
fn request_octets() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(&b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..]),
        2 => Just(&b"POST /p HTTP/1.1\r\nHost: a\r\n"[..]),
        2 => Just(&b"Content-Length: 7\r\n\r\n"[..]),
        2 => Just(&b"Transfer-Encoding: chunked\r\n\r\n"[..]),
        2 => Just(&b"5\r\nhello\r\n"[..]),
        2 => Just(&b"0\r\n\r\n"[..]),
        1 => Just(&b"A: bcdefghijklmnopqrstuvwxyz\r\n"[..]),
        1 => Just(&b"\r\n"[..]),
        1 => Just(&b"\r"[..]),
        1 => Just(&b"\n"[..]),
        1 => Just(&b"GET /a-long-target-that-is-too-long-with-what-follows HTTP/1.1"[..]),
        1 => Just(&b"HTTP/1.0\r\n"[..]),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn headers() -> impl Strategy<Value = Headers> {
    // Without the names that say where a message ends and what becomes of the connection.
    let field = ("X-[A-Za-z0-9!#$%&'*+.^_`|~-]{0,8}", "([!-~\u{a0}-\u{ff}]([ !-~]{0,9}[!-~])?)?");
    vec(field, 0..5).prop_map(|fields| fields.into_iter().collect())
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => "\\PC{0,40}".prop_map(Message::Text),
        4 => vec(any::<u8>(), 0..300).prop_map(Message::Binary),
        1 => (65_530usize..65_545).prop_map(|length| Message::Binary(vec![9; length])),
        1 => vec(any::<u8>(), 0..=125).prop_map(Message::Ping),
        1 => vec(any::<u8>(), 0..=125).prop_map(Message::Pong),
        1 => Just(Message::Close(None)),
        1 => "[a-zé]{0,40}".prop_map(|reason| Message::Close(Some(Close { code: 3000, reason }))),
    ]
}

proptest! {
    #[test]
    fn the_cuts_of_requests_make_no_difference(
        octets in request_octets(),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let whole = read_requests(&[&octets]);
        prop_assert_eq!(&read_requests(&cut(&octets, &cuts)), &whole);
        let single: Vec<&[u8]> = octets.chunks(1).collect();
        prop_assert_eq!(read_requests(&single), whole);
        let _ = http::layout(&octets);
    }

    #[test]
    fn a_request_that_is_written_is_read_again(
        mut headers in headers(),
        body in vec(any::<u8>(), 0..100),
        target in "/[!-~]{0,20}",
        chunk in prop::option::of(1usize..40),
        trailers in headers(),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        headers.add("Host", "a:80");
        let request = Request { method: "POST".into(), target, headers, body };
        let form = chunk.map_or(BodyForm::Whole, |most| BodyForm::Chunked { most, trailers: &trailers });
        let mut octets = Vec::new();
        write_request(&mut octets, &request, form).expect("it can be written");
        let mut reader = RequestReader::new(Limits::default());
        let mut read = Vec::new();
        for mut piece in cut(&octets, &cuts) {
            read.extend(reader.read(&mut piece).expect("it can be read"));
        }
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(&read[0].request, &request);
        let expected = if chunk.is_some() { trailers.clone() } else { Headers::default() };
        prop_assert_eq!(&read[0].trailers, &expected);
    }

    #[test]
    fn a_response_that_is_written_is_read_again(
        status in 200u16..600,
        headers in headers(),
        body in vec(any::<u8>(), 0..100),
        chunk in prop::option::of(1usize..40),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let response = Response { status, headers, body };
        let none = Headers::default();
        let form = chunk.map_or(BodyForm::Whole, |most| BodyForm::Chunked { most, trailers: &none });
        let answering = Answering { is_head: false, version: Version::Http11, is_persistent: true };
        let mut octets = Vec::new();
        write_response(&mut octets, &response, form, answering).expect("it can be written");
        let mut reader = ResponseReader::new(Limits::default());
        reader.expect("GET");
        let mut read = Vec::new();
        for mut piece in cut(&octets, &cuts) {
            read.extend(reader.read(&mut piece).expect("it can be read"));
        }
        let has_body = !matches!(status, 204 | 304);
        let expected = if has_body { response } else { Response { body: Vec::new(), ..response } };
        prop_assert_eq!(read.into_iter().map(|read| read.response).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn a_message_that_is_sent_arrives_however_it_is_cut(
        messages in vec(message(), 0..6),
        fragment in prop::option::of(1usize..50_000),
        is_client in any::<bool>(),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let settings = WebSocketSettings { fragment, ..WebSocketSettings::default() };
        let (mut sender, reader) = if is_client {
            (WebSocket::client(settings, Stream::new(1, "masks")), Role::Server)
        } else {
            (WebSocket::server(settings), Role::Client)
        };
        let mut expected = Vec::new();
        for message in messages {
            // Nothing follows a close frame.
            if !expected.iter().any(|before| matches!(before, Message::Close(_))) {
                sender.send(NOW, &message);
                expected.push(message);
            }
        }
        let octets: Vec<u8> = std::iter::from_fn(|| sender.poll_bytes()).flatten().collect();
        prop_assert_eq!(read_messages(reader, &cut(&octets, &cuts)), (expected, None));
        let places = websocket::layout(&octets);
        prop_assert_eq!(places.last().map_or(0, |place| place.octets.end), octets.len());
    }

    #[test]
    fn the_cuts_of_broken_frames_make_no_difference(
        octets in vec(prop_oneof![any::<u8>(), Just(0x81), Just(0x01), Just(0x80), Just(0x05), Just(b'a')], 0..60),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let whole = read_messages(Role::Client, &[&octets]);
        prop_assert_eq!(&read_messages(Role::Client, &cut(&octets, &cuts)), &whole);
        let single: Vec<&[u8]> = octets.chunks(1).collect();
        prop_assert_eq!(read_messages(Role::Client, &single), whole);
        let _ = websocket::layout(&octets);
    }

    /// Every exchange that a service learns of ends once: with its response, or gone.
    #[test]
    fn each_exchange_ends_once(
        octets in request_octets(),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
        answers in vec(0u8..6, 0..12),
    ) {
        let mut connection = Connection::new(NOW, 0, ConnectionSettings::default());
        let mut open = Vec::new();
        let mut answers = answers.into_iter();
        for piece in cut(&octets, &cuts) {
            connection.handle_bytes(NOW, piece);
            while let Some(input) = connection.poll_input() {
                match input {
                    Input::Request { exchange, .. } => open.push(exchange),
                    Input::Gone { exchange } => {
                        prop_assert!(open.contains(&exchange));
                        open.retain(|each| *each != exchange);
                    }
                    Input::Message { .. } => {}
                }
            }
            let Some(exchange) = open.last().copied() else { continue };
            let response = Response::of_text(200, "ok");
            match answers.next() {
                Some(0) => connection.handle_output(NOW, Output::Accept { exchange }),
                Some(1) => {
                    connection.handle_output(NOW, Output::Abort { exchange });
                    open.pop();
                }
                Some(2..=4) => {
                    connection.handle_output(NOW, Output::Respond { exchange, response });
                    open.pop();
                }
                _ => {}
            }
        }
        connection.handle_end();
        while let Some(input) = connection.poll_input() {
            if let Input::Gone { exchange } = input {
                open.retain(|each| *each != exchange);
            }
        }
        prop_assert!(open.is_empty(), "{:?}", open);
    }
}
