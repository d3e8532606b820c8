//! What moves, read from facts: which message is on which leg of its way, from when until when; and what is left
//! where a message was lost.

use super::leg::{Leg, Shape};
use super::moves::{Everyday, Move, end_of_way};
use super::packet_moves::{completed, packet_move, waits_no_more};
use super::web_moves::{web_arrival, web_end};
use super::{Event, Fact};
use crate::ids::{MessageId, Name};
use crate::time::{Span, Time};

/// The moves of the present and of the near past.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    pub(super) moves: Vec<Move>,
    /// When there are more moves than this, the old ones are cleared away.
    clear_above: usize,
}

/// So many finished moves stay when the old ones are cleared away: enough for what the picture still shows
/// of the last moments.
const FINISHED_KEPT: usize = 512;

impl Default for Motion {
    fn default() -> Self {
        Motion { moves: Vec::new(), clear_above: 4 * FINISHED_KEPT }
    }
}

impl Motion {
    /// What a copy of it takes, in octets.
    pub(super) fn octets(&self) -> u64 {
        (self.moves.len() * size_of::<Move>()) as u64
    }

    /// Takes a fact in.
    #[inline]
    pub fn read(&mut self, fact: &Fact) {
        match Everyday::of(&fact.event) {
            Some(Everyday::Stay) => return,
            Some(Everyday::Move) => self.moves.extend(Move::begun_by(fact)),
            None => self.read_rarer(fact),
        }
        if self.moves.len() > self.clear_above {
            self.clear_away(fact.time);
        }
    }

    #[inline(never)]
    pub(super) fn read_rarer(&mut self, fact: &Fact) {
        self.read_link(fact);
        self.read_end(fact);
        self.moves.extend(Move::begun_by(fact));
        self.read_packet(fact);
    }

    /// What waits for a link stays where it was sent from until it goes, or is given up.
    fn read_link(&mut self, fact: &Fact) {
        let is_waiting = |each: &Move| each.arrives == Time::UNKNOWN;
        match fact.event {
            Event::HeldSentToBroker { client, arrives, .. }
            | Event::HeldSentToClient { client, arrives, .. } => {
                let is_to_broker = matches!(fact.event, Event::HeldSentToBroker { .. });
                let carried = self
                    .moves
                    .iter_mut()
                    .filter(|each| is_waiting(each) && each.leg.link() == Some((client, is_to_broker)));
                carried.for_each(|each| (each.departs, each.arrives) = (fact.time, arrives));
            }
            Event::ConnectionTimedOut { client, .. } => {
                let is_gone =
                    |each: &Move| is_waiting(each) && each.leg.link().is_some_and(|link| link.0 == client);
                self.moves.retain(|each| !is_gone(each));
            }
            Event::RequestFailed { message, .. } => {
                self.moves.retain(|each| each.message != message || !is_waiting(each));
            }
            _ => {}
        }
        if let Some((message, leg)) = web_arrival(&fact.event) {
            let own = |each: &&mut Move| each.message == message && each.leg == leg && is_waiting(each);
            self.moves.iter_mut().filter(own).for_each(|each| each.arrives = fact.time);
        }
        if let Some((message, _, Some(leg))) = web_end(&fact.event) {
            self.moves.retain(|each| each.message != message || each.leg != leg || !is_waiting(each));
        }
        self.read_completion(fact);
    }

    /// TCP keeps order: with the last octets of a message everything has gone that was sent before it on the link.
    fn read_completion(&mut self, fact: &Fact) {
        let is_waiting = |each: &Move| each.arrives == Time::UNKNOWN;
        if let Some(message) = waits_no_more(&fact.event) {
            self.moves.retain(|each| !(is_waiting(each) && each.message == message));
        }
        let Some((message, link, arrives)) = completed(&fact.event) else { return };
        let on_link = |each: &Move| is_waiting(each) && each.leg.goes(link);
        let last = self.moves.iter().rposition(|each| on_link(each) && each.message == message);
        let gone = self.moves.iter_mut().take(last.map_or(0, |last| last + 1));
        for each in gone.filter(|each| on_link(each)) {
            (each.departs, each.arrives) = (fact.time, arrives);
        }
    }

    /// Frames that are sent, and those that are lost.
    fn read_packet(&mut self, fact: &Fact) {
        let Some(moved) = packet_move(&fact.event) else { return };
        let (leg, departs) = (moved.leg(), fact.time);
        let arrives = match moved.shape {
            Shape::PacketLost => departs + self.usual_span(leg),
            _ => moved.arrives,
        };
        let (message, shape, publisher) = (moved.message, moved.shape, moved.from.0);
        self.moves.push(Move { message, leg, shape, routing_key: Name::EMPTY, publisher, departs, arrives });
    }

