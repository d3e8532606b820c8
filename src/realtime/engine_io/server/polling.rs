//! HTTP long polling: one GET waits for packets, one POST at a time brings them.

use super::session::Transport;
use super::{Role, Server, SessionId, Timer, Work};
use crate::realtime::ExchangeId;
use crate::realtime::engine_io::{CloseReason, Packet, from_payload, to_payload};
use crate::realtime::http::{Headers, Request};
use crate::time::Span;

/// How long a session that is closing waits for a poll that can be told.
const CLOSE_TIMEOUT: Span = Span::from_ms(30_000);

impl Server {
    /// A GET of a session.
    pub(super) fn poll(&mut self, id: SessionId, exchange: ExchangeId, headers: Headers) {
        let Some(Transport::Polling(polling)) = self.transport_mut(id) else { return };
        if polling.poll.is_some() {
            // Two polls at once break the protocol: the session ends.
            self.end(id, CloseReason::TransportError);
            self.respond(exchange, 400, headers, "");
            return;
        }
        polling.poll = Some(exchange);
        let is_closing = polling.is_closing;
        self.exchanges.insert(exchange, Role::Poll(id, headers));
        self.flush(id);
        if is_closing && self.sessions.contains_key(&id) {
            self.transmit(id, vec![Packet::Noop]);
        }
    }

    /// A POST of a session.
    pub(super) fn post(&mut self, id: SessionId, exchange: ExchangeId, request: &Request, headers: Headers) {
        if request.headers.get("Content-Type") == Some("application/octet-stream") {
            self.end(id, CloseReason::TransportError);
            self.respond(exchange, 400, headers, "");
            return;
        }
        if request.body.len() > self.options.max_http_buffer_size {
            self.respond(exchange, 413, headers, "");
            return;
        }
        self.exchanges.insert(exchange, Role::Posted(id, headers));
        for packet in from_payload(&String::from_utf8_lossy(&request.body)) {
            self.work.push_back(Work::Packet(id, packet));
        }
        self.work.push_back(Work::Posted(exchange));
    }

    /// The packets of a POST have been read. It is answered even if they have ended the session.
    pub(super) fn answer_post(&mut self, exchange: ExchangeId) {
        let Some(Role::Posted(_, mut headers)) = self.exchanges.remove(&exchange) else { return };
        headers.add("Content-Type", "text/html");
        headers.add("Cache-Control", "no-store");
        self.respond(exchange, 200, headers, "ok");
    }

    /// Sends packets in answer to the poll that waits.
    pub(super) fn answer_poll(&mut self, id: SessionId, mut packets: Vec<Packet>) {
        let Some(Transport::Polling(polling)) = self.transport_mut(id) else { return };
        let Some(exchange) = polling.poll.take() else { return };
        let is_closing = polling.is_closing;
        if is_closing {
            packets.push(Packet::Close);
        }
        self.respond_poll(exchange, &packets);
        if is_closing {
            self.end(id, CloseReason::ForcedClose);
        }
    }

    pub(super) fn respond_poll(&mut self, exchange: ExchangeId, packets: &[Packet]) {
        let Some(Role::Poll(_, mut headers)) = self.exchanges.remove(&exchange) else { return };
        headers.add("Content-Type", "text/plain; charset=UTF-8");
        headers.add("Cache-Control", "no-store");
        self.respond(exchange, 200, headers, &to_payload(packets));
    }

    /// The client has said that it leaves; a poll that waits is released.
    pub(super) fn polling_closed(&mut self, id: SessionId) {
        let Some(Transport::Polling(polling)) = self.transport_mut(id) else { return };
        if let Some(exchange) = polling.poll.take() {
            self.respond_poll(exchange, &[Packet::Noop]);
        }
        self.end(id, CloseReason::TransportClose);
    }

    /// The session is to end: the client is told in answer to a poll, now or when one comes.
    pub(super) fn close_polling(&mut self, id: SessionId) {
        let Some(Transport::Polling(polling)) = self.transport_mut(id) else { return };
        if polling.is_closing {
            return;
        }
        let has_poll = polling.poll.is_some();
        polling.is_closing = !has_poll;
        if has_poll {
            // Ending the session answers the poll with a close packet.
            self.end(id, CloseReason::ForcedClose);
        } else {
            self.timers.set(Timer::Close(id), self.now + CLOSE_TIMEOUT);
        }
    }

    /// While the client changes to WebSocket its poll is released, so that the change need not wait.
    pub(super) fn release_poll(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(&id) else { return };
        if session.upgrade.is_none() {
            return;
        }
        if matches!(&session.transport, Transport::Polling(polling) if polling.poll.is_some()) {
            self.answer_poll(id, vec![Packet::Noop]);
        }
        self.timers.set(Timer::Release(id), self.now + super::upgrade::RELEASE_INTERVAL);
    }
}
