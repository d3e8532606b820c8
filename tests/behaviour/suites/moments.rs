//! The state at a moment is the same, to the last field, however one has come there.

use super::driver::{EVERY_WORKLOAD, POISON, TRANSACTIONS, WORK_QUEUE};
use queuescope::rng::Stream;
use queuescope::simulation::{Command, ForkId, Simulation};
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PACKETS: &str = include_str!("../../../scenarios/amqp-in-segments.json");
const BROWSERS: &str = include_str!("../../../scenarios/missed-events.json");
const SERVERS: &str = include_str!("../../../scenarios/three-ways.json");
const LINKS: &str = include_str!("../../../scenarios/flaky-link.json");

/// Documents, each with a span in microseconds and a number of moments: a thousand in all.
const RUNS: [(&str, u64, usize); 8] = [
    (WORK_QUEUE, 60_000_000, 200),
    (POISON, 60_000_000, 150),
    (TRANSACTIONS, 60_000_000, 150),
    (EVERY_WORKLOAD, 20_000_000, 150),
    (LINKS, 30_000_000, 100),
    (PACKETS, 10_000_000, 100),
    (BROWSERS, 20_000_000, 100),
    (SERVERS, 20_000_000, 50),
];

fn start(text: &str) -> Simulation {
    Simulation::from_text(text, Some(11)).expect("it is a good document")
}

fn us(us: u64) -> Time {
    Time::from_us(us)
}

/// The hash of all facts, and that of the whole state.
fn state(simulation: &Simulation) -> (Option<String>, u64) {
    (simulation.facts_hash(), simulation.world().state_hash())
}

fn moments(seed: u64, span: u64, count: usize) -> Vec<Time> {
    let mut stream = Stream::new(seed, "moments");
    (0..count).map(|_| us((stream.unit() * span as f64) as u64)).collect()
}

/// The states at moments, on the way there.
fn on_the_way(mut simulation: Simulation, moments: &[Time]) -> Vec<(Time, (Option<String>, u64))> {
    let mut order = moments.to_vec();
    order.sort_unstable();
    let mut states = Vec::new();
    for moment in order {
        simulation.run_until(moment);
        states.push((moment, state(&simulation)));
    }
    states
}

fn expected(states: &[(Time, (Option<String>, u64))], moment: Time) -> &(Option<String>, u64) {
    &states.iter().find(|(each, _)| *each == moment).expect("it was visited").1
}

#[test]
fn a_thousand_random_moments_have_the_states_of_the_way_there() {
    assert_eq!(RUNS.iter().map(|(_, _, count)| count).sum::<usize>(), 1_000);
    for (number, (text, span, count)) in RUNS.into_iter().enumerate() {
        let moments = moments(number as u64, span, count);
        let states = on_the_way(start(text), &moments);
        let mut about = start(text);
        // So little that checkpoints are dropped, too.
        about.set_checkpoint_budget(2_000_000);
        for (turn, moment) in moments.iter().enumerate() {
            match turn % 4 {
                // A step back and forth on the way.
                3 => {
                    about.seek(*moment);
                    about.step_back();
                    about.run_until(*moment);
                }
                _ => about.seek(*moment),
            }
            assert_eq!(&state(&about), expected(&states, *moment), "document {number} at {moment}");
        }
    }
}

#[test]
fn every_step_can_be_gone_to_also_where_several_are_at_one_time() {
    let mut there = start(POISON);
    let mut states = vec![(there.now(), state(&there))];
    while states.len() <= 200 && there.step() {
        states.push((there.now(), state(&there)));
    }
    let mut about = start(POISON);
    about.run_until(us(60_000_000));
    let mut stream = Stream::new(3, "steps");
    for _ in 0..200 {
        let step = (stream.unit() * states.len() as f64) as usize;
        let (time, expected) = &states[step];
        about.seek_to(*time, step as u64);
        assert_eq!((about.now(), about.world().steps()), (*time, step as u64));
        assert_eq!(&state(&about), expected, "step {step}");
    }
}

