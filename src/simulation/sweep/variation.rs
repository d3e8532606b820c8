//! A field of a document, and the values that it takes.

use super::SweepError;
use super::copies::copy;
use serde_json::{Map, Number, Value};

/// So many values there are between A and B, both included, if nothing is said, unless there are fewer whole numbers.
const STEPS: usize = 11;
/// The most that may be asked for.
const MOST_STEPS: usize = 10_000;
/// The most of a producer or a consumer.
const MOST_COPIES: u64 = 1_000;

/// A field of a document and its values: `PATH=A..B:STEPS` for as many values at equal distances, A and B among them, or
/// `PATH=A,B,C` for just these.
///
/// A path names fields as the errors of documents do: `consumers[0].prefetch`. `count(consumers[0])` is so many of a
/// producer or a consumer: those like it have names and links of their own. Where A and B are written as whole
/// numbers the values are rounded to whole numbers, of which none comes twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Variation {
    path: String,
    values: Vec<Value>,
}

/// A part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Field(&'a str),
    Entry(usize),
}

impl Variation {
    /// Reads one of the forms.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn parse(text: &str) -> Result<Variation, SweepError> {
        let wrong = |what| SweepError::Form { text: text.to_owned(), what };
        let (path, values) = text.split_once('=').ok_or(wrong("there is no = in it"))?;
        let (path, values) = (path.trim(), values.trim());
        let (named, is_count) = counted(path);
        parts(named).ok_or(wrong("the path is made of names, dots and [numbers]"))?;
        let number = |text: &str| {
            let value: Option<Number> = serde_json::from_str(text.trim()).ok();
            value.ok_or(wrong("the values are numbers"))
        };
        let values: Vec<Value> = match values.split_once("..") {
            None => {
                values.split(',').map(|text| number(text).map(Value::Number)).collect::<Result<_, _>>()?
            }
            Some((from, rest)) => {
                let (to, steps) = match rest.split_once(':') {
                    None => (rest, None),
                    Some((to, steps)) => (to, Some(steps)),
                };
                let steps = match steps.map(|steps| steps.trim().parse()) {
                    None => None,
                    Some(Ok(steps @ 1..=MOST_STEPS)) => Some(steps),
                    Some(_) => return Err(wrong("STEPS is a whole number from 1 to 10000")),
                };
                range(&number(from)?, &number(to)?, steps)
            }
        };
        if is_count && !values.iter().all(|value| value.as_u64().is_some_and(|count| count <= MOST_COPIES)) {
            return Err(wrong("there may be 0 to 1000 of a producer or a consumer"));
        }
        Ok(Variation { path: path.to_owned(), values })
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The values.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// A value as people read it.
    pub fn shown(&self, point: usize) -> String {
        self.values[point].to_string()
    }

    /// Puts a value into a document. The last field of the path need not be there.
    ///
    /// # Errors
    /// When the path leads nowhere.
    pub(super) fn apply(&self, document: &mut Value, point: usize) -> Result<(), SweepError> {
        let (path, is_count) = counted(&self.path);
        if is_count {
            let what =
                "only a producer or a consumer, such as consumers[0], can be there several times".to_owned();
            let error = SweepError::Path { path: self.path.clone(), found: String::new(), what };
            let [Part::Field(list), Part::Entry(number)] = parts(path).unwrap_or_default()[..] else {
                return Err(error);
            };
            return copy(document, list, number, self.values[point].as_u64().unwrap_or(1)).ok_or(error);
        }
        // The form was checked when it was read.
        let mut rest = parts(path).unwrap_or_default().into_iter().peekable();
        let (mut here, mut found) = (document, String::new());
        while let Some(part) = rest.next() {
            let lost = |what: &str| SweepError::Path {
                path: self.path.clone(),
                found: found.clone(),
                what: what.to_owned(),
            };
            let is_last = rest.peek().is_none();
            here = match (part, here) {
                (Part::Field(name), Value::Object(fields)) => {
                    if is_last {
                        fields.entry(name).or_insert(Value::Null);
                    } else if name == "arguments" {
                        // RabbitMQ's definitions need not have any.
                        fields.entry(name).or_insert(Value::Object(Map::new()));
                    }
                    let missing = || lost(&format!("there is no field \"{name}\""));
                    fields.get_mut(name).ok_or_else(missing)?
                }
                (Part::Entry(number), Value::Array(entries)) => {
                    let count = entries.len();
                    let missing =
                        || lost(&format!("there are {count} entries, counted from 0, and no [{number}]"));
                    entries.get_mut(number).ok_or_else(missing)?
                }
                (Part::Field(_), _) => return Err(lost("there is no object with fields")),
                (Part::Entry(_), _) => return Err(lost("there is no list")),
            };
            match part {
                Part::Field(name) if found.is_empty() => found.push_str(name),
                Part::Field(name) => found.push_str(&format!(".{name}")),
                Part::Entry(number) => found.push_str(&format!("[{number}]")),
            }
        }
        *here = self.values[point].clone();
        Ok(())
    }
}

