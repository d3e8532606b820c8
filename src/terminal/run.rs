//! `queuescope run`: a document from start to end, and what came of it.

use crate::facts::{Catalogue, Fact, Recording, Sentence};
use crate::ids::Names;
use crate::network::host::DiscardReason;
use crate::network::{DatagramLoss, LossReason};
use crate::scenario::{self, Carrier, ScenarioError, SocketProtocol};
use crate::simulation::{NodeState, Simulation};
use crate::time::{Span, Time};
use lexopt::{Arg, Parser, ValueExt};
use serde::Serialize;
use serde_json::json;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// So many steps between two writings of facts; fewer than are remembered.
const STEPS_PER_WRITING: u64 = 500;

#[derive(Default)]
struct Options {
    file: Option<PathBuf>,
    until: Option<Span>,
    seed: Option<u64>,
    numbers: bool,
    facts: Option<PathBuf>,
    pcap: Option<PathBuf>,
}

pub(super) fn main(arguments: Parser) -> Result<(), String> {
    let options =
        parse(arguments).map_err(|error| format!("{error}. `queuescope --help` says what there is."))?;
    let file = options.file.ok_or("run needs a file: a scenario or a definitions.json.")?;
    let text = std::fs::read_to_string(&file)
        .map_err(|error| format!("{} cannot be read: {error}. Check the path.", file.display()))?;
    let recording = match (options.numbers, &options.facts) {
        (true, Some(_)) => {
            return Err(
                "--numbers records no facts that --facts could write. Leave one of the two out.".into()
            );
        }
        (true, None) => Recording::Numbers,
        (false, _) => Recording::Everything,
    };
    let in_document = |error: ScenarioError| format!("{}: {error}", file.display());
    let (format, mut scenario) = scenario::read(&text).map_err(in_document)?;
    if options.pcap.is_some() {
        // A capture needs packets.
        scenario.carrier = Some(Carrier::Packets);
    }
    let mut simulation = Simulation::new(scenario, format, options.seed, recording).map_err(in_document)?;
    let until = Time::START + options.until.unwrap_or(Span::from_us(simulation.scenario().until_us));
    match options.facts {
        None => simulation.run_until(until),
        Some(path) => {
            run_writing_facts(&mut simulation, until, &path)
                .map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
        }
    }
    if let Some(path) = options.pcap {
        let capture = simulation.capture(None).map_err(|error| error.to_string())?;
        std::fs::write(&path, capture)
            .map_err(|error| format!("{} cannot be written: {error}.", path.display()))?;
    }
    let report = serde_json::to_string_pretty(&report(&simulation)).map_err(|error| error.to_string())?;
    super::say(report);
    Ok(())
}