    /// How long the last frame took that arrived.
    fn usual_span(&self, leg: Leg) -> Span {
        let near = self.moves.iter().rev().take(FINISHED_KEPT);
        let mut arrived = near.filter(|each| each.leg == leg && each.shape == Shape::Packet);
        arrived.next().map_or(Span::ZERO, |each| each.arrives - each.departs)
    }

    fn read_end(&mut self, fact: &Fact) {
        // What a queue refuses is not lost where another one keeps it.
        if let Event::DeadLetterAwaitsQueue { message, target, .. } = fact.event {
            let is_refused = |each: &Move| {
                each.message == message && each.leg == Leg::AtQueue(target) && each.shape == Shape::Lost
            };
            if let Some(place) = self.moves.iter().rposition(is_refused) {
                self.moves.remove(place);
            }
        }
        let now = fact.time;
        let end = end_of_way(&fact.event).or_else(|| self.end_of_dead_letter(&fact.event));
        let Some((message, leg, shape)) = end else { return };
        let (routing_key, publisher) = self.looks_of(message).unwrap_or((Name::EMPTY, Name::EMPTY));
        self.moves.push(Move { message, leg, shape, routing_key, publisher, departs: now, arrives: now });
    }

    /// The exchange of a dead letter is not there: its way ends at the queue that it comes from.
    fn end_of_dead_letter(&self, event: &Event) -> Option<(MessageId, Leg, Shape)> {
        let Event::DeadLetterLost { message, .. } = *event else { return None };
        let left = self.moves.iter().rev().find_map(|each| match each.leg {
            Leg::DeadLetter(queue, _) if each.message == message => Some(queue),
            _ => None,
        });
        left.map(|queue| (message, Leg::AtQueue(queue), Shape::Lost))
    }

    /// The routing key and the publisher of a message, from the last of its moves that tells.
    fn looks_of(&self, message: MessageId) -> Option<(Name, Name)> {
        let near = self.moves.iter().rev().take(FINISHED_KEPT);
        let mut own = near.filter(|each| each.message == message);
        own.find_map(|each| match each.shape {
            Shape::Acknowledgement | Shape::Refusal | Shape::Confirm | Shape::NotConfirmed => None,
            Shape::Packet | Shape::PacketLost | Shape::PacketBack => None,
            _ => Some((each.routing_key, each.publisher)),
        })
    }

