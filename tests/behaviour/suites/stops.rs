//! Runs that stop where a condition holds: exactly after that step, forward and backward, and without any effect on what
//! happens.

use super::driver::{HELLO_WORLD, POISON, WORK_QUEUE};
use queuescope::facts::{Catalogue, Happening, Recording, Sentence};
use queuescope::simulation::{
    Command, Condition, ConditionError, MARKS_PER_COLUMN, Progress, Simulation, Watch,
};
use queuescope::time::Time;
use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn start(text: &str) -> Simulation {
    Simulation::from_text(text, Some(7)).expect("it is a good document")
}

fn seconds(count: u64) -> Time {
    Time::from_us(count * 1_000_000)
}

fn condition(text: &str) -> Condition {
    let value = serde_json::from_str(text).expect("it is JSON");
    Condition::from_json(&value).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

/// The steps up to a time in which something of a kind happens, from all facts.
fn steps_of(simulation: &mut Simulation, until: Time, wanted: Happening) -> Vec<u64> {
    simulation.run_until(until);
    let facts = simulation.take_facts(usize::MAX);
    let mut steps: Vec<u64> = facts
        .iter()
        .filter(|(_, fact)| Happening::of(&fact.event) == Some(wanted))
        .map(|(_, fact)| fact.step)
        .collect();
    steps.dedup();
    steps
}

#[test]
fn a_run_stops_after_every_step_with_a_redelivery_and_nowhere_else() {
    let until = seconds(20);
    let expected = steps_of(&mut start(POISON), until, Happening::Redelivery);
    assert!(expected.len() > 3);
    let mut simulation = start(POISON);
    let mut found = Vec::new();
    loop {
        let redelivery = condition(r#"{"when": "redelivery"}"#);
        match simulation.step_to(redelivery, until, u64::MAX).expect("it can be stopped") {
            Progress::Stopped => {
                let stop = simulation.stopped_by().expect("it stopped");
                let fact = simulation.facts_between(stop.fact.expect("by a fact")..u64::MAX)[0].1;
                assert_eq!((stop.step, stop.time), (fact.step, fact.time.as_us()));
                assert_eq!(stop.step, simulation.world().steps());
                found.push(stop.step);
            }
            progress => {
                assert_eq!(progress, Progress::Arrived);
                break;
            }
        }
    }
    assert_eq!(found, expected);
    assert_eq!(simulation.now(), until);
    let mut whole = start(POISON);
    whole.run_until(until);
    assert_eq!(simulation.facts_hash(), whole.facts_hash());
    // And back the same way.
    let mut back = Vec::new();
    while simulation.step_back_to(condition(r#"{"when": "redelivery"}"#)).expect("it can be stopped") {
        back.push(simulation.world().steps());
        assert_eq!(simulation.stopped_by().map(|stop| stop.step), back.last().copied());
    }
    back.reverse();
    assert_eq!(back, expected);
}

#[test]
fn breakpoints_stop_runs_and_not_seeks_and_a_document_may_bring_some() {
    let text = WORK_QUEUE.replacen(
        '{',
        r#"{ "breakpoints": [{ "when": "queue_longer", "than": 2, "node": "tasks" }, { "when": "time", "at_us": 1000 }],"#,
        1,
    );
    let mut simulation = start(&text);
    assert_eq!(simulation.run_to_stop(seconds(60), u64::MAX), Progress::Stopped);
    assert_eq!(
        (simulation.now(), simulation.stopped_by().map(|stop| stop.condition)),
        (Time::from_us(1_000), Some(1))
    );
    assert_eq!(simulation.run_to_stop(seconds(600), u64::MAX), Progress::Stopped);
    let stop = simulation.stopped_by().expect("the queue becomes longer").clone();
    assert_eq!((stop.condition, stop.sentence.key), (0, "condition.queue-longer.at-node"));
    let words = Catalogue::english().words(&stop.sentence);
    assert_eq!(words, "Stops when tasks has more than 2 ready messages.");
    let mut plain = start(WORK_QUEUE);
    plain.run_until(simulation.now());
    assert_eq!(simulation.facts_hash(), plain.facts_hash(), "breakpoints change nothing");
    simulation.seek(seconds(700));
    assert_eq!((simulation.now(), simulation.stopped_by()), (seconds(700), None));
    let wrong = WORK_QUEUE.replacen('{', r#"{ "breakpoints": [{ "when": "loss", "node": "nobody" }],"#, 1);
    let problem = Simulation::from_text(&wrong, None).expect_err("there is no such node");
    assert_eq!((problem.code(), problem.place().as_str()), ("scenario.invalid", "breakpoints[0].node"));
}

#[test]
fn a_message_and_a_node_and_a_fact_can_be_followed() {
    let mut simulation = start(HELLO_WORLD);
    let to = |simulation: &mut Simulation, text: &str| {
        simulation.step_to(condition(text), seconds(100), u64::MAX).expect("it can be stopped");
        let index = simulation.stopped_by().and_then(|stop| stop.fact).expect("it holds by a fact");
        simulation.facts_between(index..index + 1)[0].1
    };
    let fact = to(&mut simulation, r#"{"when": "anything", "message": 3}"#);
    assert_eq!(
        (fact.event.key(), fact.event.message().map(|message| message.0)),
        ("message.published", Some(3))
    );
    let fact = to(&mut simulation, r#"{"when": "fact", "key": "message.queued"}"#);
    assert_eq!(fact.event.key(), "message.queued");
    let fact = to(&mut simulation, r#"{"when": "anything", "node": "consumer:C"}"#);
    let words = Catalogue::english().words(&Sentence::of_event(&fact.event, simulation.world().names()));
    assert!(words.split([' ', '.', ',']).any(|word| word == "C"), "{words}");
}

#[test]
fn what_is_wrong_with_a_condition_is_said() {
    for (text, place) in [
        (r#"{"when": "explosion"}"#, "when"),
        (r#"{"when": "fact", "key": "message.exploded"}"#, "key"),
        (r#"{"when": "queue_longer"}"#, ""),
        (r#"{"when": "anything"}"#, ""),
        (r#"{"when": "loss", "that": 1}"#, "that"),
        (r#"{"when": "time", "at_us": 1, "node": "C"}"#, "node"),
    ] {
        let value = serde_json::from_str(text).expect("it is JSON");
        let problem = Condition::from_json(&value).expect_err(text);
        assert_eq!(problem.place(), place, "{text}: {problem}");
    }
    let mut simulation = start(HELLO_WORLD);
    let nobody = condition(r#"{"when": "loss", "node": "nobody"}"#);
    let problem = simulation.set_breakpoints(vec![nobody.clone()]).expect_err("there is no such node");
    assert_eq!(problem, ConditionError::UnknownNode(0, "nobody".to_owned()));
    let mut numbers = Simulation::recording(HELLO_WORLD, None, Recording::Numbers).expect("it is good");
    let loss = condition(r#"{"when": "loss"}"#);
    assert_eq!(numbers.set_breakpoints(vec![loss.clone()]), Err(ConditionError::NumbersOnly));
    assert_eq!(numbers.step_back_to(loss), Err(ConditionError::NumbersOnly));
    let time = Condition { watch: Watch::Time(seconds(3)), node: None, message: None };
    assert_eq!(numbers.set_breakpoints(vec![time]), Ok(()));
    assert_eq!(numbers.run_to_stop(seconds(9), u64::MAX), Progress::Stopped);
    assert_eq!(numbers.now(), seconds(3));
}

/// A queue that is gone hinders no change to the list, and its breakpoint holds again when it is there again.
#[test]
fn a_breakpoint_stays_when_its_node_is_gone() {
    let mut simulation = start(WORK_QUEUE);
    let at_queue = condition(r#"{"when": "anything", "node": "queue://tasks"}"#);
    let time = condition(r#"{"when": "time", "at_us": 3000000}"#);
    simulation.set_breakpoints(vec![at_queue.clone()]).expect("the queue is there");
    simulation.seek(seconds(1));
    let give = |simulation: &mut Simulation, method: &str, until: Time| {
        let command = json!({"command": "manage", "method": {method: {"queue": "tasks"}}});
        simulation.dispatch(Command::from_json(&command).expect("it is one")).expect("it can be carried out");
        simulation.run_until(until);
    };
    give(&mut simulation, "queue.delete", seconds(2));
    assert!(!simulation.is_there(&at_queue) && simulation.is_there(&time));
    let both = vec![time.clone(), at_queue.clone()];
    assert_eq!(simulation.set_breakpoints(both.clone()), Ok(()));
    assert!(simulation.breakpoints().eq(&both));
    let other = condition(r#"{"when": "loss", "node": "queue://tasks"}"#);
    let refused = simulation.set_breakpoints(vec![time, at_queue.clone(), other]);
    assert_eq!(refused, Err(ConditionError::UnknownNode(2, "queue://tasks".to_owned())));
    assert!(simulation.breakpoints().eq(&both), "nothing has changed");
    simulation.set_breakpoints(vec![at_queue]).expect("it is among them");
    assert_eq!(
        simulation.run_to_stop(seconds(4), u64::MAX),
        Progress::Arrived,
        "nothing is at a queue that is gone"
    );
    give(&mut simulation, "queue.declare", seconds(4));
    assert_eq!(simulation.run_to_stop(seconds(20), u64::MAX), Progress::Stopped);
}

#[test]
fn every_condition_has_its_sentences() {
    let catalogue = Catalogue::english();
    let mut count = 0;
    for when in [
        r#""loss""#,
        r#""dead_letter""#,
        r#""redelivery""#,
        r#""return""#,
        r#""error""#,
        r#""intervention""#,
        r#""fact", "key": "message.queued""#,
        r#""queue_longer", "than": 5"#,
        r#""anything""#,
    ] {
        for narrow in ["", r#", "node": "N""#, r#", "message": 4"#, r#", "node": "N", "message": 4"#] {
            let text = format!("{{\"when\": {when}{narrow}}}");
            if text == r#"{"when": "anything"}"# {
                continue;
            }
            let words = catalogue.words(&condition(&text).sentence());
            assert!(words.starts_with("Stops when ") && !words.contains('{'), "{text}: {words}");
            count += 1;
        }
    }
    assert_eq!(count, 35);
}

#[test]
fn marks_count_what_happened_of_each_kind_and_a_fork_has_its_own() {
    let until = seconds(20);
    let mut simulation = start(POISON);
    let kind = |wanted: Happening| Happening::ALL.iter().position(|each| *each == wanted).expect("it is one");
    let sum = |simulation: &Simulation, wanted: Happening| -> u32 {
        let marks = simulation.marks(Time::START, seconds(20), 300);
        assert_eq!(marks.len(), 300 * MARKS_PER_COLUMN);
        marks.chunks(MARKS_PER_COLUMN).map(|column| column[kind(wanted)]).sum()
    };
    simulation.run_until(until);
    let all = simulation.take_facts(usize::MAX);
    let count = |wanted: Happening, before: Time| {
        all.iter()
            .filter(|(_, fact)| Happening::of(&fact.event) == Some(wanted) && fact.time <= before)
            .count() as u32
    };
    for wanted in Happening::ALL {
        assert_eq!(sum(&simulation, wanted), count(wanted, until), "{wanted:?}");
    }
    // Going back leaves the marks of what is ahead.
    simulation.seek(seconds(7));
    assert_eq!(sum(&simulation, Happening::Redelivery), count(Happening::Redelivery, until));
    simulation.fork("").expect("facts are recorded");
    assert_eq!(sum(&simulation, Happening::Redelivery), count(Happening::Redelivery, seconds(7)));
    simulation.run_until(until);
    assert_eq!(sum(&simulation, Happening::Redelivery), count(Happening::Redelivery, until));
}

#[test]
fn forks_are_compared_by_their_first_facts_and_their_numbers() {
    let mut simulation = start(WORK_QUEUE);
    simulation.run_until(seconds(20));
    simulation.seek(seconds(5));
    let without = simulation.fork("without").expect("facts are recorded");
    simulation.run_until(seconds(15));
    simulation.seek(seconds(5));
    let crash = serde_json::from_str(r#"{"command": "crash", "node": "C1"}"#).expect("it is JSON");
    let crash = queuescope::simulation::Command::from_json(&crash).expect("it is a command");
    simulation.dispatch(crash).expect("it is up");
    simulation.run_until(seconds(15));
    let forks = simulation.forks();
    let crashed = queuescope::simulation::ForkId(forks.last().expect("there are some").id);
    let before = (simulation.now(), simulation.facts_hash());
    let root = queuescope::simulation::ForkId(0);
    let same = simulation.compare(root, without, None).expect("they are there");
    assert_eq!((same.common.0, same.until, same.is_complete), (seconds(5), seconds(15), true));
    assert!(same.first.iter().all(Option::is_none));
    assert!(same.values.iter().all(|each| each.values[0] == each.values[1]));
    let other = simulation.compare(root, crashed, Some(seconds(12))).expect("they are there");
    let [Some(first), Some(second)] = &other.first else { panic!("they differ") };
    assert_eq!((second.fact.event.key(), second.fact.time), ("client.crashed", seconds(5)));
    assert!(first.fact.time >= seconds(5) && first.index == second.index);
    let finished: Vec<[f64; 2]> = other
        .values
        .iter()
        .filter(|each| each.name == "throughput_per_s" && each.node == "consumer:C1")
        .filter_map(|each| Some([each.values[0]?, each.values[1]?]))
        .collect();
    assert!(finished.iter().all(|[whole, crashed]| whole > crashed), "{finished:?}");
    assert_eq!((simulation.now(), simulation.facts_hash()), before, "comparing moves nothing");
}
