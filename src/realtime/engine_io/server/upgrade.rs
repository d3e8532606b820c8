//! The change from polling to WebSocket (Engine.IO protocol, "Upgrade").

use super::session::{ReadyState, Socket, Transport, message};
use super::{Role, Server, SessionId, Timer};
use crate::realtime::engine_io::{CloseReason, Malformed, Packet};
use crate::realtime::{ExchangeId, Output};
use crate::time::Span;

/// The time between looks at whether a poll must be released.
pub(super) const RELEASE_INTERVAL: Span = Span::from_ms(100);

impl Server {
    /// A WebSocket with the identifier of a session has been accepted.
    pub(super) fn begin_upgrade(&mut self, id: SessionId, exchange: ExchangeId) {
        let session = self.sessions.get_mut(&id);
        match session.filter(|session| session.upgrade.is_none() && !session.is_upgraded) {
            Some(session) if matches!(session.transport, Transport::Polling(_)) => {
                session.upgrade = Some(exchange);
                self.exchanges.insert(exchange, Role::Probe(id));
                self.timers.set(Timer::Upgrade(id), self.now + self.options.upgrade_timeout);
            }
            _ => self.output.push_back(Output::Close { exchange, close: None }),
        }
    }

    /// A packet has come over the WebSocket that a client tries.
    pub(super) fn probe(&mut self, id: SessionId, packet: &Result<Packet, Malformed>) {
        let Some(exchange) = self.sessions.get(&id).and_then(|session| session.upgrade) else { return };
        match packet {
            Ok(Packet::Ping(text)) if text == "probe" => {
                let pong = message(&Packet::Pong("probe".to_owned()));
                self.output.push_back(Output::Send { exchange, message: pong });
                self.timers.set(Timer::Release(id), self.now + RELEASE_INTERVAL);
            }
            Ok(Packet::Upgrade) => self.finish_upgrade(id, exchange),
            _ => self.abandon_upgrade(id),
        }
    }

    fn finish_upgrade(&mut self, id: SessionId, exchange: ExchangeId) {
        self.forget_upgrade(id);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.is_upgraded = true;
        let socket = Transport::WebSocket(Socket { exchange, is_writable: true, is_closed: false });
        let polling = std::mem::replace(&mut session.transport, socket);
        let is_closing = session.state == ReadyState::Closing;
        self.exchanges.insert(exchange, Role::Socket(id));
        self.timers.clear(&Timer::Pong(id));
        self.timers.clear(&Timer::Close(id));
        self.dispose(polling);
        self.flush(id);
        if is_closing {
            self.end(id, CloseReason::ForcedClose);
        }
    }

    /// The attempt has failed or taken too long: the session stays with polling.
    pub(super) fn abandon_upgrade(&mut self, id: SessionId) {
        if let Some(exchange) = self.forget_upgrade(id) {
            self.output.push_back(Output::Close { exchange, close: None });
        }
    }

    /// Forgets the WebSocket that a client tried.
    pub(super) fn forget_upgrade(&mut self, id: SessionId) -> Option<ExchangeId> {
        self.timers.clear(&Timer::Upgrade(id));
        self.timers.clear(&Timer::Release(id));
        let exchange = self.sessions.get_mut(&id)?.upgrade.take()?;
        self.exchanges.remove(&exchange);
        Some(exchange)
    }
}
