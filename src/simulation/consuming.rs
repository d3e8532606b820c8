//! What reaches clients, and consumers at work.

use super::World;
use super::client::{Actor, CHANNEL};
use super::straight::StraightAcknowledgement;
use super::world::{Arrival, Pending};
use crate::actors::{Answer, Begun, Delivery, Done, Life, Reply};
use crate::amqp::{Deliver, DeliveryTag, Message, Method, Parcel};
use crate::facts::{ClientName, Event, QueueName, Rule};
use crate::ids::{ActorId, ConnectionId, MessageId, Name};
use crate::network::Direction;
use crate::time::Time;
use std::rc::Rc;

impl World {
    /// Something reaches a client, which listens to it or does not.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn at_client(&mut self, connection: ConnectionId, parcel: Parcel, is_settled: bool) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let client = self.client(id);
        let is_present = client.connection == connection;
        let parcel = match parcel {
            Parcel::Deliver(deliver, message) if is_present && client.session.is_open() => {
                let Deliver { delivery_tag: tag, redelivered: is_redelivered, .. } = deliver;
                return self
                    .take_straight_delivery(id, Delivery { message, tag, is_redelivered, is_settled });
            }
            parcel => parcel,
        };
        self.hear_parcel(id, is_present, parcel, is_settled);
    }

    #[inline(never)]
    fn hear_parcel(&mut self, id: ActorId, is_present: bool, parcel: Parcel, is_settled: bool) {
        self.hear(id, is_present, &Arrival { command: parcel.into(), is_settled });
    }

    /// Something reaches a client on its present connection, or on an earlier one.
    pub(super) fn hear(&mut self, id: ActorId, is_present: bool, arrival: &Arrival) {
        let client = self.client(id);
        match (client.session.life(), &arrival.command.method) {
            (life, Method::ConnectionClose { .. }) if is_present && life != Life::Down => {
                self.closed_by_broker(id, &arrival.command.method);
            }
            (Life::Open | Life::Connecting, Method::ChannelClose { .. }) if is_present => {
                self.closed_by_broker(id, &arrival.command.method);
            }
            // It crossed the client's own.
            (Life::ChannelClosed, Method::ChannelClose { .. }) if is_present => {
                self.send(id, CHANNEL, Method::ChannelCloseOk {});
            }
            (Life::Open, _) if is_present => self.receive(id, arrival),
            (Life::Connecting, Method::ConnectionOpenOk {}) if is_present => {
                self.send(id, CHANNEL, Method::ChannelOpen {});
            }
            (Life::Connecting, Method::ChannelOpenOk {}) if is_present => self.opened(id),
            _ => self.ignore(id, arrival),
        }
    }

    /// A client does not listen to what reaches it. What the broker takes for done is lost with that.
    pub(super) fn ignore(&mut self, id: ActorId, arrival: &Arrival) {
        let Some(content) = &arrival.command.content else { return };
        let (message, name) = (content.origin.message, self.client(id).actor.name());
        let event = match arrival.command.method {
            Method::BasicReturn { .. } => Event::Lost { message, client: name, rule: Rule::ConnectionLost },
            _ if arrival.is_settled => {
                Event::Lost { message, client: name, rule: Rule::AutomaticAcknowledgement }
            }
            _ => Event::Forgotten { message, consumer: name, rule: Rule::ManualAcknowledgement },
        };
        self.record(event);
    }

    fn receive(&mut self, id: ActorId, arrival: &Arrival) {
        let method = &arrival.command.method;
        if let Some(delivery) = delivery_in(arrival) {
            return self.take_rare_delivery(id, delivery);
        }
        let is_answer = match &mut self.clients[id.index()].actor {
            Actor::Producer(producer) => {
                if producer.retries().is_some() {
                    self.settle_attempts(id, &arrival.command);
                } else {
                    producer.receive(method, None, |_, _| ());
                }
                !matches!(
                    method,
                    Method::BasicReturn { .. } | Method::BasicAck { .. } | Method::BasicNack { .. }
                )
            }
            Actor::Consumer(_) => true,
        };
        if is_answer {
            let client = self.client(id).actor.name();
            let event = match method {
                Method::TxCommitOk {} => Event::Committed { producer: client },
                method => {
                    let method = self.names.intern(method.name());
                    Event::MethodReceived { client, method }
                }
            };
            self.record(event);
        }
        self.publish_waiting(id);
    }

    /// As [`Self::take_delivery`], compiled once more for what comes as a whole command.
    #[inline(never)]
    pub(super) fn take_rare_delivery(&mut self, id: ActorId, delivery: Delivery) {
        self.take_delivery(id, delivery);
    }

    /// A client has a message.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn take_delivery(&mut self, id: ActorId, delivery: Delivery) {
        let message = delivery.number();
        match &mut self.clients[id.index()].actor {
            Actor::Producer(producer) => {
                let consumer = producer.name();
                self.record(Event::Taken { message, consumer, buffered: 0 });
                self.publish_waiting(id);
            }
            Actor::Consumer(consumer) => {
                if consumer.is_idle() {
                    let consumer = consumer.name();
                    self.record(Event::Taken { message, consumer, buffered: 1 });
                    return self.begin_with(id, delivery);
                }
                let buffered = consumer.take(delivery);
                let consumer = consumer.name();
                self.record(Event::Taken { message, consumer, buffered });
                self.begin_work(id);
            }
        }
    }

    /// A consumer begins its next work, if there is some and its hands are free.
    pub(super) fn begin_work(&mut self, id: ActorId) {
        let Actor::Consumer(consumer) = &mut self.clients[id.index()].actor else { return };
        if let Some(delivery) = consumer.take_next() {
            self.begin_with_next(id, delivery);
        }
    }

    /// As [`Self::begin_with`], compiled once for all who have it begin.
    #[inline(never)]
    fn begin_with_next(&mut self, id: ActorId, delivery: Delivery) {
        self.begin_with(id, delivery);
    }

    /// A consumer whose hands are free begins to work on a message.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn begin_with(&mut self, id: ActorId, delivery: Delivery) {
        let now = self.now;
        let Actor::Consumer(consumer) = &mut self.clients[id.index()].actor else { return };
        let name = consumer.name();
        let known = delivery.message_id().and_then(|known| self.repeated.find(consumer.queue(), known));
        let known = known.map(str::to_owned);
        let Begun { message, ends, number, told } = consumer.begin(delivery, now, known.is_some());
        self.agenda.enter(ends, Pending::WorkEnds(id, number));
        if let Some(message_id) = known {
            let (message_id, rule) = (self.names.intern(&message_id), Rule::DuplicateDelivery);
            self.record(Event::WorkRepeated { consumer: name, message, message_id, rule });
        }
        self.recorder.numbers_mut().work_began(now, id);
        self.record(Event::WorkBegan { consumer: name, message, ends });
        if let Some(reply) = told {
            self.answer(id, message, Name::EMPTY, reply);
        }
    }

    /// A consumer is done with a work. Its acknowledgement may go on up to the last step.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn work_ends(&mut self, id: ActorId, number: u64, last: u64) {
        let is_alone = self.is_alone_with_link();
        let World { clients, recorder, names, now, .. } = self;
        let client = &mut clients[id.index()];
        let goes_straight = is_alone && client.carries_at_once(*now, Direction::ToBroker);
        let Actor::Consumer(consumer) = &mut client.actor else { return };
        let Some((message, tag)) = consumer.finish_plainly(number) else {
            return self.work_ends_by_rules(id, number, last);
        };
        let (name, queue, has_more) = (consumer.name(), consumer.queue(), !consumer.buffer().is_empty());
        recorder.numbers_mut().work_ended(*now, id, true);
        recorder.record(*now, names, Event::WorkEnded { consumer: name, message });
        let connection = client.connection;
        if !goes_straight {
            if let Some(tag) = tag {
                self.acknowledge(id, message, tag, false);
            }
            return self.begin_work(id);
        }
        if let Some(tag) = tag {
            let event = acknowledgement_sent(name, message, queue, tag, *now);
            recorder.record(*now, names, event);
        }
        if has_more {
            self.begin_work(id);
        }
        if let Some(tag) = tag {
            self.go_on_with_acknowledgement(
                StraightAcknowledgement { connection, tag, multiple: false },
                last,
            );
        }
    }

    /// The same where there is more to look at.
    #[inline(never)]
    fn work_ends_by_rules(&mut self, id: ActorId, number: u64, last: u64) {
        let Actor::Consumer(consumer) = &mut self.client_mut(id).actor else { return };
        let Some(done) = consumer.finish(number) else { return };
        let Done { message, answer, reason, reply, is_said_twice, message_id } = done;
        let consumer = consumer.name();
        if answer == Answer::Crash {
            self.record(Event::CrashCaused { consumer, message, reason });
            return self.crash(id);
        }
        if let Some(message_id) = message_id.filter(|_| answer == Answer::Acknowledge) {
            self.note_worked(id, message_id);
        }
        self.recorder.numbers_mut().work_ended(self.now, id, true);
        self.record(Event::WorkEnded { consumer, message });
        let mut straight = None;
        match reply {
            Some(Reply::Acknowledge { tag, multiple })
                if !is_said_twice && self.goes_straight(id, Direction::ToBroker) =>
            {
                self.note_acknowledgement(id, message, tag, self.now);
                let connection = self.client(id).connection;
                straight = Some(StraightAcknowledgement { connection, tag, multiple });
            }
            Some(reply) => {
                self.answer(id, message, reason, reply);
                if is_said_twice {
                    self.answer(id, message, reason, reply);
                }
            }
            None => {}
        }
        self.begin_work(id);
        if let Some(sent) = straight {
            self.go_on_with_acknowledgement(sent, last);
        }
    }

    /// A consumer has sent an acknowledgement.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn note_acknowledgement(
        &mut self,
        id: ActorId,
        message: MessageId,
        delivery_tag: DeliveryTag,
        arrives: Time,
    ) {
        let Actor::Consumer(consumer) = &self.client(id).actor else { return };
        let event = acknowledgement_sent(consumer.name(), message, consumer.queue(), delivery_tag, arrives);
        self.record(event);
    }

    fn acknowledge(&mut self, id: ActorId, message: MessageId, delivery_tag: DeliveryTag, multiple: bool) {
        let arrives = self.send_parcel(id, CHANNEL, Parcel::Ack(delivery_tag, multiple));
        self.note_acknowledgement(id, message, delivery_tag, arrives);
    }

    /// A consumer tells the broker what it has done with a message.
    fn answer(&mut self, id: ActorId, message: MessageId, reason: Name, reply: Reply) {
        let Actor::Consumer(consumer) = &self.client(id).actor else { return };
        let (consumer, queue) = (consumer.name(), consumer.queue());
        match reply {
            Reply::Acknowledge { tag, multiple } => self.acknowledge(id, message, tag, multiple),
            Reply::Requeue(delivery_tag) => {
                let method = Method::BasicNack { delivery_tag, multiple: false, requeue: true };
                let arrives = self.send(id, CHANNEL, method);
                self.record(Event::RequeueSent { consumer, message, queue, delivery_tag, reason, arrives });
            }
            Reply::Reject(delivery_tag) => {
                let arrives = self.send(id, CHANNEL, Method::BasicReject { delivery_tag, requeue: false });
                self.record(Event::RejectSent { consumer, message, queue, delivery_tag, reason, arrives });
            }
        }
    }
}

/// A consumer has sent an acknowledgement, which arrives then.
#[cfg_attr(not(feature = "small"), inline(always))]
fn acknowledgement_sent(
    consumer: ClientName,
    message: MessageId,
    queue: QueueName,
    delivery_tag: DeliveryTag,
    arrives: Time,
) -> Event {
    Event::AcknowledgementSent { consumer, message, queue, delivery_tag, arrives }
}

/// The message that a method brings to be worked on.
fn delivery_in(arrival: &Arrival) -> Option<Delivery> {
    let (Method::BasicDeliver {
        delivery_tag: tag, redelivered: is_redelivered, exchange, routing_key, ..
    }
    | Method::BasicGetOk {
        delivery_tag: tag, redelivered: is_redelivered, exchange, routing_key, ..
    }) = arrival.command.method
    else {
        return None;
    };
    let message = Message::published(exchange, routing_key, arrival.command.content.clone()?);
    Some(Delivery { message: Rc::new(message), tag, is_redelivered, is_settled: arrival.is_settled })
}
