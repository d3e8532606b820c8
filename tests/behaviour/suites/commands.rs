//! What can be done to a running simulation, by hand and by the schedule.

use super::run::Run;
use queuescope::facts::{Event, Rule};
use queuescope::simulation::{Command, CommandError, NodeState, Simulation};
use queuescope::time::Time;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A producer of a message a second, a queue, a consumer that works for two seconds, links of 100 ms.
fn document() -> Json {
    json!({
        "queuescope": 1,
        "until_us": 20_000_000,
        "broker": { "definitions": { "queues": [{ "name": "tasks" }] } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 1_000_000 } },
            "messages": [{ "routing_key": "tasks", "body": "a task" }],
        }],
        "consumers": [{
            "id": "C", "queue": "tasks", "prefetch": 3, "service": { "constant": { "duration_us": 2_000_000 } },
        }],
        "links": [
            { "between": ["P", "broker"], "latency_us": 100_000 },
            { "between": ["C", "broker"], "latency_us": 100_000 },
        ],
    })
}

fn started() -> Simulation {
    Simulation::from_text(&document().to_string(), None).expect("it is a good document")
}

fn read(command: Json) -> Result<Command, CommandError> {
    Command::from_json(&command).map_err(CommandError::from)
}

fn give(simulation: &mut Simulation, command: Json) {
    simulation.dispatch(read(command).expect("it is one")).expect("it can be carried out");
}

/// What came of a command that is given at 5.55 s.
fn after(command: Json) -> Run {
    after_all(&[command])
}

fn after_all(commands: &[Json]) -> Run {
    let mut simulation = started();
    simulation.run_until(Time::from_us(5_550_000));
    simulation.take_facts(usize::MAX);
    for command in commands {
        give(&mut simulation, command.clone());
    }
    simulation.run_until(Time::from_us(12_000_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    Run { simulation, facts }
}

/// The keys of the facts of one moment.
fn keys(run: &Run, us: u64) -> Vec<&'static str> {
    let at = run.facts.iter().filter(|fact| fact.time.as_us() == us);
    at.map(|fact| fact.event.key()).collect()
}

fn life(run: &Run, id: &str) -> &'static str {
    match run.state(id) {
        NodeState::Producer { life, .. } | NodeState::Consumer { life, .. } => life,
        other => panic!("{other:?} has no life"),
    }
}

