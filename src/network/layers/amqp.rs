//! AMQP 0-9-1: the protocol header and the four kinds of frames (sections 2.3.5 and 4.2.3).

use super::amqp_acknowledgements::Acknowledgements;
use super::amqp_table::entries;
use super::application::Cut;
use super::field::colons;
use super::moment::Moment;
use super::{Field, Layer, Problem, Protocol, Remark, Severity};
use crate::amqp::Method;
use crate::amqp::wire::{
    FRAME_END, FieldKind, FieldValue, FrameKind, MethodNumber, PlacedField, ReadError, placed_header_fields,
    placed_method_fields,
};

/// Type, channel and size.
const HEADER: usize = 7;
/// The name of the protocol and its version.
const PROTOCOL_HEADER: usize = 8;

const CLOSING_CONNECTION: MethodNumber = (10, 50);
const CLOSING_CHANNEL: MethodNumber = (20, 40);
const RETURN: MethodNumber = (60, 50);

/// A type that no frame has.
const UNKNOWN_TYPE: Remark =
    Remark { name: "amqp.unknown.frame_type", severity: Severity::Error, group: 0x0900_0000 };

/// A connection as an onlooker sees it.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    acknowledgements: Acknowledgements,
    /// What came first.
    first: Option<First>,
}

/// What a connection began with, which decides what Wireshark calls the parts of protocol headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum First {
    /// A header of 0-9-1 or 0-8. Wireshark 4.0 has no words for its parts.
    Header,
    /// The header of 0-9: protocol and version, two numbers each.
    HeaderOf09,
    /// The header of 1.0, or something else.
    Other,
    /// Frames: the opening was not seen.
    Frame,
}

impl Connection {
    /// Where the first frame, or the protocol header, ends.
    pub fn cut(&mut self, octets: &[u8]) -> Cut {
        let is_header = octets.first() == Some(&b'A');
        let is_known = octets.first().is_some_and(|&kind| FrameKind::from_octet(kind).is_some());
        let total = match octets {
            _ if is_header => PROTOCOL_HEADER,
            // Without a beginning, a type that there is not is no frame.
            _ if !is_known && self.first.is_none_or(|first| first == First::Other) => {
                self.first = Some(First::Other);
                return Cut::Foreign;
            }
            [_, _, _, a, b, c, d, ..] => {
                let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                size.saturating_add(HEADER + 1)
            }
            _ => return Cut::Part(None),
        };
        if octets.len() < total {
            return Cut::Part(Some(total));
        }
        self.first.get_or_insert(match octets {
            [_, _, _, _, 1, 1, ..] if is_header => First::HeaderOf09,
            [_, _, _, _, 0, ..] if is_header => First::Header,
            _ if is_header => First::Other,
            _ => First::Frame,
        });
        Cut::Whole(total)
    }

    /// The layer of what [`cut`](Self::cut) found.
    pub fn dissect(&mut self, side: usize, octets: &[u8], moment: Moment) -> Layer {
        if octets.first() == Some(&b'A') {
            return protocol_header(octets, self.first);
        }
        let end = octets.len() - 1;
        let kind = FrameKind::from_octet(octets[0]);
        let name = match kind {
            Some(FrameKind::Method) => "method",
            Some(FrameKind::Header) => "content header",
            Some(FrameKind::Body) => "content body",
            Some(FrameKind::Heartbeat) => "heartbeat",
            None => "",
        };
        let mut fields = vec![
            Field::number("amqp.type", octets, 0..1).meaning(name),
            Field::number("amqp.channel", octets, 1..3),
            Field::number("amqp.length", octets, 3..HEADER),
        ];
        let channel = u16::from_be_bytes([octets[1], octets[2]]);
        let payload = &octets[HEADER..end];
        let read = match kind {
            Some(FrameKind::Method) => self.method(side, channel, payload, moment),
            Some(FrameKind::Header) => header(payload),
            Some(FrameKind::Body) if !payload.is_empty() => Ok(vec![body(payload)]),
            Some(_) => Ok(Vec::new()),
            None => {
                fields[0].remark = Some(UNKNOWN_TYPE);
                Err(ReadError::Shape { at: 0 })
            }
        };
        let mut layer = Layer::new(Protocol::Amqp, 0..HEADER, HEADER..end, Vec::new());
        layer.trailer = end..octets.len();
        match read {
            Ok(inner) => fields.extend(inner.into_iter().map(|mut field| {
                field.shift(HEADER);
                field
            })),
            Err(_) => layer.problem = Some(Problem::Malformed),
        }
        fields.push(Field::hexadecimal("amqp.frame_end", octets, end..octets.len()));
        if octets[end] != FRAME_END {
            layer.problem = Some(Problem::Malformed);
        }
        Layer { fields, ..layer }
    }

