//! A connection from the broker's side: octets in, octets out.
//!
//! A [`Session`] stands between a transport (a socket, a simulated TCP connection) and the [`Broker`]. It speaks
//! the protocol header, the login, the tuning and the heartbeats, makes commands of octets and octets of
//! commands, and answers broken octets. What the commands mean is the broker's.
//!
//! It does no I/O and has no clock. Whoever runs it
//!
//! 1. hands over what came from the client, in any split ([`Session::receive`]), says when a deadline has come
//!    ([`Session::next_timeout`], [`Session::handle_timeout`]), the transport is gone
//!    ([`Session::disconnected`]) or the broker stops ([`Session::shut_down`]);
//! 2. after each of these takes what the broker has to say to all clients ([`Broker::poll_output`]) and gives
//!    each command to the session whose [`Session::connection`] it is for ([`Session::transmit`]);
//! 3. takes octets for the client as the transport has room for them ([`Session::poll_transmit`]), and closes
//!    the transport when nothing is left and the session [has ended](Session::has_ended); and lets the broker
//!    know that they went ([`Session::report_sent`]), since it delivers no more than a transport takes.
//!
//! Source: RabbitMQ's `rabbit_reader` and `rabbit_heartbeat`, and what RabbitMQ 3.10.8 answered when it was
//! asked.

mod closing;
mod handshake;
mod outbox;
mod settings;
mod unsent;

pub use settings::SessionSettings;

use super::{Broker, ChannelKey, ConnectionState, Context};
use crate::amqp::wire::{
    Assembler, Frame, FrameDecoder, FrameKind, HeaderReader, PROTOCOL_HEADER, Snippet, WireError,
};
use crate::amqp::{ChannelNumber, Command, Due, Heartbeat, Method, Origin, ReplyCode};
use crate::facts::ClientName;
use crate::ids::{ConnectionId, Names};
use crate::time::{Span, Time};
use closing::closing;
use outbox::Outbox;

/// What a session asks of whoever runs it.
pub trait SessionHost {
    /// Which message a content is that this client has sent. It counts as published when it was read.
    fn next_origin(&mut self, publisher: ClientName) -> Origin;
}

/// A client has so long from its first octet to `connection.open` (RabbitMQ: `handshake_timeout`).
const HANDSHAKE: Span = Span::from_ms(10_000);

/// So long nothing is heard before the transport of a client that is not trusted is closed (`rabbit_reader`:
/// `SILENT_CLOSE_DELAY`).
const SILENCE: Span = Span::from_ms(3_000);

/// So long `connection.close-ok`, or the end of the transport behind it, is waited for when there are no
/// heartbeats or slower ones (`rabbit_reader`: `CLOSING_TIMEOUT`).
const CLOSING: Span = Span::from_ms(30_000);

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The protocol header is awaited.
    Header,
    /// `connection.start` was sent.
    Starting,
    /// `connection.tune` was sent.
    Tuning,
    /// `connection.tune-ok` has come.
    Opening,
    /// `connection.open` has come: the broker has the word.
    Running,
    /// `connection.close` or its answer was sent. Only these two are heard.
    Closing,
    /// Nothing is heard any more until the deadline.
    Silent,
    /// Nothing is heard or said any more.
    Ended,
}

/// The broker's side of one connection.
#[derive(Clone, Debug)]
pub struct Session {
    settings: SessionSettings,
    peer: String,
    state: State,
    header: HeaderReader,
    decoder: FrameDecoder,
    assembler: Assembler,
    outbox: Outbox,
    channel_max: u16,
    least_frame_max: u32,
    heartbeat: Option<Heartbeat>,
    /// When the state ends by itself.
    deadline: Option<Time>,
    user: String,
    client: ClientName,
    /// Whether the client has said that it understands `connection.blocked`.
    understands_blocked: bool,
    connection: Option<ConnectionId>,
}

