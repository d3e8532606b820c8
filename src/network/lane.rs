//! One direction of a link, for frames.

use super::chances::{Chances, happens};
use super::settings::LinkSettings;
use crate::time::{Span, Time};
use std::collections::VecDeque;
use std::rc::Rc;

/// Octets of an Ethernet header: two addresses and the type of what follows.
pub(super) const ETHERNET_HEADER: usize = 14;
const IPV4_TYPE: [u8; 2] = [0x08, 0x00];
/// Picoseconds are fine enough for the bits of any link, and one at a time they do not add up to an error.
const PICOSECONDS_PER_MICROSECOND: u128 = 1_000_000;
const PICOSECONDS_PER_SECOND: u128 = 1_000_000_000_000;

/// Why a frame was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LossReason {
    /// The link was down, or went down with the frame on it.
    Down,
    /// By chance.
    Chance,
    /// No room was left in front of the link.
    QueueFull,
    /// The packet is longer than the link's maximum transmission unit.
    TooLong,
}

/// What became of a frame, or of one of its copies, on one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It gets there.
    Arrives {
        /// When its last bit is there.
        at: Time,
        /// The bit that was turned round, counted from the first bit of the frame.
        corrupted_bit: Option<u32>,
        /// Whether it did not wait for its turn.
        is_overtaking: bool,
    },
    /// It does not.
    Lost(LossReason),
}

/// The fates of a frame: one, and one more if it was doubled on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fates {
    /// What became of the frame.
    pub frame: Fate,
    /// What became of its copy.
    pub copy: Option<Fate>,
}

/// One direction of a link: frames go out one after the other at the link's bandwidth, then travel.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its latency, where it takes that and does nothing else to what it carries.
    plain_latency: Option<Span>,
    newest_arrival: Time,
    /// Kept out of the way too: there may be thousands of lanes, and most only take their latency.
    settings: Rc<LinkSettings>,
    /// Most lanes never ask them, so they are kept out of the way.
    chances: Box<Chances>,
    /// When the sending of what waits will be done, in picoseconds.
    busy_until_ps: u128,
    /// What waits to be sent: when it will be out, and its octets.
    waiting: VecDeque<(u128, u64)>,
    waiting_octets: u64,
    /// How often it went down.
    outages: u32,
}

impl Lane {
    /// An idle lane. `owner` names its random streams.
    pub fn new(settings: LinkSettings, seed: u64, owner: &str) -> Lane {
        Lane {
            plain_latency: settings.plain_latency(),
            newest_arrival: Time::START,
            settings: Rc::new(settings),
            chances: Box::new(Chances::new(seed, owner)),
            busy_until_ps: 0,
            waiting: VecDeque::new(),
            waiting_octets: 0,
            outages: 0,
        }
    }

    /// Its settings.
    pub fn settings(&self) -> &LinkSettings {
        &self.settings
    }

    /// How often it went down. What was sent before it last did, and had not arrived, is lost.
    pub fn outages(&self) -> u32 {
        self.outages
    }

    /// Octets that wait to be sent.
    pub fn queued_octets(&mut self, now: Time) -> u64 {
        self.take_out_sent(now);
        self.waiting_octets
    }

    /// Changes the settings. What is on its way stays on its way, unless the lane goes down: that loses it.
    pub fn change(&mut self, settings: LinkSettings) {
        if self.settings.is_up && !settings.is_up {
            self.outages += 1;
            self.busy_until_ps = 0;
            self.waiting.clear();
            self.waiting_octets = 0;
        }
        self.plain_latency = settings.plain_latency();
        self.settings = Rc::new(settings);
    }

    /// Sends a frame; says what becomes of it.
    pub fn send(&mut self, now: Time, frame: &[u8]) -> Fates {
        if !self.settings.is_up {
            return Fates { frame: Fate::Lost(LossReason::Down), copy: None };
        }
        if frame.len().saturating_sub(ETHERNET_HEADER) > self.settings.mtu as usize {
            return Fates { frame: Fate::Lost(LossReason::TooLong), copy: None };
        }
        let is_doubled = happens(&mut self.chances.duplication, self.settings.duplication);
        let first = self.transmit(now, frame);
        Fates { frame: first, copy: is_doubled.then(|| self.transmit(now, frame)) }
    }

