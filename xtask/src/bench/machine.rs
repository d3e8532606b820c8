use std::fs;
use std::thread;

use crate::workshop::{self, Workshop};

/// The machine and the versions of what ran on it: names and texts.
pub type Machine = Vec<(&'static str, String)>;

/// Describes what this runs on.
pub fn describe(workshop: &Workshop) -> Machine {
    let version = |program: &str, argument: &str| workshop::read(workshop.command(program).arg(argument));
    let processor = field("/proc/cpuinfo", "model name")
        .or_else(|| workshop::read(workshop.command("sysctl").args(["-n", "machdep.cpu.brand_string"])));
    let cores = thread::available_parallelism().map_or(1, |count| count.get());
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| {
        let kilobytes: f64 = text.split_whitespace().next()?.parse().ok()?;
        Some(format!("{:.1} GB", kilobytes / 1e6))
    });
    let rows = [
        ("processor", processor.map(|name| format!("{name}, {cores} cores"))),
        ("memory", memory),
        ("system", version("uname", "-sr")),
        ("Rust", version("rustc", "--version")),
        ("Node", version("node", "--version")),
        ("Python", version("python3", "--version")),
        (
            "wasm",
            Some("the published builds, profiles `browser-runner` (numbers alone) and `browser`".to_owned()),
        ),
    ];
    rows.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// A field of a file of lines `name : text`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
