//! How connections begin.

use super::cable::{Cable, PORT};
use queuescope::network::host::{DiscardReason, HostError, HostEvent, Part, RetransmissionReason};
use queuescope::time::{Span, Time};
use std::net::{Ipv4Addr, SocketAddrV4};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// RFC 9293 section 3.5, figure 6: SYN, then SYN,ACK that acknowledges it, then ACK; a SYN takes one sequence number.
#[test]
fn figure_6_a_connection_opens_in_three_steps() {
    let mut cable = Cable::new();
    let server = cable.server();
    cable.at(0, |host, now| host.connect(now, server)).expect("there is a port left");
    cable.run_for(Span::from_ms(500));
    let [syn, answer, acknowledgement] = &cable.segments[..] else { panic!("{:?}", cable.segments) };
    assert_eq!([syn.from, answer.from, acknowledgement.from], [0, 1, 0]);
    assert_eq!([syn.flags, answer.flags, acknowledgement.flags], ["SYN", "SYN,ACK", "ACK"]);
    assert_eq!(answer.acknowledgement, syn.sequence.wrapping_add(1));
    assert_eq!(acknowledgement.sequence, syn.sequence.wrapping_add(1));
    assert_eq!(acknowledgement.acknowledgement, answer.sequence.wrapping_add(1));
    assert_eq!(cable.states(0), ["SYN-SENT", "ESTABLISHED"]);
    assert_eq!(cable.states(1), ["SYN-RECEIVED", "ESTABLISHED"]);
    // ARP asks and answers first: one way is 20 ms.
    assert_eq!([syn.time, answer.time, acknowledgement.time].map(Time::as_us), [40_000, 60_000, 80_000]);
    let accepted = cable.at(1, |host, _| host.accept(PORT));
    assert!(accepted.is_some());
    assert_eq!(cable.at(1, |host, _| host.accept(PORT)), None);
}

/// RFC 9293 section 3.5.2: a segment for no connection is answered with a reset; RFC 9293 section 3.10.7.3: one that
/// acknowledges the SYN ends the attempt.
#[test]
fn nobody_listens_and_a_reset_says_so() {
    let mut cable = Cable::new();
    let closed = SocketAddrV4::new(*cable.server().ip(), PORT + 1);
    let connection = cable.at(0, |host, now| host.connect(now, closed)).expect("there is a port left");
    cable.run_for(Span::from_ms(500));
    let flags: Vec<&str> = cable.segments.iter().map(|segment| segment.flags).collect();
    assert_eq!(flags, ["SYN", "RST,ACK"]);
    assert_eq!(cable.segments[1].acknowledgement, cable.segments[0].sequence.wrapping_add(1));
    assert_eq!(cable.states(0), ["SYN-SENT", "CLOSED"]);
    assert!(cable.events[0].iter().any(|(_, event)| *event == HostEvent::ResetReceived { connection }));
    assert!(matches!(cable.events[1][..], [(_, HostEvent::Refused { port, .. })] if port == PORT + 1));
    assert_eq!(cable.at(0, |host, now| host.send(now, connection, b"?")), Err(HostError::NoSuchConnection));
}

/// RFC 6298 section 2.1: before a round trip has been measured, the time-out is one second; section 5.5: it doubles
/// each time; section 2.5: an upper limit is of at least 60 seconds.
#[test]
fn a_lost_syn_is_sent_again_after_1_2_4_and_so_on_seconds() {
    let mut cable = Cable::new();
    cable.loses = Box::new(|segment| segment.flags == "SYN");
    let server = cable.server();
    let connection = cable.at(0, |host, now| host.connect(now, server)).expect("there is a port left");
    cable.run_for(Span::from_ms(200_000));
    let seconds: Vec<u64> =
        cable.segments.iter().map(|each| (each.time.as_us() - 40_000) / 1_000_000).collect();
    assert_eq!(seconds, [0, 1, 3, 7, 15, 31, 63, 123, 183]);
    let again: Vec<&HostEvent> = cable.events[0]
        .iter()
        .map(|(_, event)| event)
        .filter(|event| matches!(event, HostEvent::Retransmission { .. }))
        .collect();
    let expected: Vec<HostEvent> = (1..=8)
        .map(|count| HostEvent::Retransmission {
            connection,
            part: Part::Syn,
            reason: RetransmissionReason::Timeout,
            count,
        })
        .collect();
    assert_eq!(again, expected.iter().collect::<Vec<_>>());
}

/// listen(2): the backlog limits what waits to be accepted; what comes beyond it is not answered, so the client asks
/// again later.
#[test]
fn a_full_backlog_lets_others_wait() {
    let mut cable = Cable::new();
    let server = SocketAddrV4::new(*cable.server().ip(), 80);
    cable.at(1, |host, now| host.listen(now, 80, 1)).expect("nobody listens there");
    for _ in 0..2 {
        cable.at(0, |host, now| host.connect(now, server)).expect("there is a port left");
    }
    cable.run_for(Span::from_ms(900));
    let full = HostEvent::Discarded { reason: DiscardReason::BacklogFull };
    assert_eq!(cable.events[1].iter().filter(|(_, event)| *event == full).count(), 1);
    assert!(cable.at(1, |host, _| host.accept(80)).is_some());
    assert_eq!(cable.at(1, |host, _| host.accept(80)), None);
    cable.run_for(Span::from_ms(500));
    assert!(cable.at(1, |host, _| host.accept(80)).is_some());
}

#[test]
fn what_cannot_be_opened_is_refused_by_name() {
    let mut cable = Cable::new();
    let nowhere = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 80);
    assert_eq!(cable.at(0, |host, now| host.connect(now, nowhere)), Err(HostError::Unaddressable));
    assert_eq!(cable.at(1, |host, now| host.listen(now, PORT, 1)), Err(HostError::PortInUse));
    assert_eq!(cable.at(1, |host, now| host.listen(now, 0, 1)), Err(HostError::PortInUse));
}
