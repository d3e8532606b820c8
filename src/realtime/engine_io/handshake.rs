//! What the server says first (Engine.IO protocol, "Handshake").

use super::TransportName;
use crate::time::Span;
use serde_json::{Value, json};

/// The content of an open packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The identifier of the session.
    pub sid: String,
    /// The transports that the client may change to.
    pub upgrades: Vec<TransportName>,
    /// The time between pings of the server.
    pub ping_interval: Span,
    /// How long an answer to a ping may take.
    pub ping_timeout: Span,
    /// The largest HTTP body and WebSocket message that the server takes, in octets.
    pub max_payload: usize,
}

impl Handshake {
    /// As JSON, with the members in the order of the reference.
    pub fn to_json(&self) -> String {
        let upgrades: Vec<&str> = self.upgrades.iter().map(|name| name.as_str()).collect();
        format!(
            "{{\"sid\":{},\"upgrades\":{},\"pingInterval\":{},\"pingTimeout\":{},\"maxPayload\":{}}}",
            json!(self.sid),
            json!(upgrades),
            self.ping_interval.as_us() / 1_000,
            self.ping_timeout.as_us() / 1_000,
            self.max_payload
        )
    }

    /// Reads it from JSON; transports of an unknown name are left out.
    pub fn from_json(text: &str) -> Option<Handshake> {
        let value: Value = serde_json::from_str(text).ok()?;
        let span = |name: &str| Some(Span::from_ms(value.get(name)?.as_u64()?));
        let upgrades = value.get("upgrades")?.as_array()?;
        Some(Handshake {
            sid: value.get("sid")?.as_str()?.to_owned(),
            upgrades: upgrades.iter().filter_map(|name| TransportName::named(name.as_str()?)).collect(),
            ping_interval: span("pingInterval")?,
            ping_timeout: span("pingTimeout")?,
            max_payload: value.get("maxPayload").and_then(Value::as_u64).unwrap_or(0) as usize,
        })
    }
}
