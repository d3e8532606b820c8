//! Captures of real systems (`tests/conformance/pcap`): every packet has the layers that Wireshark 4.0 sees, and
//! the same fields with the same values in the same order.

use super::dissected::{Node, difference, is_listed, ours};
use queuescope::network::capture::read_capture;
use queuescope::network::layers::{Dissector, Field, Layer, OsiLayer};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Captures with a dissection, by name.
fn captures() -> BTreeMap<String, PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/pcap");
    let files = fs::read_dir(folder).expect("the folder is there");
    let paths = files.map(|file| file.expect("a file").path());
    paths
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".fields.json")?.to_owned();
            Some((name, path))
        })
        .collect()
}

/// The layers of every packet of a capture.
fn dissect(path: &Path, name: &str) -> Vec<Vec<Layer>> {
    let file = fs::read(path.with_file_name(format!("{name}.pcap"))).expect("a capture");
    let mut dissector = Dissector::new().without_checksums();
    let capture = read_capture(&file).expect("it can be read");
    capture.packets.iter().map(|packet| dissector.dissect(packet.time, &packet.octets)).collect()
}

#[test]
fn every_packet_has_the_fields_that_wireshark_sees() {
    let captures = captures();
    assert!(captures.len() >= 5, "{captures:?}");
    let mut compared = 0;
    for (name, path) in captures {
        let text = fs::read_to_string(&path).expect("a dissection");
        let dissection: Json = serde_json::from_str(&text).expect("JSON");
        let packets = dissection["packets"].as_array().expect("a list");
        let dissected = dissect(&path, &name);
        assert_eq!(dissected.len(), packets.len(), "packets of {name}");
        for (layers, packet) in dissected.iter().zip(packets) {
            let place = format!("{name}, frame {}", packet["frame"]);
            let listed: Vec<&Layer> = layers.iter().filter(|layer| is_listed(layer)).collect();
            let filters: Vec<&str> = listed.iter().map(|layer| layer.protocol.filter()).collect();
            assert_eq!(Json::from(filters), packet["layers"], "{place}");
            assert!(layers.iter().take(3).all(Layer::is_valid), "{place}: {layers:?}");
            compared += fields_agree(&place, &listed, packet);
        }
    }
    assert!(compared >= 154, "{compared} layers were compared");
}

/// The columns of `NAME.txt` but the last, which is prose: number, time, protocol, stream, ports, flags, numbers.
#[test]
fn every_packet_has_the_line_that_wireshark_lists() {
    const FIELDS: [&str; 9] = [
        "tcp.stream",
        "tcp.srcport",
        "tcp.dstport",
        "udp.srcport",
        "udp.dstport",
        "tcp.flags.str",
        "tcp.seq",
        "tcp.ack",
        "tcp.len",
    ];
    let mut lines_compared = 0;
    for (name, path) in captures() {
        let text = fs::read_to_string(path.with_file_name(format!("{name}.txt"))).expect("a list");
        let mut start = None;
        let dissected = dissect(&path, &name);
        let capture = fs::read(path.with_file_name(format!("{name}.pcap"))).expect("a capture");
        let capture = read_capture(&capture).expect("it can be read");
        assert_eq!(text.lines().count(), 1 + dissected.len(), "lines of {name}");
        for ((line, layers), packet) in text.lines().skip(1).zip(&dissected).zip(&capture.packets) {
            let columns: Vec<&str> = line.split('\t').collect();
            let since = packet.time - *start.get_or_insert(packet.time);
            let seconds = format!("{}.{:06}000", since.as_us() / 1_000_000, since.as_us() % 1_000_000);
            assert_eq!(columns[1], seconds, "{name}: {line}");
            // `AMQP/JSON`: what is in the body is not looked at.
            let is_shown = |layer: &&Layer| {
                is_listed(layer) && layer.protocol.osi() != OsiLayer::Presentation
                    || layer.field("amqp.protocol_header.protocol").is_some()
            };
            let top = layers.iter().rev().find(is_shown).map(|layer| layer.protocol);
            let shown = top.map(|protocol| protocol.name().split([' ', '/']).next().unwrap_or_default());
            assert_eq!(columns[2].split('/').next(), shown, "{name}: {line}");
            for (column, field) in columns[3..].iter().zip(FIELDS) {
                // A quoted datagram has fields of the same names.
                let value =
                    layers.iter().find_map(|layer| layer.field(field)).map_or("", |field| &field.value);
                assert_eq!(column, &value, "{name}, {field}: {line}");
            }
            lines_compared += 1;
        }
    }
    assert!(lines_compared >= 177, "{lines_compared} lines were compared");
}

