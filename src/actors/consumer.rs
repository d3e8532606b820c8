//! A consumer: takes what is delivered, works on one message after the other, acknowledges.

use super::Timing;
use crate::amqp::{Body, DeliveryTag, Method, Table};
use crate::facts::{ClientName, QueueName, Rule};
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::Time;
use std::collections::VecDeque;
use std::rc::Rc;

/// How a consumer acknowledges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// When the work is done (`"manual"`).
    Manual,
    /// Not at all: the broker takes a message for done when it is sent (`"automatic"`).
    Automatic,
    /// When the work begins (`"before"`).
    Before,
    /// Not at all, and the broker waits for it (`"never"`).
    Never,
    /// After so many messages, all at once (`{"batch": n}`, that is `basic.ack` with `multiple`).
    Batch(u64),
}

/// What a consumer does when its work on a message is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It acknowledges as it always does.
    Acknowledge,
    /// `basic.nack` with `requeue` (`"requeue"`).
    Requeue,
    /// `basic.reject` without `requeue` (`"reject"`).
    Reject,
    /// It crashes before it can acknowledge (`"crash"`).
    Crash,
    /// It acknowledges, and once more (`"ack_twice"`).
    AcknowledgeTwice,
    /// It says nothing (`"none"`).
    Nothing,
}

/// What a consumer does with certain messages. Conditions that are absent hold for every message.
#[derive(Clone, Debug)]
pub struct AnswerRule {
    /// Those with this routing key.
    pub routing_key: Option<Name>,
    /// Those with this body.
    pub body: Option<Body>,
    /// Those that were delivered before, or were not.
    pub redelivered: Option<bool>,
    /// This share of them, by chance.
    pub share: Option<f64>,
    /// What it does.
    pub answer: Answer,
    /// The conditions in words.
    pub reason: Name,
}

/// A message that was delivered to a consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message: MessageId,
    /// Its delivery tag.
    pub tag: DeliveryTag,
    /// Whether it was delivered before.
    pub is_redelivered: bool,
    /// Whether the broker is done with it: it is acknowledged, or need not be.
    pub is_settled: bool,
    /// Its routing key.
    pub routing_key: Name,
    /// Who published it.
    pub publisher: Name,
    /// When that was.
    pub published: Time,
    /// Its body.
    pub body: Body,
}

/// The message in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The message.
    pub delivery: Delivery,
    /// When the work began.
    pub began: Time,
    /// When it will be done.
    pub ends: Time,
    /// Counts the works of the consumer, from 1.
    pub number: u64,
}

/// What a consumer says of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// `basic.ack`, of all up to it with `multiple`.
    Acknowledge {
        /// Its tag.
        tag: DeliveryTag,
        /// Whether those before it are meant too.
        multiple: bool,
    },
    /// `basic.nack` with `requeue`.
    Requeue(DeliveryTag),
    /// `basic.reject` without `requeue`.
    Reject(DeliveryTag),
}

/// A work that is done.
#[derive(Clone, Debug)]
pub struct Done {
    /// The message.
    pub message: MessageId,
    /// What the consumer does now.
    pub answer: Answer,
    /// Why, where it is not what it always does; else empty.
    pub reason: Name,
    /// What it says of it.
    pub reply: Option<Reply>,
    /// Whether it sends that once more.
    pub is_said_twice: bool,
}

/// A work that begins.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The message.
    pub message: MessageId,
    /// When it will be done.
    pub ends: Time,
    /// The number of the work.
    pub number: u64,
    /// What is said before it.
    pub told: Option<Reply>,
}

/// What a consumer loses with its channel or its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The message.
    pub message: MessageId,
    /// Whether the broker is done with it, so that nobody has it any more.
    pub is_lost: bool,
}

/// How a consumer works.
#[derive(Clone, Debug)]
pub struct Habits {
    /// How long it works on a message.
    pub service: Timing,
    /// When it acknowledges.
    pub acknowledgement: Acknowledgement,
    /// The prefetch limit that it asks for; 0 is none.
    pub prefetch: u16,
    /// What it does with certain messages; the first that applies holds.
    pub answers: Rc<[AnswerRule]>,
}

/// A consumer of the scenario.
#[derive(Clone, Debug)]
pub struct Consumer {
    name: ClientName,
    queue: QueueName,
    stream: Stream,
    habits: Habits,
    buffer: VecDeque<Delivery>,
    work: Option<Work>,
    begun: u64,
    finished: u64,
    /// How many messages of a batch are done and not acknowledged.
    unacknowledged: u64,
    is_paused: bool,
}

impl Consumer {
    /// A consumer with nothing in hand.
    pub fn new(name: ClientName, queue: QueueName, stream: Stream, habits: Habits) -> Consumer {
        Consumer {
            name,
            queue,
            stream,
            habits,
            buffer: VecDeque::new(),
            work: None,
            begun: 0,
            finished: 0,
            unacknowledged: 0,
            is_paused: false,
        }
    }

    /// Its name, which is its consumer tag as well.
    pub fn name(&self) -> ClientName {
        self.name
    }

    /// The queue it consumes from.
    pub fn queue(&self) -> QueueName {
        self.queue
    }

    /// How it acknowledges.
    pub fn acknowledgement(&self) -> Acknowledgement {
        self.habits.acknowledgement
    }

    /// The prefetch limit that it asks for; 0 is none.
    pub fn prefetch(&self) -> u16 {
        self.habits.prefetch
    }

