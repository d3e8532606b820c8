//! What is said of a run: rates, means, quantiles, and what theory says beside them.

use super::fitting::Fit;
use crate::facts::Sentence;
use crate::facts::numbers::{Bin, QueueCounts, RunCounts};
use crate::facts::statistics::{Histogram, Truncation};
use serde::Serialize;

/// What a run has come to in its window. Times are in microseconds, means of times too; rates are for a second of
/// simulated time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// When the window began: at the start, or when the warm-up was over.
    pub from: u64,
    /// The present.
    pub to: u64,
    /// What happened to messages elsewhere than at a queue.
    pub counts: RunCounts,
    /// From publishing to acknowledgement, links and all queues on the way included.
    pub delay: Distribution,
    /// Producers, in the order of the document.
    pub producers: Vec<ProducerReport>,
    /// Exchanges of all virtual hosts.
    pub exchanges: Vec<ExchangeReport>,
    /// Queues, in the order in which they were declared.
    pub queues: Vec<QueueReport>,
    /// Consumers, in the order of the document.
    pub consumers: Vec<ConsumerReport>,
}

/// How values are distributed. What there is no value for is null.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// How many values there were.
    pub count: u64,
    /// Their mean, exact.
    pub mean: Option<f64>,
    /// Their sample standard deviation.
    pub deviation: Option<f64>,
    /// Half of them are not above it; wrong by at most 0.8 %, as the next two.
    pub p50: Option<u64>,
    /// 95 % of them are not above it.
    pub p95: Option<u64>,
    /// 99 % of them are not above it.
    pub p99: Option<u64>,
    /// The largest, exact.
    pub max: Option<u64>,
}

/// The numbers of a producer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProducerReport {
    /// Its id in the picture.
    pub id: String,
    /// Messages that it published.
    pub published: u64,
    /// In a second.
    pub published_rate: Option<f64>,
}

/// The numbers of an exchange, since the start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExchangeReport {
    /// Its id in the picture.
    pub id: String,
    /// Messages that were published to it or came by a binding.
    pub received: u64,
    /// Those that no binding let through.
    pub unroutable: u64,
}

/// The numbers of a queue with its consumers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueueReport {
    /// Its id in the picture.
    pub id: String,
    /// What happened to messages.
    pub counts: QueueCounts,
    /// Messages that came in, in a second.
    pub arrival_rate: Option<f64>,
    /// Messages that were acknowledged, in a second.
    pub throughput: Option<f64>,
    /// The share of arrivals that the queue did not take.
    pub loss: Option<f64>,
    /// How many messages were ready.
    pub ready: DepthReport,
    /// How many were delivered and not acknowledged.
    pub unacknowledged: DepthReport,
    /// For how long messages were ready before a delivery.
    pub waiting: Distribution,
    /// The mean waiting without the beginning of the run, if that is long enough to tell.
    pub settled: Option<Settled>,
    /// For how long its consumers worked on a message.
    pub service: Distribution,
    /// From coming in to being acknowledged.
    pub sojourn: Distribution,
    /// The share of the time for which its consumers worked, on average.
    pub utilisation: Option<f64>,
    /// Little's law.
    pub little: Option<Little>,
    /// What queueing theory says.
    pub theory: Theory,
    /// What happened when, from the start on.
    pub timeline: TimelineReport,
}

/// How many messages there are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DepthReport {
    /// Now.
    pub now: u64,
    /// On average over the time of the window.
    pub mean: Option<f64>,
    /// The most there were; only of ready ones.
    pub most: Option<u64>,
}

/// A mean without the beginning of a run, which is not like the rest because the queue was empty at the start. Where the
/// beginning ends is found by MSER-5 (White 1997), with larger batches in longer runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Settled {
    /// So many values are the beginning.
    pub dropped: u64,
    /// So many are not.
    pub kept: u64,
    /// The mean of these.
    pub mean: f64,
    /// The mean of an endless run is within this of it, with a confidence of 95 % (20 batch means).
    pub half_width: Option<f64>,
}

/// Little's law: on average there are as many messages in a queue as come in during the time that one stays. It holds
/// exactly when the window begins and ends with an empty queue, else but for those that are there then.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Little {
    /// L, the mean number of messages, ready or unacknowledged.
    pub number: f64,
    /// λ, arrivals in a second.
    pub arrival_rate: f64,
    /// W, the mean sojourn of those that were acknowledged.
    pub sojourn: f64,
    /// L - λW, as a part of L.
    pub residual: f64,
}

/// What queueing theory says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Theory {
    /// A model fits.
    Model {
        /// Its name in Kendall's notation: `M/M/1`.
        name: String,
        /// The share of the time for which a consumer works.
        utilisation: f64,
        /// The share of arrivals that are refused.
        loss: f64,
        /// Messages served in a second.
        throughput: f64,
        /// The mean time for which a message is ready.
        waiting: f64,
        /// The mean time from coming in to being acknowledged.
        sojourn: f64,
        /// The mean number of ready messages.
        ready: f64,
        /// The mean number of messages, ready or unacknowledged.
        number: f64,
    },
    /// None does; the sentence says why.
    None(Sentence),
}

/// Bins of equal length, from the start on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineReport {
    /// How long a bin is.
    pub width: u64,
    /// The bins that are full.
    pub bins: Vec<Bin>,
}

/// The numbers of a consumer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsumerReport {
    /// Its id in the picture.
    pub id: String,
    /// Messages that it worked through.
    pub finished: u64,
    /// In a second.
    pub throughput: Option<f64>,
    /// The share of the time for which it worked.
    pub utilisation: Option<f64>,
    /// For how long it worked on a message. Of more than 256 consumers those of a queue are taken together.
    pub service: Distribution,
}

impl Distribution {
    pub(super) fn of(histogram: &Histogram) -> Distribution {
        let moments = histogram.moments();
        Distribution {
            count: moments.count(),
            mean: moments.mean(),
            deviation: moments.deviation(),
            p50: histogram.quantile(0.5),
            p95: histogram.quantile(0.95),
            p99: histogram.quantile(0.99),
            max: histogram.quantile(1.0),
        }
    }
}

impl Settled {
    pub(super) fn of(truncation: Truncation) -> Settled {
        let Truncation { dropped, kept, estimate } = truncation;
        Settled { dropped, kept, mean: estimate.mean, half_width: estimate.half_width }
    }
}

impl From<Fit> for Theory {
    fn from(fit: Fit) -> Theory {
        match fit {
            Fit::Model { name, prediction, .. } => Theory::Model {
                name,
                utilisation: prediction.utilisation,
                loss: prediction.loss,
                throughput: prediction.throughput,
                waiting: prediction.waiting * 1e6,
                sojourn: prediction.sojourn * 1e6,
                ready: prediction.waiting_number,
                number: prediction.number,
            },
            Fit::None(why) => Theory::None(why),
        }
    }
}
