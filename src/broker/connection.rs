//! Connections and channels: what the broker remembers of each client.

use super::grants::Grants;
use super::queue::QueuedMessage;
use super::transactions::Transaction;
use crate::amqp::{ChannelNumber, Command, DeliveryTag};
use crate::facts::ClientName;
use crate::few::Few;
use crate::ids::{ConnectionId, MessageId, Name, QueueId};
use crate::sorting::sort_by_key;
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;

/// So many deliveries go to a channel whose transport takes none (RabbitMQ's `rabbit_queue_consumers`:
/// `UNSENT_MESSAGE_LIMIT`, there for each queue).
pub(super) const UNSENT_LIMIT: u32 = 200;

/// A channel of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelKey {
    /// The connection.
    pub connection: ConnectionId,
    /// The number of the channel in it.
    pub number: ChannelNumber,
}

/// Where a connection is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// `connection.open` is awaited.
    Opening,
    /// It works in this virtual host.
    Open(Name),
    /// The broker has sent `connection.close` and awaits the answer; all else is ignored.
    Closing,
    /// It has ended.
    Closed,
}

/// A client's connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The client's name, for facts.
    pub client: ClientName,
    /// The user it has logged in as; one that has not may do everything.
    pub user: Option<String>,
    /// Where it is in its life.
    pub state: ConnectionState,
    /// Its channels by number.
    pub channels: Few<ChannelNumber, Channel>,
    /// The queues that it alone may use.
    pub(super) exclusive: Vec<QueueId>,
    /// Whether it has been told that it is not read any further.
    pub(super) is_blocked: bool,
    /// What it has sent since then.
    pub(super) unread: Vec<(ChannelNumber, Command)>,
}

impl Connection {
    /// The channel of that number, if it is open and what comes on it is read; and the virtual host in which it works.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn open_channel(&mut self, number: ChannelNumber) -> Option<(Name, &mut Channel)> {
        let ConnectionState::Open(host) = self.state else { return None };
        let channel = self.channels.get_mut(&number)?;
        (!channel.is_closing && !self.is_blocked).then_some((host, channel))
    }
}

/// A channel.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// The broker has sent `channel.close` and awaits the answer; all else is ignored.
    pub is_closing: bool,
    /// Its consumers by tag.
    pub consumers: Few<Name, Consumer>,
    /// Deliveries that wait for acknowledgement, in the order of their tags.
    pub unacknowledged: VecDeque<Unacknowledged>,
    /// The prefetch limit for consumers to come (`basic.qos` without `global`); 0 is none.
    pub prefetch: u16,
    /// The prefetch limit over the whole channel (`basic.qos` with `global`); 0 is none.
    pub channel_prefetch: u16,
    /// What that limit counts: what was unacknowledged when it was set, fetched messages too, what classic queues have
    /// sent to consumers since then, and less what consumers have answered. So a fetched message counts for good, and
    /// what other queues have sent and consumers answer makes it less than nothing (`rabbit_limiter`; recorded from
    /// 3.10.8).
    pub counted: i64,
    /// The queue that was declared last, which an empty queue name means.
    pub last_queue: Option<Name>,
    /// How many messages were published since `confirm.select`; none before it.
    pub confirms: Option<u64>,
    /// Messages that are confirmed as soon as they are on disk, by the numbers of their publishing.
    pub(super) being_stored: Vec<(DeliveryTag, MessageId)>,
    /// What was collected, in a transactional channel.
    pub transaction: Option<Transaction>,
    /// Queues whose single active consumer was cancelled on it.
    pub(super) standing: Vec<QueueId>,
    /// The consumer of direct replies: its tag and its private address.
    pub(super) reply_consumer: Option<(Name, Name)>,
    /// When it was opened.
    pub(super) opened: Time,
    /// Whether a timer watches over its deliveries.
    pub(super) is_watched: bool,
    /// Tags of deliveries that their queue has taken back; what is said of them is ignored.
    pub(super) taken_back: LiteMap<DeliveryTag, ()>,
    /// What its user was allowed.
    pub(super) grants: Grants,
    /// Deliveries that a slow transport has not taken yet; counted on a real socket only.
    pub(super) unsent: Option<u32>,
    last_delivery_tag: DeliveryTag,
    last_consumer_number: u32,
}

