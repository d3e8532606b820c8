//! Links that are slow, lose what they carry, are cut and restored.

use super::run::Run;
use queuescope::facts::{Event, Rule};
use queuescope::simulation::{Command, Simulation};
use queuescope::time::Time;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A producer of a message each 100 ms, and a queue; the link does what `link` says.
fn document(link: Json) -> Json {
    let mut whole = json!({ "between": ["P", "broker"] });
    whole.as_object_mut().expect("it is one").extend(link.as_object().expect("it is one").clone());
    json!({
        "queuescope": 1,
        "until_us": 20_000_000,
        "broker": { "definitions": { "queues": [{ "name": "tasks" }] } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 100_000 } },
            "limit": 100,
            "recovers_after_us": 1_000_000,
            "confirms": true,
            "messages": [{ "routing_key": "tasks", "body": "a task" }],
        }],
        "links": [whole],
    })
}

fn started(link: Json) -> Simulation {
    Simulation::from_text(&document(link).to_string(), None).expect("it is a good document")
}

fn run(link: Json) -> Run {
    Run::of(&document(link).to_string())
}

fn give(simulation: &mut Simulation, command: Json) {
    let command = Command::from_json(&command).expect("it is one");
    simulation.dispatch(command).expect("it can be carried out");
}

fn until(mut simulation: Simulation, us: u64) -> Run {
    simulation.run_until(Time::from_us(us));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    Run { simulation, facts }
}

fn received(run: &Run) -> Vec<(u64, u32)> {
    run.all(|event| match *event {
        Event::Received { message, .. } => Some(message.0),
        _ => None,
    })
}

fn problem(link: Json) -> (String, String) {
    let error = Simulation::from_text(&document(link).to_string(), None).expect_err("it is wrong");
    (error.place(), error.to_string())
}

/// AMQP 0-9-1 sections 4.2.3 to 4.2.6: the method frame of `basic.publish` has 8 octets around its payload of class
/// and method (4), ticket (2), exchange (1), routing key (1 + 5) and flags (1); the header frame 8 around class,
/// weight, size and flags (14); the body frame 8 around 6. In front are the headers of Ethernet, IPv4 and TCP (54).
#[test]
fn a_message_arrives_after_latency_and_octets_by_bandwidth() {
    let run = run(json!({ "latency_us": 20_000, "bandwidth_bits_per_s": 8_000 }));
    let octets = (8 + 14) + (8 + 14) + (8 + 6) + 54;
    assert_eq!(received(&run)[0], (100_000 + 20_000 + octets * 1_000, 1));
    // The second waits for the first to be out.
    assert_eq!(received(&run)[1], (100_000 + 20_000 + 2 * octets * 1_000, 2));
}

/// RFC 6298 section 2: the time-out is at least a second, and doubles (5.5).
#[test]
fn what_is_lost_comes_after_the_retransmission_timeout_and_what_follows_waits_for_it() {
    let run = run(json!({ "latency_us": 20_000, "forward": { "loss": 0.2 } }));
    let lost = run.all(|event| match *event {
        Event::TransmissionLost { count, arrives, rule: Rule::Retransmission, .. } => Some((count, arrives)),
        _ => None,
    });
    assert!(!lost.is_empty());
    let mut newest = 0;
    for (sent, (count, arrives)) in lost {
        let waited = ((1 << count) - 1) * 1_000_000;
        newest = newest.max(sent + 20_000 + waited);
        assert_eq!(arrives.as_us(), newest, "each message is one segment");
    }
    let numbers: Vec<u32> = received(&run).into_iter().map(|(_, message)| message).collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>(), "late, but all of them and in order");
}

#[test]
fn jitter_reordering_and_duplication_change_no_order() {
    let jitter = json!({ "normal": { "deviation_us": 300_000 } });
    let run = run(json!({ "latency_us": 300_000, "jitter": jitter, "reordering": 0.5, "duplication": 0.5 }));
    let numbers: Vec<u32> = received(&run).into_iter().map(|(_, message)| message).collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
}

/// RFC 9293 section 3.4: what is not acknowledged stays in the sender's retransmission queue.
#[test]
fn what_is_sent_while_the_link_is_down_goes_in_its_order_when_it_is_up() {
    let mut simulation = started(json!({ "latency_us": 20_000 }));
    simulation.run_until(Time::from_us(1_050_000));
    give(&mut simulation, json!({ "command": "cut_link", "node": "producer:P" }));
    assert!(!simulation.snapshot().links[0].is_up);
    simulation.run_until(Time::from_us(3_050_000));
    give(&mut simulation, json!({ "command": "restore_link", "node": "P" }));
    assert!(simulation.snapshot().links[0].is_up);
    let run = until(simulation, 20_000_000);
    let late: Vec<(u64, u32)> = received(&run).into_iter().filter(|(_, message)| *message > 10).collect();
    assert_eq!(late[..20], (11..=30).map(|message| (3_070_000, message)).collect::<Vec<_>>());
    assert_eq!(late[20], (3_120_000, 31));
    let held = run.each(|event| matches!(event, Event::HeldByLink { .. }).then_some(()));
    assert_eq!(held.len(), 20);
    let lost = run.each(|event| matches!(event, Event::PublishingLost { .. }).then_some(()));
    assert!(lost.is_empty());
}

