//! `facts_hash`: one number for everything that happened.

use super::{Event, Fact, Field};
use crate::ids::Names;
use std::fmt;
use xxhash_rust::xxh64::Xxh64;

/// A running hash (XXH64, seed 0) over the canonical encoding of all facts in order.
///
/// The encoding of a fact: time and step as u64, the code of the event as u8, then its fields in order:
/// numbers, times as u64; messages as u32; flags and rules as u8; texts as their length in bytes as u32 and
/// their UTF-8; names of exchanges and queues as virtual host and name. All numbers are little-endian.
#[derive(Clone)]
pub struct FactsHash(Xxh64);

/// So much of the encoding of a fact is put together before it is hashed: as a rule all of it.
const ROOM: usize = 256;

impl FactsHash {
    /// The hash of nothing.
    pub fn new() -> FactsHash {
        FactsHash(Xxh64::new(0))
    }

    /// The hash as a number.
    pub fn value(&self) -> u64 {
        self.0.digest()
    }

    /// Takes one more fact in. `names` resolves the names in it.
    pub fn take(&mut self, fact: &Fact, names: &Names) {
        let mut encoding = Encoding { state: &mut self.0, octets: [0; ROOM], length: 0 };
        encoding.put(fact.time.as_us().to_le_bytes());
        encoding.put(fact.step.to_le_bytes());
        encoding.put([Event::code(&fact.event)]);
        fact.event.fields(&mut |_, field| encoding.put_field(field, names));
        encoding.flush();
    }
}

/// The encoding of a fact on its way into the hash.
struct Encoding<'a> {
    state: &'a mut Xxh64,
    octets: [u8; ROOM],
    length: usize,
}

impl Encoding<'_> {
    /// The size is known where it is compiled: so putting a number is one store.
    #[inline(always)]
    fn put<const SIZE: usize>(&mut self, octets: [u8; SIZE]) {
        if self.length + SIZE > ROOM {
            self.flush();
        }
        if let Some(place) = self.octets[self.length..].first_chunk_mut() {
            *place = octets;
        }
        self.length += SIZE;
    }

    fn put_field(&mut self, field: Field, names: &Names) {
        match field {
            Field::Message(message) => self.put(message.0.to_le_bytes()),
            Field::Client(client) => self.put_text(names.text(client.0)),
            Field::Exchange(exchange) => {
                self.put_text(names.text(exchange.virtual_host));
                self.put_text(names.text(exchange.name));
            }
            Field::Queue(queue) => {
                self.put_text(names.text(queue.virtual_host));
                self.put_text(names.text(queue.name));
            }
            Field::Text(text) => self.put_text(names.text(text)),
            Field::Number(number) => self.put(number.to_le_bytes()),
            Field::Time(time) => self.put(time.as_us().to_le_bytes()),
            Field::Flag(flag) => self.put([flag.into()]),
            Field::Rule(rule) => self.put([rule.code()]),
        }
    }

    fn put_text(&mut self, text: &str) {
        self.put((text.len() as u32).to_le_bytes());
        if self.length + text.len() > ROOM {
            self.flush();
            return self.state.update(text.as_bytes());
        }
        self.octets[self.length..self.length + text.len()].copy_from_slice(text.as_bytes());
        self.length += text.len();
    }

    fn flush(&mut self) {
        self.state.update(&self.octets[..self.length]);
        self.length = 0;
    }
}

impl Default for FactsHash {
    fn default() -> Self {
        FactsHash::new()
    }
}

/// 16 hexadecimal digits.
impl fmt::Display for FactsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0.digest())
    }
}

impl fmt::Debug for FactsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ClientName;
    use crate::time::Time;

    /// XXH64 of no bytes with seed 0 is `ef46db3751d8e999` (the reference implementation's own test value).
    #[test]
    fn the_hash_of_nothing_is_that_of_the_reference_implementation() {
        assert_eq!(FactsHash::new().to_string(), "ef46db3751d8e999");
    }

    #[test]
    fn the_encoding_is_as_written_down() {
        let mut names = Names::new();
        let client = ClientName(names.intern("Zoë"));
        let mut hash = FactsHash::new();
        hash.take(&Fact { time: Time::from_us(258), step: 3, event: Event::Paused { client } }, &names);
        let bytes = b"\x02\x01\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x19\x04\0\0\0Zo\xc3\xab";
        assert_eq!(hash.to_string(), format!("{:016x}", xxhash_rust::xxh64::xxh64(bytes, 0)));
    }
}
