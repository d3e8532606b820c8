//! `queuescope gateway`: the simulated broker, and the simulated server of browsers, on real sockets, in the time of
//! the clock on the wall.

mod http;
mod http_peer;
mod peer;
mod service;
mod site;
mod stopping;

use crate::broker::Broker;
use crate::ids::Names;
use crate::scenario::{self, Format, Scenario};
use crate::simulation;
use lexopt::{Arg, Parser, ValueExt};
use service::Service;
use site::serve_http;
use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// Where RabbitMQ listens.
const AMQP: &str = "127.0.0.1:5672";

/// The virtual host of a broker without a scenario.
const VIRTUAL_HOST: &str = "/";

struct Options {
    /// Where AMQP is spoken.
    amqp: Option<String>,
    /// Where HTTP is spoken.
    http: Option<String>,
    scenario: Option<PathBuf>,
}

pub(super) fn main(arguments: Parser) -> Result<(), String> {
    let options =
        parse(arguments).map_err(|error| format!("{error}. `queuescope --help` says what there is."))?;
    let file = options.scenario.as_deref();
    match (&options.amqp, &options.http) {
        (None, Some(http)) => serve_http(http, file)?.run().map_err(failed),
        (amqp, http) => {
            let mut broker = serve_amqp(amqp.as_deref().unwrap_or(AMQP), file)?;
            if let Some(http) = http {
                serve_http_beside(http.clone(), options.scenario.clone())?;
            }
            broker.run().map_err(failed)
        }
    }
}

/// Serves HTTP in a thread of its own, where its servers are made, too: they share what they are made from.
fn serve_http_beside(address: String, file: Option<PathBuf>) -> Result<(), String> {
    let (sender, started) = mpsc::channel();
    std::thread::spawn(move || match serve_http(&address, file.as_deref()) {
        Ok(mut service) => {
            // Whoever waits for this is there, or the program ends.
            let _ = sender.send(Ok(()));
            if let Err(error) = service.run() {
                eprintln!("queuescope: HTTP is not spoken any more: {}", failed(error));
            }
        }
        Err(problem) => drop(sender.send(Err(problem))),
    });
    started.recv().unwrap_or_else(|_| Err("HTTP could not be started".to_owned()))
}

fn serve_amqp(address: &str, scenario: Option<&Path>) -> Result<Service, String> {
    let (broker, names) = broker(scenario)?;
    let listener = listen(address, "--amqp", "a RabbitMQ")?;
    let address = listener.local_addr().map_err(failed)?;
    let service = Service::new(listener, broker, names).map_err(failed)?;
    service.stopping().listen_to_signals();
    say("amqp", address);
    Ok(service)
}

fn listen(address: &str, option: &str, other: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => format!(
            "{address} is taken by another program, perhaps {other}. `{option} 127.0.0.1:0` takes a free port."
        ),
        _ => format!("cannot listen on {address}: {error}."),
    })
}

/// Says where a protocol is spoken. Whoever started the program may not want to know.
fn say(scheme: &str, address: SocketAddr) {
    let _ = writeln!(std::io::stdout(), "{scheme}://{address}");
}

fn failed(error: std::io::Error) -> String {
    format!("the gateway cannot go on: {error}.")
}

fn parse(mut arguments: Parser) -> Result<Options, lexopt::Error> {
    let mut options = Options { amqp: None, http: None, scenario: None };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("amqp") => options.amqp = Some(arguments.value()?.string()?),
            Arg::Long("http") => options.http = Some(arguments.value()?.string()?),
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
    let (format, scenario) = read_scenario(file)?;
    simulation::declared_broker(&scenario, format).map_err(|error| format!("{}: {error}", file.display()))
}

fn read_scenario(file: &Path) -> Result<(Format, Scenario), String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}. Check the path.", file.display()))?;
    scenario::read(&text).map_err(|error| format!("{}: {error}", file.display()))
}