    fn method(
        &mut self,
        side: usize,
        channel: u16,
        payload: &[u8],
        moment: Moment,
    ) -> Result<Vec<Field>, ReadError> {
        let places = placed_method_fields(payload)?;
        let number = |index: usize| match places[index].value {
            FieldValue::Number(number) => number as u16,
            _ => 0,
        };
        let method = (number(0), number(1));
        let (class_name, method_name) =
            Method::name_of(method).and_then(|name| name.split_once('.')).unwrap_or(("", ""));
        let mut arguments = Vec::new();
        let published = self.acknowledgements.note(side, channel, method, &places, moment.packet);
        if let Some(count) = published {
            arguments.push(Field::computed("amqp.method.arguments.publish_number", count));
        }
        for place in &places[2..] {
            let name = match (method, place.field.name) {
                (_, "no_wait") => "nowait",
                ((60, 20), "arguments") => "filter",
                (_, name) => name,
            };
            let field = shown(format!("amqp.method.arguments.{name}"), place)?;
            arguments.push(match remark(method, place) {
                Some(remark) => field.remark(remark),
                None => field,
            });
        }
        let mut fields = vec![
            Field::number("amqp.method.class", payload, 0..2).meaning(class_name),
            Field::number("amqp.method.method", payload, 2..4).meaning(method_name),
        ];
        let octets = 4..payload.len();
        fields.push(Field::new("amqp.method.arguments", octets, "").with(arguments));
        let acknowledged = self.acknowledgements.acknowledged(side, channel, method, &places);
        fields.extend(acknowledged.into_iter().map(|packet| Field::computed("amqp.message_in", packet)));
        Ok(fields)
    }
}

/// Name and version of the protocol (4.2.2).
fn protocol_header(octets: &[u8], first: Option<First>) -> Layer {
    let names = match first {
        Some(First::HeaderOf09) => [
            "amqp.init.protocol",
            "amqp.init.id_major",
            "amqp.init.id_minor",
            "amqp.init.version_major",
            "amqp.init.version_minor",
        ],
        Some(First::Other) => [
            "amqp.init.protocol",
            "amqp.init.id",
            "amqp.init.version_major",
            "amqp.init.version_minor",
            "amqp.init.version_revision",
        ],
        // Names of our own, in the same manner.
        _ => [
            "amqp.protocol_header.protocol",
            "amqp.protocol_header.id",
            "amqp.protocol_header.version_major",
            "amqp.protocol_header.version_minor",
            "amqp.protocol_header.version_revision",
        ],
    };
    let [name, numbers @ ..] = names;
    let mut fields = vec![Field::new(name, 0..4, String::from_utf8_lossy(&octets[..4]))];
    fields.extend(numbers.into_iter().zip(4..).map(|(name, at)| Field::number(name, octets, at..at + 1)));
    Layer::new(Protocol::Amqp, 0..PROTOCOL_HEADER, PROTOCOL_HEADER..PROTOCOL_HEADER, fields)
}

/// The fields of a content header (4.2.6.1).
fn header(payload: &[u8]) -> Result<Vec<Field>, ReadError> {
    let places = placed_header_fields(payload)?;
    let properties = places[4..]
        .iter()
        .map(|place| shown(format!("amqp.method.properties.{}", place.field.name), place))
        .collect::<Result<_, _>>()?;
    let at = |index: usize| places[index].octets.clone();
    Ok(vec![
        Field::number("amqp.header.class", payload, at(0)).known_meaning(class_name(payload)),
        Field::number("amqp.header.weight", payload, at(1)),
        Field::number("amqp.header.body-size", payload, at(2)),
        Field::hexadecimal("amqp.header.property-flags", payload, at(3)),
        Field::new("amqp.header.properties", at(3).end..payload.len(), "").with(properties),
    ])
}

const fn class_name(payload: &[u8]) -> Option<&'static str> {
    if matches!(payload, [0, 60, ..]) { Some("basic") } else { None }
}

/// A piece of the body: as text, where it is one (Wireshark shows octets).
fn body(payload: &[u8]) -> Field {
    let all = 0..payload.len();
    match std::str::from_utf8(payload) {
        Ok(text) => Field::new("amqp.payload", all, text),
        Err(_) => Field::octets("amqp.payload", payload, all),
    }
}

/// A field with its value as Wireshark writes it.
fn shown(name: String, place: &PlacedField<'_>) -> Result<Field, ReadError> {
    let octets = place.octets.clone();
    // Strings lie behind their length.
    let behind = |length: usize| octets.end - length..octets.end;
    Ok(match place.value {
        FieldValue::Number(seconds) if name.ends_with(".properties.timestamp") => {
            Field::new(name, octets, super::amqp_table::date(seconds))
        }
        FieldValue::Number(number) => Field::new(name, octets, number.to_string()),
        FieldValue::Bit(bit) => {
            let from_left = usize::from(7 - place.bit.unwrap_or(0));
            let field = Field::new(name, octets, u8::from(bit).to_string());
            Field { bits: Some(from_left..from_left + 1), ..field }.meaning(if bit { "yes" } else { "no" })
        }
        FieldValue::Octets(text) if place.field.kind == FieldKind::LongString => {
            let field = Field::new(name, behind(text.len()), colons(text));
            match std::str::from_utf8(text) {
                Ok(text) => field.meaning(text.replace('\0', "␀")),
                Err(_) => field,
            }
        }
        FieldValue::Octets(text) => Field::new(name, octets, String::from_utf8_lossy(text)),
        FieldValue::Table(table) => {
            let start = octets.end - table.len();
            Field::new(name, octets, "").with(entries(table, start)?)
        }
    })
}

/// What is remarkable about a reply code: 200 is as it should be.
fn remark(method: MethodNumber, place: &PlacedField<'_>) -> Option<Remark> {
    if place.field.name != "reply_code" || place.value == FieldValue::Number(200) {
        return None;
    }
    let name = match method {
        CLOSING_CONNECTION => "amqp.connection.error",
        CLOSING_CHANNEL => "amqp.channel.error",
        RETURN => "amqp.message.undeliverable",
        _ => return None,
    };
    Some(Remark { name, severity: Severity::Warning, group: 0x0300_0000 })
}
