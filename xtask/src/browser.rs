//! Chromium and its driver.

use std::path::PathBuf;

use crate::apt;
use crate::failure::{Failure, Outcome};
use crate::workshop::Workshop;

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
    apt::install(workshop, "Chromium and its driver", &["chromium", "chromium-driver"]);
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
