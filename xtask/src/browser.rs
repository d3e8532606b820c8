//! Chromium and its driver.

use std::path::PathBuf;

use crate::failure::{Failure, Outcome};
use crate::workshop::{self, Workshop};

/// The environment variable by which the page's tests and its screenshot script are told which browser to run.
pub const VARIABLE: &str = "CHROMIUM_PATH";

/// A browser that tests can drive.
pub struct Browser {
    /// Chromium or Chrome itself.
    pub chromium: PathBuf,
    /// The chromedriver of the same version.
    pub driver: PathBuf,
}

/// The browser of this machine; where there is none, Debian's packages are installed if we may.
pub fn find_or_install(workshop: &Workshop) -> Outcome<Browser> {
    if let Some(browser) = find(workshop) {
        return Ok(browser);
    }
    if let Some(apt_get) = apt_get(workshop) {
        println!("Installing Chromium and its driver by apt-get: this takes a minute, once.");
        let update = with_words(workshop, &apt_get, &["update"]);
        let install = with_words(
            workshop,
            &apt_get,
            &["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"],
        );
        // An update that fails for one source of many is no reason to stop; whether it worked shows below.
        let _ = workshop.run(&mut { update }, "`apt-get update`");
        let _ = workshop.run(&mut { install }, "`apt-get install chromium chromium-driver`");
    }
    find(workshop).ok_or_else(|| {
        Failure::new(
            "The browser tests need Chromium (or Chrome) and a chromedriver of the same version on the PATH: \
             install both (Debian: apt-get install chromium chromium-driver; macOS: brew install chromium \
             chromedriver).",
        )
    })
}

fn find(workshop: &Workshop) -> Option<Browser> {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from).filter(|file| file.is_file());
    let chromium = named.or_else(|| {
        let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
        names.iter().find_map(|name| workshop.find(name))
    });
    Some(Browser { chromium: chromium?, driver: workshop.find("chromedriver")? })
}

/// How apt-get is called here: as root, or by a sudo that asks for no password; or not at all.
fn apt_get(workshop: &Workshop) -> Option<Vec<&'static str>> {
    workshop.find("apt-get")?;
    if workshop::read(workshop.command("id").arg("-u")).as_deref() == Some("0") {
        return Some(vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    }
    workshop::read(workshop.command("sudo").args(["-n", "true"]))?;
    Some(vec!["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
}

fn with_words(workshop: &Workshop, program: &[&str], words: &[&str]) -> std::process::Command {
    let mut command = workshop.command(program[0]);
    command.args(&program[1..]).args(words);
    command
}
