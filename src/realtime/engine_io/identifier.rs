//! Identifiers that nobody guesses.

use crate::rng::Stream;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A new identifier of that many characters: letters, digits, `-` and `_`. Sessions and sockets have 20, as the
/// reference gives them (15 octets in base64).
pub fn identifier(stream: &mut Stream, length: usize) -> String {
    // The product is below 64, as a draw is below 1.
    (0..length).map(|_| char::from(ALPHABET[(stream.unit() * 64.0) as usize & 63])).collect()
}

/// A stream of its own for a part of what the stream belongs to: neither tells anything of the other's draws.
pub fn branch(stream: &mut Stream, part: &str) -> Stream {
    Stream::new((stream.unit() * (1u64 << 53) as f64) as u64, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_their_length_and_do_not_repeat() {
        let mut stream = Stream::new(1, "test");
        let mut other = branch(&mut stream, "part");
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1_000 {
            for identifier in [identifier(&mut stream, 20), identifier(&mut other, 20)] {
                assert_eq!(identifier.len(), 20);
                assert!(seen.insert(identifier.clone()), "{identifier}");
            }
        }
    }
}
