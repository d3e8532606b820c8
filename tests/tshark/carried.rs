//! The methods of a run, as packets.

use super::recording::read_file;
use queuescope::facts::Event;
use queuescope::simulation::Simulation;
use queuescope::time::Time;
use std::collections::BTreeMap;

/// The number of a method, as tshark gives it.
const fn number(event: &Event) -> Option<(u16, u16)> {
    match event {
        Event::Published { .. } => Some((60, 40)),
        Event::ReturnCarried { .. } => Some((60, 50)),
        Event::DeliveryCarried { .. } => Some((60, 60)),
        Event::AcknowledgementSent { .. } | Event::ConfirmCarried { .. } => Some((60, 80)),
        Event::RejectSent { .. } => Some((60, 90)),
        Event::RequeueSent { .. } | Event::NegativeConfirmCarried { .. } => Some((60, 120)),
        Event::CommitSent { .. } => Some((90, 20)),
        _ => None,
    }
}

/// What the facts say was sent.
fn sent(simulation: &mut Simulation) -> BTreeMap<(u16, u16), usize> {
    let mut counts = BTreeMap::new();
    for (_, fact) in simulation.take_facts(usize::MAX) {
        if let Some(number) = number(&fact.event) {
            *counts.entry(number).or_default() += 1;
        }
    }
    counts
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
    ];
    let mut kinds = BTreeMap::new();
    for scenario in scenarios {
        let mut simulation = Simulation::from_text(scenario, None).expect("a good scenario");
        simulation.run_until(Time::from_us(20_000_000));
        let read = read_file(&simulation.capture());
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
        let sent = sent(&mut simulation);
        for (number, count) in &sent {
            assert_eq!(found.get(number), Some(count), "{number:?}: {}", simulation.scenario().title);
        }
        kinds.extend(sent);
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
}
