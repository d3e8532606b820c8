//! What TCP does about what is lost, and what it costs: head-of-line blocking.

use super::cable::Cable;
use queuescope::network::host::{ConnectionNumber, HostEvent, Part, RetransmissionReason};
use queuescope::time::{Span, Time};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The retransmissions of the first host.
fn retransmissions(cable: &Cable) -> Vec<(Time, Part, RetransmissionReason)> {
    let again = cable.events[0].iter().filter_map(|(time, event)| match event {
        HostEvent::Retransmission { part, reason, .. } => Some((*time, *part, *reason)),
        _ => None,
    });
    again.collect()
}

/// Ten segments of 100 octets at once, the third of which is lost when it is first sent.
fn third_of_ten_lost(cable: &mut Cable) -> [ConnectionNumber; 2] {
    let connections = cable.connected();
    let mut is_lost = false;
    let mut start = None;
    cable.loses = Box::new(move |segment| {
        if segment.from == 1 || segment.length == 0 {
            return false;
        }
        let offset = segment.sequence.wrapping_sub(*start.get_or_insert(segment.sequence));
        let is_it = offset == 200 && !is_lost;
        is_lost |= is_it;
        is_it
    });
    for number in 0..10 {
        let octets = [number; 100];
        assert_eq!(cable.at(0, |host, now| host.send(now, connections[0], &octets)), Ok(100));
    }
    connections
}

fn impatient() -> Cable {
    Cable::with_settings(|mut settings| {
        settings.tcp.is_nagle_on = false;
        settings
    })
}

/// RFC 5681 section 3.2: a receiver acknowledges at once what is out of order, again and again with the same number;
/// the third duplicate makes the sender send the missing segment, long before the time-out.
#[test]
fn three_duplicate_acknowledgements_bring_the_lost_segment_back() {
    let mut cable = impatient();
    let start = cable.now + Span::from_ms(200);
    let [client, _] = third_of_ten_lost(&mut cable);
    cable.run_for(Span::from_ms(500));
    let duplicates: Vec<(u64, u32)> = cable.events[0]
        .iter()
        .filter_map(|(_, event)| match event {
            HostEvent::DuplicateAcknowledgement { octet, count, .. } => Some((*octet, *count)),
            _ => None,
        })
        .collect();
    assert_eq!(duplicates[..3], [(200, 1), (200, 2), (200, 3)], "{client:?}");
    let again = retransmissions(&cable);
    let [(time, part, reason)] = again[..] else { panic!("{again:?}") };
    assert!(matches!(part, Part::Octets { from: 200, .. }), "{part:?}");
    assert_eq!(reason, RetransmissionReason::DuplicateAcknowledgements);
    assert_eq!(time, start + Span::from_ms(40));
}

/// What came after the lost segment is there, and the application does not get it: head-of-line blocking.
#[test]
fn what_follows_a_lost_segment_is_held_back_until_it_comes() {
    let mut cable = impatient();
    let [_, server] = third_of_ten_lost(&mut cable);
    cable.run_for(Span::from_ms(50));
    assert_eq!(cable.hosts[1].held(server), Some((200, &[(300, 1000)][..])));
    let received = cable.at(1, |host, now| host.receive(now, server, 10_000)).expect("it is open");
    assert_eq!(received.len(), 200);
    let held =
        cable.events[1].iter().filter(|(_, event)| matches!(event, HostEvent::Held { missing: 200, .. }));
    assert_eq!(held.count(), 7);
    cable.run_for(Span::from_ms(50));
    assert_eq!(cable.hosts[1].held(server), None);
    let released = HostEvent::Released { connection: server, octets: 700 };
    assert!(cable.events[1].iter().any(|(_, event)| *event == released), "{:?}", cable.events[1]);
    let rest = cable.at(1, |host, now| host.receive(now, server, 10_000)).expect("it is open");
    let expected: Vec<u8> = (2..10).flat_map(|number| [number; 100]).collect();
    assert_eq!(rest, expected);
}

/// UDP holds nothing back: the others are there when they come, and nobody says that one is missing.
#[test]
fn a_lost_datagram_holds_nothing_back() {
    use super::datagrams::{deliver, network};
    let (mut network, hosts) = network();
    let all = deliver(&mut network, Time::from_us(20_000_000), hosts, 10, |number| number == 2);
    let arrived: Vec<u64> = all.iter().map(|(number, _)| *number).collect();
    assert_eq!(arrived, [0, 1, 3, 4, 5, 6, 7, 8, 9]);
    assert!(all.iter().all(|(_, took)| *took == Span::from_ms(20)), "{all:?}");
}

/// RFC 6298 sections 2.4, 5.4 and 5.5: the time-out is at least a second, doubles each time, and (2.5) has an upper
/// limit of at least 60 seconds.
#[test]
fn without_any_answer_the_time_out_doubles_up_to_a_minute() {
    let mut cable = Cable::new();
    let [client, _] = cable.connected();
    cable.loses = Box::new(|_| true);
    let start = cable.now;
    cable.at(0, |host, now| host.send(now, client, b"anybody there?")).expect("it is open");
    cable.run_for(Span::from_ms(250_000));
    let again = retransmissions(&cable);
    let seconds: Vec<u64> = again.iter().map(|(time, ..)| (*time - start).as_us() / 1_000_000).collect();
    assert_eq!(seconds, [1, 3, 7, 15, 31, 63, 123, 183, 243]);
    for (_, part, reason) in again {
        assert_eq!((part, reason), (Part::Octets { from: 0, to: 14 }, RetransmissionReason::Timeout));
    }
}

/// A lost acknowledgement makes TCP send again what has arrived; the receiver takes it once.
#[test]
fn what_comes_twice_is_received_once() {
    let mut cable = Cable::new();
    let [client, server] = cable.connected();
    cable.loses = Box::new(|segment| segment.from == 1 && segment.time < Time::from_us(900_000));
    cable.at(0, |host, now| host.send(now, client, b"once")).expect("it is open");
    cable.run_for(Span::from_ms(3_000));
    let repeated = HostEvent::Repeated { connection: server, from: 0, to: 4 };
    assert!(cable.events[1].iter().any(|(_, event)| *event == repeated));
    assert_eq!(cable.at(1, |host, now| host.receive(now, server, 100)), Ok(b"once".to_vec()));
}