#[test]
fn a_crash_is_noticed_after_the_latency_and_the_queue_gets_everything_back() {
    let run = after(json!({ "command": "crash", "node": "consumer:C" }));
    // C works on m1 from 1.2 s on, and is done with m1 and m2: m3 is in its hands, m4 and m5 wait there.
    let forgotten = run.all(|event| match *event {
        Event::Forgotten { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(forgotten, [(5_550_000, 3), (5_550_000, 4), (5_550_000, 5)]);
    let back = run.all(|event| match *event {
        Event::Requeued { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(back, [(5_650_000, 3), (5_650_000, 4), (5_650_000, 5)]);
    assert_eq!(life(&run, "consumer:C"), "down");
    let NodeState::Consumer { reason: Some(reason), buffered: 0, work: None, .. } = run.state("consumer:C")
    else {
        panic!("it holds nothing and says why")
    };
    assert_eq!(reason.key, "client.crashed");
}

#[test]
fn a_client_recovers_over_its_link_step_by_step() {
    let run = after_all(&[
        json!({ "command": "crash", "node": "C" }),
        json!({ "command": "recover", "node": "C" }),
    ]);
    // The connection is asked for and granted, then the channel: two ways there and back, 100 ms each.
    assert_eq!(keys(&run, 5_550_000).last(), Some(&"client.connecting"));
    let opened = run.all(|event| matches!(event, Event::Opened { .. }).then_some(()));
    assert_eq!(opened, [(5_950_000, ())]);
    let consumes = run.all(|event| match *event {
        Event::ConsumerStarted { prefetch, .. } => Some(prefetch),
        _ => None,
    });
    assert_eq!(consumes, [(6_050_000, 3)]);
    assert_eq!(life(&run, "consumer:C"), "open");
}

#[test]
fn a_producer_without_a_channel_leaves_out_what_is_due() {
    let run = after(json!({ "command": "close_channel", "node": "P" }));
    assert_eq!(life(&run, "producer:P"), "channel_closed");
    assert!(run.published("P").is_empty());
    let left_out = run.all(|event| match *event {
        Event::LeftOut { count, .. } => Some(count),
        _ => None,
    });
    assert_eq!(left_out.first(), Some(&(6_000_000, 1)));
    assert_eq!(left_out.len(), 7);
}

#[test]
fn a_clean_end_of_a_connection_gives_back_what_is_unacknowledged() {
    let run = after(json!({ "command": "disconnect", "node": "consumer:C" }));
    assert_eq!(life(&run, "consumer:C"), "down");
    assert!(keys(&run, 5_650_000).contains(&"message.requeued"));
    assert!(run.each(|event| matches!(event, Event::ConnectionLost { .. }).then_some(())).is_empty());
}

#[test]
fn while_the_broker_is_away_nothing_is_accepted() {
    let mut document = document();
    document["producers"][0]["recovers_after_us"] = 1_000_000.into();
    document["producers"][0]["arrivals"]["constant"]["interval_us"] = 70_000.into();
    document["schedule"] = json!([{ "at_us": 5_000_000, "command": "restart_broker", "down_us": 3_000_000 }]);
    let run = Run::of(&document.to_string());
    let lost = run.all(|event| match *event {
        Event::PublishingLost { rule, .. } => Some(rule),
        _ => None,
    });
    // What was sent less than 100 ms before and after the stop; P learns of it 100 ms later.
    assert!((2..=3).contains(&lost.len()), "{lost:?}");
    assert!(
        lost.iter()
            .all(|(time, rule)| (5_000_000..=5_200_000).contains(time) && *rule == Rule::ConnectionLost)
    );
    let refused = run.all(|event| matches!(event, Event::ConnectionRefused { .. }).then_some(()));
    assert_eq!(
        refused,
        [(6_300_000, ()), (7_500_000, ())],
        "each attempt takes 1 s and the way there and back"
    );
    let opened = run.all(|event| match *event {
        Event::Opened { client } => Some(run.is(client, "P")),
        _ => None,
    });
    assert_eq!(opened, [(8_900_000, true)]);
    assert_eq!(life(&run, "consumer:C"), "down", "it was not told to recover");
}

#[test]
fn a_purge_removes_what_is_ready() {
    let run = after(json!({ "command": "purge", "node": "queue://tasks" }));
    let purged = run.all(|event| match *event {
        Event::Purged { count, .. } => Some(count),
        _ => None,
    });
    let removed = run.each(|event| matches!(event, Event::Removed { .. }).then_some(()));
    assert_eq!(purged.len(), 1);
    assert_eq!(removed.len() as u64, purged[0].1);
}

#[test]
fn a_method_is_sent_on_the_channel_and_answered() {
    let declare = json!({ "queue.declare": { "queue": "more", "arguments": { "x-max-length": 2 } } });
    let publish = json!({ "basic.publish": { "routing_key": "more", "body": "one more", "priority": 3 } });
    let run = after_all(&[
        json!({ "command": "send", "node": "P", "method": declare }),
        json!({ "command": "send", "node": "P", "method": publish }),
    ]);
    let sent = run.all(|event| match *event {
        Event::MethodSent { arrives, .. } => Some(arrives.as_us()),
        _ => None,
    });
    assert_eq!(sent, [(5_550_000, 5_650_000)]);
    let answers = run.all(|event| match *event {
        Event::MethodReceived { method, .. } => Some(run.simulation.world().names().text(method).to_owned()),
        _ => None,
    });
    assert_eq!(answers, [(5_750_000, "queue.declare-ok".to_owned())]);
    let more = run.ready("more");
    assert_eq!(more, run.published("P")[..1], "the message came after the queue");
}

#[test]
fn an_acknowledgement_that_is_sent_twice_by_hand_closes_the_channel() {
    let acknowledge = json!({ "basic.ack": { "delivery_tag": 1 } });
    let run = after(json!({ "command": "send", "node": "C", "method": acknowledge }));
    assert_eq!(life(&run, "consumer:C"), "channel_closed");
    let NodeState::Consumer { reason: Some(reason), .. } = run.state("consumer:C") else {
        panic!("it is one")
    };
    assert_eq!(reason.key, "client.channel-closed");
}

#[test]
fn a_producer_holds_back_what_awaits_confirms() {
    let mut document = document();
    document["producers"][0]["confirms"] = true.into();
    document["producers"][0]["in_flight"] = 2.into();
    document["producers"][0]["limit"] = 9.into();
    document["producers"][0]["arrivals"]["constant"]["interval_us"] = 20_000.into();
    let run = Run::of(&document.to_string());
    let mut unconfirmed = 0i32;
    for fact in &run.facts {
        match fact.event {
            Event::Published { .. } => unconfirmed += 1,
            Event::ConfirmCarried { .. } => unconfirmed -= 1,
            _ => {}
        }
        assert!(unconfirmed <= 2);
    }
    let times = run.all(|event| matches!(event, Event::Published { .. }).then_some(()));
    let times: Vec<u64> = times.into_iter().map(|(time, ())| time).collect();
    // Two at once, and then one with each confirm, which comes 200 ms after its message.
    let expected = [20, 40, 220, 240, 420, 440, 620, 640, 820].map(|ms| ms * 1_000);
    assert_eq!(times, expected);
}

#[test]
fn acknowledgements_in_batches_before_the_work_and_never() {
    let sent = |acknowledgement: Json| {
        let mut document = document();
        document["consumers"][0]["acknowledgement"] = acknowledgement;
        let run = Run::of(&document.to_string());
        run.all(|event| match *event {
            Event::AcknowledgementSent { delivery_tag, .. } => Some(delivery_tag),
            _ => None,
        })
    };
    // The first message is there at 1.2 s, and each takes 2 s.
    assert_eq!(sent(json!("manual"))[..2], [(3_200_000, 1), (5_200_000, 2)]);
    assert_eq!(sent(json!("before"))[..2], [(1_200_000, 1), (3_200_000, 2)]);
    assert_eq!(sent(json!({ "batch": 3 }))[0], (7_200_000, 3));
    assert!(sent(json!("never")).is_empty());
    assert!(sent(json!("automatic")).is_empty());
}

#[test]
fn answers_by_chance_come_in_their_share() {
    let mut document = document();
    document["until_us"] = 600_000_000.into();
    document["consumers"][0]["service"]["constant"]["duration_us"] = 100_000.into();
    document["consumers"][0]["answers"] = json!([{ "share": 0.25, "answer": "reject" }]);
    let run = Run::of(&document.to_string());
    let rejected = run.each(|event| matches!(event, Event::RejectSent { .. }).then_some(()));
    // Of 599, with a standard deviation of 10.6.
    assert!((107..193).contains(&rejected.len()), "{}", rejected.len());
}

#[test]
fn a_scheduled_command_that_comes_too_late_says_so() {
    let mut document = document();
    document["schedule"] = json!([
        { "at_us": 2_000_000, "command": "crash", "node": "P" },
        { "at_us": 3_000_000, "command": "publish", "node": "P" },
    ]);
    let run = Run::of(&document.to_string());
    let reasons = run.all(|event| match *event {
        Event::CommandWithoutEffect { reason } => {
            Some(run.simulation.world().names().text(reason).to_owned())
        }
        _ => None,
    });
    assert_eq!(reasons, [(3_000_000, "'P' has no open channel: it must recover first.".to_owned())]);
}

#[test]
fn errors_of_commands_name_the_place_and_what_there_is() {
    let mut simulation = started();
    simulation.run_until(Time::from_us(3_000_000));
    let before = simulation.facts_hash();
    let mut refused = |command: Json| {
        let outcome = read(command).and_then(|command| simulation.dispatch(command));
        let error = outcome.expect_err("it is wrong");
        assert_eq!((error.code(), simulation.facts_hash()), ("command.invalid", before.clone()));
        (error.place().to_owned(), error.to_string())
    };
    for (command, place, told) in [
        (json!({}), "", "\"command\" is missing"),
        (json!({ "command": "explode", "node": "C" }), "command", "restart_broker"),
        (json!({ "command": "crash" }), "", "\"node\" is missing"),
        (json!({ "command": "crash", "node": "C", "at": 1 }), "at", "command, node"),
        (json!({ "command": "crash", "node": "D" }), "node", "producer:P, consumer:C"),
        (json!({ "command": "purge", "node": "C" }), "node", "queue://tasks"),
        (json!({ "command": "publish", "node": "C" }), "node", "not a producer"),
        (json!({ "command": "recover", "node": "C" }), "node", "open already"),
        (json!({ "command": "restart_broker", "node": "C" }), "node", "broker"),
        (json!({ "command": "restart_broker", "down_us": -1 }), "down_us", "whole number"),
    ] {
        let (found, text) = refused(command.clone());
        assert_eq!(found, place, "{command}");
        assert!(text.contains(told), "{command}: {text}");
    }
    for (method, place, told) in [
        (json!({}), "method", "exactly one field"),
        (json!({ "basic.deliver": {} }), "method.basic.deliver", "basic.publish"),
        (json!({ "basic.ack": {} }), "method.basic.ack", "\"delivery_tag\" is missing"),
        (json!({ "basic.ack": { "tag": 1 } }), "method.basic.ack.tag", "delivery_tag, multiple"),
        (json!({ "basic.qos": { "prefetch_count": 70_000 } }), "method.basic.qos.prefetch_count", "65535"),
        (json!({ "basic.publish": { "key": "x" } }), "method.basic.publish.key", "routing_key"),
    ] {
        let (found, text) = refused(json!({ "command": "send", "node": "C", "method": method }));
        assert_eq!(found, place);
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn errors_of_documents_name_the_place() {
    let error = |change: &dyn Fn(&mut Json)| {
        let mut document = document();
        change(&mut document);
        Simulation::from_text(&document.to_string(), None).expect_err("it is wrong").place()
    };
    let schedule = |command: Json| error(&|document: &mut Json| document["schedule"] = json!([command]));
    assert_eq!(schedule(json!({ "command": "crash", "node": "C" })), "schedule[0]");
    assert_eq!(schedule(json!({ "at_us": 1, "command": "crash", "node": "D" })), "schedule[0].node");
    assert_eq!(schedule(json!({ "at_us": 1, "command": "burn", "node": "C" })), "schedule[0].command");
    let method =
        json!({ "at_us": 1, "command": "send", "node": "C", "method": { "basic.ack": { "tag": 1 } } });
    assert_eq!(schedule(method), "schedule[0].method.basic.ack.tag");
    let producer = |field: &str, value: Json| {
        error(&|document: &mut Json| {
            document["producers"][0]["confirms"] = (field == "transactions").into();
            document["producers"][0][field] = value.clone();
        })
    };
    assert_eq!(producer("transactions", 3.into()), "producers[0].transactions");
    assert_eq!(producer("in_flight", 3.into()), "producers[0].in_flight");
    assert_eq!(producer("recovers_after_us", 0.into()), "producers[0].recovers_after_us");
    let consumer = |field: &str, value: Json| {
        error(&|document: &mut Json| document["consumers"][0][field] = value.clone())
    };
    assert_eq!(consumer("acknowledgement", json!("often")), "consumers[0].acknowledgement");
    assert_eq!(consumer("acknowledgement", json!({ "batch": 0 })), "consumers[0].acknowledgement.batch");
    assert_eq!(consumer("answers", json!([{ "answer": "sing" }])), "consumers[0].answers[0].answer");
    assert_eq!(
        consumer("answers", json!([{ "share": 2, "answer": "ack" }])),
        "consumers[0].answers[0].share"
    );
    let before = error(&|document: &mut Json| {
        document["consumers"][0]["acknowledgement"] = json!("before");
        document["consumers"][0]["answers"] = json!([{ "answer": "crash" }, { "answer": "requeue" }]);
    });
    assert_eq!(before, "consumers[0].answers[1].answer");
}
