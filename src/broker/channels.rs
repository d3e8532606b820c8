//! The channels of a connection, found by their numbers.

use super::connection::Channel;
use crate::amqp::ChannelNumber;
use crate::ids::{HoldsNames, Name};
use std::ops::Index;

/// The channels of a connection, in the order of their numbers.
///
/// Clients number their channels from 1 on, so as a rule a channel stands at the place that its number says; where it
/// does not, it is searched for.
#[derive(Clone, Debug, Default)]
pub struct Channels(Vec<(ChannelNumber, Channel)>);

impl Channels {
    /// None yet.
    pub const fn new() -> Channels {
        Channels(Vec::new())
    }

    #[inline(always)]
    fn place(&self, number: ChannelNumber) -> Result<usize, usize> {
        let guess = usize::from(number).wrapping_sub(1);
        match self.0.get(guess) {
            Some((found, _)) if *found == number => Ok(guess),
            _ => self.0.binary_search_by_key(&number, |(number, _)| *number),
        }
    }

    /// The channel of that number.
    #[inline(always)]
    pub fn get(&self, number: &ChannelNumber) -> Option<&Channel> {
        self.place(*number).ok().map(|place| &self.0[place].1)
    }

    /// The channel of that number, to be changed.
    #[inline(always)]
    pub fn get_mut(&mut self, number: &ChannelNumber) -> Option<&mut Channel> {
        self.place(*number).ok().map(|place| &mut self.0[place].1)
    }

    /// Whether there is one of that number.
    pub fn contains_key(&self, number: &ChannelNumber) -> bool {
        self.place(*number).is_ok()
    }

    /// A channel is opened; one of that number that is there goes.
    pub fn insert(&mut self, number: ChannelNumber, channel: Channel) {
        match self.place(number) {
            Ok(place) => self.0[place].1 = channel,
            Err(place) => self.0.insert(place, (number, channel)),
        }
    }

    /// Takes a channel out.
    pub fn remove(&mut self, number: &ChannelNumber) -> Option<Channel> {
        self.place(*number).ok().map(|place| self.0.remove(place).1)
    }

    /// Takes all of them out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&ChannelNumber, &Channel)> {
        self.0.iter().map(|(number, channel)| (number, channel))
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&ChannelNumber, &mut Channel)> {
        self.0.iter_mut().map(|(number, channel)| (&*number, channel))
    }

    /// Their numbers.
    pub fn keys(&self) -> impl Iterator<Item = &ChannelNumber> {
        self.0.iter().map(|(number, _)| number)
    }

    /// All of them.
    pub fn values(&self) -> impl Iterator<Item = &Channel> {
        self.0.iter().map(|(_, channel)| channel)
    }
}

/// For those of which it is known that they are there.
impl Index<&ChannelNumber> for Channels {
    type Output = Channel;

    #[inline(always)]
    fn index(&self, number: &ChannelNumber) -> &Channel {
        self.get(number).expect("it is there")
    }
}

impl HoldsNames for Channels {
    fn visit_names(&self, visit: &mut dyn FnMut(Name)) {
        self.values().for_each(|channel| channel.visit_names(visit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    #[test]
    fn channels_are_found_whatever_their_numbers() {
        let mut channels = Channels::new();
        for number in [7, 2, 1, 65_535] {
            channels.insert(number, Channel::opened(Time::from_us(number.into())));
        }
        assert_eq!(channels.keys().copied().collect::<Vec<_>>(), [1, 2, 7, 65_535]);
        for number in [1, 2, 7, 65_535] {
            assert_eq!(channels.get(&number).map(|channel| channel.opened.as_us()), Some(number.into()));
        }
        assert!(channels.get(&3).is_none() && channels.get(&0).is_none());
        assert_eq!(channels.remove(&2).map(|channel| channel.opened.as_us()), Some(2));
        assert_eq!((channels.get(&2).is_none(), channels[&7].opened.as_us()), (true, 7));
    }
}
