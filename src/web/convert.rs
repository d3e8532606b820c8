//! Values across the border: commands and questions from plain objects, facts to plain objects.

use super::error::{of_command, of_input};
use super::number::{time, whole};
use super::object::{error, json};
use crate::facts::{Fact, Field, Recording, Sentence};
use crate::ids::{MessageId, Names};
use crate::simulation::{self, Biography, Command, Condition, Picture, SequenceQuery, World};
use crate::time::Time;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// What a run is to record.
pub fn recording(word: Option<&str>) -> Result<Recording, JsValue> {
    match word {
        None | Some("everything") => Ok(Recording::Everything),
        Some("numbers") => Ok(Recording::Numbers),
        Some(other) => {
            let message = format!("A run records \"everything\" or \"numbers\", not \"{other}\".");
            Err(error("recording.invalid", "", &message))
        }
    }
}

/// A command as `types.d.ts` describes it, with its text.
pub fn command(value: &JsValue) -> Result<(Command, String), JsValue> {
    let value = json(value);
    let command = Command::from_json(&value).map_err(|problem| of_command(&problem.into()))?;
    Ok((command, value.to_string()))
}

/// A condition as `types.d.ts` describes it.
pub fn condition(value: &JsValue) -> Result<Condition, JsValue> {
    Condition::from_json(&json(value)).map_err(|problem| of_input("condition.invalid", &problem))
}

/// What a sequence diagram is asked to show, as `types.d.ts` describes it; `now` is where it ends if it names no end.
pub fn sequence_query(value: &JsValue, now: Time) -> Result<SequenceQuery, JsValue> {
    let field = |name: &str| js_sys::Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let moment = |name: &str| field(name).as_f64().map(time).transpose();
    let message = field("message").as_f64();
    let message =
        message.map(|number| whole(number, "message.invalid", "The number of a message")).transpose()?;
    Ok(SequenceQuery {
        message: message.map(|number| MessageId(number.try_into().unwrap_or(u32::MAX))),
        from: moment("from")?.unwrap_or(Time::START),
        to: moment("to")?.unwrap_or(now),
        is_folded: field("folded").is_truthy(),
    })
}

/// A biography as `types.d.ts` describes it.
#[derive(Serialize)]
pub struct BiographyOut {
    facts: Vec<FactOut>,
    is_complete: bool,
}

impl BiographyOut {
    /// The biography with the words and the ids of its simulation.
    pub fn new(biography: &Biography, simulation: &simulation::Simulation) -> BiographyOut {
        let (world, picture) = (simulation.world(), simulation.picture());
        let facts = biography.facts.iter();
        BiographyOut {
            facts: facts.map(|(index, fact)| FactOut::new(*index, fact, world, picture)).collect(),
            is_complete: biography.is_complete,
        }
    }
}

/// A fact as `types.d.ts` describes it.
#[derive(Serialize)]
pub struct FactOut {
    index: u64,
    step: u64,
    time: u64,
    sentence: Sentence,
    rule: Option<RuleOut>,
    message: Option<u32>,
    nodes: Vec<String>,
}

#[derive(Serialize)]
struct RuleOut {
    key: &'static str,
    page: &'static str,
    path: &'static str,
}

impl FactOut {
    /// The fact with that index, its nodes by their ids: the picture may have become another since.
    pub fn new(index: u64, fact: &Fact, world: &World, picture: &Picture) -> FactOut {
        FactOut::with_names(index, fact, world.names(), picture)
    }

    /// The same in the names of another run.
    pub fn with_names(index: u64, fact: &Fact, names: &Names, picture: &Picture) -> FactOut {
        let mut nodes = Vec::new();
        fact.event.fields(&mut |_, field| {
            nodes.extend(match field {
                Field::Client(client) => picture.client_id(client.0).map(str::to_owned),
                Field::Exchange(exchange) => Some(simulation::exchange_id(names, exchange)),
                Field::Queue(queue) => Some(simulation::queue_id(names, queue)),
                _ => None,
            });
        });
        let rule = fact.event.rule().map(|rule| {
            let (page, path) = rule.documentation();
            RuleOut { key: rule.key(), page, path }
        });
        FactOut {
            index,
            step: fact.step,
            time: fact.time.as_us(),
            sentence: Sentence::of_event(&fact.event, names),
            rule,
            message: fact.event.message().map(|message| message.0),
            nodes,
        }
    }
}
