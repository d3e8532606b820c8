//! What can be set on a client (socket.io/docs/v4/client-options, "Low-level engine options").

use crate::realtime::engine_io::TransportName;

/// Settings of an Engine.IO client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// The server as it stands in `Host`, such as `localhost:3000`.
    pub host: String,
    /// The path of all requests, with a slash at its end.
    pub path: String,
    /// Further parameters of all requests.
    pub query: Vec<(String, String)>,
    /// The transports, in the order in which they are wanted.
    pub transports: Vec<TransportName>,
    /// Whether to change from the first transport to a better one.
    pub may_upgrade: bool,
    /// Whether to try the next transport when the first fails at once.
    pub tries_all_transports: bool,
    /// Further header fields of all requests.
    pub headers: Vec<(String, String)>,
}

impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions {
            host: "localhost".to_owned(),
            path: "/socket.io/".to_owned(),
            query: Vec::new(),
            transports: vec![TransportName::Polling, TransportName::WebSocket],
            may_upgrade: true,
            tries_all_transports: false,
            headers: Vec::new(),
        }
    }
}
