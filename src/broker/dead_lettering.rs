//! Dead letters: what leaves a queue unread is published again, if the queue says where.
//!
//! Source: rabbitmq.com/docs/dlx; headers and cycles as RabbitMQ 3.10's `rabbit_dead_letter` makes them.

use super::exchange::Destination;
use super::queue::QueuedMessage;
use super::routing::Route;
use super::settings::Strategy;
use super::{Broker, Context, Queue, Version};
use crate::amqp::Message;
use crate::amqp::{Content, Properties, Table, Value};
use crate::facts::{ClientName, Event, ExchangeName, QueueName, Rule};
use crate::ids::{Name, Names, QueueId};
use std::rc::Rc;

/// Why a message is a dead letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// A consumer refused it.
    Rejected,
    /// It waited too long.
    Expired,
    /// The queue was full.
    MaximumLength,
    /// It was given back too often.
    DeliveryLimit,
}

impl Death {
    /// The reason in `x-death`.
    pub const fn reason(self) -> &'static str {
        match self {
            Death::Rejected => "rejected",
            Death::Expired => "expired",
            Death::MaximumLength => "maxlen",
            Death::DeliveryLimit => "delivery_limit",
        }
    }

    /// The rule behind it.
    pub const fn rule(self) -> Rule {
        match self {
            Death::Rejected => Rule::Rejected,
            Death::Expired => Rule::TimeToLive,
            Death::MaximumLength => Rule::MaximumLength,
            Death::DeliveryLimit => Rule::DeliveryLimit,
        }
    }
}

/// A dead letter on its way to its exchange.
#[derive(Clone, Debug)]
pub(super) enum DeadLetter {
    /// One that has left its queue.
    Gone(Message, QueueName),
    /// The next one of those that a queue keeps.
    Kept(QueueId),
}

/// So many dead letters may come of one command besides those that it makes itself.
const MOST_ROUNDS: usize = 1_000;

impl Broker {
    /// A message leaves its queue unread. It is gone, or becomes a dead letter, published when the present
    /// command is done: queues are processes of their own, and this one hands it over.
    pub(super) fn bury(&mut self, cx: &mut Context, id: QueueId, copy: &QueuedMessage, death: Death) {
        self.measure_depth(cx, id);
        let queue = self.queue(id).expect("a message leaves a queue that exists");
        let (name, rule) = (queue.name, death.rule());
        let message = copy.message.content.origin.message;
        if queue.settings.strategy == Strategy::AtLeastOnce && death != Death::MaximumLength {
            return self.keep(cx, id, copy, death);
        }
        let seconds = self.clock_ms(cx.now) / 1_000;
        let Some(exchange) = queue.settings.dead_letter_exchange else {
            let event = match death {
                Death::Rejected => Event::Rejected { message, queue: name, rule },
                Death::Expired => Event::Expired { message, queue: name, rule },
                Death::MaximumLength => Event::DroppedFromHead { message, queue: name, rule },
                Death::DeliveryLimit => Event::DeliveryLimitReached { message, queue: name, rule },
            };
            return cx.record(event);
        };
        let exchange = ExchangeName { virtual_host: name.virtual_host, name: exchange };
        let (routing_key, publisher) = (copy.message.routing_key, copy.message.publisher());
        cx.record(Event::DeadLettered { message, queue: name, exchange, routing_key, publisher, rule });
        let letter = dead_letter(cx.names, queue, &copy.message, death, (self.version, seconds));
        self.dead_letters.push_back(DeadLetter::Gone(letter, name));
    }

    /// Publishes the dead letters that have come up, and those that come of it. Between queues where nothing may
    /// wait they can go round for ever, once one of them was rejected; in RabbitMQ that takes time, here it takes
    /// none, and is cut.
    #[inline]
    pub(super) fn publish_dead_letters(&mut self, cx: &mut Context) {
        if !self.dead_letters.is_empty() {
            self.publish_all_dead_letters(cx);
        }
    }

    fn publish_all_dead_letters(&mut self, cx: &mut Context) {
        let mut left = self.dead_letters.len() + MOST_ROUNDS;
        while let Some(letter) = self.dead_letters.pop_front() {
            match letter {
                DeadLetter::Gone(message, queue) if left == 0 => {
                    let (message, rule) = (message.content.origin.message, Rule::DeadLetterCycle);
                    cx.record(Event::CycleCut { message, queue, rule });
                }
                // What is kept stays, and is tried again when its timer rings.
                DeadLetter::Kept(id) if left == 0 => self.postpone_kept(cx, id),
                DeadLetter::Gone(message, queue) => self.publish_dead_letter(cx, queue.virtual_host, message),
                DeadLetter::Kept(id) => self.forward_kept(cx, id),
            }
            left = left.saturating_sub(1);
        }
    }

