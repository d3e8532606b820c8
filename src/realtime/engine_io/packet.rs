//! Engine.IO packets and payloads (Engine.IO protocol 4, "Packet encoding" and "Payload").

use base64ct::{Base64, Encoding};

/// What stands between the packets of one HTTP body (Engine.IO protocol, "HTTP long-polling").
const SEPARATOR: char = '\u{1e}';

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// A text.
    Text(String),
    /// Octets.
    Binary(Vec<u8>),
}

impl Data {
    /// The number of octets that it takes on the wire of a WebSocket.
    pub fn length(&self) -> usize {
        match self {
            Data::Text(text) => text.len(),
            Data::Binary(octets) => octets.len(),
        }
    }
}

/// A packet of Engine.IO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// `0`: the handshake, as JSON.
    Open(String),
    /// `1`: the transport may be closed.
    Close,
    /// `2`: from the server; with `probe` from a client that tries another transport.
    Ping(String),
    /// `3`: the answer to a ping, with the same text.
    Pong(String),
    /// `4`: what the layer above sends.
    Message(Data),
    /// `5`: the client has changed to this transport.
    Upgrade,
    /// `6`: nothing; it releases a waiting poll.
    Noop,
}

/// What came is not a packet: it has no type or one that there isn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Packet {
    /// The packet as text. Octets are written as `b` and base64, as HTTP bodies need it.
    pub fn to_text(&self) -> String {
        match self {
            Packet::Open(handshake) => format!("0{handshake}"),
            Packet::Close => "1".to_owned(),
            Packet::Ping(text) => format!("2{text}"),
            Packet::Pong(text) => format!("3{text}"),
            Packet::Message(Data::Text(text)) => format!("4{text}"),
            Packet::Message(Data::Binary(octets)) => format!("b{}", Base64::encode_string(octets)),
            Packet::Upgrade => "5".to_owned(),
            Packet::Noop => "6".to_owned(),
        }
    }

    /// The packet as a WebSocket carries it: octets stand in a message of their own, without a type.
    pub fn to_data(&self) -> Data {
        match self {
            Packet::Message(Data::Binary(octets)) => Data::Binary(octets.clone()),
            other => Data::Text(other.to_text()),
        }
    }

    /// Reads a packet from text.
    ///
    /// # Errors
    /// When it does not begin with the type of a packet.
    pub fn from_text(text: &str) -> Result<Packet, Malformed> {
        let mut characters = text.chars();
        let kind = characters.next().ok_or(Malformed)?;
        let rest = characters.as_str();
        Ok(match kind {
            '0' => Packet::Open(rest.to_owned()),
            '1' => Packet::Close,
            '2' => Packet::Ping(rest.to_owned()),
            '3' => Packet::Pong(rest.to_owned()),
            '4' => Packet::Message(Data::Text(rest.to_owned())),
            '5' => Packet::Upgrade,
            '6' => Packet::Noop,
            'b' => Packet::Message(Data::Binary(octets(rest))),
            _ => return Err(Malformed),
        })
    }

    /// Reads a packet from a message of a WebSocket.
    ///
    /// # Errors
    /// When a text does not begin with the type of a packet.
    pub fn from_data(data: Data) -> Result<Packet, Malformed> {
        match data {
            Data::Text(text) => Packet::from_text(&text),
            Data::Binary(octets) => Ok(Packet::Message(Data::Binary(octets))),
        }
    }
}

/// Packets as one HTTP body.
pub fn to_payload(packets: &[Packet]) -> String {
    let mut payload = String::new();
    for (number, packet) in packets.iter().enumerate() {
        if number > 0 {
            payload.push(SEPARATOR);
        }
        payload.push_str(&packet.to_text());
    }
    payload
}

/// The packets of an HTTP body. Nothing is read after the first that is malformed.
pub fn from_payload(payload: &str) -> Vec<Result<Packet, Malformed>> {
    let mut packets = Vec::new();
    for text in payload.split(SEPARATOR) {
        let packet = Packet::from_text(text);
        let is_malformed = packet.is_err();
        packets.push(packet);
        if is_malformed {
            break;
        }
    }
    packets
}

/// Octets from base64. What is not of its alphabet is passed over, as the reference does.
fn octets(base64: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(base64.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in base64.bytes().take_while(|byte| *byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            octets.push((bits >> count) as u8);
        }
    }
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the Engine.IO protocol document, "HTTP long-polling".
    #[test]
    fn a_payload_joins_packets_with_the_record_separator_and_octets_become_base64() {
        let packets = [
            Packet::Message(Data::Text("hello".to_owned())),
            Packet::Ping(String::new()),
            Packet::Message(Data::Text("world".to_owned())),
        ];
        assert_eq!(to_payload(&packets), "4hello\u{1e}2\u{1e}4world");
        let packets = [
            Packet::Message(Data::Text("hello".to_owned())),
            Packet::Message(Data::Binary(vec![1, 2, 3, 4])),
        ];
        assert_eq!(to_payload(&packets), "4hello\u{1e}bAQIDBA==");
        let read: Vec<Packet> =
            from_payload("4hello\u{1e}bAQIDBA==").into_iter().map(Result::unwrap).collect();
        assert_eq!(read, packets);
    }

    #[test]
    fn a_malformed_packet_ends_the_payload() {
        assert_eq!(from_payload("6\u{1e}9\u{1e}6"), [Ok(Packet::Noop), Err(Malformed)]);
        assert_eq!(from_payload(""), [Err(Malformed)]);
    }
}
