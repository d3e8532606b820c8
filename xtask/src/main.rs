//! Queuescope's own commands: `cargo xtask serve`, `dist`, `test`, `screenshot`, `bench`, `hashes`, `fuzz`.
//!
//! | file | what it knows |
//! | --- | --- |
//! | `workshop` | where things are, and how another program is run |
//! | `arguments` | the command line |
//! | `failure`, `version` | the sentence when something went wrong; versions of tools, lock files and manifests |
//! | `prerequisites` | what a person has to install, and the sentence that says so |
//! | `setup` | what is installed without asking: wasm target, wasm-pack, wasm-bindgen, npm packages |
//! | `apt`, `browser`, `python`, `wireshark` | Debian's packages; Chromium and its driver, Python and tshark, for the tests |
//! | `wasm` | the library as wasm, a file for each of its faces: build, bind, optimize, weigh |
//! | `dist`, `npm_package` | everything that is published |
//! | `serve` | the page on localhost |
//! | `hashes` | the file of hashes that every platform must come to |
//! | `bench` | the benchmark beside the peers, and its table |
//! | `test` | the stages, their counts and the table at the end |

mod apt;
mod arguments;
mod bench;
mod browser;
mod dist;
mod failure;
mod hashes;
mod npm_package;
mod prerequisites;
mod python;
mod serve;
mod setup;
mod test;
mod version;
mod wasm;
mod wireshark;
mod workshop;

use std::process::ExitCode;

use arguments::Task;
use failure::Outcome;
use workshop::Workshop;

fn main() -> ExitCode {
    match Task::from_arguments(std::env::args().skip(1)).and_then(perform) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Outcome<ExitCode> {
    let workshop = Workshop::open();
    match task {
        Task::Help => print!("{}", arguments::HELP),
        Task::Serve { port } => serve::serve(&workshop, port)?,
        Task::Dist => {
            setup::for_building(&workshop)?;
            dist::build(&workshop)?;
        }
        Task::Bench(options) => bench::bench(&workshop, &options)?,
        Task::Hashes => hashes::write(&workshop)?,
        Task::Fuzz { words } => {
            let mut fuzz = workshop.command("cargo");
            fuzz.args(["run", "--release", "--quiet", "--", "fuzz"]).args(words);
            workshop.run(&mut fuzz, "Fuzzing")?;
        }
        Task::Test => return test::test(&workshop),
        Task::Screenshot => {
            setup::for_building(&workshop)?;
            dist::build(&workshop)?;
            let browser = browser::find_or_install(&workshop)?;
            let mut take = workshop.npm();
            take.args(["run", "screenshot"]).env(browser::VARIABLE, browser.chromium);
            workshop.run(&mut take, "Taking the picture")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
