//! Somebody who watches the run and wants to have it as a sequence diagram: while he does, what goes onto the links
//! is listened to, so that nothing must be replayed for every look.

use super::replay::Position;
use super::tap::Carried;
use super::{Actor, Simulation, World};
use crate::amqp::Method;
use crate::facts::{Extract, Fact, Place, SequenceReader, Spoken, StayKind};
use crate::network::Direction;
use crate::time::Time;
use std::ops::ControlFlow;

/// After so many facts without a look nobody watches any more.
const MOST_FACTS_UNASKED: u64 = 20_000;

/// What is ahead is read as well where it is not more than this.
const MOST_FACTS_AHEAD: u64 = 5_000;
/// So many steps are looked at, at most.
const MOST_STEPS: u64 = 200_000;

/// What is known of the run since a moment, as far as it has ever come.
#[derive(Debug)]
pub(super) struct Listener {
    reader: SequenceReader,
    /// The reading was asked for from there on.
    began: Time,
    /// Everything up to there is known.
    position: Position,
    /// How many facts there were at the last look.
    asked_at: u64,
}

impl Listener {
    /// Whether a state is later than all that is known.
    pub fn has_missed(&self, position: Position) -> bool {
        self.position < position
    }
}

impl Simulation {
    /// What is known of a time, as far as the run has ever come.
    pub(super) fn extract(&mut self, from: Time, to: Time) -> Extract {
        let latest = to.min(self.world.now);
        let knows = |listener: &Listener| listener.began <= from && listener.reader.known_from() <= latest;
        if !self.listener.as_ref().is_some_and(knows) {
            // Whoever looks at the past alone does not watch what comes.
            if to < self.world.now {
                return self.read_from(from, self.horizon(), to).extract(from, to);
            }
            // Where much is ahead, what is near would be forgotten over it.
            let here = self.position();
            let is_near = self.horizon().facts <= here.facts.saturating_add(MOST_FACTS_AHEAD);
            let position = if is_near { self.horizon() } else { here };
            let reader = self.read_from(from, position, Time::UNKNOWN);
            self.listener = Some(Listener { reader, began: from, position, asked_at: 0 });
            self.world.tap = Some(Vec::new());
        }
        let count = self.world.recorder.count();
        self.listener.as_mut().map_or_else(Extract::default, |listener| {
            listener.asked_at = count;
            listener.reader.extract(from, to)
        })
    }

    /// Reads what happened from one moment to another, but not beyond a position.
    fn read_from(&self, from: Time, until: Position, to: Time) -> SequenceReader {
        let mut start = self.before_moment(from);
        if to == Time::UNKNOWN && until.steps.saturating_sub(start.steps) > MOST_STEPS {
            start = self.before_step(until.steps - MOST_STEPS);
        }
        let mut reader = SequenceReader::new(None, start.now);
        stand(&mut reader, &start);
        self.replay_until(start, until, 2 * MOST_STEPS, &mut |world, seen| {
            if world.now > to {
                return ControlFlow::Break(());
            }
            read(&mut reader, world, &seen.carried, seen.indexed());
            ControlFlow::Continue(())
        });
        reader
    }

    /// Takes in what a step or a command has done, unless it is known from an earlier time.
    pub(super) fn listen(&mut self, facts: &[(u64, Fact)]) {
        let position = self.position();
        let carried = self.world.tap.as_mut().map(std::mem::take).unwrap_or_default();
        let Some(listener) = &mut self.listener else { return };
        if listener.position < position {
            listener.position = position;
            let facts = facts.iter().map(|(index, fact)| (*index, fact));
            read(&mut listener.reader, &self.world, &carried, facts);
        }
        if self.world.recorder.count() > listener.asked_at.saturating_add(MOST_FACTS_UNASKED) {
            self.listener = None;
            self.world.tap = None;
        }
    }
}

/// Lets a reader have what is on its way, and what stays where, when the reading begins.
fn stand(reader: &mut SequenceReader, world: &World) {
    let now = world.now;
    reader.begin_with(world.recorder.motion(), now);
    for (id, queue) in world.broker.queues() {
        let place = Place::Queue(queue.name);
        let held = world.broker.connections().flat_map(|(_, connection)| connection.channels.values());
        let held = held.flat_map(|channel| channel.held()).filter(|delivery| delivery.queue == id);
        for delivery in held {
            let message = delivery.message.message.content.origin.message;
            reader.begin_stay(place, message, StayKind::Unacknowledged, now);
        }
        for copy in queue.ready() {
            reader.begin_stay(place, copy.message.content.origin.message, StayKind::Ready, now);
        }
        for (copy, _) in queue.kept(world.broker.confirm_timeout()) {
            reader.begin_stay(place, copy.message.content.origin.message, StayKind::Kept, now);
        }
    }
    for client in &world.clients {
        let Actor::Consumer(consumer) = &client.actor else { continue };
        let place = Place::Client(consumer.name());
        if let Some(work) = consumer.work() {
            reader.begin_stay(place, work.delivery.number(), StayKind::Work, now);
        }
        for delivery in consumer.buffer() {
            reader.begin_stay(place, delivery.number(), StayKind::Buffered, now);
        }
    }
    for (server, request) in world.unanswered_requests() {
        reader.begin_stay(Place::Client(server), request, StayKind::Unanswered, now);
    }
}

/// Lets a reader have what was said on the links, and the facts.
pub(super) fn read<'a>(
    reader: &mut SequenceReader,
    world: &World,
    carried: &[Carried],
    facts: impl Iterator<Item = (u64, &'a Fact)>,
) {
    // What was said before the run began is no part of it: connections are there when it starts.
    if world.steps > 0 || world.commands > 0 {
        carried.iter().filter_map(|carried| spoken(world, carried)).for_each(|spoken| reader.hear(&spoken));
    }
    facts.for_each(|(index, fact)| reader.read(index, fact));
}

fn spoken(world: &World, carried: &Carried) -> Option<Spoken> {
    let id = world.by_connection.get(&carried.connection)?;
    Some(Spoken {
        client: world.client(*id).actor.name(),
        is_to_broker: carried.direction == Direction::ToBroker,
        method: carried.command.method.name(),
        sent: carried.sent,
        arrives: carried.arrives,
        tag: match carried.command.method {
            Method::BasicAck { delivery_tag, .. }
            | Method::BasicNack { delivery_tag, .. }
            | Method::BasicReject { delivery_tag, .. } => Some(delivery_tag),
            _ => None,
        },
        step: world.steps,
    })
}
