//! A client's side of an AMQP connection: octets in, commands out, and the other way round.
//!
//! It speaks the protocol header, the login, the tuning and the heartbeats as clients of RabbitMQ do (amqplib, pika),
//! and gives every other method to whoever plays the client: `connection.open-ok` is the first. The broker's side is
//! [`broker::Session`](crate::broker::Session). It does no I/O and has no clock.

use crate::amqp::wire::{
    Assembler, Credentials, EncodeError, Frame, FrameDecoder, FrameKind, PROTOCOL_HEADER, is_refusal,
    write_command,
};
use crate::amqp::{ChannelNumber, Command, Due, Heartbeat, Method, Origin, Table, Value};
use crate::facts::ClientName;
use crate::ids::{Name, Names};
use crate::time::Time;

/// What a client says of itself, and where it wants to go.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name of the client, which it gives to its connection.
    pub client: ClientName,
    /// Who logs in.
    pub credentials: Credentials,
    /// The virtual host.
    pub virtual_host: Name,
}

impl Login {
    /// The answer to `connection.start`, by the mechanism PLAIN (RFC 4616).
    ///
    /// # Errors
    /// When user or password cannot be written.
    pub fn start_ok(&self, names: &Names) -> Result<Method, EncodeError> {
        let can = |name: &str| (name.to_owned(), Value::Boolean(true));
        let capabilities = Value::Table(Table(CAPABILITIES.map(can).into()));
        let text = |name: &str, text: &str| (name.to_owned(), Value::text(text));
        Ok(Method::ConnectionStartOk {
            client_properties: Table(vec![
                ("capabilities".to_owned(), capabilities),
                text("connection_name", names.text(self.client.0)),
                text("product", "Queuescope"),
            ]),
            mechanism: "PLAIN".to_owned(),
            response: self.credentials.to_plain()?,
            locale: "en_US".to_owned(),
        })
    }
}

/// What clients say that they understand beyond AMQP 0-9-1.
const CAPABILITIES: [&str; 6] = [
    "authentication_failure_close",
    "basic.nack",
    "connection.blocked",
    "consumer_cancel_notify",
    "exchange_exchange_bindings",
    "publisher_confirms",
];

/// Where a connection is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// `connection.start` is awaited.
    Greeting,
    /// `connection.tune` is awaited.
    LoggingIn,
    /// Methods are whoever plays the client's.
    Running,
    /// What came makes no sense, or nothing came for too long.
    Failed,
}

/// The client's side of one connection.
#[derive(Clone, Debug)]
pub struct AmqpConnection {
    login: Login,
    state: State,
    decoder: FrameDecoder,
    assembler: Assembler,
    frame_max: u32,
    heartbeat: Option<Heartbeat>,
    /// What the broker is to get: one method each.
    out: Vec<(&'static str, Vec<u8>)>,
}

impl AmqpConnection {
    /// A connection whose transport has just been opened.
    pub fn new(login: Login) -> AmqpConnection {
        AmqpConnection {
            login,
            state: State::Greeting,
            decoder: FrameDecoder::new(),
            assembler: Assembler::new(),
            frame_max: crate::amqp::wire::FRAME_MIN_SIZE,
            heartbeat: None,
            out: vec![("protocol header", PROTOCOL_HEADER.to_vec())],
        }
    }

    /// Whether nothing more can be said or heard on it: the transport is to be closed.
    pub fn has_failed(&self) -> bool {
        self.state == State::Failed
    }

    /// Takes octets of the broker in. `hear` gets every method that is not about the opening itself; which message a
    /// content is says `next_origin`, once for each.
    pub fn receive(
        &mut self,
        now: Time,
        names: &mut Names,
        mut octets: &[u8],
        next_origin: &mut impl FnMut() -> Origin,
        hear: &mut impl FnMut(ChannelNumber, Command),
    ) {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.received();
        }
        if self.state == State::Greeting && is_refusal(octets) {
            self.state = State::Failed;
        }
        while self.state != State::Failed {
            let frame = match self.decoder.read(&mut octets) {
                Ok(Some(frame)) => frame,
                Ok(None) => return,
                Err(_) => return self.state = State::Failed,
            };
            match self.assembler.push(frame, names, next_origin) {
                Ok(None) => {}
                Ok(Some((0, command))) => {
                    if !self.answer(now, names, &command.method) {
                        hear(0, command);
                    }
                }
                Ok(Some((channel, command))) => hear(channel, command),
                Err(_) => self.state = State::Failed,
            }
        }
    }

    /// Answers what the opening asks. Says whether that was it.
    fn answer(&mut self, now: Time, names: &Names, method: &Method) -> bool {
        match (self.state, method) {
            (State::Greeting, Method::ConnectionStart { .. }) => {
                match self.login.start_ok(names) {
                    Ok(start_ok) => self.say(names, 0, &start_ok.into()),
                    Err(_) => self.state = State::Failed,
                }
                if self.state == State::Greeting {
                    self.state = State::LoggingIn;
                }
                true
            }
            // What the broker offers is taken.
            (State::LoggingIn, Method::ConnectionTune { channel_max, frame_max, heartbeat }) => {
                let (channel_max, frame_max, heartbeat) = (*channel_max, *frame_max, *heartbeat);
                self.say(names, 0, &Method::ConnectionTuneOk { channel_max, frame_max, heartbeat }.into());
                self.frame_max = frame_max;
                self.decoder.set_frame_max(frame_max);
                self.heartbeat = Heartbeat::new(now, heartbeat);
                let virtual_host = self.login.virtual_host;
                self.say(names, 0, &Method::ConnectionOpen { virtual_host }.into());
                self.state = State::Running;
                true
            }
            _ => false,
        }
    }

