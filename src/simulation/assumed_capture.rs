//! Methods that crossed links whole, as packets of assumed connections: these open at once, lose nothing, and one
//! that breaks just ends.

use super::assumed::{BROKER, assumed_connection, client_address, frame_max, greetings, sender};
use super::tap::Carried;
use super::{Simulation, World};
use crate::agenda::Agenda;
use crate::amqp::Method;
use crate::amqp::wire::write_command;
use crate::broker::Version;
use crate::ids::ConnectionId;
use crate::network::capture::{CaptureWriter, LinkNumber};
use crate::network::layers::envelope::{AssumedConnection, Side};
use crate::time::Time;
use litemap::LiteMap;
use std::ops::Range;

/// An assumed connection.
struct Line {
    connection: AssumedConnection,
    link: LinkNumber,
    client: String,
    /// Whether a side has got octets that it did not acknowledge yet.
    owes: [bool; 2],
    is_closed: bool,
}

/// What TCP will do by itself.
#[derive(Clone, Copy)]
enum Due {
    Acknowledge(Side),
    Close(Side),
}

/// A capture that grows method by method.
pub(super) struct AssumedCapture {
    version: Version,
    broker: String,
    writer: CaptureWriter,
    links: Vec<LinkNumber>,
    lines: LiteMap<ConnectionId, Line>,
    due: Agenda<(ConnectionId, Due)>,
}

impl AssumedCapture {
    /// A capture with all hosts and links and no packet.
    pub fn new(simulation: &Simulation) -> AssumedCapture {
        let world = &simulation.world;
        let name = |name| world.names.text(name);
        let clients: Vec<&str> = world.clients.iter().map(|client| name(client.actor.name().0)).collect();
        let broker = name(world.broker_name);
        let mut writer = CaptureWriter::new();
        let hosts = clients.iter().enumerate().map(|(place, name)| (client_address(place), *name));
        writer.add_hosts([(BROKER, broker)].into_iter().chain(hosts));
        let links = clients.iter().map(|name| writer.add_link(&format!("{name} to {broker}"))).collect();
        AssumedCapture {
            version: simulation.scenario.broker.rabbitmq,
            broker: broker.to_owned(),
            writer,
            links,
            lines: LiteMap::new(),
            due: Agenda::new(),
        }
    }

    /// Adds what was put on a link. Says which frames of the capture it is, by their places from 0: none when AMQP
    /// cannot say it, and it never left.
    pub fn add(&mut self, world: &World, carried: &Carried) -> Range<usize> {
        self.carry_out_due(carried.sent);
        self.open(world, carried);
        let (side, id, mut octets) = (sender(carried.direction), carried.connection, Vec::new());
        let Some(line) = self.lines.get(&id).filter(|line| !line.is_closed) else { return 0..0 };
        let Carried { channel, command, .. } = carried;
        let frame_max = frame_max(self.version);
        if write_command(&mut octets, *channel, command, frame_max, &world.names).is_err() {
            return 0..0;
        }
        let mut words = said(&line.client, &self.broker, side, command.method.name());
        if let Some(content) = &command.content {
            words.push_str(&format!(" m{}", content.origin.message.0));
        }
        let before = self.writer.packet_count();
        self.send(id, side, carried.sent, &octets, &words);
        let frames = before..self.writer.packet_count();
        self.enter(carried.arrives_in_capture(), id, Due::Acknowledge(side.other()));
        if let Method::ConnectionCloseOk {} = command.method {
            self.enter(carried.arrives_in_capture(), id, Due::Close(side.other()));
        }
        frames
    }

    /// Opens the connection when something is said on it for the first time.
    fn open(&mut self, world: &World, carried: &Carried) {
        let id = carried.connection;
        if self.lines.contains_key(&id) {
            return;
        }
        let Some(client) = world.by_connection.get(&id) else { return };
        let Some(mut connection) = assumed_connection(world, id) else { return };
        let link = self.links[client.index()];
        let client = world.names.text(world.client(*client).actor.name().0).to_owned();
        for frame in connection.open() {
            self.writer.add_packet(link, carried.sent, &frame, None);
        }
        let greetings = greetings(self.version, &client, &world.names);
        let line = Line { connection, link, client: client.clone(), owes: [false; 2], is_closed: false };
        self.lines.insert(id, line);
        for (side, octets, name) in greetings.into_iter().flatten() {
            let words = said(&client, &self.broker, side, name);
            self.send(id, side, carried.sent, &octets, &words);
        }
    }

    fn send(&mut self, id: ConnectionId, side: Side, time: Time, octets: &[u8], words: &str) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        for frame in line.connection.send(side, octets) {
            self.writer.add_packet(line.link, time, &frame, Some(words));
        }
        line.owes[side as usize] = false;
        line.owes[side.other() as usize] = true;
    }

    fn enter(&mut self, time: Time, id: ConnectionId, due: Due) {
        self.due.enter(time, (id, due));
    }

    /// Lets TCP do what it does up to a time.
    fn carry_out_due(&mut self, until: Time) {
        while self.due.next_time().is_some_and(|time| time <= until)
            && let Some((time, (id, due))) = self.due.take()
        {
            let Some(line) = self.lines.get_mut(&id).filter(|line| !line.is_closed) else { continue };
            let frames = match due {
                Due::Acknowledge(side) if line.owes[side as usize] => {
                    line.owes[side as usize] = false;
                    vec![line.connection.acknowledge(side)]
                }
                Due::Acknowledge(_) => Vec::new(),
                Due::Close(side) => {
                    line.is_closed = true;
                    line.connection.close(side).into()
                }
            };
            for frame in frames {
                self.writer.add_packet(line.link, time, &frame, None);
            }
        }
    }

    /// The file, with all that TCP does by itself up to now.
    pub fn finish(mut self, now: Time) -> Vec<u8> {
        self.carry_out_due(now);
        self.writer.into_octets()
    }
}

/// Who says what to whom.
fn said(client: &str, broker: &str, side: Side, what: &str) -> String {
    match side {
        Side::Client => format!("{client} → {broker}: {what}"),
        Side::Server => format!("{broker} → {client}: {what}"),
    }
}
