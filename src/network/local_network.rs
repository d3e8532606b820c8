//! Hosts, each with a link to one switch.

use super::host::{Host, HostEvent, HostSettings};
use super::lane::{Fate, Fates, Lane};
use super::settings::LinkSettings;
use super::switch::{Switch, Way};
use crate::agenda::Agenda;
use crate::time::Time;
use std::collections::VecDeque;
use std::rc::Rc;

/// A host on a network: they are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostNumber(u16);

impl HostNumber {
    /// The number.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The host whose address ends in these octets.
    pub(super) fn from_address(octets: [u8; 2]) -> HostNumber {
        HostNumber(u16::from_be_bytes(octets))
    }
}

/// A frame that a host sent; all its copies on all links have its number. They are numbered from 0 in the order in
/// which they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameNumber(pub u64);

/// Something that happened on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkFact {
    /// A host sent a frame.
    Sent {
        /// The frame.
        frame: FrameNumber,
        /// The host.
        host: HostNumber,
        /// What it holds, from the Ethernet header to the end of the packet.
        octets: Rc<[u8]>,
    },
    /// A link took a frame, or one of its copies; this became of it.
    Carried {
        /// The frame.
        frame: FrameNumber,
        /// The host whose link it is.
        host: HostNumber,
        /// Whether it goes from the host to the switch, or from the switch to the host.
        is_from_host: bool,
        /// Whether it is a copy that the link made.
        is_copy: bool,
        /// What became of it.
        fate: Fate,
    },
    /// A link went down with a frame on it.
    CutOff {
        /// The frame.
        frame: FrameNumber,
        /// The host whose link it is.
        host: HostNumber,
        /// Whether it was on its way from the host to the switch.
        is_from_host: bool,
    },
    /// A frame got to a host.
    Arrived {
        /// The frame.
        frame: FrameNumber,
        /// The host.
        host: HostNumber,
        /// What it holds now.
        octets: Rc<[u8]>,
    },
    /// A host noticed something.
    Noticed {
        /// The host.
        host: HostNumber,
        /// The frame that made it notice, if it was one.
        frame: Option<FrameNumber>,
        /// What it noticed.
        event: HostEvent,
    },
}

/// A fact and its moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When.
    pub time: Time,
    /// What.
    pub fact: NetworkFact,
}

/// A frame on a link.
#[derive(Clone, Debug)]
struct Passage {
    frame: FrameNumber,
    octets: Rc<[u8]>,
    /// The host whose link it is.
    host: usize,
    is_from_host: bool,
    /// How often the link had been down when it was sent.
    outages: u32,
}

/// A place on the network: a host and its link.
#[derive(Clone, Debug)]
struct Port {
    host: Host,
    from_host: Lane,
    to_host: Lane,
}

/// Hosts, each with a link to one switch, which takes no time.
///
/// Call [`LocalNetwork::with_host`] to do something at a host, and [`LocalNetwork::handle_timeout`] when
/// [`LocalNetwork::next_timeout`] says so; then take the facts with [`LocalNetwork::poll_fact`]. Among events of the
/// same moment, frames arrive before hosts wake up; frames in the order in which they were sent, hosts in theirs.
///
/// ```
/// use queuescope::network::{LinkSettings, LocalNetwork};
/// use queuescope::time::{Span, Time};
/// use std::net::SocketAddrV4;
///
/// let mut network = LocalNetwork::new(1);
/// let link = LinkSettings { loss: 0.01, ..LinkSettings::with_latency(Span::from_ms(20)) };
/// let [broker, producer] = ["broker", "P"].map(|name| {
///     let settings = network.host_settings();
///     network.add_host(name, settings, [link.clone(), link.clone()]).expect("there is room")
/// });
/// let now = Time::START;
/// network.with_host(now, broker, |host| host.listen(now, 5672, 10))?;
/// let address = SocketAddrV4::new(network.host(broker).settings().address(), 5672);
/// let connection = network.with_host(now, producer, |host| host.connect(now, address))?;
///
/// let now = Time::from_us(10_000_000);
/// network.handle_timeout(now);
/// network.with_host(now, producer, |host| host.send(now, connection, b"AMQP\0\0\x09\x01"))?;
///
/// let now = Time::from_us(20_000_000);
/// network.handle_timeout(now);
/// let accepted = network.with_host(now, broker, |host| host.accept(5672)).expect("it is established");
/// let octets = network.with_host(now, broker, |host| host.receive(now, accepted, 100))?;
/// assert_eq!(octets, b"AMQP\0\0\x09\x01");
/// # Ok::<(), queuescope::network::host::HostError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LocalNetwork {
    seed: u64,
    ports: Vec<Port>,
    switch: Switch,
    passages: Agenda<Passage>,
    next_frame: u64,
    facts: VecDeque<Occurrence>,
}

