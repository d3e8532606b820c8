//! The library as wasm, in `target/wasm/`: for each [`Face`] `NAME.js`, `NAME_bg.wasm`, `NAME.d.ts`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};
use crate::setup::WASM_TARGET;
use crate::version;
use crate::workshop::{self, Workshop};

/// A face of the library for JavaScript (`src/web/`), built as a wasm file of its own.
pub struct Face {
    /// The name of its files.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// The features in Cargo.toml that choose it, and the parts of the library that it has.
    pub features: &'static str,
    /// Its profile there: builds with other features in the same folder would overwrite each other's files.
    profile: &'static str,
    /// Whether it is made for speed, and not for size.
    is_fast: bool,
    /// Whether it is in the npm package, whose users load the whole simulation and what they need beside it.
    pub is_in_package: bool,
    /// The most that the wasm may weigh, in bytes, as a browser downloads it (gzip, level 9).
    ///
    /// It is raised here and nowhere else, on purpose, when a new capability needs it. What the page loads first is to
    /// stay below 400,000: what few documents take goes into the whole one alone, behind a part of `src/parts.rs`.
    pub ceiling: u64,
}

/// All that is built.
pub const FACES: [Face; 5] = [
    Face {
        name: "queuescope",
        purpose: "the simulation with all that it can do",
        features: "web,web-sweep,small,facts,packets,browsers",
        profile: "browser",
        is_fast: false,
        is_in_package: true,
        ceiling: 650_000,
    },
    Face {
        name: "queuescope_everyday",
        purpose: "the simulation without packets and browsers, loaded with the page",
        features: "web,small,facts",
        profile: "browser-everyday",
        is_fast: false,
        is_in_package: false,
        ceiling: 400_000,
    },
    Face {
        name: "queuescope_layers",
        purpose: "takes frames apart, loaded when somebody looks at one",
        features: "web-layers,small",
        profile: "browser-layers",
        is_fast: false,
        is_in_package: true,
        ceiling: 100_000,
    },
    Face {
        name: "queuescope_runner",
        purpose: "runs that record numbers alone, for sweeps",
        features: "web-runner",
        profile: "browser-runner",
        is_fast: true,
        is_in_package: true,
        ceiling: 385_000,
    },
    Face {
        name: "queuescope_sweep",
        purpose: "plans sweeps and joins their results, loaded when somebody opens them",
        features: "web-sweep,small",
        profile: "browser-sweep",
        is_fast: false,
        is_in_package: false,
        ceiling: 70_000,
    },
];

