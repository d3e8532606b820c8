//! A client as the broker sees it, and what it may rely on.

use queuescope::amqp::{ChannelNumber, Method};
use queuescope::broker::Outgoing;
use queuescope::facts::Event;
use queuescope::ids::ConnectionId;
use std::collections::{BTreeMap, BTreeSet};

/// A channel from the client's side.
#[derive(Clone, Debug, Default)]
pub struct ClientChannel {
    pub is_confirming: bool,
    pub is_transactional: bool,
    /// The broker has closed it and awaits `channel.close-ok`.
    pub is_closed: bool,
    /// Messages published since `confirm.select`.
    pub published: u64,
    /// It consumes direct replies.
    pub takes_replies: bool,
    confirmed: BTreeSet<u64>,
    last_tag: u64,
    /// What came last may be an answer that came directly, or the same message from a queue.
    is_unsure: bool,
}

/// A connection from the client's side.
#[derive(Clone, Debug)]
pub struct Client {
    pub connection: ConnectionId,
    pub channels: BTreeMap<ChannelNumber, ClientChannel>,
    pub is_blocked: bool,
}

impl Client {
    pub fn connected(connection: ConnectionId) -> Client {
        Client { connection, channels: BTreeMap::new(), is_blocked: false }
    }

    /// Takes in what the broker sends on a channel. The tag of an answer that comes directly is used again.
    pub fn take(&mut self, number: ChannelNumber, method: &Method, is_reply: bool) -> Result<(), String> {
        if let Method::ChannelOpenOk {} = method {
            self.channels.insert(number, ClientChannel::default());
        }
        match method {
            Method::ConnectionBlocked { .. } => self.is_blocked = true,
            Method::ConnectionUnblocked {} => self.is_blocked = false,
            _ => {}
        }
        if number == 0 {
            return Ok(());
        }
        let Some(channel) = self.channels.get_mut(&number).filter(|channel| !channel.is_closed) else {
            return Err(format!("channel {number} is closed and gets {}", method.name()));
        };
        match *method {
            Method::BasicDeliver { delivery_tag, .. } | Method::BasicGetOk { delivery_tag, .. } => {
                let next = channel.last_tag + 1;
                let may_skip = channel.is_unsure && delivery_tag == next + 1;
                if delivery_tag != next && !may_skip {
                    return Err(format!("delivery tag {delivery_tag} where {next} is next"));
                }
                channel.is_unsure = is_reply;
                channel.last_tag = if is_reply { delivery_tag - 1 } else { delivery_tag };
            }
            Method::BasicAck { delivery_tag, multiple }
            | Method::BasicNack { delivery_tag, multiple, .. } => {
                let range = if multiple { 1..=delivery_tag } else { delivery_tag..=delivery_tag };
                let before = channel.confirmed.len();
                channel.confirmed.extend(range);
                if channel.confirmed.len() == before || delivery_tag > channel.published {
                    let published = channel.published;
                    return Err(format!("confirm {delivery_tag} of {published}, it was known before"));
                }
            }
            Method::ConfirmSelectOk {} => channel.is_confirming = true,
            Method::TxSelectOk {} => channel.is_transactional = true,
            Method::ChannelClose { .. } => channel.is_closed = true,
            Method::ChannelCloseOk {} => {
                self.channels.remove(&number);
            }
            _ => {}
        }
        Ok(())
    }

    /// Routing takes no time here, so every message that the broker has read is confirmed.
    pub fn is_confirmed(&self) -> Result<(), String> {
        let late = |channel: &&ClientChannel| {
            !channel.is_closed && channel.confirmed.len() as u64 != channel.published
        };
        match self.channels.values().find(late).filter(|_| !self.is_blocked) {
            Some(channel) => Err(format!("{} confirmed of {}", channel.confirmed.len(), channel.published)),
            None => Ok(()),
        }
    }
}

/// What the facts say of what clients are sent, to be held against what they are sent.
#[derive(Debug, PartialEq)]
pub enum Sent {
    Delivery { tag: u64, redelivered: bool },
    Return,
    Confirm { is_taken: bool },
}

impl Sent {
    pub fn by_fact(event: &Event) -> Option<Sent> {
        Some(match *event {
            Event::Delivered { delivery_tag, redelivered, .. } => {
                Sent::Delivery { tag: delivery_tag, redelivered }
            }
            Event::Returned { .. } => Sent::Return,
            Event::Confirmed { .. } => Sent::Confirm { is_taken: true },
            Event::NotConfirmed { .. } => Sent::Confirm { is_taken: false },
            _ => return None,
        })
    }

    pub fn by_method(outgoing: &Outgoing) -> Option<Sent> {
        Some(match outgoing.command.method {
            Method::BasicDeliver { delivery_tag, redelivered, .. }
            | Method::BasicGetOk { delivery_tag, redelivered, .. } => {
                Sent::Delivery { tag: delivery_tag, redelivered }
            }
            Method::BasicReturn { .. } => Sent::Return,
            Method::BasicAck { .. } => Sent::Confirm { is_taken: true },
            Method::BasicNack { .. } => Sent::Confirm { is_taken: false },
            _ => return None,
        })
    }
}
