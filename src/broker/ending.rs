//! Channels and connections end, and what they held goes back.
//!
//! Source: rabbitmq.com/docs/confirms ("Automatic Requeueing"), /docs/queues ("Exclusive Queues").

use super::connection::{ChannelKey, ConnectionState};
use super::enqueuers::Enqueuer;
use super::handling::published;
use super::requeueing::GivenBack;
use super::{Broker, ConsumerKey, Context};
use crate::amqp::ChannelNumber;
use crate::facts::{Event, Rule};
use crate::ids::{ConnectionId, QueueId};

impl Broker {
    /// Ends every channel and removes what belongs to the connection alone.
    pub(super) fn end_connection(&mut self, cx: &mut Context, id: ConnectionId) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.state = ConnectionState::Closed;
        let producer = connection.client;
        let unread = std::mem::take(&mut connection.unread);
        for message in unread.iter().filter_map(|(_, command)| published(command)) {
            cx.record(Event::NotAccepted { message, producer, rule: Rule::ConnectionEnded });
        }
        let numbers: Vec<ChannelNumber> = connection.channels.keys().copied().collect();
        for number in numbers {
            self.end_channel(cx, ChannelKey { connection: id, number });
        }
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.channels.clear();
        }
        let connection = self.connections.get_mut(&id);
        let exclusive: Vec<QueueId> =
            connection.map_or_else(Vec::new, |connection| std::mem::take(&mut connection.exclusive));
        for queue in exclusive {
            self.remove_queue(cx, queue, Rule::ExclusiveQueue);
        }
    }

    /// Ends the consumers of a channel and requeues what it held. The channel itself stays.
    pub(super) fn end_channel(&mut self, cx: &mut Context, key: ChannelKey) {
        let channel = self.channel_mut(key);
        let consumers = std::mem::take(&mut channel.consumers);
        channel.reply_consumer = None;
        self.forget_enqueuer(Enqueuer::Channel(key));
        // A queue that loses a channel first puts back what the channel held, and then goes on.
        let mut left = Vec::new();
        for (tag, consumer) in consumers {
            self.end_consumer(cx, ConsumerKey { channel: key, tag }, &consumer);
            left.push(consumer.queue);
        }
        let channel = self.channel_mut(key);
        // What an uncommitted transaction had acknowledged is given back too.
        if let Some(transaction) = channel.transaction.take() {
            self.roll_back(cx, key, transaction);
        }
        let channel = self.channel_mut(key);
        let held = channel.unacknowledged.drain(..).collect();
        self.requeue(cx, key, held, GivenBack::Abandoned);
        let standing = std::mem::take(&mut self.channel_mut(key).standing);
        let still = |id: &QueueId| self.queue(*id).is_some_and(|queue| queue.standing == Some(key));
        left.extend(standing.into_iter().filter(still));
        for queue in left {
            self.dispatch(cx, queue);
        }
    }
}
