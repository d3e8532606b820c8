//! A message to be published again and again, and what is drawn anew for each.

use super::{Choice, Distribution};
use crate::amqp::{Body, Content, Origin, Properties, Publish, Table, Value};
use crate::ids::Name;
use crate::rng::Stream;
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
    /// The keys with which it may be published.
    pub fn routing_keys(&self) -> &[Name] {
        let drawn = self.drawn.as_ref().and_then(|drawn| drawn.routing_key.as_ref());
        drawn.map_or(std::slice::from_ref(&self.routing_key), Choice::values)
    }

    /// The message itself, for the `time`-th time.
    pub fn publishing(
        &self,
        origin: Origin,
        time: u64,
        row: Option<&TraceRow>,
        stream: &mut Stream,
    ) -> (Publish, Content) {
        let Template { exchange, routing_key, mandatory, .. } = *self;
        let mut publish = Publish { exchange, routing_key, mandatory, immediate: false };
        let mut content = Content { origin, properties: self.properties.clone(), body: self.body.clone() };
        if self.drawn.is_some() || row.is_some() {
            self.vary(&mut publish, &mut content, time, row.copied().unwrap_or_default(), stream);
        }
        (publish, content)
    }

    /// Puts what is drawn, and before that what a trace says, in the place of what is always the same.
    #[inline(never)]
    fn vary(
        &self,
        publish: &mut Publish,
        content: &mut Content,
        time: u64,
        row: TraceRow,
        stream: &mut Stream,
    ) {
        let mut priority = row.priority;
        let mut size = row.size.map(u64::from);
        if let Some(drawn) = &self.drawn {
            if let Some(keys) = &drawn.routing_key {
                publish.routing_key = *keys.choose(time, stream);
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
            publish.routing_key = key;
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
