//! The messages between a browser and a server in one namespace of one session, in the order in which they go.
//!
//! On the wire a message has no number. Socket.IO keeps the order of events within a session, whatever the transport
//! (socket.io/docs/v4/delivery-guarantees, "Message ordering"), so the oldest that is on its way is the next to
//! arrive.

use crate::fifo::Fifo;
use crate::ids::{MessageId, Name};
use crate::parts::HasBrowsers;
use crate::realtime::socket_io::server::SocketId;

/// Which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    ToServer = 0,
    ToBrowser = 1,
}

impl Way {
    pub const fn other(self) -> Way {
        match self {
            Way::ToServer => Way::ToBrowser,
            Way::ToBrowser => Way::ToServer,
        }
    }
}

/// A message that goes one way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passing {
    pub message: MessageId,
    /// For which time.
    pub attempt: u64,
    /// Whether it is on a connection; before that it waits for one.
    pub is_carried: bool,
}

/// The messages of one namespace of one session.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    _proof: HasBrowsers,
    pub host: usize,
    /// The place of the server on its host.
    pub place: usize,
    pub guest: usize,
    pub socket: SocketId,
    pub session: Name,
    pub namespace: Name,
    passing: [Fifo<Passing>; 2],
    /// Acknowledgements that wait for a connection: the messages that they are about.
    answers: [Fifo<MessageId>; 2],
    /// Whether the server, and whether the browser, takes the namespace for joined.
    pub is_in: [bool; 2],
}

impl Passage {
    pub fn new(
        (host, place, socket): (usize, usize, SocketId),
        (guest, _proof): (usize, HasBrowsers),
        (session, namespace): (Name, Name),
    ) -> Passage {
        Passage {
            _proof,
            host,
            place,
            guest,
            socket,
            session,
            namespace,
            passing: Default::default(),
            answers: Default::default(),
            is_in: [false; 2],
        }
    }

    /// A message is to go.
    pub fn send(&mut self, way: Way, message: MessageId, attempt: u64) {
        self.passing[way as usize].push_back(Passing { message, attempt, is_carried: false });
    }

    /// An acknowledgement is to go.
    pub fn answer(&mut self, way: Way, message: MessageId) {
        self.answers[way as usize].push_back(message);
    }

    /// The next message goes onto a connection.
    pub fn carry(&mut self, way: Way) -> Option<Passing> {
        let next = self.passing[way as usize].iter_mut().find(|each| !each.is_carried)?;
        next.is_carried = true;
        Some(*next)
    }

    /// The next acknowledgement goes onto a connection.
    pub fn carry_answer(&mut self, way: Way) -> Option<MessageId> {
        self.answers[way as usize].pop_front()
    }

    /// A message has arrived.
    pub fn arrive(&mut self, way: Way) -> Option<MessageId> {
        self.passing[way as usize].pop_front().map(|passing| passing.message)
    }

    /// What has not arrived will not.
    pub fn give_up(&mut self, way: Way) -> impl Iterator<Item = MessageId> + use<> {
        std::mem::take(&mut self.passing[way as usize]).into_iter().map(|passing| passing.message)
    }

    /// Whether a message waits for a connection that takes it this way.
    pub fn is_waiting(&self, way: Way, message: MessageId) -> bool {
        self.passing[way as usize].iter().any(|each| each.message == message && !each.is_carried)
    }

    /// How many messages wait for a connection that takes them this way.
    pub fn waiting(&self, way: Way) -> usize {
        self.passing[way as usize].iter().filter(|each| !each.is_carried).count()
    }
}
