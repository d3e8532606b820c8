//! Everything that is published, in `target/dist/`.

use crate::failure::{Failure, Outcome};
use crate::npm_package;
use crate::wasm;
use crate::workshop::Workshop;

/// Builds the site, the page in a single file and the npm package.
pub fn build(workshop: &Workshop) -> Outcome {
    wasm::build(workshop)?;
    site(workshop)?;
    single_file(workshop)?;
    npm_package::build(workshop)
}

/// The static site, `target/dist/site/`, from the wasm that is already built.
pub fn site(workshop: &Workshop) -> Outcome {
    println!("Building the site.");
    npm_run(workshop, "build")?;
    expect(workshop, "target/dist/site/index.html")?;
    expect(workshop, "target/dist/site/embed.html")
}

/// Everything in one file, `target/dist/queuescope.html`, from the wasm that is already built.
pub fn single_file(workshop: &Workshop) -> Outcome {
    println!("Building the page in a single file.");
    npm_run(workshop, "build:single")?;
    expect(workshop, "target/dist/queuescope.html")
}

/// Runs a script of www/package.json.
pub fn npm_run(workshop: &Workshop, script: &str) -> Outcome {
    workshop.run(workshop.npm().args(["run", "--silent", script]), &format!("`npm run {script}` in www/"))
}

fn expect(workshop: &Workshop, file: &str) -> Outcome {
    if workshop.path(file).is_file() {
        Ok(())
    } else {
        Err(Failure::new(format!("The page's build wrote no {file}: see the Vite configuration in www/.")))
    }
}
