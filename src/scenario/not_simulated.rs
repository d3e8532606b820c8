//! What a document says and the simulation does not act on. It is listed for the reader, never dropped silently.

use super::{Definitions, Scenario};
use litemap::LiteMap;
use serde::Serialize;

/// The arguments of queues that are acted on.
pub const SIMULATED_QUEUE_ARGUMENTS: &[&str] = &[
    "x-dead-letter-exchange",
    "x-dead-letter-routing-key",
    "x-dead-letter-strategy",
    "x-delivery-limit",
    "x-expires",
    "x-max-age",
    "x-max-length",
    "x-max-length-bytes",
    "x-max-priority",
    "x-message-ttl",
    "x-overflow",
    "x-queue-mode",
    "x-queue-type",
    "x-single-active-consumer",
    "x-stream-max-segment-size-bytes",
];

/// The arguments of exchanges that are acted on.
pub const SIMULATED_EXCHANGE_ARGUMENTS: &[&str] = &["alternate-exchange"];

/// Something that is not acted on, and where the document has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotSimulated {
    /// Its name in the document.
    pub name: String,
    /// The places.
    pub places: Vec<String>,
}

/// Everything in the document that is not acted on, by name.
pub fn not_simulated(scenario: &Scenario) -> Vec<NotSimulated> {
    let mut found: LiteMap<String, Vec<String>> = LiteMap::new_vec();
    let mut note = |name: &str, place: String| found.entry(name.to_owned()).or_default().push(place);
    let definitions = &scenario.broker.definitions;
    let has_hosts = definitions.virtual_hosts().len() > 1;
    let place_of = |kind: &str, name: &str, host: Option<&str>| match host {
        Some(host) if has_hosts => format!("{kind} {name} in {host}"),
        _ => format!("{kind} {name}"),
    };
    for queue in &definitions.queues {
        for argument in
            queue.arguments.keys().filter(|name| !SIMULATED_QUEUE_ARGUMENTS.contains(&name.as_str()))
        {
            note(argument, place_of("queue", &queue.name, queue.vhost.as_deref()));
        }
    }
    for exchange in &definitions.exchanges {
        let arguments = exchange.arguments.keys();
        for argument in arguments.filter(|name| !SIMULATED_EXCHANGE_ARGUMENTS.contains(&name.as_str())) {
            note(argument, place_of("exchange", &exchange.name, exchange.vhost.as_deref()));
        }
    }
    note_parameters(definitions, note);
    found.into_iter().map(|(name, places)| NotSimulated { name, places }).collect()
}

/// Runtime parameters besides operator policies and limits of virtual hosts: shovels, federation.
fn note_parameters(definitions: &Definitions, mut note: impl FnMut(&str, String)) {
    for (number, parameter) in definitions.parameters.iter().enumerate() {
        let text = |field: &str| parameter.get(field).and_then(|value| value.as_str());
        let component = text("component").unwrap_or("parameter");
        if !["operator_policy", "vhost-limits"].contains(&component) {
            note(component, text("name").map_or_else(|| format!("parameters[{number}]"), str::to_owned));
        }
    }
}
