//! Commands in a small form.
//!
//! A [`Command`] has room for the largest method there is. Those that belong to every message are small: they travel
//! as they are, and all others in a box.

use super::{Command, Content, DeliveryTag, Message, Method};
use crate::ids::{HoldsNames, Name, holds_names};
use std::rc::Rc;

/// The fields of `basic.publish` that its message does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    /// Whether the message comes back if no queue takes it.
    pub mandatory: bool,
    /// Whether it would be for a consumer that is free at once (RabbitMQ knows no such thing).
    pub immediate: bool,
}

/// The fields of `basic.deliver` that its message does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deliver {
    /// For which consumer.
    pub consumer_tag: Name,
    /// The number of the delivery on its channel.
    pub delivery_tag: DeliveryTag,
    /// Whether the message was delivered before.
    pub redelivered: bool,
}

/// A command in a small form.
#[derive(Clone, Debug, PartialEq)]
pub enum Parcel {
    /// `basic.publish`.
    Publish(Publish, Rc<Message>),
    /// `basic.deliver`.
    Deliver(Deliver, Rc<Message>),
    /// `basic.ack`.
    Ack(DeliveryTag, bool),
    /// Any other.
    Other(Box<Command>),
}

impl Parcel {
    /// The name of its method in the specification.
    pub fn name(&self) -> &'static str {
        match self {
            Parcel::Publish(..) => "basic.publish",
            Parcel::Deliver(..) => "basic.deliver",
            Parcel::Ack(..) => "basic.ack",
            Parcel::Other(command) => command.method.name(),
        }
    }
}

impl From<Command> for Parcel {
    fn from(command: Command) -> Parcel {
        match command {
            Command {
                method: Method::BasicPublish { exchange, routing_key, mandatory, immediate },
                content: Some(content),
            } => {
                let message = Message::published(exchange, routing_key, content);
                Parcel::Publish(Publish { mandatory, immediate }, Rc::new(message))
            }
            Command {
                method:
                    Method::BasicDeliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key },
                content: Some(content),
            } => {
                let message = Message::published(exchange, routing_key, content);
                Parcel::Deliver(Deliver { consumer_tag, delivery_tag, redelivered }, Rc::new(message))
            }
            Command { method: Method::BasicAck { delivery_tag, multiple }, content: None } => {
                Parcel::Ack(delivery_tag, multiple)
            }
            other => Parcel::Other(Box::new(other)),
        }
    }
}

impl From<Method> for Parcel {
    #[inline]
    fn from(method: Method) -> Parcel {
        match method {
            Method::BasicAck { delivery_tag, multiple } => Parcel::Ack(delivery_tag, multiple),
            other => Command::from(other).into(),
        }
    }
}

impl From<Parcel> for Command {
    fn from(parcel: Parcel) -> Command {
        match parcel {
            Parcel::Publish(Publish { mandatory, immediate }, message) => {
                let Message { exchange, routing_key, .. } = *message;
                let method = Method::BasicPublish { exchange, routing_key, mandatory, immediate };
                Command { method, content: Some(content_of(message)) }
            }
            Parcel::Deliver(Deliver { consumer_tag, delivery_tag, redelivered }, message) => {
                let Message { exchange, routing_key, .. } = *message;
                let method =
                    Method::BasicDeliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key };
                Command { method, content: Some(content_of(message)) }
            }
            Parcel::Ack(delivery_tag, multiple) => Method::BasicAck { delivery_tag, multiple }.into(),
            Parcel::Other(command) => *command,
        }
    }
}

fn content_of(message: Rc<Message>) -> Content {
    Rc::try_unwrap(message).map_or_else(|shared| shared.content.clone(), |message| message.content)
}

holds_names!(Publish { mandatory, immediate });
holds_names!(Deliver { consumer_tag, delivery_tag, redelivered });

impl HoldsNames for Parcel {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        match self {
            Parcel::Publish(_, message) => message.visit_names(visit),
            Parcel::Deliver(deliver, message) => {
                deliver.visit_names(visit);
                message.visit_names(visit);
            }
            Parcel::Ack(..) => {}
            Parcel::Other(command) => command.visit_names(visit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amqp::{Origin, Properties};

    #[test]
    fn what_goes_into_a_parcel_comes_out_of_it() {
        let content = Content {
            origin: Origin::UNKNOWN,
            properties: Rc::new(Properties::default()),
            body: b"body".as_slice().into(),
        };
        let [exchange, routing_key, consumer_tag] = [1, 2, 3].map(Name);
        let (mandatory, immediate, redelivered, delivery_tag) = (true, false, true, 7);
        let methods = [
            Method::BasicPublish { exchange, routing_key, mandatory, immediate },
            Method::BasicDeliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key },
            Method::BasicAck { delivery_tag, multiple: true },
            Method::BasicReject { delivery_tag, requeue: true },
        ];
        for method in methods {
            let content = method.carries_content().then(|| content.clone());
            let command = Command { method, content };
            let parcel = Parcel::from(command.clone());
            assert_eq!(parcel.name(), command.method.name());
            assert_eq!(Command::from(parcel), command);
        }
    }

    /// Four words.
    #[test]
    fn a_parcel_is_small() {
        assert!(size_of::<Parcel>() <= 32, "{}", size_of::<Parcel>());
    }
}