    /// Puts a command on its way. One that cannot be written is left out: AMQP has no words for it.
    pub fn say(&mut self, names: &Names, channel: ChannelNumber, command: &Command) {
        let mut octets = Vec::new();
        if write_command(&mut octets, channel, command, self.frame_max, names).is_ok() {
            self.out.push((command.method.name(), octets));
        }
    }

    /// What the broker is to get since the last call, one method after the other, each with its name.
    pub fn take_octets(&mut self, now: Time) -> Vec<(&'static str, Vec<u8>)> {
        if let (Some(heartbeat), false) = (&mut self.heartbeat, self.out.is_empty()) {
            heartbeat.sent(now);
        }
        std::mem::take(&mut self.out)
    }

    /// The next moment at which [`AmqpConnection::handle_timeout`] has something to do.
    pub fn next_timeout(&self) -> Option<Time> {
        let is_alive = self.state != State::Failed;
        self.heartbeat.as_ref().filter(|_| is_alive).map(Heartbeat::next_timeout)
    }

    /// Time has come to `now`.
    pub fn handle_timeout(&mut self, now: Time) {
        match self.heartbeat.as_mut().map(|heartbeat| heartbeat.handle_timeout(now)) {
            Some(Due::Send) => {
                let mut octets = Vec::new();
                if Frame::heartbeat().write(&mut octets).is_ok() {
                    self.out.push(("heartbeat", octets));
                }
            }
            Some(Due::PeerIsGone) => self.state = State::Failed,
            _ => {}
        }
    }
}

/// What the first frame of some octets says: the name of its method, or what else it is.
pub fn first_method(octets: &[u8]) -> &'static str {
    let number = |place: usize| Some(u16::from_be_bytes([*octets.get(place)?, *octets.get(place + 1)?]));
    match octets.first().copied() {
        Some(b'A') => "protocol header",
        Some(kind) if kind == FrameKind::Heartbeat.octet() => "heartbeat",
        _ => number(7).zip(number(9)).and_then(Method::name_of).unwrap_or("octets"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::{Broker, Context, Session, SessionHost, SessionSettings};
    use crate::facts::Recorder;

    struct Nobody;
    impl SessionHost for Nobody {
        fn next_origin(&mut self, publisher: ClientName) -> Origin {
            Origin { publisher: publisher.0, ..Origin::UNKNOWN }
        }
    }

    /// *AMQP 0-9-1*, section 2.2.4: header, start, start-ok, tune, tune-ok, open, open-ok.
    #[test]
    fn a_client_and_a_broker_open_a_connection() {
        let (mut names, mut facts, mut broker) = (Names::new(), Recorder::default(), Broker::new());
        broker.add_virtual_host("/", &mut names);
        broker.add_guest(&names);
        let login = Login {
            client: ClientName(names.intern("P")),
            credentials: Credentials { user: "guest".to_owned(), password: "guest".to_owned() },
            virtual_host: names.intern("/"),
        };
        let (now, mut said, mut heard) = (Time::START, Vec::new(), Vec::new());
        let mut client = AmqpConnection::new(login);
        let mut session = Session::new(now, "10.1.0.1:49152", SessionSettings::default());
        for _ in 0..5 {
            for (name, octets) in client.take_octets(now) {
                said.push(name);
                let cx = &mut Context { now, names: &mut names, facts: &mut facts };
                session.receive(&mut broker, cx, &mut Nobody, &octets);
                while let Some(outgoing) = broker.poll_output() {
                    session.transmit(now, outgoing.channel, outgoing.command);
                }
            }
            let mut octets = Vec::new();
            session.poll_transmit(now, &names, &mut octets, usize::MAX);
            if !octets.is_empty() {
                said.push(first_method(&octets));
            }
            let mut next_origin = || Nobody.next_origin(ClientName(Name::EMPTY));
            client.receive(now, &mut names, &octets, &mut next_origin, &mut |_, command| {
                heard.push(command.method.name());
            });
        }
        let expected = [
            "protocol header",
            "connection.start",
            "connection.start-ok",
            "connection.tune",
            "connection.tune-ok",
            "connection.open",
            "connection.open-ok",
        ];
        assert_eq!((said, heard), (expected.to_vec(), vec!["connection.open-ok"]));
        let names_given = session.connection().and_then(|id| broker.connection(id)).map(|each| each.client);
        assert_eq!(names_given, names.find("P").map(ClientName), "the connection has the client's name");
        assert_eq!(client.next_timeout(), Some(Time::from_us(30_000_000)), "half of the 60 s agreed on");
    }

    #[test]
    fn a_header_that_is_refused_ends_it() {
        let mut names = Names::new();
        let login = Login {
            client: ClientName(Name::EMPTY),
            credentials: Credentials { user: String::new(), password: String::new() },
            virtual_host: Name::EMPTY,
        };
        let mut client = AmqpConnection::new(login);
        let mut next_origin = || Nobody.next_origin(ClientName(Name::EMPTY));
        client.receive(Time::START, &mut names, b"AMQP\0\0\x09\x01", &mut next_origin, &mut |_, _| {});
        assert!(client.has_failed());
    }
}
