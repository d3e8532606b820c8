//! Which events let something go on a leg of its way, and which end the way of a message.

use super::leg::{Leg, Shape};
use super::moving_item::MovingItem;
use super::web_moves::{web_end, web_move};
use super::{Event, Fact, Rule};
use crate::ids::{MessageId, Name};
use crate::time::Time;

/// Something that goes on a leg of its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Move {
    pub message: MessageId,
    pub leg: Leg,
    pub shape: Shape,
    pub routing_key: Name,
    pub publisher: Name,
    pub departs: Time,
    pub arrives: Time,
}

/// What belongs to the life of every message, of which it is known what it does: most events are of that kind, and
/// need not be looked at any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Everyday {
    /// Something goes on a leg of its way, and nothing else changes its place.
    Move,
    /// Nothing changes its place.
    Stay,
}

impl Everyday {
    /// The kind of an event; nothing for one that is to be looked at.
    #[inline]
    pub fn of(event: &Event) -> Option<Everyday> {
        match event {
            Event::Published { .. }
            | Event::RoutedToQueue { .. }
            | Event::RoutedToExchange { .. }
            | Event::DeliveryCarried { .. }
            | Event::AcknowledgementSent { .. } => Some(Everyday::Move),
            Event::Received { .. }
            | Event::Queued { .. }
            | Event::WaitsForConsumer { .. }
            | Event::WaitsForPrefetch { .. }
            | Event::WaitsBehind { .. }
            | Event::Delivered { .. }
            | Event::Taken { .. }
            | Event::WorkBegan { .. }
            | Event::WorkEnded { .. }
            | Event::Acknowledged { .. }
            | Event::Confirmed { .. } => Some(Everyday::Stay),
            _ => None,
        }
    }
}

impl Move {
    /// The events that let something go on a leg of its way.
    pub fn begun_by(fact: &Fact) -> Option<Move> {
        let now = fact.time;
        let (message, leg, shape, routing_key, publisher, arrives) = match fact.event {
            Event::Published { producer, message, exchange, routing_key, arrives } => {
                (message, Leg::Publish(producer, exchange), Shape::Message, routing_key, producer, arrives)
            }
            Event::RoutedToQueue { message, exchange, queue, routing_key, publisher, .. } => {
                (message, Leg::ToQueue(exchange, queue), Shape::Message, routing_key, publisher, now)
            }
            Event::RoutedToExchange { message, exchange, destination, routing_key, publisher, .. } => {
                (message, Leg::ToExchange(exchange, destination), Shape::Message, routing_key, publisher, now)
            }
            Event::DeliveryCarried {
                message,
                queue,
                consumer,
                redelivered,
                routing_key,
                publisher,
                arrives,
            } => {
                let shape = if redelivered { Shape::Redelivered } else { Shape::Message };
                (message, Leg::Delivery(queue, consumer), shape, routing_key, publisher, arrives)
            }
            Event::AcknowledgementSent { consumer, message, queue, arrives, .. } => {
                let leg = Leg::Acknowledgement(consumer, queue);
                (message, leg, Shape::Acknowledgement, Name::EMPTY, consumer, arrives)
            }
            Event::RequeueSent { consumer, message, queue, arrives, .. }
            | Event::RejectSent { consumer, message, queue, arrives, .. } => {
                let leg = Leg::Acknowledgement(consumer, queue);
                (message, leg, Shape::Refusal, Name::EMPTY, consumer, arrives)
            }
            Event::DeadLettered { message, queue, exchange, routing_key, publisher, .. }
            | Event::DeadLetterForwarded { message, queue, exchange, routing_key, publisher, .. } => {
                (message, Leg::DeadLetter(queue, exchange), Shape::DeadLettered, routing_key, publisher, now)
            }
            Event::ReturnCarried { message, exchange, producer, routing_key, arrives } => (
                message,
                Leg::BackToProducer(exchange, producer),
                Shape::Returned,
                routing_key,
                producer,
                arrives,
            ),
            Event::ConfirmCarried { producer, exchange, message, arrives } => (
                message,
                Leg::BackToProducer(exchange, producer),
                Shape::Confirm,
                Name::EMPTY,
                producer,
                arrives,
            ),
            Event::NegativeConfirmCarried { producer, exchange, message, arrives } => (
                message,
                Leg::BackToProducer(exchange, producer),
                Shape::NotConfirmed,
                Name::EMPTY,
                producer,
                arrives,
            ),
            ref event => web_move(event)?,
        };
        let publisher = publisher.0;
        Some(Move { message, leg, shape, routing_key, publisher, departs: now, arrives })
    }

