//! From an exchange to queues: which bindings let a message through.
//!
//! Sources: rabbitmq.com/docs/exchanges, /docs/e2e ("Exchange to Exchange Bindings"), /docs/ae ("Alternate
//! Exchanges"). Each exchange is passed once and each queue gets one copy, by however many ways the message
//! could reach it. An exchange whose bindings let nothing through passes the message to its alternate
//! exchange, also when it is itself not the first one on the way.

use super::exchange::{Binding, Destination, Exchange, ExchangeKind, VirtualHost};
use super::replying::is_address;
use super::routes::Lane;
use super::{headers, topic};
use crate::amqp::Message;
use crate::amqp::Table;
use crate::facts::Rule;
use crate::ids::{Name, Names, QueueId};
use crate::sorting::sort_by_key;
use std::rc::Rc;

/// The way of a message from an exchange to queues.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// The bindings that let it through, in the order in which they are met.
    pub hops: Vec<Hop>,
    /// The queues that get a copy, each once, in the order of the first hop into them.
    pub queues: Vec<QueueId>,
    /// The exchanges on the way, the first one included.
    pub exchanges: Vec<Name>,
    /// Where each of them stood among the exchanges of the virtual host.
    pub(super) places: Vec<usize>,
    /// Whether clients may publish to the first one.
    pub is_for_clients: bool,
    /// Whether the key is the private address of somebody who awaits answers.
    pub is_to_address: bool,
}

/// One binding on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// The exchange that it leaves.
    pub from: Name,
    /// Where it leads.
    pub to: Destination,
    /// The key of the binding.
    pub binding: Name,
    /// Why the message passes.
    pub rule: Rule,
}

impl Route {
    /// The lane that it is, if it is one.
    pub(super) fn lane(&self) -> Option<Lane> {
        match (&self.places[..], &self.queues[..]) {
            (&[place], &[queue]) if self.is_for_clients && !self.is_to_address => Some(Lane { place, queue }),
            _ => None,
        }
    }
}

impl VirtualHost {
    /// The way of a message that is published to `exchange`, which exists.
    pub fn route(
        &mut self,
        exchange: Name,
        routing_key: Name,
        headers: Option<&Table>,
        names: &Names,
    ) -> Rc<Route> {
        if let Some(route) = self.known_route(exchange, routing_key) {
            return route;
        }
        let keys = &[routing_key];
        let mut search = Search { host: self, names, keys, headers, depends_on_headers: false };
        let route = Rc::new(search.run(exchange));
        if !search.depends_on_headers {
            self.routes.insert(exchange, routing_key, route.clone());
        }
        route
    }

    /// The way of such a message, if it is remembered.
    #[inline(always)]
    pub(super) fn known_route(&mut self, exchange: Name, routing_key: Name) -> Option<Rc<Route>> {
        self.routes.get(exchange, routing_key)
    }

    /// The lane of such messages, if they have one and their route was asked for lately.
    #[inline(always)]
    pub(super) fn lane(&self, exchange: Name, routing_key: Name) -> Option<Lane> {
        self.routes.lane(exchange, routing_key)
    }

    /// A message goes through an exchange, which stood at that place among all of them.
    #[inline(always)]
    pub(super) fn pass_through(&mut self, exchange: Name, place: usize) {
        let passed = match self.exchanges.iter_mut().nth(place) {
            Some((found, passed)) if *found == exchange => Some(passed),
            _ => self.exchanges.get_mut(&exchange),
        };
        if let Some(passed) = passed {
            passed.received += 1;
        }
    }

    /// A message goes through the exchanges of its route.
    pub(super) fn count_passage(&mut self, route: &Route) {
        for (exchange, place) in route.exchanges.iter().zip(&route.places) {
            self.pass_through(*exchange, *place);
        }
    }

    /// The way of such a message, which need not be remembered.
    pub fn way(&self, exchange: Name, routing_key: Name, headers: Option<&Table>, names: &Names) -> Route {
        Search { host: self, names, keys: &[routing_key], headers, depends_on_headers: false }.run(exchange)
    }

