//! What can be done to a running simulation, as the schedule of a scenario and the page give it.

use super::document::LARGEST_EXACT;
use super::link::read_both;
use super::reader::Reader;
use super::servers::server_emission;
use super::{Format, ScenarioError};
use crate::actors::ServerEmission;
use crate::network::LinkSettings;
use crate::time::Span;
use serde_json::Value;

/// An input to a running simulation. `node` is the id of a thing in the picture (`consumer:C1`, `queue://tasks`) or
/// its name alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The producer publishes its next message now, besides its own rhythm.
    Publish {
        /// Which producer.
        node: String,
    },
    /// The producer publishes nothing more, or the consumer begins no new work.
    Pause {
        /// Which.
        node: String,
    },
    /// It goes on.
    Resume {
        /// Which.
        node: String,
    },
    /// The process of the producer or the consumer dies, without a word to the broker.
    Crash {
        /// Which.
        node: String,
    },
    /// It opens its channel, and if need be its connection, now.
    Recover {
        /// Which.
        node: String,
    },
    /// It closes its channel, and opens none by itself.
    CloseChannel {
        /// Which.
        node: String,
    },
    /// It closes its connection, and opens none by itself.
    Disconnect {
        /// Which.
        node: String,
    },
    /// The broker stops and starts again.
    RestartBroker {
        /// The broker's id; there is one broker, so it may be left out.
        node: Option<String>,
        /// How long it is not there.
        down: Span,
    },
    /// All ready messages of a queue are removed.
    Purge {
        /// Which queue.
        node: String,
    },
    /// The link of the producer or the consumer lets nothing through any more; what is sent waits.
    CutLink {
        /// Whose.
        node: String,
    },
    /// It is as it was; what has waited goes on its way.
    RestoreLink {
        /// Whose.
        node: String,
    },
    /// The link does something else from now on.
    SetLink {
        /// Whose.
        node: String,
        /// The command with the fields of a document's link; what has none stays as it is.
        changes: Value,
    },
    /// The browser, or the server to everybody, sends an event by Socket.IO.
    Emit {
        /// Which.
        node: String,
        /// The command with the fields of an event, as `emits` of servers has them; a browser names no rooms.
        fields: Value,
    },
    /// The browser says a line, or the feed makes one.
    Say {
        /// Which.
        node: String,
        /// The line.
        text: String,
    },
    /// The browser connects again: `socket.connect()`, or another WebSocket.
    Reconnect {
        /// Which.
        node: String,
    },
    /// The connection below the browser's Socket.IO client is closed, which it takes for a loss:
    /// `socket.io.engine.close()`. The connections of any other page break, without a close frame or an answer.
    CloseTransport {
        /// Which browser.
        node: String,
    },
    /// The server disconnects its sockets: `io.disconnectSockets()`.
    DisconnectSockets {
        /// Which server.
        node: String,
        /// In which namespace.
        namespace: String,
        /// Those in this room alone, if it is said.
        room: Option<String>,
        /// Whether their connections are closed, too.
        close: bool,
    },
    /// The program of a server ends at once and starts again, with nothing in its memory.
    RestartServer {
        /// Which server, or which host.
        node: String,
        /// How long it is not there.
        down: Span,
    },
    /// The producer or the consumer sends a method on its channel.
    Send {
        /// Which.
        node: String,
        /// The method: `{"basic.ack": {"delivery_tag": 1}}`.
        method: Value,
    },
}

/// The names of all commands.
const COMMANDS: [&str; 19] = [
    "publish",
    "pause",
    "resume",
    "crash",
    "recover",
    "close_channel",
    "disconnect",
    "restart_broker",
    "purge",
    "send",
    "cut_link",
    "restore_link",
    "set_link",
    "emit",
    "say",
    "reconnect",
    "close_transport",
    "disconnect_sockets",
    "restart_server",
];

/// A command at its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledCommand {
    /// When.
    pub at_us: u64,
    /// What.
    pub command: Command,
}

impl Command {
    /// Reads `{"command": …, "node": …}`. Whether the node is there and can do it is another question.
    ///
    /// # Errors
    /// When a field is missing, is not known or has a wrong value, with its place.
    pub fn from_json(value: &Value) -> Result<Command, ScenarioError> {
        Command::read(&Reader::new(Format::Scenario, value), &[])
    }

