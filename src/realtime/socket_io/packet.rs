//! Socket.IO packets as texts and octets (socket.io/docs/v4/socket-io-protocol, "Packet encoding").

use super::Value;
use crate::realtime::engine_io::Data;

/// The most octet strings that an event may bring (socket.io-parser 4.2).
const MOST_ATTACHMENTS: usize = 10;

/// Names that applications may not give to events, as the reference uses them for its own.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// What a packet says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// `0`: from a client, it asks to be let into the namespace and shows this; from the server, it is let in.
    Connect(Option<Value>),
    /// `1`: this side leaves the namespace.
    Disconnect,
    /// `2`, with octets `5`: an event; the first value is its name.
    Event(Vec<Value>),
    /// `3`, with octets `6`: the answer to an event with a number.
    Ack(Vec<Value>),
    /// `4`: the client is not let in.
    ConnectError(Value),
}

/// A packet of Socket.IO.
#[derive(Clone, Debug, PartialEq)]
pub struct Packet {
    /// The namespace, such as `/`.
    pub namespace: String,
    /// The number by which an event is acknowledged.
    pub id: Option<u64>,
    /// What it says.
    pub content: Content,
}

/// Why something is not a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It does not begin with the type of a packet.
    UnknownType,
    /// The number of octet strings is missing, none, or not a number.
    IllegalAttachments,
    /// There are more octet strings than are taken.
    TooManyAttachments,
    /// The JSON is none, or not what a packet of this type says.
    InvalidPayload,
    /// A text came where octets were expected.
    TextInPlaceOfBinary,
    /// Octets came where a text was expected.
    BinaryInPlaceOfText,
}

impl Packet {
    /// The packet as a text and the octets that follow it.
    pub fn encode(&self) -> Vec<Data> {
        let mut attachments = Vec::new();
        let (mut kind, values) = match &self.content {
            Content::Connect(auth) => (0, auth.as_ref().map(Value::to_json)),
            Content::Disconnect => (1, None),
            Content::Event(values) => (2, Some(deconstructed(values, &mut attachments))),
            Content::Ack(values) => (3, Some(deconstructed(values, &mut attachments))),
            Content::ConnectError(error) => (4, Some(error.to_json())),
        };
        let mut text = String::new();
        if attachments.is_empty() {
            text.push_str(&kind.to_string());
        } else {
            kind += 3;
            text.push_str(&format!("{kind}{}-", attachments.len()));
        }
        if self.namespace != "/" {
            text.push_str(&self.namespace);
            text.push(',');
        }
        if let Some(id) = self.id {
            text.push_str(&id.to_string());
        }
        if let Some(values) = values {
            text.push_str(&values);
        }
        let mut data = vec![Data::Text(text)];
        data.extend(attachments.into_iter().map(Data::Binary));
        data
    }
}

/// Values as JSON, with placeholders for the octets, which are put aside.
fn deconstructed(values: &[Value], attachments: &mut Vec<Vec<u8>>) -> String {
    if !values.iter().any(Value::has_binary) {
        let entries: Vec<String> = values.iter().map(Value::to_json).collect();
        return format!("[{}]", entries.join(","));
    }
    Value::Array(values.iter().map(|value| without_binary(value, attachments)).collect()).to_json()
}

fn without_binary(value: &Value, attachments: &mut Vec<Vec<u8>>) -> Value {
    match value {
        Value::Binary(octets) => {
            let number = attachments.len();
            attachments.push(octets.clone());
            let placeholder = ("_placeholder".to_owned(), Value::Boolean(true));
            Value::Object(vec![placeholder, ("num".to_owned(), Value::Number(number as f64))])
        }
        Value::Array(entries) => {
            Value::Array(entries.iter().map(|entry| without_binary(entry, attachments)).collect())
        }
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(name, value)| (name.clone(), without_binary(value, attachments))).collect(),
        ),
        other => other.clone(),
    }
}

