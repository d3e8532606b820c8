//! A producer: publishes its messages in turn, each at its time.

use super::{
    Arrivals, Attempt, Decision, Occasion, Outcome, Publishing, PublishingMode, Retries, Template, Trace,
    Unconfirmed,
};
use crate::amqp::{Content, DeliveryTag, Message, Method, Origin};
use crate::facts::{ClientName, Rule};
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::{Span, Time};
use std::rc::Rc;

/// A producer of the scenario.
#[derive(Clone, Debug)]
pub struct Producer {
    name: ClientName,
    /// For the rhythm.
    stream: Stream,
    /// For what is drawn for each message.
    contents: Stream,
    arrivals: Arrivals,
    /// Counts its rhythms: one that was planned in an earlier one is void.
    rhythm: u32,
    trace: Option<Box<Trace>>,
    templates: Rc<[Template]>,
    /// The place of the one whose turn it is, and how often all had their turn.
    turn: usize,
    round: u64,
    limit: Option<u64>,
    mode: PublishingMode,
    retries: Option<Box<Retries>>,
    unconfirmed: Unconfirmed,
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
    /// See [`Producer::is_plain`].
    is_plain: bool,
}

impl Producer {
    /// A producer that has published nothing. `stream` is for its rhythm, `contents` for what is drawn for each
    /// message.
    pub fn new(name: ClientName, stream: Stream, contents: Stream, publishing: Publishing) -> Producer {
        let Publishing { arrivals, trace, templates, limit, mode, retries } = publishing;
        let mut producer = Producer {
            name,
            stream,
            contents,
            arrivals,
            rhythm: 0,
            trace: trace.map(Box::new),
            templates,
            turn: 0,
            round: 0,
            limit,
            mode,
            retries: retries.map(Box::new),
            unconfirmed: Unconfirmed::new(matches!(mode, PublishingMode::Confirms { .. })),
            uncommitted: 0,
            is_committing: false,
            waiting: 0,
            published: 0,
            returned: 0,
            confirmed: 0,
            refused: 0,
            is_paused: false,
            is_plain: false,
        };
        producer.look_for_rules();
        producer
    }

    /// Whether there is nothing to look at when it publishes what is due: it goes out as it is, nothing is drawn for it,
    /// and nothing is remembered of it.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Finds that out anew.
    fn look_for_rules(&mut self) {
        self.is_plain = self.mode == PublishingMode::Plain
            && !self.unconfirmed.is_expected()
            && self.trace.is_none()
            && self.limit.is_none()
            && self.retries.is_none()
            && !self.is_paused
            && self.templates.iter().all(|template| template.drawn.is_none());
    }

    /// The message and the exchange behind the number of a confirm that is still awaited.
    pub fn awaiting(&self, number: DeliveryTag) -> Option<(MessageId, Name)> {
        self.unconfirmed.behind(number)
    }

    /// The messages that await confirms with numbers behind the first and up to the second.
    pub fn awaiting_between(&self, behind: DeliveryTag, up_to: DeliveryTag) -> Vec<MessageId> {
        self.unconfirmed.between(behind, up_to)
    }

    /// The number under which the confirm of a message is still awaited.
    pub fn awaited_number(&self, message: MessageId) -> Option<DeliveryTag> {
        self.unconfirmed.number_of(message)
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

    /// Its rhythm.
    pub fn arrivals(&self) -> &Arrivals {
        &self.arrivals
    }

    /// How many messages it publishes at most.
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// What it remembers of its messages until they are confirmed, if it publishes again.
    pub fn retries(&self) -> Option<&Retries> {
        self.retries.as_deref()
    }

    /// The same.
    pub fn retries_mut(&mut self) -> Option<&mut Retries> {
        self.retries.as_deref_mut()
    }

    /// Whether it keeps still.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Lets it keep still or go on. Its rhythm goes on in any case; what would have been published meanwhile
    /// is left out.
    pub fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
        self.look_for_rules();
    }

    /// How long until its rhythm wants the next message; nothing when it has published all.
    #[inline(always)]
    pub fn next_due(&mut self) -> Option<Span> {
        if self.is_done() { None } else { self.arrivals.next(&mut self.stream) }
    }

    /// The number of its rhythm.
    pub fn rhythm(&self) -> u32 {
        self.rhythm
    }

    /// Gives it another rhythm, which begins now.
    pub fn set_arrivals(&mut self, arrivals: Arrivals, trace: Option<Trace>) {
        self.rhythm += 1;
        self.arrivals = arrivals;
        self.trace = trace.map(Box::new);
        self.look_for_rules();
    }

