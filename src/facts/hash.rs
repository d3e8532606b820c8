//! `facts_hash`: one number for everything that happened.

use super::{ClientName, Event, ExchangeName, Fact, QueueName, Rule};
use crate::ids::{MessageId, Name, Names};
use crate::time::Time;
use std::fmt;
use xxhash_rust::xxh64::Xxh64;

/// A running hash (XXH64, seed 0) over the canonical encoding of all facts in order.
///
/// The encoding of a fact: time and step as u64, the code of the event as u8, then its fields in order:
/// numbers, times as u64; messages as u32; flags and rules as u8; texts as their length in bytes as u32 and
/// their UTF-8; names of exchanges and queues as virtual host and name. All numbers are little-endian.
#[derive(Clone)]
pub struct FactsHash {
    /// Has all but what stands in `octets`.
    state: Xxh64,
    octets: [u8; ROOM],
    length: usize,
}

/// So much of the encoding is put together before it is hashed: a few facts.
const ROOM: usize = 512;

/// So much is free when a fact begins: as a rule it takes less.
const FACT: usize = 256;

impl FactsHash {
    /// The hash of nothing.
    pub fn new() -> FactsHash {
        FactsHash { state: Xxh64::new(0), octets: [0; ROOM], length: 0 }
    }

    /// The hash as a number.
    pub fn value(&self) -> u64 {
        let mut state = self.state.clone();
        state.update(&self.octets[..self.length]);
        state.digest()
    }

    /// Takes one more fact in. `names` resolves the names in it.
    pub fn take(&mut self, fact: &Fact, names: &Names) {
        if self.length > ROOM - FACT {
            self.flush();
        }
        self.put(fact.time.as_us().to_le_bytes());
        self.put(fact.step.to_le_bytes());
        self.put([Event::code(&fact.event)]);
        fact.event.encode(self, names);
    }

    /// The size is known where it is compiled: so putting a number is one store.
    #[inline(always)]
    fn put<const SIZE: usize>(&mut self, octets: [u8; SIZE]) {
        match self.octets.get_mut(self.length..).and_then(|free| free.first_chunk_mut()) {
            Some(place) => *place = octets,
            None => return self.put_elsewhere(&octets),
        }
        self.length += SIZE;
    }

    #[cold]
    fn put_elsewhere(&mut self, octets: &[u8]) {
        self.flush();
        self.state.update(octets);
    }

    #[inline]
    fn put_name(&mut self, name: Name, names: &Names) {
        if let Some((octets, length)) = names.short(name)
            && let Some(place) = self.octets.get_mut(self.length..).and_then(|free| free.first_chunk_mut())
        {
            // What is behind the text is overwritten by what comes next.
            *place = *octets;
            self.length += length;
        } else {
            self.put_text(names.text(name));
        }
    }

    #[inline(never)]
    fn put_text(&mut self, text: &str) {
        self.put((text.len() as u32).to_le_bytes());
        self.flush();
        self.state.update(text.as_bytes());
    }

    #[inline(never)]
    fn flush(&mut self) {
        self.state.update(&self.octets[..self.length]);
        self.length = 0;
    }
}

/// What can be a field of an event, as it goes into the hash.
pub(super) trait Encoded {
    /// Puts it behind what is there.
    fn encode(self, hash: &mut FactsHash, names: &Names);
}

macro_rules! encoded {
    ($($type:ty: |$value:ident, $hash:ident, $names:ident| $put:expr;)*) => {$(
        impl Encoded for $type {
            fn encode(self, $hash: &mut FactsHash, $names: &Names) {
                let ($value, _) = (self, $names);
                $put;
            }
        }
    )*};
}

encoded! {
    MessageId: |message, hash, names| hash.put(message.0.to_le_bytes());
    ClientName: |client, hash, names| hash.put_name(client.0, names);
    ExchangeName: |exchange, hash, names| {
        hash.put_name(exchange.virtual_host, names);
        hash.put_name(exchange.name, names);
    };
    QueueName: |queue, hash, names| {
        hash.put_name(queue.virtual_host, names);
        hash.put_name(queue.name, names);
    };
    Name: |name, hash, names| hash.put_name(name, names);
    u64: |number, hash, names| hash.put(number.to_le_bytes());
    u32: |number, hash, names| hash.put(u64::from(number).to_le_bytes());
    u16: |number, hash, names| hash.put(u64::from(number).to_le_bytes());
    Time: |time, hash, names| hash.put(time.as_us().to_le_bytes());
    bool: |flag, hash, names| hash.put([u8::from(flag)]);
    Rule: |rule, hash, names| hash.put([rule.code()]);
}

impl Default for FactsHash {
    fn default() -> Self {
        FactsHash::new()
    }
}

/// 16 hexadecimal digits.
impl fmt::Display for FactsHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.value())
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

    /// XXH64 of no bytes with seed 0 is `ef46db3751d8e999` (the reference implementation's own test value).
    #[test]
    fn the_hash_of_nothing_is_that_of_the_reference_implementation() {
        assert_eq!(FactsHash::new().to_string(), "ef46db3751d8e999");
    }

    /// Whether a text is short, and where in the row of facts it stands, makes no difference.
    #[test]
    fn every_text_is_encoded_as_it_is() {
        let mut names = Names::new();
        let (mut hash, mut octets) = (FactsHash::new(), Vec::new());
        for length in (0..40).chain([255, 256, 600]).cycle().take(200) {
            let text = "x".repeat(length);
            let event = Event::Paused { client: ClientName(names.intern(&text)) };
            hash.take(&Fact { time: Time::START, step: 1, event }, &names);
            octets.extend([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25]);
            octets.extend((length as u32).to_le_bytes());
            octets.extend(text.as_bytes());
            assert_eq!(hash.value(), xxhash_rust::xxh64::xxh64(&octets, 0), "after a text of {length}");
        }
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
