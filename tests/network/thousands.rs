//! Ten hosts, a thousand messages each, links of 20 ms that lose one frame in a hundred.

use super::messages::Messages;
use queuescope::network::host::HostEvent;
use queuescope::network::{LinkSettings, NetworkFact};
use queuescope::time::Span;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn link() -> LinkSettings {
    LinkSettings { loss: 0.01, ..LinkSettings::with_latency(Span::from_ms(20)) }
}

#[test]
fn tcp_delivers_ten_thousand_messages_in_order() {
    let mut messages = Messages::new(1, 10, 1_000, &link(), false);
    messages.run(Span::from_ms(600_000));
    assert!(messages.is_done());
    assert_eq!(messages.received.len(), 10);
    for numbers in messages.received.values() {
        assert_eq!(*numbers, (0..1_000).collect::<Vec<u64>>());
    }
    println!("{} frames, {} until {}", messages.frames, messages.hash(), messages.now);
}

/// RFC 1071: the sum over what a sum covers, with the sum in its place, is all ones.
#[test]
fn all_sums_of_all_frames_are_right() {
    let mut messages = Messages::new(2, 3, 100, &link(), true);
    messages.run(Span::from_ms(600_000));
    let mut segments = 0;
    for occurrence in &messages.facts {
        let NetworkFact::Sent { octets, .. } = &occurrence.fact else { continue };
        let Some(packet) = octets.get(14..).filter(|_| octets[12..14] == [8, 0]) else { continue };
        let header = usize::from(packet[0] & 15) * 4;
        assert_eq!(sum(&packet[..header]), 0xffff);
        // The pseudo header: addresses, protocol, length.
        let body = &packet[header..usize::from(u16::from_be_bytes([packet[2], packet[3]]))];
        let mut covered = packet[12..20].to_vec();
        covered.extend([0, packet[9]]);
        covered.extend((body.len() as u16).to_be_bytes());
        covered.extend(body);
        assert_eq!(sum(&covered), 0xffff);
        segments += 1;
    }
    assert!(segments > 100);
    let is_retransmission = |fact: &NetworkFact| {
        matches!(fact, NetworkFact::Noticed { event: HostEvent::Retransmission { .. }, .. })
    };
    assert!(messages.facts.iter().any(|each| is_retransmission(&each.fact)));
}

fn sum(octets: &[u8]) -> u16 {
    let words =
        octets.chunks(2).map(|pair| u32::from(pair[0]) << 8 | pair.get(1).map_or(0, |low| u32::from(*low)));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}
