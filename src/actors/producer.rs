//! A producer: publishes its messages in turn, each at its time.

use super::Timing;
use crate::amqp::{Body, Command, Content, DeliveryTag, Method, Origin, Properties};
use crate::facts::{ClientName, Rule};
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::{Span, Time};
use std::collections::VecDeque;
use std::rc::Rc;

/// What a producer asks of the broker for its messages. Confirms and transactions exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishingMode {
    /// Nothing: it will not know what became of them.
    Plain,
    /// A confirm for each (`"confirms": true`, that is `confirm.select`).
    Confirms {
        /// So many it lets go without a confirm; what is due meanwhile waits (`"in_flight"`).
        in_flight: Option<u64>,
    },
    /// Transactions (`"transactions": n`, that is `tx.select`).
    Transactions {
        /// After so many messages it sends `tx.commit` and awaits the answer.
        messages: u64,
    },
}

/// A message to be published, again and again.
#[derive(Clone, Debug)]
pub struct Template {
    /// Where to.
    pub exchange: Name,
    /// With which key.
    pub routing_key: Name,
    /// Whether it is to come back if no queue takes it.
    pub mandatory: bool,
    /// Properties, headers among them.
    pub properties: Rc<Properties>,
    /// The body.
    pub body: Body,
}

/// A message that is not confirmed yet.
#[derive(Clone, Copy, Debug)]
struct Unconfirmed {
    number: DeliveryTag,
    message: MessageId,
    exchange: Name,
}

/// A producer of the scenario.
#[derive(Clone, Debug)]
pub struct Producer {
    name: ClientName,
    stream: Stream,
    arrivals: Timing,
    templates: Rc<[Template]>,
    limit: Option<u64>,
    mode: PublishingMode,
    /// How many messages were published on this channel since confirms were asked for; none before.
    numbered: Option<DeliveryTag>,
    /// What the broker has not confirmed yet, in the order of publishing.
    unconfirmed: VecDeque<Unconfirmed>,
    /// How many messages the transaction holds.
    uncommitted: u64,
    is_committing: bool,
    /// How many messages are due and held back.
    waiting: u64,
    published: u64,
    returned: u64,
    confirmed: u64,
    refused: u64,
    is_paused: bool,
}

impl Producer {
    /// A producer that cycles through `templates`, of which there is at least one, until it has published
    /// `limit` messages.
    pub fn new(
        name: ClientName,
        stream: Stream,
        arrivals: Timing,
        templates: Rc<[Template]>,
        limit: Option<u64>,
        mode: PublishingMode,
    ) -> Producer {
        Producer {
            name,
            stream,
            arrivals,
            templates,
            limit,
            mode,
            numbered: matches!(mode, PublishingMode::Confirms { .. }).then_some(0),
            unconfirmed: VecDeque::new(),
            uncommitted: 0,
            is_committing: false,
            waiting: 0,
            published: 0,
            returned: 0,
            confirmed: 0,
            refused: 0,
            is_paused: false,
        }
    }

    /// The message and the exchange behind the number of a confirm that is still awaited.
    pub fn awaiting(&self, number: DeliveryTag) -> Option<(MessageId, Name)> {
        let unconfirmed = self.unconfirmed.iter().find(|each| each.number == number)?;
        Some((unconfirmed.message, unconfirmed.exchange))
    }

    /// The messages that await confirms with numbers behind the first and up to the second.
    pub fn awaiting_between(&self, behind: DeliveryTag, up_to: DeliveryTag) -> Vec<MessageId> {
        let awaited = self.unconfirmed.iter().filter(|each| behind < each.number && each.number <= up_to);
        awaited.map(|each| each.message).collect()
    }

    /// The number under which the confirm of a message is still awaited.
    pub fn awaited_number(&self, message: MessageId) -> Option<DeliveryTag> {
        self.unconfirmed.iter().find(|each| each.message == message).map(|each| each.number)
    }

    /// How many messages were confirmed, and how many refused.
    pub fn confirms(&self) -> (u64, u64) {
        (self.confirmed, self.refused)
    }

    /// Its name.
    pub fn name(&self) -> ClientName {
        self.name
    }

    /// How many messages it has published.
    pub fn published(&self) -> u64 {
        self.published
    }

    /// How many came back to it.
    pub fn returned(&self) -> u64 {
        self.returned
    }

    /// What it publishes.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// Whether it keeps still.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Lets it keep still or go on. Its rhythm goes on in any case; what would have been published meanwhile
    /// is left out.
    pub fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// How long until its rhythm wants the next message; nothing when it has published all.
    pub fn next_due(&mut self) -> Option<Span> {
        (!self.is_done()).then(|| self.arrivals.draw(&mut self.stream))
    }

