//! The TCP payloads of a capture, in the order of a loss-free recording.

use queuescope::network::capture::read_capture;
use queuescope::network::layers::{Dissector, Protocol};

/// A packet with something in it for AMQP.
pub struct Packet {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Whether it goes to port 5672.
    pub is_from_client: bool,
    /// What TCP carries in it.
    pub payload: Vec<u8>,
}

/// The packets of a capture of one connection over Ethernet and IPv4, checked to follow one another without a gap
/// in each direction.
pub fn packets(file: &[u8]) -> Vec<Packet> {
    let mut dissector = Dissector::new();
    let mut packets = Vec::new();
    for (number, packet) in (1..).zip(read_capture(file).expect("a capture").packets) {
        let layers = dissector.dissect(packet.time, &packet.octets);
        let tcp = layers.iter().find(|layer| layer.protocol == Protocol::Tcp).expect("TCP");
        assert!(tcp.field("tcp.arrival").is_none(), "packet {number} leaves a gap");
        let is_from_client = tcp.field("tcp.dstport").is_some_and(|port| port.value == "5672");
        let payload = packet.octets[tcp.payload.clone()].to_vec();
        if !payload.is_empty() {
            packets.push(Packet { number, is_from_client, payload });
        }
    }
    packets
}
