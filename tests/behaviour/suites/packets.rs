//! Links that carry packets: AMQP in real TCP segments.

use super::run::Run;
use queuescope::facts::{Event, Recording};
use queuescope::scenario::{self, Carrier};
use queuescope::simulation::{Command, NodeState, Simulation};
use queuescope::time::Time;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The simulation of a document whose links all carry packets.
pub fn in_packets(text: &str) -> Simulation {
    let (format, mut scenario) = scenario::read(text).expect("it is a good document");
    scenario.carrier = Some(Carrier::Packets);
    Simulation::new(scenario, format, None, Recording::Everything).expect("it is a good scenario")
}

/// A producer of a message each 20 ms with confirms and a consumer, behind links that do what `link` says.
fn document(link: &Json) -> String {
    let joined = |name: &str| {
        let mut whole = json!({ "between": [name, "broker"], "carrier": "packets" });
        whole.as_object_mut().expect("it is one").extend(link.as_object().expect("it is one").clone());
        whole
    };
    json!({
        "queuescope": 1,
        "until_us": 60_000_000,
        "broker": { "definitions": { "queues": [{ "name": "tasks" }] } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 20_000 } },
            "limit": 200,
            "recovers_after_us": 1_000_000,
            "confirms": true,
            "messages": [{ "routing_key": "tasks", "body": "a task" }],
        }],
        "consumers": [{
            "id": "C", "queue": "tasks", "prefetch": 10, "service": { "constant": { "duration_us": 1_000 } },
            "recovers_after_us": 1_000_000,
        }],
        "links": [joined("P"), joined("C")],
    })
    .to_string()
}

fn run(link: Json) -> Run {
    Run::of(&document(&link))
}

fn give(simulation: &mut Simulation, command: Json) {
    let command = Command::from_json(&command).expect("it is one");
    simulation.dispatch(command).expect("it can be carried out");
}

fn said(run: &Run) -> Vec<(String, String)> {
    let name = |name| run.simulation.world().names().text(name).to_owned();
    run.each(|event| match *event {
        Event::Said { sender, method, .. } => Some((name(sender.0), name(method))),
        _ => None,
    })
}

/// *AMQP 0-9-1*, sections 2.2.4 and 4.2.2; RFC 9293 section 3.5.
#[test]
fn a_connection_is_opened_by_three_segments_and_the_handshake_of_amqp() {
    let run = run(json!({ "latency_us": 20_000 }));
    let name = |name| run.simulation.world().names().text(name).to_owned();
    let of_p = said(&run).into_iter().filter(|(_, method)| method != "heartbeat").collect::<Vec<_>>();
    let expected = [
        ("P", "protocol header"),
        ("broker", "connection.start"),
        ("P", "connection.start-ok"),
        ("broker", "connection.tune"),
        ("P", "connection.tune-ok"),
        ("P", "connection.open"),
        ("broker", "connection.open-ok"),
        ("P", "channel.open"),
        ("broker", "channel.open-ok"),
    ];
    let names: Vec<&str> = expected.iter().map(|(_, method)| *method).collect();
    let found: Vec<&str> =
        of_p.iter().filter(|(sender, _)| sender != "C").map(|(_, method)| &**method).collect();
    assert!(names.iter().all(|method| found.contains(method)), "{found:?}");
    let flags = run.all(|event| match *event {
        Event::SegmentSent { sender, receiver, flags, octets, .. }
            if run.is(sender, "P") || run.is(receiver, "P") =>
        {
            Some((name(sender.0), name(flags), octets))
        }
        _ => None,
    });
    // The addresses are asked for first: a round trip of 40 ms.
    let opening = [(40_000, "P", "SYN"), (60_000, "broker", "SYN, ACK"), (80_000, "P", "ACK")];
    for ((time, (sender, flags, octets)), expected) in flags.iter().zip(opening) {
        assert_eq!((*time, &**sender, &**flags), expected);
        assert_eq!(*octets, 0);
    }
    assert_eq!(flags[3], (80_000, ("P".to_owned(), "ACK".to_owned(), 8)), "the protocol header");
}