    /// Whether all that its rhythm will ever want is published, or waits for that.
    fn is_done(&self) -> bool {
        self.limit.is_some_and(|limit| self.published + self.waiting >= limit)
    }

    /// How many messages are due and held back.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Whether it publishes what is due. Else that waits for an answer of the broker.
    pub fn may_publish(&self) -> bool {
        match self.mode {
            PublishingMode::Confirms { in_flight: Some(most) } => (self.unconfirmed.len() as u64) < most,
            PublishingMode::Transactions { .. } => !self.is_committing,
            _ => true,
        }
    }

    /// A message is due and has to wait. Says how many wait, and why.
    pub fn hold_back(&mut self) -> (u64, Rule) {
        self.waiting += 1;
        (self.waiting, if self.is_committing { Rule::Transaction } else { Rule::UnconfirmedLimit })
    }

    /// Takes one of those that wait, if it may be published now.
    pub fn take_waiting(&mut self) -> bool {
        let takes = self.waiting > 0 && !self.is_paused && self.may_publish();
        self.waiting -= u64::from(takes);
        takes
    }

    /// What it asks for on a channel that is open.
    pub fn set_up(&self) -> Vec<Method> {
        match self.mode {
            PublishingMode::Plain => Vec::new(),
            PublishingMode::Confirms { .. } => vec![Method::ConfirmSelect { no_wait: true }],
            PublishingMode::Transactions { .. } => vec![Method::TxSelect {}],
        }
    }

    /// The next message in turn.
    pub fn publish(&mut self, message: MessageId, published: Time) -> Command {
        let template = &self.templates[(self.published % self.templates.len() as u64) as usize];
        let (exchange, routing_key) = (template.exchange, template.routing_key);
        let content = Content {
            origin: Origin { message, publisher: self.name.0, published },
            properties: template.properties.clone(),
            body: template.body.clone(),
        };
        let method =
            Method::BasicPublish { exchange, routing_key, mandatory: template.mandatory, immediate: false };
        self.published += 1;
        self.has_sent(message, exchange);
        Command { method, content: Some(content) }
    }

    /// A message goes out to an exchange.
    pub fn has_sent(&mut self, message: MessageId, exchange: Name) {
        self.uncommitted += 1;
        if let Some(number) = &mut self.numbered {
            *number += 1;
            self.unconfirmed.push_back(Unconfirmed { number: *number, message, exchange });
        }
    }

    /// It asks for confirms from now on.
    pub fn expect_confirms(&mut self) {
        self.numbered.get_or_insert(0);
    }

    /// Commits the transaction if it holds as much as it should, or all there will be. Says how many messages that
    /// are.
    pub fn commit(&mut self) -> Option<u64> {
        let PublishingMode::Transactions { messages } = self.mode else { return None };
        let is_due = self.uncommitted >= messages || (self.is_done() && self.waiting == 0);
        if self.is_committing || self.uncommitted == 0 || !is_due {
            return None;
        }
        self.is_committing = true;
        Some(std::mem::take(&mut self.uncommitted))
    }

    /// Its channel is gone, and when it dies all that it has in memory. Says for which messages no confirm can come
    /// any more, and how many that waited are left out.
    pub fn stop(&mut self, dies: bool) -> (Vec<MessageId>, u64) {
        self.numbered = matches!(self.mode, PublishingMode::Confirms { .. }).then_some(0);
        self.uncommitted = 0;
        self.is_committing = false;
        let missed = std::mem::take(&mut self.unconfirmed).into_iter().map(|each| each.message);
        (missed.collect(), if dies { std::mem::take(&mut self.waiting) } else { 0 })
    }

    /// A method has arrived from the broker.
    pub fn receive(&mut self, method: &Method) {
        match *method {
            Method::BasicReturn { .. } => self.returned += 1,
            Method::BasicAck { delivery_tag, multiple } => {
                self.confirmed += self.settle(delivery_tag, multiple)
            }
            Method::BasicNack { delivery_tag, multiple, .. } => {
                self.refused += self.settle(delivery_tag, multiple);
            }
            Method::TxCommitOk {} => self.is_committing = false,
            _ => {}
        }
    }

    /// Takes what a confirm speaks of off the list; says how many that were.
    fn settle(&mut self, number: DeliveryTag, multiple: bool) -> u64 {
        let before = self.unconfirmed.len();
        self.unconfirmed.retain(|each| if multiple { each.number > number } else { each.number != number });
        (before - self.unconfirmed.len()) as u64
    }
}
