//! Nothing happens to a message without a fact that says why.

use super::driver::Bench;
use queuescope::amqp::{Method, Table, Value};
use queuescope::ids::ConnectionId;
use queuescope::time::Time;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn says(bench: &Bench, expected: &[&str]) {
    let words = bench.words();
    for expected in expected {
        assert!(words.iter().any(|words| words == expected), "{expected}\nis not among\n{words:#?}");
    }
}

/// A queue and, on connections of their own, consumers of it with that prefetch.
fn consumers(names: &[&str], prefetch: u16, arguments: Table) -> (Bench, ConnectionId, Vec<ConnectionId>) {
    let mut bench = Bench::new();
    let client = bench.connect("P");
    let mut declare = bench.queue_declare("tasks");
    if let Method::QueueDeclare { arguments: given, .. } = &mut declare {
        *given = arguments;
    }
    bench.ask(client, declare);
    let mut connections = Vec::new();
    for name in names {
        let connection = bench.connect(name);
        bench.prefetch(connection, prefetch, false);
        bench.consume(connection, "tasks", name, false);
        connections.push(connection);
    }
    (bench, client, connections)
}

#[test]
fn a_message_that_waits_says_so_of_each_consumer_once() {
    let (mut bench, client, connections) = consumers(&["C1", "C2"], 1, Table::default());
    (0..4).for_each(|_| drop(bench.publish(client, "", "tasks")));
    let reasons = [
        "tasks keeps m3: not delivered to C1: prefetch 1, 1 unacknowledged.",
        "tasks keeps m3: not delivered to C2: prefetch 1, 1 unacknowledged.",
    ];
    says(&bench, &reasons);
    says(&bench, &["tasks keeps m4: it is behind 1 that go first."]);
    bench.ask(connections[0], Method::BasicAck { delivery_tag: 1, multiple: false });
    says(&bench, &["tasks keeps m4: not delivered to C2: prefetch 1, 1 unacknowledged."]);
    for reason in reasons {
        assert_eq!(bench.words().iter().filter(|words| *words == reason).count(), 1, "{reason}");
    }
    let (id, _) = bench.broker.queues().next().expect("it is declared");
    assert_eq!(bench.broker.why_head_waits_for_each(id).count(), 2, "and again when it is asked");
}

/// As recorded from RabbitMQ 3.10.8 (`quorum-publishers-stopped`).
#[test]
fn a_publisher_that_a_quorum_queue_has_stopped_is_told_so() {
    let arguments = [
        ("x-queue-type", Value::text("quorum")),
        ("x-max-length", Value::Int32(2)),
        ("x-overflow", Value::text("reject-publish")),
    ];
    let arguments = arguments.map(|(name, value)| (name.to_owned(), value));
    let (mut bench, client, _) = consumers(&[], 1, Table(arguments.into()));
    for _ in 0..4 {
        bench.publish(client, "", "tasks");
        bench.wait_until(Time::START);
    }
    says(&bench, &["tasks refuses m4: it is full."]);
    let queue = bench.name("tasks");
    bench.ask(client, Method::BasicGet { queue, no_ack: true });
    bench.publish(client, "", "tasks");
    says(
        &bench,
        &["tasks refuses m5: it was full, has told the publisher to stop, and has not told it to go on yet."],
    );
    let another = bench.connect("P2");
    bench.publish(another, "", "tasks");
    assert_eq!(bench.depth("tasks").0, 3, "another may go on");
}

#[test]
fn a_message_that_waits_for_the_active_consumer_says_so_of_the_others() {
    let arguments = Table(vec![("x-single-active-consumer".to_owned(), Value::Boolean(true))]);
    let (mut bench, client, _) = consumers(&["C1", "C2"], 1, arguments);
    (0..2).for_each(|_| drop(bench.publish(client, "", "tasks")));
    says(
        &bench,
        &[
            "tasks keeps m2: not delivered to C1: prefetch 1, 1 unacknowledged.",
            "tasks keeps m2: not delivered to C2: C1 is the single active consumer.",
        ],
    );
}

