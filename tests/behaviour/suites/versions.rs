//! What RabbitMQ 4 does otherwise than 3.10. What is expected is what the pages say that
//! `Version::differences` names.

use super::driver::{Bench, closed};
use queuescope::amqp::{Method, Properties, Table, Value};
use queuescope::broker::{AppliesTo, Policy, Version};
use queuescope::ids::ConnectionId;
use queuescope::time::{Span, Time};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const BOTH: [Version; 2] = [Version::V3_10, Version::V4];

fn table(entries: &[(&str, Value)]) -> Table {
    Table(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

fn declare(bench: &mut Bench, client: ConnectionId, queue: &str, more: &[(&str, Value)]) -> Vec<Method> {
    let mut declare = bench.queue_declare(queue);
    if let Method::QueueDeclare { arguments, .. } = &mut declare {
        *arguments = table(more);
    }
    bench.ask(client, declare)
}

fn quorum(bench: &mut Bench, client: ConnectionId, queue: &str) {
    declare(bench, client, queue, &[("x-queue-type", Value::text("quorum"))]);
}

fn get(bench: &mut Bench, client: ConnectionId, queue: &str) -> Vec<Method> {
    let queue = bench.name(queue);
    bench.ask(client, Method::BasicGet { queue, no_ack: false })
}

fn header(bench: &Bench, name: &str) -> Option<Value> {
    bench.contents.first()?.headers()?.get(name).cloned()
}

#[test]
fn a_queue_that_is_neither_durable_nor_exclusive_is_refused_from_4_3_on() {
    for (durable, exclusive) in [(true, false), (false, true), (false, false)] {
        for version in BOTH {
            let mut bench = Bench::of_version(version);
            let client = bench.connect("client");
            let mut declare = bench.queue_declare("q");
            if let Method::QueueDeclare { durable: is_durable, exclusive: is_exclusive, .. } = &mut declare {
                (*is_durable, *is_exclusive) = (durable, exclusive);
            }
            let answers = bench.ask(client, declare);
            let is_refused = version == Version::V4 && !durable && !exclusive;
            assert_eq!(closed(&answers).is_some(), is_refused, "{version:?} {durable} {exclusive}");
            if let Some((code, text)) = closed(&answers) {
                let begins = "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated.\nBy default, this \
                              feature is not permitted anymore.\n";
                assert!(code == 541 && text.starts_with(begins), "{code} {text}");
                assert!(matches!(answers[0], Method::ConnectionClose { .. }));
            }
        }
    }
}

/// pika's acceptance tests expect the channel to be closed; 3.10 closes the connection (recorded,
/// `error-unknown-exchange-type`).
#[test]
fn an_unknown_type_of_exchange_closes_the_channel_alone_from_4_on() {
    for version in BOTH {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        let declare = bench.exchange_declare("x", "no-such-type");
        let answers = bench.ask(client, declare);
        let (code, text) = closed(&answers).expect("it is refused");
        let expected = match version {
            Version::V3_10 => (503, "COMMAND_INVALID - unknown exchange type 'no-such-type'"),
            Version::V4 => (406, "PRECONDITION_FAILED - unknown exchange type 'no-such-type'"),
        };
        assert_eq!((code, text), expected, "{version:?}");
        assert_eq!(matches!(answers[0], Method::ChannelClose { .. }), version == Version::V4);
    }
}

/// docs/nack: `basic.reject` says that processing failed and counts, `basic.nack` does not. 3.10 counts both.
#[test]
fn a_nack_does_not_count_as_a_failure_from_4_3_on() {
    for (version, nack, failures, acquired) in
        [(Version::V3_10, true, 2, None), (Version::V4, true, 1, Some(2)), (Version::V4, false, 2, Some(2))]
    {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        quorum(&mut bench, client, "q");
        bench.publish(client, "", "q");
        for (tag, nack) in [(1, nack), (2, false)] {
            get(&mut bench, client, "q");
            bench.ask(
                client,
                match nack {
                    true => Method::BasicNack { delivery_tag: tag, multiple: false, requeue: true },
                    false => Method::BasicReject { delivery_tag: tag, requeue: true },
                },
            );
        }
        get(&mut bench, client, "q");
        assert_eq!(header(&bench, "x-delivery-count"), Some(Value::Int64(failures)), "{version:?}");
        assert_eq!(header(&bench, "x-acquired-count"), acquired.map(Value::Int64), "{version:?}");
    }
}

/// docs/priority: 32 priorities, strictly the higher first. What has none has 4.
#[test]
fn quorum_queues_have_priorities_from_4_3_on() {
    for (version, expected) in
        [(Version::V3_10, "low none high over none"), (Version::V4, "high over none none low")]
    {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        quorum(&mut bench, client, "q");
        for (body, priority) in
            [("low", Some(3)), ("none", None), ("high", Some(31)), ("over", Some(200)), ("none", None)]
        {
            let properties = Properties { priority, ..Properties::default() };
            bench.publish_content(client, ("", "q"), false, properties, body.as_bytes());
        }
        let mut order = Vec::new();
        for _ in 0..5 {
            get(&mut bench, client, "q");
            order.push(String::from_utf8_lossy(&bench.contents[0].body).into_owned());
        }
        assert_eq!(order.join(" "), expected, "{version:?}");
    }
}

/// Release notes of 4.0.1: 16 MiB, from 128 MiB.
#[test]
fn messages_may_have_16_mib_from_4_0_on() {
    let body = vec![0; (16 << 20) + 1];
    for (version, size, is_refused) in [
        (Version::V3_10, body.len(), false),
        (Version::V4, body.len() - 1, false),
        (Version::V4, body.len(), true),
    ] {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        let answers = bench.publish_content(client, ("", "q"), false, Properties::default(), &body[..size]);
        let text = "PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216";
        assert_eq!(closed(&answers), is_refused.then_some((406, text)), "{version:?} {size}");
    }
}

#[test]
fn a_global_prefetch_is_taken_for_that_of_each_consumer_from_4_3_on() {
    for (version, delivered) in [(Version::V3_10, 1), (Version::V4, 2)] {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        bench.declare_queue(client, "q");
        assert_eq!(bench.prefetch(client, 1, true), [Method::BasicQosOk {}]);
        bench.consume(client, "q", "one", false);
        bench.consume(client, "q", "two", false);
        let mut all = Vec::new();
        (0..4).for_each(|_| all.extend(bench.publish(client, "", "q")));
        assert_eq!(bench.deliveries(&all).len(), delivered, "{version:?}");
    }
}

/// Release notes of 4.3.0: `x-queue-mode` fails with any value, `x-queue-version` with 1.
#[test]
fn arguments_of_the_first_storage_are_refused_from_4_3_on() {
    let arguments = [
        ("x-queue-mode", Value::text("default"), true),
        ("x-queue-version", Value::Int32(1), true),
        ("x-queue-version", Value::Int32(2), false),
    ];
    for (name, value, is_gone) in arguments {
        for version in BOTH {
            let mut bench = Bench::of_version(version);
            let client = bench.connect("client");
            let answers = declare(&mut bench, client, "q", &[(name, value.clone())]);
            let code = closed(&answers).map(|(code, _)| code);
            assert_eq!(code, (is_gone && version == Version::V4).then_some(406), "{version:?} {name}");
        }
    }
}

/// Release notes of 4.0.1: -1 lifts the delivery limit.
#[test]
fn a_policy_lifts_the_delivery_limit_from_4_0_on() {
    for version in BOTH {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        quorum(&mut bench, client, "q");
        let policy = Policy {
            name: "endless".to_owned(),
            pattern: "^q$".to_owned(),
            applies_to: AppliesTo::Queues,
            priority: 0,
            definition: table(&[("delivery-limit", Value::Int32(-1))]),
        };
        let mut outcome = Ok(());
        bench.act(|broker, cx| outcome = broker.set_policy(cx, "/", policy, false));
        assert_eq!(outcome.is_ok(), version == Version::V4, "{outcome:?}");
        let (_, queue) = bench.broker.queues().next().expect("it is declared");
        assert_eq!(queue.settings.delivery_limit, None);
    }
}

/// docs/consumers, "Single Active Consumer": in quorum queues a consumer of a higher priority becomes the active one.
#[test]
fn the_active_consumer_of_a_quorum_queue_gives_way_from_4_0_on() {
    for (version, expected) in [(Version::V3_10, ["low", "low"]), (Version::V4, ["low", "high"])] {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        let arguments =
            [("x-queue-type", Value::text("quorum")), ("x-single-active-consumer", Value::Boolean(true))];
        declare(&mut bench, client, "q", &arguments);
        bench.consume(client, "q", "low", false);
        let mut all = bench.publish(client, "", "q");
        let (queue, consumer_tag) = (bench.name("q"), bench.name("high"));
        bench.ask(
            client,
            Method::BasicConsume {
                queue,
                consumer_tag,
                no_local: false,
                no_ack: false,
                exclusive: false,
                no_wait: false,
                arguments: table(&[("x-priority", Value::Int32(10))]),
            },
        );
        // While the active one holds a message it stays, but a quorum queue of version 4 gives it nothing more.
        let waiting = bench.publish(client, "", "q");
        assert_eq!(bench.deliveries(&waiting).len(), usize::from(version == Version::V3_10));
        all.extend(waiting);
        all.extend(bench.ask(client, Method::BasicAck { delivery_tag: 1, multiple: false }));
        let tags: Vec<String> = bench.deliveries(&all).into_iter().map(|(_, tag, _)| tag).collect();
        assert_eq!(tags, expected, "{version:?}");
    }
}

/// Release notes of 4.2.0: a mandatory reply counts as routed.
#[test]
fn a_late_mandatory_reply_is_not_returned_from_4_2_on() {
    for version in BOTH {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        let answers = bench.publish_with(client, "", "amq.rabbitmq.reply-to.0.1.1", true, None);
        let is_returned = answers.iter().any(|method| matches!(method, Method::BasicReturn { .. }));
        assert_eq!(is_returned, version == Version::V3_10);
        let is_dropped = bench.words().iter().any(|words| words.contains("drops m1"));
        assert_eq!(is_dropped, version == Version::V4, "it does not vanish without a fact");
    }
}

/// Release notes of 4.0.1: `x-death` of clients says nothing. `mc:record_death`: `x-last-death-*`.
#[test]
fn deaths_that_a_client_claims_do_not_count_from_4_0_on() {
    for (version, deaths) in [(Version::V3_10, 2), (Version::V4, 1)] {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        let graveyard =
            [("x-dead-letter-exchange", Value::text("")), ("x-dead-letter-routing-key", Value::text("dead"))];
        declare(&mut bench, client, "q", &graveyard);
        bench.declare_queue(client, "dead");
        let claimed = table(&[("queue", Value::text("elsewhere")), ("reason", Value::text("expired"))]);
        let headers = table(&[("x-death", Value::Array(vec![Value::Table(claimed)]))]);
        bench.publish_with(client, "", "q", false, Some(headers));
        get(&mut bench, client, "q");
        bench.ask(client, Method::BasicReject { delivery_tag: 1, requeue: false });
        get(&mut bench, client, "dead");
        let Some(Value::Array(found)) = header(&bench, "x-death") else { panic!("it has died") };
        assert_eq!(found.len(), deaths, "{version:?}");
        let last = (version == Version::V4).then(|| Value::text("q"));
        assert_eq!(header(&bench, "x-last-death-queue"), last);
    }
}

/// Release notes of 4.3.0: classic queues and streams never evaluate the timeout; a quorum queue cancels the consumer.
#[test]
fn only_quorum_queues_lose_patience_from_4_3_on() {
    for (version, kind, is_closed, is_cancelled) in [
        (Version::V3_10, "classic", true, false),
        (Version::V3_10, "quorum", true, false),
        (Version::V4, "classic", false, false),
        (Version::V4, "quorum", false, true),
    ] {
        let mut bench = Bench::of_version(version);
        bench.broker.set_consumer_timeout(Span::from_ms(1_000), Span::from_ms(100));
        let client = bench.connect("client");
        declare(&mut bench, client, "q", &[("x-queue-type", Value::text(kind))]);
        bench.consume(client, "q", "slow", false);
        bench.publish(client, "", "q");
        let sent = bench.wait_until(Time::from_us(5_000_000));
        assert_eq!(closed(&sent).is_some(), is_closed, "{version:?} {kind}");
        let cancelled = sent.iter().any(|method| matches!(method, Method::BasicCancel { .. }));
        assert_eq!(cancelled, is_cancelled, "{version:?} {kind}");
        let depth = if is_closed || is_cancelled { (1, 0) } else { (0, 1) };
        assert_eq!(bench.depth("q"), depth, "{version:?} {kind}");
        if is_cancelled {
            // What is said too late is ignored, once.
            let late = Method::BasicAck { delivery_tag: 1, multiple: false };
            assert_eq!(bench.ask(client, late.clone()), []);
            assert!(closed(&bench.ask(client, late)).is_some());
        }
    }
}
