//! The consumers of a queue in line: whose turn it is.
//!
//! Sources: rabbitmq.com/docs/consumers ("Single Active Consumer"), /docs/consumer-priority; RabbitMQ's
//! `rabbit_queue_consumers` and `rabbit_fifo`.

use super::connection::{Channel, ChannelKey};
use super::queue::{ConsumerKey, InLine, Queue};
use std::mem::swap;

impl Queue {
    /// How many consumers it has.
    pub fn consumer_count(&self) -> usize {
        self.available.len() + self.blocked.len()
    }

    /// All its consumers.
    pub fn consumers(&self) -> impl Iterator<Item = ConsumerKey> {
        self.available.iter().chain(&self.blocked).map(|in_line| in_line.key)
    }

    /// The consumer that gets everything, where only one at a time does.
    pub fn single_active_consumer(&self) -> Option<ConsumerKey> {
        self.active.filter(|_| self.settings.is_single_active_consumer)
    }

    /// Whether its single active consumer was cancelled and its successor gets nothing before something else moves
    /// the queue.
    pub fn stands_still(&self) -> bool {
        self.standing.is_some()
    }

    /// The consumer that is to become the active one in the place of another of a lower priority: of those of the
    /// highest the one that came first.
    pub(super) fn heir(&self) -> Option<ConsumerKey> {
        let active = self.single_active_consumer().filter(|_| self.settings.is_active_by_priority)?;
        let priority = |key: ConsumerKey| {
            self.available
                .iter()
                .chain(&self.blocked)
                .find(|in_line| in_line.key == key)
                .map(|it| it.priority)
        };
        let highest = self.arrivals.iter().filter_map(|key| priority(*key)).max()?;
        let heir = self.arrivals.iter().copied().find(|key| priority(*key) == Some(highest));
        heir.filter(|_| priority(active).is_some_and(|priority| priority < highest))
    }

    /// Makes a consumer the active one.
    pub(super) fn activate(&mut self, key: ConsumerKey) {
        self.active = Some(key);
    }

    /// The place in the line of the consumer whose turn it is: the first of the highest priority.
    #[inline(always)]
    pub(super) fn next_in_line(&self) -> Option<usize> {
        if self.settings.is_single_active_consumer {
            // One that is to give way gets nothing more.
            let active = self.single_active_consumer().filter(|_| self.heir().is_none())?;
            return self.available.iter().position(|in_line| in_line.key == active);
        }
        self.first_of_highest_priority()
    }

    /// Whether there is a message, and a consumer that has not been found at its limit.
    #[inline(always)]
    pub(super) fn has_somebody_in_line(&self) -> bool {
        !self.available.is_empty() && self.ready_count() > 0
    }

    /// A consumer that was asked goes to the end of the line, or leaves it.
    #[inline(always)]
    pub(super) fn change_line(&mut self, place: usize, has_room: bool) {
        let Queue { available, blocked, .. } = self;
        // One that is alone leaves an empty line.
        if !has_room && blocked.is_empty() && available.len() == 1 {
            return swap(available, blocked);
        }
        self.change_longer_line(place, has_room);
    }

    #[inline(never)]
    fn change_longer_line(&mut self, place: usize, has_room: bool) {
        let asked = match place {
            0 => self.available.pop_front(),
            _ => self.available.remove(place),
        };
        let Some(asked) = asked else { return };
        if has_room { self.available.push_back(asked) } else { self.blocked.push_back(asked) }
    }

    #[inline(always)]
    fn first_of_highest_priority(&self) -> Option<usize> {
        if !self.has_ranks {
            return (!self.available.is_empty()).then_some(0);
        }
        let highest = self.available.iter().map(|in_line| in_line.priority).max()?;
        self.available.iter().position(|in_line| in_line.priority == highest)
    }

    /// Lets the consumers of a channel take their turns again, as far as its limits leave them room. Says whether there
    /// are some.
    #[inline(always)]
    pub(super) fn unblock(&mut self, key: ChannelKey, channel: &Channel) -> bool {
        let Queue { available, blocked, .. } = self;
        let Some(first) = blocked.front() else { return false };
        if blocked.len() > 1 || !available.is_empty() {
            return self.unblock_among_others(key, channel);
        }
        let comes_back = first.key.channel == key && has_room(channel, first);
        if comes_back {
            swap(available, blocked);
        }
        comes_back
    }

    #[inline(never)]
    fn unblock_among_others(&mut self, key: ChannelKey, channel: &Channel) -> bool {
        let Queue { available, blocked, .. } = self;
        let before = blocked.len();
        // As a rule they are other channels'.
        let mut next = 0;
        while let Some(found) = blocked.range(next..).position(|in_line| in_line.key.channel == key) {
            let place = next + found;
            if has_room(channel, &blocked[place]) {
                available.extend(blocked.remove(place));
                next = place;
            } else {
                next = place + 1;
            }
        }
        blocked.len() < before
    }

    pub(super) fn add_consumer(&mut self, key: ConsumerKey, priority: i64) {
        self.available.push_back(InLine { key, priority });
        self.arrivals.push(key);
        self.active.get_or_insert(key);
        self.compare_ranks();
    }

    fn compare_ranks(&mut self) {
        let mut priorities = self.available.iter().chain(&self.blocked).map(|in_line| in_line.priority);
        let first = priorities.next();
        self.has_ranks = priorities.any(|priority| Some(priority) != first);
        self.look_for_rules();
    }

    pub(super) fn remove_consumer(&mut self, key: ConsumerKey) {
        self.available.retain(|in_line| in_line.key != key);
        self.blocked.retain(|in_line| in_line.key != key);
        self.arrivals.retain(|other| *other != key);
        self.compare_ranks();
        if self.active == Some(key) {
            // The next one by priority takes over (rabbitmq.com/docs/consumers, "Single Active Consumer").
            let next = self.first_of_highest_priority().map(|place| self.available[place].key);
            self.active = next.or(self.arrivals.first().copied());
        }
        if self.exclusive_consumer == Some(key) {
            self.exclusive_consumer = None;
        }
    }
}

/// Whether a consumer on a channel can take a message.
#[inline(always)]
fn has_room(channel: &Channel, in_line: &InLine) -> bool {
    channel.has_room_for(&channel.consumers[&in_line.key.tag])
}
