//! A message to be published again and again, and what is drawn anew for each.

use super::{Choice, Distribution};
use crate::amqp::{Body, Content, Message, Origin, Properties, Table, Value};
use crate::ids::{MessageId, Name};
use crate::rng::Stream;
use crate::time::Time;
use std::rc::Rc;

/// The largest body that a drawn size leads to, in octets: what RabbitMQ 4 takes (rabbitmq.com/docs/limits).
pub const LARGEST_DRAWN: u64 = 16 * 1024 * 1024;

/// What a body is filled up with.
const FILLING: u8 = b'.';

/// A message to be published, again and again.
#[derive(Clone, Debug)]
pub struct Template {
    /// Where to.
    pub exchange: Name,
    /// With which key, where none is drawn.
    pub routing_key: Name,
    /// Whether it is to come back if no queue takes it.
    pub mandatory: bool,
    /// Properties, headers among them.
    pub properties: Rc<Properties>,
    /// The body.
    pub body: Body,
    /// What is drawn anew for each message.
    pub drawn: Option<Box<Drawn>>,
}

/// What is drawn anew for each message.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The routing key.
    pub routing_key: Option<Choice<Name>>,
    /// The priority.
    pub priority: Option<Choice<u8>>,
    /// Headers by their names, beside those that are always the same.
    pub headers: Vec<(String, Choice<Value>)>,
    /// The octets of the body.
    pub size: Option<Distribution>,
}

/// What a recorded trace says of one message; what it does not say is the template's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TraceRow {
    /// The routing key.
    pub routing_key: Option<Name>,
    /// The octets of the body.
    pub size: Option<u32>,
    /// The priority.
    pub priority: Option<u8>,
}

impl Template {
    /// The same message. What is equal in another's is there once in memory: where thousands publish alike, it is at hand.
    pub fn sharing_with(mut self, other: Option<&Template>) -> Template {
        if let Some(other) = other {
            if self.properties == other.properties {
                self.properties = other.properties.clone();
            }
            if self.body == other.body {
                self.body = other.body.clone();
            }
        }
        self
    }

    /// The keys with which it may be published.
    pub fn routing_keys(&self) -> &[Name] {
        let drawn = self.drawn.as_ref().and_then(|drawn| drawn.routing_key.as_ref());
        drawn.map_or(std::slice::from_ref(&self.routing_key), Choice::values)
    }

    /// The message itself, for the `time`-th time. It is put in the place of one that nobody has any more.
    #[inline(always)]
    pub fn publishing(
        &self,
        place: Option<Rc<Message>>,
        origin: Origin,
        time: u64,
        row: Option<&TraceRow>,
        stream: &mut Stream,
    ) -> Rc<Message> {
        let mut shared = self.message(place, origin);
        if self.drawn.is_some() || row.is_some() {
            let message = Rc::make_mut(&mut shared);
            self.vary(message, time, row.copied().unwrap_or_default(), stream);
        }
        shared
    }

    /// The message with nothing drawn.
    #[inline(always)]
    pub fn message(&self, place: Option<Rc<Message>>, origin: Origin) -> Rc<Message> {
        if let Some(mut shared) = place
            && let Some(message) = Rc::get_mut(&mut shared)
        {
            self.put_in(message, origin);
            return shared;
        }
        let Origin { message, publisher, published } = origin;
        self.make(message, publisher, published)
    }

    #[inline(never)]
    fn make(&self, message: MessageId, publisher: Name, published: Time) -> Rc<Message> {
        let origin = Origin { message, publisher, published };
        let content = Content { origin, properties: self.properties.clone(), body: self.body.clone() };
        Rc::new(Message::published(self.exchange, self.routing_key, content))
    }

    /// As a rule the one before was like it.
    #[inline(always)]
    fn put_in(&self, message: &mut Message, origin: Origin) {
        let Message { exchange, routing_key, further_keys, content, is_dead_letter } = message;
        (*exchange, *routing_key, *is_dead_letter) = (self.exchange, self.routing_key, false);
        further_keys.clear();
        content.origin = origin;
        if !Rc::ptr_eq(&content.properties, &self.properties) {
            content.properties = self.properties.clone();
        }
        if !Rc::ptr_eq(&content.body, &self.body) {
            content.body = self.body.clone();
        }
    }

    /// Puts what is drawn, and before that what a trace says, in the place of what is always the same.
    #[inline(never)]
    fn vary(&self, message: &mut Message, time: u64, row: TraceRow, stream: &mut Stream) {
        let Message { routing_key, content, .. } = message;
        let mut priority = row.priority;
        let mut size = row.size.map(u64::from);
        if let Some(drawn) = &self.drawn {
            if let Some(keys) = &drawn.routing_key {
                *routing_key = *keys.choose(time, stream);
            }
            if let Some(priorities) = &drawn.priority {
                priority = priority.or(Some(*priorities.choose(time, stream)));
            }
            if let Some(sizes) = &drawn.size {
                size = size.or(Some(sizes.draw(stream).min(LARGEST_DRAWN)));
            }
            if !drawn.headers.is_empty() {
                let table = Rc::make_mut(&mut content.properties).headers.get_or_insert_with(Table::default);
                for (name, values) in &drawn.headers {
                    table.0.push((name.clone(), values.choose(time, stream).clone()));
                }
            }
        }
        if let Some(key) = row.routing_key {
            *routing_key = key;
        }
        if priority.is_some() {
            Rc::make_mut(&mut content.properties).priority = priority;
        }
        if let Some(size) = size {
            content.body = sized(&self.body, size as usize);
        }
    }
}

/// A body of so many octets: `start`, cut off or filled up.
fn sized(start: &Body, size: usize) -> Body {
    if start.len() == size {
        return start.clone();
    }
    let mut octets = start[..size.min(start.len())].to_vec();
    octets.resize(size, FILLING);
    octets.into()
}
