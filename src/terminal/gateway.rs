//! `queuescope gateway`: the simulated broker on a real socket, in the time of the clock on the wall.

mod peer;
mod service;
mod stopping;

use crate::broker::Broker;
use crate::ids::Names;
use crate::scenario;
use crate::simulation;
use lexopt::{Arg, Parser, ValueExt};
use service::Service;
use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// Where RabbitMQ listens.
const AMQP: &str = "127.0.0.1:5672";

/// The virtual host of a broker without a scenario.
const VIRTUAL_HOST: &str = "/";

struct Options {
    amqp: String,
    scenario: Option<PathBuf>,
}

pub(super) fn main(arguments: Parser) -> Result<(), String> {
    let options =
        parse(arguments).map_err(|error| format!("{error}. `queuescope --help` says what there is."))?;
    let (broker, names) = broker(options.scenario.as_deref())?;
    let address = &options.amqp;
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!(
            "{address} is taken by another program, perhaps a RabbitMQ. `--amqp 127.0.0.1:0` takes a free port."
        ),
        _ => format!("cannot listen on {address}: {error}."),
    })?;
    let failed = |error: std::io::Error| format!("the gateway cannot go on: {error}.");
    let address = listener.local_addr().map_err(failed)?;
    let mut service = Service::new(listener, broker, names).map_err(failed)?;
    service.stopping().listen_to_signals();
    // Whoever started the program may not want to know.
    let _ = writeln!(std::io::stdout(), "amqp://{address}");
    service.run().map_err(failed)
}

fn parse(mut arguments: Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options { amqp: AMQP.to_owned(), scenario: None };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("amqp") => options.amqp = arguments.value()?.string()?,
            Arg::Long("http") => {
                return Err("--http is not there yet: only AMQP is on a socket so far".into());
            }
            Arg::Value(file) if options.scenario.is_none() => options.scenario = Some(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// The broker of a document, with all that is declared in it; without one, a broker as a new RabbitMQ is.
fn broker(file: Option<&Path>) -> Result<(Broker, Names), String> {
    let Some(file) = file else {
        let (mut broker, mut names) = (Broker::new(), Names::new());
        broker.add_virtual_host(VIRTUAL_HOST, &mut names);
        broker.add_guest(&names);
        return Ok((broker, names));
    };
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}. Check the path.", file.display()))?;
    let (format, scenario) = scenario::read(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    simulation::declared_broker(&scenario, format).map_err(|error| format!("{}: {error}", file.display()))
}
