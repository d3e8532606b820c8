//! What a fact says to a person: a key of the catalogue and what to put into its gaps.

use super::{Event, Field, Rule};
use crate::ids::Names;
use crate::time::Time;

/// A key of the catalogue with parameters. The words stand in the catalogue, one for each language.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// The key.
    pub key: &'static str,
    /// What goes into the gaps, by name.
    pub parameters: Vec<(&'static str, Parameter)>,
}

/// What goes into a gap.
#[derive(Clone, Debug, PartialEq)]
pub enum Parameter {
    /// A name or a moment as people read it.
    Text(String),
    /// A count.
    Number(u64),
}

impl Parameter {
    /// A moment; nothing where nobody knows it yet, as of what TCP carries or what waits for its link.
    pub fn moment(time: Time) -> Option<Parameter> {
        (time != Time::UNKNOWN).then(|| Parameter::Text(time.to_string()))
    }
}

impl Sentence {
    /// The sentence for an event.
    pub fn of_event(event: &Event, names: &Names) -> Sentence {
        let mut parameters = Vec::new();
        event.fields(&mut |name, field| {
            let parameter = match field {
                Field::Message(message) => Parameter::Text(format!("m{}", message.0)),
                Field::Client(client) => Parameter::Text(names.text(client.0).to_owned()),
                Field::Exchange(exchange) => Parameter::Text(shown_exchange(names.text(exchange.name))),
                Field::Queue(queue) => Parameter::Text(names.text(queue.name).to_owned()),
                Field::Text(text) => Parameter::Text(names.text(text).to_owned()),
                Field::Number(number) => Parameter::Number(number),
                Field::Time(time) => match Parameter::moment(time) {
                    Some(moment) => moment,
                    None => return,
                },
                Field::Flag(flag) => Parameter::Number(flag.into()),
                Field::Rule(_) => return,
            };
            parameters.push((name, parameter));
        });
        Sentence { key: event.key(), parameters }
    }

    /// The sentence that states a rule.
    pub fn of_rule(rule: Rule) -> Sentence {
        Sentence { key: rule.key(), parameters: Vec::new() }
    }
}

/// The name of an exchange as it is shown: AMQP's default exchange has an empty name.
pub(crate) fn shown_exchange(name: &str) -> String {
    if name.is_empty() { "(default)".to_owned() } else { name.to_owned() }
}

/// As JavaScript gets it: `{key, parameters: {name: value}}`.
impl serde::Serialize for Sentence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut sentence = serializer.serialize_struct("Sentence", 2)?;
        sentence.serialize_field("key", self.key)?;
        sentence.serialize_field("parameters", &Parameters(&self.parameters))?;
        sentence.end()
    }
}

struct Parameters<'a>(&'a [(&'static str, Parameter)]);

impl serde::Serialize for Parameters<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, parameter)| (name, parameter)))
    }
}

impl serde::Serialize for Parameter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Parameter::Text(text) => serializer.serialize_str(text),
            Parameter::Number(number) => serializer.serialize_u64(*number),
        }
    }
}
