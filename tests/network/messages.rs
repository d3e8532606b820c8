//! Ten hosts that send numbered messages to another one, over TCP.

use queuescope::network::host::{ConnectionNumber, HostEvent, TcpState};
use queuescope::network::{HostNumber, LinkSettings, LocalNetwork, NetworkFact, Occurrence};
use queuescope::time::{Span, Time};
use std::collections::BTreeMap;
use std::net::SocketAddrV4;
use xxhash_rust::xxh64::Xxh64;

const PORT: u16 = 5672;
/// Octets of a message: its number, and what fills it up.
const MESSAGE: usize = 100;
/// All senders make a message at the same moments, so long apart.
const INTERVAL_US: u64 = 5_000;

/// One sender.
#[derive(Clone)]
struct Sender {
    host: HostNumber,
    connection: ConnectionNumber,
    sent: u64,
    /// Octets of the message under way for which there was no room yet.
    rest: Vec<u8>,
}

/// The hosts and what they have sent and received.
#[derive(Clone)]
pub struct Messages {
    pub network: LocalNetwork,
    pub now: Time,
    count: u64,
    /// How many messages each sender has made so far.
    made: u64,
    pub server: HostNumber,
    senders: Vec<Sender>,
    unread: BTreeMap<ConnectionNumber, Vec<u8>>,
    /// The numbers of the messages that came on each connection.
    pub received: BTreeMap<ConnectionNumber, Vec<u64>>,
    pub facts: Vec<Occurrence>,
    keeps_facts: bool,
    pub frames: u64,
    hash: Xxh64,
}

impl Messages {
    /// Hosts with links of these settings; each of them is to send `count` messages.
    pub fn new(seed: u64, hosts: usize, count: u64, link: &LinkSettings, keeps_facts: bool) -> Messages {
        let mut network = LocalNetwork::new(seed);
        let server = network.add_host(network.host_settings()).expect("there is room");
        network
            .with_host(Time::START, server, |host| host.listen(Time::START, PORT, hosts))
            .expect("nobody listens there");
        let address = SocketAddrV4::new(network.host(server).settings().address(), PORT);
        let mut senders = Vec::new();
        for number in 0..hosts {
            let mut settings = network.host_settings();
            settings.tcp.is_nagle_on = false;
            let host = network.add_host(settings).expect("there is room");
            network.join([host, server], &format!("P{number}"), [link.clone(), link.clone()]);
            let connection = network
                .with_host(Time::START, host, |host| host.connect(Time::START, address))
                .expect("there is a port left");
            senders.push(Sender { host, connection, sent: 0, rest: Vec::new() });
        }
        Messages {
            network,
            now: Time::START,
            count,
            made: 0,
            server,
            senders,
            unread: BTreeMap::new(),
            received: BTreeMap::new(),
            facts: Vec::new(),
            keeps_facts,
            frames: 0,
            hash: Xxh64::new(seed),
        }
    }

    /// Whether all messages have come.
    pub fn is_done(&self) -> bool {
        self.received.values().map(Vec::len).sum::<usize>() as u64 == self.count * self.senders.len() as u64
    }

    /// A hash over all frames and the times at which they were sent.
    pub fn hash(&self) -> u64 {
        self.hash.digest()
    }

    /// The next moment at which something happens.
    pub fn next(&self) -> Option<Time> {
        let making = Time::from_us(self.made * INTERVAL_US);
        self.network.next_timeout().into_iter().chain((self.made < self.count).then_some(making)).min()
    }

    /// Lets the next moment happen; says whether there was one.
    pub fn step(&mut self) -> bool {
        let Some(next) = self.next() else { return false };
        self.now = self.now.max(next);
        self.network.handle_timeout(next);
        if self.made < self.count && next == Time::from_us(self.made * INTERVAL_US) {
            self.made += 1;
            (0..self.senders.len()).for_each(|place| self.send(place));
        }
        self.look();
        true
    }

    /// Runs until all messages have come, or for so long.
    pub fn run(&mut self, limit: Span) {
        let end = self.now + limit;
        while !self.is_done() && self.next().is_some_and(|next| next <= end) {
            self.step();
        }
    }

    fn look(&mut self) {
        while let Some(occurrence) = self.network.poll_fact() {
            if let NetworkFact::Sent { octets, .. } = &occurrence.fact {
                self.hash.update(&occurrence.time.as_us().to_le_bytes());
                self.hash.update(octets);
                self.frames += 1;
            }
            if let NetworkFact::Noticed { host, event, .. } = &occurrence.fact {
                self.react(*host, event);
            }
            if self.keeps_facts {
                self.facts.push(occurrence);
            }
        }
    }

    fn react(&mut self, host: HostNumber, event: &HostEvent) {
        match event {
            HostEvent::Readable { connection, .. } if host == self.server => self.receive(*connection),
            HostEvent::State { to: TcpState::Established, .. } | HostEvent::Acknowledged { .. }
                if host != self.server =>
            {
                let place = self.senders.iter().position(|sender| sender.host == host);
                self.send(place.expect("it is a sender"));
            }
            _ => {}
        }
    }

    fn send(&mut self, place: usize) {
        let (now, made) = (self.now, self.made);
        let sender = &mut self.senders[place];
        loop {
            if sender.rest.is_empty() {
                if sender.sent == made {
                    return;
                }
                sender.rest = message(sender.sent);
                sender.sent += 1;
            }
            let (connection, rest) = (sender.connection, &sender.rest);
            let taken = self.network.with_host(now, sender.host, |host| host.send(now, connection, rest));
            // Before the connection is established nothing is taken.
            let taken = taken.unwrap_or(0);
            if taken == 0 {
                return;
            }
            sender.rest.drain(..taken);
        }
    }

    fn receive(&mut self, connection: ConnectionNumber) {
        let now = self.now;
        let octets = self
            .network
            .with_host(now, self.server, |host| host.receive(now, connection, usize::MAX))
            .expect("the connection is open");
        let unread = self.unread.entry(connection).or_default();
        unread.extend(octets);
        let whole = unread.len() / MESSAGE * MESSAGE;
        for octets in unread.drain(..whole).collect::<Vec<u8>>().chunks(MESSAGE) {
            let number = u64::from_be_bytes(*octets.first_chunk::<8>().expect("a message is longer"));
            assert_eq!(octets, message(number), "a message is received as it was sent");
            self.received.entry(connection).or_default().push(number);
        }
    }
}

fn message(number: u64) -> Vec<u8> {
    let mut octets = number.to_be_bytes().to_vec();
    octets.resize(MESSAGE, number as u8);
    octets
}
