//! What can be changed and broken while a simulation runs: by hand and by the schedule, and always the same again.

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
        "broker": { "definitions": {
            "exchanges": [{ "name": "events", "type": "direct" }, { "name": "dead", "type": "fanout" }],
            "queues": [{ "name": "tasks" }],
        } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 1_000_000 } },
            "messages": [{ "routing_key": "tasks", "body": "a task" }],
        }],
        "consumers": [{
            "id": "C", "queue": "tasks", "prefetch": 2, "service": { "constant": { "duration_us": 2_000_000 } },
        }],
        "links": [
            { "between": ["P", "broker"], "latency_us": 100_000 },
            { "between": ["C", "broker"], "latency_us": 100_000 },
        ],
    })
}

fn started(document: &Json) -> Simulation {
    Simulation::from_text(&document.to_string(), None).expect("it is a good document")
}

fn give(simulation: &mut Simulation, command: &Json) -> Result<(), CommandError> {
    simulation.dispatch(Command::from_json(command).map_err(CommandError::from)?)
}

/// What comes until 12 s of commands that are given at 5.55 s: by hand, by hand after going back and forth, and by the
/// schedule. It must be the same.
fn after_all(document: &Json, commands: &[Json]) -> Run {
    let (at, end) = (5_550_000, Time::from_us(12_000_000));
    let mut simulation = started(document);
    simulation.run_until(Time::from_us(at));
    for command in commands {
        give(&mut simulation, command).unwrap_or_else(|problem| panic!("{command}: {problem}"));
    }
    simulation.run_until(end);
    let hash = simulation.facts_hash();
    let snapshot = simulation.snapshot();
    for moment in [0, at, at + 1, 8_000_000] {
        simulation.seek(Time::from_us(moment));
        simulation.seek(end);
        assert_eq!((simulation.facts_hash(), simulation.snapshot()), (hash.clone(), snapshot.clone()));
    }
    while simulation.now().as_us() > at && simulation.step_back() {}
    simulation.run_until(end);
    assert_eq!((simulation.facts_hash(), simulation.snapshot()), (hash, snapshot));

    let mut document = document.clone();
    let scheduled = commands.iter().map(|command| {
        let mut command = command.clone();
        command["at_us"] = at.into();
        command
    });
    document["schedule"] = scheduled.collect();
    let mut by_schedule = started(&document);
    by_schedule.run_until(end);
    let facts = by_schedule.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation: by_schedule, facts };
    let nodes = |simulation: &Simulation| simulation.snapshot().nodes;
    assert_eq!(nodes(&run.simulation), nodes(&simulation), "{commands:?}");
    let without = run.each(|event| matches!(event, Event::CommandWithoutEffect { .. }).then_some(()));
    assert!(without.is_empty(), "{commands:?}");
    run
}

fn after(commands: &[Json]) -> Run {
    after_all(&document(), commands)
}

/// When works end from 5.55 s on, and on which message.
fn works(run: &Run) -> Vec<(u64, u32)> {
    let ends = run.all(|event| match *event {
        Event::WorkEnded { message, .. } => Some(message.0),
        _ => None,
    });
    ends.into_iter().filter(|(us, _)| *us > 5_550_000).collect()
}

fn published(run: &Run) -> Vec<u64> {
    let all = run.all(|event| matches!(event, Event::Published { .. }).then_some(()));
    all.into_iter().map(|(us, ())| us).filter(|us| *us > 5_550_000).collect()
}

fn refused(simulation: &mut Simulation, command: Json) -> (String, String) {
    let before = (simulation.facts_hash(), simulation.snapshot());
    let error = give(simulation, &command).expect_err("it is refused");
    assert_eq!((simulation.facts_hash(), simulation.snapshot()), before, "nothing has changed");
    assert_eq!(error.code(), "command.invalid");
    (error.place().to_owned(), error.to_string())
}

