//! Which queues queueing theory has a formula for, and where it has none, why.
//!
//! A formula holds for what it assumes: messages come as a Poisson process, nothing but waiting happens to them, and a
//! service occupies a consumer for exactly its own time. So a consumer has prefetch 1, acknowledges when it is done, and
//! its link takes no time: else it would be idle while the acknowledgement and the next message are on their way.

use super::client::{Actor, Client};
use super::{Simulation, World};
use crate::actors::{Acknowledgement, PublishingMode};
use crate::broker::{Overflow, Queue, QueueType};
use crate::facts::theory::{Prediction, Service, Station, predict};
use crate::facts::{Parameter, Sentence};
use crate::ids::QueueId;
use crate::network::{Direction, LinkSettings};
use crate::scenario::{ConsumerDocument, ProducerDocument, Scenario};
use crate::time::Span;

/// What queueing theory says of a queue with its consumers.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit {
    /// There is a formula.
    Model {
        /// In Kendall's notation.
        name: String,
        /// What goes into it.
        station: Station,
        /// What comes out.
        prediction: Prediction,
    },
    /// There is none; the sentence says why, with a key of the catalogue that begins with `theory.`.
    None(Sentence),
}

/// Why there is no formula: a key, and what is to blame.
type Obstacle = (&'static str, Vec<(&'static str, Parameter)>);

fn because<T>(key: &'static str, name: &'static str, text: &str) -> Result<T, Obstacle> {
    Err((key, vec![(name, Parameter::Text(text.to_owned()))]))
}

impl Simulation {
    /// What queueing theory says of a queue as the scenario sets it up.
    pub fn fit(&self, id: QueueId) -> Option<Fit> {
        let queue = self.world().broker().queue(id)?;
        let fitting = Fitting { scenario: self.scenario(), world: self.world(), id, queue };
        Some(match fitting.fit() {
            Ok(fit) => fit,
            Err((key, parameters)) => Fit::None(Sentence { key, parameters }),
        })
    }
}

struct Fitting<'a> {
    scenario: &'a Scenario,
    world: &'a World,
    id: QueueId,
    queue: &'a Queue,
}

