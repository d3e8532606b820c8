//! The methods of a run, as packets.

use super::recording::{Read, read_file};
use queuescope::facts::{Event, Recording};
use queuescope::scenario::{self, Carrier};
use queuescope::simulation::Simulation;
use queuescope::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// The number of a method, as tshark gives it.
const fn number(event: &Event) -> Option<(u16, u16)> {
    match event {
        Event::ReturnCarried { .. } => Some((60, 50)),
        Event::DeliveryCarried { .. } => Some((60, 60)),
        Event::AcknowledgementSent { .. } | Event::ConfirmCarried { .. } => Some((60, 80)),
        Event::RejectSent { .. } => Some((60, 90)),
        Event::RequeueSent { .. } | Event::NegativeConfirmCarried { .. } => Some((60, 120)),
        Event::CommitSent { .. } => Some((90, 20)),
        _ => None,
    }
}

/// What the facts say was put into segments. A publishing may still wait in its socket, or have been given up there.
fn sent(simulation: &mut Simulation) -> BTreeMap<(u16, u16), usize> {
    let mut counts = BTreeMap::new();
    let (mut publishers, mut published) = (BTreeSet::new(), BTreeSet::new());
    for (_, fact) in simulation.take_facts(usize::MAX) {
        match fact.event {
            Event::Published { producer, .. } => drop(publishers.insert(producer)),
            Event::SegmentCarries { message, sender, .. }
            | Event::SegmentCompletes { message, sender, .. }
                if publishers.contains(&sender) =>
            {
                published.insert(message);
            }
            event => {
                if let Some(number) = number(&event) {
                    *counts.entry(number).or_default() += 1;
                }
            }
        }
    }
    counts.insert((60, 40), published.len());
    counts
}

/// A run in which every link carries packets, and what tshark reads in its capture.
fn captured(text: &str, loss: f64) -> (Simulation, Read) {
    let (format, mut scenario) = scenario::read(text).expect("a good scenario");
    scenario.carrier = Some(Carrier::Packets);
    for link in &mut scenario.links {
        link.forward.loss = link.forward.loss.max(loss);
        link.back.loss = link.back.loss.max(loss);
    }
    let mut simulation =
        Simulation::new(scenario, format, None, Recording::Everything).expect("a good scenario");
    simulation.run_until(Time::from_us(20_000_000));
    let file = simulation.capture(None).expect("all links carry packets");
    (simulation, read_file(&file))
}

#[test]
#[ignore = "needs tshark"]
fn every_method_of_a_run_is_read_as_it_was_sent() {
    let scenarios = [
        include_str!("../../scenarios/work-queue.json"),
        include_str!("../../scenarios/confirms-and-returns.json"),
        include_str!("../../scenarios/transactions-and-confirms.json"),
        include_str!("../../scenarios/poison-message.json"),
        include_str!("../../scenarios/requeue-spins.json"),
        include_str!("../../scenarios/dead-letters.json"),
        include_str!("../../scenarios/flaky-link.json"),
    ];
    let (mut kinds, mut again) = (BTreeMap::new(), 0);
    for scenario in scenarios {
        let (mut simulation, read) = captured(scenario, 0.02);
        let digits = |text: &String| text.parse::<u16>().expect("a number");
        let classes = read.values("amqp.method.class");
        let methods = read.values("amqp.method.method");
        let mut found = BTreeMap::new();
        for pair in classes.iter().map(digits).zip(methods.iter().map(digits)) {
            *found.entry(pair).or_insert(0) += 1;
        }
        let clients = simulation.world().clients().len();
        for handshake in [(10, 10), (10, 11), (10, 30), (10, 31), (10, 40), (10, 41)] {
            assert!(found.get(&handshake) >= Some(&clients), "{handshake:?}: {found:?}");
        }
        again += read.values("tcp.analysis.retransmission").len();
        let sent = sent(&mut simulation);
        for (number, count) in &sent {
            let (found, title) = (found.get(number).copied(), &simulation.scenario().title);
            // Confirms that wait for a bad line go together, and some never go.
            match *number == (60, 80) && !simulation.scenario().schedule.is_empty() {
                true => assert!(found > Some(0) && found <= Some(*count), "{found:?} of {count}: {title}"),
                false => assert_eq!(found, Some(*count), "{number:?}: {title}"),
            }
        }
        kinds.extend(sent);
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
    assert!(again > 20, "{again} segments were seen twice");
}
