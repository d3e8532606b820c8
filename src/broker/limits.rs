//! Limits of virtual hosts and of users: how many connections, channels and queues there may be.
//!
//! Source: rabbitmq.com/docs/vhosts ("Limits"), /docs/user-limits; `rabbit_vhost_limit` and `rabbit_reader`, texts as
//! recorded from RabbitMQ 3.10.8. What is there when a limit is set stays.

use super::connection::{Connection, ConnectionState};
use super::{Broker, Context, Refusal};
use crate::amqp::ReplyCode;
use crate::ids::{ConnectionId, Name};

/// How much there may be of something; a negative number is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit(Option<u64>);

impl Limit {
    /// The limit that a number means.
    pub fn of(number: i64) -> Limit {
        Limit(u64::try_from(number).ok())
    }

    /// The limit, if one more would be too much where there are so many.
    fn reached_by(self, count: usize) -> Option<u64> {
        self.0.filter(|most| count as u64 >= *most)
    }
}

/// The limits of a virtual host (`max-connections`, `max-queues`) or of a user (`max-connections`, `max-channels`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of connections.
    pub connections: Limit,
    /// Of queues in a virtual host.
    pub queues: Limit,
    /// Of channels of a user.
    pub channels: Limit,
}

/// The user of connections that never log in.
const GUEST: &str = "guest";

fn user_of(connection: &Connection) -> &str {
    connection.user.as_deref().unwrap_or(GUEST)
}

impl Broker {
    /// Limits what there may be in a virtual host; nothing happens if there is none of that name.
    pub fn limit_virtual_host(&mut self, cx: &Context, virtual_host: &str, limits: Limits) {
        let host = cx.names.find(virtual_host);
        if let Some(host) = host.and_then(|host| self.virtual_hosts.get_mut(&host)) {
            host.limits = limits;
        }
    }

    /// Limits what a user may have.
    pub fn limit_user(&mut self, user: &str, limits: Limits) {
        self.user_limits.retain(|(name, _)| name != user);
        self.user_limits.push((user.to_owned(), limits));
    }

    fn limits_of_user(&self, user: &str) -> Limits {
        self.user_limits.iter().find(|(name, _)| name == user).map(|(_, limits)| *limits).unwrap_or_default()
    }

    /// Whether a virtual host and the user may have one connection more. Who brings definitions does not count.
    pub(super) fn check_connection_limits(
        &self,
        cx: &Context,
        id: ConnectionId,
        host: Name,
    ) -> Result<(), Refusal> {
        let connection = &self.connections[&id];
        if connection.is_importer() {
            return Ok(());
        }
        let user = user_of(connection);
        let open = || self.connections.values().filter(|each| !each.is_importer());
        let in_host = open().filter(|each| each.state == ConnectionState::Open(host)).count();
        if let Some(most) = self.virtual_hosts[&host].limits.connections.reached_by(in_host) {
            let host = cx.names.text(host);
            let what = format!(
                "access to vhost '{host}' refused for user '{user}': connection limit ({most}) is reached"
            );
            return Err(Refusal::new(ReplyCode::NotAllowed, what));
        }
        let of_user = open()
            .filter(|each| matches!(each.state, ConnectionState::Open(_)) && user_of(each) == user)
            .count();
        if let Some(most) = self.limits_of_user(user).connections.reached_by(of_user) {
            let what =
                format!("connection refused for user '{user}': user connection limit ({most}) is reached");
            return Err(Refusal::new(ReplyCode::NotAllowed, what));
        }
        Ok(())
    }

    /// Whether the user of a connection may have one channel more.
    pub(super) fn check_channel_limit(&self, id: ConnectionId) -> Result<(), Refusal> {
        let connection = &self.connections[&id];
        let user = user_of(connection);
        let limit = self.limits_of_user(user).channels;
        if limit == Limit::default() || connection.is_importer() {
            return Ok(());
        }
        let own = self.connections.values().filter(|each| !each.is_importer() && user_of(each) == user);
        let count = own.map(|each| each.channels.len()).sum();
        let Some(most) = limit.reached_by(count) else { return Ok(()) };
        let what = format!(
            "number of channels opened for user '{user}' has reached the maximum allowed user limit of ({most})"
        );
        Err(Refusal::new(ReplyCode::NotAllowed, what))
    }

    /// Whether a virtual host may have one queue more.
    pub(super) fn check_queue_limit(
        &self,
        cx: &Context,
        id: ConnectionId,
        host: Name,
        queue: Name,
    ) -> Result<(), Refusal> {
        let virtual_host = &self.virtual_hosts[&host];
        let Some(most) = virtual_host.limits.queues.reached_by(virtual_host.queues.len()) else {
            return Ok(());
        };
        if self.connections[&id].is_importer() {
            return Ok(());
        }
        let (queue, host) = (cx.names.text(queue), cx.names.text(host));
        let what =
            format!("cannot declare queue '{queue}': queue limit in vhost '{host}' ({most}) is reached");
        Err(Refusal::new(ReplyCode::PreconditionFailed, what))
    }
}

impl Connection {
    /// Whether it is one over which definitions come.
    fn is_importer(&self) -> bool {
        self.client.0 == Name::EMPTY
    }
}

crate::ids::nameless!(Limits);
