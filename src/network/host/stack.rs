//! The TCP/IP stack of a host: smoltcp's, with numbers for connections and a way in for everything that happens.

use super::error::HostError;
use super::event::{ConnectionNumber, TcpState};
use super::input::Input;
use super::settings::{CongestionControl, HostSettings};
use super::wire::Wire;
use crate::network::lane::ETHERNET_HEADER;
use crate::time::{Span, Time};
use litemap::LiteMap;
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::{tcp, udp};
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{EthernetAddress, HardwareAddress, IpAddress, IpCidr, IpEndpoint, IpListenEndpoint};
use std::net::SocketAddrV4;
use std::rc::Rc;

/// Prefix length of the network that all hosts are on.
const PREFIX: u8 = 8;
/// How many datagrams may wait for the address of their receiver.
const WAITING_DATAGRAMS: usize = 64;
/// What is asked for at once although nothing came of it a moment ago is asked for again after this time.
const LONGEST_HASTE: Span = Span::from_ms(1);

/// A datagram that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Where it comes from.
    pub remote: SocketAddrV4,
    /// What it carries.
    pub payload: Vec<u8>,
}

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) state: TcpState,
    /// Octets to send that are not acknowledged.
    pub(super) unacknowledged: u64,
    /// Octets that came in order and wait for the application.
    pub(super) readable: u64,
}

/// What came of an input.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Why what was asked for could not be done. The rest is there either way.
    pub(super) error: Option<HostError>,
    /// How many octets were taken to be sent.
    pub(super) taken: usize,
    /// The connection that was opened from here.
    pub(super) opened: Option<ConnectionNumber>,
    /// Octets that were received.
    pub(super) octets: Vec<u8>,
    /// Datagrams that came.
    pub(super) datagrams: Vec<(u16, Datagram)>,
    /// Frames to send.
    pub(super) frames: Vec<Rc<[u8]>>,
    /// When the stack wants to be woken.
    pub(super) next_timeout: Option<Time>,
}

/// The stack. It cannot be copied: smoltcp's sockets cannot. It does the same whenever it gets the same inputs.
pub(super) struct Stack {
    settings: HostSettings,
    interface: Interface,
    sockets: SocketSet<'static>,
    wire: Wire,
    /// The sockets that wait for connections, by port: one for each, as another takes its place at once.
    listening: LiteMap<u16, SocketHandle>,
    connections: LiteMap<ConnectionNumber, SocketHandle>,
    datagram_sockets: LiteMap<u16, SocketHandle>,
    next_connection: u32,
}

impl std::fmt::Debug for Stack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stack").field("connections", &self.connections).finish_non_exhaustive()
    }
}

impl Stack {
    /// The stack of a host that has just been switched on.
    pub(super) fn new(settings: &HostSettings) -> Stack {
        let mut wire = Wire::new(settings.mtu.clamp(576, 65_535) as usize + ETHERNET_HEADER);
        let mut config = Config::new(HardwareAddress::Ethernet(EthernetAddress(settings.ethernet_address())));
        config.random_seed = settings.random_seed();
        let mut interface = Interface::new(config, &mut wire, Instant::ZERO);
        interface.update_ip_addrs(|addresses| {
            // There is room for two.
            let _ = addresses.push(IpCidr::new(IpAddress::Ipv4(settings.address()), PREFIX));
        });
        Stack {
            settings: settings.clone(),
            interface,
            sockets: SocketSet::new(Vec::new()),
            wire,
            listening: LiteMap::new(),
            connections: LiteMap::new(),
            datagram_sockets: LiteMap::new(),
            next_connection: 0,
        }
    }

    /// Takes an input, and lets the stack do all it has to do at this moment.
    pub(super) fn take(&mut self, now: Time, input: &Input) -> Outcome {
        let mut outcome = self.take_again(now, input);
        outcome.frames = std::mem::take(&mut self.wire.sent);
        outcome.next_timeout = self.interface.poll_at(instant(now), &self.sockets).map(|at| {
            let at = Time::from_us(u64::try_from(at.total_micros()).unwrap_or_default());
            if at > now { at } else { now + LONGEST_HASTE }
        });
        outcome
    }

