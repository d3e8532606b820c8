//! Exponentially distributed numbers without a logarithm for each.
//!
//! Source: Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables", Journal of Statistical Software
//! 5(8), 2000. The area below the density is cut into 256 layers of the same area, the lowest with the tail. A layer
//! is drawn and a point in it; nearly all points lie where the whole height of the layer is below the density, and are
//! taken as they are.

use std::sync::OnceLock;

const LAYERS: usize = 256;
/// Where the tail begins, for 256 layers.
const TAIL: f64 = 7.697_117_470_131_05;
/// The area of each layer.
const AREA: f64 = 0.003_949_659_822_581_557;

/// Where the layers end, and how high the density is there.
#[derive(Debug)]
pub struct Layers {
    /// The right end of each layer, the lowest first, whose end is that of a rectangle with its area; then 0.
    ends: [f64; LAYERS + 1],
    heights: [f64; LAYERS + 1],
}

impl Layers {
    /// Those of the exponential distribution with mean 1. They are computed once, with the same bits on every machine.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn get() -> &'static Layers {
        static LAYERS: OnceLock<Layers> = OnceLock::new();
        LAYERS.get_or_init(Layers::new)
    }

    fn new() -> Layers {
        let mut ends = [0.0; LAYERS + 1];
        ends[0] = AREA * libm::exp(TAIL);
        ends[1] = TAIL;
        for layer in 2..LAYERS {
            let below: f64 = ends[layer - 1];
            ends[layer] = -libm::log(AREA / below + libm::exp(-below));
        }
        Layers { ends, heights: ends.map(|end| libm::exp(-end)) }
    }

    /// A number with density exp(-x), from 64 random bits and, now and then, more of them.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub fn draw(&self, drawn: u64, mut more: impl FnMut() -> u64) -> f64 {
        let layer = (drawn % LAYERS as u64) as usize;
        let across = unit(drawn) * self.ends[layer];
        if across < self.ends[layer + 1] { across } else { self.draw_at_edge(layer, across, &mut more) }
    }

    /// A point outside of the part of its layer that is below the density in its whole height.
    #[cold]
    fn draw_at_edge(&self, layer: usize, across: f64, bits: &mut dyn FnMut() -> u64) -> f64 {
        if layer == 0 {
            // What is left of the distribution after any point is the distribution again.
            return TAIL - libm::log(1.0 - unit(bits()));
        }
        let (low, high) = (self.heights[layer], self.heights[layer + 1]);
        if low + (high - low) * unit(bits()) < libm::exp(-across) {
            return across;
        }
        self.draw(bits(), bits)
    }
}

/// A number from 0 up to but not including 1, one of 2^53 equally likely, from the upper of 64 random bits.
#[inline]
pub const fn unit(bits: u64) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    // As a signed number, which takes one instruction to convert.
    (bits >> 11).cast_signed() as f64 * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each layer has the same area, and the lowest has that of a rectangle and the tail: exp(-TAIL).
    #[test]
    fn all_layers_have_the_same_area() {
        let Layers { ends, heights } = Layers::get();
        assert!((TAIL * heights[1] + heights[1] - AREA).abs() < 1e-15);
        for layer in 1..LAYERS {
            let area = ends[layer] * (heights[layer + 1] - heights[layer]);
            assert!((area - AREA).abs() < 1e-12, "layer {layer} has {area}");
        }
        assert!(ends.windows(2).all(|pair| pair[0] > pair[1]));
        assert_eq!((ends[LAYERS], heights[LAYERS]), (0.0, 1.0));
    }
}
