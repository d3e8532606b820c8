//! UDP: what is sent is delivered, or lost, or doubled, or late, and nobody says so.

use queuescope::network::host::{DiscardReason, HostError, HostEvent};
use queuescope::network::{
    DatagramAccount, DatagramLoss, HostNumber, Jitter, LinkSettings, LocalNetwork, NetworkFact,
    NumberedDatagram,
};
use queuescope::time::{Span, Time};
use std::collections::BTreeMap;
use std::net::SocketAddrV4;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PORT: u16 = 9;

fn link() -> LinkSettings {
    LinkSettings::with_latency(Span::from_ms(20))
}

/// A sender and a receiver 20 ms apart that know each other's Ethernet addresses.
pub fn network() -> (LocalNetwork, [HostNumber; 2]) {
    let mut network = LocalNetwork::new(1);
    let hosts = two_hosts(&mut network, link());
    for host in hosts {
        network.with_host(Time::START, host, |host| host.bind(Time::START, PORT)).expect("it is free");
    }
    deliver(&mut network, Time::from_us(1_000_000), hosts, 1, |_| false);
    (network, hosts)
}

fn two_hosts(network: &mut LocalNetwork, link: LinkSettings) -> [HostNumber; 2] {
    let hosts = [(); 2].map(|_| {
        let settings = network.host_settings();
        network.add_host(settings).expect("there is room")
    });
    network.join(hosts, "sender", [link.clone(), link]);
    hosts
}

fn address(network: &LocalNetwork, host: HostNumber) -> SocketAddrV4 {
    SocketAddrV4::new(network.host(host).settings().address(), PORT)
}

/// Sends so many datagrams a millisecond apart, over links that lose some of them; the numbers that are
/// delivered, and how long they took.
pub fn deliver(
    network: &mut LocalNetwork,
    start: Time,
    [sender, receiver]: [HostNumber; 2],
    count: u64,
    is_lost: impl Fn(u64) -> bool,
) -> Vec<(u64, Span)> {
    let to = address(network, receiver);
    let mut delivered = Vec::new();
    for number in 0..count {
        let now = start + Span::from_us(number * 1_000);
        collect(network, receiver, now, &mut delivered);
        let loss = if is_lost(number) { 1.0 } else { 0.0 };
        network.change_cable(sender, receiver, LinkSettings { loss, ..link() });
        let payload = NumberedDatagram { number, sent: now, body: vec![7; 20] }.to_octets();
        network
            .with_host(now, sender, |host| host.send_datagram(now, PORT, to, &payload))
            .expect("it can be sent");
    }
    network.change_cable(sender, receiver, link());
    let end = start + Span::from_ms(10_000);
    collect(network, receiver, end, &mut delivered);
    delivered
}

fn collect(network: &mut LocalNetwork, host: HostNumber, until: Time, delivered: &mut Vec<(u64, Span)>) {
    while let Some(next) = network.next_timeout().filter(|next| *next <= until) {
        network.handle_timeout(next);
        while let Some(datagram) = network.with_host(next, host, |host| host.receive_datagram(PORT)) {
            let datagram = NumberedDatagram::from_octets(&datagram.payload).expect("it is a numbered one");
            delivered.push((datagram.number, next - datagram.sent));
        }
    }
}

/// Everything that a link can do, at once.
#[test]
fn every_datagram_is_delivered_or_lost_and_the_facts_say_which() {
    let mut network = LocalNetwork::new(3);
    let bad = LinkSettings {
        jitter: Jitter::Uniform { half_width: Span::from_ms(5) },
        loss: 0.1,
        duplication: 0.1,
        reordering: 0.1,
        corruption: 0.1,
        ..link()
    };
    let hosts = two_hosts(&mut network, bad);
    for host in hosts {
        network.with_host(Time::START, host, |host| host.bind(Time::START, PORT)).expect("it is free");
    }
    let to = address(&network, hosts[1]);
    let mut delivered = Vec::new();
    for number in 0..2_000 {
        let now = Time::from_us(number * 1_000);
        collect(&mut network, hosts[1], now, &mut delivered);
        let payload = NumberedDatagram { number, sent: now, body: vec![number as u8; 50] }.to_octets();
        // While the first ARP request is under way some do not find room to wait.
        let _ = network.with_host(now, hosts[0], |host| host.send_datagram(now, PORT, to, &payload));
    }
    collect(&mut network, hosts[1], Time::from_us(20_000_000), &mut delivered);
    let mut account = DatagramAccount::default();
    std::iter::from_fn(|| network.poll_fact()).for_each(|fact| account.add(&fact));
    let mut received: BTreeMap<u64, usize> = BTreeMap::new();
    for (number, _) in &delivered {
        *received.entry(*number).or_default() += 1;
    }
    let mut sent = 0;
    for (_, number, course) in account.courses() {
        sent += 1;
        assert!(course.is_settled());
        assert_eq!(course.delivered.len(), received.remove(&number).unwrap_or(0), "datagram {number}");
    }
    assert!(received.is_empty(), "nothing comes that was not sent");
    assert!(sent > 1_800 && account.lost().count() > 100 && account.doubled().count() > 50);
    let numbers: Vec<u64> = delivered.iter().map(|(number, _)| *number).collect();
    assert!(!numbers.is_sorted(), "some overtook others");
    // What is damaged on the way does not add up where it arrives.
    let is_wrong_sum = |loss: &DatagramLoss| {
        matches!(loss, DatagramLoss::Receiver(DiscardReason::Ipv4Checksum | DiscardReason::UdpChecksum))
    };
    let damaged =
        account.courses().filter(|(_, _, course)| course.lost.iter().any(|(_, loss)| is_wrong_sum(loss)));
    assert!(damaged.count() > 50);
}

/// RFC 1122 section 4.1.3.1: a datagram for a port that nobody has is answered by ICMP; nothing else tells the sender.
#[test]
fn a_datagram_for_nobody_is_answered_by_port_unreachable() {
    let (mut network, [sender, receiver]) = network();
    let now = Time::from_us(20_000_000);
    let nobody = SocketAddrV4::new(*address(&network, receiver).ip(), 7);
    network
        .with_host(now, sender, |host| host.send_datagram(now, PORT, nobody, b"?"))
        .expect("it can be sent");
    network.handle_timeout(now + Span::from_ms(100));
    let events: Vec<HostEvent> = std::iter::from_fn(|| network.poll_fact())
        .filter_map(|occurrence| match occurrence.fact {
            NetworkFact::Noticed { event, .. } => Some(event),
            _ => None,
        })
        .collect();
    let unreachable = HostEvent::Unreachable { port: PORT, remote: nobody };
    let discarded = HostEvent::Discarded { reason: DiscardReason::PortUnreachable };
    assert_eq!(events[events.len() - 2..], [discarded, unreachable]);
}

#[test]
fn what_cannot_be_sent_is_refused_by_name() {
    let (mut network, [sender, receiver]) = network();
    let now = Time::from_us(100_000_000);
    let to = address(&network, receiver);
    network.with_host(now, sender, |host| {
        assert_eq!(host.send_datagram(now, PORT, to, &[0; 1473]), Err(HostError::TooLong));
        assert_eq!(host.send_datagram(now, PORT, to, &[0; 1472]), Ok(()));
        assert_eq!(host.send_datagram(now, 10, to, b"?"), Err(HostError::NotBound));
        assert_eq!(host.bind(now, PORT), Err(HostError::PortInUse));
    });
}
