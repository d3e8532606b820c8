//! Transactions: publishings and acknowledgements of a channel that take effect together.
//!
//! Source: AMQP 0-9-1 reference, class `tx`; rabbitmq.com/docs/semantics. A channel is transactional or
//! confirms, never both.

use super::connection::{ChannelKey, Unacknowledged};
use super::publishing::Publishing;
use super::requeueing::GivenBack;
use super::{Broker, Context, Handled, Refusal};
use crate::amqp::{Method, ReplyCode};
use crate::facts::{ClientName, Event, QueueName, Rule};
use crate::ids::{MessageId, Name};

/// What a channel has collected since `tx.select` or the last commit or rollback.
#[derive(Clone, Debug, Default)]
pub struct Transaction {
    pub(super) publishings: Vec<Publishing>,
    pub(super) acknowledgements: Vec<(Vec<Unacknowledged>, Answer)>,
}

impl Transaction {
    /// Deliveries that are answered when it is committed. Until then they are unacknowledged.
    pub fn deliveries(&self) -> impl Iterator<Item = &Unacknowledged> {
        self.acknowledgements.iter().flat_map(|(deliveries, _)| deliveries)
    }

    /// As [`Transaction::deliveries`], to change them.
    pub(super) fn deliveries_mut(&mut self) -> impl Iterator<Item = &mut Unacknowledged> {
        self.acknowledgements.iter_mut().flat_map(|(deliveries, _)| deliveries)
    }
}

/// What is to be done with deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Acknowledge,
    Requeue(GivenBack),
    Reject,
}

impl Broker {
    pub(super) fn handle_mode_method(
        &mut self,
        cx: &mut Context,
        key: ChannelKey,
        host: Name,
        method: &Method,
    ) -> Handled {
        let refuse = |what: &str| Err(Refusal::new(ReplyCode::PreconditionFailed, what));
        let channel = self.channel_mut(key);
        match method {
            Method::ConfirmSelect { .. } if channel.transaction.is_some() => {
                refuse("cannot switch from tx to confirm mode")
            }
            Method::ConfirmSelect { no_wait } => {
                channel.confirms.get_or_insert(0);
                super::answer(*no_wait, Method::ConfirmSelectOk {})
            }
            Method::TxSelect {} if channel.confirms.is_some() => {
                refuse("cannot switch from confirm to tx mode")
            }
            Method::TxSelect {} => {
                channel.transaction.get_or_insert_default();
                Ok(Some(Method::TxSelectOk {}))
            }
            _ if channel.transaction.is_none() => refuse("channel is not transactional"),
            Method::TxCommit {} => {
                let transaction = channel.transaction.replace(Transaction::default()).unwrap_or_default();
                let mut is_complete = true;
                for publishing in transaction.publishings {
                    is_complete &= self.route_publishing(cx, key, host, publishing);
                }
                for (deliveries, answer) in transaction.acknowledgements {
                    self.answer_deliveries(cx, key, deliveries, answer);
                }
                // A queue has refused a message: what was done stays done (`rabbit_channel`).
                if is_complete { Ok(Some(Method::TxCommitOk {})) } else { refuse("partial tx completion") }
            }
            _ => {
                let transaction = channel.transaction.replace(Transaction::default()).unwrap_or_default();
                self.roll_back(cx, key, transaction);
                Ok(Some(Method::TxRollbackOk {}))
            }
        }
    }

    /// Undoes what a channel has collected: nothing is published, and what was acknowledged is unacknowledged again.
    pub(super) fn roll_back(&mut self, cx: &mut Context, key: ChannelKey, transaction: Transaction) {
        let (producer, rule) = (self.connections[&key.connection].client, Rule::Transaction);
        for publishing in &transaction.publishings {
            let message = publishing.message.content.origin.message;
            cx.record(Event::RolledBack { message, producer, rule });
        }
        for (deliveries, _) in transaction.acknowledgements {
            self.tell_of_answers(cx, key, &deliveries, |message, queue, consumer| Event::AnswerUndone {
                message,
                queue,
                consumer,
                rule,
            });
            self.channel_mut(key).hold_again(deliveries);
        }
    }

    /// Tells what becomes of what a client has said of deliveries. Of what went with its queue nothing is told.
    pub(super) fn tell_of_answers(
        &self,
        cx: &mut Context,
        key: ChannelKey,
        deliveries: &[Unacknowledged],
        event: impl Fn(MessageId, QueueName, ClientName) -> Event,
    ) {
        let client = self.connections[&key.connection].client;
        for delivery in deliveries {
            if let Some(queue) = self.queue(delivery.queue) {
                cx.record(event(delivery.message_number(), queue.name, client));
            }
        }
    }
}

crate::ids::nameless!(Answer);
crate::ids::holds_names!(Transaction { publishings, acknowledgements });
