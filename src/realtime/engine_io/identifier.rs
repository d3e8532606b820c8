//! Identifiers that nobody guesses.

use crate::rng::Stream;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A new identifier of that many characters: letters, digits, `-` and `_`. Sessions and sockets have 20, as the
/// reference gives them (15 octets in base64).
pub fn identifier(stream: &mut Stream, length: usize) -> String {
    // The product is below 64, as a draw is below 1.
    (0..length).map(|_| char::from(ALPHABET[(stream.unit() * 64.0) as usize & 63])).collect()
}
