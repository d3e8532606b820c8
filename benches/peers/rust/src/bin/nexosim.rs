//! The plain queue in NeXosim: one actor for each node, on one thread. nexosim MESSAGES SEED

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::Output;
use nexosim::simulation::{Mailbox, SimInit};
use nexosim::time::MonotonicTime;
use queuescope_peers::{SERVICE, Stream, UTILISATION, measure};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Publishes the moment of publishing.
#[derive(Serialize, Deserialize)]
struct Producer {
    message: Output<u64>,
    #[serde(skip, default = "no_stream")]
    stream: Stream,
    left: u64,
}

/// Hands messages to the consumer, one at a time.
#[derive(Serialize, Deserialize)]
struct Queue {
    delivery: Output<u64>,
    ready: VecDeque<u64>,
    is_consumer_busy: bool,
    waited: u64,
    #[serde(skip)]
    total: Arc<AtomicU64>,
}

/// Works on a message and acknowledges it.
#[derive(Serialize, Deserialize)]
struct Consumer {
    acknowledgement: Output<()>,
    #[serde(skip, default = "no_stream")]
    stream: Stream,
}

fn no_stream() -> Stream {
    Stream::new(0)
}

fn nanoseconds(time: MonotonicTime) -> u64 {
    time.duration_since(MonotonicTime::EPOCH).as_nanos() as u64
}

#[Model]
impl Producer {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.plan(cx);
    }

    #[nexosim(schedulable)]
    async fn publish(&mut self, _: (), cx: &Context<Self>) {
        self.message.send(nanoseconds(cx.time())).await;
        self.left -= 1;
        self.plan(cx);
    }

    fn plan(&mut self, cx: &Context<Self>) {
        if self.left > 0 {
            let span = Duration::from_nanos(self.stream.exponential(SERVICE / UTILISATION));
            cx.schedule_event(span, schedulable!(Self::publish), ()).expect("it is in the future");
        }
    }
}

#[Model]
impl Queue {
    async fn take(&mut self, published: u64, cx: &Context<Self>) {
        self.ready.push_back(published);
        self.deliver(cx).await;
    }

    async fn acknowledged(&mut self, _: (), cx: &Context<Self>) {
        self.is_consumer_busy = false;
        self.deliver(cx).await;
    }

    async fn deliver(&mut self, cx: &Context<Self>) {
        if !self.is_consumer_busy && let Some(published) = self.ready.pop_front() {
            self.is_consumer_busy = true;
            self.waited += nanoseconds(cx.time()) - published;
            self.total.store(self.waited, Ordering::Relaxed);
            self.delivery.send(published).await;
        }
    }
}

#[Model]
impl Consumer {
    async fn work(&mut self, _: u64, cx: &Context<Self>) {
        let span = Duration::from_nanos(self.stream.exponential(SERVICE));
        cx.schedule_event(span, schedulable!(Self::finish), ()).expect("it is in the future");
    }

    #[nexosim(schedulable)]
    async fn finish(&mut self) {
        self.acknowledgement.send(()).await;
    }
}

fn main() {
    measure(|messages, seed| {
        let total = Arc::new(AtomicU64::new(0));
        let mut producer =
            Producer { message: Output::default(), stream: Stream::new(seed), left: messages };
        let mut queue = Queue {
            delivery: Output::default(),
            ready: VecDeque::new(),
            is_consumer_busy: false,
            waited: 0,
            total: total.clone(),
        };
        let mut consumer = Consumer { acknowledgement: Output::default(), stream: Stream::new(!seed) };
        let (producer_box, queue_box, consumer_box) = (Mailbox::new(), Mailbox::new(), Mailbox::new());
        producer.message.connect(Queue::take, &queue_box);
        queue.delivery.connect(Consumer::work, &consumer_box);
        consumer.acknowledgement.connect(Queue::acknowledged, &queue_box);
        let mut simulation = SimInit::with_num_threads(1)
            .add_model(producer, producer_box, "producer")
            .add_model(queue, queue_box, "queue")
            .add_model(consumer, consumer_box, "consumer")
            .init(MonotonicTime::EPOCH)
            .expect("it can begin");
        simulation.run().expect("it ends");
        total.load(Ordering::Relaxed) as f64 / messages as f64
    });
}