impl Channel {
    /// A channel that is opened now.
    pub(super) fn opened(now: Time) -> Channel {
        Channel { opened: now, ..Channel::default() }
    }

    /// All deliveries that are unacknowledged, with those that a transaction will acknowledge when it is committed.
    pub fn held(&self) -> impl Iterator<Item = &Unacknowledged> {
        self.unacknowledged.iter().chain(self.transaction.iter().flat_map(Transaction::deliveries))
    }

    /// As [`Channel::held`], to change them.
    pub(super) fn held_mut(&mut self) -> impl Iterator<Item = &mut Unacknowledged> {
        self.unacknowledged
            .iter_mut()
            .chain(self.transaction.iter_mut().flat_map(Transaction::deliveries_mut))
    }

    /// The tag of an answer that comes directly: the next one, which the next delivery has again (recorded from
    /// 3.10.8; `rabbit_channel`, `deliver_reply`).
    pub(super) fn tag_of_reply(&self) -> DeliveryTag {
        self.last_delivery_tag + 1
    }

    /// The tag for the next delivery.
    pub(super) fn next_delivery_tag(&mut self) -> DeliveryTag {
        self.last_delivery_tag += 1;
        if let Some(unsent) = &mut self.unsent {
            *unsent = unsent.saturating_add(1);
        }
        self.last_delivery_tag
    }

    /// The number for the next consumer.
    pub(super) fn next_consumer_number(&mut self) -> u32 {
        self.last_consumer_number += 1;
        self.last_consumer_number
    }

    /// Whether the prefetch limits leave the consumer room for one more. Its own does not concern a consumer with
    /// automatic acknowledgement, but for the moment until its channel has settled with a quorum queue; that of the channel, once it is reached, holds back every consumer on it
    /// (rabbitmq.com/docs/consumer-prefetch; `rabbit_limiter`, `can_send`).
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn has_room_for(&self, consumer: &Consumer) -> bool {
        let is_below =
            |limit: u16, surplus: u64, count: u64| limit == 0 || count < u64::from(limit) + surplus;
        let own = if consumer.is_automatic {
            is_below(consumer.prefetch, 0, consumer.unsettled)
        } else {
            is_below(consumer.prefetch, consumer.surplus, consumer.unacknowledged)
        };
        own && (consumer.is_unlimited_by_channel || !self.is_limit_reached())
            && self.unsent.is_none_or(|unsent| unsent < UNSENT_LIMIT)
    }

    /// Takes a delivery off what its consumer holds.
    #[inline]
    pub(super) fn release(&mut self, delivery: &Unacknowledged) {
        let Some((tag, number)) = delivery.consumer else { return };
        // The consumer may have been cancelled in the meantime.
        if let Some(consumer) = self.consumers.get_mut(&tag).filter(|found| found.number == number) {
            consumer.unacknowledged -= 1;
        }
    }

    /// Whether the limit over the whole channel is reached.
    pub fn is_limit_reached(&self) -> bool {
        self.channel_prefetch > 0 && self.counted >= i64::from(self.channel_prefetch)
    }

    /// Sets the limit over the whole channel.
    pub(super) fn limit(&mut self, prefetch: u16) {
        self.counted = match (self.channel_prefetch, prefetch) {
            (_, 0) => 0,
            (0, _) => self.unacknowledged.len() as i64,
            _ => self.counted,
        };
        self.channel_prefetch = prefetch;
    }

    /// Consumers have answered so many deliveries.
    #[inline]
    pub(super) fn count_answers(&mut self, count: i64) {
        if self.channel_prefetch > 0 && self.counted != 0 {
            self.counted -= count;
        }
    }

    /// Takes deliveries back that were answered, with an answer that does not hold.
    pub(super) fn hold_again(&mut self, deliveries: impl IntoIterator<Item = Unacknowledged>) {
        self.unacknowledged.extend(deliveries);
        sort_by_key(self.unacknowledged.make_contiguous(), |delivery| delivery.tag);
    }

