//! Hosts, and cables between them.

use super::host::{Host, HostEvent, HostSettings};
use super::lane::{Fate, Fates, Lane};
use super::settings::LinkSettings;
use crate::agenda::Agenda;
use crate::places::{Place, Places};
use crate::time::Time;
use litemap::LiteMap;
use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// A host on a network: they are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostNumber(u16);

impl HostNumber {
    /// The number.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A frame that a host sent; all its copies on all cables have its number. They are numbered from 0 in the order in
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
    /// A cable took a frame, or one of its copies; this became of it.
    Carried {
        /// The frame.
        frame: FrameNumber,
        /// The host at the near end.
        from: HostNumber,
        /// The host at the far end.
        to: HostNumber,
        /// Whether it is a copy that the cable made.
        is_copy: bool,
        /// What became of it.
        fate: Fate,
    },
    /// A cable went down with a frame on it.
    CutOff {
        /// The frame.
        frame: FrameNumber,
        /// The host at the near end.
        from: HostNumber,
        /// The host at the far end.
        to: HostNumber,
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

/// A frame on a cable.
#[derive(Clone, Debug)]
struct Passage {
    frame: FrameNumber,
    octets: Rc<[u8]>,
    from: HostNumber,
    to: HostNumber,
    /// How often the cable had been down when it was sent.
    outages: u32,
}

/// Hosts, and cables between any two of them. A host puts a frame on the cable at whose far end its receiver is, and
/// one for all on all of its cables; nobody passes on what is not for him.
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
/// let [broker, producer] = [(); 2].map(|_| {
///     let settings = network.host_settings();
///     network.add_host(settings).expect("there is room")
/// });
/// let link = LinkSettings { loss: 0.01, ..LinkSettings::with_latency(Span::from_ms(20)) };
/// network.join([producer, broker], "P", [link.clone(), link]);
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
    hosts: Vec<Host>,
    /// The cables, each direction for itself: from the first host to the second.
    lanes: LiteMap<(HostNumber, HostNumber), Lane>,
    /// Frames on cables, and when they arrive.
    passages: Places<Passage>,
    arrivals: Agenda<Place>,
    next_frame: u64,
    facts: VecDeque<Occurrence>,
}

impl LocalNetwork {
    /// A network without hosts.
    pub fn new(seed: u64) -> LocalNetwork {
        LocalNetwork {
            seed,
            hosts: Vec::new(),
            lanes: LiteMap::new(),
            passages: Places::new(),
            arrivals: Agenda::new(),
            next_frame: 0,
            facts: VecDeque::new(),
        }
    }

    /// How a host of this number would be set up, for [`LocalNetwork::add_host`].
    pub fn host_settings(&self) -> HostSettings {
        HostSettings::new(u16::try_from(self.hosts.len()).unwrap_or(u16::MAX), self.seed)
    }

    /// Adds a host, set up as [`LocalNetwork::host_settings`] says or with changes to that. A network has room for
    /// 65,535 hosts.
    pub fn add_host(&mut self, settings: HostSettings) -> Option<HostNumber> {
        let number = u16::try_from(self.hosts.len()).ok().filter(|number| *number < u16::MAX)?;
        self.hosts.push(Host::new(settings.with_number(number)));
        Some(HostNumber(number))
    }

    /// Puts a cable between two hosts, with settings for the way from the first to the second and for the way back. If
    /// there is one, it is replaced. `name` names its random streams.
    pub fn join(&mut self, [first, second]: [HostNumber; 2], name: &str, settings: [LinkSettings; 2]) {
        let [forward, back] = settings;
        let lane = |settings, way| Lane::new(settings, self.seed, &format!("network:{name}:{way}"));
        let lanes = [((first, second), lane(forward, "forward")), ((second, first), lane(back, "back"))];
        lanes.into_iter().for_each(|(ends, lane)| drop(self.lanes.insert(ends, lane)));
    }

    /// All hosts, in the order in which they were added.
    pub fn hosts(&self) -> impl Iterator<Item = HostNumber> + use<> {
        (0..self.hosts.len() as u16).map(HostNumber)
    }

    /// The host with an address of this network.
    pub fn host_at(&self, address: Ipv4Addr) -> Option<HostNumber> {
        let found = self.hosts.iter().position(|host| host.settings().address() == address);
        found.map(|place| HostNumber(place as u16))
    }

    /// A host of this network.
    pub fn host(&self, number: HostNumber) -> &Host {
        &self.hosts[number.index()]
    }

    /// The hosts at the two ends of each cable, the one that was added first in front.
    pub fn cables(&self) -> impl Iterator<Item = [HostNumber; 2]> {
        self.lanes.keys().filter(|(from, to)| from < to).map(|(from, to)| [*from, *to])
    }

    /// The settings of a cable on the way from one host to another, if there is one.
    pub fn cable_settings(&self, from: HostNumber, to: HostNumber) -> Option<&LinkSettings> {
        self.lanes.get(&(from, to)).map(Lane::settings)
    }

    /// How many octets wait to go from one host to another.
    pub fn queued_octets(&mut self, now: Time, from: HostNumber, to: HostNumber) -> u64 {
        self.lanes.get_mut(&(from, to)).map_or(0, |lane| lane.queued_octets(now))
    }

