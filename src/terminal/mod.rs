//! The terminal program: reads files and arguments, writes reports. Native only.

pub mod conformance;
pub mod fuzz;
mod gateway;
mod run;
mod sweep;

use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "\
Queuescope: a message-queue simulator.

  queuescope run FILE.json [--until TIME] [--seed N] [--numbers] [--facts FILE.jsonl] [--pcap FILE.pcapng]
      Runs a scenario, or the definitions exported by a RabbitMQ with a default workload, and writes a
      report as JSON to standard output. TIME is written 30s, 250ms, 40us or 2m. --numbers records no facts,
      which makes long runs quick; the report has no facts_hash then. --pcap writes every method that crossed a
      link as packets, for Wireshark: those of assumed connections, which lose nothing.
  queuescope sweep FILE.json --vary PATH=A..B[:STEPS] --replications N [--workers K] [--csv FILE.csv]
                   [--until TIME] [--seed N] [--confidence 0.95]
      Runs a document with several values of a field, such as consumers[0].prefetch=1..10 or
      producers[0].arrivals.poisson.per_second=0.5..2:4, each with N seeds, on K threads (as many as there are
      cores). Prints a table of means with their intervals; all measures go into the CSV file.
  queuescope conformance DIR...
      Replays every recorded run of a real system below the folders and compares every step.

  queuescope gateway [--amqp ADDRESS:PORT] [--http ADDRESS:PORT] [FILE.json]
      Puts the broker on a real socket (127.0.0.1:5672 if none is named) until it is interrupted: with what a
      scenario or the definitions of a RabbitMQ declare, or else with the virtual host `/` alone. The user
      guest with the password guest may come in. With --http the scenario's servers of browsers are on a
      socket as well, or, where --amqp is not named, alone.

  queuescope fuzz [decoder | session | sockets] [--minutes N] [--seed N] [--round N]
      Feeds octets at random, and broken ones, to the reader of AMQP, to whole connections, or to a gateway on
      a socket.
";

/// Writes a line to standard output. Whoever reads may stop early: that is no error.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Carries out what the arguments of the program ask for.
pub fn main() -> ExitCode {
    let mut arguments = lexopt::Parser::from_env();
    let outcome = match arguments.next() {
        Ok(Some(lexopt::Arg::Value(command))) if command == "run" => run::main(arguments),
        Ok(Some(lexopt::Arg::Value(command))) if command == "sweep" => sweep::main(arguments),
        Ok(Some(lexopt::Arg::Value(command))) if command == "conformance" => conformance::main(arguments),
        Ok(Some(lexopt::Arg::Value(command))) if command == "fuzz" => fuzz::main(arguments),
        Ok(Some(lexopt::Arg::Value(command))) if command == "gateway" => gateway::main(arguments),
        Ok(None | Some(lexopt::Arg::Long("help") | lexopt::Arg::Short('h'))) => {
            say(USAGE);
            return ExitCode::SUCCESS;
        }
        Ok(Some(other)) => Err(format!("{}. `queuescope --help` lists the commands.", other.unexpected())),
        Err(error) => Err(error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("queuescope: {message}");
            ExitCode::FAILURE
        }
    }
}
