//! Queuescope's own document.

use super::definitions::is_predeclared;
use super::{Definitions, Format, ScenarioError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The version of the form that this program reads and writes.
pub const VERSION: u32 = 1;

/// What is set up: a broker, who sends, who receives, and what lies between. Times are whole microseconds.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the form: 1.
    pub queuescope: u32,
    /// A name for the reader.
    #[serde(default)]
    pub title: String,
    /// A paragraph for the reader.
    #[serde(default)]
    pub about: String,
    /// Where all randomness comes from. At most 2^53 - 1, so that JavaScript holds it exactly.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// The end of the timeline.
    #[serde(default = "default_until")]
    pub until_us: u64,
    /// Simulated seconds per second at which the page plays it at first.
    #[serde(default = "default_speed")]
    pub speed: f64,
    /// The broker.
    pub broker: BrokerDocument,
    /// Who publishes.
    #[serde(default)]
    pub producers: Vec<ProducerDocument>,
    /// Who consumes.
    #[serde(default)]
    pub consumers: Vec<ConsumerDocument>,
    /// Links of producers and consumers to the broker. Where there is none, what is sent arrives at once.
    #[serde(default)]
    pub links: Vec<LinkDocument>,
}

/// The broker of a scenario.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerDocument {
    /// Its name.
    #[serde(default = "default_broker")]
    pub id: String,
    /// What is declared in it, in the form of RabbitMQ's definitions.
    #[serde(default)]
    pub definitions: Definitions,
}

/// A producer of a scenario.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerDocument {
    /// Its name.
    pub id: String,
    /// The virtual host it publishes in.
    #[serde(default = "default_virtual_host")]
    pub virtual_host: String,
    /// When it publishes.
    pub arrivals: Arrivals,
    /// What it publishes, in turn.
    pub messages: Vec<MessageDocument>,
    /// How many messages it publishes at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// When a producer publishes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MessageDocument {
    /// The exchange; empty is the default exchange.
    #[serde(default)]
    pub exchange: String,
    /// The routing key.
    #[serde(default)]
    pub routing_key: String,
    /// Headers.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// The body as text.
    #[serde(default)]
    pub body: String,
    /// Whether it is to come back if no queue takes it.
    #[serde(default)]
    pub mandatory: bool,
}

/// A consumer of a scenario.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerDocument {
    /// Its name, which is its consumer tag as well.
    pub id: String,
    /// The virtual host of the queue.
    #[serde(default = "default_virtual_host")]
    pub virtual_host: String,
    /// The queue.
    pub queue: String,
    /// How many messages it may hold unacknowledged; 0 is any number.
    #[serde(default)]
    pub prefetch: u16,
    /// How it acknowledges.
    #[serde(default)]
    pub acknowledgement: Acknowledgement,
    /// How long it works on a message.
    pub service: Service,
}

/// How a consumer acknowledges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledgement {
    /// When the work is done.
    #[default]
    Manual,
    /// Not at all: the broker takes a message for done when it is sent.
    Automatic,
}

/// How long a consumer works on a message.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
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
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LinkDocument {
    /// The names of its two ends.
    pub between: [String; 2],
    /// The delay in each direction.
    #[serde(default)]
    pub latency_us: u64,
}

/// The seed when a document names none.
pub(super) fn default_seed() -> u64 {
    1
}

/// The end of the timeline when a document names none: 30 s.
pub(super) fn default_until() -> u64 {
    30_000_000
}

fn default_speed() -> f64 {
    1.0
}

/// The name of a broker that has none.
pub(super) fn default_broker() -> String {
    "broker".to_owned()
}

fn default_virtual_host() -> String {
    "/".to_owned()
}

/// The largest whole number that JavaScript holds exactly.
pub(crate) const LARGEST_EXACT: u64 = (1 << 53) - 1;

impl Scenario {
    /// Checks what the form alone does not show.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn check(&self) -> Result<(), ScenarioError> {
        if self.queuescope != VERSION {
            return invalid(
                "queuescope",
                format!("version {} is not known; write {VERSION}", self.queuescope),
            );
        }
        if self.seed > LARGEST_EXACT {
            return invalid("seed", format!("{} is too large; at most {LARGEST_EXACT}", self.seed));
        }
        if self.until_us == 0 || self.until_us > LARGEST_EXACT {
            return invalid("until_us", format!("must be from 1 to {LARGEST_EXACT}"));
        }
        if !(0.001..=1_000_000.0).contains(&self.speed) {
            return invalid("speed", "must be from 0.001 to 1000000 simulated seconds per second");
        }
        self.broker.definitions.check("broker.definitions.")?;
        self.check_names()?;
        for (place, producer) in self.producers.iter().enumerate() {
            self.check_producer(&format!("producers[{place}]"), producer)?;
        }
        for (place, consumer) in self.consumers.iter().enumerate() {
            self.check_consumer(&format!("consumers[{place}]"), consumer)?;
        }
        self.check_links()
    }

    fn names(&self) -> impl Iterator<Item = (String, &str)> {
        let broker = std::iter::once(("broker.id".to_owned(), self.broker.id.as_str()));
        let producers = self.producers.iter().enumerate();
        let consumers = self.consumers.iter().enumerate();
        broker
            .chain(producers.map(|(place, each)| (format!("producers[{place}].id"), each.id.as_str())))
            .chain(consumers.map(|(place, each)| (format!("consumers[{place}].id"), each.id.as_str())))
    }

    fn check_names(&self) -> Result<(), ScenarioError> {
        let mut seen = BTreeSet::new();
        for (place, name) in self.names() {
            if name.is_empty() || name.len() > 255 {
                return invalid(place, "a name has 1 to 255 bytes");
            }
            if !seen.insert(name) {
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
        match producer.arrivals {
            Arrivals::Constant { interval_us: 0 } => {
                return invalid(format!("{place}.arrivals.constant.interval_us"), "must be at least 1");
            }
            Arrivals::Poisson { per_second } if !(1e-9..=1e6).contains(&per_second) => {
                let what = "must be a number above 0 and at most 1000000";
                return invalid(format!("{place}.arrivals.poisson.per_second"), what);
            }
            _ => {}
        }
        if producer.messages.is_empty() {
            return invalid(format!("{place}.messages"), "there must be at least one message to publish");
        }
        let definitions = &self.broker.definitions;
        for (number, message) in producer.messages.iter().enumerate() {
            let place = format!("{place}.messages[{number}]");
            if message.routing_key.len() > 255 {
                return invalid(format!("{place}.routing_key"), "a routing key has at most 255 bytes");
            }
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
        let clients: BTreeSet<&str> = self.names().skip(1).map(|(_, name)| name).collect();
        let mut seen = BTreeSet::new();
        for (place, link) in self.links.iter().enumerate() {
            let place = format!("links[{place}].between");
            let [first, second] = &link.between;
            let client = if *first == self.broker.id { second } else { first };
            if ![first, second].contains(&&self.broker.id) || !clients.contains(client.as_str()) {
                let what = format!(
                    "a link joins the broker ('{}') with a producer or a consumer; '{first}' and '{second}' are not \
                     that",
                    self.broker.id
                );
                return invalid(place, what);
            }
            if !seen.insert(client) {
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
