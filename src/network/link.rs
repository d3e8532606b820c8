//! A link between a client and the broker, as whole methods see it: what one side sends, the other side has later,
//! and in the same order.

use super::lane::Lane;
use super::settings::LinkSettings;
use crate::time::{Span, Time};

/// Which way something goes on a client's link to the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// From the client.
    ToBroker,
    /// To the client.
    ToClient,
}

/// What becomes of a whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFate {
    /// It gets there.
    Arrives {
        /// When all of it is there.
        at: Time,
        /// How many transmissions of its segments were lost on the way, and cost time.
        lost_transmissions: u32,
    },
    /// The link is down: the sender's TCP keeps it. It is to be offered again when the link is up.
    Down,
    /// A segment was lost as often as TCP tries: the connection is given up.
    TimedOut {
        /// When the sender gives up.
        at: Time,
    },
}

/// RFC 6298 section 2.4: a retransmission time-out is never less than a second.
const SHORTEST_TIMEOUT: Span = Span::from_ms(1_000);
/// RFC 6298 section 2.5: it may have an upper limit, of at least 60 seconds.
const LONGEST_TIMEOUT: Span = Span::from_ms(60_000);
/// Linux gives up after so many (`tcp_retries2`); it is more than the 100 seconds that RFC 9293 asks for.
const RETRANSMISSIONS: u32 = 15;
/// Headers of Ethernet, IPv4 and TCP in front of each segment.
const SEGMENT_HEADERS: u64 = 54;
/// Headers of IPv4 and TCP, which count towards the maximum transmission unit.
const PACKET_HEADERS: u64 = 40;

/// A link between a client and the broker. It carries whole methods, in the order in which they were sent, as
/// the TCP connection below AMQP does.
///
/// What the network does to segments is seen as TCP lets it be seen: jitter never changes the order; a lost segment
/// is sent again after the retransmission time-out, which doubles each time (RFC 6298), and all that was sent later
/// waits for it; doubled and overtaking segments are not seen at all. This is simpler than TCP: there are no windows,
/// and no fast retransmission. The real protocol is [`super::LocalNetwork`].
#[derive(Clone, Debug)]
pub struct Link {
    lanes: [Lane; 2],
}

impl Link {
    /// A link with the given delay in each direction, which does nothing else.
    pub fn new(latency: Span) -> Link {
        Link::with_settings([LinkSettings::with_latency(latency), LinkSettings::with_latency(latency)], 0, "")
    }

    /// A link with settings for the way to the broker and the way to the client. `owner` names its random streams.
    pub fn with_settings([to_broker, to_client]: [LinkSettings; 2], seed: u64, owner: &str) -> Link {
        Link {
            lanes: [
                Lane::new(to_broker, seed, &format!("link:{owner}:to-broker")),
                Lane::new(to_client, seed, &format!("link:{owner}:to-client")),
            ],
        }
    }

    /// The delay on the way to the broker.
    pub fn latency(&self) -> Span {
        self.settings(Direction::ToBroker).latency
    }

    /// The settings of one direction.
    pub fn settings(&self, direction: Direction) -> &LinkSettings {
        self.lanes[direction as usize].settings()
    }

    /// Changes the settings of one direction.
    pub fn change(&mut self, direction: Direction, settings: LinkSettings) {
        self.lanes[direction as usize].change(settings);
    }

    /// Sends something that is not delayed by anything but the latency; says when it arrives.
    pub fn carry(&mut self, now: Time, direction: Direction) -> Time {
        self.lanes[direction as usize].carry(now, 0, Span::ZERO)
    }

    /// Whether what happens to a message depends on its length.
    #[inline]
    pub fn depends_on_size(&self, direction: Direction) -> bool {
        self.lanes[direction as usize].depends_on_size()
    }

    /// Whether a message that is sent now arrives now.
    #[inline(always)]
    pub fn carries_at_once(&self, now: Time, direction: Direction) -> bool {
        self.lanes[direction as usize].carries_at_once(now)
    }

