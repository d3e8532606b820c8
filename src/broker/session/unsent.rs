//! What was delivered and not yet taken by the transport. RabbitMQ's queues stop delivering to a channel whose
//! writer is behind (`rabbit_queue_consumers`, `rabbit_amqqueue:notify_sent`).

use crate::broker::connection::UNSENT_LIMIT;
use crate::broker::{Broker, ChannelKey, Context};

impl Broker {
    /// From now on what is delivered on a channel must be said to be [`sent`](Self::sent).
    pub(super) fn count_unsent(&mut self, key: ChannelKey) {
        let channels = self.connections.get_mut(&key.connection).map(|connection| &mut connection.channels);
        if let Some(channel) = channels.and_then(|channels| channels.get_mut(&key.number)) {
            channel.unsent.get_or_insert(0);
        }
    }

    /// So many deliveries have gone out on a channel. If it has ended in the meantime, nothing happens.
    pub(super) fn sent(&mut self, cx: &mut Context, key: ChannelKey, count: u32) {
        let channels = self.connections.get_mut(&key.connection).map(|connection| &mut connection.channels);
        let Some(channel) = channels.and_then(|channels| channels.get_mut(&key.number)) else { return };
        let was_full = channel.unsent.is_some_and(|unsent| unsent >= UNSENT_LIMIT);
        channel.unsent = channel.unsent.map(|unsent| unsent.saturating_sub(count));
        if was_full && !channel.is_closing {
            self.let_channel_continue(cx, key);
        }
    }
}
