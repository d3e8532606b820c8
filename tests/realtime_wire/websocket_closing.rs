//! Pings and the closing handshake (RFC 6455 sections 5.5 and 7).

use crate::driver::{NOW, seconds};
use queuescope::realtime::websocket::{
    Close, Message, WebSocket, WebSocketError, WebSocketEvent, WebSocketSettings,
};
use queuescope::rng::Stream;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Two sides that get each other's octets at once.
struct Pair {
    client: WebSocket,
    server: WebSocket,
    /// What each has learnt.
    client_events: Vec<WebSocketEvent>,
    server_events: Vec<WebSocketEvent>,
}

impl Pair {
    fn new(settings: WebSocketSettings) -> Pair {
        let client = WebSocket::client(settings, Stream::new(1, "masks"));
        let server = WebSocket::server(settings);
        Pair { client, server, client_events: Vec::new(), server_events: Vec::new() }
    }

    /// Carries octets until none are left.
    fn carry(&mut self) {
        loop {
            let (there, back) = (self.client.poll_bytes(), self.server.poll_bytes());
            if there.is_none() && back.is_none() {
                return;
            }
            self.server.handle_bytes(NOW, &there.unwrap_or_default());
            self.client.handle_bytes(NOW, &back.unwrap_or_default());
            self.server_events.extend(events(&mut self.server));
            self.client_events.extend(events(&mut self.client));
        }
    }
}

fn events(websocket: &mut WebSocket) -> Vec<WebSocketEvent> {
    std::iter::from_fn(|| websocket.poll_event()).collect()
}

fn close(code: u16, reason: &str) -> Close {
    Close { code, reason: reason.to_owned() }
}

#[test]
fn section_5_5_2_a_ping_is_answered_with_its_octets() {
    let mut pair = Pair::new(WebSocketSettings::default());
    pair.client.send(NOW, &Message::Ping(b"are you there".to_vec()));
    pair.carry();
    let pong = Message::Pong(b"are you there".to_vec());
    assert_eq!(pair.client_events, [WebSocketEvent::Message(pong)]);
}

#[test]
fn section_5_4_a_message_may_be_sent_in_fragments() {
    let mut pair = Pair::new(WebSocketSettings { fragment: Some(4), ..WebSocketSettings::default() });
    let text = Message::Text("fünf Fragmente, mehr".to_owned());
    pair.client.send(NOW, &text);
    pair.client.send(NOW, &Message::Binary(vec![]));
    let frames: Vec<Vec<u8>> = std::iter::from_fn(|| pair.client.poll_bytes()).collect();
    let octets = frames.concat();
    // 21 octets make six fragments with a header of 6 octets each, and there is one empty frame.
    assert_eq!(octets.len(), 21 + 6 * 6 + 6);
    pair.server.handle_bytes(NOW, &octets);
    let expected = [text, Message::Binary(vec![])].map(WebSocketEvent::Message);
    assert_eq!(events(&mut pair.server), expected);
}

#[test]
fn section_7_1_either_side_closes_and_the_server_ends_the_connection() {
    for server_begins in [false, true] {
        let mut pair = Pair::new(WebSocketSettings::default());
        let first = if server_begins { &mut pair.server } else { &mut pair.client };
        first.close(NOW, Some(&close(1001, "going away")));
        first.send(NOW, &Message::Text("too late".to_owned()));
        pair.carry();
        assert!(pair.server.ends_connection() && !pair.client.ends_connection());
        let (mut first, mut second) = (&pair.client_events, &pair.server_events);
        if server_begins {
            std::mem::swap(&mut first, &mut second);
        }
        let got = |close| [WebSocketEvent::Message(Message::Close(Some(close))), WebSocketEvent::Closed];
        assert_eq!(second[..], got(close(1001, "going away")));
        assert_eq!(first[..], got(close(1001, "going away")));
        pair.client.handle_end();
        assert_eq!(events(&mut pair.client), []);
        assert!(pair.client.ends_connection());
    }
}

#[test]
fn section_5_5_1_an_empty_close_frame_is_answered_with_an_empty_one() {
    let mut server = WebSocket::server(WebSocketSettings::default());
    server.handle_bytes(NOW, &[0x88, 0x80, 1, 2, 3, 4]);
    assert_eq!(events(&mut server), [WebSocketEvent::Message(Message::Close(None)), WebSocketEvent::Closed]);
    assert_eq!(server.poll_bytes(), Some(vec![0x88, 0x00]));
}

#[test]
fn section_5_5_1_a_reason_is_cut_to_what_a_control_frame_holds() {
    let mut server = WebSocket::server(WebSocketSettings::default());
    server.close(NOW, Some(&close(1000, &"ä".repeat(100))));
    let octets = server.poll_bytes().expect("a close frame");
    assert_eq!(octets.len(), 2 + 2 + 122);
    // 1006 is for those who have got no close frame; it is never sent (section 7.4.1).
    let mut server = WebSocket::server(WebSocketSettings::default());
    server.close(NOW, Some(&close(1006, "")));
    assert_eq!(server.poll_bytes(), Some(vec![0x88, 0x00]));
}

#[test]
fn section_7_1_7_what_is_wrong_is_said_and_nothing_more_is_read() {
    let mut server = WebSocket::server(WebSocketSettings::default());
    server.handle_bytes(NOW, &[0x83, 0x80, 1, 2, 3, 4, 0x81, 0x80, 1, 2, 3, 4]);
    assert_eq!(events(&mut server), [WebSocketEvent::Failed(WebSocketError::UnknownOpcode { opcode: 3 })]);
    assert!(server.ends_connection());
    let octets = server.poll_bytes().expect("a close frame");
    assert_eq!((octets[0], &octets[2..4]), (0x88, &1002u16.to_be_bytes()[..]));
}

#[test]
fn section_7_1_5_an_end_without_a_close_frame_is_abnormal() {
    let mut server = WebSocket::server(WebSocketSettings::default());
    server.handle_end();
    assert_eq!(events(&mut server), [WebSocketEvent::Failed(WebSocketError::Abnormal)]);
    assert_eq!(WebSocketError::Abnormal.close_code(), 1006);
    assert_eq!(server.poll_bytes(), None);
}

#[test]
fn a_peer_that_does_not_close_is_not_waited_for_any_longer() {
    let mut server = WebSocket::server(WebSocketSettings::default());
    server.close(NOW, None);
    assert_eq!(server.next_timeout(), Some(seconds(30)));
    server.handle_timeout(seconds(29));
    assert!(!server.ends_connection());
    server.handle_timeout(seconds(30));
    assert!(server.ends_connection());
    assert_eq!(events(&mut server), [WebSocketEvent::Failed(WebSocketError::CloseTimeout)]);
}

/// Section 5.3: masks are drawn anew for each frame. The same stream gives the same octets in every run.
#[test]
fn section_5_3_each_frame_has_a_mask_of_its_own() {
    let octets = || {
        let mut client = WebSocket::client(WebSocketSettings::default(), Stream::new(5, "masks"));
        client.send(NOW, &Message::Text("a".to_owned()));
        client.send(NOW, &Message::Text("a".to_owned()));
        [client.poll_bytes(), client.poll_bytes()].map(|frame| frame.expect("two frames")).concat()
    };
    let (first, second) = (octets()[2..6].to_vec(), octets()[9..13].to_vec());
    assert_ne!(first, second);
    assert_eq!(octets(), octets());
}