/// C works from 1.2 s on, for 2 s on each message: on m3 from 5.2 s to 7.2 s.
#[test]
fn a_hung_consumer_keeps_what_it_has_and_goes_on_where_it_stood() {
    let run = after(&[json!({ "command": "hang", "node": "C" })]);
    assert!(works(&run).is_empty());
    let NodeState::Consumer { hung: true, buffered: 1, work: Some(work), life: "open", .. } =
        run.state("consumer:C")
    else {
        panic!("{:?}", run.state("consumer:C"))
    };
    assert_eq!(work.ends - 12_000_000, 7_200_000 - 5_550_000, "so much is left to do");
    let places = run.simulation.whereabouts(queuescope::ids::MessageId(3));
    assert!(places.iter().any(|place| place.sentence.key == "where.in-hung-hands"));

    let mut document = document();
    document["schedule"] = json!([
        { "at_us": 5_550_000, "command": "hang", "node": "C" },
        { "at_us": 8_000_000, "command": "resume", "node": "C" },
    ]);
    let run = Run::of(&document.to_string());
    assert_eq!(works(&run)[..2], [(9_650_000, 3), (11_650_000, 4)], "2.45 s late");
}

/// rabbitmq.com/docs/consumers, "Delivery Acknowledgement Timeout": 30 minutes, looked at once a minute; then the
/// channel is closed with 406, and what it held goes to others.
#[test]
fn a_hung_consumer_loses_its_channel_after_the_acknowledgement_time_out() {
    let run = Run::of(include_str!("../../../scenarios/hung-consumer.json"));
    let closed = run.all(|event| match *event {
        Event::ChannelClosed { client, reply_code, .. } if run.is(client, "stuck") => Some(reply_code),
        _ => None,
    });
    let [(at, 406)] = closed[..] else { panic!("{closed:?}") };
    let hung = run.all(|event| matches!(event, Event::Hung { .. }).then_some(()))[0].0;
    // The oldest delivery that it held then was made at most one work before.
    assert!((1_790_000_000..=1_870_000_000).contains(&(at - hung)), "{} s", (at - hung) / 1_000_000);
    let again = run.all(|event| match *event {
        Event::Delivered { message, redelivered: true, consumer, .. } => {
            assert!(run.is(consumer, "well"));
            Some(message.0)
        }
        _ => None,
    });
    assert_eq!(again.len(), 3, "its prefetch limit");
    assert!(again.iter().all(|(us, _)| *us >= at));
    let waited = run.published("P").len();
    let done = run.each(|event| matches!(event, Event::Acknowledged { .. }).then_some(())).len();
    assert!(waited - done <= 4, "{done} of {waited}");
}

#[test]
fn a_slow_consumer_takes_so_many_times_as_long_from_the_next_work_on() {
    let run = after(&[json!({ "command": "slow_down", "node": "C", "factor": 1.5 })]);
    assert_eq!(works(&run), [(7_200_000, 3), (10_200_000, 4)]);
    let NodeState::Consumer { slowness, .. } = run.state("consumer:C") else { panic!("it is one") };
    assert_eq!(slowness, 1.5);
    let settings = |run: &Run| {
        let node = run.simulation.picture().nodes.iter().find(|node| node.id == "consumer:C").cloned();
        node.expect("it is drawn").settings.into_iter().map(|each| each.value).collect::<Vec<_>>()
    };
    assert!(settings(&run).contains(&"× 1.5".to_owned()), "{:?}", settings(&run));
    let mut simulation = run.simulation;
    simulation.seek(Time::from_us(5_000_000));
    let node = simulation.picture().nodes.iter().find(|node| node.id == "consumer:C").expect("it is drawn");
    assert!(node.settings.iter().all(|setting| setting.key != "setting.slowness"), "before, it was not");
}

#[test]
fn a_dropped_connection_loses_what_is_under_way_and_is_opened_again_by_itself() {
    let mut document = document();
    document["producers"][0]["arrivals"]["constant"]["interval_us"] = 40_000.into();
    document["producers"][0]["recovers_after_us"] = 1_000_000.into();
    let run = after_all(&document, &[json!({ "command": "drop_connection", "node": "P" })]);
    let dropped = run.all(|event| match *event {
        Event::ConnectionDropped { rule, .. } => Some(rule),
        _ => None,
    });
    assert_eq!(dropped, [(5_550_000, Rule::ConnectionLost)]);
    // What was sent at 5.48 s and at 5.52 s is under way then.
    let lost = run.all(|event| matches!(event, Event::PublishingLost { .. }).then_some(()));
    assert_eq!(lost, [(5_580_000, ()), (5_620_000, ())]);
    let opened = run.all(|event| matches!(event, Event::Opened { .. }).then_some(()));
    assert_eq!(opened, [(6_950_000, ())], "after 1 s, and two ways there and back");
}