    /// The way of a message by all its keys together: each exchange is passed once, each queue gets one copy, and
    /// an alternate exchange gets what none of the keys brings anywhere.
    pub(super) fn route_message(&mut self, message: &Message, names: &Names) -> Rc<Route> {
        let headers = message.content.headers();
        if message.further_keys.is_empty() {
            return self.route(message.exchange, message.routing_key, headers, names);
        }
        let keys: Vec<Name> =
            [message.routing_key].into_iter().chain(message.further_keys.iter().copied()).collect();
        let mut search = Search { host: self, names, keys: &keys, headers, depends_on_headers: false };
        let mut route = search.run(message.exchange);
        sort_by_key(&mut route.queues, |queue| *queue);
        Rc::new(route)
    }

    /// Forgets every route: a binding, an exchange or a queue came or went.
    pub fn topology_changed(&mut self) {
        self.routes.clear();
    }
}

struct Search<'a> {
    host: &'a VirtualHost,
    names: &'a Names,
    keys: &'a [Name],
    headers: Option<&'a Table>,
    depends_on_headers: bool,
}

impl Search<'_> {
    fn run(&mut self, first: Name) -> Route {
        let takes_clients = |exchange: &Exchange| !exchange.is_internal;
        let mut route = Route {
            is_for_clients: self.host.exchanges.get(&first).is_some_and(takes_clients),
            is_to_address: first == Name::EMPTY && is_address(self.names.text(self.keys[0])),
            ..Route::default()
        };
        let mut next = 0;
        route.exchanges.push(first);
        while let Some(&name) = route.exchanges.get(next) {
            next += 1;
            let Some(exchange) = self.host.exchanges.get(&name) else { continue };
            for hop in self.hops(name, exchange) {
                match hop.to {
                    Destination::Queue(queue) if !route.queues.contains(&queue) => route.queues.push(queue),
                    Destination::Exchange(further) if !route.exchanges.contains(&further) => {
                        route.exchanges.push(further);
                    }
                    // It was there already: nothing passes twice.
                    _ => continue,
                }
                route.hops.push(hop);
            }
        }
        let place = |name: &Name| self.host.exchanges.find_index(name).unwrap_or_default();
        route.places = route.exchanges.iter().map(place).collect();
        route
    }

    /// The hops out of one exchange.
    fn hops(&mut self, name: Name, exchange: &Exchange) -> Vec<Hop> {
        let hop = |to, binding, rule| Hop { from: name, to, binding, rule };
        if name == Name::EMPTY {
            let found = self.keys.iter().filter_map(|key| Some((*key, *self.host.queues.get(key)?)));
            return found
                .map(|(key, queue)| hop(Destination::Queue(queue), key, Rule::DefaultExchange))
                .collect();
        }
        let rule = match exchange.kind {
            ExchangeKind::Direct => Rule::DirectExchange,
            ExchangeKind::Fanout => Rule::FanoutExchange,
            ExchangeKind::Topic => Rule::TopicExchange,
            ExchangeKind::Headers => Rule::HeadersExchange,
        };
        let mut hops: Vec<Hop> = exchange
            .bindings
            .iter()
            .filter(|binding| self.lets_through(exchange.kind, binding))
            .map(|binding| hop(binding.destination, binding.routing_key, rule))
            .collect();
        self.depends_on_headers |= exchange.kind == ExchangeKind::Headers;
        if hops.is_empty()
            && let Some(alternate) = exchange.alternate.or(exchange.policy_alternate)
            // The default exchange gets nothing from others (`rabbit_exchange`, `route`; recorded from 3.10.8).
            && alternate != Name::EMPTY
            && self.host.exchanges.contains_key(&alternate)
        {
            hops.push(hop(Destination::Exchange(alternate), Name::EMPTY, Rule::AlternateExchange));
        }
        hops
    }

    fn lets_through(&self, kind: ExchangeKind, binding: &Binding) -> bool {
        match kind {
            ExchangeKind::Direct => self.keys.contains(&binding.routing_key),
            ExchangeKind::Fanout => true,
            ExchangeKind::Topic => {
                let pattern = self.names.text(binding.routing_key);
                self.keys.iter().any(|key| topic::matches(pattern, self.names.text(*key)))
            }
            ExchangeKind::Headers => {
                headers::matches(&binding.arguments, self.headers.unwrap_or(&Table::default()))
            }
        }
    }
}

crate::ids::holds_names!(Route { hops, queues, exchanges, places, is_for_clients, is_to_address });
crate::ids::holds_names!(Hop { from, to, binding, rule });
crate::ids::nameless!(Rule);
