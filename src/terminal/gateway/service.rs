//! The loop of the gateway: one thread has the broker, all sessions and all sockets.
//!
//! Each turn of the loop takes what the poll tells of, what time has brought, and lets every client that has
//! something read one piece. The broker's answers go to the sessions at once, and out as far as the sockets
//! take them.

use super::peer::Peer;
use super::stopping::Stopping;
use crate::amqp::Origin;
use crate::broker::{Broker, Context, SessionHost};
use crate::facts::{ClientName, Recorder};
use crate::ids::{ConnectionId, HoldsNames, MessageId, Names};
use crate::time::{Span, Time};
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::time::Duration;

const LISTENER: Token = Token(usize::MAX);
const STOPPING: Token = Token(usize::MAX - 1);

/// When no socket is left for a client, the next one is tried for after this time.
const ACCEPT_AGAIN: Span = Span::from_ms(100);

/// The broker with its clients.
pub(super) struct Service {
    poll: Poll,
    stopping: Stopping,
    /// None when the gateway stops.
    listener: Option<TcpListener>,
    clock: Clock,
    broker: Broker,
    names: Names,
    facts: Recorder,
    host: Host,
    peers: BTreeMap<usize, Peer>,
    by_connection: BTreeMap<ConnectionId, usize>,
    next_token: usize,
    /// The peers that have something to do.
    awake: BTreeSet<usize>,
    accept_at: Option<Time>,
    buffer: Vec<u8>,
}

impl Service {
    pub fn new(
        listener: std::net::TcpListener,
        mut broker: Broker,
        names: Names,
    ) -> std::io::Result<Service> {
        listener.set_nonblocking(true)?;
        let poll = Poll::new()?;
        let mut listener = TcpListener::from_std(listener);
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let stopping = Stopping::new(Waker::new(poll.registry(), STOPPING)?);
        let clock = Clock::start();
        broker.set_epoch(clock.epoch());
        Ok(Service {
            poll,
            stopping,
            listener: Some(listener),
            clock,
            broker,
            names,
            facts: Recorder::default(),
            host: Host::default(),
            peers: BTreeMap::new(),
            by_connection: BTreeMap::new(),
            next_token: 0,
            awake: BTreeSet::new(),
            accept_at: None,
            buffer: Vec::new(),
        })
    }

    /// What asks it to stop.
    pub fn stopping(&self) -> Stopping {
        self.stopping.clone()
    }

