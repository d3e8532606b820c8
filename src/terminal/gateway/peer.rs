//! A client on a socket: what has come from it, what is on its way to it.

use crate::broker::{Broker, Context, Session, SessionHost, SessionSettings};
use crate::ids::{ConnectionId, HoldsNames, Name, Names};
use crate::time::{Span, Time};
use mio::net::TcpStream;
use socket2::SockRef;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::Duration;

/// So many octets are read at once, and written at once where they are there.
const CHUNK: usize = 64 * 1024;

/// A client is not read from while so many commands wait for it: one that asks and does not read the answers
/// would fill the memory.
const MOST_WAITING: usize = 1_000;

/// A client that takes nothing of what waits for it for so long is dropped (as recorded from 3.10.8).
const STALLED: Span = Span::from_ms(30_000);

/// A client may take so long to read what was sent last, and to close its side.
const PARTING: Span = Span::from_ms(3_000);

/// A socket with its session. The poll tells of changes alone, so what the socket can do is remembered.
pub(super) struct Peer {
    socket: TcpStream,
    session: Session,
    out: Vec<u8>,
    written: usize,
    can_read: bool,
    can_write: bool,
    /// Since when the socket has taken nothing of what waits.
    stalled: Option<Time>,
    /// When the socket is closed, whatever the client does.
    parting: Option<Time>,
    is_shut: bool,
    is_gone: bool,
}

impl Peer {
    pub fn new(socket: TcpStream, now: Time) -> Peer {
        let address = socket.peer_addr().map_or_else(|_| "unknown".to_owned(), |address| address.to_string());
        Peer {
            session: Session::new(now, &address, SessionSettings::default()),
            socket,
            out: Vec::new(),
            written: 0,
            can_read: true,
            can_write: true,
            stalled: None,
            parting: None,
            is_shut: false,
            is_gone: false,
        }
    }

    pub fn socket(&mut self) -> &mut TcpStream {
        &mut self.socket
    }

    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    pub fn connection(&self) -> Option<ConnectionId> {
        self.session.connection()
    }

    /// Names on their way from the client or to it.
    pub fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.session.visit_names(visit);
    }

    /// The poll has seen a change.
    pub fn wake(&mut self, can_read: bool, can_write: bool) {
        self.can_read |= can_read;
        self.can_write |= can_write;
    }

    /// Whether the socket can be forgotten.
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Whether there is something to read now, or to tell the broker.
    pub fn wants_turn(&self) -> bool {
        self.wants_to_read() || (self.session.has_sent() && !self.is_gone)
    }

    fn wants_to_read(&self) -> bool {
        self.can_read && !self.is_gone && (self.is_shut || !self.is_congested())
    }

    pub fn next_timeout(&self) -> Option<Time> {
        // A client that does not read is not read from: what it has said is not heard, and says that it is there.
        let is_unheard = self.is_congested() && self.can_read;
        let session = self.session.next_timeout().filter(|_| !is_unheard);
        let stalled = self.stalled.map(|since| since + STALLED);
        session.into_iter().chain(stalled).chain(self.parting).min()
    }

    fn is_congested(&self) -> bool {
        !self.session.has_ended() && self.session.waiting() >= MOST_WAITING
    }

    pub fn handle_timeout(&mut self, broker: &mut Broker, cx: &mut Context) {
        if !(self.is_congested() && self.can_read) {
            self.session.handle_timeout(broker, cx);
        }
        let is_stalled = self.stalled.is_some_and(|since| since + STALLED <= cx.now);
        if is_stalled || self.parting.is_some_and(|parting| parting <= cx.now) {
            self.lose(broker, cx);
        }
    }

    /// The gateway stops: a word to the client, and the end.
    pub fn shut_down(&mut self, broker: &mut Broker, cx: &mut Context) {
        self.session.shut_down(broker, cx);
    }

    /// Tells the broker what has gone out, and reads once, if there is something.
    pub fn read(
        &mut self,
        broker: &mut Broker,
        cx: &mut Context,
        host: &mut dyn SessionHost,
        buffer: &mut Vec<u8>,
    ) {
        self.session.report_sent(broker, cx);
        if !self.wants_to_read() {
            return;
        }
        buffer.resize(CHUNK, 0);
        match self.socket.read(buffer) {
            Ok(0) => self.lose(broker, cx),
            Ok(_) if self.session.has_ended() => {}
            Ok(count) => self.session.receive(broker, cx, host, &buffer[..count]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => self.can_read = false,
                ErrorKind::Interrupted => {}
                _ => self.lose(broker, cx),
            },
        }
    }

    /// Writes what the socket takes.
    pub fn write(&mut self, broker: &mut Broker, cx: &mut Context) {
        while self.can_write && !self.is_gone {
            if self.written == self.out.len() && !self.fill(cx.now, cx.names) {
                break;
            }
            match self.socket.write(&self.out[self.written..]) {
                Ok(0) => self.lose(broker, cx),
                Ok(count) => {
                    self.written += count;
                    self.stalled = None;
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => {
                        self.can_write = false;
                        self.stalled.get_or_insert(cx.now);
                    }
                    ErrorKind::Interrupted => {}
                    _ => self.lose(broker, cx),
                },
            }
        }
        self.part(cx.now);
    }

    fn fill(&mut self, now: Time, names: &Names) -> bool {
        self.out.clear();
        self.out.shrink_to(2 * CHUNK);
        self.written = 0;
        self.session.poll_transmit(now, names, &mut self.out, CHUNK)
    }

    /// Ends the socket after the session. Closing it at once would lose what the client has not read yet if
    /// it has sent something more; so its end is waited for.
    fn part(&mut self, now: Time) {
        if !self.session.has_ended() || self.is_gone {
            return;
        }
        self.parting.get_or_insert(now + PARTING);
        let is_all_written = self.written == self.out.len() && self.session.waiting() == 0;
        if is_all_written && !self.is_shut {
            self.is_shut = true;
            self.is_gone = self.socket.shutdown(Shutdown::Write).is_err();
        }
    }

    /// The socket cannot be used any more. A client that reads nothing is not waited for either by the system
    /// (RabbitMQ lets no socket linger).
    pub fn lose(&mut self, broker: &mut Broker, cx: &mut Context) {
        if self.stalled.is_some() {
            // Where it does not work the system gives up later.
            let _ = SockRef::from(&self.socket).set_linger(Some(Duration::ZERO));
        }
        self.session.disconnected(broker, cx);
        self.is_gone = true;
    }
}
