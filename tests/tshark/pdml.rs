//! PDML, in which tshark writes what it sees: just enough of XML for that.

use super::dissected::Node;

/// A packet: the names of its protocols from Ethernet up, with their fields.
#[derive(Debug)]
pub struct Packet {
    pub protocols: Vec<(String, Vec<Node>)>,
}

/// What tshark adds about the capture itself, and octets that it hands on or does not explain.
const NOT_LAYERS: [&str; 5] = ["geninfo", "pkt_comment", "frame", "fake-field-wrapper", "data"];

/// What Wireshark says of its own work on a stream: it is said here by places and pieces.
const NOT_COMPARED: [&str; 3] = ["tcp.pdu.size", "tcp.segment_data", "tcp.segments"];

/// Reads the packets. Left out is what Wireshark hides (second names of the same field), and what it makes of the
/// bodies of messages.
pub fn read(text: &str) -> Vec<Packet> {
    let mut tags = text.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default());
    let mut packets = Vec::new();
    while let Some(tag) = tags.next() {
        if tag.starts_with("packet") {
            packets.push(Packet { protocols: protocols(&mut tags) });
        }
    }
    packets
}

fn protocols<'a>(tags: &mut impl Iterator<Item = &'a str>) -> Vec<(String, Vec<Node>)> {
    let mut protocols = Vec::new();
    while let Some(tag) = tags.next().filter(|tag| *tag != "/packet") {
        let name = attribute(tag, "name").unwrap_or_default();
        let fields = if tag.ends_with('/') { Vec::new() } else { fields(tags) };
        if tag.starts_with("proto") && !NOT_LAYERS.contains(&&*name) {
            protocols.push((name, fields));
        }
    }
    protocols
}

/// The fields up to the end of the one that they are in.
fn fields<'a>(tags: &mut impl Iterator<Item = &'a str>) -> Vec<Node> {
    let mut nodes = Vec::new();
    while let Some(tag) = tags.next().filter(|tag| !tag.starts_with('/')) {
        let inner = if tag.ends_with('/') { Vec::new() } else { fields(tags) };
        if tag.starts_with("field") && attribute(tag, "hide").is_none() {
            let node = node(tag, inner);
            if !NOT_COMPARED.contains(&&*node.name) {
                nodes.push(node);
            }
        }
    }
    nodes
}

fn node(tag: &str, fields: Vec<Node>) -> Node {
    let name = attribute(tag, "name").unwrap_or_default();
    let show = attribute(tag, "show");
    let value = match &*name {
        // The words stand in the line alone.
        "amqp.field" => attribute(tag, "showname"),
        "amqp.payload" => show.map(|octets| text(&octets).unwrap_or(octets)),
        _ => show,
    };
    Node { name, value, fields }
}

/// Octets with colons between as a text, if they are one.
fn text(octets: &str) -> Option<String> {
    let octets =
        octets.split(':').map(|digits| u8::from_str_radix(digits, 16).ok()).collect::<Option<_>>()?;
    String::from_utf8(octets).ok()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = tag[start..].split('"').next()?;
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&apos;", "'"), ("&amp;", "&")];
    Some(entities.iter().fold(value.to_owned(), |value, (from, to)| value.replace(from, to)))
}
