//! Routes that are remembered.

use super::routing::Route;
use crate::ids::{HoldsNames, Name, QueueId};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// So many are remembered for a virtual host. Clients on real sockets may use any number of keys.
const MOST: usize = 65_536;

/// So many are found at once, each at the one place for its exchange and key.
const PLACES: usize = 2_048;

/// Where messages go that depend on exchange and key alone.
#[derive(Default)]
pub(super) struct Routes {
    all: BTreeMap<(Name, Name), Rc<Route>>,
    /// Those that were asked for last.
    recent: Vec<Option<Recent>>,
}

/// A route that was asked for lately.
#[derive(Clone)]
struct Recent {
    exchange: Name,
    key: Name,
    lane: Option<Lane>,
    route: Rc<Route>,
}

/// The shortest route: clients' messages go through one exchange to one queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    /// Where the exchange stood among those of the virtual host.
    pub place: usize,
    /// The queue.
    pub queue: QueueId,
}

impl Routes {
    /// The route of messages with that key from that exchange.
    pub fn get(&mut self, exchange: Name, key: Name) -> Option<Rc<Route>> {
        match self.recently(exchange, key) {
            Some(recent) => Some(recent.route.clone()),
            None => self.search(exchange, key),
        }
    }

    /// The lane of such messages, if there is one and their route was asked for lately.
    #[inline(always)]
    pub fn lane(&self, exchange: Name, key: Name) -> Option<Lane> {
        self.recently(exchange, key)?.lane
    }

    #[inline(always)]
    fn recently(&self, exchange: Name, key: Name) -> Option<&Recent> {
        let recent = self.recent.get(place(exchange, key))?.as_ref()?;
        (recent.exchange == exchange && recent.key == key).then_some(recent)
    }

    #[inline(never)]
    fn search(&mut self, exchange: Name, key: Name) -> Option<Rc<Route>> {
        let route = self.all.get(&(exchange, key))?.clone();
        if self.recent.is_empty() {
            self.recent.resize(PLACES, None);
        }
        let lane = route.lane();
        self.recent[place(exchange, key)] = Some(Recent { exchange, key, lane, route: route.clone() });
        Some(route)
    }

    /// Remembers a route.
    pub fn insert(&mut self, exchange: Name, key: Name, route: Rc<Route>) {
        if self.all.len() >= MOST {
            self.clear();
        }
        self.all.insert((exchange, key), route);
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.all.clear();
        self.recent.clear();
    }
}

/// Names are numbered one after the other, and most routes of a run are of one exchange.
#[inline]
const fn place(exchange: Name, key: Name) -> usize {
    (exchange.index() * 37 + key.index()) % PLACES
}

/// A copy finds them again by searching.
impl Clone for Routes {
    fn clone(&self) -> Routes {
        Routes { all: self.all.clone(), recent: Vec::new() }
    }
}

/// Those that were asked for last are no part of the state.
impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Routes").field(&self.all).finish()
    }
}

impl HoldsNames for Routes {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.all.visit_names(visit);
    }
}
