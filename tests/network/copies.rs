//! A copy of a network goes on exactly as the original does, although the stacks in it are built again.

use super::messages::Messages;
use queuescope::network::host::HostError;
use queuescope::network::{Jitter, LinkSettings};
use queuescope::rng::Stream;
use queuescope::time::Span;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn bad_link() -> LinkSettings {
    LinkSettings {
        latency: Span::from_ms(15),
        jitter: Jitter::Uniform { half_width: Span::from_ms(10) },
        loss: 0.03,
        duplication: 0.02,
        reordering: 0.03,
        corruption: 0.02,
        ..LinkSettings::default()
    }
}

/// Every further frame, octet for octet, and every event with its time.
#[test]
fn a_copy_made_at_any_moment_goes_on_as_the_original_does() {
    let mut stream = Stream::new(5, "moments");
    for seed in 0..8 {
        let mut original = Messages::new(seed, 3, 60, &bad_link(), true);
        let mut copies = Vec::new();
        let mut moments = 0;
        while !original.is_done() && original.step() {
            moments += 1;
            if stream.unit() < 0.05 {
                copies.push(original.clone());
            }
            assert!(moments < 100_000, "it comes to an end");
        }
        assert!(copies.len() >= 3, "{moments} moments");
        for mut copy in copies {
            let until = original.now;
            while copy.facts.len() < original.facts.len() && copy.next().is_some_and(|next| next <= until) {
                copy.step();
            }
            assert_eq!(copy.facts.len(), original.facts.len());
            for (again, first) in copy.facts.iter().zip(&original.facts) {
                assert_eq!(again, first, "seed {seed}");
            }
            assert_eq!(copy.hash(), original.hash());
        }
    }
}

/// A copy of a copy, which has never been used itself, is a copy too.
#[test]
fn a_copy_of_a_copy_goes_on_as_well() {
    let mut original = Messages::new(1, 2, 50, &bad_link(), true);
    (0..60).for_each(|_| assert!(original.step()));
    let mut grandchild = original.clone().clone();
    original.run(Span::from_ms(600_000));
    grandchild.run(Span::from_ms(600_000));
    assert!(original.is_done());
    assert_eq!(grandchild.facts, original.facts);
}

/// Without logs the run is the same; a copy made then does nothing, and does not harm the original.
#[test]
fn a_run_without_logs_is_the_same_and_cannot_be_copied() {
    let mut original = Messages::new(2, 2, 50, &bad_link(), true);
    let mut other = Messages::new(2, 2, 50, &bad_link(), true);
    (0..60).for_each(|_| assert!(original.step() && other.step()));
    let mut before = other.clone();
    other.network.stop_logging();
    let mut dead = other.clone();
    assert_eq!(other.network.log_size(), (0, 0));
    for run in [&mut original, &mut other, &mut before] {
        run.run(Span::from_ms(600_000));
        assert!(run.is_done());
    }
    assert!(other.facts == original.facts && before.facts == original.facts);
    let (now, server) = (dead.now, dead.server);
    dead.network.handle_timeout(now + Span::from_ms(60_000));
    let refused = dead.network.with_host(now, server, |host| host.listen(now, 80, 1));
    assert_eq!(refused, Err(HostError::NoLog));
    assert_eq!(dead.network.next_timeout(), None);
}
