//! A host: real TCP and UDP (smoltcp) behind one network card, watched.
//!
//! Frames and calls go in, frames and events come out. After each call of a `handle_*` method or of one that acts for
//! the application, take all frames with [`Host::poll_frame`] and, as you like, the events with [`Host::poll_event`];
//! then wake the host with [`Host::handle_timeout`] when [`Host::next_timeout`] says so. Time never goes back: an
//! earlier moment counts as the latest one.
//!
//! # Copies
//!
//! smoltcp's sockets cannot be copied, so a host keeps the log of what went into its stack. A copy shares the log and
//! has no stack; it gets one, by going through the log again, when the first input needs it. All that can be asked of
//! a host, and all that waits to be taken, is kept beside the stack and needs none.
//!
//! So a copy for a checkpoint costs a pointer for each 512 inputs. One that is gone back to costs less than half a
//! microsecond for each input since the start (natively; `cargo bench --bench network` says how much), a fifth of
//! what a run costs, and only at those hosts where something happens afterwards. The log itself takes some 60 octets
//! for each input and the frame, which it shares with the host that sent it and with the facts. It is never cut:
//! what a stack has become cannot be told in fewer words than what went into it. A run of a million frames at one
//! host therefore keeps some 150 megabytes; [`Host::log_size`] says how far it has come.
//!
//! # What this stack does otherwise than others
//!
//! TIME-WAIT lasts 10 seconds (RFC 9293: four minutes; Linux: one). The retransmission time-out is never below the one
//! second of RFC 6298 (Linux: 200 ms). Selective acknowledgements are sent and not used. Packets are not split: a
//! longer datagram is refused, and of the way's maximum transmission unit nothing is found out. There are no time
//! stamps in segments. What an ARP request does not answer is asked for again after a second.

mod connection;
mod error;
mod event;
mod input;
mod inspection;
mod settings;
mod stack;
mod watching;
mod wire;

pub use error::HostError;
pub use event::{ConnectionNumber, DiscardReason, HostEvent, Part, RetransmissionReason, TcpState};
pub use inspection::{Inspection, Segment, inspect_sent};
pub use settings::{CongestionControl, HostSettings, TcpSettings};
pub use stack::Datagram;

use crate::time::Time;
use connection::Connection;
use input::{Input, Log};
use inspection::inspect_received;
use litemap::LiteMap;
use stack::{Outcome, Stack};
use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddrV4;
use std::rc::Rc;

/// The ports from which connections are opened (RFC 6335 section 6: the dynamic ports).
const FIRST_DYNAMIC_PORT: u16 = 49_152;
/// Headers of IPv4 and UDP.
const DATAGRAM_HEADERS: usize = 28;

/// A port on which connections are taken.
#[derive(Clone, Debug)]
struct Listener {
    backlog: usize,
    /// Connections that are established and wait to be accepted.
    acceptable: VecDeque<ConnectionNumber>,
}

/// Datagrams that came to a port.
#[derive(Clone, Debug, Default)]
struct Inbox {
    datagrams: VecDeque<Datagram>,
    octets: usize,
}

/// A host.
pub struct Host {
    settings: HostSettings,
    /// All that went into the stack, unless it is not kept.
    log: Option<Log>,
    /// The stack, unless this is a copy that has not needed one yet.
    stack: Option<Box<Stack>>,
    latest: Time,
    connections: LiteMap<ConnectionNumber, Connection>,
    next_connection: u32,
    listeners: LiteMap<u16, Listener>,
    inboxes: LiteMap<u16, Inbox>,
    next_port: u16,
    frames: VecDeque<Rc<[u8]>>,
    events: VecDeque<HostEvent>,
    next_timeout: Option<Time>,
}

impl Clone for Host {
    /// A copy that builds its stack when it needs it.
    fn clone(&self) -> Host {
        Host {
            settings: self.settings.clone(),
            log: self.log.clone(),
            stack: None,
            latest: self.latest,
            connections: self.connections.clone(),
            next_connection: self.next_connection,
            listeners: self.listeners.clone(),
            inboxes: self.inboxes.clone(),
            next_port: self.next_port,
            frames: self.frames.clone(),
            events: self.events.clone(),
            next_timeout: self.next_timeout,
        }
    }
}

