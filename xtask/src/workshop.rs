use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::failure::{Failure, Outcome};
use crate::version::Version;

/// The checkout, and the programs that work on it.
pub struct Workshop {
    root: PathBuf,
    search_path: OsString,
    plain: bool,
}

impl Workshop {
    /// The checkout that this program was built from.
    pub fn open() -> Self {
        // Cargo sets it when it runs us; a checkout that was moved after the build is found by it.
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&manifest).parent().unwrap_or(Path::new(".")).to_path_buf();
        let search_path = search_path(&root);
        let plain = env::var_os("CI").is_some() || !std::io::stdout().is_terminal();
        Self { root, search_path, plain }
    }

    /// Whether the output goes to a file or a CI server, where colours are only noise.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// A path in the checkout: `workshop.path("target/dist")`.
    pub fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root.join(inside)
    }

    /// The text of a file in the checkout.
    pub fn text(&self, inside: &str) -> Outcome<String> {
        let path = self.path(inside);
        fs::read_to_string(&path).map_err(|error| Failure::with_file("read", &path, &error))
    }

    /// The folder for tools that must not go to cargo's own bin folder.
    pub fn tools(&self) -> PathBuf {
        self.path("target/tools")
    }

    /// A program, to be run in the checkout's root.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.search_path);
        if self.plain {
            command.env("CARGO_TERM_COLOR", "never").env("NO_COLOR", "1").env_remove("FORCE_COLOR");
        }
        command
    }

    /// npm, to be run in `www/`.
    pub fn npm(&self) -> Command {
        let mut command = self.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.current_dir(self.path("www"));
        command
    }

    /// Node, to be run in `www/`, where it finds the page's packages.
    pub fn node(&self) -> Command {
        let mut command = self.command("node");
        command.current_dir(self.path("www"));
        command
    }

    /// The file of a program, if there is one on the search path.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        let name = format!("{program}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.search_path).map(|folder| folder.join(&name)).find(|file| is_program(file))
    }

    /// The version that a program says it is, if it can be run.
    pub fn version_of(&self, program: &str) -> Option<Version> {
        Version::find_in(&read(self.command(program).arg("--version"))?)
    }

    /// Runs a command to its end, its output passing through. `what` begins the sentence that says it failed.
    pub fn run(&self, command: &mut Command, what: &str) -> Outcome {
        let status = command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!("{what} failed ({status}); its own words stand above.")))
        }
    }

    /// Runs a command to its end, and shows each line of its standard output to `see` while it passes through.
    pub fn watch(&self, command: &mut Command, mut see: impl FnMut(&str)) -> Outcome<ExitStatus> {
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = started.map_err(|error| cannot_start(command, &error))?;
        let output = child.stdout.take().expect("standard output was asked for two lines above");
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        // A line that cannot be read or written (a closed pipe) must not end the tests.
        while matches!(output.read_until(b'\n', &mut line), Ok(length) if length > 0) {
            let _ = std::io::stdout().write_all(&line);
            see(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
        child.wait().map_err(|error| cannot_start(command, &error))
    }
}

/// What a command prints on standard output, or nothing if it cannot be run or fails.
pub fn read(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where cargo keeps what it downloads.
pub fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// Where cargo keeps the programs that it installs.
pub fn cargo_bin() -> Option<PathBuf> {
    let root = env::var_os("CARGO_INSTALL_ROOT").map(PathBuf::from).or_else(cargo_home);
    Some(root?.join("bin"))
}

/// Our own tools first (they stand in for a version that the user keeps), cargo's bin folder last (not
/// everybody has it on the PATH).
fn search_path(root: &Path) -> OsString {
    let mut folders = vec![root.join("target/tools/bin")];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    folders.extend(cargo_bin());
    env::join_paths(folders).unwrap_or_else(|_| env::var_os("PATH").unwrap_or_default())
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("Cannot run {}: {error}.", command.get_program().to_string_lossy()))
}
