//! What links do to what clients and the broker send: it takes time, it waits while a link is down, and when TCP
//! gives up, the connection breaks.

use super::World;
use super::client::Client;
use super::nodes::Nodes;
use super::parcels::Transfer;
use super::snapshot::LinkState;
use super::world::{Arrival, Pending};
use crate::actors::Life;
use crate::amqp::{ChannelNumber, Parcel, wire::write_command};
use crate::facts::{Event, Rule};
use crate::ids::{ActorId, ConnectionId};
use crate::network::{Direction, LinkSettings, MessageFate};
use crate::parts;
use crate::scenario;
use crate::time::{Span, Time};
use serde_json::Value;
use std::collections::VecDeque;

/// What RabbitMQ and its clients agree on where nobody asks for anything else.
const FRAME_MAX: u32 = 131_072;

/// What waits in the sender's socket to go one way.
#[derive(Clone, Debug, Default)]
pub(super) struct Socket {
    waiting: VecDeque<(u64, Pending)>,
    /// What is first there was lost so often that the connection will break.
    is_stuck: bool,
}

/// What became of something that was offered to a link.
#[derive(Debug)]
enum Offered {
    /// It arrives then.
    IsUnderWay(Time),
    /// The link does not take it; here it is again.
    Waits(Pending),
}

