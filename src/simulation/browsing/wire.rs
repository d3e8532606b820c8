//! A connection between a browser and a host, with both sides' state machines.

use super::passage::Way;
use crate::fifo::Fifo;
use crate::ids::MessageId;
use crate::parts::HasBrowsers;
use crate::realtime::ExchangeId;
use crate::realtime::connection::{ClientConnection, Connection};
use crate::simulation::streams::StreamEnd;
use crate::time::Time;

/// A request that a browser has made on a connection and that is not answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Its number on the connection.
    pub number: u64,
    /// Its number with the program.
    pub exchange: ExchangeId,
    /// Its number with everybody.
    pub message: MessageId,
    pub at: Time,
    /// Whether it asks for a WebSocket.
    pub is_websocket: bool,
}

/// A connection.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    _proof: HasBrowsers,
    pub guest: usize,
    pub host: usize,
    /// The browser's end of the stream.
    pub end: StreamEnd,
    pub client: ClientConnection,
    /// Whether the browser is done with it.
    pub is_client_done: bool,
    /// The server's side, as soon as it knows of the connection.
    pub server: Option<Connection>,
    pub is_server_done: bool,
    pub asked: Vec<Asked>,
    /// Requests on their way to the server.
    pub coming: Fifo<MessageId>,
    /// Lines on their way, each way.
    said: [Fifo<MessageId>; 2],
    /// The exchange that is a WebSocket, or is to become one.
    pub websocket: Option<ExchangeId>,
    pub is_open_websocket: bool,
}

impl Wire {
    pub fn new(
        (guest, _proof): (usize, HasBrowsers),
        host: usize,
        end: StreamEnd,
        client: ClientConnection,
    ) -> Wire {
        Wire {
            _proof,
            guest,
            host,
            end,
            client,
            is_client_done: false,
            server: None,
            is_server_done: false,
            asked: Vec::new(),
            coming: Fifo::new(),
            said: Default::default(),
            websocket: None,
            is_open_websocket: false,
        }
    }

    /// Whether the browser can make a request on it at once.
    pub fn is_free(&self) -> bool {
        !self.is_client_done && self.websocket.is_none() && self.client.is_idle()
    }

    /// Whether it counts towards the connections that a browser has for requests.
    pub fn is_for_requests(&self) -> bool {
        !self.is_client_done && self.websocket.is_none()
    }

    /// A line goes onto it.
    pub fn say(&mut self, way: Way, message: MessageId) {
        self.said[way as usize].push_back(message);
    }

    /// The next line has arrived.
    pub fn hear(&mut self, way: Way) -> Option<MessageId> {
        self.said[way as usize].pop_front()
    }

    /// What has not arrived will not.
    pub fn give_up(&mut self, way: Way) -> impl Iterator<Item = MessageId> + use<> {
        std::mem::take(&mut self.said[way as usize]).into_iter()
    }

    pub fn next_client_timeout(&self) -> Option<Time> {
        self.client.next_timeout().filter(|_| !self.is_client_done)
    }

    pub fn next_server_timeout(&self) -> Option<Time> {
        self.server.as_ref().filter(|_| !self.is_server_done).and_then(Connection::next_timeout)
    }
}
