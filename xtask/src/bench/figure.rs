use super::runner::{Bench, MESSAGES, Program, Sample};
use crate::failure::Outcome;

/// W1, the plain case: one Poisson producer, a direct exchange, a queue, a consumer, utilisation 0.8.
const W1: Program = Program::Wasm("one-queue", "numbers");
/// The same by the whole engine, which can record everything; and by it with numbers alone, to compare that with.
const W1_EVERYTHING: Program = Program::Wasm("one-queue", "everything");
const W1_BY_WHOLE: Program = Program::Wasm("one-queue", "numbers-by-whole");
/// W3: 1000 producers, 100 queues by a topic exchange, 1000 consumers, utilisation 0.95.
const W3: Program = Program::Wasm("thousand-producers", "numbers");
const NATIVE: Program = Program::Native("one-queue");

/// A figure of the table.
pub struct Figure {
    /// What is compared with what.
    pub name: &'static str,
    /// What it must reach.
    pub must: f64,
    /// What it aims at.
    pub aim: f64,
    /// What the value is.
    unit: Unit,
    how: How,
}

/// What a value is, and whether more of it is better.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    /// So many times as quick: more is better.
    TimesAsQuick,
    /// So many times the cost, or the memory: less is better.
    TimesTheCost,
    /// Milliseconds: less is better.
    Milliseconds,
    /// Seconds: less is better.
    Seconds,
}

/// How a figure is measured.
enum How {
    /// Pairs of runs: the cost of a message in the second by that in the first.
    Speed(Program, Program),
    /// Pairs of runs: the cost of a message in the first by that in the second.
    Cost(Program, Program),
    /// The same for an event.
    CostOfEvent(Program, Program),
    /// Memory after ten times as many messages.
    Memory,
    /// The first run, compiling included, by a warm one.
    First,
    /// The longest of a hundred seeks in Chromium.
    Seek,
    /// A whole document, recording everything.
    Whole(&'static str),
}

/// What was measured.
pub struct Measured {
    /// The median.
    pub value: f64,
    /// The smallest and the largest of all rounds.
    pub range: (f64, f64),
    /// What the figure is made of, in words.
    pub parts: String,
}

const fn figure(name: &'static str, must: f64, aim: f64, unit: Unit, how: How) -> Figure {
    Figure { name, must, aim, unit, how }
}

/// All figures, in the order of the table.
pub const FIGURES: &[Figure] = &[
    figure(
        "W1 in wasm against simjs",
        8.0,
        20.0,
        Unit::TimesAsQuick,
        How::Speed(W1, Program::JavaScript("simjs")),
    ),
    figure(
        "W1 in wasm against typical JavaScript",
        1.0,
        4.0,
        Unit::TimesAsQuick,
        How::Speed(W1, Program::JavaScript("typical")),
    ),
    figure(
        "W1 in wasm against the best JavaScript",
        0.5,
        2.0,
        Unit::TimesAsQuick,
        How::Speed(W1, Program::JavaScript("best")),
    ),
    figure("W1 in wasm against SimPy", 40.0, 120.0, Unit::TimesAsQuick, How::Speed(W1, Program::SimPy)),
    figure(
        "W1 in wasm against a minimal native event loop",
        0.3,
        1.0,
        Unit::TimesAsQuick,
        How::Speed(W1, Program::Rust("minimal")),
    ),
    figure(
        "W1 natively against NeXosim",
        6.0,
        15.0,
        Unit::TimesAsQuick,
        How::Speed(NATIVE, Program::Rust("nexosim")),
    ),
    figure("W1 in wasm against the native build", 0.85, 0.95, Unit::TimesAsQuick, How::Speed(W1, NATIVE)),
    figure("W3, cost of a message against W1", 4.0, 2.0, Unit::TimesTheCost, How::Cost(W3, W1)),
    figure(
        "100,000 pending events, cost of an event against 10",
        3.0,
        2.0,
        Unit::TimesTheCost,
        How::CostOfEvent(Program::Wasm("pending-100000", "numbers"), Program::Wasm("pending-10", "numbers")),
    ),
    figure(
        "everything recorded against numbers only",
        0.25,
        0.5,
        Unit::TimesAsQuick,
        How::Speed(W1_EVERYTHING, W1_BY_WHOLE),
    ),
    figure("memory after 10 million messages against 1 million", 1.1, 1.0, Unit::TimesTheCost, How::Memory),
    figure(
        "first million in wasm, compiling included, against a warm one",
        1.3,
        1.15,
        Unit::TimesTheCost,
        How::First,
    ),
    figure(
        "seek in a run of a million, the longest of 100, in Chromium",
        100.0,
        100.0,
        Unit::Milliseconds,
        How::Seek,
    ),
    figure(
        "10,000 messages over TCP from ten hosts, 1 % lost, 20 ms, in packets",
        10.0,
        10.0,
        Unit::Seconds,
        How::Whole("ten-hosts-tcp"),
    ),
    figure("the same as datagrams over UDP", 10.0, 10.0, Unit::Seconds, How::Whole("ten-hosts-udp")),
    figure("the same as AMQP", 10.0, 10.0, Unit::Seconds, How::Whole("ten-hosts-amqp")),
];

impl Figure {
    /// Measures it in so many rounds.
    pub fn measure(&self, bench: &Bench<'_>, rounds: usize) -> Outcome<Measured> {
        // Memory depends on nothing but the seed: once is enough.
        let rounds = if matches!(self.how, How::Memory) { 1 } else { rounds };
        let (mut values, mut first, mut second) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=rounds as u64 {
            let (value, parts) = self.round(bench, round)?;
            values.push(value);
            first.push(parts.0);
            second.push(parts.1);
        }
        let range =
            (values.iter().copied().fold(f64::MAX, f64::min), values.iter().copied().fold(0.0, f64::max));
        let (first, second) = (median(first), median(second));
        let parts = match self.how {
            How::Speed(..) | How::Cost(..) => format!("{first:.0} and {second:.0} ns a message"),
            How::CostOfEvent(..) => format!("{first:.0} and {second:.0} ns an event"),
            How::Memory => format!("{first:.1} and {second:.1} MB"),
            How::First => format!("{first:.0} and {second:.0} ms"),
            How::Seek => format!("median {first:.1} ms, {second:.0} MB of memory"),
            How::Whole(_) => format!("{first:.0} events"),
        };
        Ok(Measured { value: median(values), range, parts })
    }

