//! Commands in the past make forks, and the old future stays where it was.

use super::driver::{HELLO_WORLD, POISON, WORK_QUEUE};
use queuescope::simulation::{Command, ForkError, ForkId, Simulation};
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn start(text: &str) -> Simulation {
    Simulation::from_text(text, Some(7)).expect("it is a good document")
}

fn seconds(count: u64) -> Time {
    Time::from_us(count * 1_000_000)
}

/// What decides, what is drawn and what is counted, in one text.
fn state(simulation: &Simulation) -> String {
    format!(
        "{} {:016x}",
        simulation.facts_hash().expect("facts are recorded"),
        simulation.world().state_hash()
    )
}

fn crash(node: &str) -> Command {
    Command::Crash { node: node.to_owned() }
}

#[test]
fn the_old_future_stays_reachable_and_each_fork_is_the_run_that_it_would_be_alone() {
    let mut alone = start(WORK_QUEUE);
    alone.run_until(seconds(10));
    let at_10 = state(&alone);
    let mut other = start(WORK_QUEUE);
    other.run_until(seconds(4));
    other.dispatch(crash("C1")).expect("it is up");
    other.run_until(seconds(10));
    let other_at_10 = state(&other);
    assert_ne!(at_10, other_at_10);

    let mut simulation = start(WORK_QUEUE);
    simulation.run_until(seconds(20));
    simulation.seek(seconds(4));
    simulation.dispatch(crash("C1")).expect("it is up");
    simulation.run_until(seconds(10));
    assert_eq!(state(&simulation), other_at_10);
    simulation.switch_to(ForkId(0)).expect("it is there");
    assert_eq!((simulation.now(), state(&simulation)), (seconds(10), at_10.clone()));
    simulation.switch_to(ForkId(1)).expect("it is there");
    assert_eq!((simulation.now(), state(&simulation)), (seconds(10), other_at_10));
    // What both have in common is the same in both, and costs nothing to go to.
    simulation.seek(seconds(2));
    let shared = state(&simulation);
    simulation.switch_to(ForkId(0)).expect("it is there");
    assert_eq!(state(&simulation), shared);
    simulation.run_until(seconds(10));
    assert_eq!(state(&simulation), at_10);
}

#[test]
fn forks_say_where_they_left_and_why() {
    let mut simulation = start(WORK_QUEUE);
    assert_eq!(simulation.forks().len(), 1);
    simulation.run_until(seconds(5));
    simulation.dispatch(crash("C1")).expect("it is up");
    assert_eq!(simulation.forks().len(), 1, "nothing has been left behind");
    simulation.run_until(seconds(8));
    simulation.seek(seconds(3));
    simulation.dispatch(crash("C2")).expect("it is up");
    let forks = simulation.forks();
    let [root, fork] = &forks[..] else { panic!("there are two: {forks:?}") };
    assert_eq!((root.id, root.parent, root.end, root.command_count), (0, None, 8_000_000, 1));
    assert_eq!((fork.id, fork.parent, fork.time, fork.is_current), (1, Some(0), 3_000_000, true));
    assert_eq!(fork.because.as_ref().map(|because| because.key), Some("client.crashed"));
    // Another one at the very same moment leaves the same parent.
    simulation.run_until(seconds(4));
    simulation.seek(seconds(2));
    let named = simulation.fork("what if").expect("facts are recorded");
    let forks = simulation.forks();
    assert_eq!((forks[2].id, forks[2].parent, &*forks[2].label), (named.0, Some(0), "what if"));
    assert_eq!(simulation.switch_to(ForkId(9)), Err(ForkError::Unknown(9)));
}

#[test]
fn commands_of_a_fork_are_replayed_in_it_and_not_in_others() {
    let mut simulation = start(HELLO_WORLD);
    simulation.run_until(seconds(6));
    simulation.dispatch(Command::Pause { node: "consumer:C".to_owned() }).expect("C pauses");
    simulation.run_until(seconds(12));
    let first = state(&simulation);
    simulation.seek(seconds(9));
    simulation.dispatch(Command::Resume { node: "consumer:C".to_owned() }).expect("C goes on");
    simulation.run_until(seconds(12));
    let second = state(&simulation);
    assert_ne!(first, second);
    for (fork, expected) in [(0, &first), (1, &second), (0, &first)] {
        simulation.switch_to(ForkId(fork)).expect("it is there");
        assert_eq!(&state(&simulation), expected);
        // The way back and forth leads by the pause, which both have.
        simulation.seek(seconds(5));
        simulation.run_until(seconds(12));
        assert_eq!(&state(&simulation), expected);
        while simulation.step_back() {}
        simulation.run_until(seconds(12));
        assert_eq!(&state(&simulation), expected);
    }
}

#[test]
fn memory_stays_in_its_budget_however_long_a_run_is_and_however_many_forks_it_has() {
    let mut simulation = start(POISON);
    simulation.set_checkpoint_budget(1_000_000);
    simulation.run_until(seconds(60));
    for number in 0..80 {
        simulation.seek(Time::from_us(1_000_000 + number * 100_000));
        simulation.fork("").expect("facts are recorded");
        simulation.run_until(seconds(30));
    }
    let usage = simulation.checkpoint_usage();
    assert!(usage.octets <= usage.budget || usage.count <= 8, "{usage:?}");
    assert!(simulation.forks().len() <= 64);
    let ids: Vec<u32> = simulation.forks().iter().map(|fork| fork.id).collect();
    let mut alone = start(POISON);
    alone.run_until(seconds(30));
    for id in ids {
        simulation.switch_to(ForkId(id)).expect("it is there");
        assert_eq!(state(&simulation), state(&alone), "fork {id} has no commands");
    }
}

#[test]
fn facts_that_are_forgotten_are_made_again() {
    let mut simulation = start(WORK_QUEUE);
    simulation.run_until(seconds(20));
    let all = simulation.take_facts(usize::MAX);
    simulation.seek(seconds(600));
    simulation.seek(seconds(15));
    assert_eq!(simulation.facts_between(0..100), all[..100]);
    assert_eq!(simulation.facts_between(90..91), all[90..91]);
}
