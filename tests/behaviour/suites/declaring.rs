//! AMQP 0-9-1 reference, classes `exchange` and `queue`; texts as recorded from RabbitMQ 3.10.8.

use super::driver::{Bench, closed};
use queuescope::amqp::{Method, Table, Value};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn declaring_again_with_other_settings_closes_the_channel() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    let mut again = bench.queue_declare("orders");
    if let Method::QueueDeclare { arguments, .. } = &mut again {
        *arguments = Table(vec![("x-max-length".to_owned(), Value::Int32(5))]);
    }
    let reply = bench.ask(client, again);
    let text = "PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue 'orders' in vhost '/': received \
                the value '5' of type 'signedint' but current is none";
    assert_eq!(closed(&reply), Some((406, text)));
}

#[test]
fn an_exchange_of_another_type_is_another_exchange() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    let direct = bench.exchange_declare("events", "direct");
    assert_eq!(bench.ask(client, direct), [Method::ExchangeDeclareOk {}]);
    let fanout = bench.exchange_declare("events", "fanout");
    let reply = bench.ask(client, fanout);
    let text = "PRECONDITION_FAILED - inequivalent arg 'type' for exchange 'events' in vhost '/': received 'fanout' \
                but current is 'direct'";
    assert_eq!(closed(&reply), Some((406, text)));
}

#[test]
fn unknown_types_and_reserved_names_are_refused() {
    for (name, kind, code, text) in [
        ("events", "magic", 503, "COMMAND_INVALID - unknown exchange type 'magic'"),
        ("", "direct", 403, "ACCESS_REFUSED - operation not permitted on the default exchange"),
        (
            "amq.orders",
            "direct",
            403,
            "ACCESS_REFUSED - exchange name 'amq.orders' contains reserved prefix 'amq.*'",
        ),
    ] {
        let mut bench = Bench::new();
        let client = bench.connect("client");
        let declare = bench.exchange_declare(name, kind);
        let reply = bench.ask(client, declare);
        assert_eq!(closed(&reply), Some((code, text)));
    }
}

#[test]
fn an_exclusive_queue_is_its_connections_alone_and_goes_with_it() {
    let mut bench = Bench::new();
    let (owner, other) = (bench.connect("owner"), bench.connect("other"));
    let mut declare = bench.queue_declare("orders");
    if let Method::QueueDeclare { exclusive, .. } = &mut declare {
        *exclusive = true;
    }
    bench.ask(owner, declare);
    let reply = bench.consume(other, "orders", "ann", false);
    let text = "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'orders' in vhost '/'. It could be \
                originally declared on another connection or the exclusive property value does not match that of \
                the original declaration.";
    assert_eq!(closed(&reply), Some((405, text)));
    bench.drop_connection(owner);
    assert_eq!(bench.broker.queues().count(), 0);
}

#[test]
fn consumers_are_told_when_their_queue_goes() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    bench.declare_queue(client, "orders");
    bench.consume(client, "orders", "ann", false);
    let (queue, consumer_tag) = (bench.name("orders"), bench.name("ann"));
    let reply =
        bench.ask(client, Method::QueueDelete { queue, if_unused: false, if_empty: false, no_wait: false });
    assert!(reply.contains(&Method::BasicCancel { consumer_tag, no_wait: true }));
    assert!(reply.contains(&Method::QueueDeleteOk { message_count: 0 }));
}

#[test]
fn an_auto_delete_queue_goes_with_its_last_consumer_and_an_auto_delete_exchange_with_its_last_binding() {
    let mut bench = Bench::new();
    let client = bench.connect("client");
    let mut declare = bench.queue_declare("orders");
    if let Method::QueueDeclare { auto_delete, .. } = &mut declare {
        *auto_delete = true;
    }
    bench.ask(client, declare);
    let mut declare = bench.exchange_declare("news", "fanout");
    if let Method::ExchangeDeclare { auto_delete, .. } = &mut declare {
        *auto_delete = true;
    }
    bench.ask(client, declare);
    let bind = bench.queue_bind("orders", "news", "", Table::default());
    bench.ask(client, bind);
    bench.consume(client, "orders", "ann", false);
    let consumer_tag = bench.name("ann");
    bench.ask(client, Method::BasicCancel { consumer_tag, no_wait: false });
    assert_eq!(bench.broker.queues().count(), 0);
    let reply = bench.publish(client, "news", "");
    assert_eq!(closed(&reply), Some((404, "NOT_FOUND - no exchange 'news' in vhost '/'")));
}

#[test]
fn a_virtual_host_that_is_not_there_is_refused() {
    let mut bench = Bench::new();
    let client = queuescope::facts::ClientName(bench.name("client"));
    let connection = bench.broker.connect(client);
    let virtual_host = bench.name("nowhere");
    let reply = bench.send(connection, 0, Method::ConnectionOpen { virtual_host });
    assert_eq!(closed(&reply), Some((530, "NOT_ALLOWED - vhost nowhere not found")));
}
