//! A queue: ready messages in order, and the consumers that take turns.

use super::connection::ChannelKey;
use super::enqueuers::Enqueuers;
use super::kept_letters::KeptLetters;
use super::segments::Segments;
use super::settings::{QueueSettings, QueueType};
use crate::amqp::{Message, Table};
use crate::facts::QueueName;
use crate::ids::{ConnectionId, Name};
use crate::time::{Deadline, Time};
use std::collections::VecDeque;
use std::rc::Rc;

/// One message in one queue.
#[derive(Clone, Debug)]
pub struct QueuedMessage {
    /// Its place in the order of the queue; a requeued message keeps it. In a stream, its offset.
    pub position: u64,
    /// The message.
    pub message: Rc<Message>,
    /// Whether it has been delivered before.
    pub is_redelivered: bool,
    /// How often it was given back, as quorum queues count it towards their delivery limit.
    pub delivery_count: u32,
    /// How often it was given back to a quorum queue, for whatever reason.
    pub acquired_count: u32,
    /// When it expires.
    pub expires: Option<Deadline>,
    /// When it came into the queue.
    pub came: Time,
    /// Since when it is ready, or since when it is with a client.
    pub since: Time,
}

impl QueuedMessage {
    /// A message that comes into a queue now.
    #[inline(always)]
    pub(super) const fn new(position: u64, message: Rc<Message>, now: Time) -> QueuedMessage {
        QueuedMessage {
            position,
            message,
            is_redelivered: false,
            delivery_count: 0,
            acquired_count: 0,
            expires: None,
            came: now,
            since: now,
        }
    }
}

/// A consumer of a queue, named by its channel and tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConsumerKey {
    /// The channel on which it consumes.
    pub channel: ChannelKey,
    /// Its tag on that channel.
    pub tag: Name,
}

/// A consumer in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InLine {
    pub key: ConsumerKey,
    /// The higher goes first (`x-priority`).
    pub priority: i64,
}

/// The priority of a message without one in a quorum queue that has priorities.
const DEFAULT_QUORUM_PRIORITY: u8 = 4;

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: QueueName,
    /// Its type.
    pub kind: QueueType,
    /// Whether it survives a restart of the broker.
    pub is_durable: bool,
    /// Whether it goes with its last consumer.
    pub is_auto_delete: bool,
    /// The connection that alone may use it, and with which it goes.
    pub exclusive_to: Option<ConnectionId>,
    /// The arguments of its declaration.
    pub arguments: Table,
    /// What arguments and policies come to.
    pub settings: QueueSettings,
    /// How many are delivered and not yet acknowledged.
    pub unacknowledged: u64,
    /// Messages that wait, of the lowest priority. A stream has this level alone, which reading does not empty.
    pub(super) lowest: VecDeque<QueuedMessage>,
    /// Those of higher priorities, which most queues do not have; the highest is last. In a quorum queue those that were
    /// given back are one level above the others.
    further: Vec<VecDeque<QueuedMessage>>,
    /// How many messages wait.
    count: u64,
    /// How many of them know a time at which they expire.
    count_with_time: u64,
    ready_bytes: u64,
    /// Consumers that can take a message, in the order of their turns.
    pub(super) available: VecDeque<InLine>,
    /// Consumers whose prefetch limit was found reached. They come back behind the others
    /// (`rabbit_queue_consumers`, `unblock`).
    pub(super) blocked: VecDeque<InLine>,
    /// A consumer that has the queue for itself.
    pub(super) exclusive_consumer: Option<ConsumerKey>,
    /// Whether some of its consumers go before others.
    pub(super) has_ranks: bool,
    /// Whether it is a classic queue with no setting that a message or a consumer would feel, and its consumers are
    /// alike. Then there is nothing to look at but who can take a message.
    has_no_rules: bool,
    /// All consumers in the order in which they came.
    pub(super) arrivals: Vec<ConsumerKey>,
    /// The consumer that gets everything, where only one at a time does.
    pub(super) active: Option<ConsumerKey>,
    /// The channel on which its single active consumer was cancelled, when nothing has moved the queue since.
    pub(super) standing: Option<ChannelKey>,
    /// Whether its process has failed and is not there again.
    pub(super) is_down: bool,
    /// When it was last used, for its own expiry.
    pub(super) last_used: Time,
    /// When its timer is set to.
    pub(super) timer: Option<Time>,
    /// In a quorum queue, those who bring messages to it.
    pub(super) enqueuers: Enqueuers,
    /// The place of the message of which it was told last why it waits at the head.
    pub(super) explained: Option<u64>,
    /// The dead letters that it keeps.
    pub(super) kept: Option<Box<KeptLetters>>,
    /// The files of a stream.
    pub(super) segments: Option<Box<Segments>>,
    pub(super) next_position: u64,
    /// Messages that came in since the start.
    pub received: u64,
    /// Deliveries since the start.
    pub delivered: u64,
    /// Messages that were acknowledged, by hand or automatically, since the start.
    pub acknowledged: u64,
}

