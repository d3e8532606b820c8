//! The scenarios that ship show what they say they show.

use queuescope::facts::{Event, Fact, Rule};
use queuescope::ids::MessageId;
use queuescope::simulation::{NodeState, Simulation};
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn run(text: &str, seconds: u64) -> (Simulation, Vec<Fact>) {
    let mut simulation = Simulation::from_text(text, None).expect("it ships");
    simulation.run_until(Time::from_us(seconds * 1_000_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    (simulation, facts)
}

fn state(simulation: &Simulation, id: &str) -> NodeState {
    let nodes = &simulation.picture().nodes;
    let place = nodes.iter().position(|node| node.id == id).expect("it is drawn");
    simulation.snapshot().nodes[place].clone()
}

/// rabbitmq.com/docs/consumer-prefetch: without a limit every n-th message goes to the n-th consumer.
#[test]
fn work_is_not_shared_by_load_without_a_limit() {
    let (simulation, _) = run(include_str!("../../../scenarios/greedy-consumer.json"), 40);
    let NodeState::Consumer { buffered: slow, .. } = state(&simulation, "consumer:slow") else {
        panic!("it is one")
    };
    let NodeState::Consumer { buffered: quick, .. } = state(&simulation, "consumer:quick") else {
        panic!("it is one")
    };
    assert!(slow >= 10 && quick <= 1, "slow has {slow} waiting, quick {quick}");
}

/// rabbitmq.com/docs/ttl: expired messages stay behind one that is not. The first message arrives at 1.8 s and may
/// wait for 12 s.
#[test]
fn expired_messages_stay_hidden_behind_the_head() {
    let (_, facts) = run(include_str!("../../../scenarios/hidden-expiry.json"), 30);
    let deaths: Vec<u64> = facts
        .iter()
        .filter(|fact| matches!(fact.event, Event::DeadLettered { .. }))
        .map(|fact| fact.time.as_us())
        .collect();
    assert_eq!(
        deaths[..4],
        [13_800_000; 4],
        "with the first its three followers go, long after their own time"
    );
    assert_eq!(deaths.len(), 8);
}

/// rabbitmq.com/docs/confirms: an unroutable message is confirmed too; a mandatory one is returned before.
#[test]
fn a_confirm_does_not_mean_a_queue() {
    let (simulation, facts) = run(include_str!("../../../scenarios/confirms-and-returns.json"), 30);
    let NodeState::Producer { published, returned, confirmed, refused, .. } =
        state(&simulation, "producer:careless")
    else {
        panic!("it is one")
    };
    assert!(published > 15 && confirmed + 1 >= published, "{confirmed} of {published} confirmed");
    assert_eq!((returned, refused), (0, 0));
    let NodeState::Producer { returned, .. } = state(&simulation, "producer:mandatory") else {
        panic!("it is one")
    };
    assert!(returned >= 4);
    assert!(facts.iter().any(|fact| matches!(fact.event, Event::Dropped { .. })));
}

/// rabbitmq.com/docs/priority and /docs/consumer-prefetch: what is in a consumer's hands is not overtaken.
#[test]
fn an_urgent_message_overtakes_in_the_queue_alone() {
    let (_, facts) = run(include_str!("../../../scenarios/priorities.json"), 40);
    let overtaken = |name: &str, simulation: &Simulation| {
        let mut newest = 0;
        facts.iter().any(|fact| match fact.event {
            Event::WorkBegan { consumer, message, .. }
                if simulation.world().names().text(consumer.0) == name =>
            {
                let is_overtaken = message.0 < newest;
                newest = newest.max(message.0);
                is_overtaken
            }
            _ => false,
        })
    };
    let (simulation, _) = run(include_str!("../../../scenarios/priorities.json"), 40);
    assert!(overtaken("patient", &simulation));
    assert!(!overtaken("greedy", &simulation));
}

/// rabbitmq.com/docs/quorum-queues, "At-Least-Once Dead Lettering": of six dead letters the full queue refuses some, and
/// only what is kept comes to it later. Where a kept one is, and why, can be asked.
#[test]
fn at_least_once_loses_no_dead_letter() {
    let document = include_str!("../../../scenarios/dead-letters-kept.json");
    let (simulation, _) = run(document, 30);
    let kept_at = |simulation: &Simulation| {
        let NodeState::Queue { kept, .. } = state(simulation, "queue://kept") else { panic!("it is one") };
        kept
    };
    assert_eq!(kept_at(&simulation), 2);
    let where_kept = (1..=12).flat_map(|message| simulation.whereabouts(MessageId(message)));
    let where_kept: Vec<_> = where_kept.filter(|place| place.sentence.key == "where.kept").collect();
    assert_eq!(where_kept.len(), 2);
    assert!(where_kept.iter().all(|place| place.rule == Some(Rule::AtLeastOnce)));
    let (simulation, _) = run(document, 400);
    let received = |queue: &str| {
        let NodeState::Queue { received, .. } = state(&simulation, queue) else { panic!("it is one") };
        received
    };
    assert_eq!(kept_at(&simulation), 0);
    assert_eq!((received("queue://failed once"), received("queue://failed kept")), (4, 6));
}

/// rabbitmq.com/docs/maxlength, /docs/ttl and /docs/dlx: at most five are ready, and what goes is accounted for.
#[test]
fn what_a_full_queue_drops_is_dead_lettered() {
    let (simulation, facts) = run(include_str!("../../../scenarios/dead-letters.json"), 40);
    let NodeState::Queue { ready, .. } = state(&simulation, "queue://orders") else { panic!("it is one") };
    let NodeState::Queue { received, .. } = state(&simulation, "queue://graveyard") else {
        panic!("it is one")
    };
    let deaths = facts.iter().filter(|fact| matches!(fact.event, Event::DeadLettered { .. })).count();
    assert!(ready <= 5 && deaths > 0);
    assert_eq!(received, deaths as u64);
}

/// In a burst of 5 s come 50 messages, and 4 a second are done from the first on: 30 are left, which take 7.5 s more.
/// A quarter of the messages a second in each queue is 62.5 % of what its consumer can do.
#[test]
fn the_same_load_waits_longer_in_bursts() {
    let (_, facts) = run(include_str!("../../../scenarios/bursts.json"), 40);
    let (simulation, _) = run(include_str!("../../../scenarios/bursts.json"), 40);
    let longest = |name: &str| {
        let lengths = facts.iter().filter_map(|fact| match fact.event {
            Event::Queued { queue, ready, .. } if simulation.world().names().text(queue.name) == name => {
                Some(ready)
            }
            _ => None,
        });
        lengths.max().expect("there are some")
    };
    assert_eq!(longest("even"), 1);
    assert!((29..=31).contains(&longest("bursts")), "{}", longest("bursts"));
    let ends = |name: &str| {
        let ends = facts.iter().filter_map(|fact| match fact.event {
            Event::WorkEnded { consumer, .. } if simulation.world().names().text(consumer.0) == name => {
                Some(fact.time.as_us())
            }
            _ => None,
        });
        ends.collect::<Vec<u64>>()
    };
    // The first message is there at 200 ms, and from then on C2 is never idle until all 50 are done.
    assert_eq!(ends("C2")[49], 200_000 + 50 * 250_000);
    assert_eq!(ends("C2").len(), 100);
    assert_eq!(ends("C1").len(), 99, "the hundredth came at 40.1 s");
}

/// rabbitmq.com/docs/maxlength: reject-publish refuses with `basic.nack`. What is refused comes back after 300 ms; hasty
/// sends each again 100 ms later.
#[test]
fn retries_without_back_off_are_a_storm() {
    let (simulation, facts) = run(include_str!("../../../scenarios/retry-storm.json"), 60);
    let state = |id: &str| match state(&simulation, id) {
        NodeState::Producer { published: 30, confirmed: 30, repeated, given_up: 0, waiting: 0, .. } => {
            repeated
        }
        other => panic!("{other:?}"),
    };
    let (hasty, patient) = (state("producer:hasty"), state("producer:patient"));
    assert!(hasty > 5 * patient, "{hasty} and {patient}");
    // Of the 15 messages that come meanwhile one is in hand and six at most find room: from then on at most nine are
    // sent again every 400 ms.
    assert!(hasty < 9 * 15_000 / 400, "{hasty}");
    let worked = facts.iter().filter(|fact| matches!(fact.event, Event::WorkEnded { .. })).count();
    assert_eq!(worked, 60, "each is worked on once: what was refused was nowhere");
}

/// rabbitmq.com/docs/reliability: who retransmits may publish a message twice, and consumers must be ready for that.
#[test]
fn what_is_published_again_may_be_there_twice() {
    let (simulation, facts) = run(include_str!("../../../scenarios/published-twice.json"), 25);
    let NodeState::Producer { published: 12, repeated, given_up: 0, .. } = state(&simulation, "producer:P")
    else {
        panic!("{:?}", state(&simulation, "producer:P"))
    };
    // What was sent from 5.3 s on has no confirm after 1 s: m6 to m9, and some of them more than once.
    assert!((4..=12).contains(&repeated), "{repeated}");
    let works = |name: &str, is_real: bool| {
        let works = facts.iter().filter(|fact| match fact.event {
            Event::WorkBegan { consumer, ends, .. } => {
                simulation.world().names().text(consumer.0) == name && is_real == (ends > fact.time)
            }
            _ => false,
        });
        works.count() as u64
    };
    assert_eq!((works("ships once", true), works("ships once", false)), (12, repeated));
    assert_eq!((works("ships twice", true), works("ships twice", false)), (12 + repeated, 0));
}
