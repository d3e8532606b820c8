//! A dissection as a tree of names and values: ours, Wireshark's, and what is different on purpose.

use queuescope::network::layers::{Field, Layer, Protocol, Remark};

/// A field: name, value, the fields in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub name: String,
    pub value: Option<String>,
    pub fields: Vec<Node>,
}

impl Node {
    /// The value in one line: within XML, where the dissections come from, the end of a line is a space.
    fn line(&self) -> Option<String> {
        self.value.as_ref().map(|value| value.replace("\r\n", " ").replace(['\r', '\n'], " "))
    }
}

/// What we show and Wireshark does not: the end of AMQP's frames, how a segment fits to those before.
const OURS: [&str; 2] = ["amqp.frame_end", "tcp.arrival"];

/// Whether Wireshark lists the layer, too: whole, known to it, with fields, and not within ICMP. It has no words for the header
/// of AMQP 0-9-1 and calls it an unknown version.
pub fn is_listed(layer: &Layer) -> bool {
    layer.protocol.is_known_to_wireshark()
        && layer.protocol != Protocol::Data
        && layer.piece.is_none()
        && !layer.is_quoted
        && layer.field("amqp.protocol_header.protocol").is_none()
}

/// The fields of a layer of ours.
pub fn ours(layer: &Layer) -> Vec<Node> {
    nodes(&layer.fields)
}

fn nodes(fields: &[Field]) -> Vec<Node> {
    let shown = fields.iter().filter(|field| !OURS.contains(&&*field.name));
    shown.map(node).collect()
}

fn node(field: &Field) -> Node {
    let mut fields = nodes(&field.fields);
    if let Some(remark) = field.remark {
        fields.insert(0, expert(remark));
    }
    // Octets that nobody explains have a place, but no value.
    let value = (field.name != "data").then(|| field.value.clone());
    Node { name: field.name.to_string(), value, fields }
}

fn expert(remark: Remark) -> Node {
    let leaf = |name: &str, value: String| Node { name: name.into(), value: Some(value), fields: Vec::new() };
    Node {
        name: "_ws.expert".into(),
        value: None,
        fields: vec![
            leaf(remark.name, String::new()),
            leaf("_ws.expert.severity", (remark.severity as u32).to_string()),
            leaf("_ws.expert.group", remark.group.to_string()),
        ],
    }
}

/// The first place in which two lists of fields differ.
pub fn difference(ours: &[Node], theirs: &[Node]) -> Option<String> {
    for (one, other) in ours.iter().zip(theirs) {
        if (&one.name, one.line()) != (&other.name, other.line()) {
            return Some(format!(
                "{} = {:?} here, {} = {:?} there",
                one.name, one.value, other.name, other.value
            ));
        }
        if let Some(inner) = difference(&one.fields, &other.fields) {
            return Some(format!("{} > {inner}", one.name));
        }
    }
    match (ours.get(theirs.len()), theirs.get(ours.len())) {
        (Some(more), _) => Some(format!("{} = {:?} here alone", more.name, more.value)),
        (_, Some(more)) => Some(format!("{} = {:?} there alone", more.name, more.value)),
        _ => None,
    }
}
