//! A queue hands a message over to a consumer.
//!
//! Sources: rabbitmq.com/docs/consumers ("Delivery Acknowledgement Timeout"), /docs/confirms ("Consumer Acknowledgement
//! Modes").

use super::connection::{Channel, Unacknowledged};
use super::delivering::delivered_content;
use super::expiring::Timer;
use super::measuring::{measure_acknowledgement, measure_delivery};
use super::queue::{ConsumerKey, Message, QueuedMessage};
use super::settings::QueueType;
use super::{Context, Outgoing, Queue, Version};
use crate::agenda::Agenda;
use crate::amqp::{Deliver, Parcel};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::QueueId;
use crate::time::Span;
use std::collections::VecDeque;

/// A queue, a consumer of it, and where what goes between them is noted.
pub(super) struct Handover<'a> {
    pub version: Version,
    /// How long a delivery may stay unacknowledged, and how often a channel looks at that.
    pub patience: (Span, Span),
    pub id: QueueId,
    pub key: ConsumerKey,
    pub queue: &'a mut Queue,
    pub client: ClientName,
    pub channel: &'a mut Channel,
    pub timers: &'a mut Agenda<Timer>,
    pub output: &'a mut VecDeque<Outgoing<Parcel>>,
}

impl Handover<'_> {
    /// Delivers a message that was taken from the queue.
    #[inline]
    pub fn deliver(self, cx: &mut Context, copy: QueuedMessage) {
        let Handover { version, patience, id, key, queue, client: consumer, channel, timers, output } = self;
        let delivery_tag = channel.next_delivery_tag();
        let taker = channel.consumers.get_mut(&key.tag).expect("it is in line");
        let redelivered = copy.is_redelivered;
        let Message { exchange, routing_key, ref content, .. } = *copy.message;
        let message = content.origin.message;
        let (name, kind) = (queue.name, queue.kind);
        let content = delivered_content(version, kind, &copy, false);
        queue.delivered += 1;
        channel.grants.wake(cx.now);
        measure_delivery(cx, id, queue, &copy);
        let rule = if cx.facts.keeps_facts() { rule_of_turn(queue, key) } else { Rule::RoundRobin };
        cx.record(Event::Delivered { message, queue: name, consumer, delivery_tag, redelivered, rule });
        let is_settled = taker.is_automatic;
        if is_settled {
            queue.acknowledged += 1;
            measure_acknowledgement(cx, id, queue, &copy);
            let rule = Rule::AutomaticAcknowledgement;
            cx.record(Event::Acknowledged { message, queue: name, rule });
            if kind == QueueType::Quorum {
                taker.unsettled += 1;
                timers.enter(cx.now, Timer::Settlement(id, key));
            }
        } else {
            queue.unacknowledged += 1;
            taker.unacknowledged += 1;
            channel.counted += i64::from(channel.channel_prefetch > 0 && !taker.is_unlimited_by_channel);
            let consumer = Some((key.tag, taker.number));
            channel.unacknowledged.push_back(Unacknowledged {
                tag: delivery_tag,
                queue: id,
                consumer,
                message: QueuedMessage { is_redelivered: true, since: cx.now, ..copy },
                delivered: cx.now,
            });
            if !channel.is_watched && version.watches_over(kind) {
                let timer = channel.watch(cx.now, key.channel, patience);
                timer.into_iter().for_each(|(due, timer)| timers.enter(due, timer));
            }
        }
        let deliver = Deliver { consumer_tag: key.tag, delivery_tag, redelivered, exchange, routing_key };
        output.push_back(Outgoing {
            connection: key.channel.connection,
            channel: key.channel.number,
            command: Parcel::Deliver(deliver, content),
            is_settled,
        });
    }
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
