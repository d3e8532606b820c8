//! How long to wait before trying again.

use super::ManagerOptions;
use crate::rng::Stream;
use crate::time::Span;

/// Delays that double with every attempt.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    first_ms: u64,
    longest_ms: u64,
    jitter: f64,
    pub attempts: u32,
}

impl Backoff {
    pub fn new(options: &ManagerOptions) -> Backoff {
        let jitter = options.randomization_factor;
        Backoff {
            first_ms: options.reconnection_delay.as_us() / 1_000,
            longest_ms: options.reconnection_delay_max.as_us() / 1_000,
            jitter: if (0.0..=1.0).contains(&jitter) { jitter } else { 0.0 },
            attempts: 0,
        }
    }

    /// The delay before the next attempt, which is counted. Chance adds or takes away a part of it.
    pub fn duration(&mut self, stream: &mut Stream) -> Span {
        let factor = 1u64.checked_shl(self.attempts).unwrap_or(u64::MAX);
        self.attempts += 1;
        // No delay reaches 2^53 ms, so it is exact as a float.
        let mut ms = self.first_ms.saturating_mul(factor).min(1 << 53);
        if self.jitter > 0.0 {
            let drawn = stream.unit();
            let deviation = (drawn * self.jitter * ms as f64) as u64;
            let is_less = (drawn * 10.0) as u64 & 1 == 0;
            ms = if is_less { ms.saturating_sub(deviation) } else { ms + deviation };
        }
        Span::from_ms(ms.min(self.longest_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// socket.io/docs/v4/client-options, "randomizationFactor": the ranges of the first attempts with the
    /// default settings.
    #[test]
    fn delays_double_up_to_the_longest_and_are_off_by_the_factor_at_most() {
        let mut stream = Stream::new(1, "test");
        for _ in 0..100 {
            let mut backoff = Backoff::new(&ManagerOptions::default());
            for (low, high) in [(500, 1_500), (1_000, 3_000), (2_000, 5_000), (4_000, 5_000)] {
                let delay = backoff.duration(&mut stream);
                assert!(Span::from_ms(low) <= delay && delay <= Span::from_ms(high), "{delay:?}");
            }
        }
        let options = ManagerOptions { randomization_factor: 0.0, ..ManagerOptions::default() };
        let mut backoff = Backoff::new(&options);
        let delays: Vec<u64> = (0..100).map(|_| backoff.duration(&mut stream).as_us() / 1_000).collect();
        assert_eq!(delays[..4], [1_000, 2_000, 4_000, 5_000]);
        assert_eq!(delays[99], 5_000);
    }
}