/// Puts the octets back in place of the placeholders.
fn reconstructed(value: &mut Value, attachments: &[Vec<u8>]) -> Result<(), Malformed> {
    if value.get("_placeholder") == Some(&Value::Boolean(true)) {
        let octets = match value.get("num") {
            Some(Value::Number(number)) if *number >= 0.0 && number.fract() == 0.0 => {
                attachments.get(*number as usize)
            }
            _ => None,
        };
        *value = Value::Binary(octets.ok_or(Malformed::IllegalAttachments)?.clone());
        return Ok(());
    }
    match value {
        Value::Array(entries) => entries.iter_mut().try_for_each(|entry| reconstructed(entry, attachments)),
        Value::Object(fields) => {
            fields.iter_mut().try_for_each(|(_, value)| reconstructed(value, attachments))
        }
        _ => Ok(()),
    }
}

/// Puts packets together from the texts and octets that come.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    /// The packet whose octets have not all come, and how many it has.
    partial: Option<(Packet, usize, Vec<Vec<u8>>)>,
}

impl Decoder {
    /// Takes what came; gives a packet when one is complete.
    ///
    /// # Errors
    /// When it cannot be part of a packet; the connection is to be closed then.
    pub fn add(&mut self, data: Data) -> Result<Option<Packet>, Malformed> {
        match data {
            Data::Text(_) if self.partial.is_some() => Err(Malformed::TextInPlaceOfBinary),
            Data::Text(text) => {
                let (packet, attachments) = decode(&text)?;
                if attachments == 0 {
                    return Ok(Some(packet));
                }
                self.partial = Some((packet, attachments, Vec::new()));
                Ok(None)
            }
            Data::Binary(octets) => {
                let (_, count, collected) = self.partial.as_mut().ok_or(Malformed::BinaryInPlaceOfText)?;
                collected.push(octets);
                if collected.len() < *count {
                    return Ok(None);
                }
                let Some((mut packet, _, collected)) = self.partial.take() else { return Ok(None) };
                if let Content::Event(values) | Content::Ack(values) = &mut packet.content {
                    values.iter_mut().try_for_each(|value| reconstructed(value, &collected))?;
                }
                Ok(Some(packet))
            }
        }
    }
}