impl World {
    /// Puts a command on a client's link. Says when it arrives; [`Time::UNKNOWN`] when it waits.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn transfer(&mut self, id: ActorId, transfer: Transfer) -> Time {
        let (now, direction) = (self.now, transfer.direction);
        // Where it takes no time, and nothing else is to happen before, it need not go through the agenda.
        if self.at_once.is_none()
            && self.client(id).carries_at_once(now, direction)
            && !self.agenda.is_due(now)
        {
            self.at_once = Some(transfer);
            return now;
        }
        self.transfer_later(id, transfer)
    }

    #[inline(never)]
    fn transfer_later(&mut self, id: ActorId, transfer: Transfer) -> Time {
        let (now, direction) = (self.now, transfer.direction);
        if let Some(arrives) = self.client_mut(id).carry_plainly(now, direction) {
            let pending = Pending::Arrives(transfer.connection, self.parcels.put(transfer));
            self.agenda.enter(arrives, pending);
            return arrives;
        }
        let octets = self.octets(id, direction, transfer.channel, &transfer.parcel);
        let pending = Pending::Arrives(transfer.connection, self.parcels.put(transfer));
        self.carry(id, direction, octets, pending)
    }

    /// Puts something on a client's link, with so many octets. Says when it arrives; [`Time::UNKNOWN`] when it waits.
    pub(super) fn carry(&mut self, id: ActorId, direction: Direction, octets: u64, pending: Pending) -> Time {
        let now = self.now;
        if let Some(arrives) = self.client_mut(id).carry_plainly(now, direction) {
            self.agenda.enter(arrives, pending);
            return arrives;
        }
        self.offer(id, direction, octets, pending)
    }

    /// Puts something on a link that may do anything to it.
    fn offer(&mut self, id: ActorId, direction: Direction, octets: u64, pending: Pending) -> Time {
        let socket = &self.client(id).sockets[direction as usize];
        if socket.is_stuck || !socket.waiting.is_empty() {
            self.hold(id, direction, octets, pending);
            return Time::UNKNOWN;
        }
        match self.put_on_link(id, direction, octets, pending) {
            Offered::IsUnderWay(arrives) => arrives,
            Offered::Waits(pending) => {
                self.hold(id, direction, octets, pending);
                Time::UNKNOWN
            }
        }
    }

    /// The octets of a command on the wire. They are counted only where the link makes something of them.
    pub(super) fn octets(
        &self,
        id: ActorId,
        direction: Direction,
        channel: ChannelNumber,
        parcel: &Parcel,
    ) -> u64 {
        if !self.client(id).link.depends_on_size(direction) {
            return 0;
        }
        let command = &parcel.clone().into();
        let mut octets = Vec::new();
        // What cannot be written is no longer than its headers.
        let _ = write_command(&mut octets, channel, command, FRAME_MAX, &self.names);
        octets.len() as u64
    }

    fn put_on_link(&mut self, id: ActorId, direction: Direction, octets: u64, pending: Pending) -> Offered {
        let now = self.now;
        match self.client_mut(id).link.carry_message(now, direction, octets) {
            MessageFate::Arrives { at, lost_transmissions } => {
                if lost_transmissions > 0 {
                    let (client, method) =
                        (self.client(id).actor.name(), self.names.intern(pending.what(&self.parcels)));
                    let (count, rule) = (lost_transmissions.into(), Rule::Retransmission);
                    self.record(Event::TransmissionLost { client, method, count, arrives: at, rule });
                }
                self.agenda.enter(at, pending);
                Offered::IsUnderWay(at)
            }
            MessageFate::Down => Offered::Waits(pending),
            MessageFate::TimedOut { at } => {
                self.client_mut(id).sockets[direction as usize].is_stuck = true;
                if let Some(connection) = pending.connection() {
                    self.agenda.enter(at, Pending::LinkGivesUp(connection));
                }
                Offered::Waits(pending)
            }
        }
    }

    fn hold(&mut self, id: ActorId, direction: Direction, octets: u64, pending: Pending) {
        let (client, method) = (self.client(id).actor.name(), self.names.intern(pending.what(&self.parcels)));
        self.client_mut(id).sockets[direction as usize].waiting.push_back((octets, pending));
        self.record(Event::HeldByLink { client, method, rule: Rule::UnacknowledgedByTcp });
    }

    /// What waits goes on its way, in its order, as far as the link lets it.
    fn flush(&mut self, id: ActorId) {
        for direction in [Direction::ToBroker, Direction::ToClient] {
            let (mut count, mut newest) = (0, None);
            while !self.client(id).sockets[direction as usize].is_stuck
                && let Some((octets, pending)) =
                    self.client_mut(id).sockets[direction as usize].waiting.pop_front()
            {
                match self.put_on_link(id, direction, octets, pending) {
                    Offered::IsUnderWay(arrives) => {
                        count += 1;
                        newest = Some(arrives);
                    }
                    Offered::Waits(pending) => {
                        let socket = &mut self.client_mut(id).sockets[direction as usize];
                        socket.waiting.push_front((octets, pending));
                        break;
                    }
                }
            }
            let Some(arrives) = newest else { continue };
            let (client, rule) = (self.client(id).actor.name(), Rule::UnacknowledgedByTcp);
            self.record(match direction {
                Direction::ToBroker => Event::HeldSentToBroker { client, count, arrives, rule },
                Direction::ToClient => Event::HeldSentToClient { client, count, arrives, rule },
            });
        }
    }

    /// TCP has sent something again as often as it does: the connection breaks for both sides.
    pub(super) fn link_gives_up(&mut self, connection: ConnectionId) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let client = self.client(id).actor.name();
        let event = Event::ConnectionTimedOut { client, rule: Rule::RetransmissionLimit };
        self.break_connection(connection, event);
    }

    /// A connection breaks for both sides, as the event says. What waits to go over it is lost.
    pub(super) fn break_connection(&mut self, connection: ConnectionId, event: Event) {
        let Some(&id) = self.by_connection.get(&connection) else { return };
        let client = self.client_mut(id);
        let mut gone = Vec::new();
        for socket in &mut client.sockets {
            socket.is_stuck = false;
            let (own, others) = std::mem::take(&mut socket.waiting)
                .into_iter()
                .partition(|(_, pending)| pending.connection() == Some(connection));
            let own: VecDeque<(u64, Pending)> = own;
            gone.extend(own);
            socket.waiting = others;
        }
        let lives = client.connection == connection && client.session.life() != Life::Down;
        if lives {
            self.end_session(id, Life::Down, event, false);
        } else {
            self.record(event);
        }
        for (_, pending) in gone {
            let Pending::Arrives(_, number) = pending else { continue };
            let Some(transfer) = self.parcels.take(number) else { continue };
            let (command, is_settled) = (transfer.parcel.into(), transfer.is_settled);
            match transfer.direction {
                Direction::ToBroker => self.lose(connection, &command, Rule::ConnectionLost),
                Direction::ToClient => self.ignore(id, &Arrival { command, is_settled }),
            }
        }
        self.client_gone(connection);
        if lives {
            self.plan_recovery(id);
        }
        self.flush(id);
    }

    /// The cable of a client does what its link does.
    fn renew_cable(&mut self, id: ActorId) {
        let settings = [Direction::ToBroker, Direction::ToClient]
            .map(|way| self.clients[id.index()].link.settings(way).clone());
        if let Some(packets) = &mut self.packets
            && parts::PACKETS
        {
            packets.change_cable(Nodes::of_client(id), Nodes::BROKER, settings);
        }
    }

    pub(super) fn set_link_up(&mut self, id: ActorId, is_up: bool) {
        let client = self.client_mut(id);
        for direction in [Direction::ToBroker, Direction::ToClient] {
            let settings = LinkSettings { is_up, ..client.link.settings(direction).clone() };
            client.link.change(direction, settings);
        }
        let client = client.actor.name();
        self.renew_cable(id);
        if is_up {
            self.record(Event::LinkRestored { client });
            self.flush(id);
        } else {
            self.record(Event::LinkCut { client, rule: Rule::UnacknowledgedByTcp });
        }
    }

    /// Changes what a client's link does, by the fields of a document's link.
    pub(super) fn set_link(&mut self, id: ActorId, changes: &Value) {
        let client = self.client_mut(id);
        let ways = client.ways();
        let mut settings = ways.map(|way| client.link.settings(way).clone());
        // They were read when the command was checked.
        if scenario::change_link(changes, &mut settings).is_err() {
            return;
        }
        for (way, settings) in ways.into_iter().zip(settings) {
            client.link.change(way, settings);
        }
        let client = client.actor.name();
        self.renew_cable(id);
        self.record(Event::LinkChanged { client });
        self.flush(id);
    }
}

