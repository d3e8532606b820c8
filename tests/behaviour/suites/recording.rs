//! A run that records numbers alone is the same run.

use super::driver::{DOCUMENTS, POISON, WORK_QUEUE};
use queuescope::facts::Recording;
use queuescope::simulation::{Run, Simulation};
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What the benchmark runs, and scenarios that go through every kind of rule.
pub(super) fn documents() -> impl Iterator<Item = (&'static str, &'static str)> {
    DOCUMENTS.into_iter().chain(RULES)
}

const RULES: [(&str, &str); 10] = [
    ("dead-letters", include_str!("../../../scenarios/dead-letters.json")),
    ("dead-letter-cycle", include_str!("../../../scenarios/dead-letter-cycle.json")),
    ("full-queues", include_str!("../../../scenarios/full-queues.json")),
    ("priorities", include_str!("../../../scenarios/priorities.json")),
    ("hidden-expiry", include_str!("../../../scenarios/hidden-expiry.json")),
    ("greedy-consumer", include_str!("../../../scenarios/greedy-consumer.json")),
    ("confirms-and-returns", include_str!("../../../scenarios/confirms-and-returns.json")),
    ("one-queue-one-formula", include_str!("../../../scenarios/one-queue-one-formula.json")),
    ("flaky-link", include_str!("../../../scenarios/flaky-link.json")),
    ("one-queue", include_str!("../../../benches/scenarios/one-queue.json")),
];

fn run(text: &str, recording: Recording) -> Simulation {
    let mut simulation = Simulation::recording(text, None, recording).expect("it is a good document");
    simulation.run_until(Time::from_us(40_000_000));
    simulation
}

/// Every counter, every state and every reason of every node.
fn state(simulation: &Simulation) -> String {
    let snapshot = simulation.snapshot();
    let nodes = serde_json::to_string(&snapshot.nodes).expect("a snapshot is plain data");
    format!("{} {} {nodes}", snapshot.now, snapshot.step)
}

#[test]
fn numbers_alone_are_those_of_a_run_that_records_everything() {
    for (name, text) in documents().chain([("at the same time", AT_THE_SAME_TIME)]) {
        let (recorded, numbers) = (run(text, Recording::Everything), run(text, Recording::Numbers));
        assert_eq!(state(&numbers), state(&recorded), "{name}");
    }
}

/// Also between two moments, and however it is cut into calls.
#[test]
fn what_runs_for_its_numbers_alone_has_those_of_a_simulation() {
    for (name, text) in DOCUMENTS {
        for seed in [None, Some(3)] {
            let mut simulation =
                Simulation::recording(text, seed, Recording::Numbers).expect("it is a good document");
            let mut run = Run::from_text(text, seed).expect("it is a good document");
            assert_eq!(run.until().as_us(), simulation.scenario().until_us, "{name}");
            for at in [3_456_789, 20_000_000].map(Time::from_us) {
                simulation.run_until(at);
                while !run.run_at_most(at, 777) {}
                assert_eq!(run.numbers(), simulation.numbers(), "{name}");
                assert_eq!((run.now(), run.steps()), (at, simulation.world().steps()), "{name}");
            }
        }
    }
}

/// Clients of which several have something to do in the same microsecond, on links that take no time: some of it goes
/// straight to where it arrives, some has to wait its turn.
const AT_THE_SAME_TIME: &str = r#"{
    "queuescope": 1, "until_us": 1000000,
    "broker": { "definitions": {
        "exchanges": [{ "name": "orders", "type": "direct" }],
        "queues": [{ "name": "one" }, { "name": "two" }],
        "bindings": [
            { "source": "orders", "destination": "one", "destination_type": "queue", "routing_key": "one" },
            { "source": "orders", "destination": "two", "destination_type": "queue", "routing_key": "two" }
        ]
    } },
    "producers": [
        { "id": "P1", "arrivals": { "constant": { "interval_us": 1000 } },
          "messages": [{ "exchange": "orders", "routing_key": "one" }, { "exchange": "orders", "routing_key": "two" }] },
        { "id": "P2", "arrivals": { "constant": { "interval_us": 500 } },
          "messages": [{ "exchange": "orders", "routing_key": "two" }, { "exchange": "orders", "routing_key": "nowhere" }] }
    ],
    "consumers": [
        { "id": "C1", "queue": "one", "prefetch": 1, "service": { "constant": { "duration_us": 1500 } } },
        { "id": "C2", "queue": "one", "prefetch": 3, "service": { "constant": { "duration_us": 500 } } },
        { "id": "C3", "queue": "two", "prefetch": 4, "acknowledgement": { "batch": 3 }, "service": { "constant": { "duration_us": 500 } } },
        { "id": "C4", "queue": "two", "acknowledgement": "automatic", "service": { "constant": { "duration_us": 0 } } },
        { "id": "C5", "queue": "two", "prefetch": 2, "acknowledgement": "before", "service": { "constant": { "duration_us": 1000 } } }
    ]
}"#;

#[test]
fn step_by_step_it_comes_to_the_same_state_as_in_one_go() {
    let mut steps = 0;
    for (name, text) in documents().chain([("at the same time", AT_THE_SAME_TIME)]) {
        let start = || Simulation::recording(text, None, Recording::Numbers).expect("it is a good document");
        let (mut whole, mut single) = (start(), start());
        for at in [200_000, 1_234_567].map(Time::from_us) {
            whole.run_until(at);
            while single.world().steps() < whole.world().steps() && single.step() {}
            single.run_until(at);
            assert_eq!(single.world().state_hash(), whole.world().state_hash(), "{name} at {at:?}");
        }
        steps += whole.world().steps();
    }
    assert!(steps > 10_000, "{steps}");
}

#[test]
fn it_goes_forward_only() {
    let mut run = Run::from_text(WORK_QUEUE, None).expect("it is a good document");
    run.run_until(Time::from_us(5_000_000));
    run.run_until(Time::from_us(1_000_000));
    assert_eq!(run.now(), Time::from_us(5_000_000));
    let steps = run.steps();
    assert!(!run.run_at_most(Time::from_us(9_000_000), 2));
    assert_eq!(run.steps(), steps + 2);
    assert!(run.now() < Time::from_us(9_000_000));
}

#[test]
fn a_run_that_records_numbers_alone_has_no_facts_and_no_hash() {
    let mut numbers = run(WORK_QUEUE, Recording::Numbers);
    assert_eq!(numbers.facts_hash(), None);
    assert!(numbers.take_facts(usize::MAX).is_empty());
    assert!(run(WORK_QUEUE, Recording::Everything).facts_hash().is_some());
}

#[test]
fn it_goes_back_as_any_other() {
    let (mut numbers, at) = (run(POISON, Recording::Numbers), Time::from_us(7_654_321));
    numbers.seek(at);
    let mut other = Simulation::recording(POISON, None, Recording::Numbers).expect("it is a good document");
    other.run_until(at);
    assert_eq!(state(&numbers), state(&other));
    other.step();
    other.step_back();
    numbers.step();
    numbers.step_back();
    assert_eq!(state(&numbers), state(&other));
}
