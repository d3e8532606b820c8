//! Reading JSON with a finger on the place: every complaint names it.

use super::{Format, ScenarioError};
use serde_json::{Map, Value};

/// A value of a document with its place in it. The place is put into words only when there is something to complain
/// of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    format: Format,
    /// What it is a part of, and which part.
    whole: Option<&'a Reader<'a>>,
    part: Part<'a>,
    value: &'a Value,
}

/// Which part of something larger a value is.
#[derive(Clone, Copy, Debug)]
enum Part<'a> {
    Document,
    Field(&'a str),
    Entry(usize),
}

type Read<T> = Result<T, ScenarioError>;

impl<'a> Reader<'a> {
    /// The whole document.
    pub fn new(format: Format, value: &'a Value) -> Reader<'a> {
        Reader { format, whole: None, part: Part::Document, value }
    }

    /// The same value as a field of something larger.
    pub fn within(self, name: &'a str) -> Reader<'a> {
        Reader { part: Part::Field(name), ..self }
    }

    /// An error at this place.
    pub fn invalid<T>(&self, what: impl Into<String>) -> Read<T> {
        Err(self.complaint(what.into()))
    }

    fn complaint(&self, what: String) -> ScenarioError {
        ScenarioError::invalid(self.format, self.place(), what)
    }

    /// As a path from the top such as `bindings[3].destination`; empty for the whole.
    fn place(&self) -> String {
        let mut place = self.whole.map(Reader::place).unwrap_or_default();
        match self.part {
            Part::Document => {}
            Part::Field(name) => {
                let dot = if place.is_empty() { "" } else { "." };
                place.extend([dot, name]);
            }
            Part::Entry(number) => place.push_str(&format!("[{number}]")),
        }
        place
    }

    fn expected(&self, what: &str) -> ScenarioError {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.complaint(format!("there must be {what} here, not {found}"))
    }

    fn part(&'a self, part: Part<'a>, value: &'a Value) -> Reader<'a> {
        Reader { format: self.format, whole: Some(self), part, value }
    }

    /// The fields of an object.
    pub fn fields(&self) -> Read<&'a Map<String, Value>> {
        match self.value {
            Value::Object(fields) => Ok(fields),
            _ => Err(self.expected("an object")),
        }
    }

    /// The fields of an object with their names.
    pub fn members(&self) -> Read<impl Iterator<Item = (&str, Reader<'_>)>> {
        Ok(self.fields()?.iter().map(|(name, value)| (name.as_str(), self.part(Part::Field(name), value))))
    }

    /// Complains of any field whose name is not among `known`: a misspelt field would be without effect.
    #[inline(never)]
    pub fn only(&self, known: &[&str]) -> Read<()> {
        match self.fields()?.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, value)) => {
                let known = known.join(", ");
                let what = format!("there is no field of this name; there are {known}");
                self.part(Part::Field(name), value).invalid(what)
            }
        }
    }

    /// A field that may be absent.
    pub fn optional(&self, name: &str) -> Read<Option<Reader<'_>>> {
        let field = self.fields()?.get_key_value(name);
        Ok(field.map(|(name, value)| self.part(Part::Field(name), value)))
    }

    /// A field that must be there.
    pub fn required(&self, name: &str) -> Read<Reader<'_>> {
        match self.optional(name)? {
            Some(field) => Ok(field),
            None => self.invalid(format!("the field \"{name}\" is missing here")),
        }
    }

    /// The whole number in a field, or `absent` where there is none.
    #[inline(never)]
    pub fn whole_or(&self, name: &str, absent: u64, (least, most): (u64, u64)) -> Read<u64> {
        Ok(self.optional_whole(name, (least, most))?.unwrap_or(absent))
    }

    /// The whole number in a field that may be absent.
    #[inline(never)]
    pub fn optional_whole(&self, name: &str, (least, most): (u64, u64)) -> Read<Option<u64>> {
        self.optional(name)?.map(|field| field.whole(least, most)).transpose()
    }

    /// The whole number in a field that must be there.
    #[inline(never)]
    pub fn required_whole(&self, name: &str, (least, most): (u64, u64)) -> Read<u64> {
        self.required(name)?.whole(least, most)
    }

    /// The number in a field, or `absent` where there is none.
    #[inline(never)]
    pub fn number_or(&self, name: &str, absent: f64, range: (f64, f64), words: &str) -> Read<f64> {
        match self.optional(name)? {
            Some(field) => field.number(range, words),
            None => Ok(absent),
        }
    }

    /// The truth value in a field, or false where there is none.
    #[inline(never)]
    pub fn flag(&self, name: &str) -> Read<bool> {
        match self.optional(name)? {
            Some(field) => field.truth(),
            None => Ok(false),
        }
    }

    /// The text of at most 255 bytes in a field, or an empty one where there is none.
    #[inline(never)]
    pub fn short_text_or_empty(&self, name: &str) -> Read<String> {
        match self.optional(name)? {
            Some(field) => field.short_text(),
            None => Ok(String::new()),
        }
    }

    /// Reads a field by `read`, or takes `absent` where there is none.
    pub fn field<'b, T>(
        &'b self,
        name: &str,
        absent: T,
        read: impl FnOnce(&Reader<'b>) -> Read<T>,
    ) -> Read<T> {
        match self.optional(name)? {
            Some(field) => read(&field),
            None => Ok(absent),
        }
    }

    /// The entries of a list.
    pub fn entries(&self) -> Read<impl Iterator<Item = Reader<'_>>> {
        let Value::Array(entries) = self.value else { return Err(self.expected("a list")) };
        Ok(entries.iter().enumerate().map(|(number, value)| self.part(Part::Entry(number), value)))
    }

    /// Reads every entry of a list.
    pub fn each<'b, T>(&'b self, read: impl Fn(&Reader<'b>) -> Read<T>) -> Read<Vec<T>> {
        // A loop, since to collect results is much code for each type.
        let mut found = Vec::new();
        for entry in self.entries()? {
            found.push(read(&entry)?);
        }
        Ok(found)
    }

    /// Reads every entry of the list under `name`, which may be absent.
    pub fn list<T>(&self, name: &str, read: impl Fn(&Reader) -> Read<T>) -> Read<Vec<T>> {
        match self.optional(name)? {
            Some(list) => list.each(read),
            None => Ok(Vec::new()),
        }
    }

    /// The name and the value of an object's only field, as in `{"poisson": {…}}`.
    pub fn choice(&self) -> Read<(&str, Reader<'_>)> {
        let fields = self.fields()?;
        match fields.iter().next() {
            Some((name, value)) if fields.len() == 1 => Ok((name, self.part(Part::Field(name), value))),
            _ => Err(self.expected("an object with exactly one field")),
        }
    }

    /// A text.
    #[inline(never)]
    pub fn text(&self) -> Read<String> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            _ => Err(self.expected("a text")),
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
            _ => Err(self.expected("true or false")),
        }
    }

    /// A whole number in a range.
    #[inline(never)]
    pub fn whole(&self, least: u64, most: u64) -> Read<u64> {
        match self.value.as_u64() {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            _ => self.invalid(format!("there must be a whole number from {least} to {most} here")),
        }
    }

    /// A number in a range, which `range` says in words.
    #[inline(never)]
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
