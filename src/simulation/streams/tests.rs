//! Streams carried as messages, between two servers of a scenario.

use super::{Break, StreamEnd, StreamEvent};
use crate::ids::{MessageId, Name, NodeId};
use crate::simulation::{Simulation, World};
use crate::time::Time;

const PORT: u16 = 80;

/// A world with the nodes A and B and the link that `link` describes, and their numbers.
fn world(link: &str) -> (World, NodeId, NodeId) {
    let text = format!(
        r#"{{
          "queuescope": 1,
          "servers": [{{ "id": "A", "path": "/a/" }}, {{ "id": "B", "path": "/b/" }}],
          "links": [{{ "between": ["A", "B"], {link} }}]
        }}"#
    );
    let world = Simulation::from_text(&text, None).expect("it is a good document").world().clone();
    let node = |name| world.nodes.find(world.names.find(name).unwrap_or(Name::EMPTY)).expect("it is there");
    let (a, b) = (node("A"), node("B"));
    (world, a, b)
}

fn run(world: &mut World, until_us: u64) {
    while world.next_event().is_some_and(|next| next <= Time::from_us(until_us)) {
        world.step();
    }
    world.now = Time::from_us(until_us);
}

/// What an end saw, with the microseconds at which it did.
fn seen(world: &World, of: StreamEnd) -> Vec<(u64, StreamEvent)> {
    let own = world.streams.seen.iter().filter(|(_, end, _)| *end == of);
    own.map(|(time, _, event)| (time.as_us(), event.clone())).collect()
}

fn received(octets: &[u8], messages: &[u32]) -> StreamEvent {
    let messages = messages.iter().map(|number| MessageId(*number)).collect();
    StreamEvent::Received { octets: octets.into(), messages }
}

fn other(end: StreamEnd) -> StreamEnd {
    StreamEnd { side: end.side.other(), ..end }
}

#[test]
fn a_stream_opens_carries_both_ways_and_is_closed_by_both() {
    let (mut world, a, b) = world(r#""latency_us": 100, "back": { "latency_us": 10 }"#);
    world.listen(b, PORT);
    let end = world.open_stream(a, b, PORT);
    assert_eq!(world.write_stream(end, b"early", Some(MessageId(7))), Time::from_us(100));
    run(&mut world, 200);
    world.write_stream(other(end), b"answer", None);
    world.close_stream(other(end));
    run(&mut world, 300);
    world.write_stream(end, b"late", None);
    world.close_stream(end);
    assert_eq!(world.write_stream(end, b"too late", None), Time::UNKNOWN);
    run(&mut world, 1_000);
    let opener = [(110, StreamEvent::Opened), (210, received(b"answer", &[])), (210, StreamEvent::Closed)];
    assert_eq!(seen(&world, end), opener);
    let acceptor = [
        (100, StreamEvent::Opened),
        (100, received(b"early", &[7])),
        (400, received(b"late", &[])),
        (400, StreamEvent::Closed),
    ];
    assert_eq!(seen(&world, other(end)), acceptor);
    assert!(world.streams.all.is_empty(), "nothing is left of it");
}

#[test]
fn where_nobody_listens_a_stream_is_refused() {
    let (mut world, a, b) = world(r#""latency_us": 100"#);
    let end = world.open_stream(a, b, PORT);
    run(&mut world, 1_000);
    assert_eq!(seen(&world, end), [(200, StreamEvent::Refused)]);
    assert!(seen(&world, other(end)).is_empty() && world.streams.all.is_empty());
}

#[test]
fn an_aborted_stream_is_over_at_once_here_and_later_there() {
    let (mut world, a, b) = world(r#""latency_us": 100"#);
    world.listen(b, PORT);
    let end = world.open_stream(a, b, PORT);
    run(&mut world, 300);
    world.write_stream(other(end), b"for nobody", None);
    world.abort_stream(end);
    run(&mut world, 1_000);
    assert_eq!(seen(&world, end), [(200, StreamEvent::Opened)]);
    assert_eq!(seen(&world, other(end))[1..], [(400, StreamEvent::Broken(Break::Reset))]);
    assert!(world.streams.all.is_empty());
}

/// RFC 6298 section 2: a second at least; and what one connection has lost holds up no other.
#[test]
fn loss_delays_a_stream_and_not_the_one_beside_it() {
    let (mut world, a, b) = world(r#""latency_us": 100, "forward": { "loss": 0.1 }"#);
    world.listen(b, PORT);
    let ends = [world.open_stream(a, b, PORT), world.open_stream(a, b, PORT)];
    run(&mut world, 30_000_000);
    for number in 0..50 {
        for end in ends {
            world.write_stream(end, &[number], None);
        }
    }
    run(&mut world, 900_000_000);
    let mut late = Vec::new();
    for end in ends {
        let came = seen(&world, other(end)).split_off(1);
        let numbers: Vec<StreamEvent> = came.iter().map(|(_, event)| event.clone()).collect();
        assert_eq!(numbers, (0..50).map(|number| received(&[number], &[])).collect::<Vec<_>>());
        late.push(came.iter().map(|(time, _)| *time).collect::<Vec<_>>());
    }
    assert!(late.iter().all(|times| times.iter().any(|time| *time > 30_000_100)), "{late:?}");
    let is_late = |place: usize| late.iter().map(|times| times[place] > 30_000_100).collect::<Vec<_>>();
    assert!(
        (0..50).any(|place| is_late(place) != [is_late(place)[0]; 2]),
        "one waits and the other does not"
    );
}