/// The stack is what its inputs make of it, whether it has been built or not; of them it is told how many there are.
impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("settings", &self.settings)
            .field("log", &self.log_size())
            .field("latest", &self.latest)
            .field("connections", &self.connections)
            .field("next_connection", &self.next_connection)
            .field("listeners", &self.listeners)
            .field("inboxes", &self.inboxes)
            .field("next_port", &self.next_port)
            .field("frames", &self.frames)
            .field("events", &self.events)
            .field("next_timeout", &self.next_timeout)
            .finish_non_exhaustive()
    }
}

// What can be asked.
impl Host {
    /// A host that has just been switched on.
    pub fn new(settings: HostSettings) -> Host {
        Host {
            stack: Some(Box::new(Stack::new(&settings))),
            settings,
            log: Some(Log::default()),
            latest: Time::START,
            connections: LiteMap::new(),
            next_connection: 0,
            listeners: LiteMap::new(),
            inboxes: LiteMap::new(),
            next_port: FIRST_DYNAMIC_PORT,
            frames: VecDeque::new(),
            events: VecDeque::new(),
            next_timeout: None,
        }
    }

    /// How it is set up.
    pub fn settings(&self) -> &HostSettings {
        &self.settings
    }

    /// The state of a connection; one that is over is closed.
    pub fn state(&self, connection: ConnectionNumber) -> TcpState {
        self.connections.get(&connection).map_or(TcpState::Closed, |connection| connection.state)
    }

    /// The connections that are not over, with this host's port and the other end.
    pub fn connections(&self) -> impl Iterator<Item = (ConnectionNumber, u16, SocketAddrV4)> {
        self.connections.values().map(|connection| (connection.number, connection.port, connection.remote))
    }

    /// What a connection holds back from the application because something before it is missing: the first octet
    /// that is missing, and the ranges of octets behind it.
    pub fn held(&self, connection: ConnectionNumber) -> Option<(u64, &[(u64, u64)])> {
        self.connections.get(&connection).map(Connection::held).filter(|(_, ranges)| !ranges.is_empty())
    }

    /// How many inputs the log holds, and the octets of frames and data in it: what a copy that is gone back to goes
    /// through, and what is kept for it.
    pub fn log_size(&self) -> (usize, u64) {
        self.log.as_ref().map_or((0, 0), |log| (log.len(), log.octets()))
    }
}

// What goes in.
impl Host {
    /// Forgets the log and keeps none from now on. Copies that were made before are as good as ever; one that is made
    /// now answers what can be asked of it, but is dead: it takes no frames, and calls are refused.
    pub fn stop_logging(&mut self) {
        self.stack = self.stack.take().or_else(|| self.rebuilt());
        self.log = None;
    }

    /// A frame came.
    pub fn handle_frame(&mut self, now: Time, frame: Rc<[u8]>) {
        let inspection = match inspect_received(&frame, self.settings.ethernet_address()) {
            Ok(inspection) => inspection,
            // The stack would drop it without a word.
            Err(reason) => return self.events.push_back(HostEvent::Discarded { reason }),
        };
        if let Inspection::Segment(segment) = &inspection
            && self.is_backlog_full(segment)
        {
            // As Linux does: the other side asks again.
            return self.events.push_back(HostEvent::Discarded { reason: DiscardReason::BacklogFull });
        }
        let _ = self.take(now, Input::Frame(frame), Some(inspection));
    }

    /// The moment came that [`Host::next_timeout`] named.
    pub fn handle_timeout(&mut self, now: Time) {
        let _ = self.take(now, Input::Timeout, None);
    }

    /// Takes connections on a port. At most `backlog` of them wait to be established or accepted.
    pub fn listen(&mut self, now: Time, port: u16, backlog: usize) -> Result<(), HostError> {
        if self.listeners.contains_key(&port) {
            return Err(HostError::PortInUse);
        }
        self.take(now, Input::Listen(port), None)?;
        self.listeners.insert(port, Listener { backlog, acceptable: VecDeque::new() });
        Ok(())
    }

    /// Takes no more connections on a port.
    pub fn stop_listening(&mut self, now: Time, port: u16) {
        if self.listeners.remove(&port).is_some() {
            let _ = self.take(now, Input::StopListening(port), None);
        }
    }

    /// Accepts the connection on a port that was established first.
    pub fn accept(&mut self, port: u16) -> Option<ConnectionNumber> {
        self.listeners.get_mut(&port)?.acceptable.pop_front()
    }

