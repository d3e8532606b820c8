//! The order of one queue as facts imply it.

use queuescope::broker::QueueType;
use queuescope::ids::MessageId;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A place in the line: higher levels first, then whoever came first.
type Place = (Reverse<u8>, u64);

/// The messages of a queue in the order in which they must leave it. In a classic queue what is given back takes
/// its old place; a quorum queue has a rule of its own for that, so there only those count that were never out.
#[derive(Clone, Debug, Default)]
pub struct Line {
    next: u64,
    ready: BTreeSet<(Place, MessageId)>,
    /// Those that are with clients.
    held: Vec<(Place, MessageId)>,
    /// Places of classic queues that were delivered before.
    was_out: BTreeSet<Place>,
    /// Those that were never out, for quorum queues.
    fresh: BTreeSet<(Place, MessageId)>,
    /// A message was here twice at a time: facts no more tell which copy they mean.
    is_ambiguous: bool,
}

impl Line {
    pub fn queued(&mut self, message: MessageId, level: u8, is_alone: bool) {
        self.is_ambiguous |= !is_alone;
        self.ready.insert(((Reverse(level), self.next), message));
        self.fresh.insert(((Reverse(level), self.next), message));
        self.next += 1;
    }

    /// The message leaves the queue for a client: is it its turn?
    pub fn delivered(
        &mut self,
        message: MessageId,
        kind: QueueType,
        redelivered: bool,
    ) -> Result<(), String> {
        let first = self.fresh.first().map(|(_, first)| *first);
        let Some(place) = self.leave(message) else { return Ok(()) };
        let was_out = !self.was_out.insert(place);
        self.held.push((place, message));
        if self.is_ambiguous {
            return Ok(());
        }
        if kind == QueueType::Classic {
            self.is_first(place, message)?;
        } else if !redelivered && first != Some(message) {
            return Err(format!(
                "{message:?} is delivered for the first time before {first:?}, which came earlier"
            ));
        }
        match redelivered == was_out {
            true => Ok(()),
            false => {
                Err(format!("{message:?} is delivered as redelivered: {redelivered}, it was out: {was_out}"))
            }
        }
    }

    /// The message expires or is dropped, which happens at the head alone.
    pub fn ended_at_head(&mut self, message: MessageId, kind: QueueType) -> Result<(), String> {
        match self.leave(message) {
            Some(place) if kind == QueueType::Classic && !self.is_ambiguous => self.is_first(place, message),
            _ => Ok(()),
        }
    }

    pub fn ended_held(&mut self, message: MessageId) {
        if let Some(place) = self.held.iter().position(|(_, held)| *held == message) {
            self.held.remove(place);
        }
    }

    pub fn requeued(&mut self, message: MessageId) {
        if let Some(place) = self.held.iter().position(|(_, held)| *held == message) {
            self.ready.insert(self.held.remove(place));
        }
    }

    pub fn removed(&mut self, message: MessageId) {
        if self.leave(message).is_none() {
            self.ended_held(message);
        }
    }

    pub fn crashed(&mut self) {
        self.was_out.extend(self.ready.iter().map(|(place, _)| *place));
    }

    fn leave(&mut self, message: MessageId) -> Option<Place> {
        self.fresh.retain(|(_, fresh)| *fresh != message);
        let found = *self.ready.iter().find(|(_, ready)| *ready == message)?;
        self.ready.remove(&found);
        Some(found.0)
    }

    fn is_first(&self, place: Place, message: MessageId) -> Result<(), String> {
        match self.ready.first() {
            Some((first, earlier)) if *first < place => {
                Err(format!("{message:?} leaves the queue before {earlier:?}, whose turn it is"))
            }
            _ => Ok(()),
        }
    }
}
