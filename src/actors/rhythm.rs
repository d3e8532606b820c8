//! When an actor does something of its own accord.

use super::Arrivals;
use crate::rng::Stream;
use crate::time::Time;

/// A rhythm: spans between one act and the next, drawn from a stream of its own, until there were so many.
#[derive(Clone, Debug)]
pub struct Rhythm {
    arrivals: Arrivals,
    stream: Stream,
    limit: Option<u64>,
    count: u64,
    due: Option<Time>,
    is_paused: bool,
}

impl Rhythm {
    /// A rhythm that begins at `now`; the first act is due after one span.
    pub fn new(arrivals: Arrivals, limit: Option<u64>, stream: Stream, now: Time) -> Rhythm {
        let mut rhythm = Rhythm { arrivals, stream, limit, count: 0, due: None, is_paused: false };
        rhythm.plan(now);
        rhythm
    }

    fn plan(&mut self, now: Time) {
        let is_done = self.limit.is_some_and(|limit| self.count >= limit);
        let next = if is_done { None } else { self.arrivals.next(&mut self.stream) };
        self.due = next.map(|span| now + span);
    }

    /// When the next act is due; nothing when all are done.
    pub fn next(&self) -> Option<Time> {
        self.due
    }

    /// Takes an act that is due. What is due during a pause is left out.
    pub fn take_due(&mut self, now: Time) -> bool {
        if self.due.is_none_or(|due| due > now) {
            return false;
        }
        self.count += u64::from(!self.is_paused);
        self.plan(now);
        !self.is_paused
    }

    /// Whether it keeps still.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Lets it keep still, or go on.
    pub fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    #[test]
    fn acts_are_due_after_each_span_until_there_were_enough() {
        let (arrivals, start) = (Arrivals::Constant(Span::from_us(10)), Time::START);
        let mut rhythm = Rhythm::new(arrivals, Some(2), Stream::new(1, "test"), start);
        assert!(!rhythm.take_due(Time::from_us(9)));
        assert!(rhythm.take_due(Time::from_us(10)));
        rhythm.set_paused(true);
        assert!(!rhythm.take_due(Time::from_us(20)), "it is left out");
        rhythm.set_paused(false);
        assert!(rhythm.take_due(Time::from_us(30)));
        assert_eq!(rhythm.next(), None);
    }
}
