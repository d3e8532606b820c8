//! A consumer: takes what is delivered, works on one message after the other, acknowledges.

use super::{Acknowledgement, Answer, AnswerRule, Habits};
use crate::amqp::{DeliveryTag, Message, Method, Table};
use crate::facts::{ClientName, QueueName, Rule};
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::{Span, Time};
use std::collections::VecDeque;
use std::rc::Rc;

/// A message that was delivered to a consumer.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The message.
    pub message: Rc<Message>,
    /// Its delivery tag.
    pub tag: DeliveryTag,
    /// Whether it was delivered before.
    pub is_redelivered: bool,
    /// Whether the broker is done with it: it is acknowledged, or need not be.
    pub is_settled: bool,
}

impl Delivery {
    /// The number of the message.
    pub fn number(&self) -> MessageId {
        self.message.number()
    }

    /// Its publisher's own name for it (`message-id`): the same again is the same message once more.
    pub fn message_id(&self) -> Option<&str> {
        self.message.content.properties.message_id.as_deref()
    }
}

/// The message in hand.
#[derive(Clone, Debug)]
pub struct Work {
    /// The message.
    pub delivery: Delivery,
    /// When the work began.
    pub began: Time,
    /// When it will be done.
    pub ends: Time,
    /// Counts the works of the consumer, from 1.
    pub number: u64,
    /// Whether its message is known to have no name from its publisher.
    is_nameless: bool,
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
    /// The name that the message has from its publisher, if it has one.
    pub message_id: Option<String>,
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
    /// The delivery tag of the newest of them.
    newest_done: DeliveryTag,
    is_paused: bool,
    /// Since when it hangs.
    hangs_since: Option<Time>,
    /// So many times as long as it would take it works.
    slowness: f64,
    /// See [`Consumer::is_plain`].
    is_plain: bool,
}

impl Consumer {
    /// A consumer with nothing in hand.
    pub fn new(name: ClientName, queue: QueueName, stream: Stream, habits: Habits) -> Consumer {
        let mut consumer = Consumer {
            name,
            queue,
            stream,
            habits,
            buffer: VecDeque::new(),
            work: None,
            begun: 0,
            finished: 0,
            unacknowledged: 0,
            newest_done: 0,
            is_paused: false,
            hangs_since: None,
            slowness: 1.0,
            is_plain: false,
        };
        consumer.look_for_rules();
        consumer
    }

    /// Whether there is nothing to look at when a work begins or ends: each takes as long as is drawn, and is acknowledged
    /// by itself when it is done, if at all.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Finds that out anew.
    fn look_for_rules(&mut self) {
        let acknowledgement = self.habits.acknowledgement;
        self.is_plain = matches!(acknowledgement, Acknowledgement::Manual | Acknowledgement::Automatic)
            && self.habits.answers.is_empty()
            && self.habits.per_octet_us == 0.0
            && self.slowness == 1.0
            && !self.is_paused
            && self.hangs_since.is_none();
    }

    /// Its name, which is its consumer tag as well.
    pub fn name(&self) -> ClientName {
        self.name
    }

    /// The queue it consumes from.
    pub fn queue(&self) -> QueueName {
        self.queue
    }

    /// How it works.
    pub fn habits(&self) -> &Habits {
        &self.habits
    }

    /// Changes how it works, from the next work on; what it asks of the broker counts when it asks anew.
    pub fn change_habits(&mut self, change: impl FnOnce(&mut Habits)) {
        change(&mut self.habits);
        self.look_for_rules();
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
        self.look_for_rules();
    }

    /// Since when it hangs: it has its connection and takes what comes, and does no work.
    pub fn hangs_since(&self) -> Option<Time> {
        self.hangs_since
    }

    /// It hangs from now on.
    pub fn hang(&mut self, now: Time) {
        self.hangs_since.get_or_insert(now);
        self.look_for_rules();
    }

    /// It hangs no more. Work in hand goes on where it stopped: says when it will end now, and its new number.
    pub fn hangs_no_more(&mut self, now: Time) -> Option<(Time, u64)> {
        let stood = now - self.hangs_since.take()?;
        self.look_for_rules();
        let work = self.work.as_mut()?;
        self.begun += 1;
        work.number = self.begun;
        work.began += stood;
        work.ends += stood;
        Some((work.ends, work.number))
    }

    /// So many times as long as it would take it works.
    pub fn slowness(&self) -> f64 {
        self.slowness
    }

    /// It works so many times as long from the next work on.
    pub fn set_slowness(&mut self, slowness: f64) {
        self.slowness = slowness;
        self.look_for_rules();
    }

    /// A message has arrived. Says how many now wait.
    #[inline(always)]
    pub fn take(&mut self, delivery: Delivery) -> u64 {
        self.buffer.push_back(delivery);
        self.buffer.len() as u64
    }

    /// What it asks for on a channel that is open.
    pub fn set_up(&self) -> [Method; 2] {
        let consume = Method::BasicConsume {
            queue: self.queue.name,
            consumer_tag: self.name.0,
            no_local: false,
            no_ack: self.habits.acknowledgement == Acknowledgement::Automatic,
            exclusive: false,
            no_wait: true,
            arguments: Table::default(),
        };
        [Method::BasicQos { prefetch_size: 0, prefetch_count: self.habits.prefetch, global: false }, consume]
    }

    /// Whether it can begin another work.
    pub fn is_free(&self) -> bool {
        self.work.is_none() && !self.is_paused && self.hangs_since.is_none()
    }

    /// Takes the next message out of the buffer, if there is one and the hands are free.
    #[inline(always)]
    pub fn take_next(&mut self) -> Option<Delivery> {
        if self.buffer.is_empty() || !self.is_free() { None } else { self.buffer.pop_front() }
    }

