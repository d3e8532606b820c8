//! What time does: messages, queues and the patience with consumers run out.
//!
//! Sources: rabbitmq.com/docs/ttl (expired messages leave when they are at the head), /docs/consumers ("Delivery
//! Acknowledgement Timeout").

use super::connection::{Channel, ChannelKey, Unacknowledged};
use super::dead_lettering::Death;
use super::requeueing::GivenBack;
use super::settings::QueueType;
use super::{Broker, ConsumerKey, Context, Refusal, Version};
use crate::amqp::{Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;
use crate::time::{Deadline, Span, Time};

/// What a timer is set for. When it rings, what is due is looked up anew, so a timer too many does no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The head of the queue, or the queue itself, may expire.
    Queue(QueueId),
    /// A delivery of the channel may have been unacknowledged for too long.
    Channel(ChannelKey),
    /// The channel settles with a quorum queue what it has sent to a consumer.
    Settlement(QueueId, ConsumerKey),
    /// A queue that has failed is there again.
    Start(QueueId),
    /// Persistent messages that were published on the channel are on disk.
    Stored(ChannelKey),
    /// What a full quorum queue has told its publishers reaches them.
    Stop(QueueId),
    /// Dead letters that a queue keeps may be forwarded again.
    KeptLetters(QueueId),
}

impl Broker {
    /// When [`Broker::handle_timeout`] must be called next, if nothing else happens before.
    #[inline]
    pub fn next_timeout(&self) -> Option<Time> {
        self.timers.next_time()
    }

    /// Does what is due at the present.
    pub fn handle_timeout(&mut self, cx: &mut Context) {
        while self.timers.next_time().is_some_and(|time| time <= cx.now) {
            match self.timers.take().expect("there is a next time").1 {
                Timer::Queue(id) => self.queue_timer(cx, id),
                Timer::Channel(key) => self.channel_timer(cx, key),
                Timer::Settlement(id, key) => self.settle(cx, id, key),
                Timer::Start(id) => self.start_queue(cx, id),
                Timer::Stored(key) => self.stored(cx, key),
                Timer::Stop(id) => self.stop_enqueuers(id),
                Timer::KeptLetters(id) => self.kept_timer(cx, id),
            }
        }
        self.publish_dead_letters(cx);
    }

    /// How long a delivery may stay unacknowledged, and how often that is looked at.
    pub fn set_consumer_timeout(&mut self, timeout: Span, tick: Span) {
        self.consumer_timeout = timeout;
        self.channel_tick = tick;
    }

    fn queue_timer(&mut self, cx: &mut Context, id: QueueId) {
        let Some(queue) = self.queues.get_mut(id.index()).and_then(Option::as_mut) else { return };
        if queue.timer.is_some_and(|time| time > cx.now) {
            return;
        }
        queue.timer = None;
        let is_unused = queue.consumer_count() == 0;
        if let Some(expires) = queue.settings.expires
            && is_unused
            && queue.last_used + expires <= cx.now
        {
            cx.record(Event::QueueExpired { queue: queue.name, rule: Rule::QueueExpiry });
            self.remove_queue(cx, id, Rule::QueueExpiry);
            return;
        }
        self.drop_expired(cx, id);
        self.dispatch(cx, id);
        self.set_queue_timer(id);
    }

    /// The queue was used: its own time begins again.
    pub(super) fn queue_used(&mut self, cx: &Context, id: QueueId) {
        self.queue_mut(id).last_used = cx.now;
        self.set_queue_timer(id);
    }

    /// Sets the timer of a queue to what runs out first: its head's time or its own.
    pub(super) fn set_queue_timer(&mut self, id: QueueId) {
        let Broker { queues, timers, .. } = self;
        let Some(queue) = queues.get_mut(id.index()).and_then(Option::as_mut) else { return };
        if !queue.knows_time() {
            return;
        }
        let unused = queue.settings.expires.filter(|_| queue.consumer_count() == 0);
        let own = unused.map(|expires| queue.last_used + expires);
        let head = queue
            .head()
            .filter(|_| queue.kind != QueueType::Stream)
            .and_then(|head| head.expires)
            .map(Deadline::time);
        let Some(due) = own.into_iter().chain(head).min() else { return };
        if queue.timer.is_none_or(|set| set > due) {
            queue.timer = Some(due);
            timers.enter(due, Timer::Queue(id));
        }
    }

    /// Removes the expired messages at the head of a queue. What has expired further back stays hidden behind
    /// those in front of it.
    #[inline]
    pub(super) fn drop_expired(&mut self, cx: &mut Context, id: QueueId) {
        if self.queue_mut(id).knows_time() {
            self.drop_those_expired(cx, id);
        }
    }

    fn drop_those_expired(&mut self, cx: &mut Context, id: QueueId) {
        loop {
            let queue = self.queue_mut(id);
            let is_expired =
                queue.head().and_then(|head| head.expires).is_some_and(|expires| expires.time() <= cx.now);
            if queue.kind == QueueType::Stream || !is_expired {
                return self.set_queue_timer(id);
            }
            let copy = queue.take_head().expect("it has a head");
            self.bury(cx, id, &copy, Death::Expired);
        }
    }

    /// Watches over a delivery that has just gone out on the channel.
    pub(super) fn watch_delivery(&mut self, cx: &Context, key: ChannelKey, kind: QueueType) {
        if !self.version.watches_over(kind) {
            return;
        }
        let patience = (self.consumer_timeout, self.channel_tick);
        if let Some((due, timer)) = self.channel_mut(key).watch(cx.now, key, patience) {
            self.timers.enter(due, timer);
        }
    }

