//! The page on localhost.

use std::io::ErrorKind;
use std::net::{TcpListener, ToSocketAddrs};

use crate::dist;
use crate::failure::{Failure, Outcome};
use crate::setup;
use crate::wasm;
use crate::workshop::Workshop;

/// Vite's own server for built sites, told where and what.
const SERVER: &str = "xtask/src/serve/server.mjs";

/// Sets up what is missing, builds, and serves the site until the user stops it.
pub fn serve(workshop: &Workshop, port: u16) -> Outcome {
    // Before minutes of building are spent for nothing.
    check_port(port)?;
    setup::for_building(workshop)?;
    wasm::build(workshop)?;
    dist::site(workshop)?;
    dist::single_file(workshop)?;

    let mut server = workshop.node();
    server.arg(workshop.path(SERVER)).arg(port.to_string()).arg(workshop.path("target/dist/site"));
    become_it(server)
}

/// A port is free when nobody listens on it at any address that a browser may take `localhost` for.
fn check_port(port: u16) -> Outcome {
    let addresses = ("localhost", port).to_socket_addrs().into_iter().flatten();
    for address in addresses.chain([([127, 0, 0, 1], port).into()]) {
        match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                return Err(Failure::new(format!(
                    "Port {port} is taken by another program: stop that one, or choose another port by \
                     `cargo xtask serve --port {}`.",
                    if port < 65535 { port + 1 } else { 8080 }
                )));
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(Failure::new(format!(
                    "Port {port} is not open to ordinary users here: choose one from 1024 up by `--port`."
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The server takes this process's place, so that whatever stops the process stops the server.
#[cfg(unix)]
fn become_it(mut server: std::process::Command) -> Outcome {
    use std::os::unix::process::CommandExt;
    let error = server.exec();
    Err(Failure::new(format!("Cannot run node: {error}.")))
}

#[cfg(not(unix))]
fn become_it(mut server: std::process::Command) -> Outcome {
    let status = server.status().map_err(|error| Failure::new(format!("Cannot run node: {error}.")))?;
    if status.success() { Ok(()) } else { Err(Failure::new("The server stopped by itself.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_noticed() {
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = other.local_addr().unwrap().port();
        assert!(check_port(port).unwrap_err().0.contains(&format!("Port {port} is taken")));
        drop(other);
        assert_eq!(check_port(port), Ok(()));
    }
}
