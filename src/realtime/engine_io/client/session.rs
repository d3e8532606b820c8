//! The life of a session: its handshake, its pings, its end.

use super::transport::State;
use super::{Client, Event, ReadyState, Work};
use crate::realtime::engine_io::{CloseReason, Handshake, Malformed, Packet, TransportName};

impl Client {
    /// A packet has come over the transport.
    pub(super) fn packet(&mut self, packet: Result<Packet, Malformed>) {
        if self.state == ReadyState::Closed {
            return;
        }
        if self.transport.name == TransportName::Polling {
            if packet == Ok(Packet::Close) {
                self.transport.state = State::Closed;
                self.end(CloseReason::TransportClose);
                return;
            }
            if self.transport.state == State::Opening && matches!(packet, Ok(Packet::Open(_))) {
                self.transport.state = State::Open;
                self.transport.is_writable = true;
            }
        }
        match packet {
            Ok(Packet::Open(text)) => self.handshake(&text),
            Ok(Packet::Ping(_)) => {
                self.send_packet(Packet::Pong(String::new()));
                self.events.push_back(Event::Ping);
                self.silent_at = Some(self.now + self.ping_interval + self.ping_timeout);
            }
            Ok(Packet::Message(data)) => self.events.push_back(Event::Message(data)),
            Ok(Packet::Close | Packet::Pong(_) | Packet::Upgrade | Packet::Noop) => {}
            Err(Malformed) => self.fail("server error"),
        }
    }

    fn handshake(&mut self, text: &str) {
        let Some(handshake) = Handshake::from_json(text) else {
            self.fail("server error");
            return;
        };
        self.transport.sid = Some(handshake.sid);
        self.upgrades = handshake.upgrades;
        self.upgrades.retain(|name| self.options.transports.contains(name));
        self.ping_interval = handshake.ping_interval;
        self.ping_timeout = handshake.ping_timeout;
        self.max_payload = handshake.max_payload;
        self.state = ReadyState::Open;
        self.events.push_back(Event::Open);
        self.work.insert(0, Work::Opened);
    }

    pub(super) fn opened(&mut self) {
        self.flush();
        if self.state == ReadyState::Open && self.options.may_upgrade {
            for name in std::mem::take(&mut self.upgrades) {
                self.begin_probe(name);
            }
        }
        if self.state != ReadyState::Closed {
            self.silent_at = Some(self.now + self.ping_interval + self.ping_timeout);
        }
    }

    /// Ends the session as soon as its packets are out.
    pub fn close(&mut self) {
        if !matches!(self.state, ReadyState::Opening | ReadyState::Open) {
            return;
        }
        self.state = ReadyState::Closing { awaits_upgrade: false };
        if !self.buffer.is_empty() {
            return;
        }
        if self.is_upgrading {
            self.state = ReadyState::Closing { awaits_upgrade: true };
        } else {
            self.end(CloseReason::ForcedClose);
        }
    }

    pub(super) fn fail(&mut self, what: &'static str) {
        if self.state == ReadyState::Closed {
            return;
        }
        let has_others = self.options.transports.len() > 1;
        if self.state == ReadyState::Opening && self.options.tries_all_transports && has_others {
            self.options.transports.remove(0);
            self.open_first();
            return;
        }
        self.events.push_back(Event::Error(what));
        self.end(CloseReason::TransportError);
    }

    pub(super) fn end(&mut self, reason: CloseReason) {
        if self.state == ReadyState::Closed {
            return;
        }
        self.silent_at = None;
        self.close_transport();
        self.state = ReadyState::Closed;
        self.events.push_back(Event::Close(reason));
        self.buffer.clear();
        self.sent_length = 0;
        self.freeze_probe();
    }
}