impl Session {
    /// A client has connected. `peer` is its address, for its name if it gives none.
    pub fn new(now: Time, peer: &str, settings: SessionSettings) -> Session {
        Session {
            settings,
            peer: peer.to_owned(),
            state: State::Header,
            header: HeaderReader::new(),
            decoder: FrameDecoder::new(),
            assembler: Assembler::new(),
            outbox: Outbox::default(),
            channel_max: 0,
            least_frame_max: 0,
            heartbeat: None,
            deadline: Some(now + HANDSHAKE),
            user: String::new(),
            client: ClientName(crate::ids::Name::EMPTY),
            understands_blocked: false,
            connection: None,
        }
    }

    /// The broker's number for the connection, from `connection.open` until the session has ended.
    pub fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// The user who has logged in.
    pub fn user(&self) -> Option<&str> {
        (!self.user.is_empty()).then_some(&self.user)
    }

    /// Whether the transport is to be closed once [`poll_transmit`](Self::poll_transmit) has nothing more.
    pub fn has_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// How many commands wait to be sent. A transport that reads from a client that does not read lets this
    /// grow; it should stop at some number until there are fewer.
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// The next moment at which [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn next_timeout(&self) -> Option<Time> {
        let heartbeat = self.heartbeat.as_ref().map(|heartbeat| heartbeat.next_timeout());
        self.deadline.into_iter().chain(heartbeat).min()
    }

    /// Takes octets of the client in.
    pub fn receive(
        &mut self,
        broker: &mut Broker,
        cx: &mut Context,
        host: &mut dyn SessionHost,
        mut octets: &[u8],
    ) {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.received();
        }
        if self.state == State::Header {
            match self.header.read(&mut octets) {
                None => return,
                Some(Ok(())) => self.start(broker.version),
                Some(Err(_)) => {
                    self.outbox.push_octets(&PROTOCOL_HEADER);
                    self.end(broker, cx);
                }
            }
        }
        while !matches!(self.state, State::Silent | State::Ended) {
            match self.decoder.read(&mut octets) {
                Ok(None) => return,
                Ok(Some(frame)) => self.handle_frame(broker, cx, host, frame),
                Err(error) => self.handle_wire_error(broker, cx, &error),
            }
        }
    }

    /// Time has come to `cx.now`.
    pub fn handle_timeout(&mut self, broker: &mut Broker, cx: &mut Context) {
        if self.deadline.is_some_and(|deadline| deadline <= cx.now) {
            self.outbox.clear();
            self.end(broker, cx);
        }
        let Some(heartbeat) = &mut self.heartbeat else { return };
        match heartbeat.handle_timeout(cx.now) {
            Due::Nothing => {}
            Due::Send => self.outbox.push_heartbeat(),
            // RabbitMQ drops the connection without a word.
            Due::PeerIsGone => {
                self.outbox.clear();
                self.end(broker, cx);
            }
        }
    }

    /// The transport is gone, or will be without waiting for the client.
    pub fn disconnected(&mut self, broker: &mut Broker, cx: &mut Context) {
        self.outbox.clear();
        self.end(broker, cx);
    }

    /// Takes a command of the broker in, to be sent to the client.
    pub fn transmit(&mut self, now: Time, channel: ChannelNumber, command: Command) {
        let is_blocking =
            matches!(command.method, Method::ConnectionBlocked { .. } | Method::ConnectionUnblocked {});
        // rabbitmq.com/docs/connection-blocked: only those hear of it who have said so.
        if self.state != State::Running || (is_blocking && !self.understands_blocked) {
            return;
        }
        if channel == 0
            && matches!(command.method, Method::ConnectionClose { .. } | Method::ConnectionCloseOk {})
        {
            self.begin_closing(now);
        }
        self.outbox.push(channel, command);
    }

    /// Appends octets for the client to `out`, as long as `out` has less than `enough` and there are some; the
    /// last command goes in whole. Says whether there were any.
    pub fn poll_transmit(&mut self, now: Time, names: &Names, out: &mut Vec<u8>, enough: usize) -> bool {
        let length = out.len();
        if self.outbox.write(names, out, enough).is_err() {
            // What cannot be written has come from the set-up or from a rule that is wrong. The client cannot
            // go on without it.
            self.outbox.clear();
            self.state = State::Silent;
            self.deadline = Some(now);
        }
        let is_some = out.len() > length;
        if let (true, Some(heartbeat)) = (is_some, &mut self.heartbeat) {
            heartbeat.sent(now);
        }
        is_some
    }

    /// Whether deliveries have gone out that the broker has not heard of.
    pub fn has_sent(&self) -> bool {
        self.outbox.has_sent()
    }

    /// Tells the broker what has gone out since the last call: it does not deliver to a channel whose transport
    /// does not take what was delivered before. To be called before [`Broker::poll_output`].
    pub fn report_sent(&mut self, broker: &mut Broker, cx: &mut Context) {
        let sent = self.outbox.take_sent();
        let Some(connection) = self.connection else { return };
        for (number, count) in sent {
            broker.sent(cx, ChannelKey { connection, number }, count);
        }
    }

    fn handle_frame(
        &mut self,
        broker: &mut Broker,
        cx: &mut Context,
        host: &mut dyn SessionHost,
        frame: Frame,
    ) {
        if self.state == State::Closing || (self.state == State::Running && !self.is_open(broker)) {
            return self.handle_last_frame(broker, cx, &frame);
        }
        if frame.channel != 0 {
            if self.state != State::Running {
                let (kind, payload) = (frame.kind.octet(), Snippet::of(&frame.payload));
                return self.handle_wire_error(broker, cx, &WireError::MisplacedFrame { kind, payload });
            }
            if let Some(refused) = self.refuse_channel(broker, &frame) {
                return self.close(broker, cx, refused);
            }
        }
        let (client, now) = (self.client, cx.now);
        match self
            .assembler
            .push(frame, cx.names, &mut || Origin { published: now, ..host.next_origin(client) })
        {
            Ok(None) => {}
            Ok(Some((0, command))) => self.handle_connection_method(broker, cx, command.method),
            Ok(Some((channel, command))) => {
                if let Some(id) = self.connection {
                    let opens = command.method == Method::ChannelOpen {};
                    broker.handle(cx, id, channel, command);
                    if opens {
                        broker.count_unsent(ChannelKey { connection: id, number: channel });
                    }
                }
            }
            Err(error) => self.handle_wire_error(broker, cx, &error),
        }
    }

    /// Whether the broker has not closed the connection. If it has, its word to the client may still be on the
    /// way to here.
    fn is_open(&self, broker: &Broker) -> bool {
        let connection = self.connection.and_then(|id| broker.connection(id));
        connection.is_some_and(|connection| matches!(connection.state, ConnectionState::Open(_)))
    }

    /// A channel comes to be with its first frame. RabbitMQ counts channels and does not look at the number.
    fn refuse_channel(&self, broker: &Broker, frame: &Frame) -> Option<Method> {
        let channels = &broker.connection(self.connection?)?.channels;
        let is_over = self.channel_max != 0
            && channels.len() >= usize::from(self.channel_max)
            && frame.kind != FrameKind::Heartbeat
            && !channels.contains_key(&frame.channel);
        is_over.then(|| {
            let (count, limit) = (channels.len(), self.channel_max);
            let what = format!(
                "number of channels opened ({count}) has reached the negotiated channel_max ({limit})"
            );
            closing(ReplyCode::NotAllowed, &what, (0, 0))
        })
    }
}

crate::ids::nameless!(State, HeaderReader, FrameDecoder, Heartbeat, SessionSettings);
crate::ids::holds_names!(Session {
    settings,
    peer,
    state,
    header,
    decoder,
    assembler,
    outbox,
    channel_max,
    least_frame_max,
    heartbeat,
    deadline,
    user,
    client,
    understands_blocked,
    connection
});
