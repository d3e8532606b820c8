//! The formulas.
//!
//! Sources: Shortle, Thompson, Gross, Harris, "Fundamentals of Queueing Theory", 5th edition, 3.2 (M/M/1), 3.3 (M/M/c),
//! 3.5 (M/M/c/K), 6.1 (M/G/1: Pollaczek and Khinchine). Mean numbers follow from mean times by Little's law.

use super::station::{Model, Service, Station};
use serde::Serialize;

/// What a station comes to in the long run. Times are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// The share of the servers' time in which they are busy.
    pub utilisation: f64,
    /// The probability that an arrival is refused.
    pub loss: f64,
    /// Messages served in a second.
    pub throughput: f64,
    /// The mean time from the arrival to the beginning of the service, of those that are not refused.
    pub waiting: f64,
    /// The mean time from the arrival to the end of the service.
    pub sojourn: f64,
    /// The mean number of messages that wait.
    pub waiting_number: f64,
    /// The mean number of messages that are there.
    pub number: f64,
}

/// What the formula for a station says. Nothing when there is no formula, when the queue grows for ever, or when nothing
/// arrives or services take no time.
pub fn predict(station: &Station) -> Option<Prediction> {
    let Station { arrival_rate, service_mean, service, .. } = *station;
    if !(arrival_rate > 0.0 && service_mean > 0.0) {
        return None;
    }
    let model = station.model()?;
    let load = station.offered_load();
    if let Model::Markovian { servers, capacity: Some(capacity) } = model {
        return Some(with_capacity(arrival_rate, service_mean, servers, capacity));
    }
    if load >= 1.0 {
        return None;
    }
    let waiting = match model {
        Model::Markovian { servers, .. } => {
            delay_probability(servers, arrival_rate * service_mean) * service_mean
                / (servers as f64 * (1.0 - load))
        }
        _ => {
            let variance = match service {
                Service::Constant => 0.0,
                Service::Exponential => service_mean * service_mean,
                Service::General { variance } => variance,
            };
            arrival_rate * (service_mean * service_mean + variance) / (2.0 * (1.0 - load))
        }
    };
    Some(Prediction {
        utilisation: load,
        loss: 0.0,
        throughput: arrival_rate,
        waiting,
        sojourn: waiting + service_mean,
        waiting_number: arrival_rate * waiting,
        number: arrival_rate * (waiting + service_mean),
    })
}

/// The probability that an arrival has to wait (Erlang C), by way of the probability that it is lost where nothing can
/// wait (Erlang B). `load` is in erlangs and below the number of servers.
fn delay_probability(servers: u64, load: f64) -> f64 {
    let loss = (1..=servers).fold(1.0, |loss, servers| load * loss / (servers as f64 + load * loss));
    loss / (1.0 - load / servers as f64 * (1.0 - loss))
}

