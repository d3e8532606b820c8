//! rabbitmq.com/docs/confirms, /docs/nack.

use super::driver::{Bench, closed};
use queuescope::amqp::Method;
use queuescope::ids::ConnectionId;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Three messages delivered to `ann` as 1, 2, 3, and two more ready behind them.
fn three_held() -> (Bench, ConnectionId) {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.prefetch(client, 3, false);
    bench.consume(client, "orders", "ann", false);
    (0..5).for_each(|_| drop(bench.publish(client, "", "orders")));
    assert_eq!(bench.depth("orders"), (2, 3));
    (bench, client)
}

#[test]
fn a_requeued_message_takes_its_old_place_and_so_comes_next() {
    let (mut bench, client) = three_held();
    let again = bench.ask(client, Method::BasicNack { delivery_tag: 2, multiple: false, requeue: true });
    assert_eq!(bench.deliveries(&again), [(4, "ann".to_owned(), true)]);
    assert!(bench.words().contains(&"orders takes m2 back; 3 ready.".to_owned()));
    assert!(bench.words().contains(&"orders hands m2 to client with delivery tag 4.".to_owned()));
}

#[test]
fn a_rejected_message_is_gone_and_the_next_one_comes() {
    let (mut bench, client) = three_held();
    let next = bench.ask(client, Method::BasicReject { delivery_tag: 1, requeue: false });
    assert_eq!(bench.deliveries(&next), [(4, "ann".to_owned(), false)]);
    assert_eq!(bench.depth("orders"), (1, 3));
}

#[test]
fn acknowledging_twice_closes_the_channel_and_gives_all_back() {
    let (mut bench, client) = three_held();
    bench.ask(client, Method::BasicAck { delivery_tag: 1, multiple: false });
    let reply = bench.ask(client, Method::BasicAck { delivery_tag: 1, multiple: false });
    assert_eq!(closed(&reply), Some((406, "PRECONDITION_FAILED - unknown delivery tag 1")));
    assert_eq!(bench.depth("orders"), (4, 0));
}

#[test]
fn a_broken_connection_gives_all_back_in_order() {
    let (mut bench, client) = three_held();
    bench.drop_connection(client);
    assert_eq!(bench.depth("orders"), (5, 0));
    let other = bench.connect("other");
    let delivered = bench.consume(other, "orders", "bob", false);
    let redelivered: Vec<bool> = bench.deliveries(&delivered).into_iter().map(|(.., again)| again).collect();
    assert_eq!(redelivered, [true, true, true, false, false]);
    let words = bench.words();
    let order: Vec<&str> = (1..=5).map(|n| ["", "m1", "m2", "m3", "m4", "m5"][n]).collect();
    let handed: Vec<&String> = words.iter().filter(|words| words.contains("to other with")).collect();
    assert_eq!(handed.len(), 5);
    for (words, message) in handed.iter().zip(order) {
        assert!(words.contains(message), "{words}");
    }
}

#[test]
fn recover_delivers_everything_again() {
    let (mut bench, client) = three_held();
    let again = bench.ask(client, Method::BasicRecover { requeue: true });
    assert_eq!(again[0], Method::BasicRecoverOk {});
    let tags: Vec<(u64, bool)> =
        bench.deliveries(&again).into_iter().map(|(tag, _, again)| (tag, again)).collect();
    assert_eq!(tags, [(4, true), (5, true), (6, true)]);
}

/// rabbitmq.com/docs/quorum-queues, "Poison Message Handling": from 4.0 on the limit is 20 where none is set. The
/// message is delivered once and again after each of 20 failures; the next failure is one too many.
#[test]
fn a_quorum_queue_of_version_4_gives_a_message_out_21_times() {
    use queuescope::amqp::{Table, Value};
    use queuescope::broker::Version;
    for (version, expected) in [(Version::V3_10, None), (Version::V4, Some(21))] {
        let mut bench = Bench::of_version(version);
        let client = bench.connect("client");
        let mut declare = bench.queue_declare("orders");
        if let Method::QueueDeclare { arguments, .. } = &mut declare {
            *arguments = Table(vec![("x-queue-type".to_owned(), Value::text("quorum"))]);
        }
        bench.ask(client, declare);
        bench.consume(client, "orders", "ann", false);
        let first = bench.publish(client, "", "orders");
        let mut delivered = bench.deliveries(&first).len();
        for tag in 1..=30 {
            if tag > delivered as u64 {
                break;
            }
            let again = bench.ask(client, Method::BasicReject { delivery_tag: tag, requeue: true });
            delivered += bench.deliveries(&again).len();
        }
        assert_eq!(delivered, expected.unwrap_or(31), "{version:?}");
    }
}
