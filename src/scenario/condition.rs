//! What a run can be stopped at, as the page and the breakpoints of a document give it.

use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{Format, ScenarioError};
use crate::facts::{Event, Happening};
use crate::ids::MessageId;
use crate::time::Time;
use serde_json::Value;

/// What a condition is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// Something of that kind happens.
    Happening(Happening),
    /// A fact with that key of the catalogue.
    Fact(&'static str),
    /// A queue comes to have more ready messages than that.
    QueueLonger(u64),
    /// Anything, with a message or at a node.
    Anything,
    /// A moment is reached.
    Time(Time),
}

/// A condition that holds or not after a step, by one of the facts of that step; that of a time holds by none.
///
/// In JSON: `{"when": "redelivery"}`, with `"node"` (an id or a name) and `"message"` (a number) where only that one
/// counts. `when` is one of `loss`, `dead_letter`, `redelivery`, `return`, `error`, `intervention`; `fact` with `"key"`;
/// `queue_longer` with `"than"`; `anything`; `time` with `"at_us"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// What it is about.
    pub watch: Watch,
    /// The node that must take part.
    pub node: Option<String>,
    /// The message that it must happen to.
    pub message: Option<MessageId>,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// When a field is missing, is not known or has a wrong value, with its place.
    pub fn from_json(value: &Value) -> Result<Condition, ScenarioError> {
        Condition::read(&Reader::new(Format::Scenario, value))
    }

    /// Reads a list of conditions.
    ///
    /// # Errors
    /// When one of them is wrong, with its place.
    pub fn list_from_json(value: &Value) -> Result<Vec<Condition>, ScenarioError> {
        Reader::new(Format::Scenario, value).each(Condition::read)
    }

    /// As it is read.
    pub fn to_json(&self) -> Value {
        let mut fields = serde_json::Map::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        match &self.watch {
            Watch::Happening(happening) => put("when", happening.name().into()),
            Watch::Anything => put("when", "anything".into()),
            Watch::Fact(key) => {
                put("when", "fact".into());
                put("key", (*key).into())
            }
            Watch::QueueLonger(than) => {
                put("when", "queue_longer".into());
                put("than", (*than).into())
            }
            Watch::Time(time) => {
                put("when", "time".into());
                put("at_us", time.as_us().into())
            }
        };
        if let Some(node) = &self.node {
            put("node", node.clone().into());
        }
        if let Some(message) = self.message {
            put("message", message.0.into());
        }
        Value::Object(fields)
    }

    pub(super) fn read(reader: &Reader) -> Result<Condition, ScenarioError> {
        let when = reader.required("when")?;
        let word = when.text()?;
        let (watch, own) = match word.as_str() {
            "fact" => {
                let key = reader.required("key")?;
                let text = key.text()?;
                let Some(known) = Event::KEYS.iter().find(|known| **known == text) else {
                    return key.invalid(
                        "there is no fact of this key; keys are those of facts, such as message.delivered",
                    );
                };
                (Watch::Fact(known), "key")
            }
            "queue_longer" => {
                (Watch::QueueLonger(reader.required_whole("than", (0, LARGEST_EXACT))?), "than")
            }
            "time" => {
                let at = reader.required_whole("at_us", (0, LARGEST_EXACT))?;
                reader.only(&["when", "at_us"])?;
                (Watch::Time(Time::from_us(at)), "at_us")
            }
            "anything" => (Watch::Anything, "when"),
            _ => match Happening::ALL.into_iter().find(|known| known.name() == word) {
                Some(happening) => (Watch::Happening(happening), "when"),
                None => {
                    let known = Happening::ALL.map(Happening::name).join(", ");
                    return when
                        .invalid(format!("a run stops at {known}, fact, queue_longer, anything or time"));
                }
            },
        };
        reader.only(&["when", "node", "message", own])?;
        let message = reader.optional_whole("message", (1, u32::MAX.into()))?;
        let message = message.map(|number| MessageId(number as u32));
        let node = reader.optional("node")?.map(|node| node.text()).transpose()?;
        if watch == Watch::Anything && node.is_none() && message.is_none() {
            return reader.invalid("name a \"node\" or a \"message\": a run would stop at every step");
        }
        Ok(Condition { watch, node, message })
    }
}
