//! Producers at work: what is due goes out, waits, or is left out.

use super::World;
use super::client::{Actor, CHANNEL};
use super::world::Pending;
use crate::actors::{Occasion, Template};
use crate::amqp::{Message, Method, Origin, Parcel, Publish};
use crate::facts::{Event, ExchangeName};
use crate::ids::{ActorId, MessageId};
use std::rc::Rc;

impl World {
    /// Enters the next message of a producer's rhythm.
    pub(super) fn schedule_publishing(&mut self, id: ActorId) {
        self.enter_next_due(id);
    }

    /// The same, compiled into its caller where every message comes by.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn enter_next_due(&mut self, id: ActorId) {
        let Actor::Producer(producer) = &mut self.clients[id.index()].actor else { return };
        if let Some(span) = producer.next_due() {
            let rhythm = producer.rhythm();
            self.agenda.enter(self.now + span, Pending::PublishDue(id, rhythm));
        }
    }

    #[inline(always)]
    pub(super) fn publish_due(&mut self, id: ActorId, rhythm: u32) {
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        if producer.rhythm() != rhythm {
            return;
        }
        producer.comes_due();
        if !producer.is_paused() {
            self.publish_or_wait(id, Occasion::Due);
        }
        self.enter_next_due(id);
    }

    /// The producer is to publish its next message.
    pub(super) fn publish(&mut self, id: ActorId, occasion: Occasion) {
        self.publish_or_wait(id, occasion);
    }

    /// The same, compiled into its caller where every message comes by.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn publish_or_wait(&mut self, id: ActorId, occasion: Occasion) {
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
        self.publish_now(id, occasion);
    }

    /// Publishes what had to wait, for as long as nothing holds it back: first what is to be published again.
    pub(super) fn publish_waiting(&mut self, id: ActorId) {
        self.publish_again(id);
        loop {
            let client = self.client_mut(id);
            let is_open = client.session.is_open();
            let Actor::Producer(producer) = &mut client.actor else { return };
            if !is_open || !producer.take_waiting() {
                return;
            }
            self.publish_now(id, Occasion::HeldBack);
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
        let place = self.broker.spare_message();
        let sent = template.message(place, Origin { message, publisher: publisher.0, published });
        self.send_publishing(id, sent, template.mandatory);
    }

    #[inline(always)]
    fn publish_now(&mut self, id: ActorId, occasion: Occasion) {
        let (message, now) = (self.next_message(), self.now);
        let place = self.broker.spare_message();
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        let (sent, mandatory) = producer.publish(place, message, now, occasion);
        let commits = producer.commit();
        let is_watched = producer.retries().is_some();
        let producer = producer.name();
        self.send_publishing(id, sent, mandatory);
        if is_watched {
            self.watch_confirm(id, message);
        }
        if let Some(messages) = commits {
            let arrives = self.send(id, CHANNEL, Method::TxCommit {});
            self.record(Event::CommitSent { producer, messages, arrives });
        }
    }

    #[inline(always)]
    pub(super) fn send_publishing(&mut self, id: ActorId, sent: Rc<Message>, mandatory: bool) {
        let Message { exchange, routing_key, .. } = *sent;
        let message = sent.number();
        let publish = Publish { mandatory, immediate: false };
        let arrives = self.send_parcel(id, CHANNEL, Parcel::Publish(publish, sent));
        let client = self.client(id);
        let exchange = ExchangeName { virtual_host: client.virtual_host, name: exchange };
        let producer = client.actor.name();
        self.recorder.numbers_mut().published(id);
        self.record(Event::Published { producer, message, exchange, routing_key, arrives });
    }

    pub(super) fn next_message(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId(self.last_message)
    }
}
