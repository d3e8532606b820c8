//! Numbers of a run: what is counted and measured while it goes, whatever else is recorded.
//!
//! The rooms that know when something happens say so ([`Numbers::queue`], [`Numbers::client`]); what happens seldom is
//! read from events (`Numbers::read`). All of it is integer arithmetic on a few words, found by index: it costs some
//! nanoseconds for each message. Nothing is kept of a message itself: how long it has waited it knows.
//!
//! Numbers are those of a window, which begins at the start or, where a warm-up is left out, at its end
//! ([`Numbers::begin_window`]); only timelines show what was before. They are part of every checkpoint.

mod client;
mod counts;
mod depth;
mod queue;
mod timeline;

pub use client::ClientNumbers;
pub use counts::{QueueCounts, RunCounts};
pub use depth::Depth;
pub use queue::QueueNumbers;
pub use timeline::{Bin, Timeline};

use super::statistics::Histogram;
use super::{Event, QueueName, Rule};
use crate::ids::{ActorId, Name, QueueId};
use crate::time::Time;
use litemap::LiteMap;

/// Where there are more consumers than this, those of a queue share a histogram of their services.
const MOST_HISTOGRAMS: usize = 256;

/// The name of no queue: every queue has a name, if it is one that the broker made up.
const NOBODY: QueueName = QueueName { virtual_host: Name::EMPTY, name: Name::EMPTY };

/// What is counted and measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers {
    from: Time,
    /// By the numbers of the queues; what stands for one that was never heard of has no name.
    queues: Vec<QueueNumbers>,
    /// The newest queue of each name.
    by_name: LiteMap<QueueName, QueueId>,
    clients: Vec<ClientNumbers>,
    services: Vec<Histogram>,
    /// From publishing to acknowledgement, whatever lies between.
    delays: Histogram,
    counts: RunCounts,
    counts_before: RunCounts,
}

impl Numbers {
    /// What a copy of it takes, in octets, about.
    pub(super) fn octets(&self) -> u64 {
        let services: u64 = self.services.iter().map(Histogram::octets).sum();
        let queues: u64 = self.queues.iter().map(|queue| queue.octets()).sum();
        services + queues + self.delays.octets() + (self.clients.len() * size_of::<ClientNumbers>()) as u64
    }

    /// When the window began.
    pub fn from(&self) -> Time {
        self.from
    }

    /// A new window begins. What came before counts no more, but what is there still is.
    pub fn begin_window(&mut self, now: Time) {
        let from = std::mem::replace(&mut self.from, now);
        self.queues.iter_mut().for_each(|queue| queue.begin_window(now));
        self.clients.iter_mut().for_each(|client| client.begin_window(now, from));
        self.services.iter_mut().for_each(|service| *service = Histogram::default());
        self.delays = Histogram::default();
        self.counts_before = self.counts;
    }

    /// The next producer or consumer of the scenario; `queue` is that of a consumer, and `consumers` how many there
    /// will be.
    pub fn add_client(&mut self, queue: Option<QueueName>, consumers: usize) {
        let shared =
            self.clients.iter().find(|client| consumers > MOST_HISTOGRAMS && client.queue() == queue);
        let service = shared.map_or(self.services.len(), ClientNumbers::service);
        if service == self.services.len() && queue.is_some() {
            self.services.push(Histogram::default());
        }
        self.clients.push(ClientNumbers::new(queue, service));
    }