/// Values at equal distances, both ends included.
fn range(from: &Number, to: &Number, steps: Option<usize>) -> Vec<Value> {
    let is_whole = [from, to].iter().all(|end| end.is_i64() || end.is_u64());
    // A number of JSON without arbitrary precision is one of f64's.
    let (from, to) = (from.as_f64().unwrap_or_default(), to.as_f64().unwrap_or_default());
    let whole_numbers = ((to - from).abs() + 1.0).min(STEPS as f64) as usize;
    let steps = steps.unwrap_or(if is_whole { whole_numbers } else { STEPS });
    let distance = if steps > 1 { (to - from) / (steps - 1) as f64 } else { 0.0 };
    let mut values: Vec<Value> = (0..steps)
        .map(|step| {
            let value = if step + 1 == steps && steps > 1 { to } else { from + step as f64 * distance };
            if is_whole { Value::from(value.round() as i64) } else { tidy(value) }
        })
        .collect();
    values.dedup();
    values
}

/// A value without the last digits, in which nothing but the rounding of sums shows: 0.6 instead of 0.6000000000000001.
///
/// The JSON reader reads it again: it is there anyway, and so the standard library's reader of floats, with its ten
/// kilobytes of tables, is not. With so few digits both are exact from 1e-10 to 1e34.
pub(super) fn tidy(value: f64) -> Value {
    serde_json::from_str(&format!("{value:.12e}")).unwrap_or_else(|_| value.into())
}

/// The path without `count( )`, and whether that was there.
fn counted(path: &str) -> (&str, bool) {
    let inner = path.strip_prefix("count(").and_then(|rest| rest.strip_suffix(')'));
    (inner.unwrap_or(path), inner.is_some())
}

/// The parts of a path; nothing when it is none.
fn parts(path: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    for piece in path.split('.') {
        let (name, indices) = piece.split_at(piece.find('[').unwrap_or(piece.len()));
        if name.is_empty() {
            return None;
        }
        parts.push(Part::Field(name));
        if !indices.is_empty() {
            let inner = indices.strip_prefix('[')?.strip_suffix(']')?;
            for index in inner.split("][") {
                parts.push(Part::Entry(index.parse().ok()?));
            }
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values(text: &str) -> String {
        let values = Variation::parse(text).expect("it has the form").values;
        values.iter().map(Value::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_range_has_both_its_ends() {
        assert_eq!(values("a=1..5"), "1 2 3 4 5");
        assert_eq!(values("a=1..10:4"), "1 4 7 10");
        assert_eq!(values("a=0..1:11"), "0 1", "whole numbers, none twice");
        assert_eq!(values("a=0.5..0.9:5"), "0.5 0.6 0.7 0.8 0.9");
        assert_eq!(values("a=0..1000").split(' ').count(), 11);
        assert_eq!(values("a=5..1:3"), "5 3 1");
        assert_eq!(values("a=7..9:1"), "7");
        assert_eq!(values("a=1e3..2.5e3:2"), "1000.0 2500.0");
        assert_eq!(values("a[0].b = 1, 2.5,10"), "1 2.5 10");
    }

    #[test]
    fn what_is_no_range_is_named() {
        for (text, part) in [
            ("prefetch", "no ="),
            ("=1..2", "path"),
            ("a..b=1..2", "path"),
            ("a[x]=1..2", "path"),
            ("a[0=1..2", "path"),
            ("a=1..b", "numbers"),
            ("a=", "numbers"),
            ("a=1..2:0", "STEPS"),
            ("a=1..2:x", "STEPS"),
            ("a=1..2:100000", "STEPS"),
        ] {
            let error = Variation::parse(text).expect_err(text);
            assert_eq!(error.code(), "sweep.form");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn a_value_is_put_where_the_path_leads() {
        let put = |text: &str| {
            let mut document = json!({ "consumers": [{ "prefetch": 1 }, { "service": { "a": 2 } }] });
            Variation::parse(text).expect("it has the form").apply(&mut document, 0).map(|()| document)
        };
        assert_eq!(put("consumers[0].prefetch=7").unwrap()["consumers"][0]["prefetch"], json!(7));
        assert_eq!(put("consumers[1].service.a=0.5").unwrap()["consumers"][1]["service"]["a"], json!(0.5));
        assert_eq!(put("consumers[1].prefetch=7").unwrap()["consumers"][1]["prefetch"], json!(7));
        let lost = |text: &str| put(text).expect_err("it leads nowhere").to_string();
        assert!(lost("count(servers[0])=1").contains("only a producer or a consumer"));
        assert!(lost("count(consumers[7])=1").contains("only a producer or a consumer"));
        assert!(lost("producers[0].id=1").contains("there is no field \"producers\""));
        assert!(lost("consumers[2].id=1").contains("at consumers there are 2 entries, counted from 0"));
        assert!(lost("consumers.id=1").contains("at consumers there is no object"));
        assert!(lost("consumers[0].prefetch[1]=1").contains("at consumers[0].prefetch there is no list"));
    }
}