    /// Moves the deliveries that an acknowledgement with this tag means to `taken`. Says whether the tag is known.
    pub(super) fn take_acknowledged(
        &mut self,
        tag: DeliveryTag,
        multiple: bool,
        taken: &mut Vec<Unacknowledged>,
    ) -> bool {
        if multiple {
            // Tag 0 means all there are, also when there are none.
            if tag == 0 {
                taken.extend(self.unacknowledged.drain(..));
                return true;
            }
            let count = self.unacknowledged.partition_point(|delivery| delivery.tag <= tag);
            let is_known = count > 0 || self.taken_back.first().is_some_and(|(first, ())| *first <= tag);
            taken.extend(self.unacknowledged.drain(..count));
            return is_known;
        }
        // As a rule the oldest is acknowledged.
        if self.unacknowledged.front().is_some_and(|oldest| oldest.tag == tag) {
            taken.extend(self.unacknowledged.pop_front());
            return true;
        }
        match self.unacknowledged.binary_search_by_key(&tag, |delivery| delivery.tag) {
            Ok(place) => {
                taken.extend(self.unacknowledged.remove(place));
                true
            }
            Err(_) => self.taken_back.remove(&tag).is_some(),
        }
    }
}

/// A consumer on a channel.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its number on the channel, which tells it from an earlier consumer with the same tag.
    pub number: u32,
    /// The queue it consumes from.
    pub queue: QueueId,
    /// Whether messages are done with as soon as they are sent (`no-ack`).
    pub is_automatic: bool,
    /// Its prefetch limit; 0 is none.
    pub prefetch: u16,
    /// Whether the limit over the whole channel does not concern it: only classic queues look at that.
    pub is_unlimited_by_channel: bool,
    /// How many of its deliveries wait for acknowledgement.
    pub unacknowledged: u64,
    /// With automatic acknowledgement, how many of its deliveries the channel has not settled yet with a quorum
    /// queue. Others do not count.
    pub(super) unsettled: u64,
    /// How many more it may have than its limit: what RabbitMQ 3.10's quorum queues give it by mistake.
    pub surplus: u64,
    /// In a stream, the offset of the next message for it.
    pub(super) next_offset: u64,
    /// The offset of the message of which it was told last why it waits.
    pub(super) explained_offset: Option<u64>,
}

/// A delivery that waits for acknowledgement.
#[derive(Clone, Debug)]
pub struct Unacknowledged {
    /// Its tag.
    pub tag: DeliveryTag,
    /// Where the message came from.
    pub queue: QueueId,
    /// Tag and number of the consumer it went to; none when it was got by `basic.get`.
    pub consumer: Option<(Name, u32)>,
    /// The message, with the client since it was delivered.
    pub message: QueuedMessage,
}

impl Unacknowledged {
    pub(super) fn message_number(&self) -> MessageId {
        self.message.message.number()
    }
}

crate::ids::holds_names!(ChannelKey { connection, number });
crate::ids::holds_names!(Connection { client, user, state, channels, exclusive, is_blocked, unread });
crate::ids::holds_names!(Channel {
    is_closing,
    consumers,
    unacknowledged,
    prefetch,
    channel_prefetch,
    counted,
    last_queue,
    confirms,
    being_stored,
    transaction,
    standing,
    reply_consumer,
    opened,
    is_watched,
    taken_back,
    grants,
    unsent,
    last_delivery_tag,
    last_consumer_number
});
crate::ids::holds_names!(Consumer {
    number,
    queue,
    is_automatic,
    prefetch,
    is_unlimited_by_channel,
    unacknowledged,
    unsettled,
    surplus,
    next_offset,
    explained_offset
});
crate::ids::holds_names!(Unacknowledged { tag, queue, consumer, message });

impl crate::ids::HoldsNames for ConnectionState {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        match self {
            ConnectionState::Open(virtual_host) => visit(*virtual_host),
            ConnectionState::Opening | ConnectionState::Closing | ConnectionState::Closed => {}
        }
    }
}
