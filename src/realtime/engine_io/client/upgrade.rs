//! The change from polling to WebSocket (Engine.IO protocol, "Upgrade").

use super::transport::{State, Transport};
use super::{Client, Event, ReadyState};
use crate::realtime::engine_io::server::message;
use crate::realtime::engine_io::{CloseReason, Malformed, Packet, TransportName};
use crate::realtime::{CallerOutput, ExchangeId};

/// A transport that is tried.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub exchange: ExchangeId,
    transport: Transport,
    /// Whether the server has answered over it.
    is_answered: bool,
}

impl Client {
    pub(super) fn begin_probe(&mut self, name: TransportName) {
        if name == self.transport.name || name == TransportName::Polling {
            return;
        }
        let transport = self.open_transport(name);
        if let Some(exchange) = transport.socket {
            self.probe = Some(Probe { exchange, transport, is_answered: false });
        }
    }

    pub(super) fn probe_open(&mut self, exchange: ExchangeId) {
        if let Some(probe) = self.probe.as_mut().filter(|probe| probe.exchange == exchange) {
            probe.transport.state = State::Open;
            probe.transport.is_writable = true;
            let ping = message(&Packet::Ping("probe".to_owned()));
            self.output.push_back(CallerOutput::Send { exchange, message: ping });
        }
    }

    /// The server has answered over the transport that is tried: the old one is brought to rest.
    pub(super) fn probed(&mut self, packet: &Result<Packet, Malformed>) {
        let Some(probe) = self.probe.as_mut().filter(|probe| !probe.is_answered) else { return };
        probe.is_answered = true;
        if matches!(packet, Ok(Packet::Pong(text)) if text == "probe") {
            self.is_upgrading = true;
            self.transport.state = State::Pausing;
            self.pause();
        } else {
            self.upgrade_failed();
        }
    }

    /// Changes the transport if the old one is at rest and about to be replaced.
    pub(super) fn pause(&mut self) {
        let is_busy = self.transport.is_polling || self.transport.post.is_some();
        if self.transport.state != State::Pausing || is_busy {
            return;
        }
        self.transport.state = State::Paused;
        let Some(probe) = self.probe.take() else { return };
        if self.is_closed() {
            return;
        }
        let name = probe.transport.name;
        self.transport = probe.transport;
        self.transmit(&[Packet::Upgrade]);
        self.events.push_back(Event::Upgrade(name));
        self.is_upgrading = false;
        if self.state == (ReadyState::Closing { awaits_upgrade: true }) {
            self.end(CloseReason::ForcedClose);
        } else {
            self.flush();
        }
    }

    pub(super) fn probe_gone(&mut self, exchange: ExchangeId) {
        if self.probe.as_ref().is_some_and(|probe| probe.exchange == exchange) {
            self.probe = None;
            self.upgrade_failed();
        }
    }

    /// A session that was to end after the change ends without it.
    fn upgrade_failed(&mut self) {
        if self.state == (ReadyState::Closing { awaits_upgrade: true }) {
            self.end(CloseReason::ForcedClose);
        }
    }

    pub(super) fn freeze_probe(&mut self) {
        if let Some(probe) = self.probe.take() {
            self.output.push_back(CallerOutput::Close { exchange: probe.exchange, close: None });
        }
    }
}