impl Queue {
    /// A queue without messages and consumers.
    pub fn new(name: QueueName, kind: QueueType, arguments: Table, settings: QueueSettings) -> Queue {
        let levels = match (kind, settings.max_priority) {
            // The highest is for what was given back.
            (QueueType::Quorum, highest) => usize::from(highest.unwrap_or(0)) + 2,
            (_, Some(highest)) => usize::from(highest) + 1,
            (_, None) => 1,
        };
        let mut queue = Queue {
            name,
            kind,
            is_durable: true,
            is_auto_delete: false,
            exclusive_to: None,
            arguments,
            settings,
            unacknowledged: 0,
            lowest: VecDeque::new(),
            further: vec![VecDeque::new(); levels - 1],
            count: 0,
            count_with_time: 0,
            ready_bytes: 0,
            available: VecDeque::new(),
            blocked: VecDeque::new(),
            exclusive_consumer: None,
            has_ranks: false,
            has_no_rules: false,
            arrivals: Vec::new(),
            active: None,
            standing: None,
            is_down: false,
            last_used: Time::START,
            timer: None,
            enqueuers: Enqueuers::default(),
            explained: None,
            kept: None,
            segments: None,
            next_position: 0,
            received: 0,
            delivered: 0,
            acknowledged: 0,
        };
        queue.look_for_rules();
        queue
    }

    /// Gives it other settings. Says what they were.
    pub(super) fn set_settings(&mut self, settings: QueueSettings) -> QueueSettings {
        let before = std::mem::replace(&mut self.settings, settings);
        self.look_for_rules();
        before
    }

    /// Finds out anew whether anything about it makes a difference to messages.
    pub(super) fn look_for_rules(&mut self) {
        let QueueSettings { message_ttl, expires, max_length, max_length_bytes, max_priority, .. } =
            self.settings;
        let has_limits = max_length.is_some() || max_length_bytes.is_some();
        self.has_no_rules = self.kind == QueueType::Classic
            && !has_limits
            && message_ttl.is_none()
            && expires.is_none()
            && max_priority.is_none()
            && !self.settings.is_single_active_consumer
            && !self.has_ranks;
    }

    /// Whether there is nothing to look at but who can take a message: see the field, and no message expires.
    #[inline(always)]
    pub(super) fn is_plain(&self) -> bool {
        self.has_no_rules && self.count_with_time == 0
    }

    /// How many messages are ready. A stream has none in this sense.
    #[inline(always)]
    pub fn ready_count(&self) -> u64 {
        match self.kind {
            QueueType::Stream => 0,
            _ => self.count,
        }
    }

    /// Whether no message is ready, in a queue that is no stream.
    #[inline(always)]
    pub(super) fn has_nothing_ready(&self) -> bool {
        self.count == 0
    }

    /// Its levels, the lowest first.
    fn levels(&self) -> impl DoubleEndedIterator<Item = &VecDeque<QueuedMessage>> {
        std::iter::once(&self.lowest).chain(&self.further)
    }

    /// The same, to be changed.
    fn levels_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut VecDeque<QueuedMessage>> {
        std::iter::once(&mut self.lowest).chain(&mut self.further)
    }

    #[inline(always)]
    fn level_mut(&mut self, level: usize) -> &mut VecDeque<QueuedMessage> {
        if level == 0 { &mut self.lowest } else { &mut self.further[level - 1] }
    }

    /// How many messages it keeps, ready ones and those of a stream.
    pub(super) fn stored_count(&self) -> usize {
        self.levels().map(VecDeque::len).sum()
    }

    /// The octets of the bodies of ready messages.
    pub fn ready_bytes(&self) -> u64 {
        self.ready_bytes
    }

    /// Ready messages in the order in which they will be delivered.
    pub fn ready(&self) -> impl Iterator<Item = &QueuedMessage> {
        self.levels().rev().flatten()
    }

    /// The next message.
    pub fn head(&self) -> Option<&QueuedMessage> {
        if self.count == 0 {
            return None;
        }
        self.levels().rev().find_map(VecDeque::front)
    }

    /// Takes the next message.
    pub(super) fn take_head(&mut self) -> Option<QueuedMessage> {
        if self.count == 0 {
            return None;
        }
        let copy = self.levels_mut().rev().find_map(VecDeque::pop_front)?;
        self.has_gone(&copy);
        Some(copy)
    }

    /// The same in a plain queue, which has one level.
    #[inline(always)]
    pub(super) fn take_only(&mut self) -> Option<QueuedMessage> {
        let copy = self.lowest.pop_front()?;
        self.has_gone(&copy);
        Some(copy)
    }

    /// Takes every ready message.
    pub(super) fn take_all(&mut self) -> Vec<QueuedMessage> {
        std::iter::from_fn(|| self.take_head()).collect()
    }

