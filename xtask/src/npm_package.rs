//! The npm package, `target/dist/npm/`: the JavaScript API, its types, and the element.

use std::fs;
use std::path::Path;

use crate::dist;
use crate::failure::{Failure, Outcome};
use crate::version;
use crate::wasm;
use crate::workshop::Workshop;

/// What `--target web` leaves out: in Node there is no page to fetch the wasm for, so it is read from the disk.
const NODE_ENTRIES: [(&str, &str); 3] = [
    ("node.js", include_str!("npm_package/node.js")),
    ("node_layers.js", include_str!("npm_package/node_layers.js")),
    ("node_runner.js", include_str!("npm_package/node_runner.js")),
];

/// What a program that uses the package does first.
const CHECK: &str = include_str!("npm_package/check.mjs");

/// Puts the package together from the wasm that is already built.
pub fn build(workshop: &Workshop) -> Outcome {
    println!("Building the npm package.");
    let folder = workshop.path("target/dist/npm");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::with_file("empty", &folder, &error))?;
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::with_file("create", &folder, &error))?;
    for name in wasm::FACES.iter().filter(|face| face.is_in_package).flat_map(wasm::Face::files) {
        wasm::copy(&wasm::folder(workshop).join(&name), &folder.join(&name))?;
    }
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        wasm::copy(&workshop.path(name), &folder.join(name))?;
    }
    if workshop.path("README.md").is_file() {
        wasm::copy(&workshop.path("README.md"), &folder.join("README.md"))?;
    }
    for (name, text) in NODE_ENTRIES {
        write(&folder.join(name), text)?;
    }
    if workshop.text("www/package.json")?.contains("\"build:element\":") {
        dist::npm_run(workshop, "build:element")?;
    }
    let is_there = |name: &&str| folder.join(name).is_file();
    let element: Vec<&str> = ["element.js", "element.d.ts"].into_iter().filter(is_there).collect();
    write(&folder.join("package.json"), &manifest(&workshop.text("Cargo.toml")?, &element))
}

/// Installs the package as anybody would, loads it in Node and runs a scenario, which must come to the facts that
/// every platform comes to; and all scenarios that ship for their numbers alone, which must be the same from `Run`.
pub fn check(workshop: &Workshop) -> Outcome {
    let folder = workshop.path("target/npm-check");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| Failure::with_file("create", &folder, &error))?;
    write(&folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
    write(&folder.join("check.mjs"), CHECK)?;

    let mut pack = workshop.npm();
    pack.current_dir(&folder).args(["pack", "--silent", "../dist/npm"]);
    workshop.run(&mut pack, "`npm pack`")?;
    let archive = format!("./queuescope-{}.tgz", package_version(&workshop.text("Cargo.toml")?));
    let mut install = workshop.npm();
    install.current_dir(&folder).args([
        "install",
        "--offline",
        "--no-audit",
        "--no-fund",
        "--silent",
        &archive,
    ]);
    workshop.run(&mut install, "Installing the npm package")?;

    let hashes = workshop.text("tests/determinism.txt")?;
    let line = hashes.lines().find(|line| line.starts_with("hello-world "));
    let words: Vec<&str> = line.unwrap_or_default().split_whitespace().skip(1).collect();
    let mut run = workshop.node();
    run.current_dir(&folder).arg("check.mjs").arg(workshop.path("scenarios")).args(words);
    workshop.run(&mut run, "Running the npm package in Node")
}

/// The package.json, with an entry for the element if its files (`element.js`, `element.d.ts`) are there.
fn manifest(cargo: &str, element: &[&str]) -> String {
    let text = |key| version::in_manifest(cargo, "package", key).unwrap_or_default();
    let (entry, effects) = match element {
        [] => ("", "false"),
        [_] => ("\n    \"./element\": \"./element.js\",", "[\"./element.js\"]"),
        _ => (
            "\n    \"./element\": { \"types\": \"./element.d.ts\", \"default\": \"./element.js\" },",
            "[\"./element.js\"]",
        ),
    };
    format!(
        r#"{{
  "name": "{name}",
  "version": "{version}",
  "description": "{description}",
  "license": "{license}",
  "type": "module",
  "engines": {{ "node": ">=20" }},
  "exports": {{
    ".": {{ "types": "./queuescope.d.ts", "node": "./node.js", "default": "./queuescope.js" }},
    "./layers": {{ "types": "./queuescope_layers.d.ts", "node": "./node_layers.js", "default": "./queuescope_layers.js" }},{entry}
    "./runner": {{ "types": "./queuescope_runner.d.ts", "node": "./node_runner.js", "default": "./queuescope_runner.js" }},
    "./queuescope_bg.wasm": "./queuescope_bg.wasm",
    "./queuescope_layers_bg.wasm": "./queuescope_layers_bg.wasm",
    "./queuescope_runner_bg.wasm": "./queuescope_runner_bg.wasm",
    "./package.json": "./package.json"
  }},
  "types": "./queuescope.d.ts",
  "sideEffects": {effects}
}}
"#,
        name = text("name"),
        version = package_version(cargo),
        description = text("description"),
        license = text("license"),
    )
}

fn package_version(cargo: &str) -> &str {
    version::in_manifest(cargo, "package", "version").unwrap_or("0.0.0")
}

fn write(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| Failure::with_file("write", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_takes_its_words_from_cargo() {
        let cargo =
            "[package]\nname = \"queuescope\"\nversion = \"0.3.1\"\nlicense = \"MIT OR Apache-2.0\"\n";
        let written = manifest(cargo, &["element.js", "element.d.ts"]);
        assert!(written.contains("\"version\": \"0.3.1\""));
        assert!(written.contains("\"./element.d.ts\""));
        assert!(!manifest(cargo, &["element.js"]).contains("element.d.ts"));
        assert!(!manifest(cargo, &[]).contains("element"));
    }
}
