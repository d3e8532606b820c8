//! What a person has to install. Each missing thing gets one sentence.

use std::env;

use crate::failure::{Failure, Outcome};
use crate::version::{self, Version};
use crate::workshop::Workshop;

/// Says whether Rust, a C linker, Node and npm are there and new enough; otherwise everything that is not.
pub fn check(workshop: &Workshop) -> Outcome {
    let problems: Vec<String> =
        [rust(workshop), c_linker(workshop), node(workshop), npm(workshop)].into_iter().flatten().collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::new(problems.join("\n"))) }
}

fn rust(workshop: &Workshop) -> Option<String> {
    let needed = workshop.text("Cargo.toml").ok().and_then(|manifest| {
        version::in_manifest(&manifest, "package", "rust-version").and_then(Version::find_in)
    });
    match (workshop.version_of("rustc"), needed) {
        (None, _) => Some("Rust is missing: install it by rustup, from https://rustup.rs.".into()),
        (Some(found), Some(needed)) if found < needed => Some(format!(
            "Rust {found} is too old, Queuescope needs {needed} or newer: run `rustup update stable`."
        )),
        _ => None,
    }
}

/// Libraries for wasm are linked by Rust's own linker, but their build scripts and macros run on this machine.
/// The sentence for a machine on which not even xtask can be linked stands in `xtask/linker`.
fn c_linker(workshop: &Workshop) -> Option<String> {
    let chosen = env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER")
    });
    let found = ["cc", "gcc", "clang"].iter().any(|name| workshop.find(name).is_some());
    (cfg!(unix) && !chosen && !found).then(|| {
        "There is no C linker (cc): install gcc with the C library headers (Debian and Ubuntu: apt-get \
         install gcc libc6-dev; Fedora: dnf install gcc; macOS: xcode-select --install)."
            .into()
    })
}

fn node(workshop: &Workshop) -> Option<String> {
    match workshop.version_of("node") {
        None => Some(format!("Node is missing: install {NODE_WANTED}, from https://nodejs.org.")),
        Some(found) if !node_is_new_enough(found) => {
            Some(format!("Node {found} is too old: install {NODE_WANTED}, from https://nodejs.org."))
        }
        Some(_) => None,
    }
}

fn npm(workshop: &Workshop) -> Option<String> {
    let found = workshop.find("npm").or_else(|| cfg!(windows).then(|| workshop.path("www")));
    found.is_none().then(|| {
        "npm is missing: it comes with Node from https://nodejs.org (Debian and Ubuntu: apt-get install npm).".into()
    })
}

const NODE_WANTED: &str = "Node 20.19, 22.12 or newer";

/// The oldest that the page's build tool runs on (`engines` of Vite: `^20.19.0 || >=22.12.0`).
fn node_is_new_enough(found: Version) -> bool {
    (found >= Version(20, 19, 0) && found < Version(21, 0, 0)) || found >= Version(22, 12, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_nodes_are_turned_away() {
        for old in [Version(18, 20, 0), Version(20, 18, 3), Version(21, 7, 3), Version(22, 11, 0)] {
            assert!(!node_is_new_enough(old), "{old}");
        }
        for new in [Version(20, 19, 0), Version(20, 20, 2), Version(22, 12, 0), Version(24, 0, 0)] {
            assert!(node_is_new_enough(new), "{new}");
        }
    }
}
