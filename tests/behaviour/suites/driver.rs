//! A broker with clients around it, and documents at hand.

use queuescope::amqp::{Command, Content, Method, Origin, Properties, Table};
use queuescope::broker::{Broker, Context, Version};
use queuescope::facts::{Catalogue, ClientName, FactStore, Recorder, Sentence};
use queuescope::ids::{ConnectionId, MessageId, Name, Names};
use queuescope::time::Time;
use std::rc::Rc;

pub const HELLO_WORLD: &str = include_str!("../../../scenarios/hello-world.json");
pub const WORK_QUEUE: &str = include_str!("../../../scenarios/work-queue.json");
pub const PUBLISH_SUBSCRIBE: &str = include_str!("../../../scenarios/publish-subscribe.json");
pub const POISON: &str = include_str!("../../../scenarios/poison-message.json");
pub const RESTART: &str = include_str!("../../../scenarios/durable-queue.json");
pub const TRANSACTIONS: &str = include_str!("../../../scenarios/transactions-and-confirms.json");
pub const EVERY_WORKLOAD: &str = include_str!("../documents/every-workload.json");
pub const RICH: &str = include_str!("../../conformance/definitions/rich.json");
pub const RICH_VHOST_SHOP: &str = include_str!("../../conformance/definitions/rich-vhost-shop.json");
pub const LARGE: &str = include_str!("../../conformance/definitions/large.json");

/// Documents that what holds of every run is held to.
pub const DOCUMENTS: [(&str, &str); 8] = [
    ("hello-world", HELLO_WORLD),
    ("work-queue", WORK_QUEUE),
    ("publish-subscribe", PUBLISH_SUBSCRIBE),
    ("poison-message", POISON),
    ("durable-queue", RESTART),
    ("transactions-and-confirms", TRANSACTIONS),
    ("rich", RICH),
    ("large", LARGE),
];

/// A broker with the virtual host `/`, spoken to by methods alone.
pub struct Bench {
    pub broker: Broker,
    pub names: Names,
    pub now: Time,
    /// What the messages held that the broker sent last.
    pub contents: Vec<Content>,
    recorder: Recorder,
    facts: FactStore,
    last_message: u32,
}

impl Bench {
    pub fn new() -> Bench {
        Bench::of_version(Version::default())
    }

    pub fn of_version(version: Version) -> Bench {
        let mut names = Names::new();
        let mut broker = Broker::of_version(version);
        broker.add_virtual_host("/", &mut names);
        let (now, recorder, facts) = (Time::START, Recorder::default(), FactStore::new(10_000));
        Bench { broker, names, now, contents: Vec::new(), recorder, facts, last_message: 0 }
    }

    /// Lets the broker do something, and returns every method that it then sends, to whomever.
    pub fn act(&mut self, act: impl FnOnce(&mut Broker, &mut Context)) -> Vec<Method> {
        let Bench { broker, names, recorder, now, .. } = self;
        act(broker, &mut Context { now: *now, names, facts: recorder });
        self.output()
    }

    /// Time comes to `now`, and what is due is done.
    pub fn wait_until(&mut self, now: Time) -> Vec<Method> {
        self.now = now;
        self.act(|broker, cx| broker.handle_timeout(cx))
    }

