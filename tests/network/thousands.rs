//! Ten hosts, a thousand messages each, links of 20 ms that lose one frame in a hundred.

use super::messages::Messages;
use queuescope::network::host::HostEvent;
use queuescope::network::{
    DatagramAccount, DatagramLoss, HostNumber, Jitter, LinkSettings, LocalNetwork, LossReason, NetworkFact,
    NumberedDatagram,
};
use queuescope::time::{Span, Time};
use std::collections::BTreeSet;
use std::net::SocketAddrV4;
use std::num::NonZeroU64;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;
use xxhash_rust::xxh64::Xxh64;

/// How many frames were sent, and a hash over all of them with their times: so that natively, in Node and in a browser
/// the very same ones are required, and a change of behaviour is seen when it is committed.
const BYTES_OF_TCP: (u64, u64) = (15_098, 0x66143c089d700803);
const BYTES_OF_UDP: u64 = 0x5f5e5594897fc622;

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
    assert_eq!((messages.frames, messages.hash()), BYTES_OF_TCP);
}

/// RFC 9293 section 2.2: TCP recovers from data that is damaged, lost, duplicated or delivered out of order.
#[test]
fn whatever_links_do_tcp_delivers_everything_in_order() {
    let harsh = LinkSettings {
        latency: Span::from_ms(20),
        jitter: Jitter::Exponential { mean: Span::from_ms(10) },
        bandwidth: NonZeroU64::new(1_000_000),
        queue_limit: Some(20_000),
        loss: 0.08,
        duplication: 0.08,
        reordering: 0.08,
        corruption: 0.04,
        ..LinkSettings::default()
    };
    for seed in 0..5 {
        let mut messages = Messages::new(seed, 4, 300, &harsh, false);
        messages.run(Span::from_ms(3_600_000));
        assert!(messages.is_done(), "seed {seed}");
        for numbers in messages.received.values() {
            assert_eq!(*numbers, (0..300).collect::<Vec<u64>>(), "seed {seed}");
        }
    }
}

/// RFC 768: nothing is sent again. So what the receiver gets is what the links did not lose, and the account names
/// each datagram that they did.
#[test]
fn udp_loses_exactly_what_the_links_lost() {
    let mut network = LocalNetwork::new(1);
    let receiver = network.add_host(network.host_settings()).expect("there is room");
    network.with_host(Time::START, receiver, |host| host.bind(Time::START, 9)).expect("it is free");
    let to = SocketAddrV4::new(network.host(receiver).settings().address(), 9);
    let senders: Vec<HostNumber> = (0..10)
        .map(|number| {
            let settings = network.host_settings();
            let host = network.add_host(settings).expect("there is room");
            network.join([host, receiver], &format!("P{number}"), [link(), link()]);
            host
        })
        .collect();
    for sender in &senders {
        network.with_host(Time::START, *sender, |host| host.bind(Time::START, 9)).expect("it is free");
    }
    let mut account = DatagramAccount::default();
    let mut received: BTreeSet<(u16, u64)> = BTreeSet::new();
    let mut receive = |network: &mut LocalNetwork, now: Time| {
        network.handle_timeout(now);
        while let Some(datagram) = network.with_host(now, receiver, |host| host.receive_datagram(9)) {
            let [.., sender] = datagram.remote.ip().octets();
            let numbered = NumberedDatagram::from_octets(&datagram.payload).expect("it is a numbered one");
            assert!(received.insert((u16::from(sender), numbered.number)), "links that double nothing");
        }
    };
    let mut hash = Xxh64::new(1);
    for number in 0..1_000 {
        let now = Time::from_us(number * 5_000);
        receive(&mut network, now);
        for sender in &senders {
            let payload = NumberedDatagram { number, sent: now, body: vec![0; 80] }.to_octets();
            network
                .with_host(now, *sender, |host| host.send_datagram(now, 9, to, &payload))
                .expect("there is room for a few while their address is asked for");
        }
    }
    receive(&mut network, Time::from_us(60_000_000));
    while let Some(occurrence) = network.poll_fact() {
        if let NetworkFact::Sent { octets, .. } = &occurrence.fact {
            hash.update(&occurrence.time.as_us().to_le_bytes());
            hash.update(octets);
        }
        account.add(&occurrence);
    }
    assert_eq!(account.courses().count(), 10_000);
    let mut lost = 0;
    for (host, number, course) in account.courses() {
        assert_eq!(received.contains(&(host.index() as u16, number)), !course.is_lost());
        lost += u32::from(course.is_lost());
        let by_chance = DatagramLoss::Link { from: host, to: receiver, reason: LossReason::Chance };
        assert!(course.lost.iter().all(|(_, loss)| *loss == by_chance));
    }
    // One in a hundred of 10,000: the standard error is 10.
    assert!((50..=150).contains(&lost), "{lost} lost");
    assert_eq!(hash.digest(), BYTES_OF_UDP);
}

/// RFC 1071: the sum over what a sum covers, with the sum in its place, is all ones.
#[test]
fn all_sums_of_all_frames_are_right() {
    let mut messages = Messages::new(2, 3, 300, &link(), true);
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
