//! Regular expressions of permissions and policies, and what RabbitMQ says of those that are none.
//!
//! Source: pcre.org (8.44, which Erlang's `re` is built on); the words of its errors are recorded from RabbitMQ 3.10.8.

use regex_lite::Regex;

/// A regular expression of a permission or a policy.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles the expression.
    ///
    /// # Errors
    /// When it is no regular expression that is known here.
    pub fn new(expression: &str) -> Result<Pattern, String> {
        let readable = if expression.is_empty() { "^$".to_owned() } else { with_plain_braces(expression) };
        Regex::new(&readable)
            .map(Pattern)
            .map_err(|error| format!("'{expression}' is no regular expression: {error}"))
    }

    /// Whether the expression matches some part of the text.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// A brace that begins no repetition stands for itself in PCRE, which RabbitMQ uses; here it must be escaped.
fn with_plain_braces(expression: &str) -> String {
    let mut plain = String::with_capacity(expression.len());
    let mut is_escaped = false;
    for (place, character) in expression.char_indices() {
        if character == '{' && !is_escaped && !begins_repetition(&expression[place + 1..]) {
            plain.push('\\');
        }
        is_escaped = character == '\\' && !is_escaped;
        plain.push(character);
    }
    plain
}

/// Whether this follows the brace of `{3}`, `{3,}` or `{3,5}`.
fn begins_repetition(rest: &str) -> bool {
    rest.split_once('}').is_some_and(|(inside, _)| {
        let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
        let is_number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        !least.is_empty() && is_number(least) && is_number(most)
    })
}

/// What PCRE says of an expression, and at which octet, for the mistakes that are made most.
pub(super) fn mistake_in(expression: &str) -> Option<(&'static str, usize)> {
    let mut rest = expression.char_indices().peekable();
    let (mut open, mut is_repeatable) = (0_usize, false);
    while let Some((place, character)) = rest.next() {
        let is_repetition = match character {
            '*' | '+' | '?' => true,
            '{' => begins_repetition(&expression[place + 1..]),
            _ => false,
        };
        if is_repetition {
            if !is_repeatable {
                return Some(("nothing to repeat", place));
            }
            if character == '{' {
                while rest.next().is_some_and(|(_, inside)| inside != '}') {}
            }
            rest.next_if(|(_, manner)| matches!(manner, '?' | '+'));
        }
        match character {
            // Groups that are more than groups.
            '(' if rest.peek().is_some_and(|(_, next)| *next == '?') => return None,
            '(' => open += 1,
            ')' if open == 0 => return Some(("unmatched parentheses", place)),
            ')' => open -= 1,
            '[' => {
                rest.next_if(|(_, next)| *next == '^');
                rest.next_if(|(_, next)| *next == ']');
                loop {
                    match rest.next() {
                        None => return Some(("missing terminating ] for character class", expression.len())),
                        Some((_, ']')) => break,
                        Some((_, '\\')) => _ = rest.next(),
                        Some(_) => {}
                    }
                }
            }
            '\\' => _ = rest.next(),
            _ => {}
        }
        is_repeatable = !is_repetition && !matches!(character, '(' | '|');
    }
    (open > 0).then_some(("missing )", expression.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/conformance/recorded-here/policy-patterns.json` has those that are no regular expressions.
    #[test]
    fn nothing_is_said_of_what_is_right() {
        for expression in ["", "^a.*$", "a{2,3}?b+", "(a|b)*", "[]a]+", "[^]]", "\\(", "a{", "[(*]", "a++"] {
            assert_eq!(mistake_in(expression), None, "{expression}");
        }
    }
}