    fn channel_timer(&mut self, cx: &mut Context, key: ChannelKey) {
        let timeout = self.consumer_timeout;
        let connection = self.connections.get_mut(&key.connection);
        let Some(channel) = connection.and_then(|connection| connection.channels.get_mut(&key.number)) else {
            return;
        };
        channel.is_watched = false;
        if channel.is_closing {
            return;
        }
        let Some(oldest) = self.oldest_delivery(key) else { return };
        if oldest + timeout < cx.now && self.version.are_timeouts_of_queues() {
            self.take_back_late(cx, key);
            let Some(oldest) = self.oldest_delivery(key) else { return };
            return self.watch_again(key, oldest);
        }
        if oldest + timeout < cx.now {
            let what = format!(
                "delivery acknowledgement on channel {} timed out. Timeout value used: {} ms. This timeout value can \
                 be configured, see consumers doc guide to learn more",
                key.number,
                timeout.as_us() / 1_000
            );
            let refusal = Refusal::new(ReplyCode::PreconditionFailed, what);
            return self.refuse(cx, key, &refusal, (0, 0));
        }
        self.watch_again(key, oldest);
    }

    fn watch_again(&mut self, key: ChannelKey, oldest: Time) {
        let (timeout, tick) = (self.consumer_timeout.as_us(), self.channel_tick.as_us().max(1));
        let channel = self.channel_mut(key);
        channel.is_watched = true;
        let age = (oldest - channel.opened).as_us() + timeout;
        let due = channel.opened + Span::from_us((age / tick + 1) * tick);
        self.timers.enter(due, Timer::Channel(key));
    }

    /// When the oldest delivery went out that may be late.
    fn oldest_delivery(&self, key: ChannelKey) -> Option<Time> {
        let is_watched = |delivery: &&Unacknowledged| {
            let kind = self.queue(delivery.queue).map(|queue| queue.kind);
            kind.map_or(!self.version.are_timeouts_of_queues(), |kind| self.version.watches_over(kind))
        };
        let watched = self.channel(key).unacknowledged.iter().filter(is_watched);
        watched.map(|delivery| delivery.message.since).min()
    }

    /// Quorum queues take back what is late, and cancel the consumers that had it. What the client says of it
    /// later is ignored (RabbitMQ 4.3.0 release notes; `consumer_timeout_response`).
    fn take_back_late(&mut self, cx: &mut Context, key: ChannelKey) {
        let (timeout, now) = (self.consumer_timeout, cx.now);
        let Broker { queues, connections, .. } = self;
        let channels = &mut connections.get_mut(&key.connection).expect("its timer has rung").channels;
        let channel = channels.get_mut(&key.number).expect("its timer has rung");
        let is_late = |delivery: &Unacknowledged| {
            let queue = queues.get(delivery.queue.index()).and_then(Option::as_ref);
            queue.is_some_and(|queue| queue.kind == QueueType::Quorum)
                && delivery.message.since + timeout < now
        };
        let (late, held) = std::mem::take(&mut channel.unacknowledged).into_iter().partition(is_late);
        channel.unacknowledged = held;
        let late: Vec<Unacknowledged> = Vec::from(late);
        for delivery in &late {
            channel.taken_back.insert(delivery.tag, ());
        }
        for (tag, number) in late.iter().filter_map(|delivery| delivery.consumer) {
            let channel = self.channel_mut(key);
            let is_there = channel.consumers.get(&tag).is_some_and(|consumer| consumer.number == number);
            let Some(consumer) = is_there.then(|| channel.consumers.remove(&tag)).flatten() else { continue };
            let (client, rule) = (self.connections[&key.connection].client, Rule::DeliveryTimeout);
            let queue = self.queue_mut(consumer.queue).name;
            cx.record(Event::ConsumerTimedOut { consumer: client, queue, rule });
            self.send(key, Method::BasicCancel { consumer_tag: tag, no_wait: true });
            self.end_consumer(cx, ConsumerKey { channel: key, tag }, &consumer);
        }
        self.requeue(cx, key, late, GivenBack::TimedOut);
    }
}

impl Version {
    /// Whether it is queues that watch over deliveries, not channels.
    fn are_timeouts_of_queues(self) -> bool {
        self.has_timeouts_of_queues()
    }

    /// Whether deliveries from queues of that type may be late.
    pub(super) fn watches_over(self, kind: QueueType) -> bool {
        kind == QueueType::Quorum || !self.are_timeouts_of_queues()
    }
}

impl Channel {
    /// From now on it is watched over, unless it is already. Says which timer is to be set then.
    pub(super) fn watch(
        &mut self,
        now: Time,
        key: ChannelKey,
        (timeout, tick): (Span, Span),
    ) -> Option<(Time, Timer)> {
        if timeout == Span::ZERO || self.is_watched {
            return None;
        }
        self.is_watched = true;
        // The channel looks at its clock once a tick; a delivery is late when it is older than the timeout then.
        let (timeout, tick) = (timeout.as_us(), tick.as_us().max(1));
        let age = (now - self.opened).as_us() + timeout;
        Some((self.opened + Span::from_us((age / tick + 1) * tick), Timer::Channel(key)))
    }
}

crate::ids::nameless!(Timer);