    /// Sends a message, if the link always takes the same time for it and does nothing else; says when it arrives.
    #[inline]
    pub fn carry_plainly(&mut self, now: Time, direction: Direction) -> Option<Time> {
        self.lanes[direction as usize].carry_plainly(now)
    }

    /// Sends a message of so many octets behind all others; says what becomes of it.
    pub fn carry_message(&mut self, now: Time, direction: Direction, octets: u64) -> MessageFate {
        let sending = match self.transmissions(direction, octets) {
            Ok(sending) => sending,
            Err(fate) => return fate.at(now),
        };
        let at = self.lanes[direction as usize].carry(now, sending.octets, sending.wait);
        MessageFate::Arrives { at, lost_transmissions: sending.lost }
    }

    /// The same for one of several connections on this link: they share its bandwidth, but what one of them has lost
    /// holds up no other. `before` is when the one that the connection sent before it arrives.
    pub fn carry_on_connection(
        &mut self,
        now: Time,
        direction: Direction,
        octets: u64,
        before: Time,
    ) -> MessageFate {
        let sending = match self.transmissions(direction, octets) {
            Ok(sending) => sending,
            Err(fate) => return fate.at(now),
        };
        let lane = &mut self.lanes[direction as usize];
        let at = lane.carry_behind(now, sending.octets, sending.wait, before);
        MessageFate::Arrives { at, lost_transmissions: sending.lost }
    }

    /// What it takes to get so many octets through.
    fn transmissions(&mut self, direction: Direction, octets: u64) -> Result<Sending, Unsent> {
        let timeout = self.retransmission_timeout();
        let lane = &mut self.lanes[direction as usize];
        if !lane.settings().is_up {
            return Err(Unsent::Down);
        }
        let segment = u64::from(lane.settings().mtu).saturating_sub(PACKET_HEADERS).max(1);
        let segments = octets.div_ceil(segment).max(1);
        // The segments are under way together, so the one that waits longest decides.
        let (mut lost_transmissions, mut longest) = (0, Span::ZERO);
        let loses = lane.settings().loss > 0.0 || lane.settings().corruption > 0.0;
        for _ in 0..if loses { segments } else { 0 } {
            let (mut waited, mut next) = (Span::ZERO, timeout);
            let mut lost = 0;
            while lane.loses_segment() {
                lost += 1;
                waited = sum(waited, next);
                next = sum(next, next).min(LONGEST_TIMEOUT);
                if lost > RETRANSMISSIONS {
                    return Err(Unsent::TimedOut { after: waited });
                }
            }
            lost_transmissions += lost;
            longest = longest.max(waited);
        }
        let octets = octets.saturating_add(segments * SEGMENT_HEADERS);
        Ok(Sending { octets, wait: longest, lost: lost_transmissions })
    }

    /// RFC 6298 section 2.2: after the first round trip R the time-out is R + 4 · R/2.
    fn retransmission_timeout(&self) -> Span {
        let round_trip = sum(self.lanes[0].settings().latency, self.lanes[1].settings().latency);
        sum(sum(round_trip, round_trip), round_trip).clamp(SHORTEST_TIMEOUT, LONGEST_TIMEOUT)
    }
}

/// What it takes to get a message through.
struct Sending {
    /// With all headers.
    octets: u64,
    /// How long the last of it waits to be sent again.
    wait: Span,
    lost: u32,
}

/// Why a message does not get through.
enum Unsent {
    Down,
    TimedOut { after: Span },
}

impl Unsent {
    fn at(self, now: Time) -> MessageFate {
        match self {
            Unsent::Down => MessageFate::Down,
            Unsent::TimedOut { after } => MessageFate::TimedOut { at: now + after },
        }
    }
}

fn sum(first: Span, second: Span) -> Span {
    Span::from_us(first.as_us().saturating_add(second.as_us()))
}
