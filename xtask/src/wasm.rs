//! The library as wasm, in `target/wasm/`: `queuescope.js`, `queuescope_bg.wasm`, `queuescope.d.ts`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::setup::WASM_TARGET;
use crate::version;
use crate::workshop::{self, Workshop};

/// The most that the wasm may weigh, in bytes, as a browser downloads it (gzip, level 9).
///
/// It is raised here and nowhere else, on purpose, when a new capability needs it, and never above 400,000.
pub const CEILING: u64 = 400_000;

/// What wasm-opt may use: exactly the features that rustc uses by default, which every browser of the last
/// years has.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What the glue consists of, apart from the wasm.
const GLUE: [&str; 2] = ["queuescope.js", "queuescope.d.ts"];

const WASM: &str = "queuescope_bg.wasm";

/// The folder in which the built wasm lies.
pub fn folder(workshop: &Workshop) -> PathBuf {
    workshop.path("target/wasm")
}

/// Compiles the library, makes its JavaScript face, and optimizes it.
pub fn build(workshop: &Workshop) -> Outcome {
    println!("Building the wasm.");
    let mut compile = workshop.command("cargo");
    compile.args([
        "build",
        "--lib",
        "--package",
        "queuescope",
        "--profile",
        "browser",
        "--target",
        WASM_TARGET,
    ]);
    compile.arg("--config").arg(without_own_paths(workshop));
    // Named, since a user's own setting may put it elsewhere.
    compile.arg("--target-dir").arg(workshop.path("target"));
    workshop.run(&mut compile, "Compiling the library to wasm")?;

    let bound = workshop.path("target/wasm/bound");
    let mut bind = workshop.command("wasm-bindgen");
    bind.args(["--target", "web", "--out-name", "queuescope", "--out-dir"]).arg(&bound);
    bind.arg(workshop.path("target").join(WASM_TARGET).join("browser/queuescope.wasm"));
    workshop.run(&mut bind, "wasm-bindgen")?;

    optimize(workshop, &bound.join(WASM), &folder(workshop).join(WASM))?;
    for name in GLUE {
        copy(&bound.join(name), &folder(workshop).join(name))?;
    }
    Ok(())
}

/// The size of the built wasm as a browser downloads it.
pub fn gzipped_size(workshop: &Workshop) -> Outcome<u64> {
    const WEIGH: &str = "const { readFileSync } = require('node:fs'); \
        console.log(require('node:zlib').gzipSync(readFileSync(process.argv[1]), { level: 9 }).length)";
    let file = folder(workshop).join(WASM);
    let size = workshop::read(workshop.node().args(["--eval", WEIGH]).arg(&file));
    size.and_then(|size| size.parse().ok()).ok_or_else(|| {
        Failure::new(format!("Cannot measure {}: it is not there or cannot be read.", file.display()))
    })
}

/// Copies a file that a build step has promised.
pub fn copy(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to).map(drop).map_err(|error| Failure::with_file("copy", from, &error))
}

/// Cargo's setting that keeps the folders of this machine, which stand in the messages of panics, out of what
/// is published.
fn without_own_paths(workshop: &Workshop) -> String {
    let shown_as = [(workshop.path(""), "queuescope"), (workshop::cargo_home().unwrap_or_default(), "cargo")];
    let flags: Vec<String> = shown_as
        .iter()
        .map(|(folder, name)| format!("'--remap-path-prefix={}=/{name}/'", folder.join("").display()))
        .collect();
    format!("target.{WASM_TARGET}.rustflags=[{}]", flags.join(","))
}

fn optimize(workshop: &Workshop, from: &Path, to: &Path) -> Outcome {
    // For speed or for size: as rustc was told.
    let manifest = workshop.text("Cargo.toml")?;
    let level = version::in_manifest(&manifest, "profile.browser", "opt-level").unwrap_or("3");
    // By Node, not by the link in node_modules/.bin: that is a shell script of its own on Windows.
    let mut optimize = workshop.node();
    optimize.arg("node_modules/binaryen/bin/wasm-opt").arg(format!("-O{level}")).args(FEATURES);
    workshop.run(optimize.arg(from).arg("-o").arg(to), "wasm-opt")
}
