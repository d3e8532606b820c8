//! `queuescope sweep`: a field of a document over a range, each value with several seeds, on all cores.

mod progress;
mod table;

use super::run::parse_span;
use crate::simulation::sweep::{Measure, Sweep};
use crate::time::{Span, Time};
use lexopt::{Arg, Parser, ValueExt};
use progress::Progress;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The confidence of intervals unless another one is asked for.
const CONFIDENCE: f64 = 0.95;

struct Options {
    file: Option<PathBuf>,
    vary: Option<String>,
    replications: Option<usize>,
    workers: usize,
    csv: Option<PathBuf>,
    until: Option<Span>,
    seed: Option<u64>,
    confidence: f64,
}

pub(super) fn main(arguments: Parser) -> Result<(), String> {
    let options =
        parse(arguments).map_err(|error| format!("{error}. `queuescope --help` says what there is."))?;
    let file = options.file.ok_or("sweep needs a file: a scenario or a definitions.json.")?;
    let vary = options.vary.ok_or(
        "sweep needs to know what varies: --vary PATH=A..B[:STEPS], such as --vary consumers[0].prefetch=1..10.",
    )?;
    let replications =
        options.replications.ok_or("sweep needs to know how often each value is run: --replications N.")?;
    let text = std::fs::read_to_string(&file)
        .map_err(|error| format!("{} cannot be read: {error}. Check the path.", file.display()))?;
    let sweep = Sweep::new(&text, &vary, replications, options.seed)
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let until = options.until.map(|until| Time::START + until);
    let progress = Progress::new(sweep.task_count());
    let results = run(&sweep, until, options.workers, &|| progress.step())?;
    let outcome = sweep.join(&results, options.confidence);
    if let Some(path) = options.csv {
        std::fs::write(&path, outcome.csv())
            .map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
    }
    super::say(table::of(&outcome));
    Ok(())
}

fn parse(mut arguments: Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options {
        file: None,
        vary: None,
        replications: None,
        workers: thread::available_parallelism().map_or(1, NonZero::get),
        csv: None,
        until: None,
        seed: None,
        confidence: CONFIDENCE,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("vary") => options.vary = Some(arguments.value()?.string()?),
            Arg::Long("replications") => {
                options.replications = Some(arguments.value()?.parse_with(positive)?);
            }
            Arg::Long("workers") => options.workers = arguments.value()?.parse_with(positive)?,
            Arg::Long("csv") => options.csv = Some(arguments.value()?.into()),
            Arg::Long("until") => options.until = Some(arguments.value()?.parse_with(parse_span)?),
            Arg::Long("seed") => options.seed = Some(arguments.value()?.parse()?),
            Arg::Long("confidence") => options.confidence = arguments.value()?.parse_with(share)?,
            Arg::Value(file) if options.file.is_none() => options.file = Some(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn positive(text: &str) -> Result<usize, String> {
    let number: Option<NonZero<usize>> = text.parse().ok();
    number.map(NonZero::get).ok_or_else(|| format!("'{text}' is not a whole number from 1 on"))
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.01..=0.9999).contains(share));
    share
        .ok_or_else(|| format!("'{text}' is not a confidence; write 0.95 or another one from 0.01 to 0.9999"))
}

/// Runs every task and calls `done` after each. Whichever worker takes a task, its result stands at its place.
fn run(
    sweep: &Sweep,
    until: Option<Time>,
    workers: usize,
    done: &(dyn Fn() + Sync),
) -> Result<Vec<Vec<Measure>>, String> {
    let count = sweep.task_count();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(vec![Ok(Vec::new()); count]);
    thread::scope(|scope| {
        for _ in 0..workers.min(count) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let result = sweep
                        .task(number)
                        .map_err(|error| error.to_string())
                        .and_then(|task| task.run(until).map_err(|error| error.to_string()));
                    if result.is_err() {
                        next.store(count, Ordering::Relaxed);
                    }
                    // Nothing panics while it holds the lock.
                    results.lock().expect("no worker has died")[number] = result;
                    done();
                }
            });
        }
    });
    results.into_inner().expect("no worker has died").into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = include_str!("../../scenarios/work-queue.json");

    #[test]
    fn any_number_of_workers_comes_to_the_same_numbers() {
        let sweep = Sweep::new(DOCUMENT, "producers[0].arrivals.poisson.per_second=0.5..1.5:3", 5, Some(7))
            .expect("the field is there");
        let csv = |workers| {
            let results = run(&sweep, None, workers, &|| ()).expect("every value does");
            sweep.join(&results, 0.95).csv()
        };
        let alone = csv(1);
        assert!(alone.lines().count() > 3 * 20, "{alone}");
        for workers in [2, 3, 8] {
            assert_eq!(csv(workers), alone, "{workers} workers");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let error = |vary: &str, replications| {
            Sweep::new(DOCUMENT, vary, replications, None).expect_err("it is wrong").to_string()
        };
        assert!(error("consumers[7].prefetch=1..2", 1).contains("at consumers there are 2 entries"));
        let wrong_value = error("consumers[0].prefetch=65535..65536", 1);
        assert!(
            wrong_value.contains("With consumers[0].prefetch = 65536: consumers[0].prefetch: there must be"),
            "{wrong_value}"
        );
        assert!(error("consumers[0].prefetsh=1..2", 1).contains("there is no field of this name"));
        assert!(error("consumers[0].prefetch=1..2", 0).contains("at least one replication"));
        assert!(error("consumers[0].prefetch=1..2", 100_000).contains("may be 100000"));
        assert!(positive("0").is_err() && share("1").is_err() && share("0.99") == Ok(0.99));
    }
}