    fn transmit(&mut self, now: Time, frame: &[u8]) -> Fate {
        let octets = frame.len() as u64;
        self.take_out_sent(now);
        if self.settings.queue_limit.is_some_and(|limit| self.waiting_octets + octets > limit) {
            return Fate::Lost(LossReason::QueueFull);
        }
        let sent = self.serialise(now, octets);
        if happens(&mut self.chances.loss, self.settings.loss) {
            return Fate::Lost(LossReason::Chance);
        }
        let corrupted_bit = self.corrupted_bit(frame);
        let is_overtaking = happens(&mut self.chances.reordering, self.settings.reordering);
        if is_overtaking {
            return Fate::Arrives { at: sent, corrupted_bit, is_overtaking };
        }
        let delay = self.chances.delay(self.settings.latency, self.settings.jitter);
        self.newest_arrival = self.newest_arrival.max(sent + delay);
        Fate::Arrives { at: self.newest_arrival, corrupted_bit, is_overtaking }
    }

    /// Sends octets behind those that wait; says when the last one is out.
    pub(super) fn serialise(&mut self, now: Time, octets: u64) -> Time {
        let Some(bandwidth) = self.settings.bandwidth else { return now };
        let now_ps = u128::from(now.as_us()) * PICOSECONDS_PER_MICROSECOND;
        let takes_ps = u128::from(octets) * 8 * PICOSECONDS_PER_SECOND / u128::from(bandwidth.get());
        self.busy_until_ps = self.busy_until_ps.max(now_ps) + takes_ps;
        self.waiting.push_back((self.busy_until_ps, octets));
        self.waiting_octets += octets;
        let us = self.busy_until_ps.div_ceil(PICOSECONDS_PER_MICROSECOND);
        Time::from_us(u64::try_from(us).unwrap_or(u64::MAX))
    }

    fn take_out_sent(&mut self, now: Time) {
        if self.waiting.is_empty() {
            return;
        }
        let now_ps = u128::from(now.as_us()) * PICOSECONDS_PER_MICROSECOND;
        while let Some((done, octets)) = self.waiting.front().copied() {
            if done > now_ps {
                return;
            }
            self.waiting.pop_front();
            self.waiting_octets -= octets;
        }
    }

    fn corrupted_bit(&mut self, frame: &[u8]) -> Option<u32> {
        let has_sums =
            frame.len() > ETHERNET_HEADER && frame[ETHERNET_HEADER - 2..ETHERNET_HEADER] == IPV4_TYPE;
        if !has_sums || !happens(&mut self.chances.corruption, self.settings.corruption) {
            return None;
        }
        let bits = (frame.len() - ETHERNET_HEADER) * 8;
        let drawn = (self.chances.corruption.unit() * bits as f64) as usize;
        Some((ETHERNET_HEADER * 8 + drawn) as u32)
    }

    /// Whether what is sent now arrives now: the lane takes no time, does nothing else, and nothing is on its way.
    #[inline(always)]
    pub(super) fn carries_at_once(&self, now: Time) -> bool {
        self.plain_latency == Some(Span::ZERO) && self.newest_arrival <= now
    }

    /// As [`Self::carry`] on a lane that does nothing but take its latency; nothing on any other.
    #[inline]
    pub(super) fn carry_plainly(&mut self, now: Time) -> Option<Time> {
        self.newest_arrival = self.newest_arrival.max(now + self.plain_latency?);
        Some(self.newest_arrival)
    }

    /// Whether what it does depends on how long a message is.
    #[inline]
    pub(super) fn depends_on_size(&self) -> bool {
        self.plain_latency.is_none() && self.settings.depends_on_size()
    }

    /// A lane of messages: see [`super::Link::carry_message`].
    pub(super) fn carry(&mut self, now: Time, octets: u64, wait: Span) -> Time {
        self.newest_arrival = self.carry_behind(now, octets, wait, self.newest_arrival);
        self.newest_arrival
    }

    /// The same for something that arrives no earlier than what was sent before it, and knows itself when that is.
    pub(super) fn carry_behind(&mut self, now: Time, octets: u64, wait: Span, before: Time) -> Time {
        let sent = self.serialise(now, octets);
        self.take_out_sent(now);
        let delay = self.chances.delay(self.settings.latency, self.settings.jitter);
        before.max(sent + wait + delay)
    }

    /// Whether one transmission of a segment is lost, or so damaged that the receiver drops it.
    pub(super) fn loses_segment(&mut self) -> bool {
        let is_lost = happens(&mut self.chances.loss, self.settings.loss);
        is_lost || happens(&mut self.chances.corruption, self.settings.corruption)
    }
}
