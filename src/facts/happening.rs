//! The kinds of what happens that somebody looks for: the marks on a timeline, and what a run can be stopped at.

use super::Event;
use super::moves::{Everyday, end_of_way};

/// What kind of a turn an event is. Most are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    /// A message, or something else that was sent, is dropped or lost.
    Loss,
    /// A message leaves its queue as a dead letter.
    DeadLetter,
    /// A message is delivered once more.
    Redelivery,
    /// An unroutable message comes back to its publisher.
    Return,
    /// An error closes a channel or a connection.
    Error,
    /// Somebody intervenes: by hand or by the schedule.
    Intervention,
}

impl Happening {
    /// All of them.
    pub const ALL: [Happening; 6] = [
        Happening::Loss,
        Happening::DeadLetter,
        Happening::Redelivery,
        Happening::Return,
        Happening::Error,
        Happening::Intervention,
    ];

    /// The name in documents and in JavaScript.
    pub const fn name(self) -> &'static str {
        match self {
            Happening::Loss => "loss",
            Happening::DeadLetter => "dead_letter",
            Happening::Redelivery => "redelivery",
            Happening::Return => "return",
            Happening::Error => "error",
            Happening::Intervention => "intervention",
        }
    }

    /// The kind of an event.
    #[inline]
    pub fn of(event: &Event) -> Option<Happening> {
        match event {
            Event::Delivered { redelivered: true, .. } => Some(Happening::Redelivery),
            _ if Everyday::of(event).is_some() => None,
            _ => Happening::of_rarer(event),
        }
    }

    #[inline(never)]
    pub(super) fn of_rarer(event: &Event) -> Option<Happening> {
        Some(match event {
            Event::DeadLettered { .. } | Event::DeadLetterKept { .. } => Happening::DeadLetter,
            Event::Returned { .. } => Happening::Return,
            Event::ChannelClosed { .. } | Event::ConnectionClosed { .. } => Happening::Error,
            Event::DeadLetterLost { .. }
            | Event::AcknowledgementLost { .. }
            | Event::MethodLost { .. }
            | Event::TransmissionLost { .. }
            | Event::FrameLost { .. }
            | Event::FrameCutOff { .. }
            | Event::FrameDropped { .. }
            | Event::FrameTooLong { .. }
            | Event::FrameDamaged { .. }
            | Event::FrameDiscarded { .. }
            | Event::DatagramOverflow { .. } => Happening::Loss,
            Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Crashed { .. }
            | Event::Hung { .. }
            | Event::SlowedDown { .. }
            | Event::Disconnecting { .. }
            | Event::ClosingChannel { .. }
            | Event::ConnectionDropped { .. }
            | Event::MethodSent { .. }
            | Event::BrokerStopped { .. }
            | Event::BrokerCrashed { .. }
            | Event::ServerStopped { .. }
            | Event::Purged { .. }
            | Event::LinkCut { .. }
            | Event::LinkRestored { .. }
            | Event::LinkChanged { .. }
            | Event::ArrivalsChanged { .. }
            | Event::PrefetchChanged { .. }
            | Event::ServiceChanged { .. }
            | Event::AcknowledgementChanged { .. }
            | Event::PolicySet { .. }
            | Event::PolicyCleared { .. }
            | Event::Managed { .. }
            | Event::CommandWithoutEffect { .. } => Happening::Intervention,
            event => return end_of_way(event).map(|_| Happening::Loss),
        })
    }
}
