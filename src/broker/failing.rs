//! A queue's process fails, and is started again.
//!
//! Source: recorded from RabbitMQ 3.10.8; `rabbit_amqqueue_process`, `attempt_delivery`, which takes it for granted
//! that nothing waits where a consumer can take a message. Where a single active consumer was cancelled that does
//! not hold.

use super::exchange::Destination;
use super::expiring::Timer;
use super::queue::{Queue, QueuedMessage};
use super::settings::QueueType;
use super::{Broker, Context};
use crate::amqp::Method;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, QueueId};
use crate::sorting::sort_by_key;

impl Broker {
    /// Whether the queue fails on the next message: it stands still, and its consumer could take what waits.
    pub(super) fn fails_on_next(&mut self, id: QueueId) -> bool {
        queue_stands(self.queue(id)) && self.next_consumer(id).is_some()
    }

    /// The queue's process fails on a message. Its consumers are cancelled; what is persistent is there again when
    /// it is started anew, and nothing else.
    pub(super) fn fail_queue(&mut self, cx: &mut Context, id: QueueId, message: MessageId) {
        let rule = Rule::QueueFailed;
        let mut kept: Vec<(QueuedMessage, bool)> =
            self.held_of(id).into_iter().map(|copy| (copy, true)).collect();
        let failed = self.queues[id.index()].as_mut().expect("a message was on its way to it");
        kept.extend(failed.take_all().into_iter().map(|copy| (copy, false)));
        sort_by_key(&mut kept, |(copy, _)| copy.position);
        let failed = self.queues[id.index()].take().expect("it was there");
        self.forget_queue(id, &failed);
        let name = failed.name;
        cx.facts.numbers_mut().queue(id, name).holds(cx.now, 0, 0);
        cx.record(Event::Removed { message, queue: name, rule });
        for consumer in failed.consumers() {
            self.channel_mut(consumer.channel).consumers.remove(&consumer.tag);
            let client = self.connections[&consumer.channel.connection].client;
            cx.record(Event::ConsumerEnded { consumer: client, queue: name });
            self.send(consumer.channel, Method::BasicCancel { consumer_tag: consumer.tag, no_wait: true });
        }
        let mut queue = Queue::new(name, failed.kind, failed.arguments.clone(), failed.settings.clone());
        queue.is_durable = failed.is_durable;
        queue.is_auto_delete = failed.is_auto_delete;
        queue.exclusive_to = failed.exclusive_to;
        queue.last_used = cx.now;
        queue.is_down = true;
        for (copy, was_held) in kept {
            let number = copy.message.content.origin.message;
            if failed.is_durable && copy.message.is_persistent() {
                queue.put_back(QueuedMessage { is_redelivered: true, since: cx.now, ..copy }, false);
                let ready = queue.ready_count();
                if was_held {
                    cx.record(Event::Requeued { message: number, queue: name, ready, rule });
                }
            } else {
                cx.record(Event::Removed { message: number, queue: name, rule });
            }
        }
        let host = name.virtual_host;
        let new = self.insert_queue(host, queue);
        self.measure_depth(cx, new);
        for (_, exchange) in self.host_mut(host).exchanges.iter_mut() {
            let to_it =
                exchange.bindings.iter_mut().filter(|each| each.destination == Destination::Queue(id));
            to_it.for_each(|binding| binding.destination = Destination::Queue(new));
        }
        self.topology_changed(host);
        self.timers.enter(cx.now, Timer::Start(new));
    }

    /// The failed queue takes messages again.
    pub(super) fn start_queue(&mut self, cx: &mut Context, id: QueueId) {
        if let Some(queue) = self.queues.get_mut(id.index()).and_then(Option::as_mut) {
            queue.is_down = false;
            self.dispatch(cx, id);
        }
    }

    /// What channels hold of a queue that counts as lost with it.
    fn held_of(&self, id: QueueId) -> Vec<QueuedMessage> {
        let channels = self.connections.values().flat_map(|connection| connection.channels.values());
        let held = channels.flat_map(super::connection::Channel::held).filter(|each| each.queue == id);
        held.map(|each| each.message.clone()).collect()
    }
}

fn queue_stands(queue: Option<&Queue>) -> bool {
    queue.is_some_and(|queue| {
        queue.kind == QueueType::Classic && queue.stands_still() && queue.ready_count() > 0
    })
}