    /// Serves until it is asked to stop and every client has been told.
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
                let Token(token) = event.token();
                if event.token() == LISTENER {
                    self.accept_at = Some(Time::START);
                } else if let Some(peer) = self.peers.get_mut(&token) {
                    peer.wake(event.is_readable(), event.is_writable());
                    self.awake.insert(token);
                }
            }
            let now = self.clock.now();
            if self.accept_at.is_some_and(|time| time <= now) {
                self.accept(now);
            }
            self.handle_timeouts(now);
            for token in std::mem::take(&mut self.awake) {
                self.turn(now, token);
            }
            if self.stopping.is_asked() {
                self.stop(now);
                if self.peers.is_empty() {
                    return Ok(());
                }
            }
            // Nobody reads the facts of a gateway yet.
            drop(self.facts.drain());
            if self.names.want_sweep() {
                self.sweep_names();
            }
        }
    }

    /// Nobody comes in any more, and all who are there are told to go.
    fn stop(&mut self, now: Time) {
        let Some(mut listener) = self.listener.take() else { return };
        let _ = self.poll.registry().deregister(&mut listener);
        self.accept_at = None;
        for token in self.peers.keys().copied().collect::<Vec<_>>() {
            self.with_peer(now, token, |peer, broker, cx, _, _| peer.shut_down(broker, cx));
            self.write(now, token);
        }
        self.deliver(now);
    }

    /// Clients make up names: keys, tags, queues. Those that nobody speaks of any more are forgotten.
    fn sweep_names(&mut self) {
        self.broker.forget_routes();
        self.facts = Recorder::default();
        self.names.sweep(|visit| {
            self.broker.visit_names(visit);
            self.peers.values().for_each(|peer| peer.visit_names(visit));
        });
    }

    /// How long the poll may wait.
    fn patience(&self) -> Option<Duration> {
        if !self.awake.is_empty() {
            return Some(Duration::ZERO);
        }
        let peers = self.peers.values().filter_map(Peer::next_timeout);
        let next = peers.chain(self.accept_at).chain(self.next_broker_timeout()).min()?;
        Some(self.clock.until(next))
    }

    fn accept(&mut self, now: Time) {
        self.accept_at = None;
        while let Some(listener) = &self.listener {
            match listener.accept() {
                Ok((mut socket, _)) => {
                    let token = self.next_token;
                    let interest = Interest::READABLE | Interest::WRITABLE;
                    if self.poll.registry().register(&mut socket, Token(token), interest).is_err() {
                        continue;
                    }
                    // Answers are small and awaited.
                    let _ = socket.set_nodelay(true);
                    self.next_token += 1;
                    self.peers.insert(token, Peer::new(socket, now));
                    self.awake.insert(token);
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
        self.handle_broker_timeout(now);
        let is_due = |peer: &Peer| peer.next_timeout().is_some_and(|time| time <= now);
        let due: Vec<usize> =
            self.peers.iter().filter(|(_, peer)| is_due(peer)).map(|(token, _)| *token).collect();
        for token in due {
            self.with_peer(now, token, |peer, broker, cx, _, _| peer.handle_timeout(broker, cx));
            self.deliver(now);
            self.awake.insert(token);
        }
    }

    /// When the broker itself has something to do: an expiry, a timeout of a consumer.
    fn next_broker_timeout(&self) -> Option<Time> {
        self.broker.next_timeout()
    }

    fn handle_broker_timeout(&mut self, now: Time) {
        let Service { broker, names, facts, .. } = self;
        broker.handle_timeout(&mut Context { now, names, facts });
        self.deliver(now);
    }

    /// Lets a client read one piece, and writes to it.
    fn turn(&mut self, now: Time, token: usize) {
        self.with_peer(now, token, |peer, broker, cx, host, buffer| peer.read(broker, cx, host, buffer));
        self.deliver(now);
        self.write(now, token);
    }

    /// Gives what the broker says to the sessions, and lets them write.
    fn deliver(&mut self, now: Time) {
        let mut spoken_to = BTreeSet::new();
        while let Some(outgoing) = self.broker.poll_output() {
            let Some(&token) = self.by_connection.get(&outgoing.connection) else { continue };
            if let Some(peer) = self.peers.get_mut(&token) {
                peer.session().transmit(now, outgoing.channel, outgoing.command);
                spoken_to.insert(token);
            }
        }
        for token in spoken_to {
            self.write(now, token);
        }
    }

    fn write(&mut self, now: Time, token: usize) {
        self.with_peer(now, token, |peer, broker, cx, _, _| peer.write(broker, cx));
        if self.peers.get(&token).is_some_and(Peer::wants_turn) {
            self.awake.insert(token);
        }
    }

    /// Does something with a peer, and notes what has become of it.
    fn with_peer(
        &mut self,
        now: Time,
        token: usize,
        act: impl FnOnce(&mut Peer, &mut Broker, &mut Context, &mut Host, &mut Vec<u8>),
    ) {
        let Some(peer) = self.peers.get_mut(&token) else { return };
        let before = peer.connection();
        let mut cx = Context { now, names: &mut self.names, facts: &mut self.facts };
        act(peer, &mut self.broker, &mut cx, &mut self.host, &mut self.buffer);
        let after = peer.connection();
        if before != after {
            before.map(|id| self.by_connection.remove(&id));
            after.map(|id| self.by_connection.insert(id, token));
        }
        if peer.is_gone() {
            // An error would only say that the socket is gone already.
            let _ = self.poll.registry().deregister(peer.socket());
            self.peers.remove(&token);
        }
    }
}

/// What sessions ask for.
#[derive(Default)]
struct Host {
    last_message: u32,
}

impl SessionHost for Host {
    fn next_origin(&mut self, ClientName(publisher): ClientName) -> Origin {
        self.last_message = self.last_message.wrapping_add(1);
        Origin { message: MessageId(self.last_message), publisher, published: Time::START }
    }
}

/// The one clock of the program.
#[expect(clippy::disallowed_types, reason = "a gateway is about real time")]
pub(super) struct Clock(std::time::Instant);

#[expect(clippy::disallowed_types, reason = "a gateway is about real time")]
impl Clock {
    pub fn start() -> Clock {
        Clock(std::time::Instant::now())
    }

    pub fn now(&self) -> Time {
        Time::from_us(u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// How long after the beginning of 1970 it was started, by the clock of the computer.
    pub fn epoch(&self) -> Span {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let us = since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX));
        Span::from_us(us.saturating_sub(self.now().as_us()))
    }

    /// How long it is until then; rounded up, so that it is not asked again too early.
    pub fn until(&self, time: Time) -> Duration {
        let us = (time - self.now()).as_us();
        Duration::from_millis(us.div_ceil(1_000))
    }
}
