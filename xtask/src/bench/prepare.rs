use std::fs;
use std::path::PathBuf;

use super::runner::{Bench, python};
use crate::browser;
use crate::failure::{Failure, Outcome};
use crate::python as system_python;
use crate::setup;
use crate::wasm;
use crate::workshop::{self, Workshop};

/// Builds Queuescope and its peers, and installs what these need below `target/` and `benches/peers/`.
pub fn everything(workshop: &Workshop) -> Outcome<Bench<'_>> {
    setup::for_building(workshop)?;
    let chromium = browser::find_or_install(workshop)?.chromium;
    wasm::build(workshop)?;
    println!("Building the native benchmark and the peers.");
    let mut native = workshop.command("cargo");
    native.args(["bench", "--quiet", "--bench", "throughput", "--no-run"]);
    workshop.run(&mut native, "Building the benchmark")?;
    let native = executable(workshop)?;
    let mut peers = workshop.command("cargo");
    peers.args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--manifest-path",
        "benches/peers/rust/Cargo.toml",
    ]);
    workshop
        .run(peers.arg("--target-dir").arg(workshop.path("target/peers")), "Building the peers in Rust")?;
    javascript(workshop)?;
    simpy(workshop)?;
    Ok(Bench { workshop, chromium, native })
}

/// Where the native benchmark is, which was built before: cargo says so of each thing that it has made.
fn executable(workshop: &Workshop) -> Outcome<PathBuf> {
    let mut ask = workshop.command("cargo");
    ask.args(["bench", "--quiet", "--bench", "throughput", "--no-run", "--message-format", "json"]);
    let messages = workshop::read(&mut ask).unwrap_or_default();
    let lines = messages.lines().filter(|line| line.contains("\"name\":\"throughput\""));
    let found = lines.filter_map(executable_in).next_back();
    found.ok_or_else(|| {
        Failure::new("cargo does not say where the benchmark `throughput` is that it has built.")
    })
}

/// The executable that a message of cargo names: `"executable":"/…/throughput-0123"`.
fn executable_in(message: &str) -> Option<PathBuf> {
    let (_, rest) = message.split_once("\"executable\":\"")?;
    rest.split('"').next().map(PathBuf::from)
}

fn javascript(workshop: &Workshop) -> Outcome {
    if workshop.path("benches/peers/node_modules/simjs").is_dir() {
        return Ok(());
    }
    let mut install = workshop.npm();
    install.current_dir(workshop.path("benches/peers"));
    install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    workshop.run(&mut install, "Installing the peers in JavaScript")
}

fn simpy(workshop: &Workshop) -> Outcome {
    let wanted = workshop.text("benches/peers/requirements.txt")?;
    let folder = workshop.path("target/peers/python");
    let stamp = folder.join("installed-requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    system_python::find_or_install(workshop)?;
    let mut make = workshop.command("python3");
    workshop
        .run(make.args(["-m", "venv", "--clear"]).arg(&folder), "Making a virtual environment for SimPy")?;
    let mut install = workshop.command(python(workshop));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    workshop.run(install.arg(workshop.path("benches/peers/requirements.txt")), "Installing SimPy")?;
    fs::write(&stamp, wanted).map_err(|error| Failure::with_file("write", &stamp, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_cargo_names_the_executable() {
        let message = r#"{"target":{"name":"throughput"},"executable":"/a/throughput-01","fresh":true}"#;
        assert_eq!(executable_in(message), Some(PathBuf::from("/a/throughput-01")));
        assert_eq!(executable_in(r#"{"executable":null}"#), None);
    }
}
