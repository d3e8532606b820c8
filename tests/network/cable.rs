//! Two hosts and a cable between them, of which a test decides what becomes of each frame.

use queuescope::network::host::{ConnectionNumber, Host, HostEvent, HostSettings, TcpState};
use queuescope::time::{Span, Time};
use smoltcp::wire::{EthernetFrame, EthernetProtocol, Ipv4Packet, TcpPacket};
use std::net::SocketAddrV4;
use std::rc::Rc;

/// The port on which the second host listens.
pub const PORT: u16 = 5672;

/// A TCP segment on the cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When it was sent.
    pub time: Time,
    /// The host that sent it: 0 or 1.
    pub from: usize,
    /// Its flags, as in the figures of RFC 9293.
    pub flags: &'static str,
    pub sequence: u32,
    pub acknowledgement: u32,
    pub length: usize,
}

/// Two hosts on a cable.
pub struct Cable {
    pub now: Time,
    pub hosts: [Host; 2],
    pub latency: Span,
    /// What became of each host: events in order, with their times.
    pub events: [Vec<(Time, HostEvent)>; 2],
    pub segments: Vec<Segment>,
    /// Says of each segment whether it is lost.
    pub loses: Box<dyn FnMut(&Segment) -> bool>,
    way: Vec<(Time, usize, Rc<[u8]>)>,
}

impl Cable {
    /// A cable that takes 20 ms and loses nothing; the second host listens.
    pub fn new() -> Cable {
        Cable::with_settings(|settings| settings)
    }

    /// The same with other settings of the hosts.
    pub fn with_settings(change: fn(HostSettings) -> HostSettings) -> Cable {
        let mut cable = Cable {
            now: Time::START,
            hosts: [0, 1].map(|number| Host::new(change(HostSettings::new(number, 1)))),
            latency: Span::from_ms(20),
            events: [Vec::new(), Vec::new()],
            segments: Vec::new(),
            loses: Box::new(|_| false),
            way: Vec::new(),
        };
        cable.hosts[1].listen(Time::START, PORT, 5).expect("nobody listens there");
        cable
    }

    /// Where the second host listens.
    pub fn server(&self) -> SocketAddrV4 {
        SocketAddrV4::new(self.hosts[1].settings().address(), PORT)
    }

    /// Opens a connection from the first host, and waits until both sides have it.
    pub fn connected(&mut self) -> [ConnectionNumber; 2] {
        let (now, server) = (self.now, self.server());
        let client = self.hosts[0].connect(now, server).expect("there is a port left");
        self.run_for(Span::from_ms(200));
        let server = self.hosts[1].accept(PORT).expect("it is established");
        self.segments.clear();
        self.events = [Vec::new(), Vec::new()];
        [client, server]
    }

    /// Does something at a host.
    pub fn at<T>(&mut self, host: usize, act: impl FnOnce(&mut Host, Time) -> T) -> T {
        let result = act(&mut self.hosts[host], self.now);
        self.drain(host);
        result
    }

    /// Lets time go by.
    pub fn run_for(&mut self, span: Span) {
        let end = self.now + span;
        self.drain(0);
        self.drain(1);
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.now = next;
            if let Some(place) = self.way.iter().position(|(time, ..)| *time == next) {
                let (_, to, frame) = self.way.remove(place);
                self.hosts[to].handle_frame(next, frame);
            }
            for host in 0..2 {
                if self.hosts[host].next_timeout().is_some_and(|timeout| timeout <= next) {
                    self.hosts[host].handle_timeout(next);
                }
                self.drain(host);
            }
        }
        self.now = end;
    }

    fn next(&self) -> Option<Time> {
        let timeouts = self.hosts.iter().filter_map(Host::next_timeout);
        timeouts.chain(self.way.iter().map(|(time, ..)| *time)).min()
    }

    fn drain(&mut self, host: usize) {
        while let Some(event) = self.hosts[host].poll_event() {
            self.events[host].push((self.now, event));
        }
        while let Some(frame) = self.hosts[host].poll_frame() {
            let is_lost = match segment(self.now, host, &frame) {
                Some(segment) => {
                    self.segments.push(segment.clone());
                    (self.loses)(&segment)
                }
                None => false,
            };
            if !is_lost {
                self.way.push((self.now + self.latency, 1 - host, frame));
            }
        }
    }

    /// The states through which a host's connections went.
    pub fn states(&self, host: usize) -> Vec<String> {
        let states = self.events[host].iter().filter_map(|(_, event)| match event {
            HostEvent::State { to, .. } => Some(TcpState::to_string(to)),
            _ => None,
        });
        states.collect()
    }
}

/// The TCP segment in a frame.
fn segment(time: Time, from: usize, frame: &[u8]) -> Option<Segment> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
    if ethernet.ethertype() != EthernetProtocol::Ipv4 || u8::from(packet.next_header()) != 6 {
        return None;
    }
    let tcp = TcpPacket::new_checked(packet.payload()).ok()?;
    let flags = match (tcp.syn(), tcp.fin(), tcp.rst(), tcp.ack()) {
        (true, false, false, false) => "SYN",
        (true, false, false, true) => "SYN,ACK",
        (false, true, false, true) => "FIN,ACK",
        (false, false, false, true) => "ACK",
        (false, false, true, true) => "RST,ACK",
        (false, false, true, false) => "RST",
        other => panic!("no such segment: {other:?}"),
    };
    let (sequence, acknowledgement) = (tcp.seq_number().0 as u32, tcp.ack_number().0 as u32);
    Some(Segment { time, from, flags, sequence, acknowledgement, length: tcp.payload().len() })
}
