//! The JSON form of commands: `{"command": "slow_down", "node": "C1", "factor": 3}`.
//!
//! `www` has the same form as types, in `web/types.d.ts`.

use super::consumer::acknowledgement;
use super::distribution::{SPAN, distribution};
use super::document::{LARGEST_EXACT, virtual_host};
use super::link::read_both;
use super::policy::read_policy;
use super::reader::Reader;
use super::servers::server_emission;
use super::{Arrivals, Command, Format, ScenarioError, ScheduledCommand};
use crate::network::LinkSettings;
use crate::parts;
use crate::time::Span;
use serde_json::Value;

/// The names of all commands, and the fields that each has besides `command` and `node`. The fields of `set_link` are
/// those of a link, those of `emit` are those of an event.
const COMMANDS: [(&str, &[&str]); 33] = [
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
    ("emit", &[]),
    ("say", &["text"]),
    ("reconnect", &[]),
    ("close_transport", &[]),
    ("disconnect_sockets", &["namespace", "room", "close"]),
    ("restart_server", &["down_us"]),
    ("set_arrivals", &["arrivals"]),
    ("set_prefetch", &["prefetch"]),
    ("set_service", &["service", "per_octet_us"]),
    ("set_acknowledgement", &["acknowledgement"]),
    ("manage", &["virtual_host", "method"]),
    ("set_policy", &["virtual_host", "name", "pattern", "apply-to", "priority", "definition", "operator"]),
    ("clear_policy", &["virtual_host", "name", "operator"]),
    ("set_permissions", &["virtual_host", "user", "configure", "write", "read"]),
    ("clear_permissions", &["virtual_host", "user"]),
    ("set_topic_permissions", &["virtual_host", "user", "exchange", "write", "read"]),
    ("clear_topic_permissions", &["virtual_host", "user", "exchange"]),
];

/// The commands that name no node.
const WITHOUT_NODE: [&str; 7] = [
    "manage",
    "set_policy",
    "clear_policy",
    "set_permissions",
    "clear_permissions",
    "set_topic_permissions",
    "clear_topic_permissions",
];

impl Command {
    /// Reads `{"command": …, "node": …}`. Whether the node is there and can do it is another question.
    ///
    /// # Errors
    /// When a field is missing, is not known or has a wrong value, with its place.
    pub fn from_json(value: &Value) -> Result<Command, ScenarioError> {
        Command::read(&Reader::new(Format::Scenario, value), &[])
    }

    /// `beside` are the fields that may stand there too.
    pub(super) fn read(reader: &Reader, beside: &[&str]) -> Result<Command, ScenarioError> {
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
        if !["set_link", "emit"].contains(&kind.as_str()) {
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
                let down = reader.whole_or("down_us", 0, (0, LARGEST_EXACT))?;
                let is_crash = reader.flag("crash")?;
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
            "emit" => {
                // Without that part nobody can carry it out, whatever it says.
                if parts::BROWSERS {
                    server_emission(reader, &[beside, &["command", "node"]].concat())?;
                }
                Command::Emit { node, fields: reader.raw()? }
            }
            "say" => Command::Say { node, text: reader.required("text")?.short_text()? },
            "reconnect" => Command::Reconnect { node },
            "close_transport" => Command::CloseTransport { node },
            "disconnect_sockets" => Command::DisconnectSockets {
                node,
                namespace: reader.field("namespace", "/".to_owned(), Reader::text)?,
                room: reader.optional("room")?.map(|room| room.text()).transpose()?,
                close: reader.flag("close")?,
            },
            "restart_server" => {
                let down = reader.whole_or("down_us", 0, (0, LARGEST_EXACT))?;
                Command::RestartServer { node, down: Span::from_us(down) }
            }
            "set_arrivals" => {
                let field = reader.required("arrivals")?;
                Command::SetArrivals { node, arrivals: Arrivals::read(&field)?, given: field.raw()? }
            }
            "set_prefetch" => {
                let prefetch = reader.required_whole("prefetch", (0, u16::MAX.into()))? as u16;
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
                is_operator: reader.flag("operator")?,
            },
            "set_permissions" => {
                let pattern = |field| reader.required(field)?.text();
                Command::SetPermissions {
                    virtual_host: virtual_host(reader)?,
                    user: reader.required("user")?.name()?,
                    patterns: [pattern("configure")?, pattern("write")?, pattern("read")?],
                }
            }
            "clear_permissions" => Command::ClearPermissions {
                virtual_host: virtual_host(reader)?,
                user: reader.required("user")?.name()?,
            },
            "set_topic_permissions" => {
                let pattern = |field| reader.required(field)?.text();
                Command::SetTopicPermissions {
                    virtual_host: virtual_host(reader)?,
                    user: reader.required("user")?.name()?,
                    exchange: reader.required("exchange")?.name()?,
                    patterns: [pattern("write")?, pattern("read")?],
                }
            }
            "clear_topic_permissions" => Command::ClearTopicPermissions {
                virtual_host: virtual_host(reader)?,
                user: reader.required("user")?.name()?,
                exchange: reader.optional("exchange")?.map(|name| name.name()).transpose()?,
            },
            _ => Command::ClearPolicy {
                virtual_host: virtual_host(reader)?,
                name: reader.required("name")?.name()?,
                is_operator: reader.flag("operator")?,
            },
        })
    }
}

impl ScheduledCommand {
    pub(super) fn read(reader: &Reader) -> Result<ScheduledCommand, ScenarioError> {
        let at_us = reader.required("at_us")?.whole(0, LARGEST_EXACT)?;
        Ok(ScheduledCommand { at_us, command: Command::read(reader, &["at_us"])? })
    }
}
