//! The gateway as a process of its own, and what the system says of it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Everything goes by itself, so that what clients leave behind on purpose does not pile up: what grows is a leak.
const DEFINITIONS: &str = r#"{
  "vhosts": [{ "name": "/" }],
  "queues": [],
  "policies": [{
    "vhost": "/", "name": "all", "pattern": ".*", "apply-to": "queues", "priority": 0,
    "definition": { "expires": 3000, "message-ttl": 3000, "max-length": 100 }
  }]
}"#;

/// What the memory may grow by while clients come and go, in KiB: names are swept when 8 MiB of them are new, and
/// allocators keep some.
const ALLOWED_GROWTH: u64 = 48 * 1024;

/// After so many rounds it has grown to what it needs.
const WARM: usize = 3;

/// A gateway that was started.
pub(super) struct Gateway {
    process: Child,
    address: SocketAddr,
    definitions: PathBuf,
}

impl Gateway {
    /// Starts this very program on a free port.
    pub fn start() -> Result<Gateway, String> {
        let failed = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
        let program = std::env::current_exe().map_err(|error| failed("this program is not found", &error))?;
        let definitions = std::env::temp_dir().join(format!("queuescope-fuzz-{}.json", std::process::id()));
        std::fs::write(&definitions, DEFINITIONS).map_err(|error| failed("no definitions", &error))?;
        let mut process = Command::new(program)
            .args(["gateway", "--amqp", "127.0.0.1:0"])
            .arg(&definitions)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed("the gateway does not start", &error))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| failed("the gateway", &error))?;
        }
        let address = line.trim().strip_prefix("amqp://").and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| format!("the gateway says {line:?} and no address"))?;
        Ok(Gateway { process, address, definitions })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn expect_alive(&mut self) -> Result<(), String> {
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("the gateway has ended: {status}")),
            Err(error) => Err(format!("the gateway cannot be looked at: {error}")),
        }
    }

    /// How many files it has open; 0 where the system does not say.
    pub fn open_files(&self) -> usize {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.process.id()));
        files.map_or(0, Iterator::count)
    }

    /// Its memory in KiB (resident set); 0 where the system does not say.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0)
    }

    /// Whether the memory after each round has come to rest.
    pub fn expect_bounded(&self, memory: &[u64]) -> Result<(), String> {
        match (memory.get(WARM), memory.last()) {
            (Some(warm), Some(last)) if *last > warm + ALLOWED_GROWTH => {
                Err(format!("the memory has grown from {warm} to {last} KiB"))
            }
            _ => Ok(()),
        }
    }

    pub fn stop(mut self) -> Result<(), String> {
        self.expect_alive()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.definitions);
    }
}
