//! Ways in the picture, and the shapes of what goes on them.

use super::{ClientName, ExchangeName, QueueName};

/// A part of a message's way: from one thing in the picture to the next, or the thing where its way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leg {
    /// `basic.publish` on its link.
    Publish(ClientName, ExchangeName),
    /// Through a binding into a queue. It takes no simulated time.
    ToQueue(ExchangeName, QueueName),
    /// Through a binding into an exchange, or to an alternate exchange. It takes no simulated time.
    ToExchange(ExchangeName, ExchangeName),
    /// `basic.deliver` on its link.
    Delivery(QueueName, ClientName),
    /// `basic.ack`, `basic.nack` or `basic.reject` on its link, against the direction of the edge.
    Acknowledgement(ClientName, QueueName),
    /// A dead letter from its queue to the dead-letter exchange. It takes no simulated time.
    DeadLetter(QueueName, ExchangeName),
    /// `basic.return`, or a confirm, on its link to the producer, against the direction of the edge.
    BackToProducer(ExchangeName, ClientName),
    /// A frame, or a message in a plain socket, on the link between two nodes.
    Packet(ClientName, ClientName),
    /// No way: the message was lost at an exchange.
    AtExchange(ExchangeName),
    /// No way: the message was lost at a queue.
    AtQueue(QueueName),
    /// No way: the message was lost with a client.
    AtClient(ClientName),
}

/// Where a leg begins or ends: what has a line of its own in a sequence diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The broker as a whole.
    Broker,
    /// A producer or a consumer.
    Client(ClientName),
    /// An exchange of the broker.
    Exchange(ExchangeName),
    /// A queue of the broker.
    Queue(QueueName),
}

impl Leg {
    /// The client whose link it goes over, and whether towards the broker.
    pub(super) fn link(self) -> Option<(ClientName, bool)> {
        match self {
            Leg::Publish(client, _) | Leg::Acknowledgement(client, _) => Some((client, true)),
            Leg::Delivery(_, client) | Leg::BackToProducer(_, client) => Some((client, false)),
            _ => None,
        }
    }

    /// The things that it leads from and to.
    pub fn ends(self) -> (Place, Place) {
        match self {
            Leg::Publish(producer, exchange) => (Place::Client(producer), Place::Exchange(exchange)),
            Leg::ToQueue(exchange, queue) => (Place::Exchange(exchange), Place::Queue(queue)),
            Leg::ToExchange(from, to) => (Place::Exchange(from), Place::Exchange(to)),
            Leg::Delivery(queue, consumer) => (Place::Queue(queue), Place::Client(consumer)),
            Leg::Acknowledgement(consumer, queue) => (Place::Client(consumer), Place::Queue(queue)),
            Leg::DeadLetter(queue, exchange) => (Place::Queue(queue), Place::Exchange(exchange)),
            Leg::BackToProducer(exchange, producer) => (Place::Exchange(exchange), Place::Client(producer)),
            Leg::Packet(from, to) => (Place::Client(from), Place::Client(to)),
            Leg::AtExchange(exchange) => (Place::Exchange(exchange), Place::Exchange(exchange)),
            Leg::AtQueue(queue) => (Place::Queue(queue), Place::Queue(queue)),
            Leg::AtClient(client) => (Place::Client(client), Place::Client(client)),
        }
    }

    /// Whether it is no way, and its two ends are one.
    pub(super) fn is_stay(self) -> bool {
        matches!(self, Leg::AtExchange(_) | Leg::AtQueue(_) | Leg::AtClient(_))
    }
}

/// How a moving thing is drawn. The numbers are those of `Shape` in `web/types.d.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A message.
    Message = 0,
    /// A message that was delivered before.
    Redelivered = 1,
    /// An acknowledgement.
    Acknowledgement = 2,
    /// A dead letter.
    DeadLettered = 3,
    /// A message that comes back to its publisher.
    Returned = 4,
    /// A confirm.
    Confirm = 5,
    /// The time of a message is over.
    Expired = 6,
    /// A message is gone: dropped, refused or removed.
    Lost = 7,
    /// A consumer refuses a message.
    Refusal = 8,
    /// A negative confirm.
    NotConfirmed = 9,
    /// A segment, a datagram or another frame.
    Packet = 30,
    /// What is left of one that was lost, in the middle of its way; its progress is how much of its time is over.
    PacketLost = 31,
    /// A packet that goes against the direction of its edge.
    PacketBack = 32,
}
