//! The entries of a field table, each in its place (AMQP 0-9-1 section 4.2.5.5).

use super::Field;
use crate::amqp::wire::{MAX_DEPTH, ReadError, Reader, TableFault, TableFaultReason};

/// The entries of a table whose first octet is the one at `start`.
pub fn entries(table: &[u8], start: usize) -> Result<Vec<Field>, ReadError> {
    fields(&mut Reader::new(table), start, 0)
}

fn fields(reader: &mut Reader<'_>, start: usize, depth: usize) -> Result<Vec<Field>, ReadError> {
    let mut fields = Vec::new();
    while !reader.is_at_end() {
        let name = reader.short_text()?;
        fields.push(field(reader, name, start, depth)?);
    }
    Ok(fields)
}

/// A value behind its letter, in Wireshark's words for the types.
fn field(reader: &mut Reader<'_>, name: &str, start: usize, depth: usize) -> Result<Field, ReadError> {
    let at = reader.at();
    if depth > MAX_DEPTH {
        return Err(TableFault { at, reason: TableFaultReason::TooDeep }.into());
    }
    let letter = reader.octet()?;
    let mut inner = Vec::new();
    let (kind, value) = match letter {
        b't' => ("boolean", (reader.octet()? != 0).to_string()),
        b'b' => ("byte", reader.octet()?.cast_signed().to_string()),
        b'B' => ("unsigned byte", reader.octet()?.to_string()),
        b's' => ("short int", reader.short()?.cast_signed().to_string()),
        b'u' => ("short uint", reader.short()?.to_string()),
        b'I' => ("integer", reader.long()?.cast_signed().to_string()),
        b'i' => ("unsigned integer", reader.long()?.to_string()),
        b'l' | b'L' => ("long int", reader.long_long()?.cast_signed().to_string()),
        b'f' => ("float", format!("{:.6}", f32::from_bits(reader.long()?))),
        b'd' => ("double", format!("{:.6}", f64::from_bits(reader.long_long()?))),
        b'D' => {
            let scale = reader.octet()?;
            let divisor = (0..scale).fold(1.0, |divisor, _| divisor * 10.0);
            ("decimal", format!("{:.6}", f64::from(reader.long()?) / divisor))
        }
        b'S' => ("string", String::from_utf8_lossy(reader.long_octets()?).into_owned()),
        b'x' => ("byte array", super::field::colons(reader.long_octets()?)),
        b'T' => ("timestamp", date(reader.long_long()?)),
        b'V' => ("void", String::new()),
        b'A' => {
            let mut part = reader.part()?;
            while !part.is_at_end() {
                let name = format!("[{}]", inner.len());
                inner.push(field(&mut part, &name, start, depth + 1)?);
            }
            ("array", String::new())
        }
        b'F' => {
            inner = fields(&mut reader.part()?, start, depth + 1)?;
            ("field table", String::new())
        }
        letter => {
            return Err(TableFault { at, reason: TableFaultReason::UnknownType(letter) }.into());
        }
    };
    let octets = start + at..start + reader.at();
    Ok(match letter {
        // These two have values of their own.
        b'T' => Field::new("amqp.field.timestamp", octets, value).meaning(format!("{name} ({kind})")),
        b'x' => Field::new("amqp.field.byte_array", octets, value).meaning(format!("{name} ({kind})")),
        b'A' | b'F' => Field::new("amqp.field", octets, format!("{name} ({kind})")).with(inner),
        _ => Field::new("amqp.field", octets, format!("{name} ({kind}): {value}")),
    })
}

/// Seconds since 1970 as a date of UTC, as Wireshark writes it.
pub fn date(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years of 400 with 146,097 days; they begin in March, so that the day too many comes last.
    let day = days.saturating_add(719_468);
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = era * 400 + year + u64::from(month <= 2);
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let month = MONTHS[(month as usize).clamp(1, 12) - 1];
    format!("{month} {day:2}, {year} {hour:02}:{minute:02}:{second:02}.000000000 UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "Jan  1, 1970 00:00:00.000000000 UTC");
        assert_eq!(date(951_782_400), "Feb 29, 2000 00:00:00.000000000 UTC");
        assert_eq!(date(1_700_000_000), "Nov 14, 2023 22:13:20.000000000 UTC");
        // Far away, but not a panic.
        date(u64::MAX);
    }
}