impl LocalNetwork {
    /// A network without hosts.
    pub fn new(seed: u64) -> LocalNetwork {
        LocalNetwork {
            seed,
            ports: Vec::new(),
            switch: Switch::default(),
            passages: Agenda::new(),
            next_frame: 0,
            facts: VecDeque::new(),
        }
    }

    /// How a host of this number would be set up, for [`LocalNetwork::add_host`].
    pub fn host_settings(&self) -> HostSettings {
        HostSettings::new(u16::try_from(self.ports.len()).unwrap_or(u16::MAX), self.seed)
    }

    /// Adds a host, set up as [`LocalNetwork::host_settings`] says or with changes to that, and its link: the way
    /// from the host to the switch, and the way back. `name` names its random streams. A network has room for 65,535
    /// hosts.
    pub fn add_host(
        &mut self,
        name: &str,
        settings: HostSettings,
        [from_host, to_host]: [LinkSettings; 2],
    ) -> Option<HostNumber> {
        let number = u16::try_from(self.ports.len()).ok().filter(|number| *number < u16::MAX)?;
        let lane = |settings, way| Lane::new(settings, self.seed, &format!("network:{name}:{way}"));
        self.ports.push(Port {
            host: Host::new(settings.with_number(number)),
            from_host: lane(from_host, "from-host"),
            to_host: lane(to_host, "to-host"),
        });
        Some(HostNumber(number))
    }

    /// All hosts, in the order in which they were added.
    pub fn hosts(&self) -> impl Iterator<Item = HostNumber> + use<> {
        (0..self.ports.len() as u16).map(HostNumber)
    }

    /// A host of this network.
    pub fn host(&self, number: HostNumber) -> &Host {
        &self.ports[number.index()].host
    }

    /// The settings of a host's link: from the host to the switch, and back.
    pub fn link_settings(&self, number: HostNumber) -> [&LinkSettings; 2] {
        let port = &self.ports[number.index()];
        [port.from_host.settings(), port.to_host.settings()]
    }

    /// How many octets wait in front of a host's link: to go from the host to the switch, and back.
    pub fn queued_octets(&mut self, now: Time, number: HostNumber) -> [u64; 2] {
        let port = &mut self.ports[number.index()];
        [port.from_host.queued_octets(now), port.to_host.queued_octets(now)]
    }

    /// Changes the settings of a host's link.
    pub fn change_link(&mut self, number: HostNumber, [from_host, to_host]: [LinkSettings; 2]) {
        let port = &mut self.ports[number.index()];
        port.from_host.change(from_host);
        port.to_host.change(to_host);
    }

    /// Does something at a host, and sends what it then has to send.
    pub fn with_host<T>(&mut self, now: Time, number: HostNumber, act: impl FnOnce(&mut Host) -> T) -> T {
        let result = act(&mut self.ports[number.index()].host);
        self.drain(now, number.index(), None);
        result
    }

    /// Makes all hosts that there are forget their logs, for a run that nobody goes back in: its memory then does not
    /// grow with its length. See [`Host::stop_logging`] for what this means for copies.
    pub fn stop_logging(&mut self) {
        self.ports.iter_mut().for_each(|port| port.host.stop_logging());
    }

    /// How many inputs the logs of all hosts hold, and the octets in them: what copies cost.
    pub fn log_size(&self) -> (usize, u64) {
        let sizes = self.ports.iter().map(|port| port.host.log_size());
        sizes.fold((0, 0), |(inputs, octets), (more, further)| (inputs + more, octets + further))
    }

