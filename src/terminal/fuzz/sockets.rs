//! A gateway on a real socket, and clients that no gateway deserves: many at a time, all the time.
//!
//! A round is so many clients, each of which is the same for the same seed, round and number; only when their
//! octets meet differs from run to run. After each round the gateway must be there, hold no connection, and serve
//! a client that behaves.

mod client;
mod gateway;
mod guest;

use super::octets::Source;
use crate::rng::Stream;
use client::{Client, Fate};
use gateway::Gateway;
use std::time::Duration;

#[expect(clippy::disallowed_types, reason = "a fuzzer runs for minutes of real time")]
type Instant = std::time::Instant;

/// So many clients are in a round.
const CLIENTS: u64 = 20_000;

/// So many of them are there at a time.
const AT_A_TIME: usize = 256;

/// A client that behaves gets all its answers within this time.
const AT_ONCE: Duration = Duration::from_millis(1_000);

/// After a round the gateway has so long to forget its clients.
const TO_FORGET: Duration = Duration::from_secs(10);

/// What came of the rounds so far.
#[derive(Default)]
struct Figures {
    clients: u64,
    sent: u64,
    received: u64,
    slowest_guest: Duration,
    /// The memory of the gateway after each round, in KiB.
    memory: Vec<u64>,
    most_files: usize,
}

/// Rounds for so many minutes, or the one that is named.
///
/// # Errors
/// What was found, with the command that tries the same clients again.
pub(super) fn run(minutes: f64, seed: u64, only: Option<u64>) -> Result<(), String> {
    let mut gateway = Gateway::start()?;
    guest::visit(gateway.address())?;
    let files = gateway.open_files();
    let mut figures = Figures::default();
    let started = Instant::now();
    let mut number = only.unwrap_or(0);
    loop {
        round(&mut gateway, seed, number, files, &mut figures).map_err(|what| {
            format!("{what}. Again: queuescope fuzz sockets --seed {seed} --round {number}")
        })?;
        number += 1;
        if only.is_some() || started.elapsed().as_secs_f64() >= minutes * 60.0 {
            break;
        }
    }
    let rounds = figures.memory.len();
    let Figures { clients, sent, received, slowest_guest, memory, most_files } = figures;
    let tenth = |part: usize| memory.get(rounds * part / 10).copied().unwrap_or(0);
    println!(
        "sockets: {rounds} rounds of seed {seed} in {:.0} s, nothing found: {clients} clients, {AT_A_TIME} at a time; \
         {sent} octets sent, {received} received; at most {most_files} files open, {files} at the end as at the start; \
         memory {} KiB after the first round, {} after a tenth, {} after half, {} at the end; \
         a client that behaves had its answers within {} ms",
        started.elapsed().as_secs_f64(),
        tenth(0),
        tenth(1),
        tenth(5),
        memory.last().copied().unwrap_or(0),
        slowest_guest.as_millis(),
    );
    gateway.stop()
}

fn round(
    gateway: &mut Gateway,
    seed: u64,
    number: u64,
    files_before: usize,
    figures: &mut Figures,
) -> Result<(), String> {
    let address = gateway.address();
    let mut clients: Vec<Client> = Vec::new();
    let mut next = 0;
    while next < CLIENTS || !clients.is_empty() {
        while next < CLIENTS && clients.len() < AT_A_TIME {
            let source = Source::new(Stream::new(seed, &format!("sockets {number} {next}")));
            clients.push(Client::connect(address, source, Instant::now())?);
            next += 1;
        }
        let now = Instant::now();
        let mut were_busy = false;
        let mut stuck = None;
        clients.retain_mut(|client| match client.turn(now) {
            Fate::Busy => {
                were_busy = true;
                true
            }
            Fate::Waits => true,
            Fate::Stuck => {
                stuck = Some(client.describe());
                false
            }
            Fate::Gone => {
                figures.clients += 1;
                figures.sent += client.sent();
                figures.received += client.received();
                false
            }
        });
        figures.most_files = figures.most_files.max(gateway.open_files());
        gateway.expect_alive()?;
        if let Some(described) = stuck {
            return Err(format!("the gateway does not let go of a client ({described})"));
        }
        if !were_busy {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    let ended = Instant::now();
    while gateway.open_files() > files_before {
        if ended.elapsed() > TO_FORGET {
            let (left, before) = (gateway.open_files(), files_before);
            return Err(format!("{left} files are open when every client has gone, {before} were before"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = guest::visit(address)?;
    if took > AT_ONCE {
        return Err(format!("a client that behaves waited for {} ms", took.as_millis()));
    }
    figures.slowest_guest = figures.slowest_guest.max(took);
    figures.memory.push(gateway.memory());
    gateway.expect_bounded(&figures.memory)
}
