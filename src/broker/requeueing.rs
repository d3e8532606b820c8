//! Messages go back to their queues.
//!
//! Sources: rabbitmq.com/docs/nack, /docs/confirms ("Automatic Requeueing of Deliveries"), /docs/quorum-queues
//! ("Repeated Requeues").

use super::connection::{ChannelKey, Unacknowledged};
use super::dead_lettering::Death;
use super::queue::QueuedMessage;
use super::settings::QueueType;
use super::{Broker, Context, Version};
use crate::facts::{Event, Rule};
use crate::ids::{Name, QueueId};
use crate::sorting::sort_by_key;

/// Why messages go back to their queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenBack {
    /// The client said so by `basic.nack` or `basic.recover`.
    Returned,
    /// The client said so by `basic.reject`.
    Rejected,
    /// The channel or the connection is gone.
    Abandoned,
    /// The client has kept them for too long.
    TimedOut,
}

impl GivenBack {
    fn rule(self, kind: QueueType) -> Rule {
        match (self, kind) {
            (GivenBack::Abandoned, _) => Rule::AutomaticRequeue,
            (GivenBack::TimedOut, _) => Rule::DeliveryTimeout,
            (_, QueueType::Quorum) => Rule::QuorumRequeue,
            _ => Rule::Requeue,
        }
    }

    /// Whether it counts towards a delivery limit, and whether without a limit the message goes to the end of a
    /// quorum queue (3.10: as recorded; 4: `rabbit_fifo`, `return` and `modify`).
    fn counts(self, version: Version) -> (bool, bool) {
        let counts_failures_alone = version.counts_failures_alone();
        match self {
            GivenBack::Returned => (!counts_failures_alone, true),
            GivenBack::Rejected => (true, !counts_failures_alone),
            GivenBack::Abandoned => (true, false),
            GivenBack::TimedOut => (!counts_failures_alone, false),
        }
    }
}

impl Broker {
    /// Puts deliveries back to their places and hands out again what can be handed out.
    pub(super) fn requeue(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        mut held: Vec<Unacknowledged>,
        why: GivenBack,
    ) {
        self.forget_removed(key, &mut held);
        if why == GivenBack::Abandoned {
            self.sort_abandoned(cx, &mut held);
        }
        self.release(key, &held);
        let queues = queues_of(&held);
        queues.iter().for_each(|id| self.measure_depth(cx, *id));
        let (counts, goes_behind) = why.counts(self.version);
        for delivery in held {
            let Unacknowledged { queue: id, mut message, consumer, .. } = delivery;
            let queue = self.queue_mut(id);
            if queue.kind == QueueType::Stream {
                continue;
            }
            if queue.kind == QueueType::Quorum {
                message.acquired_count += 1;
                message.delivery_count += u32::from(counts);
                if queue
                    .settings
                    .delivery_limit
                    .is_some_and(|limit| u64::from(message.delivery_count) > limit)
                {
                    self.bury(cx, id, &message, Death::DeliveryLimit);
                    self.count_credit_twice(key, consumer);
                    continue;
                }
            }
            let number = message.message.content.origin.message;
            queue.put_back(QueuedMessage { since: cx.now, ..message }, goes_behind);
            let (name, ready) = (queue.name, queue.ready_count());
            let rule = why.rule(queue.kind);
            cx.record(Event::Requeued { message: number, queue: name, ready, rule });
        }
        queues.iter().for_each(|id| self.measure_depth(cx, *id));
        // A quorum queue gives out first and looks at its limit then (`rabbit_fifo`, `evaluate_limit`).
        let (quorum, others): (Vec<QueueId>, Vec<QueueId>) =
            queues.into_iter().partition(|id| self.queue_mut(*id).kind == QueueType::Quorum);
        for &id in &others {
            self.drop_over_limit(cx, id);
            self.queue_mut(id).standing = None;
        }
        // That the channel has room again is told to a queue after what comes back to it (`rabbit_limiter`).
        if self.channel(key).channel_prefetch > 0 {
            for &id in &others {
                self.dispatch(cx, id);
            }
        }
        let all: Vec<QueueId> = others.into_iter().chain(quorum.iter().copied()).collect();
        self.let_continue(cx, key, &all);
        for id in quorum {
            if self.queue(id).is_some() {
                self.drop_over_limit(cx, id);
            }
        }
    }

    /// A quorum queue takes back what a channel held by consumers, in the order of their tags; what was got without
    /// one counts as of a consumer with the delivery tag for its name (`rabbit_fifo`, `handle_down`; recorded from
    /// 3.10.8).
    fn sort_abandoned(&self, cx: &Context, held: &mut [Unacknowledged]) {
        let is_quorum = |each: &Unacknowledged| {
            self.queue(each.queue).is_some_and(|queue| queue.kind == QueueType::Quorum)
        };
        if !held.iter().any(is_quorum) {
            return;
        }
        sort_by_key(held, |each| match each.consumer {
            _ if !is_quorum(each) => (each.queue, String::new()),
            Some((tag, _)) => (each.queue, cx.names.text(tag).to_owned()),
            None => (each.queue, each.tag.to_string()),
        });
    }

    /// RabbitMQ 3.10's quorum queues give a consumer credit twice for a message that is over its delivery limit:
    /// when it is done with, and when it is returned (`rabbit_fifo`, `return_one` and `return`, machine version 2;
    /// so recorded). The consumer may have one more from then on.
    fn count_credit_twice(&mut self, key: ChannelKey, consumer: Option<(Name, u32)>) {
        if self.version.gives_credit_once() {
            return;
        }
        let channel = self.channel_mut(key);
        if let Some((tag, number)) = consumer
            && let Some(consumer) = channel.consumers.get_mut(&tag).filter(|found| found.number == number)
        {
            consumer.surplus += 1;
        }
    }
}

/// The queues that deliveries were from, in the order in which they are met.
fn queues_of(deliveries: &[Unacknowledged]) -> Vec<QueueId> {
    let mut queues = Vec::new();
    for delivery in deliveries {
        if !queues.contains(&delivery.queue) {
            queues.push(delivery.queue);
        }
    }
    queues
}
