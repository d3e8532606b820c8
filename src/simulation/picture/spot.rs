//! Where in the picture a leg of a way is drawn.

use super::Picture;
use crate::facts::Leg;
use crate::ids::Name;

/// Where in the picture something moves or stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// On an edge, or against its direction.
    Edge {
        /// The place of the edge.
        edge: usize,
        /// Whether it goes against it.
        is_backwards: bool,
    },
    /// At the node with that place.
    Node(usize),
}

impl Picture {
    /// Where a leg is drawn.
    pub fn spot_of(&self, leg: Leg) -> Option<Spot> {
        let (from, to, is_backwards) = match leg {
            Leg::AtExchange(exchange) => return self.exchange_place(exchange).map(Spot::Node),
            Leg::AtQueue(queue) => return self.queue_place(queue).map(Spot::Node),
            Leg::AtClient(client) => return self.client_place(client.0).map(Spot::Node),
            Leg::Packet(from, to) => return self.spot_of_packet(from.0, to.0),
            Leg::Publish(producer, exchange) => {
                (self.client_place(producer.0)?, self.exchange_place(exchange)?, false)
            }
            Leg::ToQueue(exchange, queue) => {
                (self.exchange_place(exchange)?, self.queue_place(queue)?, false)
            }
            Leg::ToExchange(from, to) => (self.exchange_place(from)?, self.exchange_place(to)?, false),
            Leg::Delivery(queue, consumer) => {
                (self.queue_place(queue)?, self.client_place(consumer.0)?, false)
            }
            Leg::Acknowledgement(consumer, queue) => {
                (self.queue_place(queue)?, self.client_place(consumer.0)?, true)
            }
            Leg::DeadLetter(queue, exchange) => {
                (self.queue_place(queue)?, self.exchange_place(exchange)?, false)
            }
            Leg::BackToProducer(exchange, producer) => {
                (self.client_place(producer.0)?, self.exchange_place(exchange)?, true)
            }
        };
        self.edge_places.get(&(from, to)).map(|&edge| Spot::Edge { edge, is_backwards })
    }

    /// On the line between two nodes; to and from the broker, which is no node, on the line of the client.
    fn spot_of_packet(&self, from: Name, to: Name) -> Option<Spot> {
        let (from, to) = (self.client_place(from), self.client_place(to));
        let place = |pair: (usize, usize)| self.edge_places.get(&pair).copied();
        match (from, to) {
            (Some(from), Some(to)) => match (place((from, to)), place((to, from))) {
                (Some(edge), _) => Some(Spot::Edge { edge, is_backwards: false }),
                (_, Some(edge)) => Some(Spot::Edge { edge, is_backwards: true }),
                _ => None,
            },
            (client, other) => {
                let client = client.or(other)?;
                let is_from_client = from.is_some();
                let edge = self.edges.iter().position(|edge| edge.from == client || edge.to == client)?;
                let is_backwards = (self.edges[edge].from == client) != is_from_client;
                Some(Spot::Edge { edge, is_backwards })
            }
        }
    }
}
