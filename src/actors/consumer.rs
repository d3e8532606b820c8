//! A consumer: takes what is delivered, works on one message after the other, acknowledges.

use super::Timing;
use crate::amqp::{DeliveryTag, Method};
use crate::facts::{ClientName, QueueName};
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::Time;
use std::collections::VecDeque;

/// When a consumer tells the broker that a message is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// By `basic.ack` when the work is done.
    Manual,
    /// Never: the broker takes a message for done when it is sent (`no-ack`).
    Automatic,
}

/// A message that was delivered to a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message: MessageId,
    /// Its delivery tag.
    pub tag: DeliveryTag,
    /// Whether it was delivered before.
    pub is_redelivered: bool,
    /// Its routing key.
    pub routing_key: Name,
    /// Who published it.
    pub publisher: Name,
}

/// The message in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// The message.
    pub delivery: Delivery,
    /// When the work began.
    pub began: Time,
    /// When it will be done.
    pub ends: Time,
}

/// A consumer of the scenario.
#[derive(Clone, Debug)]
pub struct Consumer {
    name: ClientName,
    queue: QueueName,
    stream: Stream,
    service: Timing,
    acknowledgement: Acknowledgement,
    prefetch: u16,
    buffer: VecDeque<Delivery>,
    work: Option<Work>,
    finished: u64,
    is_paused: bool,
}

impl Consumer {
    /// A consumer with nothing in hand.
    pub fn new(
        name: ClientName,
        queue: QueueName,
        stream: Stream,
        service: Timing,
        acknowledgement: Acknowledgement,
        prefetch: u16,
    ) -> Consumer {
        Consumer {
            name,
            queue,
            stream,
            service,
            acknowledgement,
            prefetch,
            buffer: VecDeque::new(),
            work: None,
            finished: 0,
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
        self.acknowledgement
    }

    /// The prefetch limit that it asks for; 0 is none.
    pub fn prefetch(&self) -> u16 {
        self.prefetch
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

    /// Begins the next work if there is some and the hands are free.
    pub fn begin(&mut self, now: Time) -> Option<Work> {
        if self.work.is_some() || self.is_paused {
            return None;
        }
        let delivery = self.buffer.pop_front()?;
        let ends = now + self.service.draw(&mut self.stream);
        self.work = Some(Work { delivery, began: now, ends });
        self.work
    }

    /// Ends the work in hand. Says what it was and what the broker is to be told.
    pub fn finish(&mut self) -> Option<(Delivery, Option<Method>)> {
        let delivery = self.work.take()?.delivery;
        self.finished += 1;
        let answer = match self.acknowledgement {
            Acknowledgement::Manual => Some(Method::BasicAck { delivery_tag: delivery.tag, multiple: false }),
            Acknowledgement::Automatic => None,
        };
        Some((delivery, answer))
    }
}