/// RFC 1122 section 4.2.3.5: when too many retransmissions fail, the connection is closed.
#[test]
fn a_link_that_loses_everything_breaks_the_connection_and_unconfirmed_messages_are_in_doubt() {
    let mut simulation = started(json!({ "latency_us": 20_000, "loss": 1 }));
    simulation.run_until(Time::from_us(999_000_000));
    give(&mut simulation, json!({ "command": "set_link", "node": "P", "loss": 0 }));
    let run = until(simulation, 1_100_000_000);
    // Time-outs of 1, 2, 4, 8, 16, 32 s and then 60 s ten times: 63 + 600 s after the first message.
    let broken = run.all(|event| matches!(event, Event::ConnectionTimedOut { .. }).then_some(()));
    assert_eq!(broken[0].0, 100_000 + 663_000_000);
    let missed = run.all(|event| matches!(event, Event::ConfirmMissed { .. }).then_some(()));
    assert_eq!(missed.len(), 100);
    assert!(received(&run).is_empty());
    let gone = run.all(|event| matches!(event, Event::ConnectionLost { .. }).then_some(()));
    assert_eq!(gone[0].0, broken[0].0);
}

#[test]
fn replay_and_seek_carry_out_what_was_done_to_links() {
    let mut simulation = started(json!({ "latency_us": 20_000, "loss": 0.1 }));
    for (us, command) in [(1_050_000, "cut_link"), (2_050_000, "restore_link")] {
        simulation.run_until(Time::from_us(us));
        give(&mut simulation, json!({ "command": command, "node": "P" }));
    }
    let change = json!({ "command": "set_link", "node": "P", "latency_us": 70_000, "back": { "loss": 0.5 } });
    give(&mut simulation, change);
    simulation.run_until(Time::from_us(15_000_000));
    let (hash, snapshot) = (simulation.facts_hash(), simulation.snapshot());
    assert_eq!((snapshot.links[0].latency_us, snapshot.links[0].loss), (70_000, 0.5));
    for back in [1_500_000, 0, 2_060_000] {
        simulation.seek(Time::from_us(back));
        simulation.run_until(Time::from_us(15_000_000));
        assert_eq!(simulation.facts_hash(), hash, "from {back}");
        assert_eq!(simulation.snapshot(), snapshot, "from {back}");
    }
    assert!(simulation.step_back() && simulation.step());
    assert_eq!(simulation.facts_hash(), hash);
}

#[test]
fn what_is_wrong_with_a_link_is_said_with_its_place() {
    assert_eq!(problem(json!({ "loss": 2 })).0, "links[0].loss");
    assert_eq!(problem(json!({ "back": { "mtu": 1 } })).0, "links[0].back.mtu");
    assert_eq!(problem(json!({ "forward": { "up": true } })).0, "links[0].forward.up");
    assert_eq!(
        problem(json!({ "jitter": { "uniform": { "mean_us": 1 } } })).0,
        "links[0].jitter.uniform.mean_us"
    );
    let command = json!({ "command": "set_link", "node": "P", "back": { "loss": -1 } });
    let error = Command::from_json(&command).expect_err("it is wrong");
    assert_eq!(error.place(), "back.loss");
}

#[test]
fn confirms_show_what_a_flaky_link_left_in_doubt() {
    let run = Run::of(include_str!("../../../scenarios/flaky-link.json"));
    for producer in ["careful", "careless"] {
        let lost = run.each(|event| match *event {
            Event::PublishingLost { message, producer: by, .. } if run.is(by, producer) => Some(message.0),
            _ => None,
        });
        assert!(lost.len() > 10, "what {producer} sent while the broker restarted is gone");
    }
    let missed = run.each(|event| match *event {
        Event::ConfirmMissed { producer, .. } => Some(run.is(producer, "careful")),
        _ => None,
    });
    assert!(!missed.is_empty() && missed.iter().all(|is_careful| *is_careful));
    for producer in ["careful", "careless"] {
        let sent = run.published(producer);
        let order = run.ready(producer);
        assert!(order.is_sorted() && order.len() < sent.len(), "{producer}: in order, and not all");
    }
}
