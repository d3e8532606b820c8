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
use crate::facts::{Parameter, QueueName, Sentence};
use crate::ids::{Name, QueueId};
use crate::network::{Direction, LinkSettings};
use crate::scenario::{ConsumerDocument, ProducerDocument, Scenario};
use crate::time::Span;
use litemap::LiteMap;

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
    /// What queueing theory says of a queue as the scenario sets it up; nothing when there is no such queue.
    pub fn fit(&self, id: QueueId) -> Option<Fit> {
        let has_interventions = !self.scenario().schedule.is_empty() || self.world().commands > 0;
        self.fits.of(id, has_interventions)
    }
}

/// What queueing theory says of every queue, as long as no exchange, queue or binding comes or goes.
#[derive(Clone, Debug)]
pub(super) struct Fits(LiteMap<QueueId, Fit>);

impl Fits {
    pub fn of_all(scenario: &Scenario, world: &World) -> Fits {
        let mut clients = LiteMap::new();
        for client in world.clients() {
            clients.insert(client.actor.name().0, client);
        }
        let mut fitting = Fitting { world, clients, arrivals: LiteMap::new(), services: LiteMap::new() };
        let documents = scenario.producers.iter();
        documents.for_each(|document| fitting.add_producer(document));
        scenario.consumers.iter().for_each(|document| fitting.add_consumer(document));
        let mut all = LiteMap::new();
        for (id, queue) in world.broker().queues() {
            all.insert(id, fitting.fit(id, queue).unwrap_or_else(Fit::none));
        }
        Fits(all)
    }

    /// That of a queue; no formula holds where somebody has interfered.
    pub fn of(&self, id: QueueId, has_interventions: bool) -> Option<Fit> {
        let fit = self.0.get(&id)?;
        match has_interventions {
            true => Some(Fit::none(("theory.interventions", Vec::new()))),
            false => Some(fit.clone()),
        }
    }
}

impl Fit {
    fn none((key, parameters): Obstacle) -> Fit {
        Fit::None(Sentence { key, parameters })
    }
}

/// What is known of arrivals and services before queues are looked at one by one.
struct Fitting<'a> {
    world: &'a World,
    clients: LiteMap<Name, &'a Client>,
    /// Arrivals in a second at each queue.
    arrivals: LiteMap<QueueId, Result<f64, Obstacle>>,
    /// How many consumers a queue has, and how long they work, which must be the same for all.
    services: LiteMap<QueueName, Result<(u64, Service, f64), Obstacle>>,
}

impl<'a> Fitting<'a> {
    fn fit(&self, id: QueueId, queue: &Queue) -> Result<Fit, Obstacle> {
        check_queue(queue)?;
        if self.is_fed_by_dead_letters() {
            return Err(("theory.dead-letters", Vec::new()));
        }
        let arrival_rate =
            self.arrivals.get(&id).cloned().unwrap_or(Err(("theory.no-producer", Vec::new())))?;
        let services = self.services.get(&queue.name).cloned();
        let (servers, service, service_mean) = services.unwrap_or(Err(("theory.no-consumer", Vec::new())))?;
        let capacity = queue.settings.max_length.map(|room| room.saturating_add(servers));
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

    /// Poisson processes together are one; what always takes the same time on its way is one still.
    fn add_producer(&mut self, document: &ProducerDocument) {
        let Some(client) = self.client(&document.id) else { return };
        let Actor::Producer(producer) = &client.actor else { return };
        let mut hosts = self.world.broker().virtual_hosts();
        let Some((_, host)) = hosts.find(|(name, _)| *name == client.virtual_host) else { return };
        let mut come: LiteMap<QueueId, usize> = LiteMap::new();
        let mut ways = 0;
        for template in producer.templates() {
            let headers = template.properties.headers.as_ref();
            for key in template.routing_keys() {
                let way = host.way(template.exchange, *key, headers, self.world.names());
                way.queues.iter().for_each(|queue| *come.entry(*queue).or_default() += 1);
                ways += 1;
            }
            // Where drawn headers lead is not looked into.
            ways += usize::from(template.drawn.as_ref().is_some_and(|drawn| !drawn.headers.is_empty()));
        }
        for (queue, count) in come {
            let rate = rate_of(document, client, count == ways);
            let all = self.arrivals.entry(queue).or_insert(Ok(0.0));
            *all = std::mem::replace(all, Ok(0.0)).and_then(|all| Ok(all + rate?));
        }
    }

    fn add_consumer(&mut self, document: &ConsumerDocument) {
        let Some(client) = self.client(&document.id) else { return };
        let Actor::Consumer(consumer) = &client.actor else { return };
        let own = check_consumer(document, client);
        let known = self.services.remove(&consumer.queue());
        let all = match (known, own) {
            (None, Ok((service, mean))) => Ok((1, service, mean)),
            (Some(Ok((count, service, mean))), Ok(own)) if own == (service, mean) => {
                Ok((count + 1, service, mean))
            }
            (Some(Ok(_)), Ok(_)) => because("theory.services-differ", "consumer", &document.id),
            (Some(Err(obstacle)), _) | (_, Err(obstacle)) => Err(obstacle),
        };
        self.services.insert(consumer.queue(), all);
    }

    fn client(&self, id: &str) -> Option<&'a Client> {
        self.clients.get(&self.world.names().find(id)?).copied()
    }

    /// Whether a queue names an exchange for its dead letters: where these go is not looked into.
    fn is_fed_by_dead_letters(&self) -> bool {
        self.world.broker().queues().any(|(_, queue)| queue.settings.dead_letter_exchange.is_some())
    }
}

/// Nothing but waiting happens in the queue.
fn check_queue(queue: &Queue) -> Result<(), Obstacle> {
    let settings = &queue.settings;
    let refuses = settings.max_length.is_none()
        || queue.kind == QueueType::Classic && settings.overflow == Overflow::RejectPublish;
    let key = match () {
        () if queue.kind == QueueType::Stream => "theory.stream",
        () if settings.message_ttl.is_some() || settings.expires.is_some() => "theory.expiry",
        () if settings.max_length_bytes.is_some() || !refuses => "theory.overflow",
        () if settings.max_priority.is_some() => "theory.priorities",
        () if settings.is_single_active_consumer => "theory.single-active-consumer",
        () => return Ok(()),
    };
    Err((key, Vec::new()))
}

/// Messages of a producer that come to a queue in a second.
fn rate_of(document: &ProducerDocument, client: &Client, all_come: bool) -> Result<f64, Obstacle> {
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
