//! A request that becomes a WebSocket.

use super::{Connection, Turning};
use crate::realtime::connection::Ending;
use crate::realtime::http::{Answering, BodyForm, Version, write_response};
use crate::realtime::websocket::{self, Close, Message, WebSocket, WebSocketEvent};
use crate::realtime::{ExchangeId, Input};
use crate::time::Time;

impl Connection {
    /// The request becomes a WebSocket, if its handshake is right; else it is refused, and gone.
    pub(super) fn accept(&mut self, now: Time, exchange: ExchangeId) {
        if !self.exchanges.is_waiting(exchange) {
            return;
        }
        let answer = match &self.turning {
            Turning::Asked(asked, received) if *asked == exchange => {
                websocket::accept(&received.request, received.version, &self.settings.subprotocols)
            }
            // A service accepts what has not asked for it.
            _ => Err(websocket::HandshakeError::Upgrade),
        };
        match answer {
            Err(error) => {
                self.inputs.push_back(Input::Gone { exchange });
                self.exchanges.respond(exchange, error.response());
                self.forget_turning(exchange);
                self.write_responses(now);
            }
            Ok(answer) => {
                self.turning = Turning::No;
                self.exchanges.remove(exchange);
                let answering = Answering { is_head: false, version: Version::Http11, is_persistent: true };
                // The key and the subprotocol were fields of a request, so they can be written.
                let mut octets = Vec::new();
                let _ = write_response(&mut octets, &answer, BodyForm::Whole, answering);
                self.out.push_back(octets);
                let mut websocket = WebSocket::server(self.settings.websocket);
                websocket.handle_bytes(now, &std::mem::take(&mut self.backlog));
                self.websocket = Some((exchange, websocket));
            }
        }
    }

    /// Tells the service what the WebSocket has learnt. Gives whether there may be more.
    pub(super) fn take_event(&mut self) -> bool {
        let Some((exchange, websocket)) = &mut self.websocket else { return false };
        let exchange = *exchange;
        let event = websocket.poll_event();
        let ends = websocket.ends_connection();
        match event {
            None if ends => {
                self.take_bytes();
                self.end(Ending::AfterBytes);
            }
            None => return false,
            // Of a failure and of the end the service learns when the connection ends.
            Some(WebSocketEvent::Message(Message::Ping(_) | Message::Pong(_)))
            | Some(WebSocketEvent::Failed(_) | WebSocketEvent::Closed) => {}
            Some(WebSocketEvent::Message(message)) => {
                self.inputs.push_back(Input::Message { exchange, message });
            }
        }
        true
    }

    pub(super) fn take_bytes(&mut self) {
        if let Some((_, websocket)) = &mut self.websocket {
            self.out.extend(std::iter::from_fn(|| websocket.poll_bytes()));
        }
    }

    pub(super) fn close(&mut self, now: Time, exchange: ExchangeId, close: Option<&Close>) {
        if let Some(websocket) = self.websocket_of(exchange) {
            websocket.close(now, close);
        }
    }

    pub(super) fn websocket_of(&mut self, exchange: ExchangeId) -> Option<&mut WebSocket> {
        self.websocket.as_mut().filter(|(id, _)| *id == exchange).map(|(_, websocket)| websocket)
    }

    /// Hands a request over that asks for another protocol, when all before it are answered.
    pub(super) fn turn(&mut self) {
        if !self.exchanges.is_empty() {
            return;
        }
        match std::mem::replace(&mut self.turning, Turning::No) {
            Turning::Held(received) => {
                let exchange = self.begin(&received);
                self.inputs.push_back(Input::Request { exchange, request: received.request.clone() });
                self.turning = Turning::Asked(exchange, received);
            }
            other => self.turning = other,
        }
    }

    pub(super) fn forget_turning(&mut self, exchange: ExchangeId) {
        if matches!(self.turning, Turning::Asked(asked, _) if asked == exchange) {
            self.turning = Turning::No;
        }
    }
}