/// Reads the text of a packet and the number of octet strings that follow it.
fn decode(text: &str) -> Result<(Packet, usize), Malformed> {
    let kind =
        text.bytes().next().filter(|kind| (b'0'..=b'6').contains(kind)).ok_or(Malformed::UnknownType)?;
    let mut rest = &text[1..];
    let mut attachments = 0;
    if kind >= b'5' {
        let (count, after) = rest.split_once('-').ok_or(Malformed::IllegalAttachments)?;
        let is_number = !count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number || count.bytes().all(|digit| digit == b'0') {
            return Err(Malformed::IllegalAttachments);
        }
        attachments = count.parse().unwrap_or(usize::MAX);
        if attachments > MOST_ATTACHMENTS {
            return Err(Malformed::TooManyAttachments);
        }
        rest = after;
    }
    let mut namespace = "/";
    if rest.starts_with('/') {
        (namespace, rest) = rest.split_once(',').unwrap_or((rest, ""));
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // A number that is too large loses its last digits, as in JavaScript.
    let id = (digits > 0).then(|| rest[..digits].parse::<u64>().map_or(u64::MAX, |id| id as f64 as u64));
    let rest = &rest[digits..];
    let payload = match rest {
        "" => None,
        json => Some(Value::from_json(json).ok_or(Malformed::InvalidPayload)?),
    };
    let content = match (kind, payload) {
        (b'0', payload @ (None | Some(Value::Object(_)))) => Content::Connect(payload),
        (b'1', None) => Content::Disconnect,
        (b'2' | b'5', None) => Content::Event(Vec::new()),
        (b'2' | b'5', Some(Value::Array(values))) if is_event(&values) => Content::Event(values),
        (b'3' | b'6', None) => Content::Ack(Vec::new()),
        (b'3' | b'6', Some(Value::Array(values))) => Content::Ack(values),
        (b'4', None) => Content::ConnectError(Value::Null),
        (b'4', Some(error @ (Value::Text(_) | Value::Object(_)))) => Content::ConnectError(error),
        _ => return Err(Malformed::InvalidPayload),
    };
    Ok((Packet { namespace: namespace.to_owned(), id, content }, attachments))
}

/// Whether values begin with the name of an event.
fn is_event(values: &[Value]) -> bool {
    match values.first() {
        Some(Value::Number(_)) => true,
        Some(Value::Text(name)) => !is_reserved(name),
        _ => false,
    }
}

/// Whether applications may not give this name to an event.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Result<Option<Packet>, Malformed> {
        Decoder::default().add(Data::Text(text.to_owned()))
    }

    /// The examples of the Socket.IO protocol document, "Packet encoding".
    #[test]
    fn packets_are_written_and_read_as_in_the_protocol_document() {
        let object = |name: &str, value: &str| Value::object([(name.to_owned(), Value::from(value))]);
        let one_two_three = Value::Binary(vec![1, 2, 3]);
        let cases = [
            ("/", None, Content::Connect(None), "0"),
            ("/admin", None, Content::Connect(Some(object("sid", "oSO0"))), "0/admin,{\"sid\":\"oSO0\"}"),
            (
                "/",
                None,
                Content::ConnectError(object("message", "Not authorized")),
                "4{\"message\":\"Not authorized\"}",
            ),
            ("/", None, Content::Event(vec!["foo".into()]), "2[\"foo\"]"),
            ("/admin", Some(12), Content::Event(vec!["foo".into()]), "2/admin,12[\"foo\"]"),
            ("/admin", Some(13), Content::Ack(vec!["bar".into()]), "3/admin,13[\"bar\"]"),
            ("/admin", None, Content::Disconnect, "1/admin,"),
            (
                "/",
                None,
                Content::Event(vec!["baz".into(), one_two_three.clone()]),
                "51-[\"baz\",{\"_placeholder\":true,\"num\":0}]",
            ),
            (
                "/admin",
                Some(15),
                Content::Ack(vec!["bar".into(), one_two_three]),
                "61-/admin,15[\"bar\",{\"_placeholder\":true,\"num\":0}]",
            ),
        ];
        for (namespace, id, content, text) in cases {
            let packet = Packet { namespace: namespace.to_owned(), id, content };
            let data = packet.encode();
            assert_eq!(data[0], Data::Text(text.to_owned()));
            let mut decoder = Decoder::default();
            let mut read = None;
            for part in data {
                assert_eq!(read, None);
                read = decoder.add(part).unwrap();
            }
            assert_eq!(read, Some(packet));
        }
    }

    /// The same texts are refused by socket.io-parser 4.2, with errors of these meanings.
    #[test]
    fn malformed_packets_are_refused_with_the_error_of_the_reference() {
        for (text, error) in [
            ("", Malformed::UnknownType),
            ("7", Malformed::UnknownType),
            ("x", Malformed::UnknownType),
            ("5[\"a\"]", Malformed::IllegalAttachments),
            ("5-[\"a\"]", Malformed::IllegalAttachments),
            ("50-[\"a\"]", Malformed::IllegalAttachments),
            ("5a-[\"a\"]", Malformed::IllegalAttachments),
            ("511-[\"a\"]", Malformed::TooManyAttachments),
            ("0[]", Malformed::InvalidPayload),
            ("1{}", Malformed::InvalidPayload),
            ("2{}", Malformed::InvalidPayload),
            ("2[]", Malformed::InvalidPayload),
            ("2[null]", Malformed::InvalidPayload),
            ("2[\"connect\"]", Malformed::InvalidPayload),
            ("2[\"a\"", Malformed::InvalidPayload),
            ("3{}", Malformed::InvalidPayload),
            ("4[]", Malformed::InvalidPayload),
        ] {
            assert_eq!(whole(text), Err(error), "{text}");
        }
        let mut decoder = Decoder::default();
        assert_eq!(decoder.add(Data::Binary(vec![1])), Err(Malformed::BinaryInPlaceOfText));
        let event = "51-[\"a\",{\"_placeholder\":true,\"num\":1}]";
        assert_eq!(decoder.add(Data::Text(event.to_owned())), Ok(None));
        assert_eq!(decoder.add(Data::Text("2[\"a\"]".to_owned())), Err(Malformed::TextInPlaceOfBinary));
        assert_eq!(decoder.add(Data::Binary(vec![1])), Err(Malformed::IllegalAttachments));
    }
}
