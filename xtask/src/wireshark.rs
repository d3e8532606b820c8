//! tshark, Wireshark without a window, which reads what we write.

use crate::apt;
use crate::failure::{Failure, Outcome};
use crate::workshop::Workshop;

/// Looks for tshark; where there is none, Debian's package is installed if we may.
pub fn find_or_install(workshop: &Workshop) -> Outcome<()> {
    if workshop.find("tshark").is_some() {
        return Ok(());
    }
    apt::install(workshop, "tshark", &["tshark"]);
    if workshop.find("tshark").is_some() {
        return Ok(());
    }
    Err(Failure::new(
        "The tests of captures need tshark on the PATH: install it (Debian: apt-get install tshark; macOS: brew \
         install wireshark).",
    ))
}
