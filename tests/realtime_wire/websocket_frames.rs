//! Frames, and the messages that they make (RFC 6455 section 5).

use queuescope::realtime::websocket::{
    Message, MessageReader, Opcode, Role, WebSocketError, layout, write_frame,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn read(role: Role, limit: usize, mut octets: &[u8]) -> (Vec<Message>, Option<WebSocketError>) {
    let mut reader = MessageReader::new(role, limit);
    let mut all = Vec::new();
    loop {
        match reader.read(&mut octets) {
            Ok(Some(message)) => all.push(message),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
}

/// What a client reads of a server's frames.
fn messages(octets: &[u8]) -> Vec<Message> {
    let (all, error) = read(Role::Client, 100_000, octets);
    assert_eq!(error, None, "{octets:x?}");
    all
}

/// The error of a client that reads a server's frames, and the code with which it closes.
fn refusal(octets: &[u8]) -> (&'static str, u16) {
    let (_, error) = read(Role::Client, 100_000, octets);
    let error = error.unwrap_or_else(|| panic!("{octets:x?} was not refused"));
    (error.code(), error.close_code())
}

fn written(is_final: bool, opcode: Opcode, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let mut out = Vec::new();
    write_frame(&mut out, is_final, opcode, payload, mask);
    out
}

fn text(text: &str) -> Message {
    Message::Text(text.to_owned())
}

const HELLO: [u8; 7] = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
const MASKED_HELLO: [u8; 11] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];

#[test]
fn section_5_7_a_single_frame_unmasked_and_masked() {
    assert_eq!(messages(&HELLO), [text("Hello")]);
    assert_eq!(written(true, Opcode::Text, b"Hello", None), HELLO);
    assert_eq!(read(Role::Server, 100, &MASKED_HELLO), (vec![text("Hello")], None));
    assert_eq!(written(true, Opcode::Text, b"Hello", Some([0x37, 0xfa, 0x21, 0x3d])), MASKED_HELLO);
}

#[test]
fn section_5_7_a_fragmented_message() {
    let fragments = [0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f];
    assert_eq!(messages(&fragments), [text("Hello")]);
}

#[test]
fn section_5_7_a_ping_and_its_pong() {
    let ping = [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
    assert_eq!(messages(&ping), [Message::Ping(b"Hello".to_vec())]);
    let pong = [0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(read(Role::Server, 100, &pong), (vec![Message::Pong(b"Hello".to_vec())], None));
}

#[test]
fn section_5_7_the_two_longer_forms_of_length() {
    for (length, header) in [
        (256, &[0x82, 0x7E, 0x01, 0x00][..]),
        (65_536, &[0x82, 0x7F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00]),
    ] {
        let payload = vec![7; length];
        let frame = written(true, Opcode::Binary, &payload, None);
        assert_eq!(frame[..header.len()], *header);
        assert_eq!(messages(&frame), [Message::Binary(payload)]);
    }
}

#[test]
fn section_5_1_a_client_masks_and_a_server_does_not() {
    assert_eq!(refusal(&MASKED_HELLO), ("masked", 1002));
    assert_eq!(read(Role::Server, 100, &HELLO).1, Some(WebSocketError::NotMasked));
}

#[test]
fn section_5_2_a_length_takes_as_few_octets_as_it_needs() {
    assert_eq!(refusal(&[0x82, 0x7E, 0x00, 0x7D]), ("length", 1002));
    assert_eq!(refusal(&[0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]), ("length", 1002));
    assert_eq!(refusal(&[0x82, 0x7F, 0x80, 0, 0, 0, 0, 1, 0, 0]), ("length", 1002));
    let least = [&[0x82, 0x7E, 0x00, 0x7E][..], &[0; 126]].concat();
    assert_eq!(messages(&least), [Message::Binary(vec![0; 126])]);
}

#[test]
fn section_5_2_reserved_bits_and_opcodes_are_refused_at_the_first_octet() {
    for octet in [0xC1, 0xA1, 0x91] {
        assert_eq!(refusal(&[octet]), ("reserved-bits", 1002));
    }
    for opcode in (0x3..=0x7).chain(0xB..=0xF) {
        assert_eq!(refusal(&[0x80 | opcode]), ("unknown-opcode", 1002));
    }
}

#[test]
fn section_5_4_control_frames_may_stand_between_fragments() {
    let octets = [0x01, 0x01, b'a', 0x89, 0x01, b'!', 0x00, 0x00, 0x80, 0x01, b'b'];
    assert_eq!(messages(&octets), [Message::Ping(b"!".to_vec()), text("ab")]);
}

#[test]
fn section_5_4_fragments_of_two_messages_are_not_mixed() {
    assert_eq!(refusal(&[0x80, 0x01, b'a']), ("nothing-to-continue", 1002));
    assert_eq!(refusal(&[0x00, 0x00]), ("nothing-to-continue", 1002));
    assert_eq!(refusal(&[0x01, 0x01, b'a', 0x81, 0x01, b'b']), ("unfinished", 1002));
}

#[test]
fn section_5_5_control_frames_are_short_and_whole() {
    assert_eq!(refusal(&[0x89, 0x7E]), ("control-too-long", 1002));
    assert_eq!(refusal(&[0x88, 0x7F]), ("control-too-long", 1002));
    assert_eq!(refusal(&[0x09]), ("control-fragmented", 1002));
}

/// The text is the one of section 8.1's reference, RFC 3629: octets that no text has are seen at once.
#[test]
fn section_8_1_a_text_is_utf_8_also_over_fragments() {
    assert_eq!(messages(&[0x01, 0x01, 0xCE, 0x80, 0x01, 0xBA]), [text("κ")]);
    assert_eq!(refusal(&[0x81, 0x01, 0xCE]), ("text", 1007));
    assert_eq!(refusal(&[0x01, 0x01, 0xCE, 0x80, 0x01, b'a']), ("text", 1007));
    // A surrogate, of a message that has hardly begun.
    assert_eq!(refusal(&[0x01, 0x7E, 0x10, 0x00, b'a', 0xED, 0xA0]), ("text", 1007));
    assert_eq!(messages(&[0x82, 0x01, 0xCE]), [Message::Binary(vec![0xCE])]);
}

#[test]
fn section_7_4_only_some_codes_may_stand_in_a_close_frame() {
    let close = |code: u16, reason: &[u8]| {
        written(true, Opcode::Close, &[&code.to_be_bytes()[..], reason].concat(), None)
    };
    for code in [1000, 1001, 1002, 1003, 1007, 1011, 3000, 4999] {
        assert_eq!(messages(&close(code, b"why")).len(), 1, "{code}");
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
        assert_eq!(refusal(&close(code, b"")), ("close-code", 1002), "{code}");
    }
    assert_eq!(refusal(&close(1000, &[0xFF])), ("close-reason", 1007));
    assert_eq!(refusal(&[0x88, 0x01, 0x03]), ("close-too-short", 1002));
    assert_eq!(messages(&[0x88, 0x00]), [Message::Close(None)]);
}

/// Section 10.4: the limit holds for a message, however it is cut, before its octets are there.
#[test]
fn section_10_4_a_message_above_the_limit_is_refused_at_its_header() {
    let error = |octets: &[u8]| read(Role::Client, 10, octets).1.map(|error| error.close_code());
    assert_eq!(error(&[0x82, 0x0B]), Some(1009));
    assert_eq!(error(&[0x82, 0x7F, 0x7F, 0, 0, 0, 0, 0, 0, 0]), Some(1009));
    assert_eq!(error(&[0x02, 0x06, 1, 2, 3, 4, 5, 6, 0x80, 0x05]), Some(1009));
    assert_eq!(error(&[0x02, 0x06, 1, 2, 3, 4, 5, 6, 0x80, 0x04, 1, 2, 3, 4]), None);
}

#[test]
fn every_bit_of_a_frame_has_a_place() {
    let places = layout(&MASKED_HELLO);
    let found: Vec<_> = places
        .iter()
        .map(|place| (place.name, place.octets.clone(), place.bits, place.value.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("FIN", 0..1, Some((7, 1)), "the message ends here"),
            ("RSV", 0..1, Some((4, 3)), "000"),
            ("opcode", 0..1, Some((0, 4)), "0x1, Text Frame"),
            ("MASK", 1..2, Some((7, 1)), "the payload is masked"),
            ("Payload length", 1..2, Some((0, 7)), "5 octets"),
            ("Masking-key", 2..6, None, "37 fa 21 3d"),
            ("Payload data", 6..11, None, "Hello"),
        ]
    );
    let close = layout(&[0x88, 0x04, 0x03, 0xE8, b'o', b'k', 0x82, 0x7E, 0x01]);
    let found: Vec<_> = close.iter().map(|place| (place.name, place.value.as_str())).collect();
    assert_eq!(found[5..7], [("Status code", "1000"), ("Reason", "ok")]);
    assert_eq!(found.last(), Some(&("Payload length", "the length follows in 2 octets")));
}