/// Documents, each with something that can be done to it at any time, and a span.
const INTERVENTIONS: [(&str, &str, u64); 5] = [
    (WORK_QUEUE, r#"{"command": "crash", "node": "consumer:C1"}"#, 60_000_000),
    (
        POISON,
        r#"{"command": "set_arrivals", "node": "producer:P1", "arrivals": {"constant": {"interval_us": 100000}}}"#,
        60_000_000,
    ),
    (EVERY_WORKLOAD, r#"{"command": "restart_broker", "down_us": 300000}"#, 20_000_000),
    (PACKETS, r#"{"command": "crash", "node": "consumer:C"}"#, 10_000_000),
    (BROWSERS, r#"{"command": "cut_link", "node": "browser:reader"}"#, 20_000_000),
];

#[test]
fn forks_have_the_states_of_runs_of_their_own_also_after_going_from_one_to_another() {
    for (number, (text, command, span)) in INTERVENTIONS.into_iter().enumerate() {
        let command =
            || Command::from_json(&serde_json::from_str(command).expect("JSON")).expect("a command");
        let left = us(span / 3);
        let moments = moments(50 + number as u64, span, 60);
        let whole = on_the_way(start(text), &moments);
        // The other run: as the first up to where it leaves.
        let mut other = start(text);
        other.run_until(left);
        other.dispatch(command()).unwrap_or_else(|problem| panic!("document {number}: {problem}"));
        let later: Vec<Time> = moments.iter().copied().filter(|moment| *moment >= left).collect();
        let changed = on_the_way(other, &later);

        let mut simulation = start(text);
        simulation.set_checkpoint_budget(2_000_000);
        simulation.run_until(us(span));
        simulation.seek(left);
        simulation.dispatch(command()).expect("it can be carried out, as it could alone");
        for (turn, moment) in moments.iter().enumerate() {
            let fork = turn as u32 % 2;
            if turn % 3 == 0 {
                simulation.seek(*moment);
                simulation.switch_to(ForkId(fork)).expect("it is there");
            } else {
                simulation.switch_to(ForkId(fork)).expect("it is there");
                simulation.seek(*moment);
            }
            let states = if fork == 1 && *moment >= left { &changed } else { &whole };
            assert_eq!(simulation.now(), *moment);
            assert_eq!(
                &state(&simulation),
                expected(states, *moment),
                "document {number}, fork {fork}, at {moment}"
            );
        }
    }
}

#[test]
fn a_log_that_is_taken_up_leads_to_the_same_facts_and_one_that_is_made_up_does_no_harm() {
    let mut simulation = start(WORK_QUEUE);
    simulation.run_until(us(4_000_000));
    simulation.step();
    let crash = r#"{"command":"crash","node":"consumer:C1"}"#;
    let command =
        |text: &str| Command::from_json(&serde_json::from_str(text).expect("JSON")).expect("a command");
    simulation.dispatch_from(command(crash), Some(crash)).expect("it is up");
    simulation.run_until(us(9_000_000));
    let entries: Vec<String> = simulation
        .log()
        .iter()
        .map(|logged| {
            let source = logged.source.as_deref().expect("it was given as JSON");
            format!(r#"{{"at_us": {}, "step": {}, "command": {source}}}"#, logged.time.as_us(), logged.steps)
        })
        .collect();
    let log = |text: &str| {
        queuescope::scenario::LoggedCommand::list_from_json(&serde_json::from_str(text).expect("JSON"))
    };
    let mut again = start(WORK_QUEUE);
    again.take_up_log(log(&format!("[{}]", entries.join(","))).expect("it is a log")).expect("at the start");
    again.seek_to(simulation.now(), simulation.world().steps());
    assert_eq!(state(&again), state(&simulation));
    // Steps and times that do not fit, and commands that cannot be carried out.
    let made_up = r#"[
        {"at_us": 0, "step": 3, "command": {"command": "recover", "node": "C1"}},
        {"at_us": 900000000, "step": 5, "command": {"command": "publish", "node": "nobody"}},
        {"at_us": 1, "step": 70, "command": {"command": "purge", "node": "tasks"}}]"#;
    let mut odd = start(WORK_QUEUE);
    odd.take_up_log(log(made_up).expect("it is in order of steps")).expect("at the start");
    odd.run_until(us(20_000_000));
    let facts = odd.take_facts(usize::MAX);
    assert!(facts.iter().any(|(_, fact)| fact.event.key() == "command.without-effect"));
    assert!(facts.windows(2).all(|pair| pair[0].1.time <= pair[1].1.time));
    assert!(
        log(r#"[{"at_us": 5, "step": 9, "command": {"command": "pause", "node": "P"}},
        {"at_us": 5, "step": 8, "command": {"command": "pause", "node": "P"}}]"#)
        .is_err()
    );
    assert!(odd.take_up_log(Vec::new()).is_err());
}
