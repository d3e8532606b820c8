//! The straight way: what is sent on a link that takes no time, with nothing to happen before, arrives in the next step.
//!
//! Nothing of it needs to be put anywhere in between. So a message goes on as it is, from its producer through the broker
//! to its consumer, and an acknowledgement to what it lets the broker deliver. All that may stand in the way is asked
//! where it is sent ([`World::goes_straight`]); whatever does sends it the long way: by `World::at_once`, or over the
//! agenda. Both take the same steps, in the same order.

use super::World;
use super::client::{Actor, CHANNEL};
use super::parcels::Transfer;
use super::world::Pending;
use crate::actors::Delivery;
use crate::amqp::{DeliveryTag, Message, Parcel, Publish};
use crate::broker::{ChannelKey, Outgoing};
use crate::facts::Event;
use crate::ids::{ActorId, ConnectionId};
use crate::network::Direction;
use std::rc::Rc;

/// A message on the straight way to the broker.
#[derive(Debug)]
pub(super) struct StraightPublishing {
    pub connection: ConnectionId,
    pub publish: Publish,
    pub message: Rc<Message>,
}

/// An acknowledgement on the straight way to the broker.
#[derive(Debug)]
pub(super) struct StraightAcknowledgement {
    pub connection: ConnectionId,
    pub tag: DeliveryTag,
    pub multiple: bool,
}

impl World {
    /// Whether what is sent on a client's link now arrives in the next step.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn goes_straight(&self, id: ActorId, direction: Direction) -> bool {
        self.is_alone_with_link() && self.client(id).carries_at_once(self.now, direction)
    }

    /// The same as far as it does not depend on the link: nothing is to happen before, and nobody listens.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn is_alone_with_link(&self) -> bool {
        !self.is_overheard() && self.at_once.is_none() && !self.agenda.is_due(self.now)
    }

    /// A message arrives in the next step, if that is not behind the last one.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn go_on_with_publishing(&mut self, sent: StraightPublishing, last: u64) {
        let StraightPublishing { connection, publish, message } = sent;
        if self.steps == last {
            return self.wait_for_next_step(connection, Parcel::Publish(publish, message));
        }
        self.begin_step_now();
        let key = ChannelKey { connection, number: CHANNEL };
        self.publishing_arrives(key, publish, message, last);
    }

    /// An acknowledgement arrives in the next step, if that is not behind the last one.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn go_on_with_acknowledgement(&mut self, sent: StraightAcknowledgement, last: u64) {
        let StraightAcknowledgement { connection, tag, multiple } = sent;
        if self.steps == last {
            return self.wait_for_next_step(connection, Parcel::Ack(tag, multiple));
        }
        self.begin_step_now();
        let key = ChannelKey { connection, number: CHANNEL };
        self.acknowledgement_arrives(key, tag, multiple, last);
    }

    #[cold]
    fn wait_for_next_step(&mut self, connection: ConnectionId, parcel: Parcel) {
        let (direction, channel, is_settled) = (Direction::ToBroker, CHANNEL, false);
        self.at_once = Some(Transfer { direction, connection, channel, is_settled, parcel });
    }

    /// A message has reached the broker.
    #[inline(never)]
    pub(super) fn publishing_arrives(
        &mut self,
        key: ChannelKey,
        publish: Publish,
        message: Rc<Message>,
        last: u64,
    ) {
        match self.entrance(key) {
            Some(entrance) => {
                self.with_broker(|broker, cx| broker.take_publishing(cx, key, entrance, publish, message));
                self.carry_delivery(last);
            }
            None => self.at_broker_with(key, Parcel::Publish(publish, message)),
        }
    }

    /// An acknowledgement has reached the broker.
    #[inline(never)]
    pub(super) fn acknowledgement_arrives(
        &mut self,
        key: ChannelKey,
        tag: DeliveryTag,
        multiple: bool,
        last: u64,
    ) {
        let is_one = self.broker_is_back.is_none() && !multiple;
        if is_one && self.with_broker(|broker, cx| broker.acknowledge_at_once(cx, key, tag)) {
            return self.carry_delivery(last);
        }
        self.at_broker_with(key, Parcel::Ack(tag, multiple));
    }

    /// Carries what the broker has to say: as a rule one delivery, or nothing.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn carry_delivery(&mut self, last: u64) {
        self.enter_broker_timeout();
        if self.is_overheard() || self.recorder.keeps_facts() {
            return self.carry_output_as_heard();
        }
        let Some(delivery) = self.broker.poll_lone_delivery() else {
            if self.broker.has_output() {
                self.carry_rest();
            }
            return;
        };
        let connection = delivery.connection;
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let is_alone = self.is_alone_with_link();
        let now = self.now;
        let client = self.client(id);
        let listens = client.connection == connection && client.session.is_open();
        if self.steps == last || !listens || !is_alone || !client.carries_at_once(now, Direction::ToClient) {
            return self.carry_outgoing(delivery.into());
        }
        self.begin_step_now();
        let Outgoing { command: (deliver, message), is_settled, .. } = delivery;
        let (tag, is_redelivered) = (deliver.delivery_tag, deliver.redelivered);
        self.take_straight_delivery(id, Delivery { message, tag, is_redelivered, is_settled });
    }

    /// A client has a message: as a rule a consumer that begins to work on it.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn take_straight_delivery(&mut self, id: ActorId, delivery: Delivery) {
        let World { clients, agenda, recorder, names, now, .. } = self;
        if let Actor::Consumer(consumer) = &mut clients[id.index()].actor
            && consumer.is_idle_plainly()
            && delivery.message_id().is_none()
        {
            let (message, name) = (delivery.number(), consumer.name());
            recorder.record(*now, names, Event::Taken { message, consumer: name, buffered: 1 });
            let (ends, number) = consumer.begin_plainly(delivery, *now);
            agenda.enter(ends, Pending::WorkEnds(id, number));
            recorder.numbers_mut().work_began(*now, id);
            return recorder.record(*now, names, Event::WorkBegan { consumer: name, message, ends });
        }
        self.take_rare_delivery(id, delivery);
    }
}
