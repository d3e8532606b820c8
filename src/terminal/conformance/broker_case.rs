//! `mq-oracle/1`: a scenario on a broker with the outcome of every step.

use super::Replayed;
use super::compare::difference;
use super::outcome::Outcome;
use super::player::Player;
use super::steps::Step;
use crate::time::Span;
use serde_json::Value;

/// Replays a case; the error is the first difference.
pub fn replay(document: &Value) -> Replayed {
    let scenario = &document["scenario"];
    let mut player = Player::new();
    set_up(&mut player, scenario)?;
    let steps = list(scenario, "steps");
    let observed = list(&document["observed"], "steps");
    if steps.is_empty() || steps.len() != observed.len() {
        return Err(format!(
            "{} steps and {} outcomes: there must be as many, and some",
            steps.len(),
            observed.len()
        ));
    }
    let unstable: Vec<String> = list(&document["observed"], "unstable")
        .iter()
        .filter_map(|path| path.as_str().map(str::to_owned))
        .collect();
    for (number, (step, recorded)) in steps.iter().zip(observed).enumerate() {
        player.outcome = Outcome::default();
        let at =
            |what: String| format!("step {} ({}): {what}", number + 1, step["op"].as_str().unwrap_or("?"));
        let reply = player.perform(Step(step)).map_err(at)?;
        // Timers that fall due in the same instant belong to the step.
        player.pass(Span::ZERO);
        let replayed = std::mem::take(&mut player.outcome).into_json(reply, player.depths());
        if let Some(what) = difference(recorded, &replayed, &unstable, number) {
            return Err(at(what));
        }
    }
    Ok(())
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What stands before the first step (section 1.1).
fn set_up(player: &mut Player, scenario: &Value) -> Replayed {
    let setting = |name: &str, absent: u64| {
        scenario
            .get("settings")
            .and_then(|settings| settings.get(name))
            .and_then(Value::as_u64)
            .unwrap_or(absent)
    };
    let timeout = Span::from_ms(setting("consumer_timeout", 1_800_000));
    player.broker.set_consumer_timeout(timeout, Span::from_ms(setting("channel_tick_interval", 60_000)));
    let timeout = Span::from_ms(setting("dead_letter_worker_publisher_confirm_timeout", 180_000));
    let most = setting("dead_letter_worker_consumer_prefetch", 32) as usize;
    player.broker.set_dead_letter_worker(timeout, most);
    for host in list(scenario, "vhosts").iter().filter_map(Value::as_str) {
        player.broker.add_virtual_host(host, &mut player.names);
        player.broker.permit("guest", host, [".*"; 3])?;
    }
    for user in list(scenario, "users") {
        let text = |name: &str| user.get(name).and_then(Value::as_str);
        let name = text("name").unwrap_or_default();
        player.broker.add_user(name, text("password").unwrap_or_default());
        player.passwords.insert(name.to_owned(), text("password").unwrap_or_default().to_owned());
        if let (Some(configure), Some(write), Some(read)) = (text("configure"), text("write"), text("read")) {
            player.broker.permit(name, "/", [configure, write, read])?;
        }
        for topic in list(user, "topic_permissions") {
            let text = |name: &str| topic.get(name).and_then(Value::as_str).unwrap_or_default();
            player.broker.permit_topics(name, "/", text("exchange"), [text("write"), text("read")])?;
        }
    }
    let empty = Value::Null;
    let topology = scenario.get("topology").unwrap_or(&empty);
    for policy in list(topology, "policies") {
        let mut policy = policy.clone();
        policy["op"] = "set_policy".into();
        player.intervene(Step(&policy))?;
    }
    player.connect("_setup", "guest", "guest", "/");
    player.open_channel("_setup", "_setup");
    for (kind, op) in [("exchanges", "declare_exchange"), ("queues", "declare_queue"), ("bindings", "bind")] {
        for entry in list(topology, kind) {
            let mut step = entry.clone();
            let op = if entry.get("destination").is_some() { "bind_exchange" } else { op };
            step["op"] = op.into();
            let method = player.method(Step(&step))?;
            if player.request("_setup", method).is_none() {
                return Err(format!("the topology is refused: {entry}"));
            }
        }
    }
    let disconnect = serde_json::json!({ "op": "disconnect", "connection": "_setup" });
    player.perform(Step(&disconnect))?;
    player.channels.clear();
    for (name, options) in scenario["connections"].as_object().into_iter().flatten() {
        let mut step = options.clone();
        step["op"] = "connect".into();
        step["connection"] = name.as_str().into();
        player.perform(Step(&step))?;
    }
    for (name, options) in scenario["channels"].as_object().into_iter().flatten() {
        let mut step = options.clone();
        step["op"] = "open_channel".into();
        step["channel"] = name.as_str().into();
        player.perform(Step(&step))?;
    }
    Ok(())
}
