//! Some rounds of every fuzz target. `queuescope fuzz` runs more of them.

use queuescope::terminal::fuzz::{Target, round};

#[test]
fn octets_are_decoded_alike_in_any_split() {
    let commands: u64 = (0..3_000).map(|number| round(Target::Decoder, 1, number)).sum();
    assert!(commands > 10_000, "only {commands} commands were read");
}

#[test]
fn every_session_ends_or_waits_and_nothing_of_it_stays() {
    let answers: u64 = (0..3_000).map(|number| round(Target::Session, 1, number)).sum();
    assert!(answers > 10_000, "the broker had only {answers} answers");
}
