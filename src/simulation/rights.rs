//! Who may do what with the broker: for the reader, and as it is changed.

use super::World;
use super::command_error::CommandError;
use crate::broker::{Broker, Pattern};
use crate::facts::{Event, Rule};
use crate::scenario::{Command, Scenario};
use serde::Serialize;
use serde_json::Value;

/// What a user may do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserRights<'a> {
    /// The name of the user.
    pub name: &'a str,
    /// Those of the scenario who log in as this user.
    pub clients: Vec<&'a str>,
    /// The permissions: one for each virtual host that the user may enter.
    pub permissions: Vec<Right<'a>>,
    /// What the user may do with topic exchanges, where that is less.
    pub topics: Vec<Right<'a>>,
}

/// What a user may do in a virtual host, or with a topic exchange there: regular expressions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Right<'a> {
    /// The virtual host.
    pub virtual_host: &'a str,
    /// The topic exchange whose routing keys are meant; empty for names of exchanges and queues.
    pub exchange: &'a str,
    /// What may be declared and deleted.
    pub configure: &'a str,
    /// What may be published to.
    pub write: &'a str,
    /// What may be consumed from.
    pub read: &'a str,
}

/// The users of a scenario's broker, and what they may do now.
pub(super) fn users<'a>(scenario: &'a Scenario, broker: &'a Broker) -> Vec<UserRights<'a>> {
    let producers = scenario.producers.iter().map(|each| (&each.id, &each.login));
    let clients = producers.chain(scenario.consumers.iter().map(|each| (&each.id, &each.login)));
    let clients: Vec<(&str, &str)> =
        clients.filter_map(|(id, login)| Some((&**id, &*login.as_ref()?.user))).collect();
    let names = scenario.broker.definitions.users.iter();
    let names = names.map(|user| user.get("name").and_then(Value::as_str).unwrap_or_default());
    let rights = |name| UserRights {
        name,
        clients: clients.iter().filter(|(_, login)| *login == name).map(|(id, _)| *id).collect(),
        permissions: broker
            .permissions()
            .filter(|(user, ..)| *user == name)
            .map(|(_, virtual_host, [configure, write, read])| Right {
                virtual_host,
                exchange: "",
                configure,
                write,
                read,
            })
            .collect(),
        topics: broker
            .topic_permissions()
            .filter(|(user, ..)| *user == name)
            .map(|(_, virtual_host, exchange, [write, read])| Right {
                virtual_host,
                exchange,
                configure: "",
                write,
                read,
            })
            .collect(),
    };
    names.map(rights).collect()
}

impl World {
    /// Whether rights could be changed so.
    pub(super) fn check_rights(&self, command: &Command) -> Result<(), CommandError> {
        let no_patterns: &[String] = &[];
        let (virtual_host, user, names, patterns): (_, _, &[&str], _) = match command {
            Command::SetPermissions { virtual_host, user, patterns } => {
                (virtual_host, user, &["configure", "write", "read"], &patterns[..])
            }
            Command::SetTopicPermissions { virtual_host, user, patterns, .. } => {
                (virtual_host, user, &["write", "read"], &patterns[..])
            }
            Command::ClearPermissions { virtual_host, user }
            | Command::ClearTopicPermissions { virtual_host, user, .. } => {
                (virtual_host, user, &[], no_patterns)
            }
            _ => return Ok(()),
        };
        self.check_virtual_host(virtual_host)?;
        let invalid = |place: &str, what| Err(CommandError::Invalid { place: place.to_owned(), what });
        if !self.broker.has_user(user) {
            return invalid("user", format!("there is no user '{user}'"));
        }
        for (place, pattern) in names.iter().zip(patterns) {
            if let Err(what) = Pattern::new(pattern) {
                return invalid(place, what);
            }
        }
        Ok(())
    }

    /// Changes rights as it was checked.
    pub(super) fn set_rights(&mut self, command: &Command) {
        let rule = Rule::PermissionCache;
        match command {
            Command::SetPermissions { virtual_host, user, patterns } => {
                let texts = patterns.each_ref().map(String::as_str);
                // The patterns were tried when the command was checked.
                let _ = self.broker.permit(user, virtual_host, texts);
                let [user, virtual_host] = [user, virtual_host].map(|text| self.names.intern(text));
                let [configure, write, read] = texts.map(|text| self.names.intern(text));
                self.record(Event::PermissionsSet { user, virtual_host, configure, write, read, rule });
            }
            Command::ClearPermissions { virtual_host, user } => {
                self.broker.forbid(user, virtual_host);
                let [user, virtual_host] = [user, virtual_host].map(|text| self.names.intern(text));
                self.record(Event::PermissionsCleared { user, virtual_host, rule });
            }
            Command::SetTopicPermissions { virtual_host, user, exchange, patterns } => {
                let texts = patterns.each_ref().map(String::as_str);
                let _ = self.broker.permit_topics(user, virtual_host, exchange, texts);
                let [user, exchange] = [user, exchange].map(|text| self.names.intern(text));
                let [write, read] = texts.map(|text| self.names.intern(text));
                self.record(Event::TopicPermissionsSet { user, exchange, write, read, rule });
            }
            Command::ClearTopicPermissions { virtual_host, user, exchange } => {
                self.broker.lift_topic_limits(user, virtual_host, exchange.as_deref());
                let exchange = exchange.as_deref().unwrap_or("*");
                let [user, virtual_host, exchange] =
                    [user.as_str(), virtual_host, exchange].map(|text| self.names.intern(text));
                self.record(Event::TopicPermissionsCleared { user, virtual_host, exchange, rule });
            }
            _ => return,
        }
        self.settings_version += 1;
    }
}
