//! A broker under replay: its clients by name, a clock that the steps move, and what was seen of each step.

use super::outcome::Outcome;
use crate::amqp::{ChannelNumber, Command, Content, Method, Origin, Properties};
use crate::broker::{Broker, Context, Refusal};
use crate::facts::{ClientName, Recorder};
use crate::ids::{ConnectionId, MessageId, Name, Names};
use crate::time::{Span, Time};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A channel of the scenario.
#[derive(Clone, Debug)]
pub struct ChannelOfCase {
    /// The connection it is on.
    pub connection: String,
    /// Its number there.
    pub number: ChannelNumber,
    /// Whether it is open.
    pub is_open: bool,
    /// The latest delivery tag of each body seen on it.
    pub tags: BTreeMap<String, u64>,
    /// The messages confirmed so far, to take `multiple` apart.
    pub confirmed: Vec<u64>,
}

/// A broker under replay.
#[derive(Debug)]
pub struct Player {
    /// The broker.
    pub broker: Broker,
    /// The table of names.
    pub names: Names,
    /// The present.
    pub now: Time,
    /// Connections that are open, by the name in the scenario.
    pub connections: BTreeMap<String, ConnectionId>,
    /// Channels by the name in the scenario.
    pub channels: BTreeMap<String, ChannelOfCase>,
    /// Names that the broker made up, each with what the case calls it.
    pub aliases: Vec<(String, String)>,
    /// Passwords of users by name.
    pub passwords: BTreeMap<String, String>,
    /// What was seen in the present step.
    pub outcome: Outcome,
    /// The answer to the request of the present step.
    pub answer: Option<Command>,
    recorder: Recorder,
    last_message: u32,
}

impl Player {
    /// An empty broker with the virtual host `/` and the user guest.
    pub fn new() -> Player {
        let mut names = Names::new();
        let mut broker = Broker::new();
        // Recorded in the 2020s: what says a year means one before or after that.
        broker.set_epoch(Span::from_us(1_600_000_000_000_000));
        broker.add_virtual_host("/", &mut names);
        broker.add_user("guest", "guest");
        broker.permit("guest", "/", [".*"; 3]).expect("these are good patterns");
        Player {
            broker,
            names,
            now: Time::START,
            connections: BTreeMap::new(),
            channels: BTreeMap::new(),
            aliases: Vec::new(),
            passwords: BTreeMap::from([("guest".to_owned(), "guest".to_owned())]),
            outcome: Outcome::default(),
            answer: None,
            recorder: Recorder::default(),
            last_message: 0,
        }
    }

    /// The number of a text that may be a name of the case's own.
    pub fn name(&mut self, text: &str) -> Name {
        let real = self.aliases.iter().find(|(_, alias)| alias == text).map(|(real, _)| real.clone());
        self.names.intern(real.as_deref().unwrap_or(text))
    }

    /// A text with the broker's names replaced by those of the case.
    pub fn shown(&self, text: &str) -> String {
        self.aliases.iter().fold(text.to_owned(), |text, (real, alias)| text.replace(real, alias))
    }

    /// The text of a name, as [`Player::shown`].
    pub fn shown_name(&self, name: Name) -> String {
        self.shown(self.names.text(name))
    }