#[test]
fn a_message_that_waits_for_the_limit_of_a_channel_says_so() {
    let (mut bench, client, _) = consumers(&[], 0, Table::default());
    let consumer = bench.connect("C");
    bench.prefetch(consumer, 1, true);
    bench.consume(consumer, "tasks", "one", false);
    (0..2).for_each(|_| drop(bench.publish(client, "", "tasks")));
    says(
        &bench,
        &["tasks keeps m2: not delivered to C: prefetch 1 for its whole channel, 1 unacknowledged."],
    );
}

#[test]
fn what_a_transaction_holds_and_undoes_is_said() {
    let (mut bench, client, _) = consumers(&[], 0, Table::default());
    bench.publish(client, "", "tasks");
    bench.consume(client, "tasks", "own", false);
    for end in [Some(Method::TxRollback {}), None] {
        bench.ask(client, Method::TxSelect {});
        bench.publish(client, "", "tasks");
        bench.ask(client, Method::BasicAck { delivery_tag: 1, multiple: false });
        match end {
            Some(end) => drop(bench.ask(client, end)),
            None => drop(bench.drop_connection(client)),
        }
    }
    let message = "m3 from P is gone: its transaction was not committed.";
    says(
        &bench,
        &[
            "m2 from P waits for the commit of its transaction.",
            "m2 from P is gone: its transaction was not committed.",
            "What P says of m1 waits for the commit of its transaction.",
            "m1 is unacknowledged again: P has not committed its transaction.",
            message,
        ],
    );
}

#[test]
fn what_the_broker_does_not_read_is_said_and_lost_with_its_connection() {
    let (mut bench, client, _) = consumers(&[], 0, Table::default());
    bench.act(|broker, cx| broker.set_memory_alarm(cx, true));
    bench.publish(client, "", "tasks");
    bench.drop_connection(client);
    says(
        &bench,
        &[
            "The broker reads nothing more from P.",
            "m1 from P waits before the broker, which does not read from it.",
            "The broker does not take m1 from P in.",
        ],
    );
}

#[test]
fn a_message_that_is_refused_or_comes_too_late_is_said() {
    let mut bench = Bench::new();
    let client = bench.connect("P");
    bench.publish(client, "nowhere", "key");
    bench.publish(client, "", "key");
    let refused = ["The broker does not take m1 from P in.", "The broker does not take m2 from P in."];
    says(&bench, &refused);
}

#[test]
fn a_header_that_the_broker_takes_out_is_said() {
    let (mut bench, client, _) = consumers(&[], 0, Table::default());
    let keys = Value::Array(vec![Value::text("tasks")]);
    bench.publish_with(client, "", "elsewhere", false, Some(Table(vec![("BCC".to_owned(), keys)])));
    says(&bench, &["The broker takes the header BCC out of m1.", "tasks takes m1 in; 1 ready."]);
}

#[test]
fn an_acknowledged_message_stays_in_a_stream() {
    let arguments = Table(vec![("x-queue-type".to_owned(), Value::text("stream"))]);
    let (mut bench, client, connections) = consumers(&["C"], 1, arguments);
    (0..3).for_each(|_| drop(bench.publish(client, "", "tasks")));
    let reason = "tasks keeps m2: not delivered to C: prefetch 1, 1 unacknowledged.";
    says(&bench, &[reason]);
    assert_eq!(bench.words().iter().filter(|words| *words == reason).count(), 1, "once");
    bench.ask(connections[0], Method::BasicAck { delivery_tag: 1, multiple: false });
    says(&bench, &["m1 is acknowledged; tasks keeps it and sends the next one."]);
}

#[test]
fn messages_that_go_with_their_queue_are_said() {
    let mut bench = Bench::new();
    let client = bench.connect("P");
    let mut declare = bench.queue_declare("own");
    if let Method::QueueDeclare { exclusive, .. } = &mut declare {
        *exclusive = true;
    }
    bench.ask(client, declare);
    bench.publish(client, "", "own");
    bench.drop_connection(client);
    says(&bench, &["m1 is gone with the messages of own.", "own is deleted; messages that go with it: 1."]);
}
