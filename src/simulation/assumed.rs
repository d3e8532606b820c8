//! The connections that a client would have: at message depth there is none.
//!
//! The broker is the host 10.0.0.1, the clients are 10.0.0.2 and so on, in the order of the document. Ethernet
//! addresses are locally administered ones (their second lowest bit is set, IEEE 802c) that end with the IPv4
//! address. The broker listens on port 5672 (IANA); the client's port is one of those for such ends (RFC 6335
//! section 6), another one for each connection. Nothing is lost and there is no limit but that of segments.

use super::World;
use super::client::Client;
use crate::amqp::wire::{EncodeError, PROTOCOL_HEADER, write_command};
use crate::amqp::{Method, Table, Value};
use crate::broker::{SessionSettings, Version};
use crate::ids::{ConnectionId, Names};
use crate::network::Direction;
use crate::network::layers::envelope::{AssumedConnection, Endpoint, Side};

/// The port of AMQP.
const AMQP_PORT: u16 = 5672;
/// The ports from here on are for ends that nobody looks for.
const FIRST_EPHEMERAL_PORT: u16 = 49_152;
/// Begins a locally administered Ethernet address.
const LOCAL: [u8; 2] = [2, 0];
/// 2^32 divided by the golden ratio: it spreads the first sequence numbers of connections.
const SPREAD: u32 = 0x9E37_79B9;

/// Who sends in a direction.
pub(super) const fn sender(direction: Direction) -> Side {
    match direction {
        Direction::ToBroker => Side::Client,
        Direction::ToClient => Side::Server,
    }
}

/// The IPv4 address of the broker.
pub(super) const BROKER: [u8; 4] = [10, 0, 0, 1];

/// The IPv4 address of the client with that place among all.
pub(super) fn client_address(place: usize) -> [u8; 4] {
    let [_, high, middle, low] = (place as u32 + 2).to_be_bytes();
    [10, high, middle, low]
}

fn endpoint(address: [u8; 4], port: u16) -> Endpoint {
    let [first, second, third, fourth] = address;
    let ethernet = [LOCAL[0], LOCAL[1], first, second, third, fourth];
    Endpoint { ethernet, address, port }
}

/// The connection that would be there, not opened yet. Nothing when no client of the scenario has it.
pub(super) fn assumed_connection(world: &World, connection: ConnectionId) -> Option<AssumedConnection> {
    let client = world.by_connection.get(&connection)?;
    let port = FIRST_EPHEMERAL_PORT + (connection.0 % u32::from(u16::MAX - FIRST_EPHEMERAL_PORT)) as u16;
    let client = endpoint(client_address(client.index()), port);
    let first = (connection.0 + 1).wrapping_mul(SPREAD);
    Some(AssumedConnection::new(client, endpoint(BROKER, AMQP_PORT), [first, !first]))
}

/// Who says it, its octets, its name.
pub(super) type Greeting = (Side, Vec<u8>, &'static str);

/// What client and broker say to each other before `connection.open`.
pub(super) fn greetings(
    version: Version,
    client: &Client,
    names: &Names,
) -> Result<[Greeting; 5], EncodeError> {
    let settings = SessionSettings::of_version(version);
    let properties = [("product", "Queuescope"), ("connection_name", names.text(client.actor.name().0))];
    let properties = properties.map(|(name, text)| (name.to_owned(), Value::text(text)));
    let (user, password) =
        client.login.as_ref().map_or(("guest", "guest"), |login| (&login.user, &login.password));
    let start_ok = Method::ConnectionStartOk {
        client_properties: Table(properties.into()),
        mechanism: "PLAIN".to_owned(),
        response: format!("\0{user}\0{password}").into_bytes(),
        locale: "en_US".to_owned(),
    };
    let SessionSettings { channel_max, frame_max, .. } = settings;
    // The simulation has no heartbeats.
    let tune_ok = Method::ConnectionTuneOk { channel_max, frame_max, heartbeat: 0 };
    let written = |side, method: Method| {
        let (name, mut octets) = (method.name(), Vec::new());
        write_command(&mut octets, 0, &method.into(), frame_max, names)?;
        Ok((side, octets, name))
    };
    Ok([
        (Side::Client, PROTOCOL_HEADER.to_vec(), "protocol header"),
        written(Side::Server, settings.start())?,
        written(Side::Client, start_ok)?,
        written(Side::Server, settings.tune())?,
        written(Side::Client, tune_ok)?,
    ])
}

/// How many octets a frame of AMQP may have: what the broker offers.
pub(super) fn frame_max(version: Version) -> u32 {
    SessionSettings::of_version(version).frame_max
}
