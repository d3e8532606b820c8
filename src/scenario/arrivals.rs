//! The rhythm of a producer as documents give it.

use super::ScenarioError;
use super::distribution::{SPAN, distribution};
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::trace::{TraceRowDocument, trace};
use crate::actors::Distribution;

/// When a producer publishes.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// In a steady rhythm; the first message after one interval.
    Constant {
        /// The interval.
        interval_us: u64,
    },
    /// As a Poisson process.
    Poisson {
        /// Messages per second on average.
        per_second: f64,
    },
    /// In bursts: `{"bursts": {"arrivals": …, "on": …, "off": …}}`. It begins with one.
    Bursts {
        /// The spans between messages within bursts: those of `{"constant": …}` or `{"poisson": …}`.
        interval: Distribution,
        /// How long a burst lasts.
        on: Distribution,
        /// How long it is still between two of them.
        off: Distribution,
    },
    /// At a rate that goes evenly from one value to another, and stays there.
    Ramp {
        /// Messages per second at the beginning.
        from_per_second: f64,
        /// And at the end and after it.
        to_per_second: f64,
        /// How long it takes.
        over_us: u64,
        /// Whether the messages come as a Poisson process of that rate (`"process": "poisson"`, the default), or
        /// in a steady rhythm that changes with it (`"constant"`).
        is_poisson: bool,
    },
    /// At these moments after the rhythm began, in order.
    List {
        /// The moments.
        times_us: Vec<u64>,
    },
    /// As it was recorded: `{"trace": {"rows": […]}}`, or with the text of a CSV file (RFC 4180) whose first line
    /// names its columns, `{"trace": {"csv": "time_us,routing_key,size,priority\n…"}}`; in both the time may also be
    /// `time_ms` or `time_s`, and with `begins_us` the first row comes then, whatever clock it was recorded by.
    Trace {
        /// A row for each message, at least one.
        rows: Vec<TraceRowDocument>,
    },
}

/// A burst is at least so much of the span between its messages, on average. Less would hardly ever lead to one.
const SHORTEST_BURST: f64 = 0.001;

impl Arrivals {
    /// Messages in a second on average, if they come as a Poisson process.
    pub fn poisson_rate(&self) -> Option<f64> {
        match self {
            Arrivals::Poisson { per_second } => Some(*per_second),
            _ => None,
        }
    }

    pub(super) fn read(arrivals: &Reader) -> Result<Arrivals, ScenarioError> {
        let (kind, of) = arrivals.choice()?;
        match kind {
            "constant" => {
                of.only(&["interval_us"])?;
                let interval_us = of.required_whole("interval_us", (1, LARGEST_EXACT))?;
                Ok(Arrivals::Constant { interval_us })
            }
            "poisson" => {
                of.only(&["per_second"])?;
                let rate = of.required("per_second")?;
                let per_second = rate.number((1e-9, 1e6), "above 0 and at most 1000000")?;
                Ok(Arrivals::Poisson { per_second })
            }
            "bursts" => bursts(&of),
            "ramp" => ramp(&of),
            "list" => {
                of.only(&["times_us"])?;
                let times = of.required("times_us")?;
                let times_us = of.list("times_us", |time| time.whole(0, LARGEST_EXACT))?;
                if !times_us.is_sorted() {
                    return times.invalid("the moments must stand in the order in which they come");
                }
                Ok(Arrivals::List { times_us })
            }
            "trace" => Ok(Arrivals::Trace { rows: trace(&of)? }),
            _ => of.invalid("there are the kinds constant, poisson, bursts, ramp, list and trace"),
        }
    }
}

fn bursts(of: &Reader) -> Result<Arrivals, ScenarioError> {
    of.only(&["arrivals", "on", "off"])?;
    let within = of.required("arrivals")?;
    let interval = match Arrivals::read(&within)? {
        Arrivals::Constant { interval_us } => Distribution::Constant(interval_us),
        Arrivals::Poisson { per_second } => Distribution::Exponential { mean: 1e6 / per_second },
        _ => return within.invalid("within bursts there are the kinds constant and poisson"),
    };
    let length = of.required("on")?;
    let on = distribution(&length, SPAN)?;
    if on.mean() < interval.mean() * SHORTEST_BURST || on.mean() <= 0.0 {
        return length
            .invalid("the bursts are too short for their rhythm: there would hardly ever be a message");
    }
    Ok(Arrivals::Bursts { interval, on, off: distribution(&of.required("off")?, SPAN)? })
}

fn ramp(of: &Reader) -> Result<Arrivals, ScenarioError> {
    of.only(&["from_per_second", "to_per_second", "over_us", "process"])?;
    let rate = |name| of.required(name)?.number((0.0, 1e6), "from 0 to 1000000");
    let (from_per_second, to_per_second) = (rate("from_per_second")?, rate("to_per_second")?);
    if from_per_second + to_per_second == 0.0 {
        return of.invalid("one of the two rates must be above 0");
    }
    let process = |field: &Reader| match field.text()?.as_str() {
        "poisson" => Ok(true),
        "constant" => Ok(false),
        _ => field.invalid("there must be \"poisson\" or \"constant\" here"),
    };
    Ok(Arrivals::Ramp {
        from_per_second,
        to_per_second,
        over_us: of.required_whole("over_us", (0, LARGEST_EXACT))?,
        is_poisson: of.field("process", true, process)?,
    })
}