    pub fn name(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    /// A connection in `/` with channel 1 open.
    pub fn connect(&mut self, client: &str) -> ConnectionId {
        let (client, virtual_host) = (ClientName(self.name(client)), self.name("/"));
        let connection = self.broker.connect(client);
        assert_eq!(
            self.send(connection, 0, Method::ConnectionOpen { virtual_host }),
            [Method::ConnectionOpenOk {}]
        );
        assert_eq!(self.ask(connection, Method::ChannelOpen {}), [Method::ChannelOpenOk {}]);
        connection
    }

    /// Sends a method on channel 1 and returns every method that the broker then sends, to whomever.
    pub fn ask(&mut self, connection: ConnectionId, method: Method) -> Vec<Method> {
        self.send(connection, 1, method)
    }

    pub fn send(
        &mut self,
        connection: ConnectionId,
        channel: u16,
        command: impl Into<Command>,
    ) -> Vec<Method> {
        self.act(|broker, cx| broker.handle(cx, connection, channel, command.into()))
    }

    pub fn drop_connection(&mut self, connection: ConnectionId) -> Vec<Method> {
        self.act(|broker, cx| broker.disconnected(cx, connection))
    }

    fn output(&mut self) -> Vec<Method> {
        let Bench { recorder, facts, .. } = self;
        recorder.drain().for_each(|(index, fact)| facts.put(index, fact));
        let commands = std::iter::from_fn(|| self.broker.poll_output()).map(|outgoing| outgoing.command);
        let (methods, contents): (Vec<_>, Vec<_>) =
            commands.map(|command| (command.method, command.content)).unzip();
        self.contents = contents.into_iter().flatten().collect();
        methods
    }

    pub fn declare_queue(&mut self, connection: ConnectionId, queue: &str) {
        let method = self.queue_declare(queue);
        self.ask(connection, method);
    }

    pub fn queue_declare(&mut self, queue: &str) -> Method {
        Method::QueueDeclare {
            queue: self.name(queue),
            passive: false,
            durable: true,
            exclusive: false,
            auto_delete: false,
            no_wait: false,
            arguments: Table::default(),
        }
    }

    pub fn exchange_declare(&mut self, exchange: &str, kind: &str) -> Method {
        Method::ExchangeDeclare {
            exchange: self.name(exchange),
            kind: self.name(kind),
            passive: false,
            durable: true,
            auto_delete: false,
            internal: false,
            no_wait: false,
            arguments: Table::default(),
        }
    }

    pub fn queue_bind(&mut self, queue: &str, exchange: &str, routing_key: &str, arguments: Table) -> Method {
        Method::QueueBind {
            queue: self.name(queue),
            exchange: self.name(exchange),
            routing_key: self.name(routing_key),
            no_wait: false,
            arguments,
        }
    }

    pub fn consume(&mut self, connection: ConnectionId, queue: &str, tag: &str, no_ack: bool) -> Vec<Method> {
        let method = Method::BasicConsume {
            queue: self.name(queue),
            consumer_tag: self.name(tag),
            no_local: false,
            no_ack,
            exclusive: false,
            no_wait: false,
            arguments: Table::default(),
        };
        self.ask(connection, method)
    }

    pub fn prefetch(&mut self, connection: ConnectionId, prefetch_count: u16, global: bool) -> Vec<Method> {
        self.ask(connection, Method::BasicQos { prefetch_size: 0, prefetch_count, global })
    }

    pub fn publish(&mut self, connection: ConnectionId, exchange: &str, routing_key: &str) -> Vec<Method> {
        self.publish_with(connection, exchange, routing_key, false, None)
    }

    pub fn publish_with(
        &mut self,
        connection: ConnectionId,
        exchange: &str,
        routing_key: &str,
        mandatory: bool,
        headers: Option<Table>,
    ) -> Vec<Method> {
        let properties = Properties { headers, ..Properties::default() };
        self.publish_content(connection, (exchange, routing_key), mandatory, properties, b"")
    }

    pub fn publish_content(
        &mut self,
        connection: ConnectionId,
        (exchange, routing_key): (&str, &str),
        mandatory: bool,
        properties: Properties,
        body: &[u8],
    ) -> Vec<Method> {
        let method = Method::BasicPublish {
            exchange: self.name(exchange),
            routing_key: self.name(routing_key),
            mandatory,
            immediate: false,
        };
        self.last_message += 1;
        let content = Content {
            origin: Origin {
                message: MessageId(self.last_message),
                publisher: Name::EMPTY,
                published: Time::START,
            },
            properties: Rc::new(properties),
            body: Rc::from(body),
        };
        self.send(connection, 1, Command { method, content: Some(content) })
    }

    /// Delivery tags, consumer tags and redelivered flags of the deliveries among methods.
    pub fn deliveries(&self, methods: &[Method]) -> Vec<(u64, String, bool)> {
        let deliveries = methods.iter().filter_map(|method| match method {
            Method::BasicDeliver { consumer_tag, delivery_tag, redelivered, .. } => {
                Some((*delivery_tag, self.names.text(*consumer_tag).to_owned(), *redelivered))
            }
            _ => None,
        });
        deliveries.collect()
    }

    /// Ready and unacknowledged messages of a queue.
    pub fn depth(&self, queue: &str) -> (usize, u64) {
        let found = self.broker.queues().find(|(_, found)| self.names.text(found.name.name) == queue);
        let (_, found) = found.expect("the queue is there");
        (found.ready_count() as usize, found.unacknowledged)
    }

    /// The queues that hold a message, by name; they are emptied.
    pub fn reached(&mut self, connection: ConnectionId) -> Vec<String> {
        let found = self.broker.queues().filter(|(_, queue)| queue.ready_count() > 0);
        let reached: Vec<Name> = found.map(|(_, queue)| queue.name.name).collect();
        for &queue in &reached {
            self.ask(connection, Method::QueuePurge { queue, no_wait: false });
        }
        reached.into_iter().map(|queue| self.names.text(queue).to_owned()).collect()
    }

    /// All facts so far in words.
    pub fn words(&self) -> Vec<String> {
        let catalogue = Catalogue::english();
        let facts = self.facts.between(0, u64::MAX);
        facts.map(|(_, fact)| catalogue.words(&Sentence::of_event(&fact.event, &self.names))).collect()
    }
}

/// Code and text of the closing that a broker sent.
pub fn closed(methods: &[Method]) -> Option<(u16, &str)> {
    methods.iter().find_map(|method| match method {
        Method::ChannelClose { reply_code, reply_text, .. }
        | Method::ConnectionClose { reply_code, reply_text, .. } => Some((*reply_code, reply_text.as_str())),
        _ => None,
    })
}
