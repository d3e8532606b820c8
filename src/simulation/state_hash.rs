//! A hash over the whole state, to tell whether two states are the same.

use super::World;
use std::fmt::{self, Write};
use xxhash_rust::xxh64::Xxh64;

/// Takes text in as it is written.
struct Hashing(Xxh64);

impl Write for Hashing {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

impl World {
    /// A hash (XXH64, seed 0) over everything in the state, as its debug form has it: all fields of the broker, the
    /// clients, links, browsers and hosts, the agenda, the random streams, the numbers and what moves, in order. Two
    /// states with the same hash go on alike. What serves speed alone and decides nothing has no debug form. It is for
    /// tests: another version of the program may hash the same state to something else.
    pub fn state_hash(&self) -> u64 {
        let mut hashing = Hashing(Xxh64::new(0));
        // Taking text in never fails.
        let _ = write!(hashing, "{self:?}");
        hashing.0.digest()
    }
}
