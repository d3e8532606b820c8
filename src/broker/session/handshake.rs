//! From the protocol header to `connection.open`, and the other methods of the connection itself.

use super::closing::closing;
use super::settings::least_frame_max;
use super::{Session, State};
use crate::amqp::wire::Credentials;
use crate::amqp::{Heartbeat, Method, ReplyCode, Table, Value};
use crate::broker::{Broker, Context, Version};
use crate::facts::ClientName;
use crate::time::Time;

impl Session {
    pub(super) fn start(&mut self, version: Version) {
        self.settings.follow(version);
        self.least_frame_max = least_frame_max(version);
        self.decoder.set_frame_max(self.least_frame_max);
        self.outbox.push(0, self.settings.start().into());
        self.state = State::Starting;
    }

    /// A method on channel 0 of a connection that is not closing.
    pub(super) fn handle_connection_method(&mut self, broker: &mut Broker, cx: &mut Context, method: Method) {
        match (self.state, method) {
            (State::Starting, Method::ConnectionStartOk { client_properties, mechanism, response, .. }) => {
                self.log_in(broker, cx, &client_properties, &mechanism, &response);
            }
            (State::Tuning, Method::ConnectionTuneOk { channel_max, frame_max, heartbeat }) => {
                self.tune(cx.now, channel_max, frame_max, heartbeat);
            }
            (State::Opening, method @ Method::ConnectionOpen { .. }) => {
                let id = broker.connect(self.client);
                broker.set_user(id, &self.user);
                self.connection = Some(id);
                self.state = State::Running;
                self.deadline = None;
                broker.handle(cx, id, 0, method.into());
            }
            (State::Running, method @ Method::ConnectionClose { .. }) => {
                if let Some(id) = self.connection {
                    broker.handle(cx, id, 0, method.into());
                }
            }
            // A new secret says nothing to a broker that has passwords of its own (rabbit_access_control:
            // update_state of the internal backend).
            (State::Running, Method::ConnectionUpdateSecret { .. }) => {
                self.outbox.push(0, Method::ConnectionUpdateSecretOk {}.into());
            }
            (State::Running, method) => self.close_for_unexpected(broker, cx, &method, "running"),
            (State::Opening, method) => self.close_for_unexpected(broker, cx, &method, "opening"),
            _ => self.be_silent(cx.now),
        }
    }

    fn close_for_unexpected(&mut self, broker: &mut Broker, cx: &mut Context, method: &Method, state: &str) {
        let what = format!("unexpected method in connection state {state}");
        self.close(broker, cx, closing(ReplyCode::ChannelError, &what, method.number()));
    }

    /// A response that cannot be read, and a mechanism that is not there, get no answer. A refused login gets
    /// one if the client has said that it understands it (rabbitmq.com/docs/auth-notification). In any case
    /// the connection ends after a while.
    fn log_in(
        &mut self,
        broker: &Broker,
        cx: &mut Context,
        client_properties: &Table,
        mechanism: &str,
        response: &[u8],
    ) {
        let Ok(credentials) = Credentials::from_response(mechanism, response) else {
            return self.be_silent(cx.now);
        };
        if !broker.knows(&credentials.user, &credentials.password) {
            if has_capability(client_properties, "authentication_failure_close") {
                let what = format!(
                    "Login was refused using authentication mechanism {mechanism}. \
                     For details see the broker logfile."
                );
                self.outbox.push(0, closing(ReplyCode::AccessRefused, &what, (0, 0)).into());
            }
            return self.refuse_login(cx.now);
        }
        let name = match client_properties.get("connection_name").and_then(Value::as_text) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => format!("{}@{}", credentials.user, self.peer),
        };
        self.client = ClientName(cx.names.intern(&name));
        self.user = credentials.user;
        self.understands_blocked = has_capability(client_properties, "connection.blocked");
        self.outbox.push(0, self.settings.tune().into());
        self.state = State::Tuning;
    }

    /// The client may still answer with `connection.close-ok`, which ends it at once.
    fn refuse_login(&mut self, now: Time) {
        self.be_silent(now);
        self.state = State::Closing;
    }

    /// The client may ask for less than was offered, not for more; 0 is no limit, and so more than any.
    /// RabbitMQ 3.10 writes the reason to its log alone, and drops the connection (`rabbit_reader`:
    /// `validate_negotiated_integer_value`).
    fn tune(&mut self, now: Time, channel_max: u16, frame_max: u32, heartbeat: u16) {
        let exceeds = |asked: u32, offered: u32| offered != 0 && (asked == 0 || asked > offered);
        let is_refused = exceeds(frame_max, self.settings.frame_max)
            || (frame_max != 0 && frame_max < self.least_frame_max)
            || exceeds(channel_max.into(), self.settings.channel_max.into());
        if is_refused {
            return self.be_silent(now);
        }
        self.decoder.set_frame_max(frame_max);
        self.outbox.set_frame_max(frame_max);
        self.channel_max = channel_max;
        self.heartbeat = Heartbeat::new(now, heartbeat);
        self.state = State::Opening;
    }
}

fn has_capability(client_properties: &Table, name: &str) -> bool {
    let Some(Value::Table(capabilities)) = client_properties.get("capabilities") else { return false };
    capabilities.get(name) == Some(&Value::Boolean(true))
}