/// What wasm-opt may use: features that rustc uses by default, which every browser of the last years has.
const FEATURES: [&str; 5] = [
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Copies of memory by an instruction of their own: a few octets less for each.
const BULK_MEMORY: &str = "--enable-bulk-memory";

/// What a face that is made for speed has instead: V8 hands each such instruction to a function of its own, which for
/// the small copies here costs more than the copying. And SIMD, by which the compiler copies and fills 16 octets at a
/// time; browsers have it since Chrome 91, Firefox 89 (both 2021) and Safari 16.4 (2023), Node since 16.4.
const FAST: &str = "-Ctarget-feature=-bulk-memory,-bulk-memory-opt,+simd128";
const SIMD: &str = "--enable-simd";

/// What rustc has not inlined stays as it is: with the functions that wasm-opt makes of it V8 takes a fifth longer for
/// a message, and longer to compile them.
const LEAN: &str = "--skip-pass=inlining-optimizing";

/// What makes the file lighter for gzip, though not shorter. A function with one caller is not inlined by wasm-opt:
/// rustc did so where it is of use, and the locals of the long functions that come of more get numbers of two bytes.
/// What is computed twice is not kept in a local of its own.
const PASSES: [&str; 2] = ["--one-caller-inline-max-function-size=1", "--skip-pass=local-cse"];

impl Face {
    /// The names of its files in [`folder`]: the glue, its types, the wasm.
    pub fn files(&self) -> [String; 3] {
        [".js", ".d.ts", "_bg.wasm"].map(|ending| format!("{}{ending}", self.name))
    }

    /// The size of the built wasm as a browser downloads it.
    pub fn gzipped_size(&self, workshop: &Workshop) -> Outcome<u64> {
        const WEIGH: &str = "const { readFileSync } = require('node:fs'); \
            console.log(require('node:zlib').gzipSync(readFileSync(process.argv[1]), { level: 9 }).length)";
        let [.., wasm] = self.files();
        let file = folder(workshop).join(wasm);
        let size = workshop::read(workshop.node().args(["--eval", WEIGH]).arg(&file));
        size.and_then(|size| size.parse().ok()).ok_or_else(|| {
            Failure::new(format!("Cannot measure {}: it is not there or cannot be read.", file.display()))
        })
    }

    /// Compiles the library, makes this face of it, and optimizes it.
    fn build(&self, workshop: &Workshop) -> Outcome {
        println!("Building the wasm: {}.", self.purpose);
        let mut compile = workshop.command("cargo");
        compile.args(["build", "--lib", "--package", "queuescope", "--target", WASM_TARGET]);
        compile.args(["--profile", self.profile, "--no-default-features", "--features", self.features]);
        compile.arg("--config").arg(self.flags(workshop));
        // Named, since a user's own setting may put it elsewhere.
        compile.arg("--target-dir").arg(workshop.path("target"));
        workshop.run(&mut compile, "Compiling the library to wasm")?;

        let bound = workshop.path("target/wasm/bound");
        let mut bind = workshop.command("wasm-bindgen");
        bind.args(["--target", "web", "--out-name", self.name, "--out-dir"]).arg(&bound);
        let compiled = workshop.path("target").join(WASM_TARGET).join(self.profile);
        bind.arg(compiled.join("queuescope.wasm"));
        workshop.run(&mut bind, "wasm-bindgen")?;

        let (folder, [glue, types, wasm]) = (folder(workshop), self.files());
        self.optimize(workshop, &bound.join(&wasm), &folder.join(&wasm))?;
        copy(&bound.join(&glue), &folder.join(&glue))?;
        copy(&bound.join(&types), &folder.join(&types))
    }

    fn optimize(&self, workshop: &Workshop, from: &Path, to: &Path) -> Outcome {
        // For speed or for size: as rustc was told.
        let manifest = workshop.text("Cargo.toml")?;
        let profile = format!("profile.{}", self.profile);
        let level = version::in_manifest(&manifest, &profile, "opt-level").unwrap_or("3");
        // By Node, not by the link in node_modules/.bin: that is a shell script of its own on Windows.
        let mut optimize = workshop.node();
        optimize.arg("node_modules/binaryen/bin/wasm-opt").arg(format!("-O{level}")).args(FEATURES);
        match self.is_fast {
            true => optimize.args([SIMD, LEAN]),
            false => optimize.arg(BULK_MEMORY).args(PASSES),
        };
        workshop.run(optimize.arg(from).arg("-o").arg(to), "wasm-opt")
    }

    /// Cargo's setting for the compiler's flags.
    fn flags(&self, workshop: &Workshop) -> String {
        let fast = self.is_fast.then(|| FAST.to_owned());
        let flags = without_own_paths(workshop).into_iter().chain(fast);
        let flags: Vec<String> = flags.map(|flag| format!("'{flag}'")).collect();
        format!("target.{WASM_TARGET}.rustflags=[{}]", flags.join(","))
    }
}

/// The folder in which the built wasm lies.
pub fn folder(workshop: &Workshop) -> PathBuf {
    workshop.path("target/wasm")
}

/// Builds all faces.
pub fn build(workshop: &Workshop) -> Outcome {
    FACES.iter().try_for_each(|face| face.build(workshop))
}

/// Copies a file that a build step has promised.
pub fn copy(from: &Path, to: &Path) -> Outcome {
    fs::copy(from, to).map(drop).map_err(|error| Failure::with_file("copy", from, &error))
}

/// Flags that keep the folders of this machine, which stand in the messages of panics, out of what
/// is published.
fn without_own_paths(workshop: &Workshop) -> [String; 2] {
    let shown_as = [(workshop.path(""), "queuescope"), (workshop::cargo_home().unwrap_or_default(), "cargo")];
    shown_as.map(|(folder, name)| format!("--remap-path-prefix={}=/{name}/", folder.join("").display()))
}
