//! `mq-oracle-matching/1`: which binding of an exchange lets which message through.

use super::Replayed;
use super::player::Player;
use super::steps::Step;
use serde_json::{Value, json};

/// Replays a table; the error is the first message that goes elsewhere.
pub fn replay(document: &Value) -> Replayed {
    let mut player = Player::new();
    player.connect("client", "guest", "guest", "/");
    player.open_channel("c", "client");
    let declare = json!({
        "op": "declare_exchange", "channel": "c", "name": "exchange", "type": document["exchange_type"],
    });
    player.perform(Step(&declare))?;
    let (bindings, messages) = (document["bindings"].as_array(), document["messages"].as_array());
    let (Some(bindings), Some(messages)) = (bindings, messages) else {
        return Err("there are no bindings or no messages".to_owned());
    };
    if bindings.is_empty() || messages.is_empty() {
        return Err("a replay of nothing shows nothing".to_owned());
    }
    for (number, binding) in bindings.iter().enumerate() {
        let queue = number.to_string();
        player.perform(Step(&json!({ "op": "declare_queue", "channel": "c", "name": queue })))?;
        let mut bind = binding.clone();
        for (name, value) in [("op", "bind"), ("channel", "c"), ("queue", &queue), ("exchange", "exchange")] {
            bind[name] = value.into();
        }
        player.perform(Step(&bind))?.ok_or_else(|| format!("binding {number} is refused: {binding}"))?;
    }
    for (number, message) in messages.iter().enumerate() {
        let mut publish = json!({ "op": "publish", "channel": "c", "exchange": "exchange", "body": "" });
        publish["routing_key"] = message["routing_key"].clone();
        if let Some(headers) = message.get("headers") {
            publish["properties"] = json!({ "headers": headers });
        }
        player.perform(Step(&publish))?;
        let mut reached: Vec<u64> =
            player.take_reached()?.iter().filter_map(|name| name.parse().ok()).collect();
        reached.sort_unstable();
        if json!(reached) != message["matches"] {
            let recorded = &message["matches"];
            return Err(format!("message {number} ({message}): recorded {recorded}, replayed {reached:?}"));
        }
    }
    Ok(())
}

impl Player {
    /// The names of the queues that hold a message; they are emptied by the client's channel `c`.
    pub fn take_reached(&mut self) -> Result<Vec<String>, String> {
        let queues = self.broker.queues();
        let holding = queues.filter(|(_, queue)| queue.ready_count() > 0 || queue.stream_length() > Some(0));
        let names: Vec<String> =
            holding.map(|(_, queue)| self.names.text(queue.name.name).to_owned()).collect();
        for name in &names {
            self.perform(Step(&json!({ "op": "purge", "channel": "c", "queue": name })))?;
        }
        Ok(names)
    }
}
