//! A queue hands messages over to consumers.
//!
//! Sources: rabbitmq.com/docs/consumers ("Delivery Acknowledgement Timeout"), /docs/confirms ("Consumer Acknowledgement
//! Modes"); `rabbit_queue_consumers`.

use super::connection::{Channel, Connection, Unacknowledged};
use super::delivering::delivered_message;
use super::expiring::Timer;
use super::measuring::{measure_delivery, measure_depth};
use super::output::Output;
use super::queue::{ConsumerKey, QueuedMessage};
use super::settings::QueueType;
use super::{Broker, Context, Outgoing, Queue, Version};
use crate::agenda::Agenda;
use crate::amqp::{Deliver, Message, Origin};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::{ByNumber, ConnectionId, QueueId};
use crate::time::{Span, Time};

/// All that it takes beside a queue to hand its messages over.
pub(super) struct Handover<'a> {
    pub version: Version,
    /// How long a delivery may stay unacknowledged, and how often a channel looks at that.
    pub patience: (Span, Span),
    pub connections: &'a mut ByNumber<ConnectionId, Connection>,
    pub timers: &'a mut Agenda<Timer>,
    pub output: &'a mut Output,
}

impl Broker {
    /// A queue, which must be there, with all else that it takes to hand its messages over.
    #[inline(always)]
    pub(super) fn queue_with_handover(&mut self, id: QueueId) -> (&mut Queue, Handover<'_>) {
        let Broker { queues, connections, timers, output, .. } = self;
        let queue = queues[id.index()].as_mut().expect("a queue's number is forgotten when it goes");
        let patience = (self.consumer_timeout, self.channel_tick);
        (queue, Handover { version: self.version, patience, connections, timers, output })
    }
}

impl Handover<'_> {
    /// Hands messages over from a plain queue, since something has moved it.
    #[inline(always)]
    pub fn dispatch_plainly(&mut self, cx: &mut Context, id: QueueId, queue: &mut Queue) {
        queue.standing = None;
        self.hand_out_plainly(cx, id, queue);
        measure_depth(cx, id, queue);
    }

    /// Hands the messages of a plain queue over for as long as there are some and a consumer can take one.
    #[inline(always)]
    pub fn hand_out_plainly(&mut self, cx: &mut Context, id: QueueId, queue: &mut Queue) {
        if queue.has_somebody_in_line() {
            self.hand_out_in_line(cx, id, queue);
        }
    }

    /// The same where a message and a consumer are there. It does what [`Self::hand_out`] does, for as long as that finds
    /// somebody, and looks up a consumer once for all that it gets while it is alone in the line.
    #[inline(never)]
    fn hand_out_in_line(&mut self, cx: &mut Context, id: QueueId, queue: &mut Queue) {
        let Handover { version, patience, timers, output, .. } = self;
        while let Some(first) = queue.available.front() {
            let key = first.key;
            let Some(mut taker) = taker(self.connections, key) else { return };
            loop {
                if !taker.channel.has_room_for(&taker.channel.consumers[&key.tag]) {
                    queue.change_line(0, false);
                    if queue.available.is_empty() {
                        return;
                    }
                    break;
                }
                let has_others = queue.available.len() > 1;
                if has_others {
                    queue.change_line(0, true);
                }
                let Some(copy) = queue.take_only() else { return };
                let place = (id, QueueType::Classic);
                deliver(cx, (*version, *patience), place, queue, (key, &mut taker), copy, (timers, output));
                if queue.has_nothing_ready() {
                    return;
                }
                if has_others {
                    break;
                }
            }
        }
    }

    /// Gives the message at the head of the queue to the consumer whose turn it is, and says who that is; nothing when
    /// no consumer can take one.
    #[inline(never)]
    pub fn hand_out(&mut self, cx: &mut Context, id: QueueId, queue: &mut Queue) -> Option<ConsumerKey> {
        let (key, taker) = next_taker(self.connections, queue)?;
        let copy = queue.take_head()?;
        let Handover { version, patience, timers, output, .. } = self;
        deliver_by_rules(cx, (*version, *patience), (id, queue), (key, taker), copy, (timers, output));
        Some(key)
    }

    /// The consumer whose turn it is; see [`next_taker`].
    pub fn next_consumer(&mut self, queue: &mut Queue) -> Option<ConsumerKey> {
        next_taker(self.connections, queue).map(|(key, _)| key)
    }

    /// Delivers a message that was taken from the queue to a consumer, if that is there.
    pub fn deliver(
        &mut self,
        cx: &mut Context,
        id: QueueId,
        queue: &mut Queue,
        key: ConsumerKey,
        copy: QueuedMessage,
    ) {
        let Handover { version, patience, connections, timers, output } = self;
        if let Some(taker) = taker(connections, key) {
            deliver_by_rules(cx, (*version, *patience), (id, queue), (key, taker), copy, (timers, output));
        }
    }
}

type Connections = ByNumber<ConnectionId, Connection>;

/// The client and the channel of a consumer.
struct Taker<'a> {
    client: ClientName,
    /// Whether the client has logged in.
    has_user: bool,
    channel: &'a mut Channel,
}

