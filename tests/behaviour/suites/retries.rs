//! Producers that publish again (rabbitmq.com/docs/reliability, "Data Safety on the Publisher Side").

use super::run::Run;
use queuescope::facts::{Event, Rule};
use queuescope::simulation::NodeState;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A producer of one message, over a link of 100 ms, that publishes again as `retries` says.
fn document(retries: Json) -> Json {
    json!({
        "queuescope": 1,
        "until_us": 20_000_000,
        "broker": { "definitions": { "queues": [{ "name": "tasks" }] } },
        "producers": [{
            "id": "P",
            "limit": 1,
            "confirms": true,
            "recovers_after_us": 1_000_000,
            "retries": retries,
            "arrivals": { "constant": { "interval_us": 1_000_000 } },
            "messages": [{ "routing_key": "tasks", "body": "a task", "mandatory": true }],
        }],
        "links": [{ "between": ["P", "broker"], "latency_us": 100_000 }],
    })
}

/// A queue that refuses everything.
fn refusing(retries: Json) -> Json {
    let mut document = document(retries);
    document["broker"]["definitions"]["queues"][0]["arguments"] =
        json!({ "x-max-length": 0, "x-overflow": "reject-publish" });
    document
}

fn run(document: &Json) -> Run {
    Run::of(&document.to_string())
}

/// When each attempt was published, with its number.
fn attempts(run: &Run) -> Vec<(u64, u32)> {
    run.all(|event| match *event {
        Event::Published { message, .. } => Some(message.0),
        _ => None,
    })
}