    /// What is on its way at `now`, or waits for its link.
    pub(super) fn on_their_way(&self, now: Time) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |each| each.arrives > now)
    }

    /// Whether a message, or what is said about it, is on its way at `now`, or waits for its link.
    pub fn is_moving(&self, message: MessageId, now: Time) -> bool {
        self.on_their_way(now).any(|each| each.message == message)
    }

    /// The legs that a message is really on at `now`, each with the moment at which it arrives.
    pub fn under_way(&self, message: MessageId, now: Time) -> impl Iterator<Item = (Leg, Time)> {
        let own = self.moves.iter().filter(move |each| each.message == message && each.arrives > now);
        let carried = own.filter(|each| {
            matches!(
                each.shape,
                Shape::Message
                    | Shape::Redelivered
                    | Shape::DeadLettered
                    | Shape::Returned
                    | Shape::Request
                    | Shape::Response
            )
        });
        carried.map(|each| (each.leg, each.arrives))
    }

    fn clear_away(&mut self, now: Time) {
        let finished = self.moves.iter().filter(|each| each.arrives <= now).count();
        let mut surplus = finished.saturating_sub(FINISHED_KEPT);
        self.moves.retain(|each| {
            let goes = surplus > 0 && each.arrives <= now;
            surplus -= usize::from(goes);
            !goes
        });
        self.clear_above = 4 * FINISHED_KEPT + 2 * self.moves.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ClientName, ExchangeName, QueueName, Rule};

    const MESSAGE: MessageId = MessageId(1);
    const PRODUCER: ClientName = ClientName(Name(1));
    const EXCHANGE: ExchangeName = ExchangeName { virtual_host: Name(2), name: Name(3) };
    const QUEUE: QueueName = QueueName { virtual_host: Name(2), name: Name(4) };

    /// Published at 0, at the exchange at 100, in the queue at the same moment.
    fn one_message() -> Motion {
        let mut motion = Motion::default();
        let fact = |us, event| Fact { time: Time::from_us(us), step: 0, event };
        motion.read(&fact(
            0,
            Event::Published {
                producer: PRODUCER,
                message: MESSAGE,
                exchange: EXCHANGE,
                routing_key: Name(5),
                arrives: Time::from_us(100),
            },
        ));
        motion.read(&fact(
            100,
            Event::RoutedToQueue {
                message: MESSAGE,
                exchange: EXCHANGE,
                queue: QUEUE,
                binding: Name(5),
                routing_key: Name(5),
                publisher: PRODUCER,
                rule: Rule::DirectExchange,
            },
        ));
        motion
    }

    fn seen(view_us: f64, now: u64, hop_us: f64) -> Vec<(Leg, f64)> {
        let mut items = Vec::new();
        let lasting = (hop_us, 1_000.0);
        one_message().at(view_us, Time::from_us(now), lasting, |item| items.push((item.leg, item.progress)));
        items
    }

    #[test]
    fn a_lost_message_is_shown_where_it_was_lost_once_it_has_come_there() {
        let mut motion = one_message();
        let (time, rule) = (Time::from_us(100), Rule::MaximumLength);
        let event = Event::Refused { message: MESSAGE, queue: QUEUE, rule };
        motion.read(&Fact { time, step: 0, event });
        let lost_at = |view_us| {
            let mut lost = Vec::new();
            motion.at(view_us, time, (40.0, 1_000.0), |item| {
                if item.shape == Shape::Lost {
                    lost.push((item.leg, item.progress, item.publisher));
                }
            });
            lost
        };
        assert_eq!(lost_at(139.0), [], "it is still on its way from the exchange");
        assert_eq!(lost_at(140.0), [(Leg::AtQueue(QUEUE), 0.0, PRODUCER.0)]);
        assert_eq!(lost_at(640.0), [(Leg::AtQueue(QUEUE), 0.5, PRODUCER.0)]);
        assert_eq!(lost_at(1_140.0), []);
    }

    #[test]
    fn a_dead_letter_without_an_exchange_is_lost_at_its_queue() {
        let mut motion = one_message();
        let mut read = |event| motion.read(&Fact { time: Time::from_us(500), step: 0, event });
        let (message, queue, exchange) = (MESSAGE, QUEUE, EXCHANGE);
        let (routing_key, publisher) = (Name(5), PRODUCER);
        let rule = Rule::TimeToLive;
        read(Event::DeadLettered { message, queue, exchange, routing_key, publisher, rule });
        read(Event::DeadLetterLost { message, exchange, routing_key, rule: Rule::DeadLetterExchangeMissing });
        let mut shapes = Vec::new();
        motion.at(500.0, Time::from_us(500), (40.0, 1_000.0), |item| shapes.push((item.shape, item.leg)));
        let at_queue = Leg::AtQueue(QUEUE);
        let dead_letter = Leg::DeadLetter(QUEUE, EXCHANGE);
        assert_eq!(
            shapes,
            [(Shape::Expired, at_queue), (Shape::DeadLettered, dead_letter), (Shape::Lost, at_queue)]
        );
    }

    #[test]
    fn a_message_is_where_its_link_has_carried_it() {
        assert_eq!(seen(25.0, 100, 1.0), [(Leg::Publish(PRODUCER, EXCHANGE), 0.25)]);
    }

    #[test]
    fn a_leg_without_length_in_time_is_shown_after_the_one_before_it() {
        assert_eq!(seen(120.0, 100, 40.0), [(Leg::ToQueue(EXCHANGE, QUEUE), 0.5)]);
        assert_eq!(seen(140.0, 100, 40.0), []);
    }

    #[test]
    fn a_short_leg_is_stretched_and_holds_back_the_next() {
        assert_eq!(seen(150.0, 100, 200.0), [(Leg::Publish(PRODUCER, EXCHANGE), 0.75)]);
        assert_eq!(seen(300.0, 100, 200.0), [(Leg::ToQueue(EXCHANGE, QUEUE), 0.5)]);
    }

    #[test]
    fn what_is_on_its_way_stays_where_it_is_at_now() {
        assert_eq!(seen(90.0, 50, 1.0)[0], (Leg::Publish(PRODUCER, EXCHANGE), 0.5));
    }

    #[test]
    fn old_moves_are_cleared_away_and_those_on_their_way_stay() {
        let mut motion = Motion::default();
        for message in 1..10_000u32 {
            motion.read(&Fact {
                time: Time::from_us(message.into()),
                step: 0,
                event: Event::Published {
                    producer: PRODUCER,
                    message: MessageId(message),
                    exchange: EXCHANGE,
                    routing_key: Name(5),
                    arrives: Time::from_us(if message == 3 { 1_000_000 } else { message.into() }),
                },
            });
        }
        assert!(motion.moves.len() < 8 * FINISHED_KEPT, "{} moves", motion.moves.len());
        assert!(motion.moves.iter().any(|each| each.message == MessageId(3)));
    }
}
