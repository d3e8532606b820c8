//! Python, for the tests of the client pika.

use crate::apt;
use crate::failure::{Failure, Outcome};
use crate::workshop::{self, Workshop};

/// Looks for a Python that can make virtual environments; where there is none, Debian's packages are installed if
/// we may.
pub fn find_or_install(workshop: &Workshop) -> Outcome<()> {
    if can_make_environments(workshop) {
        return Ok(());
    }
    apt::install(workshop, "Python with venv", &["python3", "python3-venv"]);
    if can_make_environments(workshop) {
        return Ok(());
    }
    Err(Failure::new(
        "The tests with the client pika need python3 with venv on the PATH: install it (Debian: apt-get install \
         python3 python3-venv).",
    ))
}

fn can_make_environments(workshop: &Workshop) -> bool {
    workshop::read(workshop.command("python3").args(["-c", "import ensurepip, venv; print(1)"])).is_some()
}