    /// Frames do not wait for each other, and what is lost fades half-way.
    pub fn show_packet(
        &self,
        view_us: f64,
        now: Time,
        (hop_us, linger_us): (f64, f64),
        show: &mut impl FnMut(MovingItem),
    ) {
        let (departs, arrives) = (self.departs.as_us() as f64, self.arrives.as_us() as f64);
        let way = (arrives - departs).max(hop_us);
        let (half, lasts) = match self.shape {
            Shape::PacketLost => (way / 2.0, way / 2.0 + linger_us),
            _ => (way, way),
        };
        let view_us = if self.arrives > now { view_us.min(now.as_us() as f64) } else { view_us };
        let since = view_us - departs;
        if since < 0.0 || since >= lasts {
            return;
        }
        let (shape, progress) = match self.shape {
            Shape::PacketLost if since >= half => (Shape::PacketLost, (since - half) / linger_us.max(1.0)),
            _ => (Shape::Packet, since / way),
        };
        show(MovingItem {
            leg: self.leg,
            progress: progress.clamp(0.0, 1.0),
            shape,
            message: self.message,
            routing_key: self.routing_key,
            publisher: self.publisher,
        });
    }
}

/// The events that end the way of a message, and where.
pub(super) fn end_of_way(event: &Event) -> Option<(MessageId, Leg, Shape)> {
    let end = match *event {
        Event::Expired { message, queue, .. }
        | Event::DeadLettered { message, queue, rule: Rule::TimeToLive, .. } => {
            (message, Leg::AtQueue(queue), Shape::Expired)
        }
        Event::Dropped { message, exchange, .. } => (message, Leg::AtExchange(exchange), Shape::Lost),
        Event::DroppedFromHead { message, queue, .. }
        | Event::DeliveryLimitReached { message, queue, .. }
        | Event::Rejected { message, queue, .. }
        | Event::Removed { message, queue, .. }
        | Event::NoLongerRetained { message, queue, .. }
        | Event::CycleCut { message, queue, .. }
        | Event::Refused { message, queue, .. }
        | Event::RefusedToStopped { message, queue, .. }
        | Event::RefusedWhileDown { message, queue, .. } => (message, Leg::AtQueue(queue), Shape::Lost),
        Event::PublishingLost { message, exchange, .. } => (message, Leg::AtExchange(exchange), Shape::Lost),
        Event::Lost { message, client, .. }
        | Event::RolledBack { message, producer: client, .. }
        | Event::NotAccepted { message, producer: client, .. } => {
            (message, Leg::AtClient(client), Shape::Lost)
        }
        event => {
            let (message, client, _) = web_end(&event)?;
            (message, Leg::AtClient(client), Shape::Lost)
        }
    };
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Happening, Motion};
    use crate::simulation::Simulation;
    use std::collections::BTreeSet;

    /// Messages that go by one exchange to another.
    const BY_TWO_EXCHANGES: &str = r#"{
        "queuescope": 1,
        "broker": { "definitions": {
            "exchanges": [{ "name": "in", "type": "fanout" }, { "name": "out", "type": "fanout" }],
            "queues": [{ "name": "q" }],
            "bindings": [
                { "source": "in", "destination": "out", "destination_type": "exchange" },
                { "source": "out", "destination": "q", "destination_type": "queue" }
            ]
        } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 1000 } },
            "messages": [{ "exchange": "in", "routing_key": "k" }]
        }],
        "consumers": [{ "id": "C", "queue": "q", "service": { "constant": { "duration_us": 500 } } }]
    }"#;

    /// What everyday facts do is known beforehand; looking at each of them for all that a fact can do leads to the same.
    /// Every kind of them must come up.
    #[test]
    fn the_short_way_of_everyday_facts_leads_where_the_long_one_does() {
        let documents = [
            include_str!("../../scenarios/work-queue.json"),
            include_str!("../../scenarios/transactions-and-confirms.json"),
            include_str!("../../scenarios/poison-message.json"),
            include_str!("../../scenarios/greedy-consumer.json"),
            include_str!("../../scenarios/full-queues.json"),
            include_str!("../../scenarios/publish-subscribe.json"),
            include_str!("../../scenarios/durable-queue.json"),
            BY_TWO_EXCHANGES,
        ];
        let mut kinds = BTreeSet::new();
        for text in documents {
            let mut simulation = Simulation::from_text(text, None).expect("it is a scenario");
            let (mut short, mut long) = (Motion::default(), Motion::default());
            for _ in 0..600 {
                simulation.step();
                for (_, fact) in simulation.take_facts(usize::MAX) {
                    short.read(&fact);
                    long.read_rarer(&fact);
                    assert_eq!(
                        Happening::of(&fact.event),
                        happening_by_the_long_way(&fact.event),
                        "{fact:?}"
                    );
                    kinds.extend(Everyday::of(&fact.event).map(|_| fact.event.key()));
                }
                assert_eq!(short, long);
            }
        }
        assert_eq!(kinds.len(), 16, "{kinds:?}");
    }

    fn happening_by_the_long_way(event: &Event) -> Option<Happening> {
        match event {
            Event::Delivered { redelivered: true, .. } => Some(Happening::Redelivery),
            event => Happening::of_rarer(event),
        }
    }
}
