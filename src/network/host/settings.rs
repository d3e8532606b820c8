//! How a host is set up.

use crate::time::Span;
use std::net::Ipv4Addr;

/// How windows follow what the network bears.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CongestionControl {
    /// Not at all: the receiver's window alone decides.
    None,
    /// Reno (RFC 5681): slow start, congestion avoidance, fast retransmission and fast recovery.
    #[default]
    Reno,
}

/// The options of TCP sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpSettings {
    /// Octets that wait for the application, and so the largest window (`SO_RCVBUF`). From 1 to 2^30.
    pub receive_buffer: u32,
    /// Octets that wait for their acknowledgement (`SO_SNDBUF`). From 1 to 2^30.
    pub send_buffer: u32,
    /// Whether small segments wait for the acknowledgement of those before (RFC 896); off is `TCP_NODELAY`.
    pub is_nagle_on: bool,
    /// How long an acknowledgement may wait for company (RFC 9293 section 3.8.6.3: less than half a second).
    pub acknowledgement_delay: Option<Span>,
    /// After how much silence a probe is sent (RFC 9293 section 3.8.4).
    pub keep_alive: Option<Span>,
    /// After how long without an answer the connection is given up (RFC 5482).
    pub timeout: Option<Span>,
    /// How the window of the sender grows and shrinks.
    pub congestion_control: CongestionControl,
}

impl Default for TcpSettings {
    fn default() -> Self {
        TcpSettings {
            receive_buffer: 65_535,
            send_buffer: 65_535,
            is_nagle_on: true,
            acknowledgement_delay: Some(Span::from_ms(10)),
            keep_alive: None,
            timeout: None,
            congestion_control: CongestionControl::Reno,
        }
    }
}

/// How a host is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSettings {
    number: u16,
    seed: u64,
    /// The octets of the longest IPv4 packet that it sends; at least 576, which every host must take (RFC 791).
    pub mtu: u32,
    /// Options of its TCP sockets.
    pub tcp: TcpSettings,
    /// Octets of datagrams that wait for the application, for each port.
    pub datagram_buffer: u32,
}

impl HostSettings {
    /// The host with this number on its network. The seed decides its initial sequence numbers.
    pub fn new(number: u16, seed: u64) -> HostSettings {
        HostSettings { number, seed, mtu: 1500, tcp: TcpSettings::default(), datagram_buffer: 212_992 }
    }

    /// Its address in the network 10.0.0.0/8, which is for private use (RFC 1918): 10.1.0.7 for number 7.
    pub fn address(&self) -> Ipv4Addr {
        let [high, low] = self.number.to_be_bytes();
        Ipv4Addr::new(10, 1, high, low)
    }

    /// Its Ethernet address: a locally administered one that ends in the address above.
    pub fn ethernet_address(&self) -> [u8; 6] {
        let [first, second, third, fourth] = self.address().octets();
        [2, 0, first, second, third, fourth]
    }

    /// The number of the host that a frame is for; none when it is for all.
    pub(in crate::network) fn number_of(frame: &[u8]) -> Option<u16> {
        match frame {
            [2, 0, 10, 1, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        }
    }

    /// The same for the host with another number.
    pub(in crate::network) fn with_number(self, number: u16) -> HostSettings {
        HostSettings { number, ..self }
    }

    /// What its random numbers start from.
    pub(super) fn random_seed(&self) -> u64 {
        xxhash_rust::xxh64::xxh64(&self.number.to_le_bytes(), self.seed)
    }
}
