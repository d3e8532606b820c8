//! A client of the service on a socket.

use crate::realtime::connection::{Connection, Ending};
use crate::time::{Span, Time};
use mio::net::TcpStream;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;

/// So many octets are read at once.
const CHUNK: usize = 64 * 1024;

/// A client is not read from while so many octets wait for it: one that asks and does not read the answers would
/// fill the memory.
const MOST_WAITING: usize = 1024 * 1024;

/// Frames of a WebSocket leave so far apart, each in a segment of its own. A server on Node.js writes the next frame
/// when the one before is out, and clients that wait for one message after the other, like the public test suite of
/// Socket.IO, miss those that come together.
const BETWEEN_FRAMES: Span = Span::from_ms(1);

/// So many frames of a WebSocket are its first. In them clients say who they are and are let in, one question after
/// the other: they leave further apart, so that a busy machine reads each by itself, too.
const FIRST_FRAMES: u32 = 8;

/// The first frames of a WebSocket leave so far apart.
const BETWEEN_FIRST_FRAMES: Span = Span::from_ms(5);

/// When more frames than these wait they leave together, as there is something to catch up with.
const MOST_APART: usize = 8;

/// A client may take so long to read what was sent last, and to close its side.
const PARTING: Span = Span::from_ms(3_000);

/// A socket with its connection. The poll tells of changes alone, so what the socket can do is remembered.
pub(super) struct HttpPeer {
    socket: TcpStream,
    connection: Connection,
    /// Responses and frames that are to be written, and how much of the first is.
    out: VecDeque<Vec<u8>>,
    written: usize,
    /// How many frames of its WebSocket have been written; not counted beyond the first.
    frames: u32,
    /// When the next frame may be written.
    pause: Option<Time>,
    can_read: bool,
    can_write: bool,
    has_client_ended: bool,
    /// When the socket is closed, whatever the client does.
    parting: Option<Time>,
    is_shut: bool,
    is_gone: bool,
}

impl HttpPeer {
    pub fn new(socket: TcpStream, connection: Connection) -> HttpPeer {
        HttpPeer {
            socket,
            connection,
            out: VecDeque::new(),
            written: 0,
            frames: 0,
            pause: None,
            can_read: true,
            can_write: true,
            has_client_ended: false,
            parting: None,
            is_shut: false,
            is_gone: false,
        }
    }

    pub fn socket(&mut self) -> &mut TcpStream {
        &mut self.socket
    }

    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
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

    /// Whether there is something to read now.
    pub fn wants_turn(&self) -> bool {
        let waiting: usize = self.out.iter().map(Vec::len).sum();
        let is_congested = self.connection.is_congested() || waiting > MOST_WAITING;
        let has_ended = self.connection.ending().is_some();
        self.can_read && !self.is_gone && !self.has_client_ended && (has_ended || !is_congested)
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let pause = self.pause.filter(|_| !self.out.is_empty());
        self.connection.next_timeout().into_iter().chain(self.parting).chain(pause).min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.connection.handle_timeout(now);
        if self.parting.is_some_and(|parting| parting <= now) {
            self.lose();
        }
    }

    /// Reads once, if there is something. Behind the end of the connection it is passed over.
    pub fn read(&mut self, now: Time, buffer: &mut Vec<u8>) {
        if !self.wants_turn() {
            return;
        }
        buffer.resize(CHUNK, 0);
        match self.socket.read(buffer) {
            Ok(0) => {
                self.has_client_ended = true;
                self.connection.handle_end();
            }
            Ok(count) => self.connection.handle_bytes(now, &buffer[..count]),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock => self.can_read = false,
                ErrorKind::Interrupted => {}
                _ => self.lose(),
            },
        }
    }

    /// Writes what the socket takes.
    pub fn write(&mut self, now: Time) {
        self.out.extend(std::iter::from_fn(|| self.connection.poll_bytes()));
        if self.pause.is_some_and(|pause| pause <= now) || self.out.len() > MOST_APART {
            self.pause = None;
        }
        while let (true, None, false, Some(octets)) =
            (self.can_write, self.pause, self.is_gone, self.out.front())
        {
            match self.socket.write(&octets[self.written..]) {
                Ok(0) => self.lose(),
                Ok(count) if self.written + count == octets.len() => {
                    self.written = 0;
                    self.out.pop_front();
                    if self.connection.is_websocket() && self.out.len() <= MOST_APART {
                        let is_first = self.frames < FIRST_FRAMES;
                        self.frames += u32::from(is_first);
                        let pause = if is_first { BETWEEN_FIRST_FRAMES } else { BETWEEN_FRAMES };
                        self.pause = Some(now + pause);
                    }
                }
                Ok(count) => self.written += count,
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => self.can_write = false,
                    ErrorKind::Interrupted => {}
                    _ => self.lose(),
                },
            }
        }
        self.part(now);
    }

    /// Ends the socket after the connection. Closing it at once would lose what the client has not read yet if
    /// it has sent something more; so its end is waited for (RFC 9112 section 9.6).
    fn part(&mut self, now: Time) {
        match self.connection.ending() {
            None => {}
            Some(Ending::AtOnce) => self.lose(),
            Some(Ending::AfterBytes) => {
                self.parting.get_or_insert(now + PARTING);
                if self.out.is_empty() && !self.is_gone {
                    if !self.is_shut {
                        self.is_shut = true;
                        self.is_gone = self.socket.shutdown(Shutdown::Write).is_err();
                    }
                    self.is_gone |= self.has_client_ended;
                }
            }
        }
    }

    /// The socket cannot be used any more.
    fn lose(&mut self) {
        self.connection.handle_end();
        self.is_gone = true;
    }
}
