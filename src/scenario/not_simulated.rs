//! What a document says and the simulation does not act on. It is listed for the reader, never dropped silently.

use super::{Definitions, Scenario};
use litemap::LiteMap;
use serde::Serialize;

/// The arguments of queues that are acted on.
pub const SIMULATED_QUEUE_ARGUMENTS: &[&str] = &[];

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
    note_sections(definitions, note);
    found.into_iter().map(|(name, places)| NotSimulated { name, places }).collect()
}

fn note_sections(definitions: &Definitions, mut note: impl FnMut(&str, String)) {
    let sections = [
        ("users", &definitions.users),
        ("permissions", &definitions.permissions),
        ("topic_permissions", &definitions.topic_permissions),
        ("policies", &definitions.policies),
        ("parameters", &definitions.parameters),
    ];
    for (section, entries) in sections {
        for (number, entry) in entries.iter().enumerate() {
            let name = ["name", "user"].iter().find_map(|field| entry.get(field)?.as_str());
            note(section, name.map_or_else(|| format!("{section}[{number}]"), str::to_owned));
        }
    }
}
