//! The table of names in a broker that serves for days: what clients make up and use no more is forgotten, what
//! anything still holds is not. A name that was forgotten too early panics when it is used (in debug builds, and
//! so here).

use queuescope::amqp::{Command, Content, Method, Origin, Properties, Table, Value};
use queuescope::broker::{AppliesTo, Broker, Context, Policy};
use queuescope::facts::{ClientName, Recorder};
use queuescope::ids::{ConnectionId, HoldsNames, MessageId, Name, Names};
use queuescope::time::Time;

struct World {
    broker: Broker,
    names: Names,
    facts: Recorder,
    connection: ConnectionId,
}

impl World {
    /// A connection with the channel 1.
    fn new() -> World {
        let (mut broker, mut names) = (Broker::new(), Names::new());
        broker.add_virtual_host("/", &mut names);
        let connection = broker.connect(ClientName(names.intern("client")));
        let mut world = World { broker, names, facts: Recorder::default(), connection };
        let virtual_host = world.name("/");
        world.say(0, Method::ConnectionOpen { virtual_host });
        world.say(1, Method::ChannelOpen {});
        world
    }

    fn name(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    fn say(&mut self, channel: u16, command: impl Into<Command>) -> Vec<Command> {
        let now = Time::START;
        let mut cx = Context { now, names: &mut self.names, facts: &mut self.facts };
        self.broker.handle(&mut cx, self.connection, channel, command.into());
        drop(self.facts.drain());
        std::iter::from_fn(|| self.broker.poll_output()).map(|outgoing| outgoing.command).collect()
    }

    fn declare(&mut self, queue: &str, arguments: Vec<(&str, &str)>) -> Vec<Command> {
        let (queue, arguments) = (self.name(queue), table(arguments));
        self.say(
            1,
            Method::QueueDeclare {
                queue,
                passive: false,
                durable: true,
                exclusive: false,
                auto_delete: false,
                no_wait: false,
                arguments,
            },
        )
    }

    fn publish(&mut self, channel: u16, exchange: &str, key: &str) -> Vec<Command> {
        self.publish_with(channel, exchange, key, Properties::default())
    }

    fn publish_with(
        &mut self,
        channel: u16,
        exchange: &str,
        key: &str,
        properties: Properties,
    ) -> Vec<Command> {
        let (exchange, routing_key) = (self.name(exchange), self.name(key));
        let publisher = self.name("client");
        let origin = Origin { message: MessageId(1), publisher, published: Time::START };
        let content = Content { origin, properties: properties.into(), body: [0].into() };
        let method = Method::BasicPublish { exchange, routing_key, mandatory: false, immediate: false };
        self.say(channel, Command { method, content: Some(content) })
    }

    fn sweep(&mut self) {
        self.broker.forget_routes();
        self.facts = Recorder::default();
        self.names.sweep(|visit| self.broker.visit_names(visit));
    }

    /// Makes up other names, so that a number that is wrongly free gets another meaning.
    fn sweep_and_make_up(&mut self, what: &str) {
        self.sweep();
        for number in 0..3_000 {
            self.names.intern(&format!("{what} {number}"));
        }
    }
}

fn table(entries: Vec<(&str, &str)>) -> Table {
    Table(entries.into_iter().map(|(name, text)| (name.to_owned(), Value::text(text))).collect())
}

#[test]
fn a_million_names_that_came_and_went_leave_nothing() {
    let mut world = World::new();
    world.declare("stays", vec![]);
    world.publish(1, "", "stays");
    world.sweep();
    let (before, mut most) = (world.names.count(), 0);
    // 25 new names each.
    for number in 0..40_000 {
        let queue = world.name(&format!("queue {number}"));
        let consumer_tag = world.name(&format!("tag {number}"));
        world.declare(&format!("queue {number}"), vec![]);
        world.say(
            1,
            Method::BasicConsume {
                queue,
                consumer_tag,
                no_local: false,
                no_ack: true,
                exclusive: false,
                no_wait: false,
                arguments: Table::default(),
            },
        );
        // A key that leads to a queue, and keys that lead nowhere.
        world.publish(1, "", &format!("queue {number}"));
        let keys = (0..20).map(|key| Value::text(&format!("key {number} {key}"))).collect();
        let headers = Some(Table(vec![("CC".to_owned(), Value::Array(keys))]));
        let properties = Properties { headers, ..Properties::default() };
        world.publish_with(1, "amq.topic", &format!("key {number}"), properties);
        world.say(1, Method::QueueDelete { queue, if_unused: false, if_empty: false, no_wait: false });
        // The text of this refusal is a name too, for the facts.
        world.say(2, Method::ChannelOpen {});
        let missing = world.name(&format!("missing {number}"));
        world.say(2, Method::QueuePurge { queue: missing, no_wait: false });
        world.say(2, Method::ChannelCloseOk {});
        most = most.max(world.names.count());
        if world.names.want_sweep() {
            world.sweep();
        }
    }
    // The channel remembers the last queue it has declared.
    world.declare("stays", vec![]);
    world.sweep();
    assert_eq!(world.names.count(), before);
    assert!(most < 120_000, "there were {most} names at a time");
}

#[test]
fn what_queues_bindings_policies_and_open_work_hold_keeps_its_name() {
    let mut world = World::new();
    let policy = Policy {
        name: "lost".to_owned(),
        pattern: "^unrouted$".to_owned(),
        applies_to: AppliesTo::Exchanges,
        priority: 0,
        definition: table(vec![("alternate-exchange", "alternate")]),
    };
    let mut cx = Context { now: Time::START, names: &mut world.names, facts: &mut world.facts };
    world.broker.set_policy(&mut cx, "/", policy, false).expect("it is a good policy");
    for (name, kind) in [("unrouted", "direct"), ("alternate", "fanout"), ("dead", "topic")] {
        let (exchange, kind) = (world.name(name), world.name(kind));
        world.say(
            1,
            Method::ExchangeDeclare {
                exchange,
                kind,
                passive: false,
                durable: true,
                auto_delete: false,
                internal: false,
                no_wait: false,
                arguments: Table::default(),
            },
        );
    }
    world.declare("caught", vec![]);
    world.declare(
        "work",
        vec![("x-dead-letter-exchange", "dead"), ("x-dead-letter-routing-key", "of.the.dead")],
    );
    world.declare("graves", vec![]);
    for (queue, exchange, key) in [("caught", "alternate", ""), ("graves", "dead", "of.#")] {
        let (queue, exchange, routing_key) = (world.name(queue), world.name(exchange), world.name(key));
        let arguments = Table::default();
        world.say(1, Method::QueueBind { queue, exchange, routing_key, no_wait: false, arguments });
    }
    // A publishing that waits for its commit, and a delivery that waits for its answer.
    world.say(2, Method::ChannelOpen {});
    world.say(2, Method::TxSelect {});
    world.publish(2, "unrouted", "a key of a transaction");
    world.publish(1, "", "work");
    let queue = world.name("work");
    let consumer_tag = world.name("a tag");
    let delivered = world.say(
        1,
        Method::BasicConsume {
            queue,
            consumer_tag,
            no_local: false,
            no_ack: false,
            exclusive: false,
            no_wait: false,
            arguments: Table::default(),
        },
    );
    assert_eq!(delivered.len(), 2, "{delivered:?}");
    world.sweep_and_make_up("first");
    world.say(2, Method::TxCommit {});
    world.say(1, Method::BasicReject { delivery_tag: 1, requeue: false });
    world.sweep_and_make_up("second");
    let mut got = |queue: &str| {
        let queue = world.name(queue);
        let answer = world.say(1, Method::BasicGet { queue, no_ack: true });
        let [Command { method: Method::BasicGetOk { exchange, routing_key, .. }, content }] = &answer[..]
        else {
            panic!("{queue:?} has {answer:?}");
        };
        let headers = content.as_ref().and_then(|content| content.headers()).cloned();
        let first = headers.and_then(|headers| headers.get("x-first-death-queue").cloned());
        (world.names.text(*exchange).to_owned(), world.names.text(*routing_key).to_owned(), first)
    };
    assert_eq!(got("caught"), ("unrouted".to_owned(), "a key of a transaction".to_owned(), None));
    assert_eq!(got("graves"), ("dead".to_owned(), "of.the.dead".to_owned(), Some(Value::text("work"))));
    let delivered = world.publish(1, "", "work");
    let [Command { method: Method::BasicDeliver { consumer_tag, .. }, .. }] = delivered[..] else {
        panic!("{delivered:?}");
    };
    assert_eq!(world.names.text(consumer_tag), "a tag");
}
