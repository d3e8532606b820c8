//! A producer: publishes its messages in turn, each at its time.

use super::Timing;
use crate::amqp::{Body, Command, Content, DeliveryTag, Method, Origin, Properties};
use crate::facts::ClientName;
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::Span;
use std::collections::VecDeque;
use std::rc::Rc;

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

/// A `basic.publish` ready to be sent.
#[derive(Clone, Debug)]
pub struct Publication {
    /// The method with its content.
    pub command: Command,
    /// Where it goes.
    pub exchange: Name,
    /// Its key.
    pub routing_key: Name,
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
    /// What the broker has not confirmed yet, in the order of publishing, in confirm mode.
    unconfirmed: Option<VecDeque<Unconfirmed>>,
    published: u64,
    returned: u64,
    confirmed: u64,
    refused: u64,
    is_paused: bool,
}

impl Producer {
    /// A producer that cycles through `templates`, of which there is at least one, until it has published
    /// `limit` messages. With `is_confirming` it awaits a confirm for each.
    pub fn new(
        name: ClientName,
        stream: Stream,
        arrivals: Timing,
        templates: Rc<[Template]>,
        limit: Option<u64>,
        is_confirming: bool,
    ) -> Producer {
        Producer {
            name,
            stream,
            arrivals,
            templates,
            limit,
            unconfirmed: is_confirming.then(VecDeque::new),
            published: 0,
            returned: 0,
            confirmed: 0,
            refused: 0,
            is_paused: false,
        }
    }

    /// The message and the exchange behind the number of a confirm that is still awaited.
    pub fn awaiting(&self, number: DeliveryTag) -> Option<(MessageId, Name)> {
        let unconfirmed = self.unconfirmed.as_ref()?.iter().find(|each| each.number == number)?;
        Some((unconfirmed.message, unconfirmed.exchange))
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
        let is_done = self.limit.is_some_and(|limit| self.published >= limit);
        (!is_done).then(|| self.arrivals.draw(&mut self.stream))
    }

    /// The next message in turn.
    pub fn publish(&mut self, message: MessageId) -> Publication {
        let template = &self.templates[(self.published % self.templates.len() as u64) as usize];
        self.published += 1;
        let (exchange, routing_key) = (template.exchange, template.routing_key);
        if let Some(unconfirmed) = &mut self.unconfirmed {
            unconfirmed.push_back(Unconfirmed { number: self.published, message, exchange });
        }
        let content = Content {
            origin: Origin { message, publisher: self.name.0 },
            properties: template.properties.clone(),
            body: template.body.clone(),
        };
        let method =
            Method::BasicPublish { exchange, routing_key, mandatory: template.mandatory, immediate: false };
        Publication { command: Command { method, content: Some(content) }, exchange, routing_key }
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
            _ => {}
        }
    }

    /// Takes what a confirm speaks of off the list; says how many that were.
    fn settle(&mut self, number: DeliveryTag, multiple: bool) -> u64 {
        let Some(unconfirmed) = &mut self.unconfirmed else { return 0 };
        let before = unconfirmed.len();
        unconfirmed.retain(|each| if multiple { each.number > number } else { each.number != number });
        (before - unconfirmed.len()) as u64
    }
}
