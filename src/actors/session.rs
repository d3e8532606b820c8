//! Where a client is in its life: whether it has a channel to work on, and if not, why.

use crate::facts::Event;
use crate::time::Span;

/// Where a client is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It is connected and its channel is open.
    Open,
    /// It has asked for a connection or a channel and awaits the answer.
    Connecting,
    /// It is connected and has no channel.
    ChannelClosed,
    /// It has no connection.
    Down,
}

impl Life {
    /// Its name, as snapshots give it.
    pub const fn name(self) -> &'static str {
        match self {
            Life::Open => "open",
            Life::Connecting => "connecting",
            Life::ChannelClosed => "channel_closed",
            Life::Down => "down",
        }
    }
}

/// The life of a client. What it sends and when is decided by whoever carries its methods.
#[derive(Clone, Debug)]
pub struct Session {
    life: Life,
    /// Kept out of the way: there may be thousands of sessions, and most are open.
    reason: Option<Box<Event>>,
    recovers_after: Option<Span>,
    turn: u64,
}

impl Session {
    /// A session with its channel open. `recovers_after` is how long it waits before each attempt to open another.
    pub fn open(recovers_after: Option<Span>) -> Session {
        Session { life: Life::Open, reason: None, recovers_after, turn: 0 }
    }

    /// Where it is.
    pub fn life(&self) -> Life {
        self.life
    }

    /// Whether it can be worked on.
    pub fn is_open(&self) -> bool {
        self.life == Life::Open
    }

    /// Why it is not open.
    pub fn reason(&self) -> Option<&Event> {
        self.reason.as_deref()
    }

    /// The number of the present turn of its life: a recovery that was planned in an earlier one is void.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// How long it waits before it opens another channel by itself; it never does when there is none.
    pub fn recovers_after(&self) -> Option<Span> {
        self.recovers_after
    }

    /// It loses its channel, or its connection too, because of what the event says.
    pub fn end(&mut self, life: Life, reason: Event) {
        self.turn += 1;
        self.life = life;
        self.reason = Some(Box::new(reason));
    }

    /// It has asked for another.
    pub fn ask(&mut self) {
        self.turn += 1;
        self.life = Life::Connecting;
    }

    /// It has it.
    pub fn opened(&mut self) {
        self.turn += 1;
        self.life = Life::Open;
        self.reason = None;
    }
}
