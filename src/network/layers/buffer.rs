//! Octets of a stream that are not read yet, and where each of them came from.

use super::reassembly::Stretch;
use super::{Layer, Piece, Protocol, Reassembled, Source};

/// The unread octets of one direction.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    octets: Vec<u8>,
    /// How many of them were taken.
    taken: usize,
    sources: Vec<Source>,
}

/// Octets that were taken from a [`Buffer`], and where they came from.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The octets.
    pub octets: Vec<u8>,
    sources: Vec<Source>,
}

impl Buffer {
    /// Adds octets behind the others.
    pub fn add(&mut self, stretch: Stretch) {
        self.octets.drain(..std::mem::take(&mut self.taken));
        self.octets.extend(stretch.octets);
        self.sources.push(stretch.source);
    }

    /// The unread octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets[self.taken..]
    }

    /// Takes octets from the front.
    pub fn take(&mut self, length: usize) -> Taken {
        let octets = self.octets()[..length.min(self.octets().len())].to_vec();
        self.taken += octets.len();
        let (mut left, mut sources) = (octets.len(), Vec::new());
        while left > 0 && !self.sources.is_empty() {
            let source = &mut self.sources[0];
            let length = source.length.min(left);
            sources.push(Source { length, ..*source });
            source.start += length;
            source.length -= length;
            left -= length;
            if source.length == 0 {
                self.sources.remove(0);
            }
        }
        Taken { octets, sources }
    }

    /// The layer of which the unread octets are the beginning, as far as it came in this packet.
    pub fn piece(&self, protocol: Protocol, total: Option<usize>, packet: usize) -> Option<Layer> {
        let mut at = 0;
        let mut places = Vec::new();
        for source in &self.sources {
            if source.packet == packet {
                places.push((at, source));
            }
            at += source.length;
        }
        let (at, first) = *places.first()?;
        let (_, last) = places.last()?;
        let start = first.start..first.start;
        let layer = Layer::new(protocol, start, first.start..last.start + last.length, Vec::new());
        Some(Layer { piece: Some(Piece { at, total }), ..layer })
    }
}

impl Taken {
    /// Gives layers that count the octets from 0 their places: in the frame of this packet, if all came with it;
    /// otherwise they keep their octets themselves.
    pub fn place(self, layers: &mut [Layer], packet: usize) {
        let layers = layers.iter_mut().filter(|layer| layer.reassembled.is_none());
        match self.sources[..] {
            [source] if source.packet == packet => layers.for_each(|layer| layer.shift(source.start)),
            _ => {
                let whole = Reassembled { octets: self.octets.into(), pieces: self.sources };
                layers.for_each(|layer| layer.reassembled = Some(whole.clone()));
            }
        }
    }
}
