//! What a link does to what it carries, in one direction.

use crate::time::Span;
use std::num::NonZeroU64;

/// How the delay of a link varies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Jitter {
    /// It does not.
    #[default]
    None,
    /// Evenly between so much less and so much more than the latency.
    Uniform {
        /// The most that is added or taken away.
        half_width: Span,
    },
    /// The latency is the least; what is added is exponentially distributed, as waiting in other queues is.
    Exponential {
        /// What is added on average.
        mean: Span,
    },
    /// Normally distributed around the latency, cut off at nothing.
    Normal {
        /// The standard deviation.
        deviation: Span,
    },
}

/// The settings of one direction of a link. All of them can change while the link is in use.
///
/// The probabilities are of one frame each; what is not a number counts as never.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkSettings {
    /// How long the way takes.
    pub latency: Span,
    /// How that varies. It never changes the order.
    pub jitter: Jitter,
    /// Bits per second. Without one, sending takes no time.
    pub bandwidth: Option<NonZeroU64>,
    /// How many octets may wait to be sent, the frame that is being sent among them. Without one, any number.
    pub queue_limit: Option<u64>,
    /// How probably a frame is lost.
    pub loss: f64,
    /// How probably a frame goes twice.
    pub duplication: f64,
    /// How probably a frame does not wait for the latency and overtakes those that do (as netem does it).
    pub reordering: f64,
    /// How probably one bit of a frame is turned round. It is a bit behind the Ethernet header, where the sums of
    /// IPv4, TCP and UDP find it; frames that carry something else, such as ARP, have no such sum and are spared.
    pub corruption: f64,
    /// The octets of the longest IPv4 packet that fits. Longer ones are lost, and nobody is told.
    pub mtu: u32,
    /// Whether anything gets through.
    pub is_up: bool,
}

impl Default for LinkSettings {
    /// A link that takes no time and loses nothing, with the maximum transmission unit of Ethernet.
    fn default() -> Self {
        LinkSettings {
            latency: Span::ZERO,
            jitter: Jitter::None,
            bandwidth: None,
            queue_limit: None,
            loss: 0.0,
            duplication: 0.0,
            reordering: 0.0,
            corruption: 0.0,
            mtu: 1500,
            is_up: true,
        }
    }
}

impl LinkSettings {
    /// Whether a longer message takes longer than a short one, or is lost more easily.
    pub fn depends_on_size(&self) -> bool {
        self.bandwidth.is_some() || self.loss > 0.0 || self.corruption > 0.0
    }

    /// The latency of a link that is up, always takes that time, and does nothing else.
    pub(super) fn plain_latency(&self) -> Option<Span> {
        let is_plain = self.is_up && self.jitter == Jitter::None && !self.depends_on_size();
        is_plain.then_some(self.latency)
    }

    /// A link that only takes time.
    pub fn with_latency(latency: Span) -> LinkSettings {
        LinkSettings { latency, ..LinkSettings::default() }
    }
}
