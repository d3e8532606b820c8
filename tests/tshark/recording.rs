//! A capture that is written here and read by tshark.

use super::dissected::{Node, difference, is_listed, ours};
use super::pdml::{Packet, read};
use queuescope::network::capture::{CaptureWriter, LinkNumber, read_capture};
use queuescope::network::layers::envelope::{AssumedConnection, Endpoint, Side};
use queuescope::network::layers::{Dissector, Layer};
use queuescope::time::Time;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

pub const CLIENT: Endpoint = Endpoint { ethernet: [2, 0, 0, 0, 0, 1], address: [10, 0, 0, 1], port: 49_152 };
pub const SERVER: Endpoint = Endpoint { ethernet: [2, 0, 0, 0, 0, 2], address: [10, 0, 0, 2], port: 0 };

/// With the checks that are off in Wireshark unless asked for.
const CHECKS: [&str; 6] =
    ["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];

/// Where Wireshark's words for a grave problem begin.
const ERROR: u32 = 0x0080_0000;

/// Frames with times, and a connection for those of TCP.
pub struct Recording {
    pub connection: AssumedConnection,
    writer: CaptureWriter,
    link: LinkNumber,
    time: u64,
    frame_count: usize,
}

/// What tshark and the dissection here say of the same frames.
pub struct Read {
    pub packets: Vec<Packet>,
    pub layers: Vec<Vec<Layer>>,
}

impl Recording {
    /// A recording in which a client and a server at this port have opened a connection.
    pub fn opened(port: u16) -> Recording {
        let mut recording = Recording::new(port);
        let frames = recording.connection.open();
        recording.add(frames);
        recording
    }

    /// A recording with nothing in it.
    pub fn new(port: u16) -> Recording {
        let mut writer = CaptureWriter::new();
        writer.add_hosts([(CLIENT.address, "producer-P"), (SERVER.address, "broker")]);
        let link = writer.add_link("producer P to broker");
        let server = Endpoint { port, ..SERVER };
        let connection = AssumedConnection::new(CLIENT, server, [4_000_000_000, 4_294_967_000]);
        Recording { connection, writer, link, time: 0, frame_count: 0 }
    }

    /// Adds frames, 250 microseconds apart.
    pub fn add(&mut self, frames: impl IntoIterator<Item = Vec<u8>>) {
        for frame in frames {
            self.time += 250;
            let time = Time::from_us(self.time);
            let is_first = frame[6..12] == CLIENT.ethernet;
            let comment = if is_first { "producer P → broker" } else { "broker → producer P" };
            self.writer.add_packet(self.link, time, &frame, Some(comment));
            self.frame_count += 1;
        }
    }

    /// Sends octets, and lets the other side acknowledge them.
    pub fn say(&mut self, from: Side, octets: &[u8]) {
        let frames = self.connection.send(from, octets);
        self.add(frames);
        let answer = self.connection.acknowledge(from.other());
        self.add([answer]);
    }

    /// Has tshark read the file, and requires what holds for every capture.
    pub fn read(self) -> Read {
        let read = read_file(&self.writer.into_octets());
        assert_eq!(read.packets.len(), self.frame_count, "packets that tshark found");
        read
    }
}

/// Has tshark read a capture, and requires what holds for every one.
pub fn read_file(file: &[u8]) -> Read {
    let mut dissector = Dissector::new();
    let capture = read_capture(file).expect("a capture");
    let layers =
        capture.packets.iter().map(|packet| dissector.dissect(packet.time, &packet.octets)).collect();
    let text = tshark(file, &[&CHECKS[..], &["-T", "pdml"]].concat());
    let read = Read { packets: read(&text), layers };
    assert_eq!(read.packets.len(), read.layers.len(), "packets that tshark found");
    read.require_sound();
    read
}

impl Read {
    /// No packet is malformed, no expert finds an error, and every checksum was looked at and is right.
    fn require_sound(&self) {
        for (number, packet) in (1..).zip(&self.packets) {
            let mut checksums = Vec::new();
            for (protocol, fields) in &packet.protocols {
                assert_ne!(protocol, "_ws.malformed", "packet {number}: {packet:?}");
                visit(fields, &mut |node| {
                    let value = node.value.as_deref().unwrap_or_default();
                    if node.name == "_ws.expert.severity" {
                        let severity: u32 = value.parse().expect("a number");
                        assert!(severity < ERROR, "packet {number}: {fields:?}");
                    }
                    if node.name.ends_with(".checksum.status") {
                        checksums.push((node.name.clone(), value.to_owned()));
                    }
                });
            }
            let is_arp = packet.protocols.iter().any(|(name, _)| name == "arp");
            assert!(is_arp || checksums.len() >= 2, "packet {number}: {checksums:?}");
            // Checksums within the datagram that an ICMP message quotes are not looked at.
            for (name, status) in checksums.iter().take(2) {
                assert_eq!(status, "1", "packet {number}: {name}");
            }
        }
    }

    /// The dissection here has the same layers, fields and values as that of Wireshark 4.0, in the same order;
    /// `least` layers are compared at least. Other versions have other fields, and are not compared.
    pub fn require_agreement(&self, least: usize) {
        if !tshark(&[], &["-v"]).contains(" 4.0.") {
            eprintln!("not compared with another version of Wireshark than 4.0");
            return;
        }
        let mut compared = 0;
        for (number, (layers, packet)) in (1..).zip(self.layers.iter().zip(&self.packets)) {
            let listed: Vec<_> = layers.iter().filter(|layer| is_listed(layer)).collect();
            let filters: Vec<&str> = listed.iter().map(|layer| layer.protocol.filter()).collect();
            let theirs: Vec<&str> = packet.protocols.iter().map(|(name, _)| &**name).collect();
            assert_eq!(filters, theirs, "packet {number}");
            for (layer, (name, theirs)) in listed.iter().zip(&packet.protocols) {
                assert_eq!(difference(&ours(layer), theirs), None, "packet {number}, {name}");
                compared += 1;
            }
        }
        assert!(compared >= least, "{compared} layers were compared");
    }

    /// The values of a field in all packets, in their order.
    pub fn values(&self, name: &str) -> Vec<String> {
        self.packets.iter().flat_map(|packet| packet.values(name)).collect()
    }
}

impl Packet {
    /// The values of a field, in their order.
    pub fn values(&self, name: &str) -> Vec<String> {
        let mut values = Vec::new();
        for (_, fields) in &self.protocols {
            visit(fields, &mut |node| {
                if node.name == name {
                    values.push(node.value.clone().unwrap_or_default());
                }
            });
        }
        values
    }
}

fn visit(nodes: &[Node], see: &mut impl FnMut(&Node)) {
    for node in nodes {
        see(node);
        visit(&node.fields, see);
    }
}

/// What tshark prints about a capture.
pub fn tshark(file: &[u8], words: &[&str]) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("queuescope-{}-{count}.pcapng", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, file).expect("a temporary file");
    // Local time would make dates differ from machine to machine.
    let output = Command::new("tshark").env("TZ", "UTC").arg("-r").arg(&path).args(words).output();
    if std::env::var_os("QUEUESCOPE_KEEP").is_none() {
        std::fs::remove_file(&path).expect("it can be removed");
    }
    let output = output.expect("tshark runs; `cargo xtask test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
