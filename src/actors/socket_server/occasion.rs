//! What handlers are for: something has happened to a client.

use crate::actors::handler::Reference;
use crate::ids::MessageId;
use crate::realtime::engine_io::target;
use crate::realtime::socket_io::Value;
use crate::realtime::socket_io::server::{Server, SocketId};

/// What has happened, to whom.
#[derive(Clone, Debug)]
pub(super) struct Occasion {
    pub socket: SocketId,
    pub namespace: String,
    /// The name of the event.
    pub event: Value,
    pub arguments: Vec<Value>,
    /// The number by which it is to be acknowledged.
    pub ack: Option<u64>,
    /// The message that has come.
    pub message: Option<MessageId>,
}

impl Occasion {
    pub fn new(socket: SocketId, namespace: &str, event: Value) -> Occasion {
        let (namespace, arguments) = (namespace.to_owned(), Vec::new());
        Occasion { socket, namespace, event, arguments, ack: None, message: None }
    }

    pub fn value(&self, server: &Server, reference: Reference) -> Value {
        let texts = |texts: Vec<&str>| Value::Array(texts.into_iter().map(Value::from).collect());
        match reference {
            Reference::Auth => server.auth(self.socket).cloned().unwrap_or_else(|| Value::Object(Vec::new())),
            Reference::Query => {
                let parameters =
                    server.handshake(self.socket).map(|(_, request)| target::split(&request.target).1);
                let members = parameters.unwrap_or_default().into_iter();
                Value::object(members.map(|(name, value)| (name, Value::from(value))))
            }
            Reference::SocketId => server.sid(self.socket).map_or(Value::Null, Value::from),
            Reference::Rooms => {
                let own = server.sid(self.socket).into_iter();
                texts(own.chain(server.rooms(self.socket)).collect())
            }
            Reference::Event => self.event.clone(),
            Reference::Argument(number) => self.arguments.get(number).cloned().unwrap_or(Value::Null),
        }
    }
}