fn parse(mut arguments: Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("until") => options.until = Some(arguments.value()?.parse_with(parse_span)?),
            Arg::Long("seed") => options.seed = Some(arguments.value()?.parse()?),
            Arg::Long("numbers") => options.numbers = true,
            Arg::Long("facts") => options.facts = Some(arguments.value()?.into()),
            Arg::Long("pcap") => options.pcap = Some(arguments.value()?.into()),
            Arg::Value(file) if options.file.is_none() => options.file = Some(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// A span as it is written in the terminal: `30s`, `250ms`, `40us`, `2m`.
pub(super) fn parse_span(text: &str) -> Result<Span, String> {
    let wrong = || format!("'{text}' is not a time; write 30s, 250ms, 40us or 2m");
    let digits = text.find(|character: char| !character.is_ascii_digit()).ok_or_else(wrong)?;
    let count: u64 = text[..digits].parse().map_err(|_| wrong())?;
    let unit = match &text[digits..] {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" => 60_000_000,
        _ => return Err(wrong()),
    };
    count.checked_mul(unit).map(Span::from_us).ok_or_else(wrong)
}

fn run_writing_facts(simulation: &mut Simulation, until: Time, path: &Path) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let catalogue = Catalogue::english();
    loop {
        let is_done = simulation.run_at_most(until, STEPS_PER_WRITING);
        for (index, fact) in simulation.take_facts(usize::MAX) {
            serde_json::to_writer(&mut file, &line(index, &fact, simulation.world().names(), &catalogue))?;
            file.write_all(b"\n")?;
        }
        if is_done {
            return file.flush();
        }
    }
}

/// A line of the facts file.
#[derive(Serialize)]
struct FactLine {
    index: u64,
    step: u64,
    time_us: u64,
    #[serde(flatten)]
    sentence: Sentence,
    rule: Option<&'static str>,
    documentation: Option<&'static str>,
    words: String,
}

fn line(index: u64, fact: &Fact, names: &Names, catalogue: &Catalogue) -> FactLine {
    let sentence = Sentence::of_event(&fact.event, names);
    let rule = fact.event.rule();
    FactLine {
        index,
        step: fact.step,
        time_us: fact.time.as_us(),
        words: catalogue.words(&sentence),
        sentence,
        rule: rule.map(|rule| rule.key()),
        documentation: rule.map(|rule| rule.documentation().1),
    }
}

fn report(simulation: &Simulation) -> serde_json::Value {
    let snapshot = simulation.snapshot();
    let nodes: Vec<_> = simulation
        .picture()
        .nodes
        .iter()
        .zip(&snapshot.nodes)
        .map(|(node, state)| {
            let counts = match state {
                NodeState::Producer {
                    published, repeated, given_up, returned, confirmed, refused, ..
                } => json!({
                    "published": published, "repeated": repeated, "given_up": given_up,
                    "returned": returned, "confirmed": confirmed, "refused": refused,
                }),
                NodeState::Exchange { received, unroutable } => {
                    json!({ "received": received, "unroutable": unroutable })
                }
                NodeState::Queue {
                    ready, unacknowledged, kept, received, delivered, acknowledged, ..
                } => json!({
                    "received": received, "ready": ready, "unacknowledged": unacknowledged, "kept": kept,
                    "delivered": delivered, "acknowledged": acknowledged,
                }),
                NodeState::Consumer { finished, buffered, .. } => {
                    json!({ "finished": finished, "buffered": buffered })
                }
                NodeState::Socket { sent, received, octets_received, reads, doubled, late } => json!({
                    "sent": sent, "received": received, "octets_received": octets_received, "reads": reads,
                    "doubled": doubled, "late": late,
                }),
                NodeState::Gone => json!({}),
            };
            json!({ "id": node.id, "counts": counts })
        })
        .collect();
    json!({
        "seed": simulation.scenario().seed,
        "now_us": snapshot.now,
        "steps": snapshot.step,
        "facts": snapshot.fact_count,
        "facts_hash": simulation.facts_hash(),
        "not_simulated": simulation.not_simulated(),
        "nodes": nodes,
        "numbers": simulation.numbers(),
        "datagrams": datagram_report(simulation),
    })
}

/// Which datagrams of plain sockets were lost, where and why, and which came twice or late; null where none was sent.
fn datagram_report(simulation: &Simulation) -> serde_json::Value {
    let has_some = simulation.scenario().sockets.iter().any(|socket| socket.protocol == SocketProtocol::Udp);
    if !has_some {
        return serde_json::Value::Null;
    }
    let account = simulation.datagrams();
    let why = |loss: &DatagramLoss| match loss {
        DatagramLoss::Link { from, to, reason } => {
            let [from, to] = [*from, *to].map(|host| simulation.node_name(host));
            json!({ "on_link": [from, to], "reason": match reason {
                LossReason::Down => "the link was down",
                LossReason::Chance => "by chance",
                LossReason::QueueFull => "no room in front of the link",
                LossReason::TooLong => "longer than the link takes",
            }})
        }
        DatagramLoss::Receiver(DiscardReason::BufferFull) => json!({ "at_receiver": "it was too slow" }),
        DatagramLoss::Receiver(DiscardReason::PortUnreachable) => json!({ "at_receiver": "nobody listens" }),
        DatagramLoss::Receiver(_) => json!({ "at_receiver": "damaged on the way" }),
    };
    let lost: Vec<_> = account
        .lost()
        .map(|(sender, message, course)| {
            let causes: Vec<_> = course.lost.iter().map(|(_, loss)| why(loss)).collect();
            json!({ "message": message, "sender": simulation.node_name(sender), "causes": causes })
        })
        .collect();
    let doubled: Vec<u64> = account.doubled().map(|(_, message, _)| message).collect();
    let sockets = simulation.late_messages();
    let late: Vec<_> =
        sockets.map(|(node, messages)| json!({ "receiver": node, "messages": messages })).collect();
    json!({ "sent": account.courses().count(), "lost": lost, "doubled": doubled, "late": late })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_with_their_unit() {
        assert_eq!(parse_span("30s"), Ok(Span::from_us(30_000_000)));
        assert_eq!(parse_span("250ms"), Ok(Span::from_us(250_000)));
        assert_eq!(parse_span("40us"), Ok(Span::from_us(40)));
        assert_eq!(parse_span("2m"), Ok(Span::from_us(120_000_000)));
        for wrong in ["30", "s", "3 s", "-1s", "99999999999999999999s", "1h", ""] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
