//! Which message an acknowledgement is about: deliveries by their tag, confirms by the number of the publishing.

use crate::amqp::ChannelNumber;
use crate::amqp::wire::{FieldValue, MethodNumber, PlacedField};
use std::collections::BTreeMap;

const CHANNEL_OPEN: MethodNumber = (20, 10);
const PUBLISH: MethodNumber = (60, 40);
const DELIVER: MethodNumber = (60, 60);
const GET_OK: MethodNumber = (60, 71);
const ACK: MethodNumber = (60, 80);
const REJECT: MethodNumber = (60, 90);
const NACK: MethodNumber = (60, 120);

/// What is not acknowledged yet on each channel of a connection.
#[derive(Clone, Debug, Default)]
pub struct Acknowledgements {
    channels: BTreeMap<ChannelNumber, Channel>,
}

#[derive(Clone, Debug, Default)]
struct Channel {
    published: u64,
    /// Tags and packets of the messages that each side has sent.
    open: [Vec<(u64, usize)>; 2],
}

impl Acknowledgements {
    /// Notes a method; gives the number of a publishing on its channel. As Wireshark does, it counts from the
    /// opening of the channel, so the number is that of the confirm if `confirm.select` came before the first.
    pub fn note(
        &mut self,
        side: usize,
        channel: ChannelNumber,
        method: MethodNumber,
        places: &[PlacedField<'_>],
        packet: usize,
    ) -> Option<u64> {
        let channel = self.channels.entry(channel).or_default();
        match method {
            CHANNEL_OPEN => *channel = Channel::default(),
            PUBLISH => {
                channel.published += 1;
                channel.open[side].push((channel.published, packet));
                return Some(channel.published);
            }
            DELIVER | GET_OK => channel.open[side].push((number(places, "delivery_tag"), packet)),
            _ => {}
        }
        None
    }

    /// The packets with the messages that this method is the answer to.
    pub fn acknowledged(
        &mut self,
        side: usize,
        channel: ChannelNumber,
        method: MethodNumber,
        places: &[PlacedField<'_>],
    ) -> Vec<usize> {
        if !matches!(method, ACK | NACK | REJECT) {
            return Vec::new();
        }
        let Some(channel) = self.channels.get_mut(&channel) else { return Vec::new() };
        let (tag, is_multiple) = (number(places, "delivery_tag"), number(places, "multiple") != 0);
        let open = &mut channel.open[1 - side];
        // Wireshark looks for the message of that very tag first.
        if !open.iter().any(|&(each, _)| each == tag) {
            return Vec::new();
        }
        let is_meant = |&(each, _): &(u64, usize)| each == tag || is_multiple && each < tag;
        let packets = open.iter().filter(|message| is_meant(message)).map(|&(_, packet)| packet).collect();
        open.retain(|message| !is_meant(message));
        packets
    }
}

fn number(places: &[PlacedField<'_>], name: &str) -> u64 {
    let value = places.iter().find(|place| place.field.name == name).map(|place| place.value);
    match value {
        Some(FieldValue::Number(number)) => number,
        Some(FieldValue::Bit(bit)) => bit.into(),
        _ => 0,
    }
}