    fn publish_dead_letter(&mut self, cx: &mut Context, host: Name, message: Message) {
        let exchange = ExchangeName { virtual_host: host, name: message.exchange };
        let (number, routing_key) = (message.content.origin.message, message.routing_key);
        let Some(virtual_host) = self.virtual_hosts.get(&host) else { return };
        if !virtual_host.exchanges.contains_key(&message.exchange) {
            let rule = Rule::DeadLetterExchangeMissing;
            return cx.record(Event::DeadLetterLost { message: number, exchange, routing_key, rule });
        }
        let route = self.route_dead_letter(cx, host, &message);
        let (queues, cycling) = self.without_cycles(cx.names, &message, &route.queues);
        self.record_dead_letter_route(cx, host, &message, &route, (&queues, &cycling));
        if route.queues.is_empty() {
            let rule = Rule::Unroutable;
            cx.record(Event::Dropped { message: number, exchange, routing_key, rule });
        }
        let message = Rc::new(message);
        for queue in self.slow_ones_last(queues) {
            self.offer(cx, queue, message.clone(), None);
        }
    }

    /// The way of a dead letter from its exchange, which exists.
    pub(super) fn route_dead_letter(&mut self, cx: &Context, host: Name, message: &Message) -> Rc<Route> {
        let virtual_host = self.host_mut(host);
        let route = virtual_host.route_message(message, cx.names);
        virtual_host.count_passage(&route);
        route
    }

    /// Tells of a route what leads to the queues that get the dead letter, and where it would go round.
    pub(super) fn record_dead_letter_route(
        &mut self,
        cx: &mut Context,
        host: Name,
        message: &Message,
        route: &Route,
        (queues, cycling): (&[QueueId], &[QueueId]),
    ) {
        let is_told = |to: Destination| match to {
            Destination::Queue(queue) => queues.contains(&queue),
            Destination::Exchange(_) => true,
        };
        let hops = route.hops.iter().filter(|hop| is_told(hop.to)).cloned().collect();
        self.record_route(cx, host, message, &Route { hops, ..route.clone() });
        let message = message.content.origin.message;
        for &queue in cycling {
            let queue = self.queue_mut(queue).name;
            cx.record(Event::CycleCut { message, queue, rule: Rule::DeadLetterCycle });
        }
    }

    /// Parts the queues of a route into those that may have a dead letter and those where it would go round: the
    /// queue stands among its deaths, and since then it was never rejected.
    pub(super) fn without_cycles(
        &self,
        names: &Names,
        message: &Message,
        queues: &[QueueId],
    ) -> (Vec<QueueId>, Vec<QueueId>) {
        let headers = message.content.headers();
        let Some(Value::Array(deaths)) = headers.and_then(|headers| headers.get("x-death")) else {
            return (queues.to_vec(), Vec::new());
        };
        let newest_was_rejected = death_field(deaths.first(), "reason") == Some("rejected");
        let is_cycle = |id: &QueueId| {
            let name = self.queue(*id).map(|queue| names.text(queue.name.name));
            let place = deaths.iter().position(|death| death_field(Some(death), "queue") == name);
            place.is_some_and(|place| {
                deaths[..=place].iter().all(|death| death_field(Some(death), "reason") != Some("rejected"))
            })
        };
        if newest_was_rejected {
            return (queues.to_vec(), Vec::new());
        }
        queues.iter().partition(|id| !is_cycle(id))
    }
}

fn death_field<'a>(death: Option<&'a Value>, name: &str) -> Option<&'a str> {
    match death {
        Some(Value::Table(death)) => death.get(name)?.as_text(),
        _ => None,
    }
}

