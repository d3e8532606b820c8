//! UTF-8 in pieces: a text may be cut within a character.

/// Judges octets as they come.
#[derive(Clone, Debug, Default)]
pub(super) struct Utf8Check {
    /// The begin of a character whose end has not come.
    begun: Vec<u8>,
}

impl Utf8Check {
    /// Whether these octets can go on with what came before. One that cannot is seen at once, and not only at
    /// the end of the text (RFC 6455 section 8.1).
    pub fn accepts(&mut self, mut octets: &[u8]) -> bool {
        while let ([_, ..], [octet, rest @ ..]) = (&self.begun[..], octets) {
            self.begun.push(*octet);
            octets = rest;
            match std::str::from_utf8(&self.begun) {
                Ok(_) => self.begun.clear(),
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        match std::str::from_utf8(octets) {
            Ok(_) => true,
            Err(error) if error.error_len().is_some() => false,
            Err(error) => {
                self.begun = octets[error.valid_up_to()..].to_vec();
                true
            }
        }
    }

    /// Whether the text may end here.
    pub fn is_whole(&self) -> bool {
        self.begun.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The octets are those of Unicode's table 3-7: what follows E0, ED, F0 and F4 has a smaller range.
    #[test]
    fn an_octet_that_no_text_has_is_refused_as_soon_as_it_comes() {
        let refused: [&[u8]; 7] =
            [b"\x80", b"\xC0", b"\xE0\x9F", b"\xED\xA0", b"\xF0\x8F", b"\xF4\x90", b"\xCE\xBA\xFF"];
        for octets in refused {
            let mut check = Utf8Check::default();
            let (last, before) = octets.split_last().expect("there are octets");
            assert!(before.iter().all(|octet| check.accepts(&[*octet])), "{octets:x?}");
            assert!(!check.accepts(&[*last]), "{octets:x?}");
        }
    }

    #[test]
    fn a_text_may_be_cut_within_a_character_but_not_end_there() {
        let mut check = Utf8Check::default();
        assert!(check.accepts(b"\xF0\x9F") && !check.is_whole());
        assert!(check.accepts(b"\x98\x80 a\xCE") && !check.is_whole());
        assert!(check.accepts(b"\xBA") && check.is_whole());
    }
}
