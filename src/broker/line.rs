//! The consumers of a queue in line: whose turn it is.
//!
//! Sources: rabbitmq.com/docs/consumers ("Single Active Consumer"), /docs/consumer-priority; RabbitMQ's
//! `rabbit_queue_consumers` and `rabbit_fifo`.

use super::connection::{ChannelKey, Connection};
use super::queue::{ConsumerKey, InLine, Queue};
use crate::ids::{ByNumber, ConnectionId};

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
    pub(super) fn next_in_line(&self) -> Option<usize> {
        if self.settings.is_single_active_consumer {
            // One that is to give way gets nothing more.
            let active = self.single_active_consumer().filter(|_| self.heir().is_none())?;
            return self.available.iter().position(|in_line| in_line.key == active);
        }
        self.first_of_highest_priority()
    }

    /// The consumer whose turn it is and that can take a message, when there is one for it; it goes to the end of
    /// the line. Those found at their limit leave the line.
    #[inline]
    pub(super) fn next_consumer(
        &mut self,
        connections: &ByNumber<ConnectionId, Box<Connection>>,
    ) -> Option<ConsumerKey> {
        if self.ready_count() == 0 {
            return None;
        }
        loop {
            let place = self.next_in_line()?;
            let in_line = self.available[place];
            let key = in_line.key;
            let channel = &connections[&key.channel.connection].channels[&key.channel.number];
            let has_room = channel.has_room_for(&channel.consumers[&key.tag]);
            // One alone is at the end of the line already.
            if has_room && self.available.len() == 1 {
                return Some(key);
            }
            self.available.remove(place);
            if has_room {
                self.available.push_back(in_line);
                return Some(key);
            }
            self.blocked.push_back(in_line);
        }
    }

    fn first_of_highest_priority(&self) -> Option<usize> {
        if !self.has_ranks {
            return (!self.available.is_empty()).then_some(0);
        }
        let highest = self.available.iter().map(|in_line| in_line.priority).max()?;
        self.available.iter().position(|in_line| in_line.priority == highest)
    }

    /// Lets the consumers of a channel take their turns again, as far as `can_take` says so. Says
    /// whether there are some.
    pub(super) fn unblock(&mut self, channel: ChannelKey, can_take: impl Fn(ConsumerKey) -> bool) -> bool {
        let Queue { available, blocked, .. } = self;
        let before = blocked.len();
        if before == 0 {
            return false;
        }
        if before == 1 {
            let only = blocked[0];
            let comes_back = only.key.channel == channel && can_take(only.key);
            if comes_back {
                blocked.clear();
                available.push_back(only);
            }
            return comes_back;
        }
        blocked.retain(|in_line| {
            let comes_back = in_line.key.channel == channel && can_take(in_line.key);
            if comes_back {
                available.push_back(*in_line);
            }
            !comes_back
        });
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
