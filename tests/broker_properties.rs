//! What the broker keeps to whatever is done to it: named invariants over random sequences of commands, and named
//! things that must be seen to happen.
//!
//! `PROPTEST_CASES` says how many sequences (10,000 otherwise), `PROPTEST_RNG_SEED` which ones. The same number
//! and seed are the same sequences. What fails is shrunk and printed as steps that can be pasted into a test.

// proptest is a native dependency: its source of randomness does not build for the browser.
#![cfg(not(target_arch = "wasm32"))]

#[path = "broker_properties/acting.rs"]
mod acting;
#[path = "broker_properties/always.rs"]
mod always;
#[path = "broker_properties/arguments.rs"]
mod arguments;
#[path = "broker_properties/client.rs"]
mod client;
#[path = "broker_properties/found.rs"]
mod found;
#[path = "broker_properties/generated.rs"]
mod generated;
#[path = "broker_properties/ledger.rs"]
mod ledger;
#[path = "broker_properties/order.rs"]
mod order;
#[path = "broker_properties/running.rs"]
mod running;
#[path = "broker_properties/sometimes.rs"]
mod sometimes;
#[path = "broker_properties/steps.rs"]
mod steps;
#[path = "broker_properties/world.rs"]
mod world;

use queuescope::broker::Version;
use running::{every_sequence, sequences};
use sometimes::{SOMETIMES, Sightings};
use world::World;

/// With fewer sequences, what is rare may be missing.
const ENOUGH: u32 = 2_000;

#[test]
fn invariants_hold_after_every_command_and_everything_happens_sometimes() {
    let count = sequences();
    let sightings = every_sequence(count, |version, steps, sightings: &mut Sightings| {
        let mut world = World::new(version);
        world.run(steps)?;
        sightings.add(&world.sightings);
        Ok(())
    });
    println!("{count} sequences");
    for ((name, _), count) in SOMETIMES.iter().zip(sightings.0) {
        println!("{count:>9} times {name}");
    }
    if count >= ENOUGH {
        assert_eq!(sightings.never(), [""; 0], "never seen");
    }
}

#[test]
fn the_same_commands_come_to_the_same_facts_also_from_a_copy_made_halfway() {
    every_sequence(sequences() / 10, |version: Version, steps, _| {
        let mut first = World::unwatched(version);
        let mut second = World::unwatched(version);
        for (place, step) in steps.iter().enumerate() {
            if place == steps.len() / 2 {
                second = first.clone();
            }
            first.take(*step)?;
            second.take(*step)?;
        }
        let mut third = World::unwatched(version);
        steps.iter().try_for_each(|step| third.take(*step))?;
        let hashes = [&first, &second, &third].map(|world| world.recorder.hash().map(ToString::to_string));
        match hashes.iter().all(|hash| *hash == hashes[0]) {
            true => Ok(()),
            false => Err(format!("{hashes:?}")),
        }
    });
}
