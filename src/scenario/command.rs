//! What can be done to a running simulation, as the schedule of a scenario and the page give it.

use super::consumer::acknowledgement;
use super::distribution::{SPAN, distribution};
use super::document::{LARGEST_EXACT, virtual_host};
use super::link::read_both;
use super::policy::read_policy;
use super::reader::Reader;
use super::{Acknowledgement, Arrivals, Format, ScenarioError};
use crate::actors::Distribution;
use crate::broker::Policy;
use crate::network::LinkSettings;
use crate::time::Span;
use serde_json::Value;

/// An input to a running simulation. `node` is the id of a thing in the picture (`consumer:C1`, `queue://tasks`) or
/// its name alone.
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
    /// Its TCP connection breaks, for both sides at once; what is under way is lost. The process lives, and opens
    /// another if it does that by itself.
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

/// The names of all commands, and the fields that each has besides `command` and `node`. The fields of `set_link` are
/// those of a link.
const COMMANDS: [(&str, &[&str]); 23] = [
    ("publish", &[]),
    ("pause", &[]),
    ("resume", &[]),
    ("hang", &[]),
    ("slow_down", &["factor"]),
    ("crash", &[]),
    ("recover", &[]),
    ("close_channel", &[]),
    ("disconnect", &[]),
    ("drop_connection", &[]),
    ("restart_broker", &["down_us", "crash"]),
    ("purge", &[]),
    ("send", &["method"]),
    ("cut_link", &[]),
    ("restore_link", &[]),
    ("set_link", &[]),
    ("set_arrivals", &["arrivals"]),
    ("set_prefetch", &["prefetch"]),
    ("set_service", &["service", "per_octet_us"]),
    ("set_acknowledgement", &["acknowledgement"]),
    ("manage", &["virtual_host", "method"]),
    ("set_policy", &["virtual_host", "name", "pattern", "apply-to", "priority", "definition", "operator"]),
    ("clear_policy", &["virtual_host", "name", "operator"]),
];

/// The commands that name no node.
const WITHOUT_NODE: [&str; 3] = ["manage", "set_policy", "clear_policy"];

/// A command at its time.
#[derive(Clone, Debug, PartialEq)]
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
        let Some((_, further)) = COMMANDS.iter().find(|(known, _)| *known == kind) else {
            let known = COMMANDS.map(|(known, _)| known).join(", ");
            return name.invalid(format!("there are the commands {known}"));
        };
        let has_node = !WITHOUT_NODE.contains(&kind.as_str());
        if node.is_none() && has_node && kind != "restart_broker" {
            return reader.invalid("the field \"node\" is missing here");
        }
        let own: &[&str] = if has_node { &["command", "node"] } else { &["command"] };
        let command = Command::of_kind(&kind, node, reader, beside)?;
        if kind != "set_link" {
            reader.only(&[beside, own, further].concat())?;
        }
        Ok(command)
    }

    /// A command of a kind that there is, with a node if it needs one.
    fn of_kind(
        kind: &str,
        named: Option<String>,
        reader: &Reader,
        beside: &[&str],
    ) -> Result<Command, ScenarioError> {
        let node = named.clone().unwrap_or_default();
        Ok(match kind {
            "publish" => Command::Publish { node },
            "pause" => Command::Pause { node },
            "resume" => Command::Resume { node },
            "hang" => Command::Hang { node },
            "slow_down" => {
                let factor = reader.required("factor")?.number((0.001, 1e6), "from 0.001 to 1000000")?;
                Command::SlowDown { node, factor }
            }
            "crash" => Command::Crash { node },
            "recover" => Command::Recover { node },
            "close_channel" => Command::CloseChannel { node },
            "disconnect" => Command::Disconnect { node },
            "drop_connection" => Command::DropConnection { node },
            "restart_broker" => {
                let down = reader.field("down_us", 0, |down| down.whole(0, LARGEST_EXACT))?;
                let is_crash = reader.field("crash", false, Reader::truth)?;
                Command::RestartBroker { node: named, down: Span::from_us(down), is_crash }
            }
            "purge" => Command::Purge { node },
            "cut_link" => Command::CutLink { node },
            "restore_link" => Command::RestoreLink { node },
            "set_link" => {
                let mut settings = [LinkSettings::default(), LinkSettings::default()];
                read_both(reader, &mut settings, &[beside, &["command", "node"]].concat())?;
                Command::SetLink { node, changes: reader.raw()? }
            }
            "set_arrivals" => {
                let field = reader.required("arrivals")?;
                Command::SetArrivals { node, arrivals: Arrivals::read(&field)?, given: field.raw()? }
            }
            "set_prefetch" => {
                let prefetch = reader.required("prefetch")?.whole(0, u16::MAX.into())? as u16;
                Command::SetPrefetch { node, prefetch }
            }
            "set_service" => {
                let field = reader.required("service")?;
                let per_octet = reader.optional("per_octet_us")?;
                let per_octet_us =
                    per_octet.map(|span| span.number((0.0, 1e9), "from 0 to 1000000000")).transpose()?;
                let service = distribution(&field, SPAN)?;
                Command::SetService { node, service, per_octet_us, given: field.raw()? }
            }
            "set_acknowledgement" => {
                let field = reader.required("acknowledgement")?;
                let acknowledgement = acknowledgement(&field)?;
                Command::SetAcknowledgement { node, acknowledgement, given: field.raw()? }
            }
            "send" => Command::Send { node, method: reader.required("method")?.raw()? },
            "manage" => {
                let method = reader.required("method")?.raw()?;
                Command::Manage { virtual_host: virtual_host(reader)?, method }
            }
            "set_policy" => Command::SetPolicy {
                virtual_host: virtual_host(reader)?,
                policy: read_policy(reader)?,
                is_operator: reader.field("operator", false, Reader::truth)?,
            },
            _ => Command::ClearPolicy {
                virtual_host: virtual_host(reader)?,
                name: reader.required("name")?.name()?,
                is_operator: reader.field("operator", false, Reader::truth)?,
            },
        })
    }

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
            | Command::SetArrivals { node, .. }
            | Command::SetPrefetch { node, .. }
            | Command::SetService { node, .. }
            | Command::SetAcknowledgement { node, .. }
            | Command::Send { node, .. } => Some(node),
            Command::RestartBroker { node, .. } => node.as_deref(),
            Command::Manage { .. } | Command::SetPolicy { .. } | Command::ClearPolicy { .. } => None,
        }
    }
}

impl ScheduledCommand {
    pub(super) fn read(reader: &Reader) -> Result<ScheduledCommand, ScenarioError> {
        let at_us = reader.required("at_us")?.whole(0, LARGEST_EXACT)?;
        Ok(ScheduledCommand { at_us, command: Command::read(reader, &["at_us"])? })
    }
}
