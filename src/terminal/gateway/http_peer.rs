//! A client of the service on a socket.

use crate::realtime::connection::{Connection, Ending};
use crate::time::{Span, Time};
use mio::net::TcpStream;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;

/// So many octets are read at once.
const CHUNK: usize = 64 * 1024;

/// A client is not read from while so many octets wait for it: one that asks and does not read the answers would
/// fill the memory.
const MOST_WAITING: usize = 1024 * 1024;

/// A client may take so long to read what was sent last, and to close its side.
const PARTING: Span = Span::from_ms(3_000);

/// A socket with its connection. The poll tells of changes alone, so what the socket can do is remembered.
pub(super) struct HttpPeer {
    socket: TcpStream,
    connection: Connection,
    out: Vec<u8>,
    written: usize,
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
            out: Vec::new(),
            written: 0,
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
        let is_congested = self.connection.is_congested() || self.out.len() - self.written > MOST_WAITING;
        let has_ended = self.connection.ending().is_some();
        self.can_read && !self.is_gone && !self.has_client_ended && (has_ended || !is_congested)
    }

    pub fn next_timeout(&self) -> Option<Time> {
        self.connection.next_timeout().into_iter().chain(self.parting).min()
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
        if let Some(mut octets) = self.connection.poll_bytes() {
            if self.written == self.out.len() {
                self.out.clear();
                self.written = 0;
            }
            self.out.append(&mut octets);
        }
        while self.can_write && !self.is_gone && self.written < self.out.len() {
            match self.socket.write(&self.out[self.written..]) {
                Ok(0) => self.lose(),
                Ok(count) => self.written += count,
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => self.can_write = false,
                    ErrorKind::Interrupted => {}
                    _ => self.lose(),
                },
            }
        }
        if self.written == self.out.len() && self.out.capacity() > 2 * CHUNK {
            self.out = Vec::new();
            self.written = 0;
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
                if self.written == self.out.len() && !self.is_gone {
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
