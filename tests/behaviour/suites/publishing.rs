//! rabbitmq.com/docs/publishers, /docs/exchanges, /docs/ae, /docs/e2e, /docs/confirms.

use super::driver::{Bench, closed};
use queuescope::amqp::{Method, Table, Value};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn the_default_exchange_routes_by_the_name_of_the_queue() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.declare_queue(client, "invoices");
    bench.publish(client, "", "orders");
    assert_eq!(bench.reached(client), ["orders"]);
}

#[test]
fn each_queue_gets_one_copy_by_however_many_ways() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    for (exchange, kind) in [("a", "fanout"), ("b", "fanout")] {
        let declare = bench.exchange_declare(exchange, kind);
        bench.ask(client, declare);
        let bind = bench.queue_bind("orders", exchange, "", Table::default());
        bench.ask(client, bind);
    }
    // And round in a circle: a to b and b to a.
    for (source, destination) in [("a", "b"), ("b", "a")] {
        let method = Method::ExchangeBind {
            destination: bench.name(destination),
            source: bench.name(source),
            routing_key: bench.name(""),
            no_wait: false,
            arguments: Table::default(),
        };
        assert_eq!(bench.ask(client, method), [Method::ExchangeBindOk {}]);
    }
    bench.publish(client, "a", "");
    assert_eq!(bench.depth("orders"), (1, 0));
}

#[test]
fn what_cannot_be_routed_goes_to_the_alternate_exchange() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    let unrouted = bench.exchange_declare("unrouted", "fanout");
    bench.ask(client, unrouted);
    let mut events = bench.exchange_declare("events", "direct");
    if let Method::ExchangeDeclare { arguments, .. } = &mut events {
        *arguments = Table(vec![("alternate-exchange".to_owned(), Value::text("unrouted"))]);
    }
    bench.ask(client, events);
    bench.declare_queue(client, "lost");
    let bind = bench.queue_bind("lost", "unrouted", "", Table::default());
    bench.ask(client, bind);
    let returned = bench.publish_with(client, "events", "nowhere", true, None);
    assert_eq!(bench.depth("lost"), (1, 0));
    assert!(returned.is_empty(), "it was routed, so it does not come back");
}

#[test]
fn an_unroutable_message_is_dropped_or_comes_back_and_is_confirmed_in_any_case() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.ask(client, Method::ConfirmSelect { no_wait: false });
    let dropped = bench.publish(client, "", "nowhere");
    assert_eq!(dropped, [Method::BasicAck { delivery_tag: 1, multiple: false }]);
    let returned = bench.publish_with(client, "", "nowhere", true, None);
    assert_eq!(returned.iter().map(Method::name).collect::<Vec<_>>(), ["basic.return", "basic.ack"]);
    assert!(
        matches!(&returned[0], Method::BasicReturn { reply_code: 312, reply_text, .. } if reply_text == "NO_ROUTE")
    );
    assert!(bench.words().contains(&"(default) drops m1: no queue takes key “nowhere”.".to_owned()));
}

#[test]
fn publishing_to_what_is_not_there_or_internal_closes_the_channel() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    let reply = bench.publish(client, "nowhere", "");
    assert_eq!(closed(&reply), Some((404, "NOT_FOUND - no exchange 'nowhere' in vhost '/'")));
    // The channel awaits channel.close-ok and ignores the rest; then its number can be used again.
    assert!(bench.publish(client, "", "x").is_empty());
    assert!(bench.ask(client, Method::ChannelCloseOk {}).is_empty());
    assert_eq!(bench.ask(client, Method::ChannelOpen {}), [Method::ChannelOpenOk {}]);
    let mut inner = bench.exchange_declare("inner", "direct");
    if let Method::ExchangeDeclare { internal, .. } = &mut inner {
        *internal = true;
    }
    bench.ask(client, inner);
    let reply = bench.publish(client, "inner", "");
    let text = "ACCESS_REFUSED - cannot publish to internal exchange 'inner' in vhost '/'";
    assert_eq!(closed(&reply), Some((403, text)));
}

#[test]
fn immediate_is_not_implemented_and_ends_the_connection() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    let content = queuescope::amqp::Content {
        origin: queuescope::amqp::Origin {
            message: queuescope::ids::MessageId(1),
            publisher: queuescope::ids::Name::EMPTY,
            published: queuescope::time::Time::START,
        },
        properties: Default::default(),
        body: std::rc::Rc::from(&b""[..]),
    };
    let (exchange, routing_key) = (bench.name(""), bench.name("x"));
    let method = Method::BasicPublish { exchange, routing_key, mandatory: false, immediate: true };
    let reply = bench.send(client, 1, queuescope::amqp::Command { method, content: Some(content) });
    assert_eq!(closed(&reply), Some((540, "NOT_IMPLEMENTED - immediate=true")));
    assert_eq!(reply[0].name(), "connection.close");
}