    /// Changes the settings of a cable on the way from one host to another.
    pub fn change_cable(&mut self, from: HostNumber, to: HostNumber, settings: LinkSettings) {
        if let Some(lane) = self.lanes.get_mut(&(from, to)) {
            lane.change(settings);
        }
    }

    /// Does something at a host, and sends what it then has to send.
    pub fn with_host<T>(&mut self, now: Time, number: HostNumber, act: impl FnOnce(&mut Host) -> T) -> T {
        let result = act(&mut self.hosts[number.index()]);
        self.drain(now, number, None);
        result
    }

    /// Makes all hosts that there are forget their logs, for a run that nobody goes back in: its memory then does not
    /// grow with its length. See [`Host::stop_logging`] for what this means for copies.
    pub fn stop_logging(&mut self) {
        self.hosts.iter_mut().for_each(Host::stop_logging);
    }

    /// How many inputs the logs of all hosts hold, and the octets in them: what copies cost.
    pub fn log_size(&self) -> (usize, u64) {
        let sizes = self.hosts.iter().map(Host::log_size);
        sizes.fold((0, 0), |(inputs, octets), (more, further)| (inputs + more, octets + further))
    }

    /// When the next thing happens by itself.
    pub fn next_timeout(&self) -> Option<Time> {
        let hosts = self.hosts.iter().filter_map(Host::next_timeout);
        hosts.chain(self.arrivals.next_time()).min()
    }

    /// Lets all happen that is due up to `now`, in the order of time.
    pub fn handle_timeout(&mut self, now: Time) {
        while self.next_timeout().is_some_and(|time| time <= now) {
            self.step();
        }
    }

    /// Lets the next thing happen: a frame arrives, or a host wakes up. Says when it was.
    pub fn step(&mut self) -> Option<Time> {
        let time = self.next_timeout()?;
        if self.arrivals.next_time() == Some(time) {
            let place = self.arrivals.take();
            if let Some(passage) = place.and_then(|(_, place)| self.passages.take(place)) {
                self.arrive(time, passage);
            }
        } else if let Some(place) = self.hosts.iter().position(|host| host.next_timeout() == Some(time)) {
            self.hosts[place].handle_timeout(time);
            self.drain(time, HostNumber(place as u16), None);
        }
        Some(time)
    }

    /// The next fact.
    pub fn poll_fact(&mut self) -> Option<Occurrence> {
        self.facts.pop_front()
    }

    fn arrive(&mut self, time: Time, passage: Passage) {
        let Passage { frame, octets, from, to, outages } = passage;
        let is_cut = self.lanes.get(&(from, to)).is_none_or(|lane| lane.outages() != outages);
        if is_cut {
            let fact = NetworkFact::CutOff { frame, from, to };
            return self.facts.push_back(Occurrence { time, fact });
        }
        let fact = NetworkFact::Arrived { frame, host: to, octets: octets.clone() };
        self.facts.push_back(Occurrence { time, fact });
        self.hosts[to.index()].handle_frame(time, octets);
        self.drain(time, to, Some(frame));
    }

    /// Takes from a host what it has to send and to say.
    fn drain(&mut self, time: Time, host: HostNumber, cause: Option<FrameNumber>) {
        while let Some(event) = self.hosts[host.index()].poll_event() {
            let fact = NetworkFact::Noticed { host, frame: cause, event };
            self.facts.push_back(Occurrence { time, fact });
        }
        while let Some(octets) = self.hosts[host.index()].poll_frame() {
            let frame = FrameNumber(self.next_frame);
            self.next_frame += 1;
            let fact = NetworkFact::Sent { frame, host, octets: octets.clone() };
            self.facts.push_back(Occurrence { time, fact });
            match HostSettings::number_of(&octets).map(HostNumber) {
                Some(to) => self.carry(time, frame, octets, host, to),
                None => {
                    for to in self.hosts() {
                        self.carry(time, frame, octets.clone(), host, to);
                    }
                }
            }
        }
    }

    /// Puts a frame on the cable between two hosts, if there is one.
    fn carry(&mut self, time: Time, frame: FrameNumber, octets: Rc<[u8]>, from: HostNumber, to: HostNumber) {
        let Some(lane) = self.lanes.get_mut(&(from, to)) else { return };
        let Fates { frame: original, copy } = lane.send(time, &octets);
        let outages = lane.outages();
        for (is_copy, fate) in [(false, Some(original)), (true, copy)] {
            let Some(fate) = fate else { continue };
            let fact = NetworkFact::Carried { frame, from, to, is_copy, fate };
            self.facts.push_back(Occurrence { time, fact });
            if let Fate::Arrives { at, corrupted_bit, .. } = fate {
                let octets = match corrupted_bit {
                    Some(bit) => with_turned_bit(&octets, bit),
                    None => octets.clone(),
                };
                let place = self.passages.put(Passage { frame, octets, from, to, outages });
                self.arrivals.enter(at, place);
            }
        }
    }
}

fn with_turned_bit(octets: &[u8], bit: u32) -> Rc<[u8]> {
    let mut turned = octets.to_vec();
    if let Some(octet) = turned.get_mut(bit as usize / 8) {
        *octet ^= 0x80 >> (bit % 8);
    }
    turned.into()
}
