//! Reading JSON with a finger on the place: every complaint names it.

use super::{Format, ScenarioError};
use serde_json::{Map, Value};

/// A value of a document with its place in it.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    format: Format,
    place: String,
    value: &'a Value,
}

type Read<T> = Result<T, ScenarioError>;

impl<'a> Reader<'a> {
    /// The whole document.
    pub fn new(format: Format, value: &'a Value) -> Reader<'a> {
        Reader { format, place: String::new(), value }
    }

    /// The same value as a part of something larger.
    pub fn within(self, place: &str) -> Reader<'a> {
        Reader { place: place.to_owned(), ..self }
    }

    /// An error at this place.
    pub fn invalid<T>(&self, what: impl Into<String>) -> Read<T> {
        Err(ScenarioError::Invalid { format: self.format, place: self.place.clone(), what: what.into() })
    }

    fn expected<T>(&self, what: &str) -> Read<T> {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.invalid(format!("there must be {what} here, not {found}"))
    }

    fn part(&self, suffix: &str, value: &'a Value) -> Reader<'a> {
        let dot = if self.place.is_empty() || suffix.starts_with('[') { "" } else { "." };
        Reader { format: self.format, place: format!("{}{dot}{suffix}", self.place), value }
    }

    /// The fields of an object.
    pub fn fields(&self) -> Read<&'a Map<String, Value>> {
        match self.value {
            Value::Object(fields) => Ok(fields),
            _ => self.expected("an object"),
        }
    }

    /// The fields of an object with their names.
    pub fn members(&self) -> Read<std::vec::IntoIter<(&'a str, Reader<'a>)>> {
        let mut members = Vec::new();
        for (name, value) in self.fields()? {
            members.push((name.as_str(), self.part(name, value)));
        }
        Ok(members.into_iter())
    }

    /// Complains of any field whose name is not among `known`: a misspelt field would be without effect.
    pub fn only(&self, known: &[&str]) -> Read<()> {
        match self.fields()?.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, value)) => {
                let known = known.join(", ");
                self.part(name, value).invalid(format!("there is no field of this name; there are {known}"))
            }
        }
    }

    /// A field that may be absent.
    pub fn optional(&self, name: &str) -> Read<Option<Reader<'a>>> {
        Ok(self.fields()?.get(name).map(|value| self.part(name, value)))
    }

    /// A field that must be there.
    pub fn required(&self, name: &str) -> Read<Reader<'a>> {
        match self.optional(name)? {
            Some(field) => Ok(field),
            None => self.invalid(format!("the field \"{name}\" is missing here")),
        }
    }

    /// Reads a field by `read`, or takes `absent` where there is none.
    pub fn field<T>(&self, name: &str, absent: T, read: impl FnOnce(&Reader<'a>) -> Read<T>) -> Read<T> {
        match self.optional(name)? {
            Some(field) => read(&field),
            None => Ok(absent),
        }
    }

    /// The entries of a list.
    pub fn entries(&self) -> Read<std::vec::IntoIter<Reader<'a>>> {
        let Value::Array(entries) = self.value else { return self.expected("a list") };
        let mut parts = Vec::new();
        for (number, value) in entries.iter().enumerate() {
            parts.push(self.part(&format!("[{number}]"), value));
        }
        Ok(parts.into_iter())
    }

    /// Reads every entry of this list. A loop, not a chain of iterators: it weighs less in wasm.
    pub fn each<T>(&self, read: impl Fn(&Reader<'a>) -> Read<T>) -> Read<Vec<T>> {
        let mut all = Vec::new();
        for entry in self.entries()? {
            all.push(read(&entry)?);
        }
        Ok(all)
    }

    /// Reads every entry of the list under `name`, which may be absent.
    pub fn list<T>(&self, name: &str, read: impl Fn(&Reader<'a>) -> Read<T>) -> Read<Vec<T>> {
        match self.optional(name)? {
            Some(list) => list.each(read),
            None => Ok(Vec::new()),
        }
    }

    /// The name and the value of an object's only field, as in `{"poisson": {…}}`.
    pub fn choice(&self) -> Read<(&'a str, Reader<'a>)> {
        let fields = self.fields()?;
        match fields.iter().next() {
            Some((name, value)) if fields.len() == 1 => Ok((name, self.part(name, value))),
            _ => self.expected("an object with exactly one field"),
        }
    }

    /// A text.
    pub fn text(&self) -> Read<String> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            _ => self.expected("a text"),
        }
    }

    /// A text of 1 to 255 bytes, as AMQP's names are.
    pub fn name(&self) -> Read<String> {
        let text = self.text()?;
        if text.is_empty() || text.len() > 255 { self.invalid("a name has 1 to 255 bytes") } else { Ok(text) }
    }

    /// A text of at most 255 bytes, as AMQP's routing keys are.
    pub fn short_text(&self) -> Read<String> {
        let text = self.text()?;
        if text.len() > 255 { self.invalid("this text has at most 255 bytes") } else { Ok(text) }
    }

    /// A truth value.
    pub fn truth(&self) -> Read<bool> {
        match self.value {
            Value::Bool(holds) => Ok(*holds),
            _ => self.expected("true or false"),
        }
    }

    /// A whole number in a range.
    pub fn whole(&self, least: u64, most: u64) -> Read<u64> {
        match self.value.as_u64() {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            _ => self.invalid(format!("there must be a whole number from {least} to {most} here")),
        }
    }

    /// A number in a range, which `range` says in words.
    pub fn number(&self, (least, most): (f64, f64), range: &str) -> Read<f64> {
        match self.value.as_f64() {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            _ => self.invalid(format!("there must be a number {range} here")),
        }
    }

    /// An object taken as it is.
    pub fn table(&self) -> Read<Map<String, Value>> {
        self.fields().cloned()
    }

    /// The value as it is.
    pub fn raw(&self) -> Read<Value> {
        Ok(self.value.clone())
    }
}
