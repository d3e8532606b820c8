//! Queuescope's own document.

use super::definitions::{ONLY_VIRTUAL_HOST, is_predeclared};
use super::reader::Reader;
use super::servers::check_paths;
use super::{Definitions, Format, ScenarioError, ServerDocument};
use crate::broker::Version;
use litemap::LiteMap;
use serde_json::{Map, Value};

/// The version of the form that this program reads and writes.
const VERSION: u64 = 1;

/// What is set up: a broker, who sends, who receives, and what lies between. Times are whole microseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// A name for the reader.
    pub title: String,
    /// A paragraph for the reader.
    pub about: String,
    /// Where all randomness comes from. At most 2^53 - 1, so that JavaScript holds it exactly.
    pub seed: u64,
    /// The end of the timeline.
    pub until_us: u64,
    /// Simulated seconds per second at which the page plays it at first.
    pub speed: f64,
    /// The broker.
    pub broker: BrokerDocument,
    /// Who publishes.
    pub producers: Vec<ProducerDocument>,
    /// Who consumes.
    pub consumers: Vec<ConsumerDocument>,
    /// Links of producers and consumers to the broker. Where there is none, what is sent arrives at once.
    pub links: Vec<LinkDocument>,
    /// Servers of browsers. A scenario that has some need not have a broker; then it has one without anything in it.
    pub servers: Vec<ServerDocument>,
}

/// The broker of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerDocument {
    /// Its name.
    pub id: String,
    /// The RabbitMQ that it follows: `3.10` or `4`.
    pub rabbitmq: Version,
    /// What is declared in it, in the form of RabbitMQ's definitions.
    pub definitions: Definitions,
}

/// A producer of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerDocument {
    /// Its name.
    pub id: String,
    /// The virtual host it publishes in.
    pub virtual_host: String,
    /// When it publishes.
    pub arrivals: Arrivals,
    /// What it publishes, in turn.
    pub messages: Vec<MessageDocument>,
    /// How many messages it publishes at most.
    pub limit: Option<u64>,
    /// Whether it wants each message confirmed (`confirm.select`).
    pub confirms: bool,
}

/// When a producer publishes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrivals {
    /// In a steady rhythm; the first message after one interval.
    Constant {
        /// The interval.
        interval_us: u64,
    },
    /// As a Poisson process.
    Poisson {
        /// Messages per second on average.
        per_second: f64,
    },
}

/// A message that a producer publishes.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageDocument {
    /// The exchange; empty is the default exchange.
    pub exchange: String,
    /// The routing key.
    pub routing_key: String,
    /// Headers.
    pub headers: Map<String, Value>,
    /// The body as text.
    pub body: String,
    /// Whether it is to come back if no queue takes it.
    pub mandatory: bool,
    /// Its priority, higher first, in a queue that has priorities.
    pub priority: Option<u8>,
    /// Milliseconds that it may wait in a queue.
    pub expiration_ms: Option<u64>,
    /// Whether it outlives a restart of the broker in a durable queue.
    pub persistent: bool,
}

/// A consumer of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerDocument {
    /// Its name, which is its consumer tag as well.
    pub id: String,
    /// The virtual host of the queue.
    pub virtual_host: String,
    /// The queue.
    pub queue: String,
    /// How many messages it may hold unacknowledged; 0 is any number.
    pub prefetch: u16,
    /// How it acknowledges.
    pub acknowledgement: Acknowledgement,
    /// How long it works on a message.
    pub service: Service,
}

/// How a consumer acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// When the work is done.
    Manual,
    /// Not at all: the broker takes a message for done when it is sent.
    Automatic,
}

/// How long a consumer works on a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Service {
    /// Always the same time.
    Constant {
        /// That time.
        duration_us: u64,
    },
    /// Exponentially distributed times.
    Exponential {
        /// Their mean.
        mean_us: u64,
    },
}

/// A link of a producer or a consumer to the broker.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkDocument {
    /// The names of its two ends.
    pub between: [String; 2],
    /// The delay in each direction.
    pub latency_us: u64,
}

