//! The lives of clients and of the broker: how they end, and how they begin anew.

use super::World;
use super::client::{Actor, CHANNEL};
use super::world::Pending;
use crate::actors::{Life, Outcome};
use crate::amqp::Method;
use crate::broker::ConnectionState;
use crate::facts::{Event, Rule};
use crate::ids::{ActorId, ConnectionId};
use crate::network::Direction;
use crate::time::{Span, Time};

/// The reply code of a closing that blames nobody.
const SUCCESS: u16 = crate::amqp::ReplyCode::Success.number();

impl World {
    /// The process of a client dies. What it has sent is on its way; behind it comes the end of the connection.
    pub(super) fn crash(&mut self, id: ActorId) {
        let client = self.client(id);
        let (name, connection) = (client.actor.name(), client.connection);
        self.end_session(id, Life::Down, Event::Crashed { client: name }, true);
        if self.is_on_line(id) {
            self.desert_line(id);
        } else {
            self.carry(id, Direction::ToBroker, 0, Pending::ClientGone(connection));
        }
        self.plan_recovery(id);
    }

    /// The broker notices that nobody is at the other end of a connection.
    pub(super) fn client_gone(&mut self, connection: ConnectionId) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        if self.broker.connection(connection).is_none() {
            return;
        }
        let client = self.client(id).actor.name();
        self.record(Event::ConnectionLost { client });
        self.with_broker(|broker, cx| broker.disconnected(cx, connection));
        self.carry_output();
    }

    /// A client closes its connection.
    pub(super) fn disconnect(&mut self, id: ActorId) {
        let client = self.client(id).actor.name();
        let (class_id, method_id) = (0, 0);
        let reply_text = String::new();
        let close = Method::ConnectionClose { reply_code: SUCCESS, reply_text, class_id, method_id };
        let arrives = self.send(id, 0, close);
        self.end_session(id, Life::Down, Event::Disconnecting { client, arrives }, false);
    }

    /// A client closes its channel.
    pub(super) fn close_channel(&mut self, id: ActorId) {
        let client = self.client(id).actor.name();
        let (class_id, method_id) = (0, 0);
        let reply_text = String::new();
        let close = Method::ChannelClose { reply_code: SUCCESS, reply_text, class_id, method_id };
        let arrives = self.send(id, CHANNEL, close);
        self.end_session(id, Life::ChannelClosed, Event::ClosingChannel { client, arrives }, false);
    }

    /// A client reads that the broker has closed its channel or its connection. It agrees and stops.
    pub(super) fn closed_by_broker(&mut self, id: ActorId, method: &Method) {
        let client = self.client(id).actor.name();
        match method {
            Method::ChannelClose { reply_code, reply_text, .. } => {
                let (reply_code, reason) = ((*reply_code).into(), self.names.intern(reply_text));
                self.send(id, CHANNEL, Method::ChannelCloseOk {});
                let event = Event::ChannelClosedSeen { client, reply_code, reason };
                self.end_session(id, Life::ChannelClosed, event, false);
            }
            Method::ConnectionClose { reply_code, reply_text, .. } => {
                let (reply_code, reason) = ((*reply_code).into(), self.names.intern(reply_text));
                self.send(id, 0, Method::ConnectionCloseOk {});
                let event = Event::ConnectionClosedSeen { client, reply_code, reason };
                self.end_session(id, Life::Down, event, false);
            }
            _ => return,
        }
        self.plan_recovery(id);
    }

    /// A client notices that nobody answers, or that the broker's end of its connection is gone.
    pub(super) fn nobody_there(&mut self, connection: ConnectionId) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let client = self.client(id);
        let (name, life) = (client.actor.name(), client.session.life());
        let event = match life {
            _ if client.connection != connection => return,
            Life::Down => return,
            Life::Connecting => Event::ConnectionRefused { client: name },
            Life::Open | Life::ChannelClosed => {
                Event::ConnectionDropped { client: name, rule: Rule::ConnectionLost }
            }
        };
        self.end_session(id, Life::Down, event, false);
        self.plan_recovery(id);
    }

    /// A client opens a channel, and a connection before it if it has none.
    pub(super) fn recover(&mut self, id: ActorId) {
        let client = self.client(id);
        let (name, virtual_host) = (client.actor.name(), client.virtual_host);
        let event = if client.session.life() == Life::ChannelClosed {
            let arrives = self.send(id, CHANNEL, Method::ChannelOpen {});
            Event::OpeningChannel { client: name, arrives }
        } else if self.is_on_line(id) {
            self.open_line(id);
            Event::Connecting { client: name, arrives: Time::UNKNOWN }
        } else {
            let connection = self.broker.connect(name);
            self.by_connection.insert(connection, id);
            self.client_mut(id).connection = connection;
            let arrives = self.send(id, 0, Method::ConnectionOpen { virtual_host });
            Event::Connecting { client: name, arrives }
        };
        self.client_mut(id).session.ask();
        self.record(event);
    }

    /// The broker has opened a channel for a client, which goes on.
    pub(super) fn opened(&mut self, id: ActorId) {
        let client = self.client_mut(id);
        client.session.opened();
        let name = client.actor.name();
        let begins = !std::mem::replace(&mut client.has_begun, true);
        self.record(Event::Opened { client: name });
        self.send_set_up(id);
        self.publish_waiting(id);
        self.begin_work(id);
        if begins {
            self.schedule_publishing(id);
        }
    }

    /// The broker stops or crashes; every connection breaks. It is there again after a while.
    pub(super) fn restart_broker(&mut self, down: Span, is_crash: bool) {
        let until = self.now + down;
        self.record(if is_crash { Event::BrokerCrashed { until } } else { Event::BrokerStopped { until } });
        let unanswered: Vec<ConnectionId> = self
            .broker
            .connections()
            .filter(|(_, connection)| is_crash || connection.state == ConnectionState::Opening)
            .map(|(id, _)| id)
            .collect();
        self.end_lines(is_crash);
        self.with_broker(|broker, cx| broker.restart(cx, is_crash));
        self.broker_is_back = Some(until);
        self.agenda.enter(until, Pending::BrokerStarts);
        self.carry_output();
        for connection in unanswered {
            // On a line its segments say it.
            let is_on_line = self.by_connection.get(&connection).is_some_and(|id| self.is_on_line(*id));
            if !is_on_line {
                self.answer_nothing(connection);
            }
        }
    }

    pub(super) fn broker_starts(&mut self) {
        self.broker_is_back = None;
        self.take_lines();
        self.record(Event::BrokerStarted {});
    }

    /// A client has no channel any more, and when it dies no memory. Every message that it had is accounted for.
    pub(super) fn end_session(&mut self, id: ActorId, life: Life, event: Event, dies: bool) {
        self.record(event);
        self.end_session_after(id, life, event, dies);
    }

    /// The same when the event is recorded already.
    pub(super) fn end_session_after(&mut self, id: ActorId, life: Life, event: Event, dies: bool) {
        let client = self.client_mut(id);
        client.session.end(life, event);
        let name = client.actor.name();
        match &mut client.actor {
            Actor::Consumer(consumer) => {
                let settling = consumer.settling_rule();
                let stopped = consumer.stop(dies);
                if consumer.work().is_none() {
                    self.recorder.numbers_mut().work_ended(self.now, id, false);
                }
                for dropped in stopped {
                    let message = dropped.message;
                    self.record(if dropped.is_lost {
                        Event::Lost { message, client: name, rule: settling }
                    } else {
                        Event::Forgotten { message, consumer: name, rule: Rule::ManualAcknowledgement }
                    });
                }
            }
            Actor::Producer(producer) => {
                let (missed, left_out) = producer.stop(dies);
                let forgotten = match producer.retries_mut() {
                    Some(retries) if dies => retries.forget(),
                    _ => Vec::new(),
                };
                for message in missed {
                    self.record(Event::ConfirmMissed { message, producer: name, rule: Rule::Confirm });
                    self.attempt_fails(id, message, Outcome::Unknown);
                }
                for message in forgotten {
                    let (producer, rule) = (name, Rule::PublisherRetry);
                    self.record(Event::RetryForgotten { producer, message, rule });
                }
                if left_out > 0 {
                    self.record(Event::LeftOut { producer: name, count: left_out });
                }
            }
        }
    }

    pub(super) fn plan_recovery(&mut self, id: ActorId) {
        let session = &self.client(id).session;
        if let Some(after) = session.recovers_after() {
            let turn = session.turn();
            self.agenda.enter(self.now + after, Pending::Recover(id, turn));
        }
    }
}
