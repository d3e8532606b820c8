//! What happens in browsers, as facts.

use super::World;
use super::passage::{Passage, Way};
use crate::actors::{BrowserEvent, Program};
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, Name};
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::client::Event as ClientEvent;
use crate::time::Span;

impl World {
    pub(super) fn browser_event(&mut self, guest: usize, event: BrowserEvent) {
        let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
        match event {
            BrowserEvent::SocketIo(told) => {
                let message = self.client_told(guest, &told);
                let count = self.with_browser(guest, |browser| browser.react(&told, message));
                if let (Some(message), 2..) = (message, count) {
                    let event = self.browsing.event_of(message);
                    let rule = Rule::ListenersAddUp;
                    self.record(Event::EventHandledAgain { browser, message, event, count, rule });
                }
            }
            BrowserEvent::Emitted { message, event, .. } => self.emitted(browser, message, &event),
            BrowserEvent::AcknowledgementSent { namespace, message } => {
                let session = self.session_of_guest(guest);
                if let Some(passage) = self.passage_of(guest, session, &namespace) {
                    passage.answer(Way::ToServer, message);
                }
            }
            BrowserEvent::Answered { message, problem } => {
                self.answered(browser, message, problem.map(|problem| problem.as_str()));
            }
            BrowserEvent::Listens { event, count } => {
                if count > 1 {
                    let event = self.names.intern(&event);
                    self.record(Event::ListenersAddUp { browser, event, count, rule: Rule::ListenersAddUp });
                }
            }
            BrowserEvent::Said { exchange, message, text } => {
                self.emitted(browser, message, &text);
                self.browsing.guests[guest].said.push_back((exchange, message));
            }
            BrowserEvent::Unsaid { message, text } => {
                self.emitted(browser, message, &text);
                let (from, to, rule) = (browser, server, Rule::WebSocketPromises);
                self.record(Event::EventDropped { from, to, message, rule });
            }
            BrowserEvent::Heard { count, .. } => self.lines_heard(guest, count),
            BrowserEvent::Opened { .. } => self.is_connected(guest),
            BrowserEvent::Ended { code, again, .. } => {
                let (code, rule) = (code.into(), Rule::WebSocketClosing);
                self.is_away(guest, Event::WebSocketEnded { browser, server, code, rule });
                self.browsing.guests[guest].again = again.map(|at| (1, at));
            }
        }
    }

    fn is_connected(&mut self, guest: usize) {
        let own = &mut self.browsing.guests[guest];
        (own.reason, own.again) = (None, None);
    }

    /// A browser is not connected any more, because of what the event says.
    fn is_away(&mut self, guest: usize, event: Event) {
        self.record(event);
        self.browsing.guests[guest].reason = Some(event);
    }

    /// Lines have come, from the connection that is being read.
    fn lines_heard(&mut self, guest: usize, count: u64) {
        let Some(stream) = self.browsing.guests[guest].hears else { return };
        for _ in 0..count {
            let wire = self.browsing.wires.get_mut(&stream);
            let Some(message) = wire.and_then(|wire| wire.hear(Way::ToBrowser)) else { return };
            let event = self.browsing.event_of(message);
            self.received(guest, message, event);
        }
    }

    fn received(&mut self, guest: usize, message: MessageId, event: Name) {
        let (by, from) = (self.name_of_guest(guest), self.server_of(guest));
        let age = self.age_of(message);
        let counts = &mut self.browsing.guests[guest].counts;
        counts.received += 1;
        counts.total_latency = Span::from_us(counts.total_latency.as_us() + age.as_us());
        counts.last_latency = Span::from_us(age.as_us());
        self.record(Event::EventReceived { by, from, message, event, after: age });
    }

