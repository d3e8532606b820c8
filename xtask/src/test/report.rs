use std::fmt;
use std::time::Duration;

use super::count::Counts;

/// What became of a stage.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// All its tests ran and passed.
    Passed,
    /// It did not pass, and why.
    Failed(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => formatter.write_str("ok"),
            Self::Failed(why) => write!(formatter, "FAILED: {why}"),
        }
    }
}

struct Row {
    name: &'static str,
    counts: Counts,
    time: Duration,
    verdict: Verdict,
}

/// The stages that have run. Shown, it is a table whose last line is `N passed, M failed`.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Notes what became of a stage.
    pub fn add(&mut self, name: &'static str, counts: Counts, time: Duration, verdict: Verdict) {
        self.rows.push(Row { name, counts, time, verdict });
    }

    /// Whether a stage of this name has run and passed.
    pub fn has_passed(&self, name: &str) -> bool {
        self.rows.iter().any(|row| row.name == name && row.verdict == Verdict::Passed)
    }

    /// Whether everything passed.
    pub fn is_green(&self) -> bool {
        self.rows.iter().all(|row| row.verdict == Verdict::Passed)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<22} {:>7} {:>7} {:>9}", "stage", "passed", "failed", "time")?;
        for Row { name, counts, time, verdict } in &self.rows {
            let Counts { passed, failed } = counts;
            writeln!(
                formatter,
                "{name:<22} {passed:>7} {failed:>7} {:>7.1} s  {verdict}",
                time.as_secs_f64()
            )?;
        }
        let passed: u32 = self.rows.iter().map(|row| row.counts.passed).sum();
        let failed: u32 = self.rows.iter().map(|row| row.counts.failed).sum();
        writeln!(formatter, "\n{passed} passed, {failed} failed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_everything() {
        let mut report = Report::default();
        report.add("one", Counts { passed: 4, failed: 0 }, Duration::from_secs(1), Verdict::Passed);
        report.add(
            "two",
            Counts { passed: 2, failed: 1 },
            Duration::from_secs(2),
            Verdict::Failed("no".into()),
        );
        assert!(report.to_string().ends_with("\n\n6 passed, 1 failed\n"));
        assert!(report.has_passed("one") && !report.has_passed("two") && !report.is_green());
    }
}
