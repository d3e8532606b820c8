//! How connections end.

use super::cable::Cable;
use queuescope::network::host::{HostEvent, TcpState};
use queuescope::time::Span;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// RFC 9293 section 3.6, figure 12.
#[test]
fn figure_12_one_side_closes_and_then_the_other() {
    let mut cable = Cable::new();
    let [client, server] = cable.connected();
    cable.at(0, |host, now| host.close(now, client)).expect("it is open");
    cable.run_for(Span::from_ms(100));
    assert_eq!(cable.states(0), ["FIN-WAIT-1", "FIN-WAIT-2"]);
    assert_eq!(cable.states(1), ["CLOSE-WAIT"]);
    // The other direction is still open.
    assert_eq!(cable.at(1, |host, now| host.send(now, server, b"last words")), Ok(10));
    cable.run_for(Span::from_ms(100));
    assert_eq!(cable.at(0, |host, now| host.receive(now, client, 100)), Ok(b"last words".to_vec()));
    cable.at(1, |host, now| host.close(now, server)).expect("it is open");
    cable.run_for(Span::from_ms(100));
    assert_eq!(cable.states(0), ["FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT"]);
    assert_eq!(cable.states(1), ["CLOSE-WAIT", "LAST-ACK", "CLOSED"]);
    cable.run_for(Span::from_ms(300_000));
    assert_eq!(cable.hosts[0].state(client), TcpState::Closed);
    assert_eq!(cable.hosts[0].connections().count(), 0);
    assert_eq!(cable.hosts[1].connections().count(), 0);
    let ends = cable.segments.iter().filter(|segment| segment.flags == "FIN,ACK");
    assert_eq!(ends.map(|segment| segment.from).collect::<Vec<_>>(), [0, 1]);
}

/// RFC 9293 section 3.6, figure 13.
#[test]
fn figure_13_both_sides_close_at_the_same_time() {
    let mut cable = Cable::new();
    let [client, server] = cable.connected();
    cable.at(0, |host, now| host.close(now, client)).expect("it is open");
    cable.at(1, |host, now| host.close(now, server)).expect("it is open");
    cable.run_for(Span::from_ms(100));
    for host in [0, 1] {
        assert_eq!(cable.states(host), ["FIN-WAIT-1", "CLOSING", "TIME-WAIT"], "host {host}");
    }
}

/// RFC 9293 section 3.10.7.4: a reset ends the connection without an answer.
#[test]
fn an_abort_resets_the_other_side() {
    let mut cable = Cable::new();
    let [client, server] = cable.connected();
    cable.at(0, |host, now| host.send(now, client, b"lost")).expect("it is open");
    cable.at(0, |host, now| host.abort(now, client)).expect("it is open");
    cable.run_for(Span::from_ms(100));
    assert_eq!(cable.states(0), ["CLOSED"]);
    assert_eq!(cable.states(1), ["CLOSED"]);
    assert!(cable.events[0].iter().any(|(_, event)| *event == HostEvent::ResetSent { connection: client }));
    let received = HostEvent::ResetReceived { connection: server };
    assert!(cable.events[1].iter().any(|(_, event)| *event == received));
}

/// What has arrived can still be received after the connection is closed.
#[test]
fn a_closed_connection_keeps_what_came_until_it_is_received() {
    let mut cable = Cable::new();
    let [client, server] = cable.connected();
    cable.at(0, |host, now| host.send(now, client, b"to be read")).expect("it is open");
    cable.at(0, |host, now| host.close(now, client)).expect("it is open");
    cable.run_for(Span::from_ms(100));
    cable.at(1, |host, now| host.close(now, server)).expect("it is open");
    cable.run_for(Span::from_ms(100));
    assert_eq!(cable.hosts[1].state(server), TcpState::Closed);
    assert_eq!(cable.at(1, |host, now| host.receive(now, server, 100)), Ok(b"to be read".to_vec()));
    assert!(cable.at(1, |host, now| host.receive(now, server, 100)).is_err());
}
