//! The same scenario and seed give the same facts, on every machine and however they are run.

use super::driver::{DOCUMENTS, EVERY_WORKLOAD, HELLO_WORLD, WORK_QUEUE};
use queuescope::rng::Stream;
use queuescope::simulation::{Command, Simulation};
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn documents() -> impl Iterator<Item = (&'static str, &'static str)> {
    DOCUMENTS.into_iter().chain(CARRIERS)
}

/// Every workload, and every way in which octets are carried.
const CARRIERS: [(&str, &str); 9] = [
    ("every-workload", EVERY_WORKLOAD),
    ("amqp-in-segments", include_str!("../../../scenarios/amqp-in-segments.json")),
    ("udp-is-not-tcp", include_str!("../../../scenarios/udp-is-not-tcp.json")),
    ("one-send-one-receive", include_str!("../../../scenarios/one-send-one-receive.json")),
    ("transports", include_str!("../../../scenarios/transports.json")),
    ("three-ways", include_str!("../../../scenarios/three-ways.json")),
    ("missed-events", include_str!("../../../scenarios/missed-events.json")),
    ("rights-taken-away", include_str!("../../../scenarios/rights-taken-away.json")),
    ("browsers-in-packets", include_str!("../documents/browsers-in-packets.json")),
];

fn start(text: &str, seed: u64) -> Simulation {
    Simulation::from_text(text, Some(seed)).expect("it is a good document")
}

/// Everything that the page can see, in one text.
fn state(simulation: &Simulation) -> String {
    let snapshot = serde_json::to_string(&simulation.snapshot()).expect("a snapshot is plain data");
    format!("{:?} {snapshot}", simulation.facts_hash())
}

/// The hashes stand in a file, so that natively, in Node and in a browser the very same ones are required, and so
/// that a change of behaviour is seen when it is committed. `cargo xtask hashes` writes the file anew.
#[test]
fn every_platform_gives_the_hashes_of_the_file() {
    let mut lines = 0;
    for line in include_str!("../../determinism.txt").lines().filter(|line| !line.starts_with('#')) {
        let [name, seed, until, hash] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("a line has four words: {line}");
        };
        let (_, text) = documents().find(|(each, _)| *each == name).expect("the document is there");
        let mut simulation = start(text, seed.parse().expect("a seed"));
        simulation.run_until(Time::from_us(until.parse().expect("a time")));
        assert_eq!(simulation.facts_hash().as_deref(), Some(hash), "{line}");
        lines += 1;
    }
    assert_eq!(lines, 2 * documents().count());
}

#[test]
fn another_seed_gives_other_facts() {
    let hashes = [1, 2].map(|seed| {
        let mut simulation = start(WORK_QUEUE, seed);
        simulation.run_until(Time::from_us(10_000_000));
        simulation.facts_hash()
    });
    assert_ne!(hashes[0], hashes[1]);
}

#[test]
fn steps_runs_and_seeks_lead_to_the_same_state() {
    let until = Time::from_us(12_345_678);
    for (name, text) in documents() {
        let mut run = start(text, 1);
        run.run_until(until);
        let mut stepped = start(text, 1);
        while stepped.world().next_event().is_some_and(|next| next <= until) {
            stepped.step();
        }
        stepped.run_until(until);
        let mut sliced = start(text, 1);
        (1..=1000).for_each(|slice| sliced.run_until(Time::from_us(until.as_us() * slice / 1000)));
        let mut sought = start(text, 1);
        sought.seek(Time::from_us(20_000_000));
        sought.seek(until);
        for (way, other) in [("stepped", &stepped), ("sliced", &sliced), ("sought", &sought)] {
            assert_eq!(state(other), state(&run), "{name}, {way}");
        }
    }
}

#[test]
fn stepping_back_and_forward_gives_the_same_states() {
    for (name, text) in documents() {
        let mut simulation = start(text, 1);
        let mut states = vec![state(&simulation)];
        while states.len() <= 300 && simulation.step() {
            states.push(state(&simulation));
        }
        for expected in states[..states.len() - 1].iter().rev() {
            assert!(simulation.step_back());
            assert_eq!(&state(&simulation), expected, "{name}");
        }
        assert!(!simulation.step_back());
        for expected in &states[1..] {
            simulation.step();
            assert_eq!(&state(&simulation), expected, "{name}");
        }
    }
}

#[test]
fn seeking_about_gives_the_states_of_the_way_there() {
    let mut there = start(WORK_QUEUE, 3);
    let mut about = start(WORK_QUEUE, 3);
    let mut stream = Stream::new(9, "moments");
    let mut moments: Vec<u64> = (0..200).map(|_| (stream.unit() * 120e6) as u64).collect();
    let mut states: Vec<(u64, String)> = Vec::new();
    let order = moments.clone();
    moments.sort_unstable();
    for moment in moments {
        there.run_until(Time::from_us(moment));
        states.push((moment, state(&there)));
    }
    for moment in order {
        about.seek(Time::from_us(moment));
        let (_, expected) = states.iter().find(|(each, _)| *each == moment).expect("it was visited");
        assert_eq!(&state(&about), expected);
    }
}

