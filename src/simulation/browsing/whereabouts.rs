//! Where a message is, among browsers and servers.

use super::World;
use super::passage::Way;
use crate::actors::PathServer;
use crate::facts::{ClientName, Rule};
use crate::ids::MessageId;
use crate::parts;

/// A place where a message is: the key of its sentence, who has it, for whom, and the rule that keeps it there.
pub(in crate::simulation) struct WebPlace {
    pub key: &'static str,
    pub at: ClientName,
    pub is_browser: bool,
    pub other: ClientName,
    pub rule: Option<Rule>,
}

impl World {
    /// The requests that servers keep until there is something to answer, each with its server.
    pub(in crate::simulation) fn unanswered_requests(&self) -> impl Iterator<Item = (ClientName, MessageId)> {
        let hosts = self.browsing.hosts.iter().enumerate();
        hosts.flat_map(move |(host, own)| {
            let held = own.exchanges.values().filter(|served| served.is_held);
            held.map(move |served| (self.name_of_host(host), served.message))
        })
    }

    /// The places among browsers and servers where a message is.
    pub(in crate::simulation) fn web_places(&self, message: MessageId) -> Vec<WebPlace> {
        let mut places = Vec::new();
        if !parts::BROWSERS {
            return places;
        }
        let mut add = |key, at, is_browser, other, rule| {
            places.push(WebPlace { key, at, is_browser, other, rule });
        };
        for guest in 0..self.browsing.guests.len() {
            if self.waiting_in(guest).contains(&message) {
                let (at, other) = (self.name_of_guest(guest), self.server_of(guest));
                add("where.in-client", at, true, other, Some(Rule::OfflineBuffer));
            }
        }
        for passage in &self.browsing.passages {
            let (browser, server) = (self.name_of_guest(passage.guest), self.name_of_host(passage.host));
            if passage.is_waiting(Way::ToBrowser, message) {
                add("where.for-next-poll", server, false, browser, Some(Rule::LongPolling));
            }
            if passage.is_waiting(Way::ToServer, message) {
                add("where.for-next-request", browser, true, server, Some(Rule::RequestAndResponse));
            }
        }
        for host in 0..self.browsing.hosts.len() {
            let name = self.name_of_host(host);
            for (_, server) in self.browsing.hosts[host].site.servers() {
                match server {
                    PathServer::Feed(feed) if feed.has(message) => {
                        add("where.in-feed", name, false, name, Some(Rule::WhatIsThere));
                    }
                    PathServer::SocketIo(server) if server.server().keeps(message) => {
                        let rule = Some(Rule::ConnectionStateRecovery);
                        add("where.kept-for-recovery", name, false, name, rule);
                    }
                    _ => {}
                }
            }
            let own = &self.browsing.hosts[host];
            for served in own.exchanges.values().filter(|each| each.message == message && each.is_held) {
                let Some(wire) = self.browsing.wires.get(&served.stream) else { continue };
                add("where.held", name, false, self.name_of_guest(wire.guest), Some(Rule::LongPolling));
            }
        }
        places
    }
}
