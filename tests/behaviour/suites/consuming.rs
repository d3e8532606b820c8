//! rabbitmq.com/docs/consumers, /docs/consumer-prefetch.

use super::driver::{Bench, closed};
use queuescope::amqp::Method;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn deliveries_go_round_the_consumers() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.consume(client, "orders", "ann", true);
    bench.consume(client, "orders", "bob", true);
    let mut tags = Vec::new();
    for _ in 0..4 {
        let delivered = bench.publish(client, "", "orders");
        tags.extend(bench.deliveries(&delivered).into_iter().map(|(_, tag, _)| tag));
    }
    assert_eq!(tags, ["ann", "bob", "ann", "bob"]);
    assert_eq!(bench.depth("orders"), (0, 0));
}

/// With no limit the consumer that came first gets the whole backlog (shared/MISCONCEPTIONS: work is not shared
/// fairly by itself).
#[test]
fn without_a_limit_the_first_consumer_gets_the_backlog() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    (0..3).for_each(|_| drop(bench.publish(client, "", "orders")));
    let first = bench.consume(client, "orders", "ann", false);
    assert_eq!(first[0].name(), "basic.consume-ok", "the answer comes before the deliveries");
    assert_eq!(bench.deliveries(&first).len(), 3);
    let second = bench.consume(client, "orders", "bob", false);
    assert_eq!(bench.deliveries(&second), []);
    assert_eq!(bench.depth("orders"), (0, 3));
}

#[test]
fn a_consumer_never_has_more_unacknowledged_than_its_prefetch() {
    let mut bench = Bench::new();
    let client = bench.connect("C1");
    bench.declare_queue(client, "orders");
    bench.prefetch(client, 2, false);
    bench.consume(client, "orders", "ann", false);
    for _ in 0..5 {
        bench.publish(client, "", "orders");
    }
    assert_eq!(bench.depth("orders"), (3, 2));
    assert!(
        bench
            .words()
            .contains(&"orders keeps m3: not delivered to C1: prefetch 2, 2 unacknowledged.".to_owned())
    );
    let next = bench.ask(client, Method::BasicAck { delivery_tag: 2, multiple: true });
    assert_eq!(bench.deliveries(&next).iter().map(|(tag, ..)| *tag).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn the_limit_concerns_no_consumer_with_automatic_acknowledgement() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.prefetch(client, 1, false);
    bench.consume(client, "orders", "ann", true);
    for _ in 0..3 {
        let delivered = bench.publish(client, "", "orders");
        assert_eq!(bench.deliveries(&delivered).len(), 1);
    }
}

#[test]
fn the_limit_of_a_channel_is_shared_by_its_consumers() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.prefetch(client, 3, true);
    bench.consume(client, "orders", "ann", false);
    bench.consume(client, "orders", "bob", false);
    let mut delivered = Vec::new();
    for _ in 0..5 {
        let methods = bench.publish(client, "", "orders");
        delivered.extend(bench.deliveries(&methods));
    }
    assert_eq!(delivered.len(), 3);
    let raised = bench.prefetch(client, 4, true);
    assert_eq!(bench.deliveries(&raised).len(), 1);
}

#[test]
fn a_tag_is_used_once_on_a_channel() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.consume(client, "orders", "ann", false);
    let reply = bench.consume(client, "orders", "ann", false);
    assert_eq!(closed(&reply), Some((530, "NOT_ALLOWED - attempt to reuse consumer tag 'ann'")));
}

#[test]
fn a_cancelled_consumer_gets_nothing_more_and_may_still_acknowledge() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.consume(client, "orders", "ann", false);
    bench.publish(client, "", "orders");
    let consumer_tag = bench.name("ann");
    let reply = bench.ask(client, Method::BasicCancel { consumer_tag, no_wait: false });
    assert_eq!(reply, [Method::BasicCancelOk { consumer_tag }]);
    assert!(bench.publish(client, "", "orders").is_empty());
    assert_eq!(bench.depth("orders"), (1, 1));
    // The same tag again: the old delivery is not the new consumer's.
    bench.consume(client, "orders", "ann", false);
    bench.ask(client, Method::BasicAck { delivery_tag: 1, multiple: false });
    assert_eq!(bench.depth("orders"), (0, 1));
}

#[test]
fn messages_are_got_one_by_one() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.publish(client, "", "orders");
    bench.publish(client, "", "orders");
    let queue = bench.name("orders");
    let got = bench.ask(client, Method::BasicGet { queue, no_ack: false });
    assert!(matches!(
        got[..],
        [Method::BasicGetOk { delivery_tag: 1, redelivered: false, message_count: 1, .. }]
    ));
    bench.ask(client, Method::BasicGet { queue, no_ack: true });
    assert_eq!(bench.ask(client, Method::BasicGet { queue, no_ack: true }), [Method::BasicGetEmpty {}]);
    assert_eq!(bench.depth("orders"), (0, 1));
}

#[test]
fn an_exclusive_consumer_is_alone() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    let (queue, consumer_tag) = (bench.name("orders"), bench.name("ann"));
    let method = Method::BasicConsume {
        queue,
        consumer_tag,
        no_local: false,
        no_ack: false,
        exclusive: true,
        no_wait: true,
        arguments: Default::default(),
    };
    bench.ask(client, method);
    let reply = bench.consume(client, "orders", "bob", false);
    assert_eq!(closed(&reply), Some((403, "ACCESS_REFUSED - queue 'orders' in vhost '/' in exclusive use")));
}
