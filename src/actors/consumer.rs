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

/// A work that is done.
#[derive(Clone, Debug)]
pub struct Done {
    /// What it was.
    pub delivery: Delivery,
    /// What the consumer does now.
    pub answer: Answer,
    /// Why, where it is not what it always does; else empty.
    pub reason: Name,
    /// What it sends.
    pub methods: Vec<Method>,
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

    /// Begins the next work if there is some and the hands are free. Says what it is, and what is sent before it.
    pub fn begin(&mut self, now: Time) -> Option<(Work, Option<Method>)> {
        if self.work.is_some() || self.is_paused {
            return None;
        }
        let mut delivery = self.buffer.pop_front()?;
        let is_told_before = self.habits.acknowledgement == Acknowledgement::Before && !delivery.is_settled;
        delivery.is_settled |= is_told_before;
        let told = is_told_before.then_some(Method::BasicAck { delivery_tag: delivery.tag, multiple: false });
        self.begun += 1;
        let ends = now + self.habits.service.draw(&mut self.stream);
        let work = Work { delivery, began: now, ends, number: self.begun };
        self.work = Some(work.clone());
        Some((work, told))
    }

    /// Ends the work of that number, if it is in hand. Says what it was and what the broker is to be told. If it
    /// is to crash, the message is in hand still.
    pub fn finish(&mut self, number: u64) -> Option<Done> {
        let delivery = self.work.as_ref().filter(|work| work.number == number)?.delivery.clone();
        let rules = self.habits.answers.clone();
        let rule = rules.iter().find(|rule| self.applies(rule, &delivery));
        let (answer, reason) =
            rule.map_or((Answer::Acknowledge, Name::EMPTY), |rule| (rule.answer, rule.reason));
        if answer != Answer::Crash {
            self.work = None;
            self.finished += 1;
        }
        let tag = delivery.tag;
        let methods = match answer {
            _ if delivery.is_settled => Vec::new(),
            Answer::Acknowledge => self.acknowledge(tag),
            Answer::AcknowledgeTwice => {
                let acknowledgement = Method::BasicAck { delivery_tag: tag, multiple: false };
                vec![acknowledgement.clone(), acknowledgement]
            }
            Answer::Requeue => vec![Method::BasicNack { delivery_tag: tag, multiple: false, requeue: true }],
            Answer::Reject => vec![Method::BasicReject { delivery_tag: tag, requeue: false }],
            Answer::Crash | Answer::Nothing => Vec::new(),
        };
        Some(Done { delivery, answer, reason, methods })
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

    /// Chance is asked last and only where a rule has a share, so that a document without one draws as before.
    fn applies(&mut self, rule: &AnswerRule, delivery: &Delivery) -> bool {
        rule.routing_key.is_none_or(|key| key == delivery.routing_key)
            && rule.body.as_ref().is_none_or(|body| *body == delivery.body)
            && rule.redelivered.is_none_or(|flag| flag == delivery.is_redelivered)
            && rule.share.is_none_or(|share| self.stream.unit() < share)
    }

    fn acknowledge(&mut self, delivery_tag: DeliveryTag) -> Vec<Method> {
        match self.habits.acknowledgement {
            Acknowledgement::Batch(size) => {
                self.unacknowledged += 1;
                if self.unacknowledged < size {
                    return Vec::new();
                }
                self.unacknowledged = 0;
                vec![Method::BasicAck { delivery_tag, multiple: true }]
            }
            Acknowledgement::Never => Vec::new(),
            _ => vec![Method::BasicAck { delivery_tag, multiple: false }],
        }
    }
}
