//! So many sequences on all cores, the same in every run.

use super::generated::sequence;
use super::sometimes::Sightings;
use super::steps::Step;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use queuescope::broker::Version;
use std::cell::RefCell;
use std::str::FromStr;

const SEQUENCES: u32 = 10_000;
const THREADS: u32 = 4;

fn variable<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// How many sequences are asked for.
pub fn sequences() -> u32 {
    variable("PROPTEST_CASES").unwrap_or(SEQUENCES)
}

/// Runs a test on so many sequences; what fails is shrunk and named.
pub fn every_sequence(
    count: u32,
    test: impl Fn(Version, &[Step], &mut Sightings) -> Result<(), String> + Sync,
) -> Sightings {
    let mut sightings = Sightings::none();
    std::thread::scope(|scope| {
        let test = &test;
        let threads: Vec<_> =
            (0..THREADS).map(|thread| scope.spawn(move || share_of(thread, count, test))).collect();
        for thread in threads {
            sightings.add(&thread.join().expect("a sequence failed; see above"));
        }
    });
    sightings
}

/// The sequences of one thread. Half of the threads try RabbitMQ 4.
fn share_of(
    thread: u32,
    count: u32,
    test: &impl Fn(Version, &[Step], &mut Sightings) -> Result<(), String>,
) -> Sightings {
    let version = if thread.is_multiple_of(2) { Version::V3_10 } else { Version::V4 };
    let config = Config {
        cases: count / THREADS + u32::from(thread < count % THREADS),
        failure_persistence: None,
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&variable("PROPTEST_RNG_SEED").unwrap_or(0_u64).to_le_bytes());
    seed[8] = thread as u8;
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let sightings = RefCell::new(Sightings::none());
    let run = runner.run(&sequence(), |steps| {
        test(version, &steps, &mut sightings.borrow_mut()).map_err(TestCaseError::fail)
    });
    if let Err(error) = run {
        match error {
            TestError::Fail(reason, steps) => {
                let lines: String = steps.iter().map(|step| format!("    Step::{step:?},\n")).collect();
                panic!("{version:?}\n[\n{lines}]\n{reason}");
            }
            TestError::Abort(reason) => panic!("{reason}"),
        }
    }
    sightings.into_inner()
}
