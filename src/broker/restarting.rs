//! A restart of the broker and what survives it; resource alarms.
//!
//! Sources: rabbitmq.com/docs/queues ("Durability"), /docs/persistence-conf, /docs/connection-blocked.

use super::connection::{ChannelKey, ConnectionState};
use super::queue::QueuedMessage;
use super::settings::QueueType;
use super::{Broker, Context};
use crate::amqp::{Method, ReplyCode};
use crate::facts::{Event, Rule};
use crate::ids::{ConnectionId, Name, QueueId};

impl Broker {
    /// The broker stops and starts again. Connections are closed with a word, or in a crash without one. Durable
    /// exchanges and queues with their bindings are there again; in them persistent messages, in quorum queues
    /// and streams all. After a crash a classic queue does not know any more which of its messages had been
    /// delivered, and calls all redelivered.
    pub fn restart(&mut self, cx: &mut Context, crash: bool) {
        let connections: Vec<ConnectionId> = self.connections.keys().collect();
        for id in connections {
            let state = self.connections[&id].state;
            if !crash && matches!(state, ConnectionState::Open(_)) {
                let code = ReplyCode::ConnectionForced;
                let reply_text =
                    format!("{} - broker forced connection closure with reason 'shutdown'", code.name());
                let close = Method::ConnectionClose {
                    reply_code: code.number(),
                    reply_text,
                    class_id: 0,
                    method_id: 0,
                };
                self.send(ChannelKey { connection: id, number: 0 }, close);
            }
            self.disconnected(cx, id);
        }
        let queues: Vec<QueueId> = self.queues().map(|(id, _)| id).collect();
        for id in queues {
            let queue = self.queue_mut(id);
            if !queue.is_durable {
                self.remove_queue(cx, id, Rule::TransientQueue);
                continue;
            }
            if queue.kind == QueueType::Classic {
                let name = queue.name;
                for lost in queue.take_those(|copy| !copy.message.is_persistent()) {
                    let message = lost.message.content.origin.message;
                    cx.record(Event::Removed { message, queue: name, rule: Rule::NotPersistent });
                }
                self.measure_depth(cx, id);
                let queue = self.queue_mut(id);
                if crash {
                    for copy in queue.take_all() {
                        queue.put_back(QueuedMessage { is_redelivered: true, ..copy }, false);
                    }
                }
            }
            // What was lost may have stood before messages whose time is over.
            self.drop_expired(cx, id);
            self.queue_used(cx, id);
            self.forward_from_the_beginning(id);
        }
        let hosts: Vec<Name> = self.virtual_hosts.keys().copied().collect();
        for host in hosts {
            let transient: Vec<Name> = self.virtual_hosts[&host]
                .exchanges
                .iter()
                .filter(|(_, exchange)| !exchange.is_durable)
                .map(|(name, _)| *name)
                .collect();
            for name in transient {
                self.remove_exchange(host, name);
            }
        }
        self.publish_dead_letters(cx);
    }

    /// Raises or clears the memory alarm. While it is on, a connection that publishes is not read any further,
    /// and is told so if it can be.
    pub fn set_memory_alarm(&mut self, cx: &mut Context, is_on: bool) {
        self.is_memory_low = is_on;
        if is_on {
            return;
        }
        let blocked: Vec<ConnectionId> =
            self.connections.iter().filter(|(_, each)| each.is_blocked).map(|(id, _)| id).collect();
        for id in blocked {
            let connection = self.connections.get_mut(&id).expect("it is there");
            connection.is_blocked = false;
            let unread = std::mem::take(&mut connection.unread);
            let (client, rule) = (connection.client, Rule::MemoryAlarm);
            cx.record(Event::ConnectionUnblocked { client, rule });
            self.send(ChannelKey { connection: id, number: 0 }, Method::ConnectionUnblocked {});
            for (number, command) in unread {
                self.handle(cx, id, number, command);
            }
        }
    }
}
