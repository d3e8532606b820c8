//! Producers at work: what is due goes out, waits, or is left out.

use super::World;
use super::client::{Actor, CHANNEL};
use super::straight::StraightPublishing;
use super::world::Pending;
use crate::actors::{Occasion, Template};
use crate::amqp::{Message, Method, Origin, Parcel, Publish};
use crate::facts::{ClientName, Event, ExchangeName};
use crate::ids::{ActorId, MessageId, Name};
use crate::network::Direction;
use crate::time::Time;
use std::rc::Rc;

impl World {
    /// Enters the next message of a producer's rhythm.
    pub(super) fn schedule_publishing(&mut self, id: ActorId) {
        let Actor::Producer(producer) = &mut self.clients[id.index()].actor else { return };
        if let Some(span) = producer.next_due() {
            let rhythm = producer.rhythm();
            self.agenda.enter(self.now + span, Pending::PublishDue(id, rhythm));
        }
    }

    /// The rhythm of a producer wants a message, which may go on up to the last step.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn publish_due(&mut self, id: ActorId, rhythm: u32, last: u64) {
        let is_alone = self.is_alone_with_link();
        let World { clients, broker, agenda, recorder, names, now, last_message, .. } = self;
        let client = &mut clients[id.index()];
        let goes_straight = is_alone && client.carries_at_once(*now, Direction::ToBroker);
        if let Actor::Producer(producer) = &mut client.actor
            && producer.is_plain()
            && client.session.is_open()
            && producer.rhythm() == rhythm
        {
            *last_message += 1;
            let place = broker.spare_message();
            let (message, mandatory) = producer.publish_plainly(place, MessageId(*last_message), *now);
            if !goes_straight {
                self.send_publishing(id, message, mandatory);
                return self.schedule_publishing(id);
            }
            recorder.numbers_mut().published(id);
            let event = published(producer.name(), client.virtual_host, &message, *now);
            recorder.record(*now, names, event);
            if let Some(span) = producer.next_due() {
                agenda.enter(*now + span, Pending::PublishDue(id, rhythm));
            }
            let publish = Publish { mandatory, immediate: false };
            let sent = StraightPublishing { connection: client.connection, publish, message };
            return self.go_on_with_publishing(sent, last);
        }
        self.publish_due_by_rules(id, rhythm, last);
    }

    /// The same where there is more to look at.
    #[inline(never)]
    fn publish_due_by_rules(&mut self, id: ActorId, rhythm: u32, last: u64) {
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        if producer.rhythm() != rhythm {
            return;
        }
        producer.comes_due();
        let is_paused = producer.is_paused();
        let straight = if is_paused { None } else { self.publish_or_wait(id, Occasion::Due) };
        self.schedule_publishing(id);
        if let Some(sent) = straight {
            self.go_on_with_publishing(sent, last);
        }
    }

    /// The producer is to publish its next message.
    pub(super) fn publish(&mut self, id: ActorId, occasion: Occasion) {
        if let Some(StraightPublishing { publish, message, .. }) = self.publish_or_wait(id, occasion) {
            self.send_parcel(id, CHANNEL, Parcel::Publish(publish, message));
        }
    }

    /// The same where it may go straight to the broker: then it is handed back.
    fn publish_or_wait(&mut self, id: ActorId, occasion: Occasion) -> Option<StraightPublishing> {
        let client = self.client_mut(id);
        let is_open = client.session.is_open();
        let Actor::Producer(producer) = &mut client.actor else { return None };
        let name = producer.name();
        if !is_open {
            self.record(Event::LeftOut { producer: name, count: 1 });
            return None;
        }
        if !producer.may_publish() {
            let (waiting, rule) = producer.hold_back();
            self.record(Event::HeldBack { producer: name, waiting, rule });
            return None;
        }
        self.publish_now(id, occasion)
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
            self.publish(id, Occasion::HeldBack);
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

    #[cfg_attr(not(feature = "small"), inline(always))]
    fn publish_now(&mut self, id: ActorId, occasion: Occasion) -> Option<StraightPublishing> {
        let (message, now) = (self.next_message(), self.now);
        let place = self.broker.spare_message();
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return None };
        let (sent, mandatory) = producer.publish(place, message, now, occasion);
        let commits = producer.commit();
        let is_watched = producer.retries().is_some();
        let producer = producer.name();
        // What else is sent with it goes behind it.
        if commits.is_none() && !is_watched && self.goes_straight(id, Direction::ToBroker) {
            self.note_publishing(id, &sent, now);
            let (connection, publish) = (self.client(id).connection, Publish { mandatory, immediate: false });
            return Some(StraightPublishing { connection, publish, message: sent });
        }
        self.send_publishing(id, sent, mandatory);
        if is_watched {
            self.watch_confirm(id, message);
        }
        if let Some(messages) = commits {
            let arrives = self.send(id, CHANNEL, Method::TxCommit {});
            self.record(Event::CommitSent { producer, messages, arrives });
        }
        None
    }

    #[inline(never)]
    pub(super) fn send_publishing(&mut self, id: ActorId, sent: Rc<Message>, mandatory: bool) {
        let publish = Publish { mandatory, immediate: false };
        let arrives = self.send_parcel(id, CHANNEL, Parcel::Publish(publish, sent.clone()));
        self.note_publishing(id, &sent, arrives);
    }

    /// A producer has sent a message.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn note_publishing(&mut self, id: ActorId, sent: &Message, arrives: Time) {
        let client = self.client(id);
        let event = published(client.actor.name(), client.virtual_host, sent, arrives);
        self.recorder.numbers_mut().published(id);
        self.record(event);
    }

    pub(super) fn next_message(&mut self) -> MessageId {
        self.last_message += 1;
        MessageId(self.last_message)
    }
}

/// A producer has sent a message, which arrives then.
#[cfg_attr(not(feature = "small"), inline(always))]
fn published(producer: ClientName, virtual_host: Name, sent: &Message, arrives: Time) -> Event {
    let exchange = ExchangeName { virtual_host, name: sent.exchange };
    Event::Published { producer, message: sent.number(), exchange, routing_key: sent.routing_key, arrives }
}
