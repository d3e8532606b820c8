//! `cargo xtask test`: every test there is, in stages.

mod count;
mod report;
mod stages;

use std::process::ExitCode;
use std::time::Instant;

use crate::browser;
use crate::failure::Outcome;
use crate::setup;
use crate::workshop::Workshop;
use count::Counts;
use report::{Report, Verdict};
use stages::{STAGES, Scene, Stage};

/// Runs every stage, whatever became of those before it, and says at the end how many tests passed and failed.
pub fn test(workshop: &Workshop) -> Outcome<ExitCode> {
    println!("== set-up");
    setup::for_building(workshop)?;
    setup::for_checking(workshop)?;
    let scene = Scene { workshop, browser: browser::find_or_install(workshop) };

    let mut report = Report::default();
    for stage in STAGES {
        println!("\n== {}", stage.name);
        let started = Instant::now();
        let (counts, verdict) = run(stage, &scene, &report);
        println!("== {}: {counts}, {:.1} s. {verdict}", stage.name, started.elapsed().as_secs_f64());
        report.add(stage.name, counts, started.elapsed(), verdict);
    }
    print!("\n{report}");
    Ok(if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(stage: &Stage, scene: &Scene<'_>, report: &Report) -> (Counts, Verdict) {
    let not_run = Counts { passed: 0, failed: 1 };
    if let Some(before) = stage.needs.iter().find(|name| !report.has_passed(name)) {
        return (not_run, Verdict::Failed(format!("Not run, since `{before}` failed.")));
    }
    match (stage.run)(scene) {
        Err(failure) => (not_run, Verdict::Failed(failure.0)),
        Ok(counts) => judge(stage, counts),
    }
}

/// A stage that ran fewer tests than it has is no success, even if nothing in it failed.
fn judge(stage: &Stage, counts: Counts) -> (Counts, Verdict) {
    let ran = counts.passed + counts.failed;
    if counts.failed > 0 {
        (counts, Verdict::Failed(format!("{} failed.", counts.failed)))
    } else if ran < stage.minimum {
        let counts = Counts { failed: 1, ..counts };
        (counts, Verdict::Failed(format!("It ran {ran} tests, and has at least {}.", stage.minimum)))
    } else {
        (counts, Verdict::Passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(minimum: u32) -> Stage {
        Stage { name: "some", minimum, needs: &[], run: |_| Ok(Counts::default()) }
    }

    #[test]
    fn a_stage_that_ran_too_few_fails() {
        let (counts, verdict) = judge(&stage(3), Counts { passed: 2, failed: 0 });
        assert_eq!(counts, Counts { passed: 2, failed: 1 });
        assert_eq!(verdict, Verdict::Failed("It ran 2 tests, and has at least 3.".into()));
    }

    #[test]
    fn a_stage_that_ran_enough_passes() {
        assert_eq!(judge(&stage(3), Counts { passed: 3, failed: 0 }).1, Verdict::Passed);
    }

    #[test]
    fn every_need_is_a_stage_before() {
        for (index, stage) in STAGES.iter().enumerate() {
            for need in stage.needs {
                assert!(STAGES[..index].iter().any(|before| before.name == *need), "{}: {need}", stage.name);
            }
        }
    }
}