    /// The same where nobody wants to know what there is to send and when the stack wants to be woken.
    pub(super) fn take_again(&mut self, now: Time, input: &Input) -> Outcome {
        let mut outcome = Outcome::default();
        outcome.error = self.act(input, &mut outcome).err();
        self.wire.sent.clear();
        self.interface.poll(instant(now), &mut self.wire, &mut self.sockets);
        self.renew_listening();
        for (port, handle) in &self.datagram_sockets {
            while let Ok((payload, from)) = self.sockets.get_mut::<udp::Socket>(*handle).recv() {
                let datagram = Datagram { remote: remote(from.endpoint), payload: payload.to_vec() };
                outcome.datagrams.push((*port, datagram));
            }
        }
        self.forget_closed();
        outcome
    }

    fn act(&mut self, input: &Input, outcome: &mut Outcome) -> Result<(), HostError> {
        match input {
            Input::Frame(frame) => self.wire.received = Some(frame.clone()),
            Input::Timeout => {}
            Input::Listen(port) => {
                let handle = self.listening_socket(*port)?;
                self.listening.insert(*port, handle);
            }
            Input::StopListening(port) => {
                if let Some(handle) = self.listening.remove(port) {
                    self.sockets.remove(handle);
                }
            }
            Input::Connect(port, to) => {
                let mut socket = self.socket();
                socket
                    .connect(self.interface.context(), endpoint(*to), *port)
                    .map_err(|_| HostError::Unaddressable)?;
                let handle = self.sockets.add(socket);
                outcome.opened = Some(self.number(handle));
            }
            Input::Send(connection, octets) => {
                let socket = self.connection(*connection)?;
                outcome.taken = socket.send_slice(octets).map_err(|_| HostError::NotOpen)?;
            }
            Input::Receive(connection, limit) => {
                let socket = self.connection(*connection)?;
                let mut octets = vec![0; socket.recv_queue().min(*limit)];
                // Nothing to receive is not an error: the state says whether more may come.
                let received = socket.recv_slice(&mut octets).unwrap_or(0);
                octets.truncate(received);
                outcome.octets = octets;
            }
            Input::Close(connection) => self.connection(*connection)?.close(),
            Input::Abort(connection) => self.connection(*connection)?.abort(),
            Input::Bind(port) => {
                let buffer = |packets: usize, octets: usize| {
                    udp::PacketBuffer::new(vec![udp::PacketMetadata::EMPTY; packets], vec![0; octets])
                };
                let longest = self.settings.mtu.clamp(576, 65_535) as usize;
                let mut socket = udp::Socket::new(buffer(1, longest), buffer(WAITING_DATAGRAMS, 4 * longest));
                socket.bind(*port).map_err(|_| HostError::PortInUse)?;
                self.datagram_sockets.insert(*port, self.sockets.add(socket));
            }
            Input::Unbind(port) => {
                if let Some(handle) = self.datagram_sockets.remove(port) {
                    self.sockets.remove(handle);
                }
            }
            Input::SendDatagram(port, to, payload) => {
                let handle = *self.datagram_sockets.get(port).ok_or(HostError::NotBound)?;
                let socket = self.sockets.get_mut::<udp::Socket>(handle);
                socket.send_slice(payload, endpoint(*to)).map_err(|error| match error {
                    udp::SendError::Unaddressable => HostError::Unaddressable,
                    udp::SendError::BufferFull => HostError::BufferFull,
                })?;
            }
        }
        Ok(())
    }

    /// Whether a connection is not forgotten.
    pub(super) fn knows(&self, connection: ConnectionNumber) -> bool {
        self.connections.contains_key(&connection)
    }

    /// How a connection stands; closed if it is forgotten.
    pub(super) fn standing(&self, connection: ConnectionNumber) -> Standing {
        let Some(handle) = self.connections.get(&connection) else {
            return Standing { state: TcpState::Closed, unacknowledged: 0, readable: 0 };
        };
        let socket = self.sockets.get::<tcp::Socket>(*handle);
        Standing {
            state: socket.state(),
            unacknowledged: socket.send_queue() as u64,
            readable: socket.recv_queue() as u64,
        }
    }