    /// Acts on the broker and takes in all that it says.
    pub fn act<T>(&mut self, act: impl FnOnce(&mut Broker, &mut Context) -> T) -> T {
        let Player { broker, names, recorder, now, .. } = self;
        let result = act(broker, &mut Context { now: *now, names, facts: recorder });
        self.recorder.drain().for_each(drop);
        self.take_output();
        result
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Span) {
        let until = self.now + span;
        while let Some(due) = self.broker.next_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.act(|broker, cx| broker.handle_timeout(cx));
        }
        self.now = until;
    }

    /// Connects and logs in; says whether that went well.
    pub fn connect(&mut self, name: &str, user: &str, password: &str, host: &str) -> bool {
        let client = ClientName(self.names.intern(name));
        let connection = self.broker.connect(client);
        if let Err(refusal) = self.broker.log_in(connection, user, password) {
            self.outcome.connection_closed(name, &refusal);
            return false;
        }
        self.connections.insert(name.to_owned(), connection);
        let virtual_host = self.names.intern(host);
        self.send(name, 0, Method::ConnectionOpen { virtual_host });
        self.connections.contains_key(name)
    }

    /// Opens a channel on the lowest free number.
    pub fn open_channel(&mut self, name: &str, connection: &str) -> bool {
        let taken: Vec<ChannelNumber> = self
            .channels
            .values()
            .filter(|channel| channel.connection == connection && channel.is_open)
            .map(|channel| channel.number)
            .collect();
        let number = (1..).find(|number| !taken.contains(number)).expect("numbers do not end");
        let channel = ChannelOfCase {
            connection: connection.to_owned(),
            number,
            is_open: true,
            tags: BTreeMap::new(),
            confirmed: Vec::new(),
        };
        self.channels.insert(name.to_owned(), channel);
        self.request(name, Method::ChannelOpen {}).is_some()
    }

    /// Sends a method on a channel and returns the answer; none when the channel was closed instead.
    pub fn request(&mut self, channel: &str, method: Method) -> Option<Command> {
        self.answer = None;
        self.send_on(channel, method);
        self.answer.take()
    }

    /// Sends a command on a channel.
    pub fn send_on(&mut self, channel: &str, command: impl Into<Command>) {
        let Some(found) = self.channels.get(channel) else { return };
        let (connection, number) = (found.connection.clone(), found.number);
        self.send(&connection, number, command);
    }

    /// Publishes on a channel.
    pub fn publish(&mut self, channel: &str, method: Method, properties: Properties, body: &str) {
        self.last_message += 1;
        let content = Content {
            origin: Origin {
                message: MessageId(self.last_message),
                publisher: Name::EMPTY,
                published: Time::START,
            },
            properties: Rc::new(properties),
            body: body.as_bytes().into(),
        };
        self.send_on(channel, Command { method, content: Some(content) });
    }

    fn send(&mut self, connection: &str, number: ChannelNumber, command: impl Into<Command>) {
        let Some(&id) = self.connections.get(connection) else { return };
        self.act(|broker, cx| broker.handle(cx, id, number, command.into()));
    }

    fn take_output(&mut self) {
        while let Some(outgoing) = self.broker.poll_output() {
            let found = self.connections.iter().find(|(_, id)| **id == outgoing.connection);
            let Some((connection, _)) = found.map(|(name, id)| (name.clone(), *id)) else { continue };
            if outgoing.channel == 0 {
                self.take_on_connection(&connection, outgoing.command);
            } else {
                self.take_on_channel(&connection, outgoing.channel, outgoing.command);
            }
        }
    }

    fn take_on_connection(&mut self, connection: &str, command: Command) {
        match command.method {
            Method::ConnectionClose { reply_code, reply_text, class_id, method_id } => {
                let blamed = (class_id, method_id);
                self.outcome.closed("connection", connection, reply_code, &reply_text, blamed);
                self.send(connection, 0, Method::ConnectionCloseOk {});
                self.forget_connection(connection);
            }
            Method::ConnectionCloseOk {} => self.forget_connection(connection),
            Method::ConnectionBlocked { reason } => {
                self.outcome.blocked(connection, &format!("blocked: {reason}"));
            }
            Method::ConnectionUnblocked {} => self.outcome.blocked(connection, "unblocked"),
            _ => {}
        }
    }

    /// The connection has ended, and its channels with it.
    pub fn forget_connection(&mut self, connection: &str) {
        self.connections.remove(connection);
        for channel in self.channels.values_mut().filter(|channel| channel.connection == connection) {
            channel.is_open = false;
        }
    }

    fn take_on_channel(&mut self, connection: &str, number: ChannelNumber, command: Command) {
        let found = self.channels.iter().find(|(_, channel)| {
            channel.connection == connection && channel.number == number && channel.is_open
        });
        let Some(name) = found.map(|(name, _)| name.clone()) else { return };
        self.see_reply_address(&command);
        match &command.method {
            Method::BasicDeliver { consumer_tag, delivery_tag, .. } => {
                let (tag, delivery_tag) = (self.shown_name(*consumer_tag), *delivery_tag);
                self.remember_tag(&name, delivery_tag, &command);
                let message = self.message_json(&command);
                self.outcome.delivered(&tag, message);
            }
            Method::BasicReturn { .. } => {
                let returned = self.returned_json(&command);
                self.outcome.published(&name, returned);
            }
            Method::BasicAck { delivery_tag, multiple } => {
                self.confirmed(&name, *delivery_tag, *multiple, "ack")
            }
            Method::BasicNack { delivery_tag, multiple, .. } => {
                self.confirmed(&name, *delivery_tag, *multiple, "nack");
            }
            Method::BasicCancel { consumer_tag, .. } => {
                let tag = self.shown_name(*consumer_tag);
                self.outcome.cancelled(&tag);
            }
            Method::ChannelClose { reply_code, reply_text, class_id, method_id } => {
                let text = self.shown(reply_text);
                self.outcome.closed("channel", &name, *reply_code, &text, (*class_id, *method_id));
                self.send(connection, number, Method::ChannelCloseOk {});
                self.close(&name);
            }
            Method::ChannelCloseOk {} => {
                self.close(&name);
                self.answer = Some(command);
            }
            Method::BasicGetOk { delivery_tag, .. } => {
                self.remember_tag(&name, *delivery_tag, &command);
                self.answer = Some(command);
            }
            _ => self.answer = Some(command),
        }
    }

    fn close(&mut self, channel: &str) {
        if let Some(channel) = self.channels.get_mut(channel) {
            channel.is_open = false;
        }
    }

    fn remember_tag(&mut self, channel: &str, tag: u64, command: &Command) {
        let body = body_of(command);
        if let Some(channel) = self.channels.get_mut(channel) {
            channel.tags.insert(body, tag);
        }
    }

    fn confirmed(&mut self, name: &str, tag: u64, multiple: bool, what: &str) {
        let Some(channel) = self.channels.get_mut(name) else { return };
        let from = if multiple { 1 } else { tag };
        for number in from..=tag {
            if !channel.confirmed.contains(&number) {
                channel.confirmed.push(number);
                self.outcome.confirmed(name, number, what);
            }
        }
    }

    /// Addresses for direct replies get their names in the order in which they are first seen.
    fn see_reply_address(&mut self, command: &Command) {
        let reply_to = command.content.as_ref().and_then(|content| content.properties.reply_to.clone());
        let Some(address) = reply_to.filter(|address| address.starts_with("amq.rabbitmq.reply-to.")) else {
            return;
        };
        if !self.aliases.iter().any(|(real, _)| *real == address) {
            let number = 1 + self.aliases.iter().filter(|(_, alias)| alias.starts_with("$reply")).count();
            self.aliases.push((address, format!("$reply{number}")));
        }
    }
}

/// The body of a command's content as text.
pub fn body_of(command: &Command) -> String {
    command
        .content
        .as_ref()
        .map_or_else(String::new, |content| String::from_utf8_lossy(&content.body).into_owned())
}

impl Outcome {
    fn connection_closed(&mut self, connection: &str, refusal: &Refusal) {
        self.closed("connection", connection, refusal.code.number(), &refusal.text, (0, 0));
    }
}
