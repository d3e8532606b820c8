//! Octets as RabbitMQ shows them in the texts of its errors: as Erlang's `~p` prints a binary.

/// The first octets of a payload: all of them, or 16.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    octets: Vec<u8>,
    is_all: bool,
}

/// How many octets RabbitMQ shows.
const SHOWN: usize = 16;

/// The column in which Erlang begins a new line.
const LINE: usize = 79;

impl Snippet {
    /// The first octets of `payload`.
    pub fn of(payload: &[u8]) -> Snippet {
        let octets = payload[..payload.len().min(SHOWN)].to_vec();
        Snippet { octets, is_all: payload.len() <= SHOWN }
    }

    /// `type 9, all octets = <<"abc">>`, as `rabbit_reader` writes it.
    pub fn describe(&self, kind: u8) -> String {
        let share = if self.is_all { "all" } else { "first 16" };
        let mut text = format!("type {kind}, {share} octets = ");
        self.print(&mut text);
        text
    }

    /// A binary is printed as a text if all of it is printable Latin-1, otherwise as numbers, in lines that
    /// end before the column [`LINE`].
    fn print(&self, text: &mut String) {
        if !self.octets.is_empty() && self.octets.iter().all(|&octet| printable(octet).is_some()) {
            text.push_str("<<\"");
            self.octets.iter().filter_map(|&octet| printable(octet)).for_each(|shown| text.push_str(&shown));
            text.push_str("\">>");
            return;
        }
        text.push_str("<<");
        let start = text.chars().count();
        let mut column = start;
        for (index, octet) in self.octets.iter().enumerate() {
            let comma = if index + 1 < self.octets.len() { "," } else { "" };
            let shown = format!("{octet}{comma}");
            if column + shown.len() > LINE && index > 0 {
                text.push('\n');
                text.push_str(&" ".repeat(start));
                column = start;
            }
            column += shown.len();
            text.push_str(&shown);
        }
        text.push_str(">>");
    }
}

fn printable(octet: u8) -> Option<String> {
    Some(match octet {
        b'\n' => "\\n".into(),
        b'\r' => "\\r".into(),
        b'\t' => "\\t".into(),
        0x0B => "\\v".into(),
        0x08 => "\\b".into(),
        0x0C => "\\f".into(),
        0x1B => "\\e".into(),
        b'"' => "\\\"".into(),
        b'\\' => "\\\\".into(),
        b' '..=b'~' | 0xA0..=0xFF => char::from(octet).to_string(),
        _ => return None,
    })
}

/// Appends `{name,number}`, on two lines if it does not fit into the one that `text` ends with.
pub(super) fn print_pair(text: &mut String, name: &str, number: u8) {
    let column = text.chars().rev().take_while(|&char| char != '\n').count();
    let gap = if column + format!("{{{name},{number}}}").len() < LINE {
        String::new()
    } else {
        format!("\n{}", " ".repeat(column + 1))
    };
    text.push_str(&format!("{{{name},{gap}{number}}}"));
}

/// The octets as Erlang's `~w` prints a binary: numbers, always.
pub(super) fn numbers(octets: &[u8]) -> String {
    let numbers: Vec<String> = octets.iter().map(u8::to_string).collect();
    format!("<<{}>>", numbers.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected texts were printed by Erlang/OTP 25: io_lib:format("type ~p, ~s octets = ~p", […]).

    #[test]
    fn numbers_go_on_in_a_new_line_below_the_first() {
        let expected = "type 3, all octets = <<128,128,128,128,128,128,128,128,128,128,128,128,128,128,\n\
                        \x20                      128,128>>";
        assert_eq!(Snippet::of(&[128; 16]).describe(3), expected);
    }

    #[test]
    fn a_last_number_may_end_at_the_end_of_the_line() {
        let octets = [146, 140, 142, 131, 150, 157, 148, 137, 128, 141, 132, 144, 152];
        let snippet = Snippet { octets: octets.to_vec(), is_all: false };
        let expected = "type 3, first 16 octets = <<146,140,142,131,150,157,148,137,128,141,132,144,152>>";
        assert_eq!(snippet.describe(3), expected);
    }

    #[test]
    fn a_pair_is_broken_when_it_does_not_fit() {
        let broken = |octets: &[u8], number| {
            let mut text = Snippet::of(octets).describe(3) + ": ";
            print_pair(&mut text, "invalid_frame_end_marker", number);
            text.contains('\n')
        };
        assert!(!broken(&[1; 11], 205));
        assert!(broken(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 10], 205));
        assert!(!broken(&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 10], 65));
        assert!(broken(&[1; 12], 65));
    }
}
