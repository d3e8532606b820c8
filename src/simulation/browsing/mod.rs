//! Browsers and servers in a running simulation: their programs and applications, joined by streams of octets on
//! which they speak HTTP and WebSocket.
//!
//! The octets are real: what the state machines of `realtime` write is what a stream carries, whole or in packets.
//! Who follows a message follows it beside the octets: requests, lines and events arrive in the order in which they
//! were sent on a connection, or in a session, so each side keeps a list (`wire`, `passage`).
//!
//! After everything that reaches a browser or a server it is *settled*: its events are told as facts and given back
//! to its program, its output goes onto streams, until nothing is left.

mod commanding;
mod ending;
mod going;
mod guest;
mod host;
mod passage;
mod serving;
mod setup;
mod state;
mod surfing;
mod telling_browsers;
mod telling_servers;
mod traffic;
mod whereabouts;
mod wire;

pub(super) use commanding::Visitor;
pub(super) use guest::Guest;
pub(super) use host::Host;
pub use state::{BrowserState, ListenerState, NamespaceState, PathState, PortState, ServerState};

use super::World;
use super::world::Pending;
use crate::actors::{Browser, Site};
use crate::facts::ClientName;
use crate::fifo::Fifo;
use crate::ids::{MessageId, Name, NodeId, StreamId};
use crate::scenario::{BrowserDocument, ServerDocument};
use crate::time::{Span, Time};
use litemap::LiteMap;
use passage::Passage;
use std::rc::Rc;
use wire::Wire;

/// Where servers of browsers listen.
const HTTP: u16 = 80;

/// Of so many of the newest messages it is known when they were made and what they are called.
const MOST_KNOWN: usize = 4_096;

/// What is known of a message.
#[derive(Clone, Copy, Debug)]
struct Known {
    message: MessageId,
    made: Time,
    event: Name,
}

/// All browsers and servers.
#[derive(Clone, Debug, Default)]
pub(super) struct Browsing {
    /// What they were made from, to make them anew.
    servers: Rc<[ServerDocument]>,
    browsers: Rc<[BrowserDocument]>,
    seed: u64,
    pub hosts: Vec<Host>,
    pub guests: Vec<Guest>,
    wires: LiteMap<StreamId, Wire>,
    passages: Vec<Passage>,
    /// By message.
    known: Fifo<Known>,
}

impl Browsing {
    /// Notes a message. One that is passed on by another name keeps the moment at which it was made.
    fn know(&mut self, message: MessageId, made: Time, event: Name) {
        let place = self.known.partition_point(|known| known.message < message);
        if let Some(known) = self.known.get_mut(place).filter(|known| known.message == message) {
            known.event = event;
            return;
        }
        self.known.insert(place, Known { message, made, event });
        if self.known.len() > MOST_KNOWN {
            self.known.pop_front();
        }
    }

    fn known(&self, message: MessageId) -> Option<Known> {
        let place = self.known.binary_search_by_key(&message, |known| known.message);
        place.ok().map(|place| self.known[place])
    }

    /// What a message is called.
    pub fn event_of(&self, message: MessageId) -> Name {
        self.known(message).map_or(Name::EMPTY, |known| known.event)
    }
}

impl World {
    /// Lets the servers of a host do something; the messages that they make are counted with all others.
    fn with_site<T>(&mut self, host: usize, act: impl FnOnce(&mut Site) -> T) -> T {
        let site = &mut self.browsing.hosts[host].site;
        *site.last_message() = self.last_message;
        let done = act(site);
        self.last_message = *self.browsing.hosts[host].site.last_message();
        done
    }

    /// Lets a browser do something; the messages that it makes are counted with all others.
    fn with_browser<T>(&mut self, guest: usize, act: impl FnOnce(&mut Browser) -> T) -> T {
        let browser = &mut self.browsing.guests[guest].browser;
        *browser.last_message() = self.last_message;
        let done = act(browser);
        self.last_message = *self.browsing.guests[guest].browser.last_message();
        done
    }

    fn name_of_host(&self, host: usize) -> ClientName {
        self.browsing.hosts[host].name
    }

    fn name_of_guest(&self, guest: usize) -> ClientName {
        self.browsing.guests[guest].name
    }

    /// The name of the host that a browser talks to.
    fn server_of(&self, guest: usize) -> ClientName {
        self.name_of_host(self.browsing.guests[guest].host)
    }

    /// How long ago a message was made, counted from the start.
    fn age_of(&self, message: MessageId) -> Time {
        Time::START + self.browsing.known(message).map_or(Span::ZERO, |known| self.now - known.made)
    }

    fn node_of_host(&self, host: usize) -> NodeId {
        self.browsing.hosts[host].node
    }

    /// Enters the next time-out of a host, if it comes before the one that stands on the agenda.
    fn enter_host_timeout(&mut self, host: usize) {
        let of_wires = self.browsing.wires.values().filter(|wire| wire.host == host);
        let of_wires = of_wires.filter_map(Wire::next_server_timeout).min();
        let own = &mut self.browsing.hosts[host];
        let next = own.next_timeout().into_iter().chain(of_wires).min();
        if let Some(due) = next
            && own.entered.is_none_or(|entered| entered > due)
        {
            own.entered = Some(due);
            self.agenda.enter(due.max(self.now), Pending::HostDue(host));
        }
    }

    /// Enters the next time-out of a browser, if it comes before the one that stands on the agenda.
    fn enter_guest_timeout(&mut self, guest: usize) {
        let of_wires = self.browsing.wires.values().filter(|wire| wire.guest == guest);
        let of_wires = of_wires.filter_map(Wire::next_client_timeout).min();
        let own = &mut self.browsing.guests[guest];
        let next = own.next_timeout().into_iter().chain(of_wires).min();
        if let Some(due) = next
            && own.entered.is_none_or(|entered| entered > due)
        {
            own.entered = Some(due);
            self.agenda.enter(due.max(self.now), Pending::GuestDue(guest));
        }
    }
}
