//! Commands in a small form.
//!
//! A [`Command`] has room for the largest method there is. Those that belong to every message are small: they travel
//! as they are, and all others in a box.

use super::{Command, Content, DeliveryTag, Method};
use crate::ids::{HoldsNames, Name, holds_names};

/// The fields of `basic.publish`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish {
    /// Where to.
    pub exchange: Name,
    /// With which key.
    pub routing_key: Name,
    /// Whether the message comes back if no queue takes it.
    pub mandatory: bool,
    /// Whether it would be for a consumer that is free at once (RabbitMQ knows no such thing).
    pub immediate: bool,
}

/// The fields of `basic.deliver`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deliver {
    /// For which consumer.
    pub consumer_tag: Name,
    /// The number of the delivery on its channel.
    pub delivery_tag: DeliveryTag,
    /// Whether the message was delivered before.
    pub redelivered: bool,
    /// The exchange that it was published to.
    pub exchange: Name,
    /// The key that it was published with.
    pub routing_key: Name,
}

/// A command in a small form.
#[derive(Clone, Debug, PartialEq)]
pub enum Parcel {
    /// `basic.publish`.
    Publish(Publish, Content),
    /// `basic.deliver`.
    Deliver(Deliver, Content),
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
            } => Parcel::Publish(Publish { exchange, routing_key, mandatory, immediate }, content),
            Command {
                method:
                    Method::BasicDeliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key },
                content: Some(content),
            } => {
                let deliver = Deliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key };
                Parcel::Deliver(deliver, content)
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
            Parcel::Publish(Publish { exchange, routing_key, mandatory, immediate }, content) => Command {
                method: Method::BasicPublish { exchange, routing_key, mandatory, immediate },
                content: Some(content),
            },
            Parcel::Deliver(deliver, content) => {
                let Deliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key } = deliver;
                let method =
                    Method::BasicDeliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key };
                Command { method, content: Some(content) }
            }
            Parcel::Ack(delivery_tag, multiple) => Method::BasicAck { delivery_tag, multiple }.into(),
            Parcel::Other(command) => *command,
        }
    }
}

holds_names!(Publish { exchange, routing_key, mandatory, immediate });
holds_names!(Deliver { consumer_tag, delivery_tag, redelivered, exchange, routing_key });

impl HoldsNames for Parcel {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        match self {
            Parcel::Publish(publish, content) => {
                publish.visit_names(visit);
                content.visit_names(visit);
            }
            Parcel::Deliver(deliver, content) => {
                deliver.visit_names(visit);
                content.visit_names(visit);
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
    use std::rc::Rc;

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

    /// Four words less than a command on every machine.
    #[test]
    fn a_parcel_is_small() {
        assert!(size_of::<Parcel>() <= 72, "{}", size_of::<Parcel>());
    }
}
