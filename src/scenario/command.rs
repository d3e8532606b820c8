//! What can be done to a running simulation, as the schedule of a scenario and the page give it.

use super::servers::server_emission;
use super::{Acknowledgement, Arrivals, Format, ScenarioError, reader::Reader};
use crate::actors::{Distribution, ServerEmission};
use crate::broker::Policy;
use crate::time::Span;
use serde_json::Value;

/// An input to a running simulation. `node` is the id of a thing in the picture (`consumer:C1`, `queue://tasks`) or
/// its name alone.
///
/// In JSON it is an object with the command's name (`"command": "slow_down"`), and fields of the names that stand
/// here, but for these: `restart_broker` has `down_us` and `crash`, `set_link` the fields of a document's link,
/// `set_policy` those of RabbitMQ's management API (`name`, `pattern`, `apply-to`, `priority`, `definition`) and
/// `operator`; `given` and `changes` are what stands in the command itself.
#[derive(Clone, Debug, PartialEq)]
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
    /// It goes on, after a pause or when it hung.
    Resume {
        /// Which.
        node: String,
    },
    /// The consumer hangs: it keeps its connection and takes what comes, and does no work, not even what it has in
    /// hand.
    Hang {
        /// Which consumer.
        node: String,
    },
    /// The consumer works so many times as long as it would from now on.
    SlowDown {
        /// Which consumer.
        node: String,
        /// 1 is as fast as the document says.
        factor: f64,
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
    /// Its TCP connection breaks, for both sides at once; what is under way is lost. On a link that carries packets its
    /// own side resets it, and the broker learns of it as TCP has it. The process lives, and opens another if it does
    /// that by itself.
    DropConnection {
        /// Whose.
        node: String,
    },
    /// The broker stops and starts again.
    RestartBroker {
        /// The broker's id; there is one broker, so it may be left out.
        node: Option<String>,
        /// How long it is not there.
        down: Span,
        /// Whether it crashes, instead of closing what is open.
        is_crash: bool,
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
    /// The producer has another rhythm from now on.
    SetArrivals {
        /// Which producer.
        node: String,
        /// As in the document. Moments count from now.
        arrivals: Arrivals,
        /// As it was given, for the fact.
        given: Value,
    },
    /// The consumer asks for another prefetch limit. `basic.qos` counts for consumers to come, so it ends its
    /// consumer and begins another.
    SetPrefetch {
        /// Which consumer.
        node: String,
        /// 0 is no limit.
        prefetch: u16,
    },
    /// The consumer takes another time for its works, from the next one on.
    SetService {
        /// Which consumer.
        node: String,
        /// As in the document.
        service: Distribution,
        /// As in the document; it stays as it is when absent.
        per_octet_us: Option<f64>,
        /// The service as it was given, for the fact.
        given: Value,
    },
    /// The consumer acknowledges in another way from now on. Where that is another mode of `basic.consume`, it ends
    /// its consumer and begins another.
    SetAcknowledgement {
        /// Which consumer.
        node: String,
        /// As in the document.
        acknowledgement: Acknowledgement,
        /// As it was given, for the fact.
        given: Value,
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
    /// Somebody declares, deletes, binds, unbinds or purges something, over a connection of his own, as the
    /// management page and its tools do.
    Manage {
        /// In which virtual host.
        virtual_host: String,
        /// The method: `{"queue.bind": {"queue": "q", "exchange": "e", "routing_key": "k"}}`.
        method: Value,
    },
    /// A policy holds from now on; one of the same name goes.
    SetPolicy {
        /// In which virtual host.
        virtual_host: String,
        /// The policy.
        policy: Policy,
        /// Whether it is an operator's.
        is_operator: bool,
    },
    /// A user may do this in a virtual host from now on: `rabbitmqctl set_permissions`.
    SetPermissions {
        /// In which virtual host.
        virtual_host: String,
        /// Who.
        user: String,
        /// Regular expressions for what may be configured, written and read.
        patterns: [String; 3],
    },
    /// A user may not enter a virtual host any more: `rabbitmqctl clear_permissions`.
    ClearPermissions {
        /// Which virtual host.
        virtual_host: String,
        /// Who.
        user: String,
    },
    /// A user may use these routing keys at a topic exchange: `rabbitmqctl set_topic_permissions`.
    SetTopicPermissions {
        /// In which virtual host.
        virtual_host: String,
        /// Who.
        user: String,
        /// Which exchange; it need not be there.
        exchange: String,
        /// Regular expressions for the keys that may be written with and read with.
        patterns: [String; 2],
    },
    /// A user may use any routing key again: `rabbitmqctl clear_topic_permissions`.
    ClearTopicPermissions {
        /// In which virtual host.
        virtual_host: String,
        /// Who.
        user: String,
        /// At this exchange; at all of them when it is not said.
        exchange: Option<String>,
    },
    /// A policy holds no more.
    ClearPolicy {
        /// In which virtual host.
        virtual_host: String,
        /// Its name.
        name: String,
        /// Whether it is an operator's.
        is_operator: bool,
    },
}

/// A command at its time.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduledCommand {
    /// When.
    pub at_us: u64,
    /// What.
    pub command: Command,
}

impl Command {
    /// The node it is meant for, if it names one.
    pub fn node(&self) -> Option<&str> {
        match self {
            Command::Publish { node }
            | Command::Pause { node }
            | Command::Resume { node }
            | Command::Hang { node }
            | Command::SlowDown { node, .. }
            | Command::Crash { node }
            | Command::Recover { node }
            | Command::CloseChannel { node }
            | Command::Disconnect { node }
            | Command::DropConnection { node }
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
            | Command::SetArrivals { node, .. }
            | Command::SetPrefetch { node, .. }
            | Command::SetService { node, .. }
            | Command::SetAcknowledgement { node, .. }
            | Command::Send { node, .. } => Some(node),
            Command::RestartBroker { node, .. } => node.as_deref(),
            Command::Manage { .. }
            | Command::SetPolicy { .. }
            | Command::ClearPolicy { .. }
            | Command::SetPermissions { .. }
            | Command::ClearPermissions { .. }
            | Command::SetTopicPermissions { .. }
            | Command::ClearTopicPermissions { .. } => None,
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