    /// Opens a connection.
    pub fn connect(&mut self, now: Time, remote: SocketAddrV4) -> Result<ConnectionNumber, HostError> {
        let port = self.free_port()?;
        let outcome = self.take(now, Input::Connect(port, remote), None)?;
        outcome.opened.ok_or(HostError::Unaddressable)
    }

    /// Sends octets on a connection; says how many there was room for.
    pub fn send(
        &mut self,
        now: Time,
        connection: ConnectionNumber,
        octets: &[u8],
    ) -> Result<usize, HostError> {
        Ok(self.take(now, Input::Send(connection, octets.into()), None)?.taken)
    }

    /// Takes octets that came on a connection, at most so many.
    pub fn receive(
        &mut self,
        now: Time,
        connection: ConnectionNumber,
        limit: usize,
    ) -> Result<Vec<u8>, HostError> {
        Ok(self.take(now, Input::Receive(connection, limit), None)?.octets)
    }

    /// Says that nothing more is to be sent on a connection (FIN). What comes can still be received.
    pub fn close(&mut self, now: Time, connection: ConnectionNumber) -> Result<(), HostError> {
        self.take(now, Input::Close(connection), None).map(|_| ())
    }

    /// Ends a connection at once (RST).
    pub fn abort(&mut self, now: Time, connection: ConnectionNumber) -> Result<(), HostError> {
        self.take(now, Input::Abort(connection), None).map(|_| ())
    }

    /// Receives datagrams on a port, and sends from it.
    pub fn bind(&mut self, now: Time, port: u16) -> Result<(), HostError> {
        if port == 0 || self.inboxes.contains_key(&port) {
            return Err(HostError::PortInUse);
        }
        self.take(now, Input::Bind(port), None)?;
        self.inboxes.insert(port, Inbox::default());
        Ok(())
    }

    /// Receives no more datagrams on a port, and forgets those that came.
    pub fn unbind(&mut self, now: Time, port: u16) {
        if self.inboxes.remove(&port).is_some() {
            let _ = self.take(now, Input::Unbind(port), None);
        }
    }

    /// Sends a datagram from a port.
    pub fn send_datagram(
        &mut self,
        now: Time,
        port: u16,
        remote: SocketAddrV4,
        payload: &[u8],
    ) -> Result<(), HostError> {
        if payload.len() + DATAGRAM_HEADERS > self.settings.mtu.clamp(576, 65_535) as usize {
            return Err(HostError::TooLong);
        }
        self.take(now, Input::SendDatagram(port, remote, payload.into()), None).map(|_| ())
    }

    /// Takes the datagram on a port that came first.
    pub fn receive_datagram(&mut self, port: u16) -> Option<Datagram> {
        let inbox = self.inboxes.get_mut(&port)?;
        let datagram = inbox.datagrams.pop_front()?;
        inbox.octets -= datagram.payload.len();
        Some(datagram)
    }
}

// What comes out.
impl Host {
    /// The next frame to send.
    pub fn poll_frame(&mut self) -> Option<Rc<[u8]>> {
        self.frames.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<HostEvent> {
        self.events.pop_front()
    }

    /// When [`Host::handle_timeout`] is to be called.
    pub fn next_timeout(&self) -> Option<Time> {
        self.next_timeout
    }
}

impl Host {
    /// The one way into the stack.
    fn take(
        &mut self,
        now: Time,
        input: Input,
        inspection: Option<Inspection>,
    ) -> Result<Outcome, HostError> {
        let now = now.max(self.latest);
        self.latest = now;
        let Some(mut stack) = self.stack.take().or_else(|| self.rebuilt()) else {
            self.next_timeout = None;
            return Err(HostError::NoLog);
        };
        let mut outcome = stack.take(now, &input);
        self.watch(&stack, &input, inspection, &mut outcome);
        if let Some(log) = &mut self.log {
            log.push(now, input);
        }
        self.stack = Some(stack);
        outcome.error.map_or(Ok(outcome), Err)
    }

    /// A stack that has taken all inputs of the log.
    fn rebuilt(&self) -> Option<Box<Stack>> {
        let log = self.log.as_ref()?;
        let mut stack = Box::new(Stack::new(&self.settings));
        for (time, input) in log.iter() {
            // What came of it was seen when it first went in.
            let _ = stack.take_again(*time, input);
        }
        Some(stack)
    }
}
