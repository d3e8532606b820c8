//! Dead letters that a quorum queue keeps until every queue they go to has confirmed them.
//!
//! Source: rabbitmq.com/docs/quorum-queues ("At-Least-Once Dead Lettering"); RabbitMQ 3.10.8's `rabbit_fifo_dlx`
//! and `rabbit_fifo_dlx_worker`, and runs recorded from it. A process beside the queue forwards so many of them at
//! a time. A confirmed one leaves the queue; the others are tried again when a timer rings, and all of them from
//! the beginning when the broker is restarted. What is kept counts towards the limits of the queue's length, and
//! is not ready.

use super::Queue;
use super::dead_lettering::Death;
use super::queue::QueuedMessage;
use crate::amqp::Message;
use crate::ids::Name;
use crate::time::{Span, Time};
use std::collections::VecDeque;
use std::rc::Rc;

/// How long after a dead letter was forwarded without being confirmed it is forwarded again
/// (`dead_letter_worker_publisher_confirm_timeout`).
pub(super) const CONFIRM_TIMEOUT: Span = Span::from_ms(180_000);
/// So many dead letters of a queue may be forwarded and not confirmed (`dead_letter_worker_consumer_prefetch`).
pub(super) const MOST_UNCONFIRMED: usize = 32;

/// The dead letters that a queue keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptLetters {
    /// Those that were not forwarded yet, the oldest first.
    pub waiting: VecDeque<Kept>,
    /// Those that were forwarded and are not confirmed, in the order in which they were forwarded.
    pub forwarded: Vec<Forwarded>,
    pub count: u64,
    pub bytes: u64,
    /// When the process looks which ones it is to forward again.
    pub timer: Option<Time>,
}

/// A dead letter that was not forwarded yet.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub copy: QueuedMessage,
    pub death: Death,
    /// Whether it was told that it waits for others.
    pub is_told: bool,
}

/// A dead letter that was forwarded at least once, as far as there was somewhere to forward it to.
#[derive(Clone, Debug)]
pub(super) struct Forwarded {
    pub kept: Kept,
    /// It, as it is published.
    pub letter: Rc<Message>,
    /// Queues that should have it and have not answered: those to which it must not go because it would go round.
    pub unanswered: Vec<Name>,
    /// Queues that have not taken it.
    pub refusing: Vec<Name>,
    /// Queues that have confirmed it.
    pub confirming: Vec<Name>,
    /// When it was last forwarded to a queue.
    pub published: Option<Time>,
}

impl Forwarded {
    pub fn new(kept: Kept, letter: Message) -> Forwarded {
        Forwarded {
            kept,
            letter: Rc::new(letter),
            unanswered: Vec::new(),
            refusing: Vec::new(),
            confirming: Vec::new(),
            published: None,
        }
    }

    /// Gives it the exchange and the key that hold now.
    pub fn address(&mut self, exchange: Name, key: Option<Name>) {
        let own = || (self.kept.copy.message.routing_key, self.kept.copy.message.further_keys.clone());
        let (routing_key, further_keys) = key.map_or_else(own, |key| (key, Vec::new()));
        let letter = Message { exchange, routing_key, further_keys, ..Message::clone(&self.letter) };
        self.letter = Rc::new(letter);
    }

    pub fn is_confirmed(&self) -> bool {
        self.unanswered.is_empty() && self.refusing.is_empty() && !self.confirming.is_empty()
    }

    pub fn is_due(&self, now: Time, timeout: Span) -> bool {
        self.published.is_none_or(|published| published + timeout <= now)
    }
}

/// When a dead letter that was forwarded last at that moment is tried again, where the timer rings at `timer`.
pub(super) fn next_try(timer: Time, published: Option<Time>, timeout: Span) -> Time {
    if published.is_none_or(|published| published + timeout <= timer) { timer } else { timer + timeout }
}

impl Queue {
    /// How many dead letters it keeps until their targets have confirmed them.
    pub fn kept_count(&self) -> u64 {
        self.kept.as_ref().map_or(0, |kept| kept.count)
    }

    /// The octets of their bodies.
    pub(super) fn kept_bytes(&self) -> u64 {
        self.kept.as_ref().map_or(0, |kept| kept.bytes)
    }

    /// The dead letters that it keeps, those first that were forwarded, each with the moment at which it is
    /// tried again; others wait for one of those to be confirmed.
    pub fn kept(&self, timeout: Span) -> impl Iterator<Item = (&QueuedMessage, Option<Time>)> {
        let forwarded = self.kept.iter().flat_map(move |kept| {
            kept.forwarded.iter().map(move |each| {
                (&each.kept.copy, kept.timer.map(|timer| next_try(timer, each.published, timeout)))
            })
        });
        let waiting = self.kept.iter().flat_map(|kept| &kept.waiting);
        forwarded.chain(waiting.map(|each| (&each.copy, None)))
    }

    /// Takes every dead letter that it keeps.
    pub(super) fn take_kept(&mut self) -> Vec<QueuedMessage> {
        let kept = self.kept.take().map_or_else(KeptLetters::default, |kept| *kept);
        let forwarded = kept.forwarded.into_iter().map(|each| each.kept.copy);
        forwarded.chain(kept.waiting.into_iter().map(|each| each.copy)).collect()
    }
}

crate::ids::nameless!(Death);
crate::ids::holds_names!(Kept { copy, death, is_told });
crate::ids::holds_names!(Forwarded { kept, letter, unanswered, refusing, confirming, published });
crate::ids::holds_names!(KeptLetters { waiting, forwarded, count, bytes, timer });
