//! The account of every copy of every message, kept from facts alone.

use super::order::Line;
use queuescope::broker::{Queue, QueueType};
use queuescope::facts::{Event, Rule};
use queuescope::ids::{MessageId, Name};
use std::collections::{BTreeMap, BTreeSet};

/// How many copies of a message are where in a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Copies {
    pub ready: u32,
    pub unacknowledged: u32,
    /// Dead letters that the queue keeps until they are confirmed.
    pub kept: u32,
}

/// What the account knows of a queue besides facts.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    pub kind: QueueType,
    pub max_priority: Option<u8>,
}

impl Profile {
    pub fn of(queue: &Queue) -> Profile {
        let settings = &queue.settings;
        Profile { kind: queue.kind, max_priority: settings.max_priority }
    }
}

/// The account. Every copy in a queue is ready, unacknowledged or a kept dead letter; each fact moves one copy, and a copy that ends
/// leaves the account by the one fact that says how.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Queues by name, those that are gone included.
    pub profiles: BTreeMap<Name, Profile>,
    /// The priorities of messages.
    pub priorities: BTreeMap<MessageId, u8>,
    copies: BTreeMap<(Name, MessageId), Copies>,
    lines: BTreeMap<Name, Line>,
    /// Copies that were routed to a queue, which has not yet said what it does with them.
    routed: BTreeSet<(Name, MessageId)>,
    /// How many times in this command a message came to an exchange, less how often it was said where it goes.
    unsettled: BTreeMap<MessageId, i64>,
    /// The message whose routes are being told.
    told: Option<MessageId>,
    /// Messages that some queue has refused since they came in.
    refused: BTreeSet<MessageId>,
    /// Messages on which some queue has failed.
    failed: BTreeSet<MessageId>,
    /// The copy that was refused last. It may become a dead letter.
    last_refused: Option<(Name, MessageId)>,
}

type Taken = Result<(), String>;

impl Ledger {
    /// The copies that are in queues.
    pub fn copies(&self) -> impl Iterator<Item = (Name, MessageId, Copies)> {
        self.copies.iter().map(|((queue, message), copies)| (*queue, *message, *copies))
    }

    /// The broker has stopped without a word: its classic queues take every message for delivered.
    pub fn crashed(&mut self) {
        for (queue, line) in &mut self.lines {
            if self.profiles[queue].kind == QueueType::Classic {
                line.crashed();
            }
        }
    }

    /// Nothing may be on its way when a command is done.
    pub fn end_command(&mut self) -> Taken {
        self.last_refused = None;
        if let Some((queue, message)) = self.routed.pop_first() {
            return Err(format!("{message:?} was routed to {queue:?} and neither queued nor refused"));
        }
        let unsettled = std::mem::take(&mut self.unsettled);
        match unsettled.into_iter().find(|(_, owed)| *owed > 0) {
            Some((message, owed)) => {
                Err(format!("{message:?}: {owed} came to an exchange and vanished there"))
            }
            None => Ok(()),
        }
    }