    /// `beside` are the fields that may stand there too.
    fn read(reader: &Reader, beside: &[&str]) -> Result<Command, ScenarioError> {
        let name = reader.required("command")?;
        let kind = name.text()?;
        let node = reader.optional("node")?.map(|node| node.text()).transpose()?;
        let command = match (kind.as_str(), node) {
            ("restart_broker", node) => {
                let down = reader.field("down_us", 0, |down| down.whole(0, LARGEST_EXACT))?;
                Command::RestartBroker { node, down: Span::from_us(down) }
            }
            ("publish", Some(node)) => Command::Publish { node },
            ("pause", Some(node)) => Command::Pause { node },
            ("resume", Some(node)) => Command::Resume { node },
            ("crash", Some(node)) => Command::Crash { node },
            ("recover", Some(node)) => Command::Recover { node },
            ("close_channel", Some(node)) => Command::CloseChannel { node },
            ("disconnect", Some(node)) => Command::Disconnect { node },
            ("purge", Some(node)) => Command::Purge { node },
            ("cut_link", Some(node)) => Command::CutLink { node },
            ("restore_link", Some(node)) => Command::RestoreLink { node },
            ("set_link", Some(node)) => {
                read_both(
                    reader,
                    &mut [LinkSettings::default(), LinkSettings::default()],
                    &[beside, &["command", "node"]].concat(),
                )?;
                return Ok(Command::SetLink { node, changes: reader.raw()? });
            }
            ("emit", Some(node)) => {
                server_emission(reader, &[beside, &["command", "node"]].concat())?;
                return Ok(Command::Emit { node, fields: reader.raw()? });
            }
            ("say", Some(node)) => Command::Say { node, text: reader.required("text")?.short_text()? },
            ("reconnect", Some(node)) => Command::Reconnect { node },
            ("close_transport", Some(node)) => Command::CloseTransport { node },
            ("disconnect_sockets", Some(node)) => Command::DisconnectSockets {
                node,
                namespace: reader.field("namespace", "/".to_owned(), Reader::text)?,
                room: reader.optional("room")?.map(|room| room.text()).transpose()?,
                close: reader.field("close", false, Reader::truth)?,
            },
            ("restart_server", Some(node)) => {
                let down = reader.field("down_us", 0, |down| down.whole(0, LARGEST_EXACT))?;
                Command::RestartServer { node, down: Span::from_us(down) }
            }
            ("send", Some(node)) => Command::Send { node, method: reader.required("method")?.raw()? },
            (kind, node) if node.is_some() || !COMMANDS.contains(&kind) => {
                return name.invalid(format!("there are the commands {}", COMMANDS.join(", ")));
            }
            _ => return reader.invalid("the field \"node\" is missing here"),
        };
        let further: &[&str] = match command {
            Command::RestartBroker { .. } | Command::RestartServer { .. } => &["down_us"],
            Command::Say { .. } => &["text"],
            Command::DisconnectSockets { .. } => &["namespace", "room", "close"],
            Command::Send { .. } => &["method"],
            _ => &[],
        };
        reader.only(&[beside, &["command", "node"], further].concat())?;
        Ok(command)
    }

    /// The node it is meant for, if it names one.
    pub fn node(&self) -> Option<&str> {
        match self {
            Command::Publish { node }
            | Command::Pause { node }
            | Command::Resume { node }
            | Command::Crash { node }
            | Command::Recover { node }
            | Command::CloseChannel { node }
            | Command::Disconnect { node }
            | Command::Purge { node }
            | Command::CutLink { node }
            | Command::RestoreLink { node }
            | Command::SetLink { node, .. }
            | Command::Emit { node, .. }
            | Command::Say { node, .. }
            | Command::Reconnect { node }
            | Command::CloseTransport { node }
            | Command::DisconnectSockets { node, .. }
            | Command::RestartServer { node, .. }
            | Command::Send { node, .. } => Some(node),
            Command::RestartBroker { node, .. } => node.as_deref(),
        }
    }
}

/// The event that a command sends.
///
/// # Errors
/// When a field is not known or has a wrong value, with its place.
pub fn emission(fields: &Value) -> Result<ServerEmission, ScenarioError> {
    server_emission(&Reader::new(Format::Scenario, fields), &["command", "node", "at_us"])
}

impl ScheduledCommand {
    pub(super) fn read(reader: &Reader) -> Result<ScheduledCommand, ScenarioError> {
        let at_us = reader.required("at_us")?.whole(0, LARGEST_EXACT)?;
        Ok(ScheduledCommand { at_us, command: Command::read(reader, &["at_us"])? })
    }
}
