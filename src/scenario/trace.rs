//! A recorded trace: when messages were published, and what was known of each.
//!
//! It stands in the document, as rows (`{"rows": [{"time_us": 0, "routing_key": "a", "size": 100}]}`) or as the text
//! of a CSV file (`{"csv": "time_us,routing_key,size\n0,a,100"}`, RFC 4180, its first line names the columns).

use super::ScenarioError;
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use crate::actors::LARGEST_DRAWN;
use crate::time::Span;

/// The columns that say when, and how many digits lie between their unit and a microsecond.
const TIMES: [(&str, usize); 3] = [("time_us", 0), ("time_ms", 3), ("time_s", 6)];
/// The other columns.
const FURTHER: [&str; 3] = ["routing_key", "size", "priority"];

/// What a trace says of one message; the rest is the template's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceRowDocument {
    /// When, in microseconds since the rhythm began.
    pub time_us: u64,
    /// The routing key.
    pub routing_key: Option<String>,
    /// The octets of the body.
    pub size: Option<u32>,
    /// The priority.
    pub priority: Option<u8>,
}

/// Reads a trace. With `begins_us` it is moved so that its first row comes then, whatever clock it was recorded by.
pub(super) fn trace(of: &Reader) -> Result<Vec<TraceRowDocument>, ScenarioError> {
    of.only(&["csv", "rows", "begins_us"])?;
    let (list, read) = match (of.optional("csv")?, of.optional("rows")?) {
        (Some(csv), None) => {
            let read = from_csv(&csv.text()?);
            (csv, read)
        }
        (None, Some(rows)) => {
            let read = from_rows(&rows)?;
            (rows, Ok(read))
        }
        _ => return of.invalid("there must be either \"csv\" or \"rows\" here"),
    };
    let mut rows = match read {
        Ok(rows) => rows,
        Err(what) => return list.invalid(what),
    };
    let begins = of.optional_whole("begins_us", (0, LARGEST_EXACT))?;
    let Some(first) = rows.first().map(|row| row.time_us) else {
        return list.invalid("there must be at least one row here");
    };
    if let Some(begins) = begins {
        rows.iter_mut().for_each(|row| row.time_us = row.time_us - first + begins);
    }
    Ok(rows)
}

fn from_rows(list: &Reader) -> Result<Vec<TraceRowDocument>, ScenarioError> {
    let mut rows: Vec<TraceRowDocument> = Vec::new();
    for entry in list.entries()? {
        let known = TIMES.iter().map(|(name, _)| *name).chain(FURTHER).collect::<Vec<_>>();
        entry.only(&known)?;
        let mut times = Vec::new();
        for (name, unit) in TIMES {
            times.extend(entry.optional(name)?.map(|time| (time, unit)));
        }
        let [(time, unit)] = &times[..] else {
            return entry.invalid("a row has one of the fields time_us, time_ms and time_s");
        };
        let number = time.number((0.0, f64::MAX), "of at least 0")?;
        let scale = [1.0, 1e3, 1e6][*unit / 3];
        let time_us = Some(Span::from_drawn_us(number * scale).as_us()).filter(|us| *us < LARGEST_EXACT);
        let before = rows.last().map_or(0, |row| row.time_us);
        match time_us {
            Some(time_us) if time_us >= before => rows.push(TraceRowDocument {
                time_us,
                routing_key: entry.optional("routing_key")?.map(|key| key.short_text()).transpose()?,
                size: entry.optional_whole("size", (0, LARGEST_DRAWN))?.map(|size| size as u32),
                priority: entry.optional_whole("priority", (0, 255))?.map(|priority| priority as u8),
            }),
            Some(_) => return time.invalid("this is earlier than the row before it: sort the rows by time"),
            None => return time.invalid("no run lasts so long"),
        }
    }
    Ok(rows)
}

/// The whole microseconds of a decimal number whose unit is so many digits larger: what lies beyond a microsecond is
/// cut off.
fn time_us(text: &str, digits: usize) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_decimal =
        !whole.is_empty() && [whole, fraction].concat().bytes().all(|byte| byte.is_ascii_digit());
    let fraction = fraction.bytes().chain(std::iter::repeat(b'0')).take(digits);
    let mut us = 0u64;
    for digit in whole.bytes().chain(fraction).filter(|_| is_decimal) {
        us = us.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
    }
    (is_decimal && us <= LARGEST_EXACT).then_some(us)
}

/// Reads the text of a CSV file. Errors name the line.
fn from_csv(text: &str) -> Result<Vec<TraceRowDocument>, String> {
    let mut records = Records { rest: text.trim_start_matches('\u{feff}'), line: 1 };
    let Some((line, header)) = records.next_record()? else { return Ok(Vec::new()) };
    let mut columns = Vec::new();
    for name in &header {
        let column = match name.trim() {
            "key" => "routing_key",
            name => name,
        };
        let time = TIMES.iter().find(|(known, _)| *known == column);
        let other = FURTHER.iter().find(|known| **known == column);
        columns.push(match (time, other) {
            (Some((_, digits)), _) => Column::Time(*digits),
            (_, Some(known)) => Column::Other(known),
            _ => {
                return Err(format!(
                    "line {line}: there is no column '{column}'; there are time_us, time_ms, time_s, routing_key, \
                     size and priority, and the first line names them"
                ));
            }
        });
    }
    if columns.iter().filter(|column| matches!(column, Column::Time(_))).count() != 1 {
        return Err(format!("line {line}: one of the columns must be time_us, time_ms or time_s"));
    }
    let mut rows: Vec<TraceRowDocument> = Vec::new();
    while let Some((line, fields)) = records.next_record()? {
        let wrong = |what: String| format!("line {line}: {what}");
        if fields.len() != columns.len() {
            return Err(wrong(format!("{} fields instead of {}", fields.len(), columns.len())));
        }
        let mut row = TraceRowDocument::default();
        for (column, field) in columns.iter().zip(fields) {
            read_field(&mut row, column, &field).map_err(wrong)?;
        }
        if rows.last().is_some_and(|before| before.time_us > row.time_us) {
            return Err(wrong("this is earlier than the row before it: sort the rows by time".to_owned()));
        }
        rows.push(row);
    }
    Ok(rows)
}

