//! Who may do what: users, and their permissions by pattern.
//!
//! Source: rabbitmq.com/docs/access-control. A permission is three regular expressions, for configuring,
//! writing and reading; a name passes where the expression matches any part of it. The empty expression
//! matches the empty name alone. The default exchange is called `amq.default` here.

use super::connection::ChannelKey;
use super::grants::{Known, Subject};
use super::permissions::{Permission, TopicPermission};
use super::{Broker, Context, ExchangeKind, Refusal};
use crate::amqp::ReplyCode;
use crate::facts::{Event, Rule};
use crate::ids::{ConnectionId, Name, Names};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// What a permission is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// To declare and delete.
    Configure,
    /// To publish to an exchange, to bind a queue.
    Write,
    /// To consume, to bind from an exchange.
    Read,
}

/// What is known of a user's password.
#[derive(Clone, Debug)]
enum Secret {
    Password(String),
    Hash(Vec<u8>),
}

impl Secret {
    fn is(&self, password: &str) -> bool {
        match self {
            Secret::Password(known) => known == password,
            Secret::Hash(octets) => octets.split_at_checked(4).is_some_and(|(salt, digest)| {
                let mut hash = Sha256::new();
                hash.update(salt);
                hash.update(password.as_bytes());
                hash.finalize()[..] == *digest
            }),
        }
    }
}

/// Users and permissions.
#[derive(Clone, Debug, Default)]
pub(super) struct Access {
    secrets: Vec<(String, Secret)>,
    pub(super) permissions: Vec<Permission>,
    pub(super) topics: Vec<TopicPermission>,
}

impl Access {
    pub(super) fn has_user(&self, name: &str) -> bool {
        self.secrets.iter().any(|(user, _)| user == name)
    }
}

impl Broker {
    /// Makes a user, or gives it another password.
    pub fn add_user(&mut self, name: &str, password: &str) {
        self.set_secret(name, Secret::Password(password.to_owned()));
    }

    /// Makes a user of whose password only the salted SHA-256 hash is known, as definitions have it
    /// (rabbitmq.com/docs/passwords): 4 octets of salt and the digest of salt and password, in Base64. With a hash of
    /// another form nobody can log in.
    pub fn add_user_with_hash(&mut self, name: &str, hash: &str) {
        let octets = Base64::decode_vec(hash).unwrap_or_default();
        self.set_secret(name, Secret::Hash(octets));
    }

    fn set_secret(&mut self, name: &str, secret: Secret) {
        self.access.secrets.retain(|(user, _)| user != name);
        self.access.secrets.push((name.to_owned(), secret));
    }

    /// Whether that is the user's password.
    pub fn knows(&self, user: &str, password: &str) -> bool {
        self.access.secrets.iter().any(|(name, secret)| name == user && secret.is(password))
    }

    /// Lets a connection act as a user from now on. One that never logs in, such as those of a scenario without
    /// users, may do everything.
    ///
    /// # Errors
    /// When name or password are wrong.
    pub fn log_in(&mut self, connection: ConnectionId, user: &str, password: &str) -> Result<(), Refusal> {
        if !self.knows(user, password) {
            let what =
                "Login was refused using authentication mechanism PLAIN. For details see the broker logfile.";
            return Err(Refusal::denied(ReplyCode::AccessRefused, what));
        }
        self.set_user(connection, user);
        Ok(())
    }

    /// Lets a connection act as a user from now on, or ends it as RabbitMQ does when name or password are wrong
    /// (rabbitmq.com/docs/auth-notification). Says which it was.
    pub fn authenticate(&mut self, cx: &mut Context, id: ConnectionId, user: &str, password: &str) -> bool {
        let Err(refusal) = self.log_in(id, user, password) else { return true };
        if let Some(connection) = self.connections.get_mut(&id) {
            // Whom it refuses stands in the fact.
            connection.user = Some(user.to_owned());
            self.refuse(cx, ChannelKey { connection: id, number: 0 }, &refusal, (0, 0));
        }
        false
    }

    /// Lets a connection act as a user who has logged in.
    pub(super) fn set_user(&mut self, connection: ConnectionId, user: &str) {
        if let Some(connection) = self.connections.get_mut(&connection) {
            connection.user = Some(user.to_owned());
        }
    }

    /// Makes the user guest, with the password guest, who may do everything in every virtual host, as a new
    /// RabbitMQ has it.
    pub fn add_guest(&mut self, names: &Names) {
        self.add_unrestricted_user("guest", "guest", names);
    }

