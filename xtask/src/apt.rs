//! Debian's packages, where they can be had.

use crate::workshop::{self, Workshop};

/// Installs packages by apt-get, where it is there and we may. Whether they are there afterwards, the caller looks.
pub fn install(workshop: &Workshop, what: &str, packages: &[&str]) {
    let Some(apt_get) = apt_get(workshop) else { return };
    println!("Installing {what} by apt-get: this takes a minute, once.");
    let mut update = with_words(workshop, &apt_get, &["update"]);
    let mut install = with_words(workshop, &apt_get, &["install", "-y", "--no-install-recommends"]);
    install.args(packages);
    // An update that fails for one source of many is no reason to stop; whether it worked shows afterwards.
    let _ = workshop.run(&mut update, "`apt-get update`");
    let _ = workshop.run(&mut install, "`apt-get install`");
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
