//! Reading JSON as `JSON.parse` of JavaScript does (RFC 8259; ECMA-262, JSON.parse): the order of members is kept,
//! and every number is the nearest 64-bit float.

use super::Value;

/// How deep arrays and objects may stand in each other. The reference has no such limit, but a stack that ends.
const DEEPEST: usize = 128;

/// The value that a text is, if it is one.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Passes over a token, with space before it.
    fn token(&mut self, token: &str) -> Option<()> {
        self.skip_space();
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_space();
        match self.rest.bytes().next()? {
            b'n' => self.token("null").map(|()| Value::Null),
            b't' => self.token("true").map(|()| Value::Boolean(true)),
            b'f' => self.token("false").map(|()| Value::Boolean(false)),
            b'"' => self.text().map(Value::Text),
            b'[' if depth < DEEPEST => self.array(depth + 1),
            b'{' if depth < DEEPEST => self.object(depth + 1),
            _ => self.number().map(Value::Number),
        }
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.token("[")?;
        let mut entries = Vec::new();
        if self.token("]").is_some() {
            return Some(Value::Array(entries));
        }
        loop {
            entries.push(self.value(depth)?);
            if self.token("]").is_some() {
                return Some(Value::Array(entries));
            }
            self.token(",")?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.token("{")?;
        let mut members = Vec::new();
        if self.token("}").is_some() {
            return Some(Value::Object(members));
        }
        loop {
            self.skip_space();
            let name = self.text()?;
            self.token(":")?;
            members.push((name, self.value(depth)?));
            if self.token("}").is_some() {
                return Some(Value::object(members));
            }
            self.token(",")?;
        }
    }

    /// A number; Rust reads more than JSON has, so its form is checked first.
    fn number(&mut self) -> Option<f64> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let text = self.rest;
        let mut length = usize::from(text.starts_with('-'));
        let whole = digits(&text[length..]);
        let has_leading_zero = whole > 1 && text[length..].starts_with('0');
        if whole == 0 || has_leading_zero {
            return None;
        }
        length += whole;
        if text[length..].starts_with('.') {
            let fraction = digits(&text[length + 1..]);
            length += 1 + (fraction > 0).then_some(fraction)?;
        }
        if text[length..].starts_with(['e', 'E']) {
            let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
            let exponent = digits(&text[length + 1 + sign..]);
            length += 1 + sign + (exponent > 0).then_some(exponent)?;
        }
        self.rest = &text[length..];
        text[..length].parse().ok()
    }

    /// A text in quotation marks. Half of a surrogate pair becomes U+FFFD, as Rust has no such texts.
    fn text(&mut self) -> Option<String> {
        let mut characters = self.rest.strip_prefix('"')?.chars();
        let mut text = String::new();
        loop {
            match characters.next()? {
                '"' => {
                    self.rest = characters.as_str();
                    return Some(text);
                }
                '\\' => match characters.next()? {
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'n' => text.push('\n'),
                    'r' => text.push('\r'),
                    't' => text.push('\t'),
                    'u' => {
                        let first = unit(characters.as_str())?;
                        characters = characters.as_str()[4..].chars();
                        let rest = characters.as_str();
                        let second = rest.strip_prefix("\\u").and_then(unit);
                        match (first, second) {
                            (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) => {
                                let pair = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                                text.push(char::from_u32(pair).unwrap_or('\u{fffd}'));
                                characters = rest[6..].chars();
                            }
                            _ => text.push(char::from_u32(first).unwrap_or('\u{fffd}')),
                        }
                    }
                    c @ ('"' | '\\' | '/') => text.push(c),
                    _ => return None,
                },
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
    }
}

/// The four hexadecimal digits at the beginning of a text.
fn unit(text: &str) -> Option<u32> {
    let digits = text.get(..4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `JSON.parse` refuses (Node 20).
    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "[1,]",
            "[1",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a",
            "NaN",
            "Infinity",
            "[1] 2",
            "\u{a0}1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        let deep = |depth: usize| parse(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        assert!(deep(128).is_some());
        assert_eq!(deep(129), None);
    }

    #[test]
    fn escapes_are_undone() {
        let read = parse("\"\\u0041\\ud83d\\ude00\\b\\/\\\\ \\ud83d!\"");
        assert_eq!(read, Some(Value::from("A😀\u{8}/\\ \u{fffd}!")));
    }
}
