//! What a host notices.

use std::net::SocketAddrV4;

/// The states of a TCP connection (RFC 9293 section 3.3.2); shown, they have the names of the standard.
pub use smoltcp::socket::tcp::State as TcpState;

/// A TCP connection of one host. Numbers are not used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionNumber(pub(super) u32);

/// What a segment carries, in octets of the stream; the first octet after the handshake is number 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first segment of a direction.
    Syn,
    /// Octets from one number up to but not including another.
    Octets {
        /// The first octet.
        from: u64,
        /// The octet after the last one.
        to: u64,
    },
    /// Nothing more is to come.
    Fin,
}

/// What made a host send something again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetransmissionReason {
    /// No acknowledgement came in time (RFC 6298).
    Timeout,
    /// Three duplicate acknowledgements came (RFC 5681 section 3.2).
    DuplicateAcknowledgements,
}

/// Why a host did not take what a frame carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiscardReason {
    /// Its Ethernet address is another's.
    NotForThisHost,
    /// It is not what it says it is: too short, or lengths that do not fit.
    Malformed,
    /// The sum of the IPv4 header does not fit.
    Ipv4Checksum,
    /// The sum of the TCP segment does not fit.
    TcpChecksum,
    /// The sum of the UDP datagram does not fit.
    UdpChecksum,
    /// No application receives datagrams on this port; the sender is told by ICMP.
    PortUnreachable,
    /// The application has not fetched enough of the datagrams before.
    BufferFull,
    /// Too many connections wait to be accepted.
    BacklogFull,
}

/// Something that a host noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostEvent {
    /// A connection came into another state.
    State {
        /// The connection.
        connection: ConnectionNumber,
        /// The state before.
        from: TcpState,
        /// The state now.
        to: TcpState,
    },
    /// A connection that others opened is established, and waits to be accepted.
    Acceptable {
        /// The connection.
        connection: ConnectionNumber,
        /// The port on which it came.
        port: u16,
        /// Where it comes from.
        remote: SocketAddrV4,
    },
    /// More octets have come in order, and can be received.
    Readable {
        /// The connection.
        connection: ConnectionNumber,
        /// How many have come since its start.
        octets: u64,
    },
    /// The other side has acknowledged more octets, so that there is room to send.
    Acknowledged {
        /// The connection.
        connection: ConnectionNumber,
        /// How many have been acknowledged since its start.
        octets: u64,
    },
    /// Something was sent again.
    Retransmission {
        /// The connection.
        connection: ConnectionNumber,
        /// What it was.
        part: Part,
        /// Why.
        reason: RetransmissionReason,
        /// How often this has been sent again in a row.
        count: u32,
    },
    /// An acknowledgement said the same as the one before: something after it has arrived.
    DuplicateAcknowledgement {
        /// The connection.
        connection: ConnectionNumber,
        /// The number of the octet that the other side waits for.
        octet: u64,
        /// How many have come in a row; at the third the host sends again what is missing.
        count: u32,
    },
    /// Octets came before their turn. TCP holds them back from the application until what is missing has come
    /// (head-of-line blocking).
    Held {
        /// The connection.
        connection: ConnectionNumber,
        /// The first octet that is held.
        from: u64,
        /// The octet after the last one.
        to: u64,
        /// The first octet that is missing.
        missing: u64,
    },
    /// What was missing has come, and what was held behind it is released.
    Released {
        /// The connection.
        connection: ConnectionNumber,
        /// How many octets had been held.
        octets: u64,
    },
    /// Octets came that were there already.
    Repeated {
        /// The connection.
        connection: ConnectionNumber,
        /// The first octet.
        from: u64,
        /// The octet after the last one.
        to: u64,
    },
    /// The other side has no room for more: its window is zero.
    WindowClosed {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// The other side has room again.
    WindowOpened {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// One octet was sent to ask for a window that is zero.
    WindowProbe {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// One octet that is not news was sent, to hear whether the other side is still there.
    KeepAlive {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// The other side ended the connection at once.
    ResetReceived {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// This host ended the connection at once.
    ResetSent {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// The other side has not answered for the time that the settings allow, and this host has ended the connection.
    GivenUp {
        /// The connection.
        connection: ConnectionNumber,
    },
    /// A segment belonged to no connection and was answered with a reset.
    Refused {
        /// The port to which it came.
        port: u16,
        /// Where it came from.
        remote: SocketAddrV4,
    },
    /// A datagram came and can be received.
    Datagram {
        /// The port.
        port: u16,
    },
    /// Another host says that nobody receives datagrams on a port of its.
    Unreachable {
        /// The port of this host from which the datagram went.
        port: u16,
        /// Where it went.
        remote: SocketAddrV4,
    },
    /// What a frame carried was not taken.
    Discarded {
        /// Why.
        reason: DiscardReason,
    },
}
