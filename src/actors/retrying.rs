//! A producer that publishes again what was not confirmed: after which time, how often, and what it remembers for
//! that.
//!
//! Source: rabbitmq.com/docs/reliability ("Data Safety on the Publisher Side"): who gets no confirm retransmits, and
//! thereby may publish a message twice.

use super::Outcome;
use crate::amqp::Message;
use crate::ids::MessageId;
use crate::rng::Stream;
use crate::time::{Span, Time};
use std::collections::VecDeque;

/// After which time and how often a producer publishes again.
///
/// The back-off grows by a factor with every attempt, up to a limit; of each, a share that chance chooses is left
/// out, so that producers that failed together do not come back together (M. Brooker, "Exponential Backoff And
/// Jitter", AWS Architecture Blog, 2015: a jitter of 1 is its "full jitter", one of 0.5 its "equal jitter").
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The back-off before the second attempt.
    pub first: Span,
    /// By how much it grows with each attempt after that.
    pub factor: f64,
    /// The longest back-off.
    pub most: Span,
    /// The largest share of a back-off that chance leaves out, from 0 to 1.
    pub jitter: f64,
    /// So many times a message is published at the most, the first time among them.
    pub most_attempts: Option<u64>,
    /// After so long without a confirm a message counts as failed.
    pub confirm_timeout: Option<Span>,
}

impl RetryPolicy {
    /// The back-off before the attempt of that number, the first being 1.
    fn back_off(&self, attempt: u64, stream: &mut Stream) -> Span {
        let steps = attempt.saturating_sub(2) as f64;
        let grown = self.first.as_us() as f64 * libm::pow(self.factor, steps);
        let whole = grown.min(self.most.as_us() as f64);
        let left_out = if self.jitter > 0.0 { self.jitter * stream.unit() } else { 0.0 };
        Span::from_drawn_us(whole * (1.0 - left_out))
    }
}

/// A message that may have to be published again.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The newest message that it was published as.
    pub message: MessageId,
    /// What it was published as at first.
    pub original: MessageId,
    /// How often it was published.
    pub number: u64,
    /// What is sent.
    pub sent: Message,
    /// Whether it comes back if no queue takes it.
    pub mandatory: bool,
    state: State,
    /// Whether it came back: its confirm says nothing then.
    is_returned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Its confirm is awaited.
    Unconfirmed,
    /// It has failed, and its back-off runs.
    BackingOff,
    /// Its time has come.
    Due,
}

/// What a producer decides about a message that has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It will be published again after a while, as the attempt of that number.
    Again(Span, u64),
    /// It is given up after so many attempts.
    GiveUp(u64),
}

/// What a producer remembers of its messages until they are confirmed.
#[derive(Clone, Debug)]
pub struct Retries {
    policy: RetryPolicy,
    stream: Stream,
    attempts: VecDeque<Attempt>,
    repeated: u64,
    given_up: u64,
}

impl Retries {
    /// Nothing is remembered yet.
    pub fn new(policy: RetryPolicy, stream: Stream) -> Retries {
        Retries { policy, stream, attempts: VecDeque::new(), repeated: 0, given_up: 0 }
    }

    /// After which time and how often.
    pub fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// How often something was published again, and how many messages were given up.
    pub fn counts(&self) -> (u64, u64) {
        (self.repeated, self.given_up)
    }

    /// A message is published for the first time.
    pub fn remember(&mut self, sent: &Message, mandatory: bool) {
        let (message, sent, state) = (sent.number(), sent.clone(), State::Unconfirmed);
        let (original, number, is_returned) = (message, 1, false);
        self.attempts.push_back(Attempt { message, original, number, sent, mandatory, state, is_returned });
    }

    /// A message is confirmed, maybe late. Says whether it would have been published again.
    pub fn confirmed(&mut self, message: MessageId) -> bool {
        let found = self.attempts.iter().position(|each| each.message == message && !each.is_returned);
        let Some(place) = found else { return false };
        let attempt = self.attempts.remove(place);
        attempt.is_some_and(|attempt| attempt.state != State::Unconfirmed)
    }

    /// A message has failed: it was refused, came back, or its confirm does not come. Nothing when that is known.
    pub fn failed(&mut self, message: MessageId, outcome: Outcome) -> Option<Decision> {
        let place = self.attempts.iter().position(|each| each.message == message)?;
        let attempt = &mut self.attempts[place];
        if attempt.state != State::Unconfirmed {
            return None;
        }
        if self.policy.most_attempts.is_some_and(|most| attempt.number >= most) {
            let number = attempt.number;
            self.attempts.remove(place);
            self.given_up += 1;
            return Some(Decision::GiveUp(number));
        }
        attempt.state = State::BackingOff;
        attempt.is_returned = outcome == Outcome::Returned;
        let next = attempt.number + 1;
        Some(Decision::Again(self.policy.back_off(next, &mut self.stream), next))
    }

    /// The back-off of a message is over, if it still has one.
    pub fn back_off_ends(&mut self, message: MessageId) {
        let found = self.attempts.iter_mut().find(|each| each.message == message);
        if let Some(attempt) = found.filter(|attempt| attempt.state == State::BackingOff) {
            attempt.state = State::Due;
        }
    }

    /// Whether something is due.
    pub fn are_due(&self) -> bool {
        self.attempts.iter().any(|each| each.state == State::Due)
    }

    /// Takes what is due for the longest time, to publish it again under the number `message`.
    pub fn again(&mut self, message: MessageId, published: Time) -> Option<Attempt> {
        let place = self.attempts.iter().position(|each| each.state == State::Due)?;
        let mut attempt = self.attempts.remove(place)?;
        attempt.message = message;
        attempt.number += 1;
        attempt.state = State::Unconfirmed;
        attempt.is_returned = false;
        attempt.sent.content.origin.message = message;
        attempt.sent.content.origin.published = published;
        self.repeated += 1;
        self.attempts.push_back(attempt.clone());
        Some(attempt)
    }

    /// The process dies, and with it all that it remembers. Says which messages nobody will publish again.
    pub fn forget(&mut self) -> Vec<MessageId> {
        let all = std::mem::take(&mut self.attempts).into_iter();
        all.filter(|each| each.state != State::Unconfirmed).map(|each| each.message).collect()
    }
}
