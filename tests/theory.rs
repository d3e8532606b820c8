//! Long runs come to what queueing theory says: of 30 replications (seeds 1 to 30) the 99 % interval holds the formula's
//! value and is no wider than 2 % of the mean to either side.
//!
//! They take some hundred million messages, so they are left out where the program is not optimized:
//! `cargo test --profile statistics --test theory` runs them.
#![cfg(not(target_arch = "wasm32"))]

use queuescope::simulation::sweep::{Measure, Sweep};
use queuescope::time::Time;
use serde_json::{Value, json};
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const REPLICATIONS: usize = 30;
const CONFIDENCE: f64 = 0.99;
const WIDEST: f64 = 0.02;
/// The mean service, in microseconds: long enough for whole microseconds to be no matter.
const SERVICE: u64 = 1_000_000;

/// A queue with some consumers, without links.
struct Case {
    name: &'static str,
    consumers: usize,
    utilisation: f64,
    service: Value,
    /// Arguments of the queue.
    arguments: Value,
    /// Messages of a replication, in thousands.
    thousands: u64,
}

impl Case {
    fn rate(&self) -> f64 {
        self.utilisation * self.consumers as f64 * 1e6 / SERVICE as f64
    }

    /// How long a replication is.
    fn until(&self) -> f64 {
        self.thousands as f64 * 1e3 / self.rate() * 1e6
    }

    fn document(&self) -> String {
        let consumer = |number| json!({ "id": format!("C{number}"), "queue": "jobs", "prefetch": 1, "service": self.service });
        let document = json!({
            "queuescope": 1,
            "broker": { "definitions": { "queues": [{ "name": "jobs", "arguments": self.arguments }] } },
            "producers": [{
                "id": "P",
                "arrivals": { "poisson": { "per_second": self.rate() } },
                "messages": [{ "routing_key": "jobs" }],
            }],
            "consumers": (1..=self.consumers).map(consumer).collect::<Vec<_>>(),
            // The queue is empty at the start: a twentieth of the run is enough for it to forget that.
            "warm_up_us": (self.until() / 20.0) as u64,
            "until_us": self.until() as u64,
        });
        document.to_string()
    }

    /// Runs all replications, on all cores.
    fn check(&self, measures: &[&str]) {
        let vary = format!("producers[0].arrivals.poisson.per_second={}", self.rate());
        let sweep =
            Sweep::new(&self.document(), &vary, REPLICATIONS, Some(1)).expect("it is a good document");
        let (next, results) = (AtomicUsize::new(0), Mutex::new(vec![Vec::<Measure>::new(); REPLICATIONS]));
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= REPLICATIONS {
                            return;
                        }
                        let task = sweep.task(number).expect("there is one of that number");
                        let until = Time::from_us(self.until() as u64);
                        let result = task.run(Some(until)).expect("the document was tried");
                        results.lock().expect("nobody has panicked")[number] = result;
                    }
                });
            }
        });
        let outcome = sweep.join(&results.into_inner().expect("nobody has panicked"), CONFIDENCE);
        for name in measures {
            let row = outcome.rows.iter().find(|row| row.measure == *name && row.theory.is_some());
            let row = row.expect("queueing theory says something of it");
            let (estimate, theory) = (row.estimate, row.theory.expect("it was asked for"));
            let half_width = estimate.half_width.expect("there are many");
            println!(
                "{} at {}: {name} {:.6} ± {:.2} %, theory {theory:.6} ({:+.2} half-widths)",
                self.name,
                self.utilisation,
                estimate.mean,
                half_width / estimate.mean * 100.0,
                (theory - estimate.mean) / half_width,
            );
            assert!(estimate.contains(theory), "{} at {}: {name}", self.name, self.utilisation);
            assert!(half_width <= WIDEST * estimate.mean, "{} at {}: {name}", self.name, self.utilisation);
        }
    }
}

/// Checks a kind of queue at utilisations 0.5, 0.8 and 0.95, with so many thousands of messages in a replication. These
/// follow from the variance of mean waits (Daley 1968 for M/M/1), which grows with the fourth power of 1/(1 - ρ).
fn check(
    name: &'static str,
    consumers: usize,
    service: Value,
    arguments: Value,
    thousands: [u64; 3],
    measures: &[&str],
) {
    for (utilisation, thousands) in [0.5, 0.8, 0.95].into_iter().zip(thousands) {
        let (service, arguments) = (service.clone(), arguments.clone());
        Case { name, consumers, utilisation, service, arguments, thousands }.check(measures);
    }
}

fn exponential() -> Value {
    json!({ "exponential": { "mean_us": SERVICE } })
}

#[test]
#[cfg_attr(debug_assertions, ignore = "it takes minutes where the program is not optimized")]
fn one_consumer_with_exponential_services_is_m_m_1() {
    check("M/M/1", 1, exponential(), json!({}), [40, 150, 2_000], &["waiting_mean_us"]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "it takes minutes where the program is not optimized")]
fn several_consumers_with_exponential_services_are_m_m_c() {
    check("M/M/4", 4, exponential(), json!({}), [120, 300, 2_000], &["waiting_mean_us"]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "it takes minutes where the program is not optimized")]
fn a_length_limit_that_refuses_is_m_m_1_k() {
    let arguments = json!({ "x-max-length": 9, "x-overflow": "reject-publish" });
    check("M/M/1/10", 1, exponential(), arguments, [40, 60, 60], &["waiting_mean_us"]);
}

/// Losses are rare at the utilisation 0.5 with ten places, so there are fewer.
#[test]
#[cfg_attr(debug_assertions, ignore = "it takes minutes where the program is not optimized")]
fn what_is_refused_is_the_loss_of_m_m_1_k() {
    let arguments = json!({ "x-max-length": 3, "x-overflow": "reject-publish" });
    check("M/M/1/4", 1, exponential(), arguments, [60, 30, 30], &["loss", "waiting_mean_us"]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "it takes minutes where the program is not optimized")]
fn constant_services_are_m_d_1() {
    let service = json!({ "constant": { "duration_us": SERVICE } });
    check("M/D/1", 1, service, json!({}), [30, 80, 1_000], &["waiting_mean_us"]);
}

/// By Pollaczek and Khinchine the mean wait knows of the services their mean and variance alone.
#[test]
#[cfg_attr(debug_assertions, ignore = "it takes minutes where the program is not optimized")]
fn uniform_services_are_m_g_1() {
    let service = json!({ "uniform": { "least_us": SERVICE / 5, "most_us": SERVICE / 5 * 9 } });
    check("M/G/1", 1, service, json!({}), [35, 100, 1_300], &["waiting_mean_us"]);
}
