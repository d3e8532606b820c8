//! What a request is allowed to do.

use super::session::{Polling, Socket, Transport};
use super::{Event, Server};
use crate::realtime::engine_io::target::{parameter, split};
use crate::realtime::engine_io::{Handshake, Refusal, TransportName};
use crate::realtime::http::{Headers, Request};
use crate::realtime::{ExchangeId, Output};

impl Server {
    pub(super) fn request(&mut self, exchange: ExchangeId, request: &Request) {
        if !request.target.starts_with(&self.options.path) {
            self.respond(exchange, 404, Headers::default(), "");
            return;
        }
        let (_, parameters) = split(&request.target);
        let parameters = parameters.as_slice();
        if self.wants_websocket(request) {
            match self.verify(request, parameters, true) {
                Ok(transport) => self.websocket(exchange, request, parameters, transport),
                Err(refusal) => {
                    let response = refusal.upgrade_response();
                    self.output.push_back(Output::Respond { exchange, response });
                }
            }
            return;
        }
        let headers = match &self.options.cors {
            Some(cors) if request.method == "OPTIONS" => {
                let response = cors.preflight(request);
                self.output.push_back(Output::Respond { exchange, response });
                return;
            }
            Some(cors) => cors.headers(request),
            None => Headers::default(),
        };
        if let Err(refusal) = self.ordinary(exchange, request, parameters, &headers) {
            let response = refusal.response(headers);
            self.output.push_back(Output::Respond { exchange, response });
        }
    }

    fn wants_websocket(&self, request: &Request) -> bool {
        let upgrade = request.headers.get("Upgrade");
        upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
            && self.options.transports.contains(&TransportName::WebSocket)
    }

    /// Checks a request; what passes has this transport.
    fn verify(
        &self,
        request: &Request,
        parameters: &[(String, String)],
        is_upgrade: bool,
    ) -> Result<TransportName, Refusal> {
        let transport = parameter(parameters, "transport").and_then(TransportName::named);
        let transport = transport.filter(|transport| self.options.transports.contains(transport));
        let transport = transport.ok_or(Refusal::TransportUnknown)?;
        let is_invalid = |c: char| (c < ' ' && c != '\t') || c == '\u{7f}';
        if request.headers.get("Origin").is_some_and(|origin| origin.contains(is_invalid)) {
            return Err(Refusal::BadRequest);
        }
        let is_version_4 = parameter(parameters, "EIO") == Some("4");
        match parameter(parameters, "sid").filter(|sid| !sid.is_empty()) {
            Some(sid) => {
                let session = self.by_sid.get(sid).ok_or(Refusal::SessionUnknown)?;
                let is_other = self.transport(*session) != Some(transport);
                if (!is_upgrade && is_other) || !is_version_4 {
                    return Err(Refusal::BadRequest);
                }
            }
            None if request.method != "GET" => return Err(Refusal::BadHandshakeMethod),
            None if transport == TransportName::WebSocket && !is_upgrade => return Err(Refusal::BadRequest),
            None if !is_version_4 => return Err(Refusal::UnsupportedProtocolVersion),
            None => {}
        }
        Ok(transport)
    }

    fn websocket(
        &mut self,
        exchange: ExchangeId,
        request: &Request,
        parameters: &[(String, String)],
        transport: TransportName,
    ) {
        self.output.push_back(Output::Accept { exchange });
        if transport != TransportName::WebSocket {
            self.output.push_back(Output::Close { exchange, close: None });
            return;
        }
        match parameter(parameters, "sid").filter(|sid| !sid.is_empty()) {
            Some(sid) => {
                // Verified: the session is there.
                if let Some(session) = self.by_sid.get(sid).copied() {
                    self.begin_upgrade(session, exchange);
                }
            }
            None => {
                let socket = Socket { exchange, is_writable: true, is_closed: false };
                let session = self.open(Transport::WebSocket(socket), transport);
                self.events.push_back(Event::Opened { session, exchange, request: without_body(request) });
            }
        }
    }

    /// A request that stays one.
    fn ordinary(
        &mut self,
        exchange: ExchangeId,
        request: &Request,
        parameters: &[(String, String)],
        headers: &Headers,
    ) -> Result<(), Refusal> {
        let transport = self.verify(request, parameters, false)?;
        let sid = parameter(parameters, "sid").filter(|sid| !sid.is_empty());
        match sid.and_then(|sid| self.by_sid.get(sid).copied()) {
            // An ordinary request means nothing to a session on WebSocket.
            Some(_) if transport == TransportName::WebSocket => return Err(Refusal::BadRequest),
            Some(session) => match request.method.as_str() {
                "GET" => self.poll(session, exchange, headers.clone()),
                "POST" => self.post(session, exchange, request, headers.clone()),
                _ => self.respond(exchange, 500, headers.clone(), ""),
            },
            None => {
                let session = self.open(Transport::Polling(Polling::default()), transport);
                self.poll(session, exchange, headers.clone());
                self.events.push_back(Event::Opened { session, exchange, request: without_body(request) });
            }
        }
        Ok(())
    }

    pub(super) fn handshake(&self, sid: &str, transport: TransportName) -> Handshake {
        let has_websocket = self.options.transports.contains(&TransportName::WebSocket);
        let may_upgrade = self.options.allow_upgrades && transport == TransportName::Polling && has_websocket;
        Handshake {
            sid: sid.to_owned(),
            upgrades: if may_upgrade { vec![TransportName::WebSocket] } else { Vec::new() },
            ping_interval: self.options.ping_interval,
            ping_timeout: self.options.ping_timeout,
            max_payload: self.options.max_http_buffer_size,
        }
    }
}

fn without_body(request: &Request) -> Request {
    let Request { method, target, headers, .. } = request.clone();
    Request { method, target, headers, body: Vec::new() }
}