    /// When the next thing happens by itself.
    pub fn next_timeout(&self) -> Option<Time> {
        let hosts = self.ports.iter().filter_map(|port| port.host.next_timeout());
        hosts.chain(self.passages.next_time()).min()
    }

    /// Lets all happen that is due up to `now`, in the order of time.
    pub fn handle_timeout(&mut self, now: Time) {
        while let Some(time) = self.next_timeout().filter(|time| *time <= now) {
            self.step(time);
        }
    }

    /// The next fact.
    pub fn poll_fact(&mut self) -> Option<Occurrence> {
        self.facts.pop_front()
    }

    /// Lets one thing happen: a frame arrives, or a host wakes up.
    fn step(&mut self, time: Time) {
        if self.passages.next_time() == Some(time) {
            if let Some((_, passage)) = self.passages.take() {
                self.arrive(time, passage);
            }
            return;
        }
        let due = self.ports.iter().position(|port| port.host.next_timeout() == Some(time));
        if let Some(host) = due {
            self.ports[host].host.handle_timeout(time);
            self.drain(time, host, None);
        }
    }

    fn arrive(&mut self, time: Time, passage: Passage) {
        let Passage { frame, octets, host, is_from_host, outages } = passage;
        if self.lane(host, is_from_host).outages() != outages {
            let fact = NetworkFact::CutOff { frame, host: HostNumber(host as u16), is_from_host };
            return self.facts.push_back(Occurrence { time, fact });
        }
        if !is_from_host {
            let fact = NetworkFact::Arrived { frame, host: HostNumber(host as u16), octets: octets.clone() };
            self.facts.push_back(Occurrence { time, fact });
            self.ports[host].host.handle_frame(time, octets);
            return self.drain(time, host, Some(frame));
        }
        match self.switch.direct(host, &octets) {
            Way::To(port) => self.carry(time, frame, octets, port, false),
            Way::ToAllBut(here) => {
                for port in (0..self.ports.len()).filter(|port| *port != here) {
                    self.carry(time, frame, octets.clone(), port, false);
                }
            }
            Way::Nowhere => {}
        }
    }

    /// Takes from a host what it has to send and to say.
    fn drain(&mut self, time: Time, host: usize, cause: Option<FrameNumber>) {
        let number = HostNumber(host as u16);
        while let Some(event) = self.ports[host].host.poll_event() {
            let fact = NetworkFact::Noticed { host: number, frame: cause, event };
            self.facts.push_back(Occurrence { time, fact });
        }
        while let Some(octets) = self.ports[host].host.poll_frame() {
            let frame = FrameNumber(self.next_frame);
            self.next_frame += 1;
            let fact = NetworkFact::Sent { frame, host: number, octets: octets.clone() };
            self.facts.push_back(Occurrence { time, fact });
            self.carry(time, frame, octets, host, true);
        }
    }

    fn carry(&mut self, time: Time, frame: FrameNumber, octets: Rc<[u8]>, host: usize, is_from_host: bool) {
        let lane = self.lane(host, is_from_host);
        let Fates { frame: original, copy } = lane.send(time, &octets);
        let outages = lane.outages();
        for (is_copy, fate) in [(false, Some(original)), (true, copy)] {
            let Some(fate) = fate else { continue };
            let number = HostNumber(host as u16);
            let fact = NetworkFact::Carried { frame, host: number, is_from_host, is_copy, fate };
            self.facts.push_back(Occurrence { time, fact });
            if let Fate::Arrives { at, corrupted_bit, .. } = fate {
                let octets = match corrupted_bit {
                    Some(bit) => with_turned_bit(&octets, bit),
                    None => octets.clone(),
                };
                self.passages.enter(at, Passage { frame, octets, host, is_from_host, outages });
            }
        }
    }

    fn lane(&mut self, host: usize, is_from_host: bool) -> &mut Lane {
        let port = &mut self.ports[host];
        if is_from_host { &mut port.from_host } else { &mut port.to_host }
    }
}

fn with_turned_bit(octets: &[u8], bit: u32) -> Rc<[u8]> {
    let mut turned = octets.to_vec();
    if let Some(octet) = turned.get_mut(bit as usize / 8) {
        *octet ^= 0x80 >> (bit % 8);
    }
    turned.into()
}