/// The client and the channel of a consumer, if they are there.
#[inline(always)]
fn taker(connections: &mut Connections, key: ConsumerKey) -> Option<Taker<'_>> {
    let connection = connections.get_mut(&key.channel.connection)?;
    let (client, has_user) = (connection.client, connection.user.is_some());
    Some(Taker { client, has_user, channel: connection.channels.get_mut(&key.channel.number)? })
}

/// The consumer whose turn it is and that can take a message, when there is one for it; it goes to the end of the
/// line. Those found at their limit leave the line.
fn next_taker<'a>(connections: &'a mut Connections, queue: &mut Queue) -> Option<(ConsumerKey, Taker<'a>)> {
    if queue.ready_count() == 0 {
        return None;
    }
    let key = loop {
        let place = queue.next_in_line()?;
        let in_line = queue.available[place];
        let channel = taker(connections, in_line.key)?.channel;
        let has_room = channel.has_room_for(&channel.consumers[&in_line.key.tag]);
        // One alone is at the end of the line already.
        if !has_room || queue.available.len() > 1 {
            queue.change_line(place, has_room);
        }
        if has_room {
            break in_line.key;
        }
    };
    Some((key, taker(connections, key)?))
}

/// Delivers a message that was taken from a queue of any type.
#[inline(never)]
fn deliver_by_rules(
    cx: &mut Context,
    settings: (Version, (Span, Span)),
    (id, queue): (QueueId, &mut Queue),
    (key, mut taker): (ConsumerKey, Taker<'_>),
    copy: QueuedMessage,
    outlets: (&mut Agenda<Timer>, &mut Output),
) {
    let place = (id, queue.kind);
    deliver(cx, settings, place, queue, (key, &mut taker), copy, outlets);
}

/// Delivers a message that was taken from a queue, whose type is named besides: a caller who knows it is spared what
/// others do.
#[cfg_attr(not(feature = "small"), inline(always))]
fn deliver(
    cx: &mut Context,
    (version, patience): (Version, (Span, Span)),
    (id, kind): (QueueId, QueueType),
    queue: &mut Queue,
    (key, Taker { client, has_user, channel }): (ConsumerKey, &mut Taker<'_>),
    copy: QueuedMessage,
    (timers, output): (&mut Agenda<Timer>, &mut Output),
) {
    let (consumer, delivery_tag) = (*client, channel.next_delivery_tag());
    if *has_user {
        channel.grants.wake(cx.now);
    }
    let taker = channel.consumers.get_mut(&key.tag).expect("it is in line");
    let is_settled = taker.is_automatic;
    let redelivered = copy.is_redelivered;
    let (number, name) = (copy.message.number(), queue.name);
    let message = delivered_message(version, kind, &copy);
    queue.delivered += 1;
    measure_delivery(cx, id, queue, &copy);
    let rule = if cx.facts.keeps_facts() { rule_of_turn(queue, key) } else { Rule::RoundRobin };
    cx.record(Event::Delivered { message: number, queue: name, consumer, delivery_tag, redelivered, rule });
    if is_settled {
        settle(cx, id, queue, &copy.message, copy.came);
        if kind == QueueType::Quorum {
            taker.unsettled += 1;
            timers.enter(cx.now, Timer::Settlement(id, key));
        }
    } else {
        queue.unacknowledged += 1;
        taker.unacknowledged += 1;
        let is_counted = channel.channel_prefetch > 0 && !taker.is_unlimited_by_channel;
        let consumer = Some((key.tag, taker.number));
        channel.counted += i64::from(is_counted);
        channel.unacknowledged.push_back(Unacknowledged {
            tag: delivery_tag,
            queue: id,
            consumer,
            message: QueuedMessage { is_redelivered: true, since: cx.now, ..copy },
        });
        if !channel.is_watched && version.watches_over(kind) {
            let timer = channel.watch(cx.now, key.channel, patience);
            timer.into_iter().for_each(|(due, timer)| timers.enter(due, timer));
        }
    }
    output.deliver(Outgoing {
        connection: key.channel.connection,
        channel: key.channel.number,
        command: (Deliver { consumer_tag: key.tag, delivery_tag, redelivered }, message),
        is_settled,
    });
}

/// A queue is done with a message as soon as that is sent.
#[inline(never)]
fn settle(cx: &mut Context, id: QueueId, queue: &mut Queue, message: &Message, came: Time) {
    let Origin { message, published, .. } = message.content.origin;
    queue.acknowledged += 1;
    cx.facts.numbers_mut().acknowledged(cx.now, (id, queue.name), came, published);
    let rule = Rule::AutomaticAcknowledgement;
    cx.record(Event::Acknowledged { message, queue: queue.name, rule });
}

/// Why it is the turn of a consumer.
fn rule_of_turn(queue: &Queue, key: ConsumerKey) -> Rule {
    let in_line = || queue.available.iter().chain(&queue.blocked);
    let priority = in_line().find(|in_line| in_line.key == key).map_or(0, |in_line| in_line.priority);
    match () {
        () if queue.kind == QueueType::Stream => Rule::StreamOffset,
        () if queue.single_active_consumer().is_some() => Rule::SingleActiveConsumer,
        () if queue.exclusive_consumer == Some(key) => Rule::ExclusiveConsumer,
        () if in_line().any(|other| other.priority < priority) => Rule::ConsumerPriority,
        () => Rule::RoundRobin,
    }
}
