//! What is sent between clients and the broker, and what becomes of it when nobody listens at the other end.

use super::World;
use super::client::{Actor, CHANNEL};
use super::parcels::Transfer;
use super::world::Pending;
use crate::amqp::{self, ChannelNumber, Method, Parcel};
use crate::broker::{ChannelKey, ConnectionState, Entrance, Outgoing};
use crate::facts::{ClientName, Event, ExchangeName, Rule};
use crate::ids::{ActorId, ConnectionId};
use crate::network::Direction;
use crate::parts;
use crate::places::Place;
use crate::time::Time;

impl World {
    /// Puts a command of a client on its link. Says when it arrives.
    #[inline(never)]
    pub(super) fn send(&mut self, id: ActorId, channel: ChannelNumber, method: Method) -> Time {
        self.send_parcel(id, channel, method.into())
    }

    /// The same for a command in its small form.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn send_parcel(&mut self, id: ActorId, channel: ChannelNumber, parcel: Parcel) -> Time {
        let connection = self.client(id).connection;
        let (direction, is_settled) = (Direction::ToBroker, false);
        let transfer = Transfer { direction, connection, channel, is_settled, parcel };
        if !self.is_overheard() {
            return self.transfer(id, transfer);
        }
        self.send_as_heard(id, transfer)
    }

    /// Whether what is sent may go in packets, or somebody listens on the links.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn is_overheard(&self) -> bool {
        self.has_packets() || (parts::FACTS && self.tap.is_some())
    }

    /// The same where it may go in packets, and where somebody listens.
    #[inline(never)]
    fn send_as_heard(&mut self, id: ActorId, transfer: Transfer) -> Time {
        let (connection, channel) = (transfer.connection, transfer.channel);
        if self.is_on_line(id) {
            self.send_on_line(id, channel, transfer.parcel.into());
            return Time::UNKNOWN;
        }
        let heard = self.tap.is_some().then(|| transfer.parcel.clone().into());
        let arrives = self.transfer(id, transfer);
        if let Some(command) = heard {
            self.tap(connection, channel, Direction::ToBroker, arrives, command);
        }
        arrives
    }

    /// The command at a place reaches its end of a link.
    #[inline(never)]
    pub(super) fn arrive_from(&mut self, place: Place, last: u64) {
        if let Some(transfer) = self.parcels.take(place) {
            self.arrive(transfer, last);
        }
    }

    /// A command reaches its end of a link. What comes of it straight away is carried out up to the last step.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn arrive(&mut self, transfer: Transfer, last: u64) {
        let Transfer { direction, connection, channel, is_settled, parcel } = transfer;
        let key = ChannelKey { connection, number: channel };
        match (direction, parcel) {
            (Direction::ToBroker, Parcel::Publish(publish, message)) => {
                self.publishing_arrives(key, publish, message, last);
            }
            (Direction::ToBroker, Parcel::Ack(tag, multiple)) => {
                self.acknowledgement_arrives(key, tag, multiple, last);
            }
            (Direction::ToBroker, parcel) => self.at_broker_with(key, parcel),
            (Direction::ToClient, parcel) => self.at_client(connection, parcel, is_settled),
        }
    }

    /// What a message meets at the broker, if that is there and nothing stands against it.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn entrance(&mut self, key: ChannelKey) -> Option<Entrance> {
        if self.broker_is_back.is_none() { self.broker.entrance(self.now, key) } else { None }
    }

    /// A command reaches the broker, which may end something or not be listened to.
    #[inline(never)]
    pub(super) fn at_broker_with(&mut self, key: ChannelKey, parcel: Parcel) {
        let ChannelKey { connection, number: channel } = key;
        let other = match &parcel {
            Parcel::Other(command) => Some(&command.method),
            _ => None,
        };
        if let Some(rule) = self.why_not_heard(connection, channel, other) {
            return self.lose(connection, &parcel.into(), rule);
        }
        let may_end = other.is_some();
        if matches!(other, Some(Method::ConnectionOpen { .. })) && !self.lets_in(connection) {
            return self.carry_output();
        }
        self.with_broker(|broker, cx| broker.handle_parcel(cx, key, parcel));
        let is_closed = |world: &World| {
            world.broker.connection(connection).is_some_and(|each| each.state == ConnectionState::Closed)
        };
        if may_end && is_closed(self) {
            self.with_broker(|broker, cx| broker.disconnected(cx, connection));
        }
        self.carry_output();
    }

    /// Whether the broker takes the client for whom it says that it is. Methods carry no login of their own: it stands
    /// for what comes before `connection.open`.
    fn lets_in(&mut self, connection: ConnectionId) -> bool {
        let client = self.by_connection.get(&connection).copied();
        let Some(login) = client.and_then(|id| self.client(id).login.clone()) else { return true };
        let mut is_in = false;
        self.with_broker(|broker, cx| {
            is_in = broker.authenticate(cx, connection, &login.user, &login.password);
        });
        is_in
    }

    /// Why the broker does not take notice of a method, which may be one that ends something; nothing when it does.
    fn why_not_heard(
        &self,
        connection: ConnectionId,
        channel: ChannelNumber,
        method: Option<&Method>,
    ) -> Option<Rule> {
        if self.broker_is_back.is_some() {
            return Some(Rule::ConnectionLost);
        }
        let Some(connection) = self.broker.connection(connection) else { return Some(Rule::ConnectionLost) };
        let closes = matches!(
            method,
            Some(
                Method::ConnectionClose { .. }
                    | Method::ConnectionCloseOk {}
                    | Method::ChannelClose { .. }
                    | Method::ChannelCloseOk {}
            )
        );
        match connection.state {
            ConnectionState::Closing | ConnectionState::Closed if !closes => Some(Rule::ConnectionLost),
            _ if closes => None,
            _ => connection
                .channels
                .get(&channel)
                .is_some_and(|channel| channel.is_closing)
                .then_some(Rule::ChannelClosed),
        }
    }

    /// Something comes to a broker that does not listen.
    pub(super) fn lose(&mut self, connection: ConnectionId, command: &amqp::Command, rule: Rule) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let client = self.client(id);
        let (name, virtual_host) = (client.actor.name(), client.virtual_host);
        match (&command.method, &command.content) {
            (Method::BasicPublish { exchange, .. }, Some(content)) => {
                let exchange = ExchangeName { virtual_host, name: *exchange };
                let message = content.origin.message;
                self.record(Event::PublishingLost { message, producer: name, exchange, rule });
            }
            (
                Method::BasicAck { delivery_tag, .. }
                | Method::BasicNack { delivery_tag, .. }
                | Method::BasicReject { delivery_tag, .. },
                _,
            ) => {
                let delivery_tag = *delivery_tag;
                self.record(Event::AcknowledgementLost { consumer: name, delivery_tag, rule });
            }
            (Method::ConnectionOpen { .. }, _) => {
                self.with_broker(|broker, cx| broker.disconnected(cx, connection));
                self.answer_nothing(connection);
            }
            // These say nothing that the broker does not know by now.
            (
                Method::ConnectionClose { .. }
                | Method::ConnectionCloseOk {}
                | Method::ChannelClose { .. }
                | Method::ChannelCloseOk {},
                _,
            ) => {}
            (method, _) => {
                let method = self.names.intern(method.name());
                self.record(Event::MethodLost { client: name, method, rule });
            }
        }
    }

    /// Whoever waits for an answer on this connection will notice that there is none.
    pub(super) fn answer_nothing(&mut self, connection: ConnectionId) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        self.carry(id, Direction::ToClient, 0, Pending::NobodyThere(connection));
    }

    /// Puts what the broker wants to say on the links, and its next timeout on the agenda.
    #[inline(never)]
    pub(super) fn carry_output(&mut self) {
        self.enter_broker_timeout();
        if self.is_overheard() || self.recorder.keeps_facts() {
            return self.carry_output_as_heard();
        }
        self.carry_rest();
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn enter_broker_timeout(&mut self) {
        if let Some(due) = self.broker.next_timeout()
            && self.broker_timeout.is_none_or(|entered| entered > due)
        {
            self.broker_timeout = Some(due);
            self.agenda.enter(due.max(self.now), Pending::BrokerTimeout);
        }
    }

    /// Puts all that the broker has left to say on the links, where nobody wants to know it.
    #[inline(never)]
    pub(super) fn carry_rest(&mut self) {
        while let Some(outgoing) = self.broker.poll_parcel() {
            self.carry_outgoing(outgoing);
        }
    }

    /// Puts something that the broker says on its link.
    #[inline(never)]
    pub(super) fn carry_outgoing(&mut self, outgoing: Outgoing<Parcel>) {
        let Outgoing { connection, channel, command: parcel, is_settled } = outgoing;
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let direction = Direction::ToClient;
        self.transfer(id, Transfer { direction, connection, channel, is_settled, parcel });
    }

    /// The same where it may go in packets, and where somebody wants to know what goes onto the links: the facts and
    /// the tap.
    #[inline(never)]
    pub(super) fn carry_output_as_heard(&mut self) {
        while let Some(outgoing) = self.broker.poll_parcel() {
            let Some(&id) = self.by_connection.get(&outgoing.connection) else { continue };
            if self.is_on_line(id) {
                self.put_on_line(id, &outgoing.whole());
                continue;
            }
            let Outgoing { connection, channel, command, is_settled } = outgoing;
            let heard = self.heard(&command);
            let (direction, parcel) = (Direction::ToClient, command);
            let arrives = self.transfer(id, Transfer { direction, connection, channel, is_settled, parcel });
            let Some(command) = heard else { continue };
            self.record_delivery(id, &command, arrives);
            self.record_answer_to_producer(id, &command, arrives);
            self.tap(connection, channel, Direction::ToClient, arrives, command);
        }
    }

    /// A command once more, for those who want to know what goes onto the links: the facts and the tap.
    fn heard(&self, parcel: &Parcel) -> Option<amqp::Command> {
        (self.recorder.keeps_facts() || self.tap.is_some()).then(|| parcel.clone().into())
    }

    /// Gives what the broker says to a client on a line to its session.
    fn put_on_line(&mut self, id: ActorId, outgoing: &Outgoing) {
        if self.give_to_session(outgoing) {
            self.record_delivery(id, &outgoing.command, Time::UNKNOWN);
            self.record_answer_to_producer(id, &outgoing.command, Time::UNKNOWN);
        }
    }

    /// A delivery on its way to a consumer.
    fn record_delivery(&mut self, id: ActorId, command: &amqp::Command, arrives: Time) {
        let Actor::Consumer(consumer) = &self.client(id).actor else { return };
        let (Method::BasicDeliver { redelivered, routing_key, .. }
        | Method::BasicGetOk { redelivered, routing_key, .. }) = command.method
        else {
            return;
        };
        let Some(content) = &command.content else { return };
        let (queue, consumer) = (consumer.queue(), consumer.name());
        let (message, publisher) = (content.origin.message, ClientName(content.origin.publisher));
        self.record(Event::DeliveryCarried {
            message,
            queue,
            consumer,
            redelivered,
            routing_key,
            publisher,
            arrives,
        });
    }

    /// Returns and confirms on their way to a producer.
    fn record_answer_to_producer(&mut self, id: ActorId, command: &amqp::Command, arrives: Time) {
        let client = self.client(id);
        let Actor::Producer(producer) = &client.actor else { return };
        let (producer_name, virtual_host) = (producer.name(), client.virtual_host);
        match (&command.method, &command.content) {
            (Method::BasicReturn { exchange, routing_key, .. }, Some(content)) => {
                self.record(Event::ReturnCarried {
                    message: content.origin.message,
                    exchange: ExchangeName { virtual_host, name: *exchange },
                    producer: producer_name,
                    routing_key: *routing_key,
                    arrives,
                });
            }
            (Method::BasicAck { delivery_tag, .. } | Method::BasicNack { delivery_tag, .. }, None) => {
                let Some((message, exchange)) = producer.awaiting(*delivery_tag) else { return };
                let exchange = ExchangeName { virtual_host, name: exchange };
                let producer = producer_name;
                self.record(match command.method {
                    Method::BasicAck { .. } => Event::ConfirmCarried { producer, exchange, message, arrives },
                    _ => Event::NegativeConfirmCarried { producer, exchange, message, arrives },
                });
            }
            _ => {}
        }
    }

    /// Sends what a client asks for on a fresh channel.
    pub(super) fn send_set_up(&mut self, id: ActorId) {
        for method in self.client(id).actor.set_up() {
            self.send(id, CHANNEL, method);
        }
    }
}
