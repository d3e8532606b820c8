//! Windows: a receiver that does not receive stops the sender.

use super::cable::Cable;
use queuescope::network::host::HostEvent;
use queuescope::time::Span;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn count(cable: &Cable, host: usize, event: &HostEvent) -> usize {
    cable.events[host].iter().filter(|(_, each)| each == event).count()
}

/// RFC 9293 section 3.8.6: the sender stops at a window of zero, (3.8.6.1) asks with a probe after the retransmission
/// time-out and then ever more seldom, and goes on when the window opens.
#[test]
fn a_full_receiver_stops_the_sender_until_it_has_room() {
    let mut cable = Cable::new();
    let [connection, server] = cable.connected();
    let octets: Vec<u8> = (0..100_000u32).map(|place| place as u8).collect();
    let first = cable.at(0, |host, now| host.send(now, connection, &octets)).expect("it is open");
    cable.run_for(Span::from_ms(900));
    let rest = cable.at(0, |host, now| host.send(now, connection, &octets[first..])).expect("it is open");
    assert_eq!(first + rest, 100_000);
    cable.run_for(Span::from_ms(8_000));
    assert_eq!(count(&cable, 0, &HostEvent::WindowClosed { connection }), 1);
    // After about 1, 3 and 7 seconds.
    assert_eq!(count(&cable, 0, &HostEvent::WindowProbe { connection }), 3);
    assert_eq!(count(&cable, 0, &HostEvent::WindowOpened { connection }), 0);
    let mut received = Vec::new();
    for _ in 0..20 {
        let more = cable.at(1, |host, now| host.receive(now, server, 10_000)).expect("it is open");
        received.extend(more);
        cable.run_for(Span::from_ms(500));
    }
    assert_eq!(received, octets);
    assert!(count(&cable, 0, &HostEvent::WindowOpened { connection }) >= 1);
}

/// RFC 896: with Nagle's algorithm small segments wait for the acknowledgement of the one before; without it they go
/// at once.
#[test]
fn nagle_gathers_small_segments() {
    for (is_nagle_on, expected) in [(true, vec![1, 9]), (false, vec![1; 10])] {
        let mut cable = match is_nagle_on {
            true => Cable::new(),
            false => Cable::with_settings(|mut settings| {
                settings.tcp.is_nagle_on = false;
                settings
            }),
        };
        let [connection, _] = cable.connected();
        for _ in 0..10 {
            cable.at(0, |host, now| host.send(now, connection, b"x")).expect("it is open");
        }
        cable.run_for(Span::from_ms(300));
        let lengths = cable.segments.iter().filter(|each| each.from == 0 && each.length > 0);
        assert_eq!(lengths.map(|segment| segment.length).collect::<Vec<_>>(), expected);
    }
}

/// RFC 9293 section 3.8.4: a probe after silence; it has one octet that is not news, and is answered. RFC 5482: after
/// the user's time-out without an answer the connection is given up.
#[test]
fn keep_alive_finds_out_that_the_other_side_is_gone() {
    let mut cable = Cable::with_settings(|mut settings| {
        settings.tcp.keep_alive = Some(Span::from_ms(10_000));
        settings.tcp.timeout = Some(Span::from_ms(35_000));
        settings
    });
    let [connection, _] = cable.connected();
    cable.run_for(Span::from_ms(60_000));
    assert!(count(&cable, 0, &HostEvent::KeepAlive { connection }) >= 5);
    assert_eq!(cable.states(0), [""; 0]);
    cable.loses = Box::new(|_| true);
    let start = cable.now;
    cable.run_for(Span::from_ms(60_000));
    assert_eq!(cable.states(0), ["CLOSED"]);
    let given_up = cable.events[0].iter().find(|(_, event)| *event == HostEvent::GivenUp { connection });
    // The last answer came at most one interval before.
    let (time, _) = given_up.expect("it says so");
    assert!((Span::from_ms(25_000)..=Span::from_ms(35_000)).contains(&(*time - start)));
}