    /// Makes a user who may do everything in every virtual host that there is.
    pub fn add_unrestricted_user(&mut self, user: &str, password: &str, names: &Names) {
        self.add_user(user, password);
        let hosts: Vec<Name> = self.virtual_hosts.keys().copied().collect();
        for host in hosts {
            self.permit(user, names.text(host), [".*"; 3]).expect("it is a good pattern");
        }
    }

    /// Whether a connection's user may enter a virtual host.
    pub(super) fn check_virtual_host(
        &self,
        cx: &Context,
        id: ConnectionId,
        host: Name,
    ) -> Result<(), Refusal> {
        let Some(user) = &self.connections[&id].user else { return Ok(()) };
        let host = cx.names.text(host);
        if self.access.permissions.iter().any(|each| each.is_for(user, host)) {
            return Ok(());
        }
        let what = format!("access to vhost '{host}' refused for user '{user}'");
        Err(Refusal::denied(ReplyCode::NotAllowed, what))
    }

    /// Whether the channel's user may do that with an exchange or a queue.
    pub(super) fn check_permission(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        action: Action,
        (kind, name): (&str, Name),
    ) -> Result<(), Refusal> {
        if self.connections[&key.connection].user.is_none() {
            return Ok(());
        }
        let subject = if kind == "exchange" { Subject::Exchange(name) } else { Subject::Queue(name) };
        self.check_access(cx, key, host, action, subject)
    }

    /// Whether the channel's user may use that key at an exchange. Only topic exchanges ask.
    pub(super) fn check_topic(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        action: Action,
        (exchange, routing_key): (Name, Name),
    ) -> Result<(), Refusal> {
        let found = self.virtual_hosts[&host].exchanges.get(&exchange);
        let is_asked = found.is_some_and(|exchange| exchange.kind == ExchangeKind::Topic);
        if !is_asked || self.connections[&key.connection].user.is_none() {
            return Ok(());
        }
        self.check_access(cx, key, host, action, Subject::Topic { exchange, key: routing_key })
    }

    /// A channel asks for what it does not remember to have been allowed.
    fn check_access(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        action: Action,
        subject: Subject,
    ) -> Result<(), Refusal> {
        let known = self.channel_mut(key).grants.recall(action, subject);
        if known == Known::Granted {
            return Ok(());
        }
        let connection = &self.connections[&key.connection];
        let (client, user) = (connection.client, connection.user.as_deref().unwrap_or_default());
        let described = self.refused_access(cx.names, user, host, action, subject);
        let Some(what) = described else {
            if known == Known::No {
                self.channel_mut(key).grants.remember(action, subject);
            }
            return Ok(());
        };
        if known == Known::No {
            return Err(Refusal::denied(ReplyCode::AccessRefused, what));
        }
        let (user, reason) = (cx.names.intern(user), cx.names.intern(&what));
        cx.record(Event::AccessRemembered { client, user, reason, rule: Rule::PermissionCache });
        Ok(())
    }

    /// RabbitMQ's words for what a user may not do; nothing for what the user may.
    fn refused_access(
        &self,
        names: &Names,
        user: &str,
        host: Name,
        action: Action,
        subject: Subject,
    ) -> Option<String> {
        let host = names.text(host);
        let Access { permissions, topics, .. } = &self.access;
        if let Subject::Topic { exchange, key } = subject {
            let [exchange, topic] = [exchange, key].map(|name| names.text(name));
            let limit = topics.iter().find(|each| each.is_for(user, host, exchange));
            let may = limit.is_none_or(|limit| limit.allows(action, topic));
            return (!may).then(|| {
                format!(
                    "access to topic '{topic}' in exchange '{exchange}' in vhost '{host}' refused for user '{user}'"
                )
            });
        }
        let (kind, name) = match subject {
            Subject::Queue(name) => ("queue", names.text(name)),
            Subject::Exchange(name) | Subject::Topic { exchange: name, .. } => match names.text(name) {
                "" => ("exchange", "amq.default"),
                name => ("exchange", name),
            },
        };
        let permission = permissions.iter().find(|each| each.is_for(user, host));
        let may = permission.is_some_and(|permission| permission.allows(action, name));
        (!may).then(|| format!("access to {kind} '{name}' in vhost '{host}' refused for user '{user}'"))
    }
}

crate::ids::nameless!(Access);