fn state(run: &Run) -> (u64, u64, u64) {
    match run.state("producer:P") {
        NodeState::Producer { published, repeated, given_up, .. } => (published, repeated, given_up),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refused_message_comes_again_after_a_back_off_that_grows_up_to_its_limit() {
    let run =
        run(&refusing(json!({ "first_us": 400_000, "factor": 3, "most_us": 2_000_000, "most_attempts": 5 })));
    // Each nack is back after 200 ms; then 0.4 s, 1.2 s, and 2 s instead of 3.6 s and 10.8 s.
    let expected = [1_000, 1_600, 3_000, 5_200, 7_400].map(|ms| ms * 1_000);
    assert_eq!(attempts(&run), [0, 1, 2, 3, 4].map(|place| (expected[place], place as u32 + 1)));
    let given_up = run.all(|event| match *event {
        Event::GivenUp { message, attempts, rule, .. } => Some((message.0, attempts, rule)),
        _ => None,
    });
    assert_eq!(given_up, [(7_600_000, (5, 5, Rule::PublisherRetry))]);
    assert_eq!(state(&run), (1, 4, 1));
}

#[test]
fn both_biographies_say_that_a_message_is_another_one_once_more() {
    let run = run(&refusing(json!({ "first_us": 0, "most_attempts": 3 })));
    let links = run.each(|event| match *event {
        Event::PublishedAgain { message, copy, attempt, .. } => Some((message.0, copy.0, attempt)),
        Event::Repeats { message, original, attempt, .. } => Some((message.0, original.0, attempt)),
        _ => None,
    });
    assert_eq!(links, [(1, 2, 2), (2, 1, 2), (1, 3, 3), (3, 1, 3)]);
    let about = |wanted: u32| {
        let facts =
            run.facts.iter().filter(|fact| fact.event.message().is_some_and(|found| found.0 == wanted));
        facts.map(|fact| fact.event.key()).collect::<Vec<_>>()
    };
    assert!(about(1).contains(&"publishing.again") && about(2).contains(&"message.repeats"));
}

/// M. Brooker, "Exponential Backoff And Jitter": with full jitter a back-off is anything from nothing to the whole.
#[test]
fn jitter_spreads_the_back_off() {
    let back_offs = |jitter: f64| {
        let run = run(&refusing(json!({ "first_us": 100_000, "factor": 1, "jitter": jitter })));
        let times: Vec<u64> = attempts(&run).into_iter().map(|(us, _)| us).collect();
        times.windows(2).map(|pair| pair[1] - pair[0] - 200_000).collect::<Vec<u64>>()
    };
    assert!(back_offs(0.0).iter().all(|us| *us == 100_000));
    let half = back_offs(0.5);
    assert!(half.iter().all(|us| (50_000..=100_000).contains(us)));
    let full = back_offs(1.0);
    let mean = full.iter().sum::<u64>() as f64 / full.len() as f64;
    // Evenly between 0 and 100 ms: the mean of some 75 has a standard error of 3.3 ms.
    assert!(full.len() > 60 && (mean - 50_000.0).abs() < 13_000.0, "{mean} of {}", full.len());
    assert!(full.iter().any(|us| *us < 20_000) && full.iter().any(|us| *us > 80_000));
}

/// rabbitmq.com/docs/confirms: an unroutable mandatory message is returned, and then confirmed; that confirm is no
/// success.
#[test]
fn a_returned_message_comes_again_although_it_is_confirmed() {
    let mut document = document(json!({ "first_us": 1_000_000 }));
    document["producers"][0]["messages"][0]["routing_key"] = "late".into();
    document["schedule"] = json!([{ "at_us": 3_000_000, "command": "manage", "method": { "queue.declare": { "queue": "late" } } }]);
    let run = run(&document);
    // Published at 1 s, back at 1.2 s; again at 2.2 s, back at 2.4 s, and after 2 s more there is a queue.
    assert_eq!(attempts(&run), [(1_000_000, 1), (2_200_000, 2), (4_400_000, 3)]);
    assert_eq!(run.ready("late"), [3]);
    let NodeState::Producer { returned: 2, confirmed: 3, .. } = run.state("producer:P") else {
        panic!("{:?}", run.state("producer:P"))
    };
}

#[test]
fn without_a_confirm_in_time_a_message_comes_twice() {
    let mut document = document(json!({ "first_us": 200_000, "confirm_timeout_us": 500_000 }));
    document["links"][0]["back"] = json!({ "latency_us": 900_000 });
    document["consumers"] =
        json!([{ "id": "C", "queue": "tasks", "service": { "constant": { "duration_us": 1_000_000 } } }]);
    let run = run(&document);
    // The confirm would come after 1 s. After 0.5 s it is overdue, and after 0.7 s the message goes out again; when the
    // first confirm comes, the second attempt is not yet overdue, and in 0.7 s its own is there.
    let overdue = run.all(|event| match *event {
        Event::ConfirmOverdue { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(overdue[..2], [(1_500_000, 1), (2_200_000, 2)]);
    assert_eq!(attempts(&run)[..2], [(1_000_000, 1), (1_700_000, 2)]);
    let repeated = run.all(|event| match *event {
        Event::WorkRepeated { message, message_id, rule, .. } => {
            assert_eq!(rule, Rule::DuplicateDelivery);
            Some((message.0, run.simulation.world().names().text(message_id).to_owned()))
        }
        _ => None,
    });
    // C has the first from 1.1 s to 2.1 s in its hands, and then the second.
    assert_eq!(repeated[0], (2_100_000, (2, "m1".to_owned())));
}

#[test]
fn a_late_confirm_spares_the_next_attempt() {
    let mut document = document(json!({ "first_us": 2_000_000, "confirm_timeout_us": 500_000 }));
    document["links"][0]["back"] = json!({ "latency_us": 900_000 });
    let run = run(&document);
    assert_eq!(attempts(&run), [(1_000_000, 1)]);
    let spared = run.all(|event| match *event {
        Event::RetrySpared { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(spared, [(2_000_000, 1)]);
}

#[test]
fn an_idempotent_consumer_acknowledges_a_duplicate_without_work() {
    let mut document = document(json!({ "first_us": 0, "confirm_timeout_us": 150_000, "most_attempts": 2 }));
    document["consumers"] = json!([{
        "id": "C", "queue": "tasks", "prefetch": 1, "skips_repeated": true,
        "service": { "constant": { "duration_us": 1_000_000 } },
    }]);
    let run = run(&document);
    let works = run.all(|event| match *event {
        Event::WorkBegan { message, ends, .. } => Some((message.0, ends.as_us())),
        _ => None,
    });
    assert_eq!(works, [(1_100_000, (1, 2_100_000)), (2_100_000, (2, 2_100_000))]);
    let NodeState::Queue { acknowledged: 2, .. } = run.state("queue://tasks") else {
        panic!("{:?}", run.state("queue://tasks"))
    };
}

/// What is in doubt after a lost connection goes out again when there is another.
#[test]
fn after_a_lost_connection_what_is_in_doubt_comes_again() {
    let mut document = document(json!({ "first_us": 100_000 }));
    document["schedule"] = json!([{ "at_us": 1_050_000, "command": "drop_connection", "node": "P" }]);
    let run = run(&document);
    let missed = run.all(|event| match *event {
        Event::ConfirmMissed { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(missed, [(1_050_000, 1)]);
    // It connects after 1 s, which takes two ways there and back.
    assert_eq!(attempts(&run), [(1_000_000, 1), (2_450_000, 2)]);
    assert_eq!(run.ready("tasks"), [2], "the first was under way when the connection broke");
}

#[test]
fn a_producer_that_dies_forgets_what_it_would_publish_again() {
    let mut document = refusing(json!({ "first_us": 3_000_000 }));
    document["schedule"] = json!([{ "at_us": 2_000_000, "command": "crash", "node": "P" }]);
    let run = run(&document);
    assert_eq!(attempts(&run), [(1_000_000, 1)]);
    let forgotten = run.all(|event| match *event {
        Event::RetryForgotten { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(forgotten, [(2_000_000, 1)]);
}

/// Attempts count for the limit of unconfirmed messages as others do, but not once they are overdue.
#[test]
fn overdue_messages_do_not_stand_in_the_way_of_others() {
    let mut document = document(json!({ "first_us": 5_000_000, "confirm_timeout_us": 1_000_000 }));
    document["producers"][0]["limit"] = 3.into();
    document["producers"][0]["in_flight"] = 1.into();
    document["producers"][0]["arrivals"]["constant"]["interval_us"] = 100_000.into();
    document["links"][0]["back"] = json!({ "is_up": false });
    let run = run(&document);
    let times: Vec<u64> = attempts(&run).into_iter().take(3).map(|(us, _)| us).collect();
    assert_eq!(times, [100_000, 1_100_000, 2_100_000]);
}