    /// What a Socket.IO client tells. Gives the message that has come with it.
    fn client_told(&mut self, guest: usize, told: &ClientEvent) -> Option<MessageId> {
        let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
        match told {
            ClientEvent::Connect { namespace, is_recovered } => {
                let session = self.session_of_guest(guest);
                if let Some(passage) = self.passage_of(guest, session, namespace) {
                    passage.is_in[Way::ToBrowser as usize] = true;
                }
                let rule = if *is_recovered { Rule::ConnectionStateRecovery } else { Rule::Namespaces };
                let recovered = self.names.intern(if *is_recovered { "true" } else { "false" });
                let namespace = self.names.intern(namespace);
                self.record(Event::NamespaceJoined { browser, server, namespace, recovered, rule });
                self.is_connected(guest);
                None
            }
            ClientEvent::Message { namespace, values, .. } => {
                let session = self.session_of_guest(guest);
                let message = self.passage_of(guest, session, namespace)?.arrive(Way::ToBrowser)?;
                let event = self.names.intern(values.first().and_then(Value::as_text).unwrap_or_default());
                self.received(guest, message, event);
                Some(message)
            }
            ClientEvent::Disconnect { namespace, reason } => {
                let (by, other) = (browser, server);
                let (namespace, reason) = (self.names.intern(namespace), self.names.intern(reason.as_str()));
                let rule = Rule::DisconnectReasons;
                self.is_away(guest, Event::SocketDisconnected { by, other, namespace, reason, rule });
                let is_left = |passage: &&Passage| {
                    (passage.guest, passage.namespace) == (guest, namespace)
                        && passage.is_in[Way::ToBrowser as usize]
                };
                let left = self.browsing.passages.iter().find(is_left);
                if let Some(at) = left.map(|passage| (passage.host, passage.place, passage.socket)) {
                    self.leave(at, Way::ToBrowser);
                }
                None
            }
            ClientEvent::Upgrade { .. } => {
                self.record(Event::TransportUpgraded { browser, server, rule: Rule::TransportUpgrade });
                None
            }
            ClientEvent::ReconnectPlanned { attempt, at } => {
                let (attempt, at, rule) = (u64::from(*attempt), *at, Rule::Reconnection);
                self.browsing.guests[guest].again = Some((attempt, at));
                self.record(Event::ReconnectPlanned { browser, server, attempt, at, rule });
                None
            }
            ClientEvent::ReconnectFailed => {
                self.browsing.guests[guest].again = None;
                None
            }
            ClientEvent::Sent { namespace, message, attempt } => {
                let session = self.session_of_guest(guest);
                let passage = self.passage_of(guest, session, namespace)?;
                passage.send(Way::ToServer, *message, (*attempt).into());
                None
            }
            ClientEvent::Buffered { message, waiting, namespace } => {
                let Program::SocketIo(client) = self.browsing.guests[guest].browser.program() else {
                    return None;
                };
                let is_connected = client.manager().is_connected(namespace);
                let rule = if is_connected { Rule::AtMostOnce } else { Rule::OfflineBuffer };
                let (message, waiting) = (*message, *waiting as u64);
                self.record(Event::EventBuffered { browser, message, waiting, rule });
                None
            }
            ClientEvent::Dropped { message, is_volatile, .. } => {
                let (from, to, message) = (browser, server, *message);
                let rule = if *is_volatile { Rule::VolatileEvent } else { Rule::EventAcknowledgement };
                self.record(Event::EventDropped { from, to, message, rule });
                None
            }
            ClientEvent::ConnectError { .. }
            | ClientEvent::Acknowledged { .. }
            | ClientEvent::Ping
            | ClientEvent::ReconnectAttempt { .. }
            | ClientEvent::Reconnect { .. }
            | ClientEvent::ReconnectError { .. } => None,
        }
    }

    /// The session in which a browser's Socket.IO client is.
    fn session_of_guest(&mut self, guest: usize) -> Option<Name> {
        let Program::SocketIo(client) = self.browsing.guests[guest].browser.program() else { return None };
        let sid = client.manager().engine()?.sid()?.to_owned();
        Some(self.names.intern(&sid))
    }
}