    /// Takes those ready messages of which `goes` says so.
    pub(super) fn take_those(&mut self, goes: impl Fn(&QueuedMessage) -> bool) -> Vec<QueuedMessage> {
        let mut taken = Vec::new();
        for level in self.levels_mut() {
            let (gone, stays) = std::mem::take(level).into_iter().partition(&goes);
            *level = stays;
            taken.extend::<VecDeque<_>>(gone);
        }
        taken.iter().for_each(|copy| self.has_gone(copy));
        taken
    }

    /// Puts a message behind all others of its priority. Says at which level that is.
    #[inline(never)]
    pub(super) fn append(&mut self, now: Time, message: Rc<Message>, expires: Option<Time>) -> usize {
        let level = self.level_of(&message);
        self.append_at(level, now, message, expires.map(Deadline::from));
        level
    }

    /// The same in a plain queue, which has one level, for a message that does not expire.
    #[inline(always)]
    pub(super) fn append_plainly(&mut self, now: Time, message: Rc<Message>) {
        self.append_at(0, now, message, None);
    }

    #[inline(always)]
    fn append_at(&mut self, level: usize, now: Time, message: Rc<Message>, expires: Option<Deadline>) {
        let position = self.next_position;
        self.next_position += 1;
        self.received += 1;
        let copy = QueuedMessage { expires, ..QueuedMessage::new(position, message, now) };
        self.has_come(&copy);
        self.level_mut(level).push_back(copy);
    }

    #[inline(always)]
    fn has_come(&mut self, copy: &QueuedMessage) {
        self.count += 1;
        self.count_with_time += u64::from(copy.expires.is_some());
        self.ready_bytes += copy.message.size();
    }

    #[inline(always)]
    fn has_gone(&mut self, copy: &QueuedMessage) {
        self.count -= 1;
        self.count_with_time -= u64::from(copy.expires.is_some());
        self.ready_bytes -= copy.message.size();
    }

    /// Whether time can do anything to it: take a message away, or the queue itself.
    #[inline]
    pub(super) fn knows_time(&self) -> bool {
        self.count_with_time > 0 || self.settings.expires.is_some()
    }

    /// The message that came last to a level.
    pub(super) fn newest_of(&self, level: usize) -> Option<&QueuedMessage> {
        self.levels().nth(level)?.back()
    }

    /// How many are ready at a level and above it.
    pub(super) fn count_from(&self, level: usize) -> u64 {
        self.levels().skip(level).map(|level| level.len() as u64).sum()
    }

    /// Puts a message back. In a classic queue to where it was (rabbitmq.com/docs/nack: "it will be placed to its
    /// original position in its queue, if possible"). A quorum queue delivers what was given back before all
    /// others, or, where it has no delivery limit to count for and `goes_behind`, after all others of its priority
    /// (as recorded from 3.10.8).
    pub(super) fn put_back(&mut self, copy: QueuedMessage, goes_behind: bool) {
        self.has_come(&copy);
        self.explained = self.explained.filter(|position| *position != copy.position);
        let level = self.level_of(&copy.message);
        if self.kind == QueueType::Quorum {
            let is_behind = goes_behind && self.settings.delivery_limit.is_none();
            let level = if is_behind { level } else { self.further.len() };
            return self.level_mut(level).push_back(copy);
        }
        let level = self.level_mut(level);
        let place = level.partition_point(|other| other.position < copy.position);
        level.insert(place, copy);
    }

    /// A message without a priority has the lowest in a classic queue, and 4 in a quorum queue; one beyond the
    /// highest has the highest (rabbitmq.com/docs/priority; `rabbit_fifo`).
    fn level_of(&self, message: &Message) -> usize {
        let priority = message.content.properties.priority;
        match (self.kind, self.settings.max_priority) {
            (QueueType::Classic, Some(highest)) => {
                usize::from(priority.unwrap_or(0).min(highest)).min(self.further.len())
            }
            (QueueType::Quorum, Some(highest)) => {
                usize::from(priority.unwrap_or(DEFAULT_QUORUM_PRIORITY).min(highest))
            }
            _ => 0,
        }
    }
}

crate::ids::holds_names!(QueuedMessage {
    position,
    message,
    is_redelivered,
    delivery_count,
    acquired_count,
    expires,
    came,
    since
});
crate::ids::holds_names!(ConsumerKey { channel, tag });
crate::ids::holds_names!(InLine { key, priority });
crate::ids::holds_names!(Queue {
    name,
    kind,
    is_durable,
    is_auto_delete,
    exclusive_to,
    arguments,
    settings,
    unacknowledged,
    lowest,
    further,
    count,
    count_with_time,
    ready_bytes,
    available,
    blocked,
    exclusive_consumer,
    has_ranks,
    has_no_rules,
    arrivals,
    active,
    standing,
    is_down,
    last_used,
    timer,
    enqueuers,
    explained,
    kept,
    segments,
    next_position,
    received,
    delivered,
    acknowledged
});
