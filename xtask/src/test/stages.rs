use std::ffi::OsStr;
use std::process::Command;

use super::count::Counts;
use crate::browser::{self, Browser};
use crate::dist;
use crate::failure::{Failure, Outcome};
use crate::npm_package;
use crate::python;
use crate::setup::WASM_TARGET;
use crate::wasm;
use crate::wireshark;
use crate::workshop::Workshop;

/// What the stages work with.
pub struct Scene<'a> {
    /// The checkout and its tools.
    pub workshop: &'a Workshop,
    /// The browser, or the sentence that says why there is none.
    pub browser: Outcome<Browser>,
}

/// A part of the tests.
pub struct Stage {
    /// Its name in the table.
    pub name: &'static str,
    /// The fewest tests that it may run and pass: a runner that skips everything is content with itself.
    pub minimum: u32,
    /// The stages without which it makes no sense.
    pub needs: &'static [&'static str],
    /// Runs it.
    pub run: fn(&Scene<'_>) -> Outcome<Counts>,
}

/// Every stage, in order, with the number of tests it is known to have. Raise a number when tests are added.
pub const STAGES: &[Stage] = &[
    Stage { name: "rustfmt", minimum: 1, needs: &[], run: rustfmt },
    Stage { name: "clippy", minimum: 1, needs: &[], run: clippy },
    Stage { name: "clippy for wasm32", minimum: 1, needs: &[], run: clippy_for_wasm },
    Stage { name: "cargo doc", minimum: 1, needs: &[], run: cargo_doc },
    Stage { name: "cargo test", minimum: 679, needs: &[], run: cargo_test },
    Stage { name: "queueing theory", minimum: 6, needs: &[], run: queueing_theory },
    Stage { name: "real clients", minimum: 241, needs: &[], run: real_clients },
    Stage { name: "tshark", minimum: 24, needs: &[], run: tshark },
    Stage { name: "wasm tests in Node", minimum: 398, needs: &[], run: wasm_in_node },
    Stage { name: "wasm tests in Chrome", minimum: 313, needs: &[], run: wasm_in_chrome },
    Stage { name: "wasm build", minimum: 1, needs: &[], run: wasm_build },
    Stage { name: "wasm size", minimum: 1, needs: &["wasm build"], run: wasm_size },
    Stage { name: "site", minimum: 1, needs: &["wasm build"], run: site },
    Stage { name: "npm package in Node", minimum: 1, needs: &["wasm build"], run: npm_package },
    Stage { name: "TypeScript", minimum: 1, needs: &["wasm build"], run: typescript },
    Stage { name: "lint", minimum: 1, needs: &[], run: lint },
    Stage { name: "page in Chromium", minimum: 346, needs: &["site"], run: page },
];

fn rustfmt(scene: &Scene<'_>) -> Outcome<Counts> {
    check(scene, cargo(scene, &["fmt", "--all", "--check"]))
}