impl Fitting<'_> {
    fn fit(&self) -> Result<Fit, Obstacle> {
        if !self.scenario.schedule.is_empty() || self.world.commands > 0 {
            return Err(("theory.interventions", Vec::new()));
        }
        self.check_queue()?;
        let arrival_rate = self.arrival_rate()?;
        let (servers, service, service_mean) = self.services()?;
        let room = self.queue.settings.max_length;
        let capacity = room.map(|room| room.saturating_add(servers));
        let station = Station { arrival_rate, service, service_mean, servers, capacity };
        let Some(model) = station.model() else {
            return Err(("theory.no-formula", vec![("servers", Parameter::Number(servers))]));
        };
        let Some(prediction) = predict(&station) else {
            let percent = (station.offered_load() * 100.0).round() as u64;
            return Err(("theory.unstable", vec![("percent", Parameter::Number(percent))]));
        };
        Ok(Fit::Model { name: model.to_string(), station, prediction })
    }

    /// Nothing but waiting happens in the queue.
    fn check_queue(&self) -> Result<(), Obstacle> {
        let settings = &self.queue.settings;
        let refuses = settings.max_length.is_none()
            || self.queue.kind == QueueType::Classic && settings.overflow == Overflow::RejectPublish;
        let key = match () {
            () if self.queue.kind == QueueType::Stream => "theory.stream",
            () if settings.message_ttl.is_some() || settings.expires.is_some() => "theory.expiry",
            () if settings.max_length_bytes.is_some() || !refuses => "theory.overflow",
            () if settings.max_priority.is_some() => "theory.priorities",
            () if settings.is_single_active_consumer => "theory.single-active-consumer",
            () => return Ok(()),
        };
        Err((key, Vec::new()))
    }

    /// Poisson processes together are one; what always takes the same time on its way is one still.
    fn arrival_rate(&self) -> Result<f64, Obstacle> {
        let (mut rate, mut is_feeding) = (0.0, self.is_fed_by_dead_letters());
        if is_feeding {
            return Err(("theory.dead-letters", Vec::new()));
        }
        for document in &self.scenario.producers {
            let Some(client) = self.client(&document.id) else { continue };
            let (here, all) = self.share_of(client);
            if here == 0 {
                continue;
            }
            is_feeding = true;
            rate += self.rate_of(document, client, here == all)?;
        }
        if is_feeding { Ok(rate) } else { Err(("theory.no-producer", Vec::new())) }
    }

    fn rate_of(&self, document: &ProducerDocument, client: &Client, all_come: bool) -> Result<f64, Obstacle> {
        let is_held_back = match document.mode {
            PublishingMode::Plain => false,
            PublishingMode::Confirms { in_flight } => in_flight.is_some(),
            PublishingMode::Transactions { .. } => true,
        } || document.retries.is_some();
        let expires = document.messages.iter().any(|message| message.expiration_ms.is_some());
        let key = match document.arrivals.poisson_rate() {
            None => "theory.arrivals",
            // What a producer publishes in turn comes here at every second or third point of its process.
            Some(_) if !all_come => "theory.in-turn",
            Some(_) if document.limit.is_some() => "theory.limit",
            Some(_) if is_held_back => "theory.held-back",
            Some(_) if expires => "theory.expiration",
            Some(_) if !both_ways(client).into_iter().all(is_steady) => "theory.link-to-broker",
            Some(rate) => return Ok(rate),
        };
        because(key, "producer", &document.id)
    }

    /// How many of the messages and keys of a producer come to the queue, and how many there are.
    fn share_of(&self, client: &Client) -> (usize, usize) {
        let Actor::Producer(producer) = &client.actor else { return (0, 0) };
        let hosts = &mut self.world.broker().virtual_hosts();
        let Some((_, host)) = hosts.find(|(name, _)| *name == client.virtual_host) else { return (0, 0) };
        let (mut here, mut all) = (0, 0);
        for template in producer.templates() {
            let headers = template.properties.headers.as_ref();
            for key in template.routing_keys() {
                let way = host.way(template.exchange, *key, headers, self.world.names());
                here += usize::from(way.queues.contains(&self.id));
                all += 1;
            }
            // Where drawn headers lead is not looked into.
            all += usize::from(template.drawn.as_ref().is_some_and(|drawn| !drawn.headers.is_empty()));
        }
        (here, all)
    }

    /// Whether another queue names an exchange for its dead letters: where these go is not looked into.
    fn is_fed_by_dead_letters(&self) -> bool {
        self.world.broker().queues().any(|(_, queue)| queue.settings.dead_letter_exchange.is_some())
    }

    /// How many consumers there are, and how long they work, which must be the same for all.
    fn services(&self) -> Result<(u64, Service, f64), Obstacle> {
        let mut found: Option<(u64, Service, f64)> = None;
        for document in &self.scenario.consumers {
            let Some(client) = self.client(&document.id) else { continue };
            let Actor::Consumer(consumer) = &client.actor else { continue };
            if consumer.queue() != self.queue.name {
                continue;
            }
            let (service, mean) = check_consumer(document, client)?;
            found = match found {
                None => Some((1, service, mean)),
                Some((count, other, other_mean)) if (other, other_mean) == (service, mean) => {
                    Some((count + 1, service, mean))
                }
                Some(_) => return because("theory.services-differ", "consumer", &document.id),
            };
        }
        found.ok_or(("theory.no-consumer", Vec::new()))
    }

    fn client(&self, id: &str) -> Option<&Client> {
        self.world.clients().iter().find(|client| self.world.names().text(client.actor.name().0) == id)
    }
}

/// A service occupies the consumer for its own time and no longer.
fn check_consumer(document: &ConsumerDocument, client: &Client) -> Result<(Service, f64), Obstacle> {
    let takes_no_time =
        |way: &LinkSettings| *way == LinkSettings { mtu: way.mtu, ..LinkSettings::with_latency(Span::ZERO) };
    let key = match document.service_law() {
        _ if document.acknowledgement != Acknowledgement::Manual => "theory.acknowledgement",
        _ if document.prefetch != 1 => "theory.prefetch",
        _ if !document.answers.is_empty() => "theory.answers",
        _ if !both_ways(client).into_iter().all(takes_no_time) => "theory.link-to-consumer",
        Some((service, mean_us)) if mean_us > 0.0 => return Ok((service, mean_us / 1e6)),
        _ => "theory.service",
    };
    because(key, "consumer", &document.id)
}

fn both_ways(client: &Client) -> [&LinkSettings; 2] {
    [Direction::ToBroker, Direction::ToClient].map(|direction| client.link.settings(direction))
}

/// Whether everything takes the same time on a link.
fn is_steady(way: &LinkSettings) -> bool {
    *way == LinkSettings { mtu: way.mtu, ..LinkSettings::with_latency(way.latency) }
}

#[cfg(test)]
mod tests {
    use crate::facts::Catalogue;

    #[test]
    fn every_reason_has_its_sentence() {
        let catalogue = Catalogue::english();
        let keys = include_str!("fitting.rs").split('"').filter(|text| text.starts_with("theory."));
        let keys = keys.filter(|key| key.len() > "theory.".len());
        let missing: Vec<&str> = keys.filter(|key| !catalogue.sentences.contains_key(*key)).collect();
        assert!(missing.is_empty(), "no template for {missing:?}");
    }
}
