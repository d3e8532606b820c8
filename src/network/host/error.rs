//! What cannot be asked of a host.

use std::fmt;

/// What cannot be asked of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostError {
    /// The port is in use, or it is 0.
    PortInUse,
    /// All ports for connections of its own are in use.
    NoPortLeft,
    /// Nothing can be sent to this address or port.
    Unaddressable,
    /// There is no such connection, or it is closed and all that came has been received.
    NoSuchConnection,
    /// The connection does not take more to send: it is not established yet, or this side has closed it.
    NotOpen,
    /// No application receives datagrams on this port.
    NotBound,
    /// The datagram does not fit into one packet, and this host does not split packets.
    TooLong,
    /// Too many datagrams wait to be sent.
    BufferFull,
    /// This is a copy of a host that keeps no log, and so cannot go on.
    NoLog,
}

impl HostError {
    /// A stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            HostError::PortInUse => "port-in-use",
            HostError::NoPortLeft => "no-port-left",
            HostError::Unaddressable => "unaddressable",
            HostError::NoSuchConnection => "no-such-connection",
            HostError::NotOpen => "not-open",
            HostError::NotBound => "not-bound",
            HostError::TooLong => "too-long",
            HostError::BufferFull => "buffer-full",
            HostError::NoLog => "no-log",
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HostError::PortInUse => "the port is in use or 0",
            HostError::NoPortLeft => "all ports are in use",
            HostError::Unaddressable => "nothing can be sent to this address or port",
            HostError::NoSuchConnection => "there is no such connection any more",
            HostError::NotOpen => "the connection takes nothing to send now",
            HostError::NotBound => "datagrams are not received on this port",
            HostError::TooLong => "the datagram does not fit into one packet",
            HostError::BufferFull => "too many datagrams wait to be sent",
            HostError::NoLog => "a copy of a host without a log cannot go on",
        })
    }
}

impl std::error::Error for HostError {}