fn clippy(scene: &Scene<'_>) -> Outcome<Counts> {
    check(scene, cargo(scene, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// With everything, and as each face has it: what one of them leaves out may leave something else without a use.
fn clippy_for_wasm(scene: &Scene<'_>) -> Outcome<Counts> {
    let clippy = |words: &[&str]| {
        let mut clippy = cargo(scene, &["clippy", "-p", "queuescope", "--target", WASM_TARGET]);
        clippy.args(words).args(["--", "-D", "warnings"]);
        Ok(scene.workshop.watch(&mut clippy, |_| ())?.success())
    };
    let mut is_clean = clippy(&["--all-targets"])?;
    for face in &wasm::FACES {
        is_clean &= clippy(&["--lib", "--no-default-features", "--features", face.features])?;
    }
    Ok(Counts::check(is_clean))
}

fn cargo_doc(scene: &Scene<'_>) -> Outcome<Counts> {
    let mut document = cargo(scene, &["doc", "--workspace", "--no-deps"]);
    document.env("RUSTDOCFLAGS", "-D warnings");
    check(scene, document)
}

fn cargo_test(scene: &Scene<'_>) -> Outcome<Counts> {
    // Without --no-fail-fast, the first test binary with a failure hides the tests in all the others.
    count(scene, cargo(scene, &["test", "--workspace", "--no-fail-fast"]), Counts::see_rust)
}

/// Long runs against formulas: optimized, since they take some hundred million messages.
fn queueing_theory(scene: &Scene<'_>) -> Outcome<Counts> {
    count(scene, cargo(scene, &["test", "--profile", "statistics", "--test", "theory"]), Counts::see_rust)
}

fn real_clients(scene: &Scene<'_>) -> Outcome<Counts> {
    python::find_or_install(scene.workshop)?;
    let built = scene.workshop.watch(&mut cargo(scene, &["build"]), |_| ())?;
    if !built.success() {
        return Ok(Counts::check(false));
    }
    let mut run = scene.workshop.command("node");
    run.arg("tests/clients/run.mjs");
    count(scene, run, Counts::see_clients)
}

fn tshark(scene: &Scene<'_>) -> Outcome<Counts> {
    wireshark::find_or_install(scene.workshop)?;
    count(scene, cargo(scene, &["test", "--test", "tshark", "--", "--ignored"]), Counts::see_rust)
}

fn wasm_in_node(scene: &Scene<'_>) -> Outcome<Counts> {
    count(scene, wasm_pack(scene, &["--node"], &[]), Counts::see_wasm)
}

fn wasm_in_chrome(scene: &Scene<'_>) -> Outcome<Counts> {
    let browser = browser(scene)?;
    let driver = [OsStr::new("--chromedriver"), browser.driver.as_os_str()];
    count(scene, wasm_pack(scene, &["--headless", "--chrome"], &driver), Counts::see_wasm)
}

fn wasm_build(scene: &Scene<'_>) -> Outcome<Counts> {
    wasm::build(scene.workshop)?;
    Ok(Counts::check(true))
}

fn wasm_size(scene: &Scene<'_>) -> Outcome<Counts> {
    let mut is_light = true;
    for face in &wasm::FACES {
        let size = face.gzipped_size(scene.workshop)?;
        let wasm::Face { name, purpose, ceiling, .. } = face;
        println!("{name} ({purpose}) is {size} bytes gzipped; its ceiling is {ceiling} (xtask/src/wasm.rs).");
        is_light &= size <= *ceiling;
    }
    Ok(Counts::check(is_light))
}

fn site(scene: &Scene<'_>) -> Outcome<Counts> {
    dist::site(scene.workshop)?;
    dist::single_file(scene.workshop)?;
    Ok(Counts::check(true))
}

fn npm_package(scene: &Scene<'_>) -> Outcome<Counts> {
    npm_package::build(scene.workshop)?;
    npm_package::check(scene.workshop)?;
    Ok(Counts::check(true))
}

fn typescript(scene: &Scene<'_>) -> Outcome<Counts> {
    check(scene, npm(scene, &["run", "--silent", "typecheck"]))
}

fn lint(scene: &Scene<'_>) -> Outcome<Counts> {
    let mut lint = npm(scene, &["run", "--silent", "lint"]);
    if scene.workshop.is_plain() {
        // Biome colours its words in spite of NO_COLOR.
        lint.args(["--", "--colors=off"]);
    }
    check(scene, lint)
}

fn page(scene: &Scene<'_>) -> Outcome<Counts> {
    let browser = browser(scene)?;
    let mut test = npm(scene, &["run", "--silent", "test:page", "--", "--reporter=list"]);
    test.env(browser::VARIABLE, &browser.chromium);
    count(scene, test, Counts::see_playwright)
}

fn browser<'a>(scene: &'a Scene<'_>) -> Outcome<&'a Browser> {
    scene.browser.as_ref().map_err(|failure| Failure::new(failure.0.clone()))
}

fn cargo(scene: &Scene<'_>, words: &[&str]) -> Command {
    let mut command = scene.workshop.command("cargo");
    command.args(words);
    command
}

fn npm(scene: &Scene<'_>, words: &[&str]) -> Command {
    let mut command = scene.workshop.npm();
    command.args(words);
    command
}

fn wasm_pack(scene: &Scene<'_>, words: &[&str], more: &[&OsStr]) -> Command {
    let mut command = scene.workshop.command("wasm-pack");
    command.arg("test").args(words).args(more);
    // In seconds. The runner's own limits (20 for all tests of a binary, 5 for the driver to come up) are too
    // short for a machine that has other things to do.
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "300").env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    command
}

/// Runs a command whose exit status is its whole answer.
fn check(scene: &Scene<'_>, mut command: Command) -> Outcome<Counts> {
    let status = scene.workshop.watch(&mut command, |_| ())?;
    Ok(Counts::check(status.success()))
}

/// Runs a command that says how many tests it ran.
fn count(scene: &Scene<'_>, mut command: Command, see: fn(&mut Counts, &str)) -> Outcome<Counts> {
    let mut counts = Counts::default();
    let status = scene.workshop.watch(&mut command, |line| see(&mut counts, line))?;
    if !status.success() && counts.failed == 0 {
        // It did not get as far as counting: it did not compile, or it crashed.
        counts.failed = 1;
    }
    Ok(counts)
}
