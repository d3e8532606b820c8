//! Signs of life (AMQP 0-9-1, section 4.2.7; rabbitmq.com/docs/heartbeats).
//!
//! As RabbitMQ does it (`rabbit_heartbeat`): when half the interval has passed with nothing sent, a heartbeat is
//! sent; every interval the broker looks whether anything was received, and when it was not twice in a row, the
//! client is gone.

use crate::time::{Span, Time};

/// The heartbeats of a connection.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    interval: Span,
    send_at: Time,
    look_at: Time,
    has_received: bool,
    /// How often in a row nothing was received.
    missed: u8,
}

/// What a moment brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Nothing,
    /// A heartbeat is to be sent.
    Send,
    /// Nothing has come from the peer for too long.
    PeerIsGone,
}

impl Heartbeat {
    /// From `connection.tune-ok` on; none for an interval of 0.
    pub fn new(now: Time, seconds: u16) -> Option<Heartbeat> {
        let interval = Span::from_ms(u64::from(seconds) * 1_000);
        (seconds > 0).then(|| Heartbeat {
            interval,
            send_at: now + half(interval),
            look_at: now + interval,
            has_received: false,
            missed: 0,
        })
    }

    /// The interval that was agreed on.
    pub fn interval(&self) -> Span {
        self.interval
    }

    /// Octets have come.
    pub fn received(&mut self) {
        self.has_received = true;
    }

    /// Octets were sent.
    pub fn sent(&mut self, now: Time) {
        self.send_at = now + half(self.interval);
    }

    /// When to look next.
    pub fn next_timeout(&self) -> Time {
        self.send_at.min(self.look_at)
    }

    /// Looks what is due at `now`.
    pub fn handle_timeout(&mut self, now: Time) -> Due {
        if self.look_at <= now {
            self.missed = if self.has_received { 0 } else { self.missed + 1 };
            self.has_received = false;
            self.look_at = now + self.interval;
            if self.missed >= 2 {
                return Due::PeerIsGone;
            }
        }
        if self.send_at <= now {
            self.send_at = now + half(self.interval);
            return Due::Send;
        }
        Due::Nothing
    }
}

fn half(interval: Span) -> Span {
    Span::from_us(interval.as_us() / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What RabbitMQ 3.10.8 did with an interval of 2 s and a client that went silent: five heartbeats, one
    /// each second, and the end after 6 s.
    #[test]
    fn a_silent_client_is_gone_after_three_intervals_as_with_rabbitmq() {
        let mut heartbeat = Heartbeat::new(Time::START, 2).expect("not 0");
        heartbeat.received();
        let mut log = Vec::new();
        loop {
            let now = heartbeat.next_timeout();
            match heartbeat.handle_timeout(now) {
                Due::Nothing => {}
                due => log.push((now.as_us() / 1_000_000, due)),
            }
            if log.last().is_some_and(|last| last.1 == Due::PeerIsGone) {
                break;
            }
        }
        let sent = (1..=5).map(|second| (second, Due::Send));
        assert_eq!(log, sent.chain([(6, Due::PeerIsGone)]).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_is_sent_or_received_counts() {
        let mut heartbeat = Heartbeat::new(Time::START, 2).expect("not 0");
        for second in 1..20 {
            let now = Time::from_us(second * 1_000_000);
            heartbeat.sent(now);
            heartbeat.received();
            assert_eq!(heartbeat.handle_timeout(now), Due::Nothing);
        }
        assert!(Heartbeat::new(Time::START, 0).is_none());
    }
}