impl BrokerDocument {
    fn read(broker: &Reader) -> Result<BrokerDocument, ScenarioError> {
        broker.only(&["id", "rabbitmq", "definitions"])?;
        let version = |field: &Reader| match Version::from_name(&field.text()?) {
            Some(version) => Ok(version),
            None => field.invalid("there must be \"3.10\" or \"4\" here"),
        };
        Ok(BrokerDocument {
            id: broker.field("id", DEFAULT_BROKER.to_owned(), Reader::name)?,
            rabbitmq: broker.field("rabbitmq", Version::default(), version)?,
            definitions: broker.field("definitions", Definitions::default(), Definitions::read)?,
        })
    }
}

impl ProducerDocument {
    fn read(producer: &Reader) -> Result<ProducerDocument, ScenarioError> {
        producer.only(&["id", "virtual_host", "arrivals", "messages", "limit", "confirms"])?;
        Ok(ProducerDocument {
            id: producer.required("id")?.name()?,
            virtual_host: virtual_host(producer)?,
            arrivals: Arrivals::read(&producer.required("arrivals")?)?,
            messages: producer.list("messages", MessageDocument::read)?,
            limit: producer.optional("limit")?.map(|limit| limit.whole(0, LARGEST_EXACT)).transpose()?,
            confirms: producer.field("confirms", false, Reader::truth)?,
        })
    }
}

impl Arrivals {
    fn read(arrivals: &Reader) -> Result<Arrivals, ScenarioError> {
        match arrivals.choice()? {
            ("constant", constant) => {
                constant.only(&["interval_us"])?;
                let interval_us = constant.required("interval_us")?.whole(1, LARGEST_EXACT)?;
                Ok(Arrivals::Constant { interval_us })
            }
            ("poisson", poisson) => {
                poisson.only(&["per_second"])?;
                let rate = poisson.required("per_second")?;
                let per_second = rate.number((1e-9, 1e6), "above 0 and at most 1000000")?;
                Ok(Arrivals::Poisson { per_second })
            }
            (_, other) => other.invalid("there are the kinds constant and poisson"),
        }
    }
}

impl MessageDocument {
    fn read(message: &Reader) -> Result<MessageDocument, ScenarioError> {
        message.only(&[
            "exchange",
            "routing_key",
            "headers",
            "body",
            "mandatory",
            "priority",
            "expiration_ms",
            "persistent",
        ])?;
        Ok(MessageDocument {
            exchange: message.field("exchange", String::new(), Reader::short_text)?,
            routing_key: message.field("routing_key", String::new(), Reader::short_text)?,
            headers: message.field("headers", Map::new(), Reader::table)?,
            body: message.field("body", String::new(), Reader::text)?,
            mandatory: message.field("mandatory", false, Reader::truth)?,
            priority: message
                .optional("priority")?
                .map(|value| Ok(value.whole(0, 255)? as u8))
                .transpose()?,
            expiration_ms: message
                .optional("expiration_ms")?
                .map(|value| value.whole(0, LARGEST_EXACT))
                .transpose()?,
            persistent: message.field("persistent", false, Reader::truth)?,
        })
    }
}

impl ConsumerDocument {
    fn read(consumer: &Reader) -> Result<ConsumerDocument, ScenarioError> {
        consumer.only(&["id", "virtual_host", "queue", "prefetch", "acknowledgement", "service"])?;
        let acknowledgement = |field: &Reader| match field.text()?.as_str() {
            "manual" => Ok(Acknowledgement::Manual),
            "automatic" => Ok(Acknowledgement::Automatic),
            _ => field.invalid("there must be \"manual\" or \"automatic\" here"),
        };
        Ok(ConsumerDocument {
            id: consumer.required("id")?.name()?,
            virtual_host: virtual_host(consumer)?,
            queue: consumer.required("queue")?.name()?,
            prefetch: consumer.field("prefetch", 0, |limit| Ok(limit.whole(0, u16::MAX.into())? as u16))?,
            acknowledgement: consumer.field("acknowledgement", Acknowledgement::Manual, acknowledgement)?,
            service: Service::read(&consumer.required("service")?)?,
        })
    }
}

