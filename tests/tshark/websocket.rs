//! WebSocket frames: text, octets, fragments, masks, control frames, lengths of every width.

use super::recording::{Read, Recording};
use queuescope::network::layers::envelope::Side::{self, Client, Server};

const PORT: u16 = 8080;
const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// A frame, masked as clients must (RFC 6455 section 5.2 and 5.3).
fn frame(from: Side, first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = if from == Client { 0x80 } else { 0 };
    let mut frame = vec![first];
    match payload.len() {
        length @ ..126 => frame.push(mask | length as u8),
        length @ 126..65_536 => {
            frame.push(mask | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(mask | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    if from == Client {
        frame.extend(KEY);
        frame.extend(payload.iter().zip(KEY.iter().cycle()).map(|(octet, key)| octet ^ key));
    } else {
        frame.extend(payload);
    }
    frame
}

/// A connection that has become a WebSocket.
fn upgraded(target: &str) -> Recording {
    let mut recording = Recording::opened(PORT);
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    let key = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n{upgrade}{key}\r\n");
    let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
    let response = format!("HTTP/1.1 101 Switching Protocols\r\n{upgrade}{accept}\r\n");
    recording.say(Client, request.as_bytes());
    recording.say(Server, response.as_bytes());
    recording
}

fn count(read: &Read) -> usize {
    read.values("websocket.opcode").len()
}

#[test]
#[ignore = "needs tshark"]
fn texts_octets_and_control_frames() {
    let mut recording = upgraded("/shop");
    let texts = ["hello", "wörld", "", &"x".repeat(200), &"y".repeat(70_000)].map(str::to_owned);
    for text in &texts {
        recording.say(Client, &frame(Client, 0x81, text.as_bytes()));
        recording.say(Server, &frame(Server, 0x81, text.as_bytes()));
    }
    for from in [Client, Server] {
        recording.say(from, &frame(from, 0x82, &[0, 1, 2, 255]));
        recording.say(from, &frame(from, 0x89, b"beat"));
        recording.say(from, &frame(from, 0x8A, b"beat"));
        recording.say(from, &frame(from, 0x89, b""));
    }
    let two = [frame(Server, 0x81, b"one"), frame(Server, 0x81, b"two")].concat();
    recording.say(Server, &two);
    recording.say(Client, &frame(Client, 0x88, &[&1000_u16.to_be_bytes()[..], b"bye"].concat()));
    recording.say(Server, &frame(Server, 0x88, &1000_u16.to_be_bytes()));
    let end = recording.connection.close(Server);
    recording.add(end);
    let read = recording.read();
    assert_eq!(count(&read), 10 + 8 + 4);
    let sent: Vec<&str> =
        texts.iter().filter(|text| !text.is_empty()).flat_map(|text| [&**text; 2]).collect();
    let sent: Vec<&str> = sent.into_iter().chain(["one", "two"]).collect();
    assert_eq!(read.values("websocket.payload.text"), sent);
    read.require_agreement(30);
}

#[test]
#[ignore = "needs tshark"]
fn a_message_in_fragments_with_a_ping_between() {
    let mut recording = upgraded("/shop");
    for from in [Client, Server] {
        recording.say(from, &frame(from, 0x01, b"one "));
        recording.say(from, &frame(from, 0x89, b"beat"));
        recording.say(from, &frame(from, 0x00, b"two "));
        recording.say(from, &frame(from, 0x80, b"three"));
        recording.say(from, &frame(from, 0x02, &[1]));
        recording.say(from, &frame(from, 0x80, &[2]));
    }
    let read = recording.read();
    assert_eq!(count(&read), 2 * 6);
    read.require_agreement(30);
}

#[test]
#[ignore = "needs tshark"]
fn socket_io_is_text_for_wireshark() {
    let mut recording = upgraded("/socket.io/?EIO=4&transport=websocket");
    let packets =
        ["0{\"sid\":\"a\"}", "40/admin,{\"token\":1}", "42/admin,7[\"order\",{\"id\":1}]", "2", "3", "51-[]"];
    for packet in packets {
        recording.say(Server, &frame(Server, 0x81, packet.as_bytes()));
    }
    let read = recording.read();
    assert_eq!(read.values("websocket.payload.text"), packets);
    read.require_agreement(30);
}