#[test]
fn commands_are_replayed_exactly_and_a_command_in_the_past_begins_another_future() {
    let publish = || Command::Publish { node: "producer:P".to_owned() };
    let mut simulation = start(HELLO_WORLD, 1);
    simulation.run_until(Time::from_us(4_000_000));
    simulation.dispatch(publish()).expect("P publishes");
    simulation.dispatch(Command::Pause { node: "consumer:C".to_owned() }).expect("C pauses");
    simulation.run_until(Time::from_us(9_000_000));
    simulation.dispatch(Command::Resume { node: "consumer:C".to_owned() }).expect("C goes on");
    simulation.run_until(Time::from_us(15_000_000));
    let with_commands = state(&simulation);
    for moment in [0, 4_000_000, 3_999_999, 8_000_000, 9_000_000] {
        simulation.seek(Time::from_us(moment));
        simulation.seek(Time::from_us(15_000_000));
        assert_eq!(state(&simulation), with_commands, "by way of {moment}");
    }
    while simulation.step_back() {}
    simulation.run_until(Time::from_us(15_000_000));
    assert_eq!(state(&simulation), with_commands);
    // Another future: without the pause.
    simulation.seek(Time::from_us(3_000_000));
    simulation.dispatch(publish()).expect("P publishes");
    simulation.run_until(Time::from_us(15_000_000));
    let mut direct = start(HELLO_WORLD, 1);
    direct.run_until(Time::from_us(3_000_000));
    direct.dispatch(publish()).expect("P publishes");
    direct.run_until(Time::from_us(15_000_000));
    assert_eq!(state(&simulation), state(&direct));
}

/// Every command there is, at times of its own.
#[test]
fn failures_and_interventions_are_replayed_exactly() {
    let commands = [
        (
            2_000_000,
            r#"{ "command": "send", "node": "C1", "method": { "basic.nack": { "delivery_tag": 1 } } }"#,
        ),
        (4_000_000, r#"{ "command": "crash", "node": "consumer:C2" }"#),
        (
            4_000_000,
            r#"{ "command": "send", "node": "P", "method": { "basic.publish": { "routing_key": "tasks" } } }"#,
        ),
        (5_100_000, r#"{ "command": "recover", "node": "consumer:C2" }"#),
        (7_000_000, r#"{ "command": "close_channel", "node": "P" }"#),
        (8_000_000, r#"{ "command": "recover", "node": "P" }"#),
        (9_000_000, r#"{ "command": "pause", "node": "C1" }"#),
        (11_000_000, r#"{ "command": "purge", "node": "tasks" }"#),
        (12_000_000, r#"{ "command": "resume", "node": "C1" }"#),
        (13_000_000, r#"{ "command": "restart_broker", "down_us": 500000 }"#),
        (15_000_000, r#"{ "command": "recover", "node": "P" }"#),
        (15_000_000, r#"{ "command": "recover", "node": "C2" }"#),
        (17_000_000, r#"{ "command": "publish", "node": "P" }"#),
        (18_000_000, r#"{ "command": "disconnect", "node": "C2" }"#),
    ];
    let mut simulation = start(WORK_QUEUE, 5);
    for (us, text) in commands {
        simulation.run_until(Time::from_us(us));
        let value = serde_json::from_str(text).expect("it is JSON");
        let command = Command::from_json(&value).expect("it is a command");
        simulation.dispatch(command).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    }
    let end = Time::from_us(25_000_000);
    simulation.run_until(end);
    let at_end = state(&simulation);
    for moment in [0, 3_000_000, 4_000_000, 5_099_999, 12_999_999, 13_200_000, 15_000_000, 24_000_000] {
        simulation.seek(Time::from_us(moment));
        simulation.seek(end);
        assert_eq!(state(&simulation), at_end, "by way of {moment}");
    }
    let mut states = Vec::new();
    while simulation.step_back() {
        states.push(state(&simulation));
    }
    assert!(states.len() > 100);
    for expected in states.iter().rev().skip(1) {
        simulation.step();
        assert_eq!(&state(&simulation), expected);
    }
    simulation.run_until(end);
    assert_eq!(state(&simulation), at_end);
}

#[test]
fn a_command_that_cannot_be_carried_out_changes_nothing() {
    let mut simulation = start(HELLO_WORLD, 1);
    simulation.run_until(Time::from_us(4_000_000));
    simulation.seek(Time::from_us(2_000_000));
    let before = state(&simulation);
    for wrong in ["producer:Q", "queue://hello", "consumer:C"] {
        assert!(simulation.dispatch(Command::Publish { node: wrong.to_owned() }).is_err());
        assert_eq!(state(&simulation), before);
    }
}

#[test]
fn facts_come_once_each_and_after_going_back_from_where_the_reader_must_cut() {
    let mut simulation = start(HELLO_WORLD, 1);
    simulation.run_until(Time::from_us(5_000_000));
    let first = simulation.take_facts(usize::MAX);
    assert_eq!(
        first.iter().map(|(index, _)| *index).collect::<Vec<_>>(),
        (0..first.len() as u64).collect::<Vec<_>>()
    );
    assert!(simulation.take_facts(usize::MAX).is_empty());
    simulation.step_back();
    assert!(simulation.take_facts(usize::MAX).is_empty());
    let count = simulation.world().recorder().count();
    simulation.step();
    let again = simulation.take_facts(usize::MAX);
    assert_eq!(again, first[count as usize..]);
}