enum Column {
    Time(usize),
    Other(&'static str),
}

fn read_field(row: &mut TraceRowDocument, column: &Column, field: &str) -> Result<(), String> {
    let trimmed = field.trim();
    match column {
        Column::Time(digits) => {
            row.time_us = time_us(trimmed, *digits).ok_or_else(|| format!("'{field}' is not a time"))?;
        }
        // What a recording does not know is the template's.
        Column::Other(_) if trimmed.is_empty() => {}
        Column::Other("size") => {
            let size = trimmed.parse::<u32>().ok().filter(|size| u64::from(*size) <= LARGEST_DRAWN);
            row.size = Some(size.ok_or_else(|| format!("'{field}' is not a size up to {LARGEST_DRAWN}"))?);
        }
        Column::Other("priority") => {
            let priority = trimmed.parse().map_err(|_| format!("'{field}' is not a priority up to 255"))?;
            row.priority = Some(priority);
        }
        Column::Other(_) if field.len() > 255 => return Err("a routing key has at most 255 bytes".to_owned()),
        Column::Other(_) => row.routing_key = Some(field.to_owned()),
    }
    Ok(())
}

/// The records of a CSV text (RFC 4180), with the line on which each begins. Empty lines are left out.
struct Records<'a> {
    rest: &'a str,
    line: usize,
}

impl Records<'_> {
    fn next_record(&mut self) -> Result<Option<(usize, Vec<String>)>, String> {
        while let Some(rest) = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n')) {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (begin, mut fields) = (self.line, Vec::new());
        loop {
            fields.push(self.next_field()?);
            match self.rest.chars().next() {
                Some(',') => self.rest = &self.rest[1..],
                None => return Ok(Some((begin, fields))),
                Some(_) => {
                    let rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
                    self.rest = rest.strip_prefix('\n').unwrap_or(rest);
                    self.line += 1;
                    return Ok(Some((begin, fields)));
                }
            }
        }
    }

    fn next_field(&mut self) -> Result<String, String> {
        let Some(mut rest) = self.rest.strip_prefix('"') else {
            let end = self.rest.find([',', '\n', '\r']).unwrap_or(self.rest.len());
            let (field, rest) = self.rest.split_at(end);
            self.rest = rest;
            return Ok(field.to_owned());
        };
        let mut field = String::new();
        loop {
            let wrong = || format!("line {}: a quoted field has no end", self.line);
            let (part, after) = rest.split_once('"').ok_or_else(wrong)?;
            field.push_str(part);
            match after.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    rest = after;
                }
                None => {
                    if !after.is_empty() && !after.starts_with([',', '\n', '\r']) {
                        return Err(format!("line {}: something stands behind a quoted field", self.line));
                    }
                    self.line += field.matches('\n').count();
                    self.rest = after;
                    return Ok(field);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(time_us: u64, key: &str, size: u32) -> TraceRowDocument {
        TraceRowDocument { time_us, routing_key: Some(key.to_owned()), size: Some(size), priority: None }
    }

    /// The examples of RFC 4180, section 2: the last line break may be missing, fields may be quoted, and then may
    /// hold commas, line breaks and doubled quotes.
    #[test]
    fn csv_is_read_as_rfc_4180_says() {
        let text = "time_ms,routing_key,size\r\n1,aaa,1\r\n2,\"b,\r\nb\",2\r\n\r\n2.5,\"b\"\"bb\",3";
        let rows = from_csv(text).expect("it is well formed");
        assert_eq!(rows, [row(1_000, "aaa", 1), row(2_000, "b,\r\nb", 2), row(2_500, "b\"bb", 3)]);
        let seconds = from_csv("key,time_s\nx,1700000000.123456\n").expect("it is well formed");
        assert_eq!(seconds[0].time_us, 1_700_000_000_123_456);
        assert_eq!(time_us("7", 3), Some(7_000));
        assert_eq!(
            (time_us("", 3), time_us(".5", 3), time_us("1e3", 3), time_us("-1", 3)),
            (None, None, None, None)
        );
        assert_eq!(from_csv("time_us,size\n1,\n").expect("it is well formed")[0].size, None);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, told) in [
            ("size\n1", "line 1: one of the columns"),
            ("time_us,colour\n1,red", "line 1: there is no column 'colour'"),
            ("time_us\n1\n\nsoon", "line 4: 'soon' is not a time"),
            ("time_us,size\n1,2\n3", "line 3: 1 fields instead of 2"),
            ("time_us\n2\n1", "line 3: this is earlier"),
            ("time_us,size\n1,-1", "line 2: '-1' is not a size"),
            ("time_us,key\n1,\"a\nb\"\n2,\"c", "line 4: a quoted field has no end"),
            ("time_us,key\n1,\"a\"b", "line 2: something stands behind"),
        ] {
            let error = from_csv(text).expect_err("it is wrong");
            assert!(error.starts_with(told), "{error}");
        }
    }
}