/// RFC 9293 section 2.2: what is lost, doubled, damaged or late on the way is put right by TCP.
#[test]
fn whatever_links_do_all_messages_come_in_order_and_are_confirmed() {
    let run = run(json!({
        "latency_us": 20_000, "loss": 0.05, "duplication": 0.03, "reordering": 0.03, "corruption": 0.02,
    }));
    let received = run.each(|event| match *event {
        Event::Received { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(received, (1..=200).collect::<Vec<_>>());
    let taken = run.each(|event| match *event {
        Event::Taken { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(taken, received, "and to the consumer in the same order");
    let NodeState::Producer { confirmed, .. } = run.state("producer:P") else { panic!("it is one") };
    assert_eq!(confirmed, 200);
    let count = |wanted: fn(&Event) -> bool| run.each(|event| wanted(event).then_some(())).len();
    assert!(count(|event| matches!(event, Event::FrameLost { .. })) > 20);
    assert!(count(|event| matches!(event, Event::SentAgain { .. } | Event::SentAgainFast { .. })) > 20);
    assert!(
        count(|event| matches!(event, Event::OctetsHeld { .. })) > 0,
        "some waited behind a lost segment"
    );
    assert!(count(|event| matches!(event, Event::FrameDiscarded { .. })) > 0);
}

#[test]
fn a_cut_link_breaks_nothing_and_a_restart_of_the_broker_everything() {
    let mut simulation =
        Simulation::from_text(&document(&json!({ "latency_us": 5_000 })), None).expect("good");
    for (us, command) in [
        (1_000_000, json!({ "command": "cut_link", "node": "P" })),
        (3_000_000, json!({ "command": "restore_link", "node": "P" })),
        (6_000_000, json!({ "command": "restart_broker", "down_us": 500_000 })),
    ] {
        simulation.run_until(Time::from_us(us));
        give(&mut simulation, command);
    }
    simulation.run_until(Time::from_us(20_000_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let received = run.each(|event| match *event {
        Event::Received { message, .. } => Some(message.0),
        _ => None,
    });
    assert!(received.is_sorted() && received.len() > 150, "{}", received.len());
    let broken = run.all(|event| match *event {
        Event::ConnectionClosedSeen { reply_code, .. } => Some(reply_code),
        Event::ConnectionReset { .. } | Event::ConnectionGivenUp { .. } => Some(0),
        _ => None,
    });
    assert_eq!(broken.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [320, 320], "{broken:?}");
    assert!(broken.iter().all(|(time, _)| *time == 6_005_000));
    let opened = run.all(|event| matches!(event, Event::Opened { .. }).then_some(()));
    assert_eq!(opened.len(), 4, "both come back");
}

#[test]
fn a_client_that_dies_gives_back_what_it_held_and_is_reset_when_more_comes() {
    let mut simulation =
        Simulation::from_text(&document(&json!({ "latency_us": 5_000 })), None).expect("good");
    simulation.run_until(Time::from_us(1_000_000));
    give(&mut simulation, json!({ "command": "crash", "node": "C" }));
    simulation.run_until(Time::from_us(20_000_000));
    let facts: Vec<_> = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let lost = run.all(|event| matches!(event, Event::ConnectionLost { .. }).then_some(()));
    assert_eq!(lost, [(1_005_000, ())]);
    let NodeState::Queue { acknowledged, ready, unacknowledged, .. } = run.state("queue://tasks") else {
        panic!("it is one")
    };
    assert_eq!((acknowledged, ready, unacknowledged), (200, 0, 0));
}

#[test]
fn every_scenario_runs_in_packets_and_comes_back_to_the_same_state() {
    let scenarios = [
        include_str!("../../../scenarios/work-queue.json"),
        include_str!("../../../scenarios/flaky-link.json"),
        include_str!("../../../scenarios/poison-message.json"),
        include_str!("../../../scenarios/durable-queue.json"),
        include_str!("../../../scenarios/acknowledging-twice.json"),
        include_str!("../../../scenarios/transactions-and-confirms.json"),
        include_str!("../../../scenarios/confirms-and-returns.json"),
    ];
    for text in scenarios {
        let mut simulation = in_packets(text);
        let title = simulation.scenario().title.clone();
        simulation.run_until(Time::from_us(12_000_000));
        let (hash, snapshot) = (simulation.facts_hash(), simulation.snapshot());
        for back in [7_000_000, 0, 11_999_999] {
            simulation.seek(Time::from_us(back));
            simulation.run_until(Time::from_us(12_000_000));
            assert_eq!(simulation.facts_hash(), hash, "{title} from {back}");
            assert_eq!(simulation.snapshot(), snapshot, "{title} from {back}");
        }
        assert!(simulation.step_back() && simulation.step());
        assert_eq!(simulation.facts_hash(), hash, "{title}");
    }
}