    /// The moment of its rhythm has come.
    pub fn comes_due(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.comes();
        }
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
            PublishingMode::Confirms { in_flight: Some(most) } => self.unconfirmed.in_time() < most,
            PublishingMode::Transactions { .. } => !self.is_committing,
            _ => true,
        }
    }

    /// A message is due and has to wait. Says how many wait, and why.
    pub fn hold_back(&mut self) -> (u64, Rule) {
        self.waiting += 1;
        if let Some(trace) = &mut self.trace {
            trace.hold_back();
        }
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

    /// The next message in turn, in the place of one that nobody has any more; and whether it comes back if no queue
    /// takes it.
    #[inline(always)]
    pub fn publish(
        &mut self,
        place: Option<Rc<Message>>,
        message: MessageId,
        published: Time,
        occasion: Occasion,
    ) -> (Rc<Message>, bool) {
        let row = match (&mut self.trace, occasion) {
            (None, _) | (_, Occasion::Besides) => None,
            (Some(trace), Occasion::Due) => trace.present(),
            (Some(trace), Occasion::HeldBack) => trace.take_held(),
        };
        let template = &self.templates[self.turn];
        let origin = Origin { message, publisher: self.name.0, published };
        let mut sent = template.publishing(place, origin, self.round, row.as_ref(), &mut self.contents);
        let (exchange, mandatory) = (template.exchange, template.mandatory);
        self.takes_turn();
        self.has_sent(message, exchange);
        if let Some(retries) = &mut self.retries {
            name_message(Rc::make_mut(&mut sent), message);
            retries.remember(&sent, mandatory);
        }
        (sent, mandatory)
    }

    /// The same for one that is plain.
    #[inline(always)]
    pub fn publish_plainly(
        &mut self,
        place: Option<Rc<Message>>,
        message: MessageId,
        published: Time,
    ) -> (Rc<Message>, bool) {
        let template = &self.templates[self.turn];
        let sent = template.message(place, Origin { message, publisher: self.name.0, published });
        let mandatory = template.mandatory;
        self.takes_turn();
        (sent, mandatory)
    }

    /// It has published the message whose turn it was.
    #[inline(always)]
    fn takes_turn(&mut self) {
        self.published += 1;
        self.turn += 1;
        if self.turn == self.templates.len() {
            self.turn = 0;
            self.round += 1;
        }
    }

    /// Takes what is due to be published again, if it may be now, as the message of that number.
    pub fn publish_again(&mut self, message: MessageId, published: Time) -> Option<Attempt> {
        if self.is_paused || !self.may_publish() {
            return None;
        }
        let attempt = self.retries.as_mut()?.again(message, published)?;
        self.has_sent(message, attempt.sent.exchange);
        Some(attempt)
    }

    /// A message goes out to an exchange.
    pub fn has_sent(&mut self, message: MessageId, exchange: Name) {
        self.uncommitted += u64::from(matches!(self.mode, PublishingMode::Transactions { .. }));
        self.unconfirmed.add(message, exchange);
    }

    /// It asks for confirms from now on.
    pub fn expect_confirms(&mut self) {
        self.unconfirmed.expect();
        self.look_for_rules();
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

    /// The confirm of a message has not come in time. Says whether it is awaited still; if so, it does not count
    /// any more for how many messages may be without a confirm.
    pub fn gives_up_waiting(&mut self, message: MessageId) -> bool {
        self.unconfirmed.give_up(message)
    }

    /// Decides what becomes of a message that has failed; nothing where it does not publish again.
    pub fn decide(&mut self, message: MessageId, outcome: Outcome) -> Option<Decision> {
        self.retries.as_mut()?.failed(message, outcome)
    }

    /// Its channel is gone, and when it dies all that it has in memory. Says for which messages no confirm can come
    /// any more, and how many that waited are left out.
    pub fn stop(&mut self, dies: bool) -> (Vec<MessageId>, u64) {
        self.uncommitted = 0;
        self.is_committing = false;
        let missed = self.unconfirmed.end(matches!(self.mode, PublishingMode::Confirms { .. }));
        self.look_for_rules();
        if !dies {
            return (missed, 0);
        }
        if let Some(trace) = &mut self.trace {
            trace.forget();
        }
        (missed, std::mem::take(&mut self.waiting))
    }

    /// A method has arrived from the broker. `settled` gets every message that it speaks of, and what it says.
    pub fn receive(
        &mut self,
        method: &Method,
        content: Option<&Content>,
        mut settled: impl FnMut(MessageId, Outcome),
    ) {
        match *method {
            Method::BasicReturn { .. } => {
                self.returned += 1;
                if let Some(content) = content {
                    settled(content.origin.message, Outcome::Returned);
                }
            }
            Method::BasicAck { delivery_tag, multiple } => {
                let settled = |message| settled(message, Outcome::Taken);
                self.confirmed += self.unconfirmed.settle(delivery_tag, multiple, settled);
            }
            Method::BasicNack { delivery_tag, multiple, .. } => {
                let settled = |message| settled(message, Outcome::Refused);
                self.refused += self.unconfirmed.settle(delivery_tag, multiple, settled);
            }
            Method::TxCommitOk {} => self.is_committing = false,
            _ => {}
        }
    }
}

/// Gives a message a name of its own, by which whoever gets it twice can know it again (the property `message-id`).
fn name_message(sent: &mut Message, message: MessageId) {
    Rc::make_mut(&mut sent.content.properties).message_id = Some(format!("m{}", message.0));
}
