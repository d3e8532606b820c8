//! The connection of a manager: it opens it, and again when it is lost.

use super::{Event, Manager, ReadyState, Timer};
use crate::realtime::engine_io::client::{Client, Event as EngineEvent};
use crate::realtime::engine_io::{CloseReason, Data, branch};
use crate::realtime::socket_io::{Decoder, DisconnectReason};

impl Manager {
    /// Opens the connection, unless it is open or being opened.
    pub(super) fn open(&mut self, is_again: bool) {
        if self.state != ReadyState::Closed {
            return;
        }
        self.former.extend(self.engine.take());
        self.engine_count += 1;
        self.state = ReadyState::Opening { is_again };
        self.skips_reconnect = false;
        let options = self.options.engine.clone();
        let stream = branch(&mut self.stream, "connection");
        self.engine = Some(Client::open(options, stream, self.now, self.engine_count << 32));
        if let Some(timeout) = self.options.timeout {
            self.timers.set(Timer::Connect, self.now + timeout);
        }
    }

    /// Closes the connection below, which the manager takes for a loss.
    pub fn close_engine(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.close();
        }
    }

    pub(super) fn engine_event(&mut self, event: EngineEvent) {
        match (event, self.state) {
            (EngineEvent::Open, ReadyState::Opening { is_again }) => self.opened(is_again),
            (EngineEvent::Message(data), ReadyState::Open) => self.data(data),
            (EngineEvent::Ping, ReadyState::Open) => self.events.push_back(Event::Ping),
            (EngineEvent::Upgrade(transport), _) => self.events.push_back(Event::Upgrade { transport }),
            (EngineEvent::Error(message), ReadyState::Opening { is_again }) => self.failed(message, is_again),
            (EngineEvent::Error(message), ReadyState::Open) => self.tell_error(message),
            (EngineEvent::Close(reason), ReadyState::Open) => self.closed(reason),
            _ => {}
        }
    }

    fn clean_up(&mut self) {
        self.timers.clear(&Timer::Connect);
        self.timers.clear(&Timer::Reconnect);
        self.decoder = Decoder::default();
    }

    fn opened(&mut self, is_again: bool) {
        self.clean_up();
        self.state = ReadyState::Open;
        for namespace in self.active.clone() {
            self.ask(&namespace);
        }
        if is_again {
            let attempt = self.backoff.attempts;
            self.is_reconnecting = false;
            self.backoff.attempts = 0;
            self.events.push_back(Event::Reconnect { attempt });
        }
    }

    fn data(&mut self, data: Data) {
        match self.decoder.add(data) {
            Ok(packet) => self.turns.extend(packet),
            Err(_) => self.closed(CloseReason::ParseError),
        }
    }

    /// The connection could not be opened.
    fn failed(&mut self, message: &'static str, is_again: bool) {
        self.clean_up();
        self.state = ReadyState::Closed;
        self.tell_error(message);
        if is_again {
            self.is_reconnecting = false;
            self.reconnect();
            self.events.push_back(Event::ReconnectError { message });
        } else if !self.is_reconnecting && self.options.reconnection && self.backoff.attempts == 0 {
            self.reconnect();
        }
    }

    fn tell_error(&mut self, message: &str) {
        for namespace in self.active.clone() {
            if !self.is_connected(&namespace) {
                let message = message.to_owned();
                self.events.push_back(Event::ConnectError { namespace, message, data: None });
            }
        }
    }

    pub(super) fn attempt_is_late(&mut self) {
        if let ReadyState::Opening { is_again } = self.state {
            self.failed("timeout", is_again);
            if let Some(engine) = &mut self.engine {
                engine.close();
            }
        }
    }

    fn closed(&mut self, reason: CloseReason) {
        self.clean_up();
        if let Some(engine) = &mut self.engine {
            engine.close();
        }
        self.backoff.attempts = 0;
        self.state = ReadyState::Closed;
        for namespace in self.active.clone() {
            self.disconnected(&namespace, DisconnectReason::Connection(reason));
        }
        if self.options.reconnection && !self.skips_reconnect {
            self.reconnect();
        }
    }

    /// Closes the connection for good.
    fn close(&mut self) {
        self.skips_reconnect = true;
        self.is_reconnecting = false;
        self.closed(CloseReason::ForcedClose);
    }

    /// A socket no longer wants to be connected. Without any that does, the connection is closed.
    pub(super) fn deactivate(&mut self, namespace: &str) {
        self.active.retain(|each| each != namespace);
        if self.active.is_empty() {
            self.close();
        }
    }

    fn reconnect(&mut self) {
        if self.is_reconnecting || self.skips_reconnect {
            return;
        }
        if self.options.reconnection_attempts.is_some_and(|most| self.backoff.attempts >= most) {
            self.backoff.attempts = 0;
            self.events.push_back(Event::ReconnectFailed);
            self.is_reconnecting = false;
        } else {
            let delay = self.backoff.duration(&mut self.stream);
            self.is_reconnecting = true;
            let at = self.now + delay;
            self.timers.set(Timer::Reconnect, at);
            self.events.push_back(Event::ReconnectPlanned { attempt: self.backoff.attempts, at });
        }
    }

    /// The time for another attempt has come.
    pub(super) fn attempt(&mut self) {
        if !self.skips_reconnect {
            self.events.push_back(Event::ReconnectAttempt { attempt: self.backoff.attempts });
            self.open(true);
        }
    }
}