    /// Reads the next fact.
    pub fn take(&mut self, event: &Event) -> Taken {
        let refused = self.last_refused.take();
        let told = self.told.take();
        match *event {
            Event::Received { message, .. } => {
                self.refused.remove(&message);
                *self.unsettled.entry(message).or_default() += 1;
            }
            Event::RoutedToQueue { message, queue, .. } => {
                self.routed.insert((queue.name, message));
                self.settle(message, told);
                self.told = Some(message);
            }
            Event::RoutedToExchange { message, .. } => {
                self.settle(message, told);
                self.told = Some(message);
            }
            Event::Dropped { message, .. }
            | Event::Returned { message, .. }
            | Event::DeadLetterLost { message, .. } => self.settle(message, told),
            // Two that follow may be of one dead letter or of two.
            Event::CycleCut { message, .. } => self.settle(message, None),
            Event::Queued { message, queue, .. } => {
                self.arrives(queue.name, message)?;
                let copies = self.copies.entry((queue.name, message)).or_default();
                copies.ready += 1;
                let is_alone = *copies == Copies { ready: 1, ..Copies::default() };
                let level = self.level(queue.name, message);
                self.lines.entry(queue.name).or_default().queued(message, level, is_alone);
            }
            Event::Refused { message, queue, .. }
            | Event::RefusedToStopped { message, queue, .. }
            | Event::RefusedWhileDown { message, queue, .. } => {
                self.arrives(queue.name, message)?;
                self.refused.insert(message);
                self.last_refused = Some((queue.name, message));
            }
            Event::Confirmed { message, .. } if self.refused.contains(&message) => {
                return Err(format!("{message:?} is confirmed though a queue refused it"));
            }
            Event::NotConfirmed { message, .. }
                if !self.refused.contains(&message) && !self.failed.contains(&message) =>
            {
                return Err(format!("{message:?} is confirmed negatively though no queue refused it"));
            }
            Event::DeadLettered { message, queue, rule, .. } => {
                *self.unsettled.entry(message).or_default() += 1;
                match rule {
                    _ if refused == Some((queue.name, message)) => {}
                    Rule::Rejected | Rule::DeliveryLimit => self.ends_held(queue.name, message)?,
                    _ => self.ends_at_head(queue.name, message)?,
                }
            }
            Event::DeadLetterKept { message, queue, rule } => {
                match rule {
                    Rule::Rejected | Rule::DeliveryLimit => self.ends_held(queue.name, message)?,
                    _ => self.ends_at_head(queue.name, message)?,
                }
                self.copies.entry((queue.name, message)).or_default().kept += 1;
            }
            Event::DeadLetterForwarded { message, .. } => {
                *self.unsettled.entry(message).or_default() += 1;
            }
            Event::NoLongerRetained { message, queue, .. } => self.ends_at_head(queue.name, message)?,
            Event::DeadLetterConfirmed { message, queue, .. } => self.kept_ends(queue.name, message)?,
            Event::Removed { message, queue, rule: Rule::StrategyChanged } => {
                self.kept_ends(queue.name, message)?;
            }
            Event::Expired { message, queue, .. } | Event::DroppedFromHead { message, queue, .. } => {
                self.ends_at_head(queue.name, message)?;
            }
            Event::Rejected { message, queue, .. } | Event::DeliveryLimitReached { message, queue, .. } => {
                self.ends_held(queue.name, message)?;
            }
            Event::Delivered { message, rule: Rule::DirectReplyTo, .. } => self.settle(message, told),
            Event::Delivered { message, queue, redelivered, .. } if !self.holds_nothing(queue.name) => {
                self.change(queue.name, message, |copies| {
                    copies.ready = copies.ready.checked_sub(1)?;
                    copies.unacknowledged += 1;
                    Some(())
                })?;
                let kind = self.profiles[&queue.name].kind;
                self.lines.entry(queue.name).or_default().delivered(message, kind, redelivered)?;
            }
            Event::Acknowledged { message, queue, .. } if !self.holds_nothing(queue.name) => {
                self.ends_held(queue.name, message)?;
            }
            Event::Requeued { message, queue, .. } if !self.holds_nothing(queue.name) => {
                self.change(queue.name, message, |copies| {
                    copies.unacknowledged = copies.unacknowledged.checked_sub(1)?;
                    copies.ready += 1;
                    Some(())
                })?;
                self.lines.entry(queue.name).or_default().requeued(message);
            }
            // The message on which a queue has failed never was in it. Whether it is confirmed depends on the message.
            Event::Removed { message, queue, rule: Rule::QueueFailed }
                if self.routed.remove(&(queue.name, message)) =>
            {
                self.failed.insert(message);
                // What is there again is called redelivered.
                self.lines.entry(queue.name).or_default().crashed();
            }
            Event::Removed { message, queue, .. } => {
                self.change(queue.name, message, |copies| {
                    let count = match copies {
                        Copies { ready: count @ 1.., .. } | Copies { kept: count @ 1.., .. } => count,
                        Copies { unacknowledged, .. } => unacknowledged,
                    };
                    *count = count.checked_sub(1)?;
                    Some(())
                })?;
                self.lines.entry(queue.name).or_default().removed(message);
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether deliveries take nothing out of the queue: a stream keeps everything.
    fn holds_nothing(&self, queue: Name) -> bool {
        // The pseudo-queue of direct replies, which no declaration makes, holds nothing either.
        self.profiles.get(&queue).is_none_or(|profile| profile.kind == QueueType::Stream)
    }

    /// The level of a message in a queue: higher ones go first.
    fn level(&self, queue: Name, message: MessageId) -> u8 {
        let profile = self.profiles[&queue];
        // A message without a priority has the lowest in a classic queue, 4 in a quorum queue.
        let otherwise = if profile.kind == QueueType::Quorum { 4 } else { 0 };
        self.priorities.get(&message).copied().unwrap_or(otherwise).min(profile.max_priority.unwrap_or(0))
    }

    /// It is said where a message goes, which takes one fact or several in a row.
    fn settle(&mut self, message: MessageId, told: Option<MessageId>) {
        if told != Some(message) {
            *self.unsettled.entry(message).or_default() -= 1;
        }
    }

    /// A queue says what it does with a copy that was routed to it.
    fn arrives(&mut self, queue: Name, message: MessageId) -> Taken {
        match self.routed.remove(&(queue, message)) {
            true => Ok(()),
            false => Err(format!("{message:?} comes to {queue:?} without a route")),
        }
    }

    fn kept_ends(&mut self, queue: Name, message: MessageId) -> Taken {
        self.change(queue, message, |copies| {
            copies.kept = copies.kept.checked_sub(1)?;
            Some(())
        })
    }

    fn ends_at_head(&mut self, queue: Name, message: MessageId) -> Taken {
        self.change(queue, message, |copies| {
            copies.ready = copies.ready.checked_sub(1)?;
            Some(())
        })?;
        let kind = self.profiles[&queue].kind;
        self.lines.entry(queue).or_default().ended_at_head(message, kind)
    }

    fn ends_held(&mut self, queue: Name, message: MessageId) -> Taken {
        self.change(queue, message, |copies| {
            copies.unacknowledged = copies.unacknowledged.checked_sub(1)?;
            Some(())
        })?;
        self.lines.entry(queue).or_default().ended_held(message);
        Ok(())
    }

    fn change(
        &mut self,
        queue: Name,
        message: MessageId,
        change: impl FnOnce(&mut Copies) -> Option<()>,
    ) -> Taken {
        let copies = self.copies.entry((queue, message)).or_default();
        let before = *copies;
        if change(copies).is_none() {
            return Err(format!("{message:?} has no such copy in {queue:?}: {before:?}"));
        }
        if *copies == Copies::default() {
            self.copies.remove(&(queue, message));
        }
        Ok(())
    }
}