    /// The connections from number `first` on, with their ends: this host's port and the other's address.
    pub(super) fn connections_from(
        &self,
        first: u32,
    ) -> impl Iterator<Item = (ConnectionNumber, u16, SocketAddrV4)> {
        self.connections.iter().filter(move |(number, _)| number.0 >= first).filter_map(
            |(connection, handle)| {
                let socket = self.sockets.get::<tcp::Socket>(*handle);
                let (here, there) = (socket.local_endpoint()?, socket.remote_endpoint()?);
                Some((*connection, here.port, remote(there)))
            },
        )
    }

    fn connection(&mut self, connection: ConnectionNumber) -> Result<&mut tcp::Socket<'static>, HostError> {
        let handle = *self.connections.get(&connection).ok_or(HostError::NoSuchConnection)?;
        Ok(self.sockets.get_mut::<tcp::Socket>(handle))
    }

    fn number(&mut self, handle: SocketHandle) -> ConnectionNumber {
        let number = ConnectionNumber(self.next_connection);
        self.next_connection += 1;
        self.connections.insert(number, handle);
        number
    }

    /// A socket that has taken a connection becomes that connection, and another listens in its place.
    fn renew_listening(&mut self) {
        let is_taken = |sockets: &SocketSet<'static>, handle: SocketHandle| {
            !sockets.get::<tcp::Socket>(handle).is_listening()
        };
        let taken: Vec<(u16, SocketHandle)> = self
            .listening
            .iter()
            .filter(|(_, handle)| is_taken(&self.sockets, **handle))
            .map(|(port, handle)| (*port, *handle))
            .collect();
        for (port, handle) in taken {
            self.number(handle);
            match self.listening_socket(port) {
                Ok(handle) => self.listening.insert(port, handle),
                Err(_) => self.listening.remove(&port),
            };
        }
    }

    /// A closed connection is kept for as long as the application has something to receive. One that came and was
    /// reset before it was established listens again, which another socket does already.
    fn forget_closed(&mut self) {
        let sockets = &mut self.sockets;
        self.connections.retain(|_, handle| {
            let socket = sockets.get::<tcp::Socket>(*handle);
            let is_over = match socket.state() {
                TcpState::Closed => socket.remote_endpoint().is_none() && !socket.can_recv(),
                state => state == TcpState::Listen,
            };
            if is_over {
                sockets.remove(*handle);
            }
            !is_over
        });
    }

    fn listening_socket(&mut self, port: u16) -> Result<SocketHandle, HostError> {
        let mut socket = self.socket();
        socket.listen(IpListenEndpoint::from(port)).map_err(|_| HostError::PortInUse)?;
        Ok(self.sockets.add(socket))
    }

    fn socket(&self) -> tcp::Socket<'static> {
        let settings = &self.settings.tcp;
        let buffer = |octets: u32| tcp::SocketBuffer::new(vec![0; octets.clamp(1, 1 << 30) as usize]);
        let mut socket = tcp::Socket::new(buffer(settings.receive_buffer), buffer(settings.send_buffer));
        socket.set_nagle_enabled(settings.is_nagle_on);
        socket.set_ack_delay(settings.acknowledgement_delay.map(duration));
        socket.set_keep_alive(settings.keep_alive.map(duration));
        socket.set_timeout(settings.timeout.map(duration));
        socket.set_congestion_control(match settings.congestion_control {
            CongestionControl::None => tcp::CongestionControl::None,
            CongestionControl::Reno => tcp::CongestionControl::Reno,
        });
        socket
    }
}

fn instant(time: Time) -> Instant {
    Instant::from_micros(i64::try_from(time.as_us()).unwrap_or(i64::MAX))
}

fn duration(span: Span) -> Duration {
    Duration::from_micros(span.as_us())
}

fn endpoint(address: SocketAddrV4) -> IpEndpoint {
    IpEndpoint::new(IpAddress::Ipv4(*address.ip()), address.port())
}

fn remote(endpoint: IpEndpoint) -> SocketAddrV4 {
    let IpAddress::Ipv4(address) = endpoint.addr;
    SocketAddrV4::new(address, endpoint.port)
}