impl Service {
    fn read(service: &Reader) -> Result<Service, ScenarioError> {
        match service.choice()? {
            ("constant", constant) => {
                constant.only(&["duration_us"])?;
                let duration_us = constant.required("duration_us")?.whole(0, LARGEST_EXACT)?;
                Ok(Service::Constant { duration_us })
            }
            ("exponential", exponential) => {
                exponential.only(&["mean_us"])?;
                let mean_us = exponential.required("mean_us")?.whole(0, LARGEST_EXACT)?;
                Ok(Service::Exponential { mean_us })
            }
            (_, other) => other.invalid("there are the kinds constant and exponential"),
        }
    }
}

impl LinkDocument {
    fn read(link: &Reader) -> Result<LinkDocument, ScenarioError> {
        link.only(&["between", "latency_us"])?;
        let between = link.required("between")?;
        let ends = between.entries()?.map(|end| end.name()).collect::<Result<Vec<_>, _>>()?;
        let Ok(ends) = <[String; 2]>::try_from(ends) else {
            return between.invalid("a link is between two: there must be two names here");
        };
        let latency_us = link.field("latency_us", 0, |latency| latency.whole(0, LARGEST_EXACT))?;
        Ok(LinkDocument { between: ends, latency_us })
    }
}

fn virtual_host(client: &Reader) -> Result<String, ScenarioError> {
    client.field("virtual_host", ONLY_VIRTUAL_HOST.to_owned(), Reader::name)
}

/// The seed when a document names none.
pub(super) const DEFAULT_SEED: u64 = 1;

/// The end of the timeline when a document names none: 30 s.
pub(super) const DEFAULT_UNTIL_US: u64 = 30_000_000;

/// The name of a broker that has none.
pub(super) const DEFAULT_BROKER: &str = "broker";

/// The largest whole number that JavaScript holds exactly.
pub(crate) const LARGEST_EXACT: u64 = (1 << 53) - 1;

impl Scenario {
    /// Reads a scenario. A field that is not known is an error.
    pub(super) fn read(document: &Reader) -> Result<Scenario, ScenarioError> {
        document.only(&[
            "queuescope",
            "title",
            "about",
            "seed",
            "until_us",
            "speed",
            "broker",
            "producers",
            "consumers",
            "links",
            "servers",
        ])?;
        let servers = document.list("servers", ServerDocument::read)?;
        let broker = match document.optional("broker")? {
            None if !servers.is_empty() => BrokerDocument {
                id: DEFAULT_BROKER.to_owned(),
                rabbitmq: Version::default(),
                definitions: Definitions::default(),
            },
            _ => BrokerDocument::read(&document.required("broker")?)?,
        };
        document.required("queuescope")?.whole(VERSION, VERSION)?;
        Ok(Scenario {
            title: document.field("title", String::new(), Reader::text)?,
            about: document.field("about", String::new(), Reader::text)?,
            seed: document.field("seed", DEFAULT_SEED, |seed| seed.whole(0, LARGEST_EXACT))?,
            until_us: document.field("until_us", DEFAULT_UNTIL_US, |until| until.whole(1, LARGEST_EXACT))?,
            speed: document
                .field("speed", 1.0, |speed| speed.number((0.001, 1e6), "from 0.001 to 1000000"))?,
            broker,
            producers: document.list("producers", ProducerDocument::read)?,
            consumers: document.list("consumers", ConsumerDocument::read)?,
            links: document.list("links", LinkDocument::read)?,
            servers,
        })
    }

