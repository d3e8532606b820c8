//! Who may do what: users, and their permissions by pattern.
//!
//! Source: rabbitmq.com/docs/access-control. A permission is three regular expressions, for configuring,
//! writing and reading; a name passes where the expression matches any part of it. The empty expression
//! matches the empty name alone. The default exchange is called `amq.default` here.

use super::connection::ChannelKey;
use super::pattern::Pattern;
use super::{Broker, Context, ExchangeKind, Refusal};
use crate::amqp::ReplyCode;
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

#[derive(Clone, Debug)]
struct Permission {
    user: String,
    virtual_host: String,
    patterns: [Pattern; 3],
}

#[derive(Clone, Debug)]
struct TopicPermission {
    user: String,
    virtual_host: String,
    exchange: String,
    write: Pattern,
    read: Pattern,
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
    permissions: Vec<Permission>,
    topics: Vec<TopicPermission>,
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

    /// Sets the permissions of a user in a virtual host.
    ///
    /// # Errors
    /// When one of the three is no regular expression.
    pub fn permit(
        &mut self,
        user: &str,
        virtual_host: &str,
        configure: &str,
        write: &str,
        read: &str,
    ) -> Result<(), String> {
        let patterns = [Pattern::new(configure)?, Pattern::new(write)?, Pattern::new(read)?];
        let permissions = &mut self.access.permissions;
        permissions.retain(|each| each.user != user || each.virtual_host != virtual_host);
        permissions.push(Permission {
            user: user.to_owned(),
            virtual_host: virtual_host.to_owned(),
            patterns,
        });
        Ok(())
    }

    /// Limits the routing keys that a user may publish and bind with at a topic exchange. In the patterns
    /// `{username}` and `{vhost}` stand for the names of the two (rabbitmq.com/docs/access-control, "Topic
    /// Authorisation").
    ///
    /// # Errors
    /// When one of the two is no regular expression.
    pub fn permit_topics(
        &mut self,
        user: &str,
        virtual_host: &str,
        exchange: &str,
        write: &str,
        read: &str,
    ) -> Result<(), String> {
        let expanded =
            |text: &str| Pattern::new(&text.replace("{username}", user).replace("{vhost}", virtual_host));
        let (write, read) = (expanded(write)?, expanded(read)?);
        let [user, virtual_host, exchange] = [user, virtual_host, exchange].map(str::to_owned);
        self.access.topics.push(TopicPermission { user, virtual_host, exchange, write, read });
        Ok(())
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
            let patterns = [(); 3].map(|()| Pattern::new(".*").expect("it is a good pattern"));
            let virtual_host = names.text(host).to_owned();
            self.access.permissions.push(Permission { user: user.to_owned(), virtual_host, patterns });
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
        if self.access.permissions.iter().any(|each| each.user == *user && each.virtual_host == host) {
            return Ok(());
        }
        let what = format!("access to vhost '{host}' refused for user '{user}'");
        Err(Refusal::denied(ReplyCode::NotAllowed, what))
    }

    /// Whether the channel's user may do that with an exchange or a queue.
    pub(super) fn check_permission(
        &self,
        cx: &Context,
        key: ChannelKey,
        host: Name,
        action: Action,
        (kind, name): (&str, Name),
    ) -> Result<(), Refusal> {
        let Some(user) = &self.connections[&key.connection].user else { return Ok(()) };
        let host = cx.names.text(host);
        let name = match (kind, cx.names.text(name)) {
            ("exchange", "") => "amq.default",
            (_, name) => name,
        };
        let permission =
            self.access.permissions.iter().find(|each| each.user == *user && each.virtual_host == host);
        if permission.is_some_and(|permission| permission.patterns[action as usize].matches(name)) {
            return Ok(());
        }
        let what = format!("access to {kind} '{name}' in vhost '{host}' refused for user '{user}'");
        Err(Refusal::denied(ReplyCode::AccessRefused, what))
    }

    /// Whether the channel's user may use that key at an exchange. Only topic exchanges ask.
    pub(super) fn check_topic(
        &self,
        cx: &Context,
        key: ChannelKey,
        host: Name,
        action: Action,
        (exchange, routing_key): (Name, Name),
    ) -> Result<(), Refusal> {
        let Some(user) = &self.connections[&key.connection].user else { return Ok(()) };
        let found = self.virtual_hosts[&host].exchanges.get(&exchange);
        if found.is_none_or(|exchange| exchange.kind != ExchangeKind::Topic) {
            return Ok(());
        }
        let [host, exchange, topic] = [host, exchange, routing_key].map(|name| cx.names.text(name));
        let limit = self
            .access
            .topics
            .iter()
            .find(|each| each.user == *user && each.virtual_host == host && each.exchange == exchange);
        let may = limit.is_none_or(|limit| {
            let pattern = if action == Action::Write { &limit.write } else { &limit.read };
            pattern.matches(topic)
        });
        if may {
            return Ok(());
        }
        let what = format!(
            "access to topic '{topic}' in exchange '{exchange}' in vhost '{host}' refused for user '{user}'"
        );
        Err(Refusal::denied(ReplyCode::AccessRefused, what))
    }
}

crate::ids::nameless!(Access);
