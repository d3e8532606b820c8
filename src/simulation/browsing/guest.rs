//! A browser with what is known of it beside its program.

use crate::actors::Browser;
use crate::facts::{ClientName, Event};
use crate::fifo::Fifo;
use crate::ids::{MessageId, Name, NodeId, StreamId};
use crate::parts::HasBrowsers;
use crate::realtime::http::Request;
use crate::realtime::{Caller, ExchangeId};
use crate::time::{Span, Time};

/// How a browser was last in a namespace that it has left.
#[derive(Clone, Debug)]
pub(in crate::simulation) struct Away {
    pub namespace: Name,
    /// The rooms that it was in.
    pub rooms: Vec<String>,
    /// Until when it may come back with its state, if it may.
    pub may_recover_until: Option<Time>,
    /// What the server keeps for it.
    pub kept: Vec<MessageId>,
}

/// What has been counted of a browser.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::simulation) struct Counts {
    pub requests: u64,
    pub responses: u64,
    pub octets_sent: u64,
    pub octets_received: u64,
    /// Events and lines that it got, and how long they took together.
    pub received: u64,
    pub total_latency: Span,
    pub last_latency: Span,
    /// Those that it sent, and those that were lost on their way to it or were sent while it was away.
    pub sent: u64,
    pub missed: u64,
}

/// A browser.
#[derive(Clone, Debug)]
pub(in crate::simulation) struct Guest {
    pub proof: HasBrowsers,
    pub node: NodeId,
    pub name: ClientName,
    /// The host that it talks to, and the place of its server there.
    pub host: usize,
    pub place: usize,
    pub browser: Browser,
    /// Whether its page is closed.
    pub is_closed: bool,
    /// How often its page was opened again.
    pub reloads: u64,
    /// The time-out that stands on the agenda.
    pub entered: Option<Time>,
    /// Requests that wait for a free connection.
    pub queued: Fifo<(ExchangeId, Request)>,
    /// Lines that go out with a request or over a WebSocket.
    pub said: Fifo<(ExchangeId, MessageId)>,
    /// The stream from which something is being handed to it.
    pub hears: Option<StreamId>,
    pub away: Vec<Away>,
    /// Why it is not connected, and when it will try again.
    pub reason: Option<Event>,
    pub again: Option<(u64, Time)>,
    pub counts: Counts,
}

impl Guest {
    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.browser.next_timeout().filter(|_| !self.is_closed)
    }

    /// The line that goes out with an exchange.
    pub(super) fn take_said(&mut self, exchange: ExchangeId) -> Option<MessageId> {
        let place = self.said.iter().position(|(each, _)| *each == exchange)?;
        Some(self.said.remove(place).1)
    }
}