/// The message as it is published to the dead-letter exchange.
pub(super) fn dead_letter(
    names: &mut Names,
    queue: &Queue,
    message: &Message,
    death: Death,
    (version, seconds): (Version, u64),
) -> Message {
    let exchange = queue.settings.dead_letter_exchange.expect("the caller has seen it");
    let mut properties = Properties::clone(&message.content.properties);
    let mut headers = properties.headers.take().unwrap_or_default();
    if !message.is_dead_letter && version.ignores_deaths_of_clients() {
        headers.0.retain(|(name, _)| name != "x-death");
    }
    let entry =
        death_entry(names, queue, message, death, seconds, properties.expiration.as_deref(), &headers);
    if version.shows_last_death() {
        set_death(&mut headers, "x-last-death", &entry);
    }
    add_death(&mut headers, entry, version);
    let (routing_key, further_keys) = match queue.settings.dead_letter_routing_key {
        None => (message.routing_key, message.further_keys.clone()),
        Some(key) => {
            headers.0.retain(|(name, _)| name != "CC");
            (key, Vec::new())
        }
    };
    properties.headers = Some(headers);
    properties.expiration = None;
    let content = Content { properties: Rc::new(properties), ..message.content.clone() };
    Message { exchange, routing_key, further_keys, content, is_dead_letter: true }
}

/// An entry of `x-death`, without its count.
fn death_entry(
    names: &Names,
    queue: &Queue,
    message: &Message,
    death: Death,
    seconds: u64,
    expiration: Option<&str>,
    headers: &Table,
) -> Table {
    let text = |name: Name| Value::text(names.text(name));
    // The key it was published with, then those that its CC and BCC headers still show.
    let mut keys = vec![text(message.routing_key)];
    for name in ["CC", "BCC"] {
        if let Some(Value::Array(further)) = headers.get(name) {
            keys.extend(further.iter().cloned());
        }
    }
    let mut entry = Table(vec![
        ("reason".to_owned(), Value::text(death.reason())),
        ("queue".to_owned(), text(queue.name.name)),
        ("time".to_owned(), Value::Timestamp(seconds)),
        ("exchange".to_owned(), text(message.exchange)),
        ("routing-keys".to_owned(), Value::Array(keys)),
    ]);
    if let Some(expiration) = expiration {
        entry.0.push(("original-expiration".to_owned(), Value::text(expiration)));
    }
    entry
}

/// Puts an entry in front of `x-death`. Deaths in the same queue for the same reason are one entry with a count.
fn add_death(headers: &mut Table, mut entry: Table, version: Version) {
    let field = |entry: &Table, name: &str| entry.get(name).and_then(Value::as_text).unwrap_or("").to_owned();
    let (reason, queue) = (field(&entry, "reason"), field(&entry, "queue"));
    let counted =
        |entry: &mut Table, count: i64| entry.0.insert(0, ("count".to_owned(), Value::Int64(count)));
    if let Some((_, Value::Array(deaths))) = headers.0.iter_mut().find(|(name, _)| name == "x-death") {
        let same = deaths.iter().position(|death| {
            death_field(Some(death), "queue") == Some(&queue)
                && death_field(Some(death), "reason") == Some(&reason)
        });
        if let Some(Value::Table(mut known)) = same.map(|place| deaths.remove(place)) {
            let count = known.get("count").and_then(Value::as_integer).unwrap_or(0);
            known.0.retain(|(name, _)| name != "count");
            entry = known;
            counted(&mut entry, count + 1);
        } else {
            counted(&mut entry, 1);
        }
        // In 3.10 the others change their order (`rabbit_dead_letter`, `group_by_queue_and_reason`).
        if !version.keeps_order_of_deaths() {
            deaths.reverse();
        }
        deaths.insert(0, Value::Table(entry));
        return;
    }
    // An x-death that is no array is replaced; then it was not the first death (recorded from 3.10.8).
    if headers.get("x-death").is_none() {
        set_death(headers, "x-first-death", &entry);
    }
    counted(&mut entry, 1);
    headers.0.retain(|(name, _)| name != "x-death");
    headers.0.push(("x-death".to_owned(), Value::Array(vec![Value::Table(entry)])));
}

/// Says in three headers how a message died.
fn set_death(headers: &mut Table, prefix: &str, entry: &Table) {
    for part in ["reason", "queue", "exchange"] {
        let name = format!("{prefix}-{part}");
        let value = entry.get(part).and_then(Value::as_text).unwrap_or("");
        headers.0.retain(|(known, _)| *known != name);
        headers.0.push((name, Value::text(value)));
    }
}

impl Message {
    /// The client that published it.
    pub fn publisher(&self) -> ClientName {
        ClientName(self.content.origin.publisher)
    }
}

impl crate::ids::HoldsNames for DeadLetter {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        match self {
            DeadLetter::Gone(message, queue) => {
                message.visit_names(visit);
                queue.visit_names(visit);
            }
            DeadLetter::Kept(queue) => queue.visit_names(visit),
        }
    }
}