    /// Checks what the form alone does not show.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn check(&self) -> Result<(), ScenarioError> {
        self.broker.definitions.check("broker.definitions.")?;
        self.check_names()?;
        for (place, producer) in self.producers.iter().enumerate() {
            self.check_producer(&format!("producers[{place}]"), producer)?;
        }
        for (place, consumer) in self.consumers.iter().enumerate() {
            self.check_consumer(&format!("consumers[{place}]"), consumer)?;
        }
        check_paths(&self.servers)?;
        self.check_links()
    }

    /// The places of all names and the names, the broker's first.
    fn names(&self) -> Vec<(String, &str)> {
        let mut names = vec![("broker.id".to_owned(), self.broker.id.as_str())];
        for (place, producer) in self.producers.iter().enumerate() {
            names.push((format!("producers[{place}].id"), &producer.id));
        }
        for (place, consumer) in self.consumers.iter().enumerate() {
            names.push((format!("consumers[{place}].id"), &consumer.id));
        }
        names
    }

    fn check_names(&self) -> Result<(), ScenarioError> {
        let mut seen = LiteMap::new_vec();
        let servers = self.servers.iter().enumerate();
        let servers = servers.map(|(place, server)| (format!("servers[{place}].id"), server.id.as_str()));
        for (place, name) in self.names().into_iter().chain(servers) {
            if seen.insert(name, ()).is_some() {
                return invalid(
                    place,
                    format!("'{name}' is the name of something else already; choose another"),
                );
            }
        }
        Ok(())
    }

    fn check_virtual_host(&self, place: &str, name: &str) -> Result<(), ScenarioError> {
        if self.broker.definitions.virtual_hosts().contains(&name) {
            return Ok(());
        }
        let what = format!("there is no virtual host '{name}'; add it to broker.definitions.vhosts");
        invalid(format!("{place}.virtual_host"), what)
    }

    fn check_producer(&self, place: &str, producer: &ProducerDocument) -> Result<(), ScenarioError> {
        self.check_virtual_host(place, &producer.virtual_host)?;
        if producer.messages.is_empty() {
            return invalid(format!("{place}.messages"), "there must be at least one message to publish");
        }
        let definitions = &self.broker.definitions;
        for (number, message) in producer.messages.iter().enumerate() {
            let place = format!("{place}.messages[{number}]");
            let declared = definitions.exchanges.iter().find(|exchange| {
                exchange.name == message.exchange
                    && definitions.virtual_host_of(exchange.vhost.as_deref()) == producer.virtual_host
            });
            if declared.is_none() && !is_predeclared(&message.exchange) {
                let (exchange, host) = (&message.exchange, &producer.virtual_host);
                let what = format!(
                    "there is no exchange '{exchange}' in virtual host '{host}'; declare it under \
                     broker.definitions.exchanges"
                );
                return invalid(format!("{place}.exchange"), what);
            }
            if declared.is_some_and(|exchange| exchange.internal) {
                let what =
                    format!("exchange '{}' is internal: clients may not publish to it", message.exchange);
                return invalid(format!("{place}.exchange"), what);
            }
        }
        Ok(())
    }

    fn check_consumer(&self, place: &str, consumer: &ConsumerDocument) -> Result<(), ScenarioError> {
        self.check_virtual_host(place, &consumer.virtual_host)?;
        let definitions = &self.broker.definitions;
        let is_declared = definitions.queues.iter().any(|queue| {
            queue.name == consumer.queue
                && definitions.virtual_host_of(queue.vhost.as_deref()) == consumer.virtual_host
        });
        if is_declared {
            return Ok(());
        }
        let (queue, host) = (&consumer.queue, &consumer.virtual_host);
        let what = format!(
            "there is no queue '{queue}' in virtual host '{host}'; declare it under broker.definitions.queues"
        );
        invalid(format!("{place}.queue"), what)
    }

    fn check_links(&self) -> Result<(), ScenarioError> {
        let clients: Vec<&str> = self.names().into_iter().skip(1).map(|(_, name)| name).collect();
        let mut seen = LiteMap::new_vec();
        for (place, link) in self.links.iter().enumerate() {
            let place = format!("links[{place}].between");
            let [first, second] = &link.between;
            let client = if *first == self.broker.id { second } else { first };
            if ![first, second].contains(&&self.broker.id) || !clients.contains(&client.as_str()) {
                let what = format!(
                    "a link joins the broker ('{}') with a producer or a consumer; '{first}' and '{second}' are not \
                     that",
                    self.broker.id
                );
                return invalid(place, what);
            }
            if seen.insert(client, ()).is_some() {
                return invalid(place, format!("'{client}' is linked to the broker already"));
            }
        }
        Ok(())
    }

    /// The delay between a client and the broker.
    pub fn latency_us(&self, client: &str) -> u64 {
        let link = self.links.iter().find(|link| link.between.iter().any(|end| end == client));
        link.map_or(0, |link| link.latency_us)
    }
}

fn invalid<T>(place: impl Into<String>, what: impl Into<String>) -> Result<T, ScenarioError> {
    Err(ScenarioError::Invalid { format: Format::Scenario, place: place.into(), what: what.into() })
}
