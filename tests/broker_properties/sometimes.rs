//! What must be seen to happen: a run that never comes to it shows nothing about it.

use queuescope::facts::{Event, Rule};

type Sight = (&'static str, fn(&Event) -> bool);

fn died_of(event: &Event, cause: Rule) -> bool {
    matches!(event, Event::DeadLettered { rule, .. } if *rule == cause)
}

/// Named things, each with the fact that shows it.
pub const SOMETIMES: &[Sight] = &[
    ("a message is delivered", |event| matches!(event, Event::Delivered { redelivered: false, .. })),
    ("a message is redelivered", |event| matches!(event, Event::Delivered { redelivered: true, .. })),
    ("a message is a direct reply", |event| {
        matches!(event, Event::Delivered { rule: Rule::DirectReplyTo, .. })
    }),
    ("a message is acknowledged", |event| {
        matches!(event, Event::Acknowledged { rule: Rule::ManualAcknowledgement, .. })
    }),
    ("a message is acknowledged automatically", |event| {
        matches!(event, Event::Acknowledged { rule: Rule::AutomaticAcknowledgement, .. })
    }),
    ("a message is requeued", |event| matches!(event, Event::Requeued { .. })),
    ("a message is rejected", |event| matches!(event, Event::Rejected { .. })),
    ("a message is removed", |event| matches!(event, Event::Removed { .. })),
    ("a message expires", |event| matches!(event, Event::Expired { .. })),
    ("a message is dropped by a limit of length", |event| matches!(event, Event::DroppedFromHead { .. })),
    ("a message is over its delivery limit", |event| matches!(event, Event::DeliveryLimitReached { .. })),
    ("a message is refused", |event| matches!(event, Event::Refused { .. })),
    ("a message is returned", |event| matches!(event, Event::Returned { .. })),
    ("a message has no route", |event| matches!(event, Event::Dropped { .. })),
    ("a message is dead-lettered because it was rejected", |event| died_of(event, Rule::Rejected)),
    ("a message is dead-lettered because it expired", |event| died_of(event, Rule::TimeToLive)),
    ("a message is dead-lettered by a limit of length", |event| died_of(event, Rule::MaximumLength)),
    ("a message is dead-lettered by the delivery limit", |event| died_of(event, Rule::DeliveryLimit)),
    ("a dead letter has no exchange", |event| matches!(event, Event::DeadLetterLost { .. })),
    ("a dead letter is kept and confirmed", |event| matches!(event, Event::DeadLetterConfirmed { .. })),
    ("a kept dead letter has no route", |event| matches!(event, Event::DeadLetterAwaitsRoute { .. })),
    ("a kept dead letter has no exchange", |event| matches!(event, Event::DeadLetterAwaitsExchange { .. })),
    ("a kept dead letter is refused", |event| matches!(event, Event::DeadLetterAwaitsQueue { .. })),
    ("a kept dead letter waits for others", |event| matches!(event, Event::DeadLetterWaits { .. })),
    ("kept dead letters go with their strategy", |event| {
        matches!(event, Event::Removed { rule: Rule::StrategyChanged, .. })
    }),
    ("a stream drops a segment", |event| matches!(event, Event::NoLongerRetained { .. })),
    ("a message is cut from a cycle", |event| matches!(event, Event::CycleCut { .. })),
    ("a message passes an alternate exchange", |event| {
        matches!(event, Event::RoutedToExchange { rule: Rule::AlternateExchange, .. })
    }),
    ("a message is confirmed", |event| matches!(event, Event::Confirmed { .. })),
    ("a message is confirmed negatively", |event| matches!(event, Event::NotConfirmed { .. })),
    ("a message waits for a consumer", |event| matches!(event, Event::WaitsForConsumer { .. })),
    ("a message waits for prefetch", |event| matches!(event, Event::WaitsForPrefetch { .. })),
    ("a queue expires", |event| matches!(event, Event::QueueExpired { .. })),
    ("a channel is closed by an error", |event| matches!(event, Event::ChannelClosed { .. })),
    ("a connection is closed by an error", |event| matches!(event, Event::ConnectionClosed { .. })),
];

/// How often each of [`SOMETIMES`] was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Sightings(pub [u64; SOMETIMES.len()]);

impl Sightings {
    pub fn none() -> Sightings {
        Sightings([0; SOMETIMES.len()])
    }

    pub fn look_at(&mut self, event: &Event) {
        for (count, (_, is_seen)) in self.0.iter_mut().zip(SOMETIMES) {
            *count += u64::from(is_seen(event));
        }
    }

    pub fn add(&mut self, other: &Sightings) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }

    pub fn never(&self) -> Vec<&'static str> {
        let counted = SOMETIMES.iter().zip(self.0);
        counted.filter(|(_, count)| *count == 0).map(|((name, _), _)| *name).collect()
    }
}
