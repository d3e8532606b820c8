//! The default workload: who publishes and who consumes when a document says only what is declared.
//!
//! For each exchange that is neither internal nor the broker's own, one producer; for each queue, one consumer.

use super::document::{DEFAULT_BROKER, DEFAULT_SEED, DEFAULT_UNTIL_US};
use super::{
    Acknowledgement, Arrivals, BindingDefinition, BrokerDocument, ConsumerDocument, Definitions,
    ExchangeDefinition, LinkDocument, MessageDocument, ProducerDocument, PublishingMode, Scenario,
};
use crate::actors::Distribution;
use crate::broker::Version;
use crate::time::Span;
use litemap::LiteMap;
use serde_json::{Map, Value};

/// Messages per second of each producer.
const PER_SECOND: f64 = 1.0;
/// How many messages each consumer may hold unacknowledged.
const PREFETCH: u16 = 10;
/// How long each consumer works on a message on average.
const SERVICE_MEAN_US: f64 = 200_000.0;
/// The delay of each link: enough to see a message on its way.
const LATENCY_US: u64 = 50_000;

/// A scenario around definitions.
pub fn default_workload(definitions: Definitions) -> Scenario {
    let mut names = LiteMap::new_vec();
    names.insert(DEFAULT_BROKER.to_owned(), ());
    let mut unused = |letter: &str, name: &str, host: &str| {
        let short = format!("{letter}-{name}");
        let id = if names.contains_key(&short) { format!("{short}@{host}") } else { short };
        names.insert(id.clone(), ());
        id
    };
    let mut producers = Vec::new();
    for exchange in definitions.exchanges.iter().filter(|exchange| !exchange.internal) {
        let host = definitions.virtual_host_of(exchange.vhost.as_deref());
        producers.push(ProducerDocument {
            id: unused("P", &exchange.name, host),
            virtual_host: host.to_owned(),
            login: None,
            arrivals: Arrivals::Poisson { per_second: PER_SECOND },
            messages: messages(&definitions, exchange),
            limit: None,
            mode: PublishingMode::Plain,
            retries: None,
            recovers_after_us: None,
        });
    }
    let mut consumers = Vec::new();
    for queue in &definitions.queues {
        let host = definitions.virtual_host_of(queue.vhost.as_deref());
        consumers.push(ConsumerDocument {
            id: unused("C", &queue.name, host),
            virtual_host: host.to_owned(),
            login: None,
            queue: queue.name.clone(),
            prefetch: PREFETCH,
            acknowledgement: Acknowledgement::Manual,
            answers: Vec::new(),
            recovers_after_us: None,
            service: Distribution::Exponential { mean: SERVICE_MEAN_US },
            per_octet_us: 0.0,
            skips_repeated: false,
        });
    }
    let clients = producers.iter().map(|each| &each.id).chain(consumers.iter().map(|each| &each.id));
    let links = clients
        .map(|client| {
            LinkDocument::with_latency([client.clone(), DEFAULT_BROKER.to_owned()], Span::from_us(LATENCY_US))
        })
        .collect();
    Scenario {
        title: String::new(),
        about: String::new(),
        seed: DEFAULT_SEED,
        until_us: DEFAULT_UNTIL_US,
        warm_up_us: 0,
        speed: 0.5,
        broker: BrokerDocument { id: DEFAULT_BROKER.to_owned(), rabbitmq: Version::default(), definitions },
        producers,
        consumers,
        carrier: None,
        links,
        schedule: Vec::new(),
        breakpoints: Vec::new(),
        servers: Vec::new(),
        browsers: Vec::new(),
        sockets: Vec::new(),
    }
}

/// A message for each binding of the exchange, in order; one without a key when it has no binding.
fn messages(definitions: &Definitions, exchange: &ExchangeDefinition) -> Vec<MessageDocument> {
    let host = definitions.virtual_host_of(exchange.vhost.as_deref());
    let of_exchange = definitions.bindings.iter().filter(|binding| {
        binding.source == exchange.name && definitions.virtual_host_of(binding.vhost.as_deref()) == host
    });
    let message = |routing_key, headers| MessageDocument {
        exchange: exchange.name.clone(),
        routing_key,
        headers,
        ..MessageDocument::default()
    };
    let mut messages: Vec<MessageDocument> = of_exchange
        .map(|binding| match exchange.kind.as_str() {
            "topic" => message(satisfying_key(&binding.routing_key), Map::new()),
            "headers" => message(binding.routing_key.clone(), satisfying_headers(binding)),
            _ => message(binding.routing_key.clone(), Map::new()),
        })
        .collect();
    if messages.is_empty() {
        messages.push(message(String::new(), Map::new()));
    }
    messages
}

/// A key that a topic pattern lets through: `*` becomes `x`, `#` becomes nothing.
fn satisfying_key(pattern: &str) -> String {
    let words = pattern.split('.').filter(|word| *word != "#");
    words.map(|word| if word == "*" { "x" } else { word }).collect::<Vec<_>>().join(".")
}

/// Headers that satisfy the arguments of a binding: every argument that counts, with its own value.
fn satisfying_headers(binding: &BindingDefinition) -> Map<String, Value> {
    let mode = binding.arguments.get("x-match").and_then(Value::as_str).unwrap_or("all");
    let counts = |name: &str| name != "x-match" && (mode.ends_with("-with-x") || !name.starts_with("x-"));
    let wanted = binding.arguments.iter().filter(|(name, _)| counts(name));
    let mut headers = Map::new();
    headers.extend(wanted.map(|(name, value)| (name.clone(), value.clone())));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::topic;

    #[test]
    fn the_key_made_for_a_pattern_satisfies_it() {
        for (pattern, key) in
            [("*.order.*", "x.order.x"), ("#.urgent", "urgent"), ("eu.#", "eu"), ("#", ""), ("a.b", "a.b")]
        {
            assert_eq!(satisfying_key(pattern), key);
            assert!(topic::matches(pattern, key), "{pattern} and {key}");
        }
    }
}
