//! A sweep as a table that people read. Everything else is in the CSV file.

use crate::facts::statistics::Estimate;
use crate::simulation::sweep::{Outcome, Row};

/// The measures of a queue that are shown, with their headings, and by what they are divided.
const SHOWN: [(&str, &str, f64); 6] = [
    ("utilisation", "utilisation", 1.0),
    ("throughput_per_s", "per second", 1.0),
    ("ready_mean", "ready", 1.0),
    ("waiting_mean_us", "waiting, ms", 1e3),
    ("waiting_p95_us", "95 %, ms", 1e3),
    ("loss", "lost", 1.0),
];

/// A line for each value and queue: means, each with the half of its interval, and what theory says of the waiting.
pub(super) fn of(outcome: &Outcome) -> String {
    let mut lines = vec![vec![outcome.path.clone(), "queue".to_owned()]];
    lines[0].extend(SHOWN.iter().map(|(_, heading, _)| (*heading).to_owned()));
    lines[0].push("theory, ms".to_owned());
    let mut rows = outcome.rows.as_slice();
    while let Some(first) = rows.first() {
        let is_same = |row: &&Row| row.node == first.node && row.value == first.value;
        let (node, rest) = rows.split_at(rows.iter().take_while(is_same).count());
        rows = rest;
        if let Some(queue) = first.node.strip_prefix("queue:") {
            lines.push(line(&first.value, queue, node));
        }
    }
    let columns = lines[0].len();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let shown = lines.iter().map(|line| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        cells.collect::<Vec<_>>().join("  ")
    });
    let mut table: Vec<String> = shown.collect();
    table.push(format!("± {} % confidence", outcome.confidence * 100.0));
    table.join("\n")
}

fn line(value: &str, queue: &str, rows: &[Row]) -> Vec<String> {
    let find = |name: &str| rows.iter().find(|row| row.measure == name);
    let mut cells = vec![value.to_owned(), queue.trim_start_matches('/').to_owned()];
    for (name, _, unit) in SHOWN {
        cells.push(find(name).map_or_else(|| "-".to_owned(), |row| estimate(&row.estimate, unit)));
    }
    let theory = find("waiting_mean_us").and_then(|row| row.theory);
    cells.push(theory.map_or_else(|| "-".to_owned(), |theory| number(theory / 1e3)));
    cells
}

fn estimate(Estimate { mean, half_width, .. }: &Estimate, unit: f64) -> String {
    match half_width {
        Some(half_width) => format!("{} ± {}", number(mean / unit), number(half_width / unit)),
        None => number(mean / unit),
    }
}

/// A number with as many digits as are worth reading.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        0.0 => 0,
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 4,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_the_digits_that_are_worth_reading() {
        let shown = [0.0, 0.05, 1.234_5, 12.345, 1_234.5].map(number);
        assert_eq!(shown, ["0", "0.0500", "1.23", "12.3", "1234"]);
    }
}
