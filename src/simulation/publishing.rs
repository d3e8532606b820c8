//! Producers at work: what is due goes out, waits, or is left out.

use super::World;
use super::client::{Actor, CHANNEL};
use super::world::Pending;
use crate::actors::Template;
use crate::amqp::{Command, Content, Method, Origin};
use crate::facts::{Event, ExchangeName};
use crate::ids::{ActorId, MessageId};

impl World {
    /// Enters the next message of a producer's rhythm.
    pub(super) fn schedule_publishing(&mut self, id: ActorId) {
        let Actor::Producer(producer) = &mut self.clients[id.index()].actor else { return };
        if let Some(span) = producer.next_due() {
            self.agenda.enter(self.now + span, Pending::PublishDue(id));
        }
    }

    pub(super) fn publish_due(&mut self, id: ActorId) {
        let Actor::Producer(producer) = &self.client(id).actor else { return };
        if !producer.is_paused() {
            self.publish(id);
        }
        self.schedule_publishing(id);
    }

    /// A message of the producer is due.
    pub(super) fn publish(&mut self, id: ActorId) {
        let client = self.client_mut(id);
        let is_open = client.session.is_open();
        let Actor::Producer(producer) = &mut client.actor else { return };
        let name = producer.name();
        if !is_open {
            return self.record(Event::LeftOut { producer: name, count: 1 });
        }
        if !producer.may_publish() {
            let (waiting, rule) = producer.hold_back();
            return self.record(Event::HeldBack { producer: name, waiting, rule });
        }
        self.publish_now(id);
    }

    /// Publishes what had to wait, for as long as nothing holds it back.
    pub(super) fn publish_waiting(&mut self, id: ActorId) {
        loop {
            let client = self.client_mut(id);
            let is_open = client.session.is_open();
            let Actor::Producer(producer) = &mut client.actor else { return };
            if !is_open || !producer.take_waiting() {
                return;
            }
            self.publish_now(id);
        }
    }

    /// Sends a message that does not belong to the producer's own.
    pub(super) fn publish_besides(&mut self, id: ActorId, template: &Template) {
        let (message, published) = (self.next_message(), self.now);
        let client = self.client_mut(id);
        let publisher = client.actor.name();
        if let Actor::Producer(producer) = &mut client.actor {
            producer.has_sent(message, template.exchange);
        }
        let content = Content {
            origin: Origin { message, publisher: publisher.0, published },
            properties: template.properties.clone(),
            body: template.body.clone(),
        };
        let Template { exchange, routing_key, mandatory, .. } = *template;
        let method = Method::BasicPublish { exchange, routing_key, mandatory, immediate: false };
        self.send_publishing(id, message, Command { method, content: Some(content) });
    }

    fn publish_now(&mut self, id: ActorId) {
        let (message, now) = (self.next_message(), self.now);
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        let command = producer.publish(message, now);
        let commits = producer.commit();
        let producer = producer.name();
        self.send_publishing(id, message, command);
        if let Some(messages) = commits {
            let arrives = self.send(id, CHANNEL, Method::TxCommit {});
            self.record(Event::CommitSent { producer, messages, arrives });
        }
    }

    fn send_publishing(&mut self, id: ActorId, message: MessageId, command: Command) {
        let Method::BasicPublish { exchange, routing_key, .. } = command.method else { return };
        let arrives = self.send(id, CHANNEL, command);
        let client = self.client(id);
        let exchange = ExchangeName { virtual_host: client.virtual_host, name: exchange };
        let producer = client.actor.name();
        self.record(Event::Published { producer, message, exchange, routing_key, arrives });
    }

    pub(super) fn next_message(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId(self.last_message)
    }
}
