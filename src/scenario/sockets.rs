//! Programs that send and receive octets over TCP or UDP, and nothing above.

use super::document::LARGEST_EXACT;
use super::reader::Reader;
use super::{Carrier, Scenario, ScenarioError};
use crate::time::Span;

/// A program with a socket.
///
/// | field | is |
/// | --- | --- |
/// | `id` | its name |
/// | `protocol` | `"tcp"` or `"udp"`; a UDP socket needs a link that carries packets |
/// | `port` | the port on which it receives; for whoever receives |
/// | `to` | `{"node", "port"}`: where it sends; for whoever sends |
/// | `sends` | a list of `at_us`, `octets` and `count` (1) of them `interval_us` (0) apart: each is one send of a numbered message |
/// | `reads` | `{"octets", "every_us"}`: it receives at most so many octets at a time and so often (of UDP, one datagram); without it, all at once as it comes |
/// | `nagle` | whether small segments wait for the acknowledgement of those before (RFC 896), which is so unless a program switches it off (`TCP_NODELAY`); `true` |
/// | `send_buffer_octets`, `receive_buffer_octets` | `SO_SNDBUF`, `SO_RCVBUF`; 65,535 |
/// | `closes` | whether it closes a TCP connection when all is sent; `true` |
#[derive(Clone, Debug, PartialEq)]
pub struct SocketDocument {
    /// Its name.
    pub id: String,
    /// The protocol.
    pub protocol: SocketProtocol,
    /// The port on which it receives.
    pub port: Option<u16>,
    /// The node and the port to which it sends.
    pub to: Option<(String, u16)>,
    /// What it sends, and when.
    pub sends: Vec<SendDocument>,
    /// How many octets it receives at a time, and how often.
    pub reads: Option<(usize, Span)>,
    /// Whether small segments wait for acknowledgements.
    pub has_nagle: bool,
    /// Octets that its system keeps for it on the way out.
    pub send_buffer: u32,
    /// Octets that its system keeps for it on the way in.
    pub receive_buffer: u32,
    /// Whether it closes when all is sent.
    pub closes: bool,
}

/// Messages that a program sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendDocument {
    /// When the first is sent.
    pub at_us: u64,
    /// The octets of each.
    pub octets: usize,
    /// How many there are.
    pub count: u64,
    /// How long they are apart.
    pub interval_us: u64,
}

/// The protocol of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketProtocol {
    /// A stream of octets.
    Tcp,
    /// Datagrams.
    Udp,
}

/// A numbered datagram has 20 octets of its own (`network::NumberedDatagram`), and 1,472 fit into a packet.
const DATAGRAM: (u64, u64) = (20, 1_472);
/// The longest message of TCP: enough to fill every buffer.
const LONGEST: u64 = 1 << 24;
/// The largest buffer.
const LARGEST_BUFFER: u64 = 1 << 24;
/// The buffers of a socket when a document does not say it.
const BUFFER: u32 = 65_535;

type Read<T> = Result<T, ScenarioError>;

impl SocketDocument {
    pub(super) fn read(socket: &Reader) -> Read<SocketDocument> {
        socket.only(&[
            "id",
            "protocol",
            "port",
            "to",
            "sends",
            "reads",
            "nagle",
            "send_buffer_octets",
            "receive_buffer_octets",
            "closes",
        ])?;
        let protocol_field = socket.required("protocol")?;
        let protocol = match protocol_field.text()?.as_str() {
            "tcp" => SocketProtocol::Tcp,
            "udp" => SocketProtocol::Udp,
            _ => return protocol_field.invalid("there must be \"tcp\" or \"udp\" here"),
        };
        let buffer = |field: &Reader| field.whole(1, LARGEST_BUFFER).map(|octets| octets as u32);
        let own = socket.optional("port")?.map(|own| port(&own)).transpose()?;
        let to = socket.optional("to")?.map(|to| destination(&to)).transpose()?;
        if own.is_some() == to.is_some() {
            return socket
                .invalid("a socket either receives on a \"port\", or sends \"to\" one; name one of them");
        }
        if let (Some(sends), None) = (socket.optional("sends")?, &to) {
            return sends.invalid("only a socket that sends \"to\" another has something to send");
        }
        if let (Some(reads), Some(_)) = (socket.optional("reads")?, &to) {
            return reads.invalid("only a socket that receives on a \"port\" reads");
        }
        Ok(SocketDocument {
            id: socket.required("id")?.name()?,
            protocol,
            port: own,
            to,
            sends: socket.list("sends", |send| read_send(send, protocol))?,
            reads: socket.optional("reads")?.map(|reads| read_reads(&reads)).transpose()?,
            has_nagle: socket.field("nagle", true, Reader::truth)?,
            send_buffer: socket.field("send_buffer_octets", BUFFER, buffer)?,
            receive_buffer: socket.field("receive_buffer_octets", BUFFER, buffer)?,
            closes: socket.field("closes", true, Reader::truth)?,
        })
    }

    /// The node to which it sends.
    pub fn peer(&self) -> Option<&str> {
        self.to.as_ref().map(|(node, _)| node.as_str())
    }
}

/// Checks that whom a socket sends to is there, and that a datagram has a link for it.
pub(super) fn check_sockets(scenario: &Scenario) -> Read<()> {
    for (number, socket) in scenario.sockets.iter().enumerate() {
        let Some((node, port)) = &socket.to else { continue };
        let other = scenario.sockets.iter().find(|other| other.id == *node);
        let fits = other.is_some_and(|other| other.port == Some(*port) && other.protocol == socket.protocol);
        if !fits {
            let what = format!(
                "no socket '{node}' receives on port {port} with the same protocol; name one that does"
            );
            return super::document::invalid(format!("sockets[{number}].to"), what);
        }
        if socket.protocol == SocketProtocol::Udp
            && scenario.carrier_between([&socket.id, node]) != Carrier::Packets
        {
            let what = "a datagram needs a link that carries packets: give the link to its receiver, or the scenario, \
                        \"carrier\": \"packets\"";
            return super::document::invalid(format!("sockets[{number}].protocol"), what);
        }
    }
    Ok(())
}

fn port(field: &Reader) -> Read<u16> {
    // The range fits into the type.
    field.whole(1, u16::MAX.into()).map(|port| port as u16)
}

fn destination(field: &Reader) -> Read<(String, u16)> {
    field.only(&["node", "port"])?;
    Ok((field.required("node")?.name()?, port(&field.required("port")?)?))
}

fn read_send(send: &Reader, protocol: SocketProtocol) -> Read<SendDocument> {
    send.only(&["at_us", "octets", "count", "interval_us"])?;
    let (least, most) = if protocol == SocketProtocol::Udp { DATAGRAM } else { (1, LONGEST) };
    Ok(SendDocument {
        at_us: send.required("at_us")?.whole(0, LARGEST_EXACT)?,
        octets: send.required("octets")?.whole(least, most)? as usize,
        count: send.field("count", 1, |count| count.whole(1, 1_000_000))?,
        interval_us: send.field("interval_us", 0, |interval| interval.whole(0, LARGEST_EXACT))?,
    })
}

fn read_reads(reads: &Reader) -> Read<(usize, Span)> {
    reads.only(&["octets", "every_us"])?;
    let octets = reads.required("octets")?.whole(1, LONGEST)? as usize;
    let every = reads.required("every_us")?.whole(1, LARGEST_EXACT)?;
    Ok((octets, Span::from_us(every)))
}
