//! Transactions: publishings and acknowledgements of a channel that take effect together.
//!
//! Source: AMQP 0-9-1 reference, class `tx`; rabbitmq.com/docs/semantics. A channel is transactional or
//! confirms, never both.

use super::acknowledging::GivenBack;
use super::connection::{ChannelKey, Unacknowledged};
use super::publishing::Publishing;
use super::{Broker, Context, Handled, Refusal};
use crate::amqp::{Method, Origin, ReplyCode};
use crate::facts::{ClientName, Event, Rule};
use crate::ids::Name;

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
}

impl Transaction {
    /// Its publishings will not take effect.
    pub(super) fn record_lost(&self, cx: &mut Context) {
        for publishing in &self.publishings {
            let Origin { message, publisher } = publishing.origin();
            let (producer, rule) = (ClientName(publisher), Rule::Transaction);
            cx.record(Event::NotCommitted { message, producer, rule });
        }
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
                for publishing in transaction.publishings {
                    self.route_publishing(cx, key, host, publishing);
                }
                for (deliveries, answer) in transaction.acknowledgements {
                    self.answer_deliveries(cx, key, deliveries, answer);
                }
                Ok(Some(Method::TxCommitOk {}))
            }
            _ => {
                let transaction = channel.transaction.replace(Transaction::default()).unwrap_or_default();
                transaction.record_lost(cx);
                // What was acknowledged is unacknowledged again.
                channel.hold_again(
                    transaction.acknowledgements.into_iter().flat_map(|(deliveries, _)| deliveries),
                );
                Ok(Some(Method::TxRollbackOk {}))
            }
        }
    }
}
