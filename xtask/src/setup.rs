//! What is installed without asking, each thing once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::prerequisites;
use crate::version::{self, Version};
use crate::workshop::{self, Workshop};

/// The wasm-pack that is installed where there is none.
const WASM_PACK: Version = Version(0, 15, 1);

/// The oldest wasm-pack that is used as it is: older ones do not know today's wasm-bindgen.
const OLDEST_WASM_PACK: Version = Version(0, 13, 0);

/// The name of the wasm target.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Everything that `serve` and `dist` need, and wasm-pack, so that tests can be run by hand.
pub fn for_building(workshop: &Workshop) -> Outcome {
    prerequisites::check(workshop)?;
    wasm_target(workshop)?;
    wasm_bindgen(workshop)?;
    wasm_pack(workshop)?;
    npm_packages(workshop)
}

/// The parts of Rust that only tests need.
pub fn for_checking(workshop: &Workshop) -> Outcome {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        // The file may be there and only say that the component is missing, so it is asked for its version.
        if workshop.version_of(program).is_none() {
            println!("Adding {component} to Rust.");
            rustup(workshop, &["component", "add", component], component)?;
        }
    }
    Ok(())
}

fn wasm_target(workshop: &Workshop) -> Outcome {
    let mut ask = workshop.command("rustc");
    let folder = workshop::read(ask.args(["--print", "target-libdir", "--target", WASM_TARGET]));
    if folder.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    println!("Adding the target {WASM_TARGET} to Rust: this takes a few seconds, once.");
    rustup(workshop, &["target", "add", WASM_TARGET], WASM_TARGET)
}

fn rustup(workshop: &Workshop, arguments: &[&str], what: &str) -> Outcome {
    if workshop.find("rustup").is_none() {
        return Err(Failure::new(format!(
            "This Rust has no {what}, and there is no rustup to add it: install Rust by rustup, from https://rustup.rs."
        )));
    }
    workshop.run(workshop.command("rustup").args(arguments), &format!("`rustup {}`", arguments.join(" ")))
}

/// wasm-bindgen's command-line tool reads what the library of the very same version wrote, and no other.
fn wasm_bindgen(workshop: &Workshop) -> Outcome {
    let wanted = version::in_lock_file(&workshop.text("Cargo.lock")?, "wasm-bindgen").ok_or_else(|| {
        Failure::new("Cargo.lock names no version of wasm-bindgen: run `cargo update -p wasm-bindgen`.")
    })?;
    let found = workshop.version_of("wasm-bindgen");
    if found == Some(wanted) && workshop.find("wasm-bindgen-test-runner").is_some() {
        return Ok(());
    }
    cargo_install(workshop, "wasm-bindgen-cli", wanted, found)
}

fn wasm_pack(workshop: &Workshop) -> Outcome {
    match workshop.version_of("wasm-pack") {
        Some(found) if found >= OLDEST_WASM_PACK => Ok(()),
        found => cargo_install(workshop, "wasm-pack", WASM_PACK, found),
    }
}

/// Builds and installs a tool: into cargo's bin folder, where commands typed by hand find it too, or, when
/// the user keeps another version, into the checkout's own folder.
fn cargo_install(workshop: &Workshop, package: &str, version: Version, other: Option<Version>) -> Outcome {
    let own_root = other.map(|_| workshop.tools());
    let into =
        own_root.as_ref().map(|root| root.join("bin")).or_else(workshop::cargo_bin).unwrap_or_default();
    let kept = other.map(|other| format!(" (your {other} stays as it is)")).unwrap_or_default();
    println!("Installing {package} {version} into {}{kept}: this takes some minutes, once.", into.display());

    // Kept until the installation has succeeded, so that an interrupted one goes on where it stopped.
    let scratch = workshop.tools().join("build");
    let attempt = |locked: bool| {
        let mut install = workshop.command("cargo");
        install.args(["install", package, "--version", &version.to_string(), "--target-dir"]).arg(&scratch);
        if locked {
            install.arg("--locked");
        }
        if let Some(root) = &own_root {
            install.arg("--force").arg("--root").arg(root);
        }
        workshop.run(&mut install, &format!("Installing {package} {version}"))
    };
    if attempt(true).is_err() {
        println!("The locked dependencies of {package} could not be used: trying with newer ones.");
        attempt(false)?;
    }
    let _ = fs::remove_dir_all(scratch);
    Ok(())
}

/// The page's packages, when package-lock.json is not the one that was installed last.
fn npm_packages(workshop: &Workshop) -> Outcome {
    let lock = workshop.text("www/package-lock.json")?;
    // Inside node_modules, so that it goes when they go.
    let stamp: PathBuf = workshop.path("www/node_modules/.installed-package-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installing the page's npm packages into www/node_modules: this takes up to a minute, once.");
    let mut install = workshop.npm();
    install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    workshop.run(&mut install, "Installing the npm packages")?;
    fs::write(&stamp, lock).map_err(|error| Failure::with_file("write", &stamp, &error))
}
