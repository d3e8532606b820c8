//! The messages of a channel for which a publisher awaits confirms.
//!
//! Source: rabbitmq.com/docs/confirms: messages are numbered from 1 on each channel from `confirm.select` on.

use crate::amqp::DeliveryTag;
use crate::ids::{MessageId, Name};
use std::collections::VecDeque;

/// What the broker says of a message, or does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has taken care of it (`basic.ack`).
    Taken,
    /// It has not (`basic.nack`).
    Refused,
    /// It has no queue for it (`basic.return`); the confirm comes after that.
    Returned,
    /// Nothing, for too long or for ever.
    Unknown,
}

#[derive(Clone, Copy, Debug)]
struct Awaited {
    number: DeliveryTag,
    message: MessageId,
    exchange: Name,
    /// Whether nobody waits for it any more.
    is_overdue: bool,
}

/// The messages of a channel that are not confirmed yet.
#[derive(Clone, Debug)]
pub struct Unconfirmed {
    /// How many messages were published on this channel since confirms were asked for; none before.
    numbered: Option<DeliveryTag>,
    /// In the order of publishing.
    awaited: VecDeque<Awaited>,
    /// How many of them are overdue.
    overdue: u64,
}

impl Unconfirmed {
    /// None yet, on a channel that has asked for confirms or has not.
    pub fn new(is_expected: bool) -> Unconfirmed {
        Unconfirmed { numbered: is_expected.then_some(0), awaited: VecDeque::new(), overdue: 0 }
    }

    /// Confirms are asked for from now on.
    pub fn expect(&mut self) {
        self.numbered.get_or_insert(0);
    }

    /// Whether they are asked for.
    pub fn is_expected(&self) -> bool {
        self.numbered.is_some()
    }

    /// The message and the exchange behind a number.
    pub fn behind(&self, number: DeliveryTag) -> Option<(MessageId, Name)> {
        let awaited = self.awaited.iter().find(|each| each.number == number)?;
        Some((awaited.message, awaited.exchange))
    }

    /// The messages with numbers behind the first and up to the second.
    pub fn between(&self, behind: DeliveryTag, up_to: DeliveryTag) -> Vec<MessageId> {
        let awaited = self.awaited.iter().filter(|each| behind < each.number && each.number <= up_to);
        awaited.map(|each| each.message).collect()
    }

    /// The number of a message.
    pub fn number_of(&self, message: MessageId) -> Option<DeliveryTag> {
        self.awaited.iter().find(|each| each.message == message).map(|each| each.number)
    }

    /// How many are awaited and not overdue.
    pub fn in_time(&self) -> u64 {
        self.awaited.len() as u64 - self.overdue
    }

    /// A message goes out to an exchange.
    pub fn add(&mut self, message: MessageId, exchange: Name) {
        if let Some(number) = &mut self.numbered {
            *number += 1;
            self.awaited.push_back(Awaited { number: *number, message, exchange, is_overdue: false });
        }
    }

    /// Nobody waits for the confirm of a message any more. Says whether somebody did.
    pub fn give_up(&mut self, message: MessageId) -> bool {
        let found = self.awaited.iter_mut().find(|each| each.message == message && !each.is_overdue);
        let Some(awaited) = found else { return false };
        awaited.is_overdue = true;
        self.overdue += 1;
        true
    }

    /// Takes what a confirm speaks of off the list, and hands it to `each_of`; says how many that were.
    pub fn settle(&mut self, number: DeliveryTag, multiple: bool, mut each_of: impl FnMut(MessageId)) -> u64 {
        let before = self.awaited.len();
        let overdue = &mut self.overdue;
        self.awaited.retain(|each| {
            let stays = if multiple { each.number > number } else { each.number != number };
            if !stays {
                *overdue -= u64::from(each.is_overdue);
                each_of(each.message);
            }
            stays
        });
        (before - self.awaited.len()) as u64
    }

    /// The channel is gone; the next one will ask for confirms or will not. Says for which messages no confirm can
    /// come any more, those left out for which nobody waited.
    pub fn end(&mut self, is_expected: bool) -> Vec<MessageId> {
        let old = std::mem::replace(self, Unconfirmed::new(is_expected));
        old.awaited.into_iter().filter(|each| !each.is_overdue).map(|each| each.message).collect()
    }
}
