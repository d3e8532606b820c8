//! Who may do what with the broker, for the reader.

use crate::scenario::Scenario;
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

/// The users of a scenario's broker.
pub(super) fn users(scenario: &Scenario) -> Vec<UserRights<'_>> {
    fn text<'a>(of: &'a Value, field: &str) -> &'a str {
        of.get(field).and_then(Value::as_str).unwrap_or_default()
    }
    fn rights<'a>(all: &'a [Value], user: &str) -> Vec<Right<'a>> {
        let own = all.iter().filter(|each| text(each, "user") == user);
        own.map(|each| {
            let [virtual_host, exchange, configure, write, read] =
                ["vhost", "exchange", "configure", "write", "read"].map(|field| text(each, field));
            Right { virtual_host, exchange, configure, write, read }
        })
        .collect()
    }
    let definitions = &scenario.broker.definitions;
    let producers = scenario.producers.iter().map(|each| (&each.id, &each.login));
    let clients = producers.chain(scenario.consumers.iter().map(|each| (&each.id, &each.login)));
    let clients: Vec<(&str, &str)> =
        clients.filter_map(|(id, login)| Some((&**id, &*login.as_ref()?.user))).collect();
    let user = |user| {
        let name = text(user, "name");
        UserRights {
            name,
            clients: clients.iter().filter(|(_, login)| *login == name).map(|(id, _)| *id).collect(),
            permissions: rights(&definitions.permissions, name),
            topics: rights(&definitions.topic_permissions, name),
        }
    };
    definitions.users.iter().map(user).collect()
}
