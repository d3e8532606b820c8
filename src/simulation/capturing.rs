//! The run as a capture file: every frame that went onto a link.

use super::nodes::Nodes;
use super::packets::PacketCarrier;
use super::replay::Seen;
use super::{Simulation, World};
use crate::facts::{Event, Fact, Recording};
use crate::ids::{ActorId, Names, NodeId};
use crate::network::capture::{CaptureWriter, LinkNumber};
use crate::network::{DatagramAccount, Fate, FrameNumber, HostNumber, LossReason, NetworkFact};
use crate::parts::Part;
use crate::scenario::{Carrier, Scenario, ScenarioError};
use litemap::LiteMap;
use std::fmt;
use std::rc::Rc;

/// Why there is no capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// A link carries messages whole: no packet crossed it.
    CarriesMessages {
        /// The names of its two ends.
        between: [String; 2],
    },
    /// There is no node of that name with a link.
    UnknownNode {
        /// The name.
        node: String,
    },
}

impl CaptureError {
    /// A stable name of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            CaptureError::CarriesMessages { .. } => "capture.messages",
            CaptureError::UnknownNode { .. } => "capture.unknown-node",
        }
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CaptureError::CarriesMessages { between: [first, second] } => write!(
                f,
                "The link between '{first}' and '{second}' carries messages whole, so no packet crosses it. Give the \
                 link, or the whole scenario, \"carrier\": \"packets\"; `run --pcap` does that by itself."
            ),
            CaptureError::UnknownNode { node } => {
                write!(f, "There is no node '{node}' with a link. Take a name of the scenario.")
            }
        }
    }
}

impl std::error::Error for CaptureError {}

impl Simulation {
    /// The run up to the present as a pcapng file: every frame that was put onto a link, with the virtual time at which
    /// it was and a comment that says who sent it to whom, which messages are in it, and what the link did to it. Of
    /// all links, or of those of one node.
    ///
    /// # Errors
    /// When one of these links carries messages whole.
    pub fn capture(&self, of: Option<&str>) -> Result<Vec<u8>, CaptureError> {
        let chosen = of.map(|name| self.node_of(name)).transpose()?;
        let links = self.world.links_that_talk();
        let chosen_links = || {
            let links = links.iter();
            links.filter(|(ends, _)| chosen.is_none_or(|node| ends.contains(&node)))
        };
        if let Some((ends, _)) = chosen_links().find(|(_, carrier)| *carrier == Carrier::Messages) {
            let between = ends.map(|node| self.world.names.text(self.world.nodes.get(node).name).to_owned());
            return Err(CaptureError::CarriesMessages { between });
        }
        if let (Some(node), None) = (of, chosen_links().next()) {
            return Err(CaptureError::UnknownNode { node: node.to_owned() });
        }
        let mut capture = FrameCapture::new(&self.world, chosen);
        if !self.world.has_packets() {
            // None of the links has anything to show.
            return Ok(capture.into_octets());
        }
        self.replay(self.before_step(0), u64::MAX, |world, seen| {
            capture.see(world, seen);
        });
        Ok(capture.into_octets())
    }

    /// What became of each datagram of plain sockets up to the present, from the run once more: by the number of its
    /// message.
    pub fn datagrams(&self) -> DatagramAccount {
        let mut account = DatagramAccount::default();
        self.replay(self.before_step(0), u64::MAX, |_, seen| {
            seen.told.iter().for_each(|told| account.add(told));
        });
        account
    }

    /// The same scenario up to the present with every link carrying packets, and the same commands at the same times as
    /// far as they can be carried out then.
    ///
    /// # Errors
    /// When the broker refuses what the scenario declares.
    pub fn in_packets(&self) -> Result<Simulation, ScenarioError> {
        ScenarioError::needs(Part::Packets)?;
        let scenario = Scenario { carrier: Some(Carrier::Packets), ..self.scenario.clone() };
        let mut other = Simulation::new(scenario, self.format, None, Recording::Everything)?;
        for logged in self.log().iter().take(self.world.commands) {
            other.run_until(logged.time);
            // A client may not be connected yet, where it was without packets.
            let _ = other.dispatch((*logged.command).clone());
        }
        other.run_until(self.world.now);
        Ok(other)
    }

    /// The node with that name, or with that id in the picture.
    fn node_of(&self, name: &str) -> Result<NodeId, CaptureError> {
        let short = name.split_once(':').map_or(name, |(_, short)| short);
        let World { names, nodes, .. } = &self.world;
        let found = [name, short].into_iter().find_map(|name| nodes.find(names.find(name)?));
        found.ok_or_else(|| CaptureError::UnknownNode { node: name.to_owned() })
    }
}

impl World {
    /// The two ends of each link over which something goes, and how it carries that.
    fn links_that_talk(&self) -> Vec<([NodeId; 2], Carrier)> {
        let clients = (0..self.clients.len()).map(|number| {
            let id = ActorId(number as u32);
            let carrier = if self.is_on_line(id) { Carrier::Packets } else { Carrier::Messages };
            ([Nodes::of_client(id), Nodes::BROKER], carrier)
        });
        let others = self
            .streams
            .message_links()
            .filter(|ends| self.packets.as_ref().is_none_or(|packets| !packets.are_joined(ends[0], ends[1])));
        let cables = self.packets.iter().flat_map(|packets| packets.cables());
        clients
            .chain(others.map(|ends| (ends, Carrier::Messages)))
            .chain(cables.map(|ends| (ends, Carrier::Packets)))
            .collect()
    }
}

