//! The loop behind `--http`: one thread has the service, all connections and all sockets.
//!
//! Each turn takes what the poll tells of and what time has brought, lets every client that has something read one
//! piece, and carries between connections and service until neither has anything to say.

use super::http_peer::HttpPeer;
use super::service::Clock;
use crate::realtime::connection::{Connection, ConnectionSettings};
use crate::realtime::{Output, Service};
use crate::time::{Span, Time};
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::ErrorKind;
use std::time::Duration;

const LISTENER: Token = Token(usize::MAX);

/// When no socket is left for a client, the next one is tried for after this time.
const ACCEPT_AGAIN: Span = Span::from_ms(100);

/// A service with its clients.
pub(super) struct HttpGateway {
    poll: Poll,
    listener: TcpListener,
    clock: Clock,
    service: Box<dyn Service>,
    settings: ConnectionSettings,
    /// By the number of their connection, which is their token as well.
    peers: BTreeMap<u32, HttpPeer>,
    next_number: u32,
    /// The peers that have something to do, each once, in the order in which they got it: what one client sent
    /// before another is read before it.
    awake: VecDeque<u32>,
    accept_at: Option<Time>,
    buffer: Vec<u8>,
}

impl HttpGateway {
    pub fn new(
        listener: std::net::TcpListener,
        service: Box<dyn Service>,
        settings: ConnectionSettings,
    ) -> std::io::Result<HttpGateway> {
        listener.set_nonblocking(true)?;
        let poll = Poll::new()?;
        let mut listener = TcpListener::from_std(listener);
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        Ok(HttpGateway {
            poll,
            listener,
            clock: Clock::start(),
            service,
            settings,
            peers: BTreeMap::new(),
            next_number: 0,
            awake: VecDeque::new(),
            accept_at: None,
            buffer: Vec::new(),
        })
    }

    /// Serves until the program is ended.
    ///
    /// # Errors
    /// When the poll fails. What is wrong with one client ends that one alone.
    pub fn run(&mut self) -> std::io::Result<()> {
        let mut events = Events::with_capacity(1_024);
        loop {
            match self.poll.poll(&mut events, self.patience()) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            for event in &events {
                if event.token() == LISTENER {
                    self.accept_at = Some(Time::START);
                } else if let Ok(number) = u32::try_from(event.token().0)
                    && let Some(peer) = self.peers.get_mut(&number)
                {
                    peer.wake(event.is_readable(), event.is_writable());
                    self.wake(number);
                }
            }
            let now = self.clock.now();
            if self.accept_at.is_some_and(|time| time <= now) {
                self.accept(now);
            }
            self.handle_timeouts(now);
            for number in std::mem::take(&mut self.awake) {
                self.turn(now, number);
            }
        }
    }

    fn wake(&mut self, number: u32) {
        if !self.awake.contains(&number) {
            self.awake.push_back(number);
        }
    }

    /// How long the poll may wait.
    fn patience(&self) -> Option<Duration> {
        if !self.awake.is_empty() {
            return Some(Duration::ZERO);
        }
        let peers = self.peers.values().filter_map(HttpPeer::next_timeout);
        let next = peers.chain(self.accept_at).chain(self.service.next_timeout()).min()?;
        Some(self.clock.until(next))
    }

    fn accept(&mut self, now: Time) {
        self.accept_at = None;
        loop {
            match self.listener.accept() {
                Ok((mut socket, _)) => {
                    // Numbers go round after four thousand million; one that is taken is passed over.
                    while self.peers.contains_key(&self.next_number) {
                        self.next_number = self.next_number.wrapping_add(1);
                    }
                    let number = self.next_number;
                    self.next_number = number.wrapping_add(1);
                    let interest = Interest::READABLE | Interest::WRITABLE;
                    if self.poll.registry().register(&mut socket, Token(number as usize), interest).is_err() {
                        continue;
                    }
                    // Answers are small and awaited.
                    let _ = socket.set_nodelay(true);
                    let connection = Connection::new(now, number, self.settings.clone());
                    self.peers.insert(number, HttpPeer::new(socket, connection));
                    self.wake(number);
                }
                Err(error) => match error.kind() {
                    ErrorKind::WouldBlock => return,
                    ErrorKind::Interrupted | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset => {}
                    _ => {
                        self.accept_at = Some(now + ACCEPT_AGAIN);
                        return;
                    }
                },
            }
        }
    }

    fn handle_timeouts(&mut self, now: Time) {
        // What has run out has run out at its time, however late the poll has woken: what begins then does not
        // come later and later.
        while let Some(due) = self.service.next_timeout().filter(|due| *due <= now) {
            self.service.handle_timeout(due);
            self.settle(now, BTreeSet::new());
        }
        let is_due = |peer: &HttpPeer| peer.next_timeout().is_some_and(|time| time <= now);
        let due: BTreeSet<u32> =
            self.peers.iter().filter(|(_, peer)| is_due(peer)).map(|(number, _)| *number).collect();
        for number in &due {
            if let Some(peer) = self.peers.get_mut(number) {
                peer.handle_timeout(now);
            }
        }
        self.settle(now, due);
    }

    /// Lets a client read one piece.
    fn turn(&mut self, now: Time, number: u32) {
        if let Some(peer) = self.peers.get_mut(&number) {
            peer.read(now, &mut self.buffer);
        }
        self.settle(now, BTreeSet::from([number]));
    }

    /// Carries between these connections and the service until nothing is left, and lets all of them write whom
    /// it concerns.
    fn settle(&mut self, now: Time, mut concerned: BTreeSet<u32>) {
        let mut talking = concerned.clone();
        loop {
            // What the service wants done about an input comes before the next input.
            while let Some(output) = self.service.poll_output() {
                let number = Connection::number_of(exchange(&output));
                if let Some(peer) = self.peers.get_mut(&number) {
                    peer.connection().handle_output(now, output);
                    talking.insert(number);
                    concerned.insert(number);
                }
            }
            let Some(&number) = talking.first() else { break };
            match self.peers.get_mut(&number).and_then(|peer| peer.connection().poll_input()) {
                Some(input) => self.service.handle(now, input),
                None => {
                    talking.remove(&number);
                }
            }
        }
        for number in concerned {
            self.write(now, number);
        }
    }

    fn write(&mut self, now: Time, number: u32) {
        let Some(peer) = self.peers.get_mut(&number) else { return };
        let mut wants_turn = false;
        peer.write(now);
        // What could not be written any more makes its requests gone.
        while let Some(input) = peer.connection().poll_input() {
            self.service.handle(now, input);
            wants_turn = true;
        }
        wants_turn |= peer.wants_turn();
        if peer.is_gone() {
            // An error would only say that the socket is gone already.
            let _ = self.poll.registry().deregister(peer.socket());
            self.peers.remove(&number);
        }
        if wants_turn {
            self.wake(number);
        }
    }
}

fn exchange(output: &Output) -> crate::realtime::ExchangeId {
    match output {
        Output::Respond { exchange, .. }
        | Output::Accept { exchange }
        | Output::Send { exchange, .. }
        | Output::Close { exchange, .. }
        | Output::Abort { exchange } => *exchange,
    }
}