/// M/M/c/K, from the probabilities of all states. With fewer places than servers, the servers that no message can
/// reach are idle.
fn with_capacity(arrival_rate: f64, service_mean: f64, servers: u64, capacity: u64) -> Prediction {
    let load = arrival_rate * service_mean;
    // Relative to the probability of the empty station; scaled down when it gets large.
    let (mut weight, mut total, mut number, mut waiting_number) = (1.0, 1.0, 0.0, 0.0);
    for state in 1..=capacity {
        weight *= load / state.min(servers) as f64;
        total += weight;
        number += weight * state as f64;
        waiting_number += weight * state.saturating_sub(servers) as f64;
        if total > 1e200 {
            for sum in [&mut weight, &mut total, &mut number, &mut waiting_number] {
                *sum *= 1e-200;
            }
        }
    }
    let loss = weight / total;
    let (number, waiting_number) = (number / total, waiting_number / total);
    let throughput = arrival_rate * (1.0 - loss);
    Prediction {
        utilisation: throughput * service_mean / servers as f64,
        loss,
        throughput,
        waiting: waiting_number / throughput,
        sojourn: number / throughput,
        waiting_number,
        number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markovian(arrival_rate: f64, service_mean: f64, servers: u64, capacity: Option<u64>) -> Prediction {
        let service = Service::Exponential;
        predict(&Station { arrival_rate, service, service_mean, servers, capacity })
            .expect("there is a formula")
    }

    fn single(arrival_rate: f64, service: Service) -> Option<Prediction> {
        predict(&Station { arrival_rate, service, service_mean: 1.0, servers: 1, capacity: None })
    }

    fn assert_near(found: f64, published: f64, within: f64) {
        assert!((found - published).abs() <= within, "{found} is not {published}");
    }

    /// Hillier and Lieberman, "Introduction to Operations Research", 17.6, "The County Hospital with the M/M/s model":
    /// two patients arrive in an hour, a doctor can treat three.
    #[test]
    fn one_doctor_and_two_doctors() {
        let one = markovian(2.0, 1.0 / 3.0, 1, None);
        assert_near(one.utilisation, 2.0 / 3.0, 1e-12);
        assert_near(one.waiting_number, 4.0 / 3.0, 1e-12);
        assert_near(one.number, 2.0, 1e-12);
        assert_near(one.waiting, 2.0 / 3.0, 1e-12);
        assert_near(one.sojourn, 1.0, 1e-12);
        let two = markovian(2.0, 1.0 / 3.0, 2, None);
        assert_near(two.utilisation, 1.0 / 3.0, 1e-12);
        assert_near(two.waiting_number, 1.0 / 12.0, 1e-12);
        assert_near(two.number, 3.0 / 4.0, 1e-12);
        assert_near(two.waiting, 1.0 / 24.0, 1e-12);
        assert_near(two.sojourn, 3.0 / 8.0, 1e-12);
    }

    /// Shortle, Thompson, Gross, Harris, example 3.4: three inspection stalls, four cars can wait besides, one car
    /// arrives in a minute, an inspection takes six. Of 60 cars in an hour 30.3 find no place.
    #[test]
    fn cars_that_find_no_place() {
        let inspection = markovian(1.0, 6.0, 3, Some(7));
        assert_near(inspection.waiting_number, 3.09, 0.005);
        assert_near(inspection.number, 6.06, 0.005);
        assert_near(60.0 * inspection.loss, 30.3, 0.05);
    }

    /// Erlang's loss formula as published in tables: 1 erlang on 3 lines loses 1/16, 5 erlangs on 10 lines 1.84 %.
    #[test]
    fn lines_without_a_queue() {
        assert_near(markovian(1.0, 1.0, 3, Some(3)).loss, 1.0 / 16.0, 1e-12);
        assert_near(markovian(5.0, 1.0, 10, Some(10)).loss, 0.0184, 0.000_05);
    }

    /// With load 1 all states of M/M/1/K are equally probable; with much room it is M/M/1.
    #[test]
    fn limits_of_the_capacity() {
        let even = markovian(1.0, 1.0, 1, Some(4));
        assert_near(even.loss, 0.2, 1e-12);
        assert_near(even.number, 2.0, 1e-12);
        assert_near(markovian(0.8, 1.0, 1, Some(10_000)).waiting, 4.0, 1e-9);
        assert_near(markovian(10.0, 1.0, 1, Some(1_000)).loss, 0.9, 1e-12);
    }

    /// Pollaczek and Khinchine with Erlang services of two phases, whose variance is half the square of the mean: the
    /// queue is 3/4 of that of M/M/1 (Hillier and Lieberman, 17.7). With constant services it is half (Kleinrock,
    /// "Queueing Systems", volume 1, 5.7).
    #[test]
    fn less_variance_is_less_waiting() {
        let exponential = single(0.8, Service::Exponential).unwrap();
        assert_near(exponential.waiting, 4.0, 1e-12);
        let general = |variance| single(0.8, Service::General { variance }).unwrap().waiting_number;
        assert_near(general(0.5), 0.75 * exponential.waiting_number, 1e-12);
        assert_near(general(1.0), exponential.waiting_number, 1e-12);
        assert_near(single(0.8, Service::Constant).unwrap().waiting, 2.0, 1e-12);
    }

    #[test]
    fn a_queue_that_grows_for_ever_has_no_prediction() {
        assert_eq!(single(1.0, Service::Exponential), None);
        assert_eq!(single(0.0, Service::Exponential), None);
        let station = Station {
            arrival_rate: 1.0,
            service: Service::Constant,
            service_mean: 1.0,
            servers: 2,
            capacity: None,
        };
        assert_eq!(predict(&station), None, "there is no formula for M/D/2 here");
    }

    #[test]
    fn models_have_kendalls_names() {
        let name = |service, servers, capacity| {
            let station = Station { arrival_rate: 1.0, service, service_mean: 0.5, servers, capacity };
            station.model().map(|model| model.to_string())
        };
        assert_eq!(name(Service::Exponential, 1, None).as_deref(), Some("M/M/1"));
        assert_eq!(name(Service::Exponential, 3, Some(7)).as_deref(), Some("M/M/3/7"));
        assert_eq!(name(Service::Constant, 1, None).as_deref(), Some("M/D/1"));
        assert_eq!(name(Service::General { variance: 2.0 }, 1, None).as_deref(), Some("M/G/1"));
        assert_eq!(name(Service::Constant, 2, None), None);
    }
}