/// A capture that grows while the run goes by once more.
pub(super) struct FrameCapture {
    writer: CaptureWriter,
    chosen: Option<NodeId>,
    links: LiteMap<[HostNumber; 2], LinkNumber>,
    newest: Option<(FrameNumber, Rc<[u8]>)>,
}

impl FrameCapture {
    /// A capture with all hosts and no frame; of the links of one node, or of all.
    pub fn new(world: &World, chosen: Option<NodeId>) -> FrameCapture {
        let mut writer = CaptureWriter::new();
        if let Some(packets) = &world.packets {
            let hosts = packets.network.hosts().map(|host| {
                (packets.network.host(host).settings().address().octets(), name_of(world, packets, host))
            });
            writer.add_hosts(hosts);
        }
        FrameCapture { writer, chosen, links: LiteMap::new_vec(), newest: None }
    }

    /// Goes on from a state in the middle of a run: what is known of the connections that are open then comes first.
    pub fn go_on_from(&mut self, world: &World) {
        let Some(packets) = &world.packets else { return };
        for (hosts, stream) in world.known_streams() {
            let link = self.link(world, packets, hosts);
            self.writer.add_known_stream(link, &stream);
        }
    }

    /// Adds the frames of a step. Says which they are, each with its place in the file.
    pub fn see(&mut self, world: &World, seen: &Seen) -> Vec<(u64, usize)> {
        let mut places = Vec::new();
        let Some(packets) = &world.packets else { return places };
        for occurrence in &seen.told {
            match &occurrence.fact {
                NetworkFact::Sent { frame, octets, .. } => self.newest = Some((*frame, octets.clone())),
                NetworkFact::Carried { frame, from, to, is_copy: false, fate } => {
                    let nodes = [packets.node_of(*from), packets.node_of(*to)];
                    let is_chosen = self.chosen.is_none_or(|chosen| nodes.contains(&chosen));
                    let newest = self.newest.as_ref().filter(|(newest, _)| newest == frame && is_chosen);
                    let Some((_, octets)) = newest.cloned() else { continue };
                    let link = self.link(world, packets, [*from, *to]);
                    let ends = [*from, *to].map(|host| name_of(world, packets, host));
                    let comment = comment(&world.names, ends, *frame, *fate, &seen.facts);
                    places.push((frame.0, self.writer.packet_count()));
                    self.writer.add_packet(link, occurrence.time, &octets, Some(&comment));
                }
                _ => {}
            }
        }
        places
    }

    /// How many octets the file has so far.
    pub fn octet_count(&self) -> usize {
        self.writer.octet_count()
    }

    /// The file.
    pub fn into_octets(self) -> Vec<u8> {
        self.writer.into_octets()
    }

    /// The link between two hosts, whichever of them is the first.
    fn link(&mut self, world: &World, packets: &PacketCarrier, ends: [HostNumber; 2]) -> LinkNumber {
        let [first, second] = [ends[0].max(ends[1]), ends[0].min(ends[1])];
        if let Some(link) = self.links.get(&[first, second]) {
            return *link;
        }
        let [here, there] = [first, second].map(|host| name_of(world, packets, host));
        let link = self.writer.add_link(&format!("{here} to {there}"));
        self.links.insert([first, second], link);
        link
    }
}

fn name_of<'a>(world: &'a World, packets: &PacketCarrier, host: HostNumber) -> &'a str {
    world.names.text(world.nodes.get(packets.node_of(host)).name)
}

/// Who sends a frame to whom, which messages are in it, and what the link does to it.
fn comment(names: &Names, [from, to]: [&str; 2], frame: FrameNumber, fate: Fate, facts: &[Fact]) -> String {
    let mut comment = format!("{from} → {to}");
    for fact in facts {
        let (message, what) = match fact.event {
            Event::SegmentCarries { message, what, frame: number, .. }
            | Event::SegmentCompletes { message, what, frame: number, .. }
                if number == frame.0 =>
            {
                (message, names.text(what))
            }
            Event::DatagramSent { message, frame: number, .. } if number == frame.0 => (message, "datagram"),
            _ => continue,
        };
        comment.push_str(&format!(", {what} m{}", message.0));
    }
    let is_doubled =
        |fact: &Fact| matches!(fact.event, Event::FrameDoubled { frame: number, .. } if number == frame.0);
    if facts.iter().any(is_doubled) {
        comment.push_str(", doubled on the way");
    }
    comment.push_str(match fate {
        Fate::Arrives { corrupted_bit: Some(_), .. } => ", damaged on the way",
        Fate::Arrives { is_overtaking: true, .. } => ", overtakes others",
        Fate::Arrives { .. } => "",
        Fate::Lost(LossReason::Chance) => ", lost on the way",
        Fate::Lost(LossReason::Down) => ", lost: the link is down",
        Fate::Lost(LossReason::QueueFull) => ", dropped: no room in front of the link",
        Fate::Lost(LossReason::TooLong) => ", lost: longer than the link takes",
    });
    comment
}