    /// The numbers of a queue, which is made known by its name when it is first heard of. Another queue that is given
    /// the number of one that is gone takes its place.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn queue(&mut self, id: QueueId, name: QueueName) -> &mut QueueNumbers {
        let known = self.queues.get(id.index());
        if known.is_none_or(|queue| queue.name() != name) {
            return self.add_queue(id, name);
        }
        &mut self.queues[id.index()]
    }

    #[cold]
    fn add_queue(&mut self, id: QueueId, name: QueueName) -> &mut QueueNumbers {
        while self.queues.len() <= id.index() {
            self.queues.push(QueueNumbers::new(NOBODY));
        }
        let gone = std::mem::replace(&mut self.queues[id.index()], QueueNumbers::new(name)).name();
        if self.by_name.get(&gone) == Some(&id) {
            self.by_name.remove(&gone);
        }
        self.by_name.insert(name, id);
        &mut self.queues[id.index()]
    }

    /// A message is published.
    #[inline]
    pub fn published(&mut self, id: ActorId) {
        if let Some(client) = self.clients.get_mut(id.index()) {
            client.published += 1;
        }
    }

    /// A consumer begins its work on a message.
    #[inline]
    pub fn work_began(&mut self, now: Time, id: ActorId) {
        if let Some(client) = self.clients.get_mut(id.index()) {
            client.begin(now);
        }
    }

    /// It is done with it; or it is not, and ends the work all the same.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn work_ended(&mut self, now: Time, id: ActorId, is_done: bool) {
        let Some(client) = self.clients.get_mut(id.index()) else { return };
        if let Some(span) = client.end(now, self.from)
            && is_done
        {
            client.finished += 1;
            self.services[client.service()].record(span.as_us());
        }
    }

    /// A message that was published at `published` is acknowledged in a queue that it came to at `came`.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn acknowledged(&mut self, now: Time, (id, name): (QueueId, QueueName), came: Time, published: Time) {
        self.delays.record((now - published).as_us());
        self.queue(id, name).acknowledged(now, came);
    }

    /// Counts what happens seldom. It is compiled into the callers of [`super::Recorder::record`], which know the kind of
    /// their event: so nothing is left of it for all other kinds.
    #[inline(always)]
    pub(super) fn read(&mut self, event: &Event) {
        match *event {
            Event::Requeued { queue, .. } => self.count(queue, |counts| counts.requeued += 1),
            Event::Rejected { queue, rule, .. }
            | Event::Expired { queue, rule, .. }
            | Event::DroppedFromHead { queue, rule, .. }
            | Event::DeliveryLimitReached { queue, rule, .. } => self.count_death(queue, rule, false),
            Event::DeadLettered { queue, rule, .. } => self.count_death(queue, rule, true),
            Event::Removed { queue, .. } => self.count(queue, |counts| counts.removed += 1),
            Event::Refused { queue, .. }
            | Event::RefusedToStopped { queue, .. }
            | Event::RefusedWhileDown { queue, .. } => self.count(queue, |counts| counts.refused += 1),
            Event::Dropped { .. } => self.counts.unroutable += 1,
            Event::Returned { .. } => self.counts.returned += 1,
            Event::DeadLetterLost { .. }
            | Event::CycleCut { .. }
            | Event::Lost { .. }
            | Event::NotAccepted { .. }
            | Event::PublishingLost { .. } => self.counts.lost += 1,
            Event::LeftOut { count, .. } => self.counts.left_out += count,
            _ => {}
        }
    }

    #[inline(never)]
    fn count(&mut self, name: QueueName, add: fn(&mut QueueCounts)) {
        if let Some(id) = self.by_name.get(&name).copied() {
            add(&mut self.queue(id, name).counts);
        }
    }

    #[inline(never)]
    fn count_death(&mut self, name: QueueName, rule: Rule, is_dead_letter: bool) {
        let Some(id) = self.by_name.get(&name).copied() else { return };
        let counts = &mut self.queue(id, name).counts;
        counts.dead_lettered += u64::from(is_dead_letter);
        match rule {
            Rule::TimeToLive => counts.expired += 1,
            Rule::MaximumLength => counts.over_length += 1,
            Rule::DeliveryLimit => counts.delivery_limit += 1,
            _ => counts.rejected += 1,
        }
    }

    /// The queues that messages came to, in the order of their numbers.
    pub fn queues(&self) -> impl Iterator<Item = (QueueId, &QueueNumbers)> {
        let numbered = self.queues.iter().enumerate();
        let known = numbered.filter(|(_, queue)| queue.name() != NOBODY);
        known.map(|(place, queue)| (QueueId(place as u32), queue))
    }

    /// The producer or consumer with that number.
    pub fn client(&self, id: ActorId) -> Option<&ClientNumbers> {
        self.clients.get(id.index())
    }

    /// How long a consumer, or all those with which it shares a histogram, has worked on each message.
    pub fn services_of(&self, client: &ClientNumbers) -> Option<&Histogram> {
        client.queue().and_then(|_| self.services.get(client.service()))
    }

    /// How long the consumers of a queue have worked on each message.
    pub fn services_at(&self, queue: QueueName) -> Histogram {
        let own = self.clients.iter().filter(|client| client.queue() == Some(queue));
        let mut places: Vec<usize> = own.map(ClientNumbers::service).collect();
        places.dedup();
        let mut all = Histogram::default();
        places.iter().for_each(|place| all.merge(&self.services[*place]));
        all
    }

    /// How long messages took from publishing to acknowledgement.
    pub fn delays(&self) -> &Histogram {
        &self.delays
    }

    /// What was counted since the start besides what belongs to a queue.
    pub fn counts_since_start(&self) -> RunCounts {
        self.counts
    }

    /// What was counted in the window besides what belongs to a queue.
    pub fn counts(&self) -> RunCounts {
        self.counts.since(&self.counts_before)
    }
}
