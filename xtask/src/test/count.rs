use std::fmt;

/// How many tests ran.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Those that passed.
    pub passed: u32,
    /// Those that failed.
    pub failed: u32,
}

impl Counts {
    /// A stage that is one check.
    pub fn check(passed: bool) -> Self {
        Self { passed: u32::from(passed), failed: u32::from(!passed) }
    }

    /// Takes in a line of `cargo test`:
    /// `test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s`.
    pub fn see_rust(&mut self, line: &str) {
        let Some(result) = line.trim_start().strip_prefix("test result: ") else { return };
        for part in result.split([';', '.']) {
            self.add(part.trim());
        }
    }

    /// Takes in a line of `wasm-pack test`. wasm-bindgen's runner leaves out the word `measured`. A line with it
    /// comes from the documentation's examples, which count as passed there without having been run.
    pub fn see_wasm(&mut self, line: &str) {
        if !line.contains(" measured;") {
            self.see_rust(line);
        }
    }

    /// Takes in a line of what Playwright's list reporter prints at its end: `  12 passed (8.3s)`, `  1 failed`,
    /// `  1 flaky` (failed, then passed when tried again), `  2 did not run`.
    pub fn see_playwright(&mut self, line: &str) {
        let words = line.trim().split(" (").next().unwrap_or_default();
        self.add(&words.replace(" did not run", " failed").replace(" interrupted", " failed"));
    }

    /// Takes in a line of the runner of real clients: `amqplib: 12 passed, 0 failed`.
    pub fn see_clients(&mut self, line: &str) {
        let Some((client, counts)) = line.split_once(": ") else { return };
        if client.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            counts.split(", ").for_each(|part| self.add(part.trim()));
        }
    }

    /// `3 passed` or `3 failed`; anything else counts nothing. Flaky tests have passed.
    fn add(&mut self, words: &str) {
        let Some((number, kind)) = words.split_once(' ') else { return };
        let Ok(number) = number.parse::<u32>() else { return };
        match kind {
            "passed" | "flaky" => self.passed += number,
            "failed" => self.failed += number,
            _ => {}
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rust(text: &str) -> Counts {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts.see_rust(line));
        counts
    }

    fn wasm(text: &str) -> Counts {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts.see_wasm(line));
        counts
    }

    fn playwright(text: &str) -> Counts {
        let mut counts = Counts::default();
        text.lines().for_each(|line| counts.see_playwright(line));
        counts
    }

    #[test]
    fn real_clients() {
        let mut counts = Counts::default();
        for line in [
            "# pass 12",
            "amqplib: 12 passed, 1 failed",
            "test_1 (tests: 3 passed) ... ok",
            "pika: 4 passed, 0 failed",
        ] {
            counts.see_clients(line);
        }
        assert_eq!(counts, Counts { passed: 16, failed: 1 });
    }

    #[test]
    fn cargo_test() {
        let text = "running 2 tests\ntest one ... ok\ntest two ... ok\n\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n\
            test result: FAILED. 5 passed; 1 failed; 3 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(rust(text), Counts { passed: 7, failed: 1 });
    }

    #[test]
    fn wasm_bindgen_test_in_node_and_in_a_browser() {
        let text = "running 3 tests\ntest step ... ok\n\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.02s\n";
        assert_eq!(wasm(text), Counts { passed: 3, failed: 0 });
    }

    #[test]
    fn what_the_wasm_runner_skips_counts_nothing() {
        let text = "This test suite is only configured to run in node.js, but we're only running\n\
            no tests to run!\n   Doc-tests queuescope\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s\n";
        assert_eq!(wasm(text), Counts::default());
    }

    #[test]
    fn a_line_of_a_tests_own_output_counts_nothing() {
        assert_eq!(rust("4 passed; 0 failed"), Counts::default());
        assert_eq!(
            playwright("  ✓  1 page.spec.ts:3:1 › 12 passed messages are shown (1.2s)"),
            Counts::default()
        );
    }

    #[test]
    fn playwright_when_all_is_well() {
        assert_eq!(
            playwright("  ✓  1 a.spec.ts:3:1 › it steps (1.2s)\n\n  12 passed (8.3s)"),
            Counts { passed: 12, failed: 0 }
        );
    }

    #[test]
    fn playwright_when_something_failed() {
        let text = "  1 failed\n    a.spec.ts:3:1 › it steps ─────\n  1 interrupted\n  1 flaky\n  2 skipped\n\
            \u{20} 2 did not run\n  8 passed (1.1m)";
        assert_eq!(playwright(text), Counts { passed: 9, failed: 4 });
    }
}