/// Wireshark does not look at the last octet of AMQP's frames, so it is looked at here.
#[test]
fn every_frame_of_amqp_ends_with_its_end_octet() {
    let (_, path) = captures().into_iter().find(|(name, _)| name == "amqp-basic").expect("it is there");
    let layers = dissect(&path, "amqp-basic");
    let ends: Vec<&str> = layers
        .iter()
        .flatten()
        .filter_map(|layer| layer.field("amqp.frame_end"))
        .map(|field| &*field.value)
        .collect();
    assert_eq!(ends, ["0xce"; 61]);
}

/// Every field lies within its layer, header, payload and trailer follow one another without a gap, and
/// everything that is not a line of text has a name, a source and an explanation.
#[test]
fn every_octet_of_a_frame_belongs_to_one_part_of_each_layer() {
    for (name, path) in captures() {
        let file = fs::read(path.with_file_name(format!("{name}.pcap"))).expect("a capture");
        let capture = read_capture(&file).expect("it can be read");
        for (layers, packet) in dissect(&path, &name).iter().zip(&capture.packets) {
            for layer in layers {
                let length =
                    layer.reassembled.as_ref().map_or(packet.octets.len(), |whole| whole.octets.len());
                assert!(layer.octets().end <= length, "{name}: {layer:?}");
                assert_eq!(layer.header.end, layer.payload.start, "{name}: {layer:?}");
                assert_eq!(layer.payload.end, layer.trailer.start, "{name}: {layer:?}");
                layer.fields.iter().for_each(|field| lies_within(field, &layer.octets(), &name));
            }
            // Each layer lies in what the one below it carries.
            let lower = layers.iter().take(3);
            for (below, above) in lower.clone().zip(lower.skip(1)) {
                assert_eq!(below.payload, above.octets(), "{name}");
            }
        }
    }
}

fn lies_within(field: &Field, octets: &Range<usize>, name: &str) {
    assert!(
        field.is_computed() || octets.start <= field.octets.start && field.octets.end <= octets.end,
        "{name}: {field:?} in {octets:?}"
    );
    assert!(field.name.is_empty() || field.definition().is_some(), "{name}: {field:?} has no definition");
    field.fields.iter().for_each(|field| lies_within(field, octets, name));
}

/// Compares every layer that the record has fields of; gives their number.
fn fields_agree(place: &str, listed: &[&Layer], packet: &Json) -> usize {
    let mut compared = 0;
    for (filter, record) in packet.as_object().expect("an object") {
        let Some(list) = record.as_array().filter(|_| filter != "layers") else { continue };
        let same = listed.iter().filter(|layer| layer.protocol.filter() == filter);
        // Several layers of a kind are a list of lists.
        let records: Vec<_> = match list.first() {
            Some(Json::Array(_)) => list.iter().map(recorded).collect(),
            _ => vec![recorded(record)],
        };
        let same: Vec<_> = same.map(|layer| ours(layer)).collect();
        assert_eq!(same.len(), records.len(), "{place}: {filter}");
        for (ours, theirs) in same.iter().zip(&records) {
            assert_eq!(difference(ours, theirs), None, "{place}: {filter}");
            compared += 1;
        }
    }
    compared
}

/// The fields of `NAME.fields.json`.
fn recorded(fields: &Json) -> Vec<Node> {
    let list = fields.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .map(|field| Node {
            name: field["name"].as_str().expect("a name").into(),
            value: field["value"].as_str().map(str::to_owned),
            fields: recorded(&field["fields"]),
        })
        .collect()
}
