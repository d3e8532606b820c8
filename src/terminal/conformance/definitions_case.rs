//! `mq-oracle-routing/1`: where messages go after importing definitions into an empty broker.

use super::Replayed;
use super::outcome::Outcome;
use super::player::Player;
use super::steps::Step;
use crate::scenario::Definitions;
use serde_json::{Value, json};
use std::path::Path;

/// Replays the probes, each on a broker of its own; the error is the first that goes elsewhere.
pub fn replay(document: &Value, path: &Path) -> Replayed {
    let file = path.with_file_name(document["definitions"].as_str().unwrap_or_default());
    let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let definitions: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let definitions = Definitions::from_json(&definitions).map_err(|error| error.to_string())?;
    let host = document["vhost"].as_str().unwrap_or("/");
    let probes = document["probes"].as_array().filter(|probes| !probes.is_empty());
    for probe in probes.ok_or("a replay of nothing shows nothing")? {
        let mut player = Player::new();
        player
            .act(|broker, cx| crate::scenario::import(broker, cx, &definitions))
            .map_err(|refused| refused.to_string())?;
        player.connect("client", "guest", "guest", host);
        player.open_channel("c", "client");
        player.outcome = Outcome::default();
        let mut publish = probe.clone();
        for (name, value) in [("op", "publish"), ("channel", "c"), ("body", "")] {
            publish[name] = value.into();
        }
        publish["mandatory"] = true.into();
        if let Some(headers) = probe.get("headers") {
            publish["properties"] = json!({ "headers": headers });
        }
        player.perform(Step(&publish))?;
        let queues = player.broker.queues();
        let holding = queues.filter(|(_, queue)| queue.ready_count() > 0 || queue.stream_length() > Some(0));
        let mut reached: Vec<&str> = holding.map(|(_, queue)| player.names.text(queue.name.name)).collect();
        reached.sort_unstable();
        let seen = std::mem::take(&mut player.outcome).into_json(Some(json!({})), json!({}));
        let returned = seen.get("publisher").is_some();
        if json!(reached) != probe["queues"] || json!(returned) != probe["returned"] {
            return Err(format!("{probe}: replayed {reached:?}, returned {returned}"));
        }
    }
    Ok(())
}