    /// What was delivered and waits for its turn, oldest first.
    pub fn buffer(&self) -> &VecDeque<Delivery> {
        &self.buffer
    }

    /// What it works on.
    pub fn work(&self) -> Option<&Work> {
        self.work.as_ref()
    }

    /// How many messages it has worked through.
    pub fn finished(&self) -> u64 {
        self.finished
    }

    /// Whether it begins no new work.
    pub fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Lets it begin no new work, or go on. What it has in hand it ends in any case.
    pub fn set_paused(&mut self, is_paused: bool) {
        self.is_paused = is_paused;
    }

    /// A message has arrived. Says how many now wait.
    pub fn take(&mut self, delivery: Delivery) -> u64 {
        self.buffer.push_back(delivery);
        self.buffer.len() as u64
    }

    /// What it asks for on a channel that is open.
    pub fn set_up(&self) -> Vec<Method> {
        let consume = Method::BasicConsume {
            queue: self.queue.name,
            consumer_tag: self.name.0,
            no_local: false,
            no_ack: self.habits.acknowledgement == Acknowledgement::Automatic,
            exclusive: false,
            no_wait: true,
            arguments: Table::default(),
        };
        vec![
            Method::BasicQos { prefetch_size: 0, prefetch_count: self.habits.prefetch, global: false },
            consume,
        ]
    }

    /// Begins the next work if there is some and the hands are free.
    pub fn begin(&mut self, now: Time) -> Option<Begun> {
        if self.work.is_some() || self.is_paused {
            return None;
        }
        let mut delivery = self.buffer.pop_front()?;
        let is_told_before = self.habits.acknowledgement == Acknowledgement::Before && !delivery.is_settled;
        delivery.is_settled |= is_told_before;
        let told = is_told_before.then_some(Reply::Acknowledge { tag: delivery.tag, multiple: false });
        self.begun += 1;
        let ends = now + self.habits.service.draw(&mut self.stream);
        let begun = Begun { message: delivery.message, ends, number: self.begun, told };
        self.work = Some(Work { delivery, began: now, ends, number: self.begun });
        Some(begun)
    }

    /// Ends the work of that number, if it is in hand. Says what it was and what the broker is to be told. If it
    /// is to crash, the message is in hand still.
    pub fn finish(&mut self, number: u64) -> Option<Done> {
        let work = self.work.as_ref().filter(|work| work.number == number)?;
        let Delivery { message, tag, is_settled, .. } = work.delivery;
        let mut rules = self.habits.answers.iter();
        let rule = rules.find(|rule| applies(rule, &work.delivery, &mut self.stream));
        let (answer, reason) =
            rule.map_or((Answer::Acknowledge, Name::EMPTY), |rule| (rule.answer, rule.reason));
        if answer != Answer::Crash {
            self.work = None;
            self.finished += 1;
        }
        let reply = match answer {
            _ if is_settled => None,
            Answer::Acknowledge => self.acknowledge(tag),
            Answer::AcknowledgeTwice => Some(Reply::Acknowledge { tag, multiple: false }),
            Answer::Requeue => Some(Reply::Requeue(tag)),
            Answer::Reject => Some(Reply::Reject(tag)),
            Answer::Crash | Answer::Nothing => None,
        };
        let is_said_twice = answer == Answer::AcknowledgeTwice;
        Some(Done { message, answer, reason, reply, is_said_twice })
    }

    /// Its channel is gone, and when it dies all that it has in memory. Says which messages it does not have any
    /// more. What the broker is done with it keeps for as long as it lives.
    pub fn stop(&mut self, dies: bool) -> Vec<Dropped> {
        self.unacknowledged = 0;
        let goes = |delivery: &Delivery| dies || !delivery.is_settled;
        let in_hand = self.work.take_if(|work| goes(&work.delivery)).map(|work| work.delivery);
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.buffer).into_iter().partition(goes);
        self.buffer = kept.into();
        let gone = in_hand.into_iter().chain(gone);
        gone.map(|each| Dropped { message: each.message, is_lost: each.is_settled }).collect()
    }

    /// The rule by which the broker is done with a message before the consumer is.
    pub fn settling_rule(&self) -> Rule {
        match self.habits.acknowledgement {
            Acknowledgement::Before => Rule::ManualAcknowledgement,
            _ => Rule::AutomaticAcknowledgement,
        }
    }

    fn acknowledge(&mut self, tag: DeliveryTag) -> Option<Reply> {
        match self.habits.acknowledgement {
            Acknowledgement::Batch(size) => {
                self.unacknowledged += 1;
                if self.unacknowledged < size {
                    return None;
                }
                self.unacknowledged = 0;
                Some(Reply::Acknowledge { tag, multiple: true })
            }
            Acknowledgement::Never => None,
            _ => Some(Reply::Acknowledge { tag, multiple: false }),
        }
    }
}

/// Chance is asked last and only where a rule has a share, so that a document without one draws as before.
fn applies(rule: &AnswerRule, delivery: &Delivery, stream: &mut Stream) -> bool {
    rule.routing_key.is_none_or(|key| key == delivery.routing_key)
        && rule.body.as_ref().is_none_or(|body| *body == delivery.body)
        && rule.redelivered.is_none_or(|flag| flag == delivery.is_redelivered)
        && rule.share.is_none_or(|share| stream.unit() < share)
}
