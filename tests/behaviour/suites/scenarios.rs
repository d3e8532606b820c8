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