    /// The same for one that is plain: it is neither paused nor hung.
    #[inline(always)]
    pub fn is_idle_plainly(&self) -> bool {
        self.buffer.is_empty() && self.work.is_none() && self.is_plain
    }

    /// Whether it begins its work on a message as soon as that arrives.
    #[inline(always)]
    pub fn is_idle(&self) -> bool {
        self.buffer.is_empty() && self.is_free()
    }

    /// Begins its work on a message, with free hands. `is_known` says that the message was worked on before under the
    /// same name.
    #[inline(always)]
    pub fn begin(&mut self, mut delivery: Delivery, now: Time, is_known: bool) -> Begun {
        let is_told_before =
            matches!(self.habits.acknowledgement, Acknowledgement::Before) && !delivery.is_settled;
        delivery.is_settled |= is_told_before;
        let told = is_told_before.then_some(Reply::Acknowledge { tag: delivery.tag, multiple: false });
        self.begun += 1;
        let is_skipped = is_known && self.habits.skips_repeated;
        let ends = if is_skipped { now } else { now + self.service(delivery.message.content.body.len()) };
        let begun = Begun { message: delivery.number(), ends, number: self.begun, told };
        self.work = Some(Work { delivery, began: now, ends, number: self.begun, is_nameless: false });
        begun
    }

    /// Begins its work on a message that has no name from its publisher, as one that is plain and has free hands. Says
    /// when it will be done, and the number of the work.
    #[inline(always)]
    pub fn begin_plainly(&mut self, delivery: Delivery, now: Time) -> (Time, u64) {
        self.begun += 1;
        let (ends, number) = (now + self.habits.service.draw_span(&mut self.stream), self.begun);
        self.work = Some(Work { delivery, began: now, ends, number, is_nameless: true });
        (ends, number)
    }

    /// Ends the work of that number, which is in hand, as one that is plain. Says which message it was, and its tag if it
    /// is to be acknowledged. Nothing is done where there is more to look at: see [`Self::finish`].
    #[inline(always)]
    pub fn finish_plainly(&mut self, number: u64) -> Option<(MessageId, Option<DeliveryTag>)> {
        let work = self.work.as_ref().filter(|work| work.number == number)?;
        if !work.is_nameless || !self.is_plain {
            return None;
        }
        let tag = (!work.delivery.is_settled).then_some(work.delivery.tag);
        let message = work.delivery.number();
        self.work = None;
        self.finished += 1;
        Some((message, tag))
    }

    /// How long the next work takes, on a message of so many octets.
    #[inline(always)]
    fn service(&mut self, octets: usize) -> Span {
        let span = self.habits.service.draw_span(&mut self.stream);
        if self.slowness == 1.0 && self.habits.per_octet_us == 0.0 {
            return span;
        }
        Span::from_drawn_us((span.as_us() as f64 + octets as f64 * self.habits.per_octet_us) * self.slowness)
    }

    /// Ends the work of that number, if it is in hand. Says what it was and what the broker is to be told. If it
    /// is to crash, the message is in hand still.
    #[inline(always)]
    pub fn finish(&mut self, number: u64) -> Option<Done> {
        let is_hung = self.hangs_since.is_some();
        let work = self.work.as_mut().filter(|work| work.number == number && !is_hung)?;
        let Delivery { tag, is_settled, .. } = work.delivery;
        let message = work.delivery.number();
        let mut rules = self.habits.answers.iter();
        let rule = rules.find(|rule| applies(rule, &work.delivery, &mut self.stream));
        let message_id = work.delivery.message_id().map(str::to_owned);
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
        Some(Done { message, answer, reason, reply, is_said_twice, message_id })
    }

    /// Its channel is gone, and when it dies all that it has in memory. Says which messages it does not have any
    /// more. What the broker is done with it keeps for as long as it lives.
    pub fn stop(&mut self, dies: bool) -> Vec<Dropped> {
        self.unacknowledged = 0;
        if dies {
            self.hangs_since = None;
            self.look_for_rules();
        }
        let goes = |delivery: &Delivery| dies || !delivery.is_settled;
        let in_hand = self.work.take_if(|work| goes(&work.delivery)).map(|work| work.delivery);
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.buffer).into_iter().partition(goes);
        self.buffer = kept.into();
        let gone = in_hand.into_iter().chain(gone);
        gone.map(|each| Dropped { message: each.number(), is_lost: each.is_settled }).collect()
    }

    /// The rule by which the broker is done with a message before the consumer is.
    pub fn settling_rule(&self) -> Rule {
        match self.habits.acknowledgement {
            Acknowledgement::Before => Rule::ManualAcknowledgement,
            _ => Rule::AutomaticAcknowledgement,
        }
    }

    /// It acknowledges in another way from now on. What it sends first: an acknowledgement of what a batch holds.
    pub fn set_acknowledgement(&mut self, acknowledgement: Acknowledgement) -> Option<Method> {
        self.habits.acknowledgement = acknowledgement;
        self.look_for_rules();
        let is_left = std::mem::take(&mut self.unacknowledged) > 0;
        is_left.then_some(Method::BasicAck { delivery_tag: self.newest_done, multiple: true })
    }

    #[inline(always)]
    fn acknowledge(&mut self, tag: DeliveryTag) -> Option<Reply> {
        match self.habits.acknowledgement {
            Acknowledgement::Batch(size) => {
                self.unacknowledged += 1;
                self.newest_done = tag;
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
    rule.routing_key.is_none_or(|key| key == delivery.message.routing_key)
        && rule.body.as_ref().is_none_or(|body| *body == delivery.message.content.body)
        && rule.redelivered.is_none_or(|flag| flag == delivery.is_redelivered)
        && rule.share.is_none_or(|share| stream.unit() < share)
}
