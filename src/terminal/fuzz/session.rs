//! Sessions on a broker: whatever clients send, every session ends or waits, nothing of it stays, and no name is
//! forgotten that something still holds.

use super::octets::Source;
use crate::amqp::Origin;
use crate::amqp::wire::FrameDecoder;
use crate::broker::{Broker, Context, Session, SessionHost, SessionSettings};
use crate::facts::{ClientName, Recorder};
use crate::ids::{HoldsNames, MessageId, Name, Names};
use crate::time::{Span, Time};

/// So many octets are before the first method that is not of the handshake.
const HANDSHAKE: usize = 88;

/// So often time is let go on before a session that was left alone must have ended: heartbeats go out every 5 s
/// for 30 s at most.
const MOST_TIMEOUTS: usize = 50;

struct Host(u32);

impl SessionHost for Host {
    fn next_origin(&mut self, ClientName(publisher): ClientName) -> Origin {
        self.0 += 1;
        Origin { message: MessageId(self.0), publisher, published: Time::START }
    }
}

struct World {
    broker: Broker,
    names: Names,
    facts: Recorder,
    host: Host,
    now: Time,
    sessions: Vec<Client>,
    /// How many commands the broker had for its clients.
    answers: u64,
}

struct Client {
    session: Session,
    reader: Reader,
    waiting: Vec<u8>,
}

/// What a client reads: a protocol header, or frames that are right.
struct Reader {
    decoder: FrameDecoder,
    is_first: bool,
}

pub(super) fn round(mut source: Source) -> u64 {
    let (mut broker, mut names) = (Broker::new(), Names::new());
    broker.add_virtual_host("/", &mut names);
    broker.add_guest(&names);
    let sessions = (0..1 + source.below(3)).map(|_| client(&mut source)).collect();
    let now = Time::START;
    let mut world =
        World { broker, names, facts: Recorder::default(), host: Host(0), now, sessions, answers: 0 };
    while world.sessions.iter().any(|client| !client.waiting.is_empty()) {
        let number = source.below(world.sessions.len());
        let length = world.sessions[number].waiting.len();
        if length > 0 {
            let count = 1 + source.below(length.min(300));
            world.receive(number, count);
        }
        if !source.once_in(3) {
            world.report_sent();
        }
        if source.once_in(10) {
            world.pass(Span::from_ms(source.below(4_000) as u64));
        }
        if source.once_in(20) {
            world.sweep();
        }
        if source.once_in(40) {
            world.with_session(number, |session, broker, cx, _| session.disconnected(broker, cx));
        }
    }
    world.leave_alone();
    world.answers
}

fn client(source: &mut Source) -> Client {
    let waiting = if source.once_in(20) {
        source.noise(200)
    } else {
        let mut octets = source.conversation();
        let from = if source.once_in(8) { 0 } else { HANDSHAKE };
        source.mutate(&mut octets, from);
        octets
    };
    let mut decoder = FrameDecoder::new();
    decoder.set_frame_max(0);
    let reader = Reader { decoder, is_first: true };
    Client { session: Session::new(Time::START, "fuzz", SessionSettings::default()), reader, waiting }
}

impl World {
    fn receive(&mut self, number: usize, count: usize) {
        let octets: Vec<u8> = self.sessions[number].waiting.drain(..count).collect();
        self.with_session(number, |session, broker, cx, host| session.receive(broker, cx, host, &octets));
    }

    fn pass(&mut self, span: Span) {
        self.now += span;
        for number in 0..self.sessions.len() {
            let due = self.sessions[number].session.next_timeout().is_some_and(|time| time <= self.now);
            if due {
                self.with_session(number, |session, broker, cx, _| session.handle_timeout(broker, cx));
                let next = self.sessions[number].session.next_timeout();
                assert!(next.is_none_or(|time| time > self.now), "a deadline stays when it has come");
            }
        }
    }

    fn with_session(
        &mut self,
        number: usize,
        act: impl FnOnce(&mut Session, &mut Broker, &mut Context, &mut Host),
    ) {
        let mut cx = Context { now: self.now, names: &mut self.names, facts: &mut self.facts };
        act(&mut self.sessions[number].session, &mut self.broker, &mut cx, &mut self.host);
        while let Some(outgoing) = self.broker.poll_output() {
            self.answers += 1;
            let to = self.sessions.iter_mut().find(|c| c.session.connection() == Some(outgoing.connection));
            if let Some(client) = to {
                client.session.transmit(self.now, outgoing.channel, outgoing.command);
            }
        }
        for client in &mut self.sessions {
            let mut out = Vec::new();
            while client.session.poll_transmit(self.now, &self.names, &mut out, usize::MAX) {
                client.reader.read(&out);
                out.clear();
            }
        }
        drop(self.facts.drain());
    }

    /// Forgets names, and looks for one that should have stayed: what is printed for debugging shows every field
    /// of everything, whatever visits names.
    fn sweep(&mut self) {
        self.broker.forget_routes();
        let World { broker, names, sessions, .. } = self;
        names.sweep(|visit| {
            broker.visit_names(visit);
            sessions.iter().for_each(|client| client.session.visit_names(visit));
        });
        let sessions: Vec<&Session> = sessions.iter().map(|client| &client.session).collect();
        let shown = format!("{broker:?} {sessions:?}");
        for (place, start) in shown.match_indices("Name(") {
            let digits = shown[place + start.len()..].split(')').next().unwrap_or_default();
            let Ok(number) = digits.parse() else { continue };
            if !names.knows(Name(number)) {
                let around: String = shown.chars().skip(place.saturating_sub(200)).take(220).collect();
                panic!("a name is held and was forgotten, behind: {around}");
            }
        }
    }

    /// Lets the transports of all clients take what they can.
    fn report_sent(&mut self) {
        for number in 0..self.sessions.len() {
            self.with_session(number, |session, broker, cx, _| session.report_sent(broker, cx));
        }
    }

    /// No client says anything more: after a while no session is left that could be ended by time, and when
    /// the transports of the others are gone the broker knows of no client.
    fn leave_alone(&mut self) {
        self.sweep();
        for _ in 0..MOST_TIMEOUTS {
            let Some(next) = self.sessions.iter().filter_map(|c| c.session.next_timeout()).min() else {
                break;
            };
            self.pass(next - self.now);
        }
        for number in 0..self.sessions.len() {
            assert_eq!(self.sessions[number].session.next_timeout(), None, "a session does not come to rest");
            self.with_session(number, |session, broker, cx, _| session.disconnected(broker, cx));
            assert!(self.sessions[number].session.has_ended());
        }
        assert_eq!(self.broker.connections().count(), 0, "a connection is left");
        for (_, queue) in self.broker.queues() {
            assert_eq!(
                (queue.unacknowledged, queue.consumer_count()),
                (0, 0),
                "something is left of a client"
            );
        }
    }
}

impl Reader {
    fn read(&mut self, mut octets: &[u8]) {
        if std::mem::take(&mut self.is_first) && octets.starts_with(b"AMQP") {
            octets = &octets[8..];
        }
        while self.decoder.read(&mut octets).expect("a broker writes frames that are right").is_some() {}
    }
}