#[test]
fn a_dropped_consumer_gives_all_back_at_once() {
    let run = after(&[json!({ "command": "drop_connection", "node": "C" })]);
    let back = run.all(|event| match *event {
        Event::Requeued { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(back, [(5_550_000, 3), (5_550_000, 4)], "both sides know at once");
    let NodeState::Consumer { life: "down", work: None, .. } = run.state("consumer:C") else {
        panic!("{:?}", run.state("consumer:C"))
    };
}

#[test]
fn another_rhythm_begins_at_once_and_the_old_one_is_void() {
    let arrivals = json!({ "constant": { "interval_us": 3_000_000 } });
    let run = after(&[json!({ "command": "set_arrivals", "node": "P", "arrivals": arrivals })]);
    assert_eq!(published(&run), [8_550_000, 11_550_000]);
    let list = json!({ "list": { "times_us": [100_000, 200_000] } });
    let run = after(&[json!({ "command": "set_arrivals", "node": "P", "arrivals": list })]);
    assert_eq!(published(&run), [5_650_000, 5_750_000], "moments count from then");
    let rate = run.simulation.picture().nodes[0].settings[0].key;
    assert_eq!(rate, "setting.arrivals.list");
}

/// rabbitmq.com/docs/consumer-prefetch: with `global` false the limit is applied to new consumers on the channel.
#[test]
fn another_prefetch_limit_needs_another_consumer_and_what_is_held_stays_held() {
    let run = after(&[json!({ "command": "set_prefetch", "node": "C", "prefetch": 4 })]);
    let sent = run.all(|event| match *event {
        Event::MethodSent { method, .. } => Some(run.simulation.world().names().text(method).to_owned()),
        _ => None,
    });
    assert_eq!(
        sent,
        ["basic.cancel", "basic.qos", "basic.consume"].map(|method| (5_550_000, method.to_owned()))
    );
    let begun = run.all(|event| match *event {
        Event::ConsumerStarted { prefetch, .. } => Some(prefetch),
        _ => None,
    });
    assert_eq!(begun, [(0, 2), (5_650_000, 4)]);
    assert!(run.each(|event| matches!(event, Event::Requeued { .. }).then_some(())).is_empty());
    // It holds m3 and m4 of its old consumer, and of the new one gets m5, m6, m7, m8 as they come.
    let held = |run: &Run| match run.state("queue://tasks") {
        NodeState::Queue { unacknowledged, ready, .. } => (unacknowledged, ready),
        other => panic!("{other:?}"),
    };
    assert_eq!(works(&run), [(7_200_000, 3), (9_200_000, 4), (11_200_000, 5)]);
    assert_eq!(held(&run).0, 4);
}

#[test]
fn the_only_consumer_of_an_auto_delete_queue_keeps_its_limit() {
    let mut document = document();
    document["broker"]["definitions"]["queues"][0]["auto_delete"] = true.into();
    let mut simulation = started(&document);
    simulation.run_until(Time::from_us(1_000));
    let (place, told) =
        refused(&mut simulation, json!({ "command": "set_prefetch", "node": "C", "prefetch": 4 }));
    assert_eq!(place, "node");
    assert!(told.contains("auto-delete"), "{told}");
}

#[test]
fn another_service_counts_from_the_next_work_on() {
    let service = json!({ "constant": { "duration_us": 500_000 } });
    let run = after(&[json!({ "command": "set_service", "node": "C", "service": service })]);
    assert_eq!(works(&run)[..3], [(7_200_000, 3), (7_700_000, 4), (8_200_000, 5)]);
}

#[test]
fn another_acknowledgement_settles_a_batch_first_and_changes_the_mode_by_another_consumer() {
    let mut document = document();
    document["consumers"][0]["prefetch"] = 0.into();
    document["consumers"][0]["acknowledgement"] = json!({ "batch": 10 });
    document["consumers"][0]["service"]["constant"]["duration_us"] = 700_000.into();
    let to = |acknowledgement: &str| json!({ "command": "set_acknowledgement", "node": "C", "acknowledgement": acknowledgement });
    let run = after_all(&document, &[to("manual")]);
    let acknowledged = run.all(|event| match *event {
        Event::Acknowledged { message, .. } => Some(message.0),
        _ => None,
    });
    // m1 to m4 are done and in the batch.
    assert_eq!(acknowledged[..4], [1, 2, 3, 4].map(|message| (5_650_000, message)));
    assert_eq!(acknowledged[4], (6_000_000, 5), "done at 5.9 s");
    let run = after_all(&document, &[to("automatic")]);
    let begun = run.each(|event| matches!(event, Event::ConsumerStarted { .. }).then_some(()));
    assert_eq!(begun.len(), 2);
    let NodeState::Consumer { automatic_acknowledgement: true, acknowledgement: "automatic", .. } =
        run.state("consumer:C")
    else {
        panic!("{:?}", run.state("consumer:C"))
    };
    let NodeState::Queue { unacknowledged: 0, .. } = run.state("queue://tasks") else {
        panic!("{:?}", run.state("queue://tasks"))
    };
}

fn policy(name: &str, definition: Json) -> Json {
    json!({ "command": "set_policy", "name": name, "pattern": "^tasks$", "apply-to": "queues", "definition": definition })
}

/// rabbitmq.com/docs/policies: "When a policy is added it will be applied to the matching queues ... right away";
/// /docs/maxlength: the oldest go.
#[test]
fn a_policy_holds_at_once_until_it_is_cleared() {
    let mut document = document();
    document["producers"][0]["arrivals"]["constant"]["interval_us"] = 500_000.into();
    let limit = policy("short", json!({ "max-length": 2, "dead-letter-exchange": "dead" }));
    let run = after_all(&document, std::slice::from_ref(&limit));
    let at_once = run.all(|event| match *event {
        Event::DeadLettered { message, rule: Rule::MaximumLength, .. } => Some(message.0),
        _ => None,
    });
    // Ten have come by 5.1 s, of which two are acknowledged, two with C, and m5 to m10 ready.
    assert_eq!(at_once[..4], [5, 6, 7, 8].map(|message| (5_550_000, message)));
    let set = run.each(|event| match *event {
        Event::PolicySet { definition, .. } => {
            Some(run.simulation.world().names().text(definition).to_owned())
        }
        _ => None,
    });
    assert_eq!(set, ["dead-letter-exchange = dead, max-length = 2"]);
    let picture = run.simulation.picture();
    let queue = picture.nodes.iter().find(|node| node.id == "queue://tasks").expect("it is drawn");
    assert!(queue.policy.iter().any(|set| (&*set.name, &*set.value) == ("max-length", "2")));
    assert!(picture.edges.iter().any(|edge| edge.kind == queuescope::simulation::EdgeKind::DeadLetter));
    let cleared = after_all(&document, &[limit, json!({ "command": "clear_policy", "name": "short" })]);
    assert_eq!(cleared.each(|event| matches!(event, Event::DeadLettered { .. }).then_some(())).len(), 4);
}

/// rabbitmq.com/docs/parameters ("Operator Policies"): of numbers the lower holds.
#[test]
fn an_operator_policy_is_laid_over_the_users() {
    let mut operators = policy("limit", json!({ "max-length": 1 }));
    operators["operator"] = true.into();
    let hang = json!({ "command": "hang", "node": "C" });
    let run = after(&[hang, policy("limit", json!({ "max-length": 3 })), operators]);
    let NodeState::Queue { ready: 1, .. } = run.state("queue://tasks") else {
        panic!("{:?}", run.state("queue://tasks"))
    };
}

#[test]
fn management_declares_binds_unbinds_and_deletes_while_it_runs() {
    let manage = |method: Json| json!({ "command": "manage", "method": method });
    let commands = [
        manage(
            json!({ "queue.declare": { "queue": "more", "durable": true, "arguments": { "x-max-length": 9 } } }),
        ),
        manage(json!({ "exchange.declare": { "exchange": "logs", "type": "topic" } })),
        manage(json!({ "exchange.bind": { "source": "logs", "destination": "events", "routing_key": "#" } })),
        manage(json!({ "queue.bind": { "queue": "more", "exchange": "events", "routing_key": "k" } })),
        json!({ "command": "send", "node": "P", "method": {
            "basic.publish": { "exchange": "logs", "routing_key": "k", "body": "my own", "headers": { "a": 1 } },
        } }),
    ];
    let run = after(&commands);
    assert_eq!(run.ready("more").len(), 1);
    let said = run.each(|event| match *event {
        Event::Managed { method, fields } => {
            let names = run.simulation.world().names();
            Some((names.text(method).to_owned(), names.text(fields).to_owned()))
        }
        _ => None,
    });
    assert_eq!(said[3].0, "queue.bind");
    assert_eq!(said[3].1, "exchange = events, queue = more, routing_key = k");
    let ids: Vec<_> = run.simulation.picture().nodes.iter().map(|node| &*node.id).collect();
    assert!(ids.contains(&"queue://more") && ids.contains(&"exchange://logs"), "{ids:?}");
    let gone = after(&[manage(json!({ "queue.delete": { "queue": "tasks" } }))]);
    let removed = gone.each(|event| matches!(event, Event::Removed { .. }).then_some(()));
    assert!(!removed.is_empty(), "its messages go with it");
    let dropped = gone.each(|event| matches!(event, Event::Dropped { .. }).then_some(()));
    assert!(!dropped.is_empty(), "what comes later has no queue");
}

#[test]
fn what_the_broker_refuses_is_said_in_its_words_and_changes_nothing() {
    let mut simulation = started(&document());
    simulation.run_until(Time::from_us(5_550_000));
    let mut manage =
        |method: Json| refused(&mut simulation, json!({ "command": "manage", "method": method }));
    let (place, told) = manage(json!({ "queue.declare": { "queue": "tasks", "durable": false } }));
    assert_eq!(place, "method");
    assert!(told.contains("PRECONDITION_FAILED - inequivalent arg 'durable'"), "{told}");
    let (_, told) = manage(json!({ "queue.bind": { "queue": "none", "exchange": "events" } }));
    assert!(told.contains("NOT_FOUND - no queue 'none'"), "{told}");
    assert_eq!(manage(json!({ "basic.ack": { "delivery_tag": 1 } })).0, "method");
    assert_eq!(manage(json!({ "queue.bind": { "key": 1 } })).0, "method.queue.bind.key");
    for (command, place, told) in [
        (policy("p", json!({ "max-lengths": 1 })), "definition", "are not recognised policy settings"),
        (policy("p", json!({ "max-length": -1 })), "definition", "-1 is not a valid maximum length"),
        (
            json!({ "command": "set_policy", "name": "p", "pattern": "(", "definition": { "expires": 1 } }),
            "pattern",
            "regular expression",
        ),
        (
            json!({ "command": "set_policy", "name": "p", "pattern": "", "definition": {}, "apply-to": "some" }),
            "apply-to",
            "quorum_queues",
        ),
        (
            json!({ "command": "set_policy", "node": "tasks", "name": "p", "pattern": "", "definition": { "expires": 1 } }),
            "node",
            "apply-to",
        ),
        (json!({ "command": "clear_policy", "name": "p" }), "name", "no policy 'p'"),
        (
            json!({ "command": "manage", "virtual_host": "shop", "method": { "queue.purge": { "queue": "tasks" } } }),
            "virtual_host",
            "no virtual host 'shop'",
        ),
        (json!({ "command": "hang", "node": "P" }), "node", "not a consumer"),
        (json!({ "command": "slow_down", "node": "C", "factor": 0 }), "factor", "0.001"),
        (json!({ "command": "slow_down", "node": "C" }), "", "\"factor\" is missing"),
        (
            json!({ "command": "set_arrivals", "node": "C", "arrivals": { "poisson": { "per_second": 1 } } }),
            "node",
            "not a producer",
        ),
        (
            json!({ "command": "set_arrivals", "node": "P", "arrivals": { "poisson": { "per_second": 0 } } }),
            "arrivals.poisson.per_second",
            "above 0",
        ),
        (json!({ "command": "set_prefetch", "node": "C", "prefetch": 65_536 }), "prefetch", "65535"),
        (
            json!({ "command": "set_service", "node": "C", "service": { "constant": {} } }),
            "service.constant",
            "duration_us",
        ),
        (
            json!({ "command": "set_acknowledgement", "node": "C", "acknowledgement": "later" }),
            "acknowledgement",
            "batch",
        ),
    ] {
        let (found, text) = refused(&mut simulation, command.clone());
        assert_eq!(found, place, "{command}: {text}");
        assert!(text.contains(told), "{command}: {text}");
    }
    give(&mut simulation, &json!({ "command": "restart_broker", "down_us": 1_000_000 })).expect("it stops");
    for command in [
        json!({ "command": "purge", "node": "tasks" }),
        json!({ "command": "manage", "method": { "queue.purge": { "queue": "tasks" } } }),
        policy("p", json!({ "max-length": 1 })),
    ] {
        assert!(refused(&mut simulation, command).1.contains("is down"));
    }
}

#[test]
fn a_schedule_that_can_never_be_carried_out_is_an_error_of_the_document() {
    let place = |command: Json| {
        let mut document = document();
        document["schedule"] = json!([command]);
        document["schedule"][0]["at_us"] = 1.into();
        Simulation::from_text(&document.to_string(), None).expect_err("it is wrong").place()
    };
    assert_eq!(place(json!({ "command": "hang", "node": "P" })), "schedule[0].node");
    assert_eq!(place(policy("p", json!({ "max-lengths": 1 }))), "schedule[0].definition");
    assert_eq!(
        place(json!({ "command": "manage", "method": { "queue.burn": {} } })),
        "schedule[0].method.queue.burn"
    );
    assert_eq!(place(json!({ "command": "set_prefetch", "node": "C" })), "schedule[0]");
    assert_eq!(
        place(
            json!({ "command": "set_arrivals", "node": "P", "arrivals": { "trace": { "csv": "time_us\nx" } } })
        ),
        "schedule[0].arrivals.trace.csv"
    );
}

#[test]
fn with_certain_answers_there_is_no_acknowledgement_before_the_work() {
    let mut document = document();
    document["consumers"][0]["answers"] = json!([{ "share": 0.5, "answer": "reject" }]);
    let mut simulation = started(&document);
    let command = json!({ "command": "set_acknowledgement", "node": "C", "acknowledgement": "automatic" });
    assert_eq!(refused(&mut simulation, command).0, "acknowledgement");
}

/// A crash of the broker closes nothing: clients find their connections gone. What a classic queue had given out it
/// calls redelivered then (rabbitmq.com/docs/reliability, "Data Safety on the RabbitMQ Side").
#[test]
fn after_a_crash_of_the_broker_clients_find_their_connections_gone() {
    let mut document = document();
    document["broker"]["definitions"]["queues"][0]["durable"] = true.into();
    document["producers"][0]["messages"][0]["persistent"] = true.into();
    document["producers"][0]["recovers_after_us"] = 1_000_000.into();
    document["consumers"][0]["recovers_after_us"] = 1_000_000.into();
    let run =
        after_all(&document, &[json!({ "command": "restart_broker", "down_us": 500_000, "crash": true })]);
    assert_eq!(
        run.all(|event| matches!(event, Event::BrokerCrashed { .. }).then_some(())),
        [(5_550_000, ())]
    );
    let dropped = run.all(|event| matches!(event, Event::ConnectionDropped { .. }).then_some(()));
    assert_eq!(dropped, [(5_650_000, ()), (5_650_000, ())]);
    assert!(run.each(|event| matches!(event, Event::ConnectionClosedSeen { .. }).then_some(())).is_empty());
    let NodeState::Consumer { life: "open", .. } = run.state("consumer:C") else {
        panic!("{:?}", run.state("consumer:C"))
    };
    assert_eq!(works(&run)[0].1, 3, "it comes again");
}
