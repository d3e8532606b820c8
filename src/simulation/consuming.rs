//! What reaches clients, and consumers at work.

use super::World;
use super::client::{Actor, CHANNEL};
use super::world::{Arrival, Pending};
use crate::actors::{Answer, Delivery, Done, Life};
use crate::amqp::Method;
use crate::facts::{Event, Rule};
use crate::ids::{ActorId, ConnectionId, MessageId, Name};

impl World {
    /// Something reaches a client, which listens to it or does not.
    pub(super) fn at_client(&mut self, connection: ConnectionId, arrival: &Arrival) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let is_present = self.client(id).connection == connection;
        self.hear(id, is_present, arrival);
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
        let is_answer = match (&mut self.clients[id.index()].actor, delivery_of(arrival)) {
            (Actor::Producer(producer), Some(delivery)) => {
                let taken =
                    Event::Taken { message: delivery.message, consumer: producer.name(), buffered: 0 };
                self.record(taken);
                false
            }
            (Actor::Producer(producer), None) => {
                producer.receive(method);
                !matches!(
                    method,
                    Method::BasicReturn { .. } | Method::BasicAck { .. } | Method::BasicNack { .. }
                )
            }
            (Actor::Consumer(consumer), Some(delivery)) => {
                let message = delivery.message;
                let buffered = consumer.take(delivery);
                let consumer = consumer.name();
                self.record(Event::Taken { message, consumer, buffered });
                self.begin_work(id);
                false
            }
            (Actor::Consumer(_), None) => true,
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

    pub(super) fn begin_work(&mut self, id: ActorId) {
        let now = self.now;
        let Actor::Consumer(consumer) = &mut self.client_mut(id).actor else { return };
        let Some((work, told)) = consumer.begin(now) else { return };
        let (name, message) = (consumer.name(), work.delivery.message);
        self.agenda.enter(work.ends, Pending::WorkEnds(id, work.number));
        self.record(Event::WorkBegan { consumer: name, message, ends: work.ends });
        if let Some(method) = told {
            self.answer(id, message, Name::EMPTY, method);
        }
    }

    pub(super) fn work_ends(&mut self, id: ActorId, number: u64) {
        let Actor::Consumer(consumer) = &mut self.client_mut(id).actor else { return };
        let Some(Done { delivery, answer, reason, methods }) = consumer.finish(number) else { return };
        let (consumer, message) = (consumer.name(), delivery.message);
        if answer == Answer::Crash {
            self.record(Event::CrashCaused { consumer, message, reason });
            return self.crash(id);
        }
        self.record(Event::WorkEnded { consumer, message });
        for method in methods {
            self.answer(id, message, reason, method);
        }
        self.begin_work(id);
    }

    /// A consumer tells the broker what it has done with a message.
    fn answer(&mut self, id: ActorId, message: MessageId, reason: Name, method: Method) {
        let Actor::Consumer(consumer) = &self.client(id).actor else { return };
        let (consumer, queue) = (consumer.name(), consumer.queue());
        let arrives = self.send(id, CHANNEL, method.clone());
        self.record(match method {
            Method::BasicNack { delivery_tag, .. } => {
                Event::RequeueSent { consumer, message, queue, delivery_tag, reason, arrives }
            }
            Method::BasicReject { delivery_tag, .. } => {
                Event::RejectSent { consumer, message, queue, delivery_tag, reason, arrives }
            }
            Method::BasicAck { delivery_tag, .. } => {
                Event::AcknowledgementSent { consumer, message, queue, delivery_tag, arrives }
            }
            _ => return,
        });
    }
}

/// The message that `basic.deliver` or `basic.get-ok` brings.
fn delivery_of(arrival: &Arrival) -> Option<Delivery> {
    let (Method::BasicDeliver { delivery_tag, redelivered, routing_key, .. }
    | Method::BasicGetOk { delivery_tag, redelivered, routing_key, .. }) = arrival.command.method
    else {
        return None;
    };
    let content = arrival.command.content.as_ref()?;
    Some(Delivery {
        message: content.origin.message,
        tag: delivery_tag,
        is_redelivered: redelivered,
        is_settled: arrival.is_settled,
        routing_key,
        publisher: content.origin.publisher,
        published: content.origin.published,
        body: content.body.clone(),
    })
}
