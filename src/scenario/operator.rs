//! Somebody who declares things in a broker over a connection of his own.

use crate::amqp::{Command, Method};
use crate::broker::{Broker, Context};
use crate::facts::ClientName;
use crate::ids::{ConnectionId, Name};

/// A connection in a virtual host with one open channel, for what is not sent by any client of a scenario.
#[derive(Debug)]
pub struct Operator(ConnectionId);

impl Operator {
    /// Connects, without delay.
    pub fn connect(broker: &mut Broker, cx: &mut Context, virtual_host: &str) -> Operator {
        let connection = broker.connect(ClientName(Name::EMPTY));
        let virtual_host = cx.names.intern(virtual_host);
        broker.handle(cx, connection, 0, Command::from(Method::ConnectionOpen { virtual_host }));
        broker.handle(cx, connection, 1, Command::from(Method::ChannelOpen {}));
        drop(broker.take_output_of(connection));
        Operator(connection)
    }

    /// Sends a method, without delay.
    ///
    /// # Errors
    /// The broker's words, when it refuses.
    pub fn request(&self, broker: &mut Broker, cx: &mut Context, method: Method) -> Result<(), String> {
        broker.handle(cx, self.0, 1, method.into());
        let output = broker.take_output_of(self.0);
        let refusal = output.into_iter().find_map(|(_, command)| match command.method {
            Method::ChannelClose { reply_text, .. } | Method::ConnectionClose { reply_text, .. } => {
                Some(reply_text)
            }
            _ => None,
        });
        refusal.map_or(Ok(()), Err)
    }

    /// The connection ends.
    pub fn leave(&self, broker: &mut Broker, cx: &mut Context) {
        broker.disconnected(cx, self.0);
    }
}