    /// One round: the value, and two numbers that it is made of.
    fn round(&self, bench: &Bench<'_>, round: u64) -> Outcome<(f64, (f64, f64))> {
        let pair = |one, other, cost: fn(&Sample) -> Outcome<f64>| {
            let (one, other) = (cost(&bench.run(one, round)?)?, cost(&bench.run(other, round)?)?);
            Ok((one / other, (one * 1e9, other * 1e9)))
        };
        match self.how {
            How::Speed(one, other) => {
                pair(one, other, Sample::per_message).map(|(cost, parts)| (1.0 / cost, parts))
            }
            How::Cost(one, other) => pair(one, other, Sample::per_message),
            How::CostOfEvent(one, other) => pair(one, other, Sample::per_step),
            How::Memory => {
                let run = bench.run_messages(Program::Wasm("one-queue", "memory"), MESSAGES, round)?;
                let (before, after) = (run.number("before")?, run.number("after")?);
                Ok((after / before, (after / 1e6, before / 1e6)))
            }
            How::First => {
                let run = bench.run(W1, round)?;
                let (first, warm) = (run.number("first_seconds")?, run.number("seconds")?);
                Ok((first / warm, (first * 1e3, warm * 1e3)))
            }
            How::Seek => {
                let run = bench.seek()?;
                Ok((run.number("most")?, (run.number("median")?, run.number("memory")? / 1e6)))
            }
            How::Whole(document) => {
                let run = bench.run_messages(Program::Wasm(document, "whole"), 0, round)?;
                Ok((run.number("seconds")?, (run.number("steps")?, 0.0)))
            }
        }
    }

    /// A value of this figure in words.
    pub fn shown(&self, measured: &Measured) -> String {
        let Measured { value, range, parts } = measured;
        format!("{} ({} to {}; {parts})", self.number(*value), number(range.0), number(range.1))
    }

    /// A number with its unit.
    pub fn number(&self, value: f64) -> String {
        match self.unit {
            Unit::Milliseconds => format!("{} ms", number(value)),
            Unit::Seconds => format!("{} s", number(value)),
            Unit::TimesAsQuick | Unit::TimesTheCost => format!("{} times", number(value)),
        }
    }

    /// Whether it is what it must be.
    pub fn is_reached(&self, measured: &Measured) -> bool {
        self.is_at_least_as_good(measured.value, self.must)
    }

    /// Whether it is what it aims at.
    pub fn is_aim_reached(&self, measured: &Measured) -> bool {
        self.is_at_least_as_good(measured.value, self.aim)
    }

    fn is_at_least_as_good(&self, value: f64, other: f64) -> bool {
        if self.unit == Unit::TimesAsQuick { value >= other } else { value <= other }
    }
}

/// The middle of values, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// A number with three digits that matter.
fn number(value: f64) -> String {
    let decimals = match value {
        large if large >= 100.0 => 0,
        middle if middle >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn more_speed_and_less_cost_is_better() {
        let measured = |value| Measured { value, range: (value, value), parts: String::new() };
        let (speed, cost) = (&FIGURES[0], &FIGURES[7]);
        assert!(speed.is_reached(&measured(8.0)) && !speed.is_reached(&measured(7.9)));
        assert!(cost.is_reached(&measured(4.0)) && !cost.is_reached(&measured(4.1)));
        assert!(cost.is_aim_reached(&measured(1.9)) && !speed.is_aim_reached(&measured(19.0)));
    }
}