impl Client {
    /// Whether something that is put on its link now arrives at once.
    #[inline(always)]
    pub(super) fn carries_at_once(&self, now: Time, direction: Direction) -> bool {
        let socket = &self.sockets[direction as usize];
        !socket.is_stuck && socket.waiting.is_empty() && self.link.carries_at_once(now, direction)
    }

    /// When something arrives that is put on its link now; nothing when that may do more to it than take its time.
    #[inline]
    fn carry_plainly(&mut self, now: Time, direction: Direction) -> Option<Time> {
        let socket = &self.sockets[direction as usize];
        if socket.is_stuck || !socket.waiting.is_empty() {
            return None;
        }
        self.link.carry_plainly(now, direction)
    }

    /// Forward and back, as the document counts them.
    fn ways(&self) -> [Direction; 2] {
        match self.forward {
            Direction::ToBroker => [Direction::ToBroker, Direction::ToClient],
            Direction::ToClient => [Direction::ToClient, Direction::ToBroker],
        }
    }

    /// The delay on the way forward.
    pub(super) fn latency(&self) -> Span {
        self.link.settings(self.ways()[0]).latency
    }

    /// Whether its link lets anything through, each way.
    pub(super) fn link_is_up(&self) -> [bool; 2] {
        [Direction::ToBroker, Direction::ToClient].map(|way| self.link.settings(way).is_up)
    }

    pub(super) fn link_state(&self, node: String) -> LinkState {
        let ways = [Direction::ToBroker, Direction::ToClient].map(|way| self.link.settings(way));
        LinkState::of(node, ways)
    }
}
