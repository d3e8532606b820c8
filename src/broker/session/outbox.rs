//! What waits to be sent to a client.

use crate::amqp::wire::{EncodeError, FRAME_MIN_SIZE, Frame, write_command};
use crate::amqp::{ChannelNumber, Command, Method};
use crate::ids::Names;
use std::collections::VecDeque;

/// Commands in their order. They are written as the transport takes them, so that a body waits as the broker
/// has it, and not once more for each client.
#[derive(Clone, Debug)]
pub(super) struct Outbox {
    items: VecDeque<Item>,
    frame_max: u32,
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
        Outbox { items: VecDeque::new(), frame_max: FRAME_MIN_SIZE }
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
        if let Method::ConnectionClose { reply_text, .. } | Method::ChannelClose { reply_text, .. } =
            &mut command.method
        {
            shorten(reply_text);
        }
        self.items.push_back(Item::Command(channel, command));
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

    #[test]
    fn writing_stops_when_there_is_enough() {
        let mut outbox = Outbox::default();
        (0..3).for_each(|_| outbox.push(1, Method::TxSelectOk {}.into()));
        let mut out = Vec::new();
        outbox.write(&Names::new(), &mut out, 13).expect("short");
        assert_eq!((out.len(), outbox.len()), (24, 1));
    }
}
