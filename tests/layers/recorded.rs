//! Captures of real systems (`tests/conformance/pcap`): every packet has the layers that Wireshark 4.0 sees, and
//! the same fields with the same values in the same order.

use super::dissected::{Node, difference, is_listed, ours};
use queuescope::network::capture::read_capture;
use queuescope::network::layers::{Dissector, Layer};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
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
            assert!(layers.iter().all(Layer::is_valid), "{place}: {layers:?}");
            compared += fields_agree(&place, &listed, packet);
        }
    }
    assert!(compared >= 154, "{compared} layers were compared");
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
