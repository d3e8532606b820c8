//! What waits to be sent to a client.

use crate::amqp::wire::{EncodeError, FRAME_MIN_SIZE, Frame, write_command};
use crate::amqp::{ChannelNumber, Command, DeliveryTag, Method};
use crate::ids::{Name, Names};
use litemap::LiteMap;
use std::collections::VecDeque;

/// Commands in their order. They are written as the transport takes them, so that a body waits as the broker
/// has it, and not once more for each client.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    items: VecDeque<Item>,
    frame_max: u32,
    /// Up to which number every message of a channel is confirmed.
    confirmed: LiteMap<ChannelNumber, DeliveryTag>,
    /// How many deliveries were written for each channel and not yet told.
    sent: LiteMap<ChannelNumber, u32>,
}

#[derive(Clone, Debug)]
enum Item {
    Octets(Vec<u8>),
    Command(ChannelNumber, Command),
    Heartbeat,
}

/// The most octets of a short string, and so of a reply text.
const SHORT: usize = 255;

impl Default for Outbox {
    fn default() -> Self {
        Outbox {
            items: VecDeque::new(),
            frame_max: FRAME_MIN_SIZE,
            confirmed: LiteMap::new(),
            sent: LiteMap::new(),
        }
    }
}

impl Outbox {
    /// How many items wait.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The agreed size of frames, by which bodies are split.
    pub fn set_frame_max(&mut self, frame_max: u32) {
        self.frame_max = frame_max;
    }

    pub fn push(&mut self, channel: ChannelNumber, mut command: Command) {
        match &mut command.method {
            Method::ConnectionClose { reply_text, .. } | Method::ChannelClose { reply_text, .. } => {
                shorten(reply_text);
            }
            Method::ChannelOpenOk {} => drop(self.confirmed.remove(&channel)),
            Method::BasicAck { delivery_tag, multiple: false } if self.confirm(channel, *delivery_tag) => {
                return;
            }
            _ => {}
        }
        self.items.push_back(Item::Command(channel, command));
    }

    /// Puts the confirm of a message together with the one before it, if that has not gone out yet and all
    /// messages before both are confirmed. RabbitMQ puts together what it confirms while further publishings
    /// wait for it (`rabbit_channel:send_confirms_and_nacks`).
    fn confirm(&mut self, channel: ChannelNumber, tag: DeliveryTag) -> bool {
        let confirmed = self.confirmed.entry(channel).or_default();
        if tag != *confirmed + 1 {
            return false;
        }
        *confirmed = tag;
        let Some(Item::Command(before, Command { method, .. })) = self.items.back_mut() else { return false };
        match method {
            Method::BasicAck { delivery_tag, multiple } if *before == channel => {
                (*delivery_tag, *multiple) = (tag, true);
                true
            }
            _ => false,
        }
    }

    pub fn push_octets(&mut self, octets: &[u8]) {
        self.items.push_back(Item::Octets(octets.to_vec()));
    }

    /// A heartbeat says nothing that what waits already does not say.
    pub fn push_heartbeat(&mut self) {
        if self.items.is_empty() {
            self.items.push_back(Item::Heartbeat);
        }
    }

    /// Whether deliveries were written.
    pub fn has_sent(&self) -> bool {
        !self.sent.is_empty()
    }

    /// How many deliveries were written for each channel since the last call.
    pub fn take_sent(&mut self) -> LiteMap<ChannelNumber, u32> {
        std::mem::take(&mut self.sent)
    }

    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Appends items to `out` as long as it has less than `enough` octets.
    pub fn write(&mut self, names: &Names, out: &mut Vec<u8>, enough: usize) -> Result<(), EncodeError> {
        while out.len() < enough
            && let Some(item) = self.items.pop_front()
        {
            match item {
                Item::Octets(octets) => out.extend_from_slice(&octets),
                Item::Heartbeat => Frame::heartbeat().write(out)?,
                Item::Command(channel, command) => {
                    write_command(out, channel, &command, self.frame_max, names)?;
                    if matches!(command.method, Method::BasicDeliver { .. } | Method::BasicGetOk { .. }) {
                        *self.sent.entry(channel).or_default() += 1;
                    }
                }
            }
        }
        if self.items.is_empty() {
            self.items.shrink_to(64);
        }
        Ok(())
    }
}

/// RabbitMQ cuts a text that is too long and puts dots behind it (`rabbit_binary_generator:map_exception`).
fn shorten(text: &mut String) {
    if text.len() > SHORT {
        let cut = (0..=SHORT - 3).rev().find(|&cut| text.is_char_boundary(cut)).unwrap_or(0);
        text.truncate(cut);
        text.push_str("...");
    }
}

crate::ids::holds_names!(Outbox { items, frame_max, confirmed, sent });

impl crate::ids::HoldsNames for Item {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        match self {
            Item::Command(_, command) => command.visit_names(visit),
            Item::Octets(_) | Item::Heartbeat => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reply_text_is_cut_between_characters() {
        let mut text = format!("NOT_FOUND - {}", "ä".repeat(200));
        shorten(&mut text);
        assert!(text.len() <= SHORT && text.ends_with("ä..."), "{text}");
        let mut short = "OK".to_owned();
        shorten(&mut short);
        assert_eq!(short, "OK");
    }

    fn confirms(outbox: &Outbox) -> Vec<(ChannelNumber, DeliveryTag, bool)> {
        let confirm = |item: &Item| match item {
            Item::Command(channel, Command { method: Method::BasicAck { delivery_tag, multiple }, .. }) => {
                Some((*channel, *delivery_tag, *multiple))
            }
            _ => None,
        };
        outbox.items.iter().filter_map(confirm).collect()
    }

    #[test]
    fn confirms_that_wait_together_become_one() {
        let mut outbox = Outbox::default();
        let ack = |delivery_tag| Method::BasicAck { delivery_tag, multiple: false }.into();
        (1..=3).for_each(|tag| outbox.push(1, ack(tag)));
        outbox.push(2, ack(1));
        outbox.push(1, ack(4));
        // Message 5 is not confirmed yet, so what comes behind it stands for itself.
        outbox.push(1, ack(6));
        outbox.push(1, ack(7));
        let expected = [(1, 3, true), (2, 1, false), (1, 4, false), (1, 6, false), (1, 7, false)];
        assert_eq!(confirms(&outbox), expected);
        outbox.push(1, Method::ChannelOpenOk {}.into());
        outbox.push(1, ack(1));
        assert_eq!(confirms(&outbox).last(), Some(&(1, 1, false)), "a new channel counts anew");
    }

    #[test]
    fn writing_stops_when_there_is_enough() {
        let mut outbox = Outbox::default();
        (0..3).for_each(|_| outbox.push(1, Method::TxSelectOk {}.into()));
        let mut out = Vec::new();
        outbox.write(&Names::new(), &mut out, 13).expect("short");
        assert_eq!((out.len(), outbox.len()), (24, 1));
    }
}
