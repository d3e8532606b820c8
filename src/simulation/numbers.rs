//! The numbers of a run as people read them: rates, means, quantiles, with what theory says beside them.

pub use super::report::{
    ConsumerReport, DepthReport, Distribution, ExchangeReport, Little, ProducerReport, QueueReport, Report,
    Settled, Theory, TimelineReport,
};

use super::fitting::Fit;
use super::{Actor, Picture, Simulation, World, queue_id};
use crate::facts::numbers::{ClientNumbers, Numbers, QueueNumbers};
use crate::facts::statistics::Histogram;
use crate::facts::{QueueName, Sentence};
use crate::ids::{ActorId, QueueId};
use crate::time::Span;

/// How sure the interval of a single run is to hold the mean.
const CONFIDENCE: f64 = 0.95;

impl Simulation {
    /// What the run has come to so far.
    pub fn numbers(&self) -> Report {
        self.world().report(self.picture(), &|id| self.fit(id), &|_| true)
    }

    /// The same with nothing but that producer, queue or consumer, by its id in the picture.
    pub fn numbers_of(&self, node: &str) -> Report {
        self.world().report(self.picture(), &|id| self.fit(id), &|id| id == node)
    }
}

impl World {
    /// What the run has come to by then, as far as it is wanted by ids in the picture; `fit` is what queueing theory
    /// says of a queue.
    pub(super) fn report(
        &self,
        picture: &Picture,
        fit: &dyn Fn(QueueId) -> Option<Fit>,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Report {
        let world = self;
        let reading = Reading { world, picture, fit, numbers: world.recorder().numbers() };
        let mut report = Report {
            from: reading.numbers.from().as_us(),
            to: world.now().as_us(),
            counts: reading.numbers.counts(),
            delay: Distribution::of(reading.numbers.delays()),
            producers: Vec::new(),
            exchanges: reading.exchanges(is_wanted),
            queues: Vec::new(),
            consumers: Vec::new(),
        };
        for (number, queue) in reading.numbers.queues() {
            let id = queue_id(world.names(), queue.name());
            if is_wanted(&id) {
                report.queues.push(reading.queue(id, number, queue));
            }
        }
        for (place, client) in world.clients().iter().enumerate() {
            let Some(numbers) = reading.numbers.client(ActorId(place as u32)) else { continue };
            let id = picture.client_id(client.actor.name().0).unwrap_or_default();
            if !is_wanted(id) {
                continue;
            }
            let id = id.to_owned();
            match client.actor {
                Actor::Producer(_) => report.producers.push(reading.producer(id, numbers)),
                Actor::Consumer(_) => report.consumers.push(reading.consumer(id, numbers)),
            }
        }
        report
    }
}

struct Reading<'a> {
    world: &'a World,
    picture: &'a Picture,
    fit: &'a dyn Fn(QueueId) -> Option<Fit>,
    numbers: &'a Numbers,
}

impl Reading<'_> {
    /// How long the window is.
    fn window(&self) -> Span {
        self.world.now() - self.numbers.from()
    }

    fn per_second(&self, count: u64) -> Option<f64> {
        let window = self.window();
        (window > Span::ZERO).then(|| count as f64 * 1e6 / window.as_us() as f64)
    }

    fn share_of_window(&self, span: Span) -> Option<f64> {
        let window = self.window();
        (window > Span::ZERO).then(|| span.as_us() as f64 / window.as_us() as f64)
    }

    fn busy(&self, client: &ClientNumbers) -> Span {
        client.busy(self.world.now(), self.numbers.from())
    }

    fn producer(&self, id: String, numbers: &ClientNumbers) -> ProducerReport {
        ProducerReport {
            id,
            published: numbers.published,
            published_rate: self.per_second(numbers.published),
        }
    }

    fn consumer(&self, id: String, numbers: &ClientNumbers) -> ConsumerReport {
        ConsumerReport {
            id,
            finished: numbers.finished,
            throughput: self.per_second(numbers.finished),
            utilisation: self.share_of_window(self.busy(numbers)),
            service: Distribution::of(self.numbers.services_of(numbers).unwrap_or(&Histogram::default())),
        }
    }

    fn exchanges(&self, is_wanted: &dyn Fn(&str) -> bool) -> Vec<ExchangeReport> {
        let world = self.world;
        let mut reports = Vec::new();
        for (host, content) in world.broker().virtual_hosts() {
            for (name, exchange) in content.exchanges.iter() {
                let name = crate::facts::ExchangeName { virtual_host: host, name: *name };
                if exchange.received > 0 || self.picture.exchange_place(name).is_some() {
                    let id = super::exchange_id(world.names(), name);
                    if is_wanted(&id) {
                        let (received, unroutable) = (exchange.received, exchange.unroutable);
                        reports.push(ExchangeReport { id, received, unroutable });
                    }
                }
            }
        }
        reports
    }

    /// The share of the time for which the consumers of a queue worked.
    fn utilisation(&self, queue: QueueName) -> Option<f64> {
        let clients = (0..self.world.clients().len()).map(|place| ActorId(place as u32));
        let own: Vec<&ClientNumbers> = clients
            .filter_map(|id| self.numbers.client(id))
            .filter(|client| client.queue() == Some(queue))
            .collect();
        let busy = own.iter().map(|client| self.busy(client).as_us()).sum();
        (!own.is_empty())
            .then(|| self.share_of_window(Span::from_us(busy)))?
            .map(|all| all / own.len() as f64)
    }

    fn queue(&self, id: String, number: QueueId, numbers: &QueueNumbers) -> QueueReport {
        let now = self.world.now();
        let (counts, depth) = (numbers.counts(), numbers.depth());
        let (ready, unacknowledged) = depth.means(now).unzip();
        let arrival_rate = self.per_second(counts.arrived);
        let sojourn = Distribution::of(numbers.sojourn());
        let offered = counts.arrived + counts.refused;
        let timeline = numbers.timeline(now);
        QueueReport {
            id,
            counts,
            arrival_rate,
            throughput: self.per_second(counts.acknowledged),
            loss: (offered > 0).then(|| counts.refused as f64 / offered as f64),
            ready: DepthReport { now: depth.ready(), mean: ready, most: Some(depth.most_ready()) },
            unacknowledged: DepthReport { now: depth.unacknowledged(), mean: unacknowledged, most: None },
            waiting: Distribution::of(numbers.waiting()),
            settled: numbers.waits().without_beginning(CONFIDENCE).map(Settled::of),
            service: Distribution::of(&self.numbers.services_at(numbers.name())),
            utilisation: self.utilisation(numbers.name()),
            little: ready.zip(unacknowledged).zip(arrival_rate.zip(sojourn.mean)).and_then(
                |((ready, unacknowledged), (arrival_rate, sojourn))| {
                    let number = ready + unacknowledged;
                    let residual = (number - arrival_rate * sojourn / 1e6) / number;
                    (number > 0.0).then_some(Little { number, arrival_rate, sojourn, residual })
                },
            ),
            sojourn,
            theory: (self.fit)(number).map_or(
                Theory::None(Sentence { key: "theory.queue-gone", parameters: Vec::new() }),
                Theory::from,
            ),
            timeline: TimelineReport { width: timeline.width().as_us(), bins: timeline.bins().to_vec() },
        }
    }
}
