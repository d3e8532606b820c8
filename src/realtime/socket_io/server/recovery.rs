//! Connection state recovery (socket.io/docs/v4/connection-state-recovery): what was said to whom is kept, so
//! that a client that comes back in time can be told what it missed.

use super::{Audience, Recovery};
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::realtime::socket_io::Value;
use crate::time::{Span, Time};
use litemap::LiteMap;

/// The time between clearances.
const CLEARANCE_INTERVAL: Span = Span::from_ms(60_000);

/// The moment at which a simulation starts, in milliseconds since 1970; offsets are as long as real ones then.
const EPOCH_MS: u64 = 1_700_000_000_000;

const ALPHABET: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// Numbers the events that are kept: the millisecond in base 64, and a count if there are several in one.
#[derive(Clone, Debug, Default)]
pub(super) struct Offsets {
    last: Option<(u64, u64)>,
}

impl Offsets {
    pub fn next(&mut self, now: Time) -> String {
        let ms = EPOCH_MS.saturating_add(now.as_us() / 1_000);
        match &mut self.last {
            Some((last, count)) if *last == ms => {
                *count += 1;
                format!("{}.{}", base64(ms), base64(*count - 1))
            }
            _ => {
                self.last = Some((ms, 0));
                base64(ms)
            }
        }
    }
}

fn base64(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(ALPHABET[(number % 64) as usize]));
        number /= 64;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// A socket that has left and may come back.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub sid: String,
    pub rooms: Vec<String>,
    at: Time,
}

/// An event that a client missed: its values, and the message that it is.
pub(super) type Missed = (Vec<Value>, Option<MessageId>);

#[derive(Clone, Debug)]
struct Kept {
    offset: String,
    audience: Audience,
    values: Vec<Value>,
    message: Option<MessageId>,
    at: Time,
}

/// What a namespace remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    left: LiteMap<String, Left>,
    kept: Fifo<Kept>,
}

impl Past {
    /// Whether a message is kept, and somebody may come back for it.
    pub fn keeps(&self, now: Time, message: MessageId) -> bool {
        let is_kept = |kept: &Kept| kept.message == Some(message);
        !self.left.is_empty() && self.kept.iter().any(|kept| is_kept(kept) && kept.at <= now)
    }

    /// Keeps an event.
    pub fn keep(
        &mut self,
        now: Time,
        recovery: Recovery,
        offset: String,
        audience: &Audience,
        (values, message): (&[Value], Option<MessageId>),
    ) {
        self.clear(now, recovery);
        let (audience, values) = (audience.clone(), values.to_vec());
        self.kept.push_back(Kept { offset, audience, values, message, at: now });
    }

    /// Keeps a socket that has left.
    pub fn persist(&mut self, now: Time, recovery: Recovery, pid: String, sid: String, rooms: Vec<String>) {
        self.clear(now, recovery);
        self.left.insert(pid, Left { sid, rooms, at: now });
    }

    /// Finds a socket that comes back, and what it missed after the event of that offset. It is not found when
    /// it was away for too long or the event is no longer kept.
    pub fn restore(
        &mut self,
        now: Time,
        recovery: Recovery,
        pid: &str,
        offset: &str,
    ) -> Option<(Left, Vec<Missed>)> {
        self.clear(now, recovery);
        let left = self.left.get(pid)?.clone();
        if left.at + recovery.max_disconnection < now {
            self.left.remove(pid);
            return None;
        }
        let seen = self.kept.iter().position(|kept| kept.offset == offset)?;
        let missed = self.kept.iter().skip(seen + 1).filter(|kept| kept.audience.includes(&left.rooms));
        let missed = missed.map(|kept| (kept.values.clone(), kept.message)).collect();
        Some((left, missed))
    }

    /// The reference clears what is too old once a minute; so does this, only later: when it matters.
    fn clear(&mut self, now: Time, recovery: Recovery) {
        let minutes = now.as_us() / CLEARANCE_INTERVAL.as_us();
        let last = Time::from_us(minutes * CLEARANCE_INTERVAL.as_us());
        let is_old = |at: Time| at + recovery.max_disconnection < last;
        self.left.retain(|_, left| !is_old(left.at));
        while self.kept.first().is_some_and(|kept| is_old(kept.at)) {
            self.kept.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What yeast(), with which the reference numbers them, gives at that moment.
    #[test]
    fn events_of_one_millisecond_are_told_apart_by_a_count() {
        let mut offsets = Offsets::default();
        let given: Vec<String> =
            [0, 999, 999, 1_000].iter().map(|us| offsets.next(Time::from_us(*us))).collect();
        assert_eq!(given, ["OlFvMW0", "OlFvMW0.0", "OlFvMW0.1", "OlFvMW1"]);
    }
}
