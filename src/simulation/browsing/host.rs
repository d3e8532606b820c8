//! A host with its servers.

use crate::actors::Site;
use crate::facts::ClientName;
use crate::fifo::Fifo;
use crate::ids::{MessageId, Name, NodeId, StreamId};
use crate::parts::HasBrowsers;
use crate::realtime::{ExchangeId, Service};
use crate::time::Time;
use litemap::LiteMap;

/// A request that a server has and has not answered, or the WebSocket that it became.
#[derive(Clone, Copy, Debug)]
pub(in crate::simulation) struct Served {
    pub stream: StreamId,
    /// The place of the server on its host; none when there is none of this path.
    pub place: Option<usize>,
    /// The request's number.
    pub message: MessageId,
    /// The session that it names.
    pub session: Option<Name>,
    pub is_websocket: bool,
    /// Whether it is known to wait.
    pub is_held: bool,
}

/// A host with its servers.
#[derive(Clone, Debug)]
pub(in crate::simulation) struct Host {
    pub _proof: HasBrowsers,
    pub node: NodeId,
    pub name: ClientName,
    /// The places of its servers in the document, in the order of the site.
    pub documents: Vec<usize>,
    pub site: Site,
    /// When it is there again, while it is not.
    pub is_back: Option<Time>,
    /// How often it was started again.
    pub restarts: u64,
    /// The time-out that stands on the agenda.
    pub entered: Option<Time>,
    pub exchanges: LiteMap<ExchangeId, Served>,
    /// Messages that go out with the next output of an exchange.
    pub due: Fifo<(ExchangeId, Vec<MessageId>)>,
    pub requests: u64,
    pub octets_received: u64,
    pub octets_sent: u64,
}

impl Host {
    pub(super) fn next_timeout(&self) -> Option<Time> {
        self.site.next_timeout().filter(|_| self.is_back.is_none())
    }

    /// The messages that go out with the next output of an exchange.
    pub(super) fn take_due(&mut self, exchange: ExchangeId) -> Vec<MessageId> {
        let place = self.due.iter().position(|(each, _)| *each == exchange);
        place.map_or(Vec::new(), |place| self.due.remove(place).1)
    }

    /// How many requests wait for an answer.
    pub(super) fn held(&self) -> usize {
        self.exchanges.values().filter(|served| served.is_held).count()
    }
}
