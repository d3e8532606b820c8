//! `queuescope fuzz`: octets that no client would send, on the stable compiler.
//!
//! A run is rounds; round `n` of seed `s` is the same on every machine, so what a round finds is found again.
//! A fault shows as a panic, whose message names seed and round.

mod decoder;
mod octets;
mod session;
mod sockets;

use crate::rng::Stream;
use lexopt::{Arg, Parser, ValueExt};
use octets::Source;

/// What is fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Frames and commands from octets.
    Decoder,
    /// Sessions on a broker.
    Session,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 2] = [Target::Decoder, Target::Session];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Target::Decoder => "decoder",
            Target::Session => "session",
        }
    }
}

/// Carries out one round. Gives how many commands came of it: where there are none, nothing was tried.
///
/// # Panics
/// When a rule does not hold that must hold for all octets.
pub fn round(target: Target, seed: u64, number: u64) -> u64 {
    let source = Source::new(Stream::new(seed, &format!("{} {number}", target.name())));
    match target {
        Target::Decoder => decoder::round(source),
        Target::Session => session::round(source),
    }
}

/// So many rounds between two looks at the clock.
const ROUNDS_PER_LOOK: u64 = 200;

#[expect(clippy::disallowed_types, reason = "a fuzzer runs for minutes of real time")]
pub(super) fn main(mut arguments: Parser) -> Result<(), String> {
    let (mut targets, mut minutes, mut seed, mut only) = (Vec::new(), 1.0_f64, 1, None);
    let mut wants_sockets = false;
    let mut parse = || -> Result<(), lexopt::Error> {
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("minutes") => minutes = arguments.value()?.parse()?,
                Arg::Long("seed") => seed = arguments.value()?.parse()?,
                Arg::Long("round") => only = Some(arguments.value()?.parse()?),
                Arg::Value(name) if name == "sockets" => wants_sockets = true,
                Arg::Value(name) => {
                    let found = Target::ALL.into_iter().find(|target| name == target.name());
                    targets.push(found.ok_or("there are the targets decoder, session and sockets")?);
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(())
    };
    parse().map_err(|error| format!("{error}. `queuescope --help` says what there is."))?;
    if !(0.0..1e6).contains(&minutes) {
        return Err("--minutes wants a number of minutes.".into());
    }
    if wants_sockets {
        return sockets::run(minutes, seed, only);
    }
    if targets.is_empty() {
        targets.extend(Target::ALL);
    }
    for target in targets {
        let name = target.name();
        let count = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let seen = count.clone();
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let number = seen.load(std::sync::atomic::Ordering::Relaxed);
            eprintln!("found: queuescope fuzz {name} --seed {seed} --round {number}");
            hook(panic);
        }));
        if let Some(number) = only {
            count.store(number, std::sync::atomic::Ordering::Relaxed);
            round(target, seed, number);
            continue;
        }
        let started = std::time::Instant::now();
        let mut number = 0;
        while number == 0 || started.elapsed().as_secs_f64() < minutes * 60.0 {
            for _ in 0..ROUNDS_PER_LOOK {
                count.store(number, std::sync::atomic::Ordering::Relaxed);
                round(target, seed, number);
                number += 1;
            }
        }
        println!("{name}: {number} rounds of seed {seed}, nothing found");
    }
    Ok(())
}
