//! Everything that changes while a simulation runs, and the one way in which it changes: one event after the
//! other. A clone of it is a checkpoint.

use super::Command;
use super::browsing::Browsing;
use super::client::Client;
use super::history::History;
use super::nodes::Nodes;
use super::packets::PacketCarrier;
use super::parcels::Transfer;
use super::repeating::Repeated;
use super::sockets::PlainSocket;
use super::streams::{StreamEnd, Streams};
use super::tap::Carried;
use crate::agenda::Agenda;
use crate::amqp;
use crate::broker::{Broker, Context};
use crate::facts::{Event, Recorder};
use crate::ids::{ActorId, ByNumber, ConnectionId, MessageId, Name, Names, StreamId};
use crate::parts;
use crate::places::{Place, Places};
use crate::time::Time;
use std::rc::Rc;

/// What can be on the agenda.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pending {
    /// A producer's rhythm wants a message, if it is the rhythm of that number still.
    PublishDue(ActorId, u32),
    /// The confirm of a message ought to be there.
    ConfirmDue(ActorId, MessageId),
    /// The back-off of a message is over.
    RetryDue(ActorId, MessageId),
    /// A method, which is at that place, reaches the broker or a client.
    Arrives(ConnectionId, Place),
    /// The broker notices that a client is gone.
    ClientGone(ConnectionId),
    /// A client notices that nobody answers.
    NobodyThere(ConnectionId),
    /// A consumer is done with the work of that number.
    WorkEnds(ActorId, u64),
    /// A client opens another channel, if it is still in that turn of its life.
    Recover(ActorId, u64),
    /// Something runs out in the broker.
    BrokerTimeout,
    /// The broker is there again.
    BrokerStarts,
    /// TCP gives up a connection.
    LinkGivesUp(ConnectionId),
    /// What came before counts no more in the numbers.
    WarmUpEnds,
    /// Something, which is at that place, comes to an end of a stream.
    OnStream(StreamEnd, Place),
    /// A program with that number sends a message.
    SocketSends(usize),
    /// A program with that number receives.
    SocketReads(usize),
    /// TCP gives up a stream.
    StreamGivesUp(StreamId),
    /// Something runs out at a host of servers.
    HostDue(usize),
    /// Something runs out in a browser.
    GuestDue(usize),
    /// A host is there again.
    ServerStarts(usize),
    /// The schedule has a command of that number.
    Scheduled(usize),
}

impl Pending {
    /// The connection on which it is under way.
    pub fn connection(&self) -> Option<ConnectionId> {
        match self {
            Pending::Arrives(connection, _)
            | Pending::ClientGone(connection)
            | Pending::NobodyThere(connection) => Some(*connection),
            _ => None,
        }
    }

    /// What is under way: a method, or the end of the connection.
    pub fn what(&self, parcels: &Places<Transfer>) -> &'static str {
        match self {
            Pending::Arrives(_, number) => {
                parcels.get(*number).map_or("nothing", |transfer| transfer.parcel.name())
            }
            _ => "the end of the connection",
        }
    }
}

/// What reaches a client.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub command: amqp::Command,
    /// Whether the broker is done with the message that it brings.
    pub is_settled: bool,
}

/// The state of a simulation at one moment.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) now: Time,
    pub(super) steps: u64,
    /// How many commands of the log have been carried out.
    pub(super) commands: usize,
    pub(super) agenda: Agenda<Pending>,
    /// What is under way on links, at the places that stand on the agenda.
    pub(super) parcels: Places<Transfer>,
    /// What arrives at the present, before all that the agenda has.
    pub(super) at_once: Option<Transfer>,
    pub(super) names: Names,
    pub(super) broker: Broker,
    pub(super) broker_name: Name,
    /// When the broker will be there again, while it is not.
    pub(super) broker_is_back: Option<Time>,
    pub(super) clients: Vec<Client>,
    pub(super) by_connection: ByNumber<ConnectionId, ActorId>,
    /// Everyone with a place on the network.
    pub(super) nodes: Nodes,
    /// Browsers and servers.
    pub(super) browsing: Browsing,
    /// What those of them say to each other who do not speak AMQP.
    pub(super) streams: Streams,
    /// Programs with plain sockets.
    pub(super) sockets: Vec<PlainSocket>,
    /// The hosts and cables of links that carry packets, if there are some.
    pub(super) packets: Option<Box<PacketCarrier>>,
    /// Where all randomness comes from.
    pub(super) seed: u64,
    /// The user and the password with which clients log in on them.
    pub(super) login: (String, String),
    /// What the scenario wants done, by the numbers that stand on the agenda.
    pub(super) schedule: Rc<[Command]>,
    pub(super) recorder: Recorder,
    /// What clients have come to over time.
    pub(super) history: History,
    pub(super) last_message: u32,
    /// What was worked on under which message id.
    pub(super) repeated: Repeated,
    /// Rises whenever a client or a policy is set to something else.
    pub(super) settings_version: u64,
    /// The earliest broker timeout on the agenda.
    pub(super) broker_timeout: Option<Time>,
    /// What went onto the links, while somebody listens there.
    pub(super) tap: Option<Vec<Carried>>,
}

impl World {
    /// The present.
    pub fn now(&self) -> Time {
        self.now
    }

    /// Steps taken since the start.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The broker.
    pub fn broker(&self) -> &Broker {
        &self.broker
    }

    /// Producers and consumers, in the order of the document.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The table of names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What has been recorded.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Rises whenever something changes that the picture shows and that is no movement.
    pub fn picture_version(&self) -> u64 {
        self.broker.topology_version() + self.settings_version
    }

    /// When the next event is due.
    pub fn next_event(&self) -> Option<Time> {
        if self.at_once.is_some() {
            return Some(self.now);
        }
        let next = self.agenda.next_time();
        match self.has_packets() {
            false => next,
            true => next.into_iter().chain(self.next_packet_event()).min(),
        }
    }

    /// Whether there are links that carry packets.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn has_packets(&self) -> bool {
        parts::PACKETS && self.packets.is_some()
    }

    /// Takes the next event from the agenda and carries it out. Says whether there was one.
    pub(super) fn step(&mut self) -> bool {
        self.run(Time::from_us(u64::MAX), 1) == 1
    }

    /// Takes the events up to a time from the agenda and carries them out, at most so many. Says how many there were.
    pub(super) fn run(&mut self, until: Time, most: u64) -> u64 {
        let first = self.steps;
        let last = first.saturating_add(most);
        while self.steps < last && self.carry_out_next(until, last) {}
        self.steps - first
    }

    /// Carries out the next event, if it is due at that time or before, and what comes of it straight away, up to the
    /// last step. Says whether there was one.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn carry_out_next(&mut self, until: Time, last: u64) -> bool {
        if self.at_once.is_some() {
            return self.now <= until && self.carry_out_at_once(last);
        }
        if self.has_packets() {
            return self.carry_out_with_packets(until, last);
        }
        self.carry_out_event(until, last)
    }

    /// Something arrives before all that the agenda has.
    #[inline(never)]
    fn carry_out_at_once(&mut self, last: u64) -> bool {
        let Some(transfer) = self.at_once.take() else { return false };
        self.begin_step_now();
        self.arrive(transfer, last);
        if self.has_packets() {
            self.settle();
        }
        true
    }

    /// The same as [`Self::carry_out_next`] where there are packets.
    #[inline(never)]
    fn carry_out_with_packets(&mut self, until: Time, last: u64) -> bool {
        if let Some(time) = self.next_packet_event()
            && self.agenda.next_time().is_none_or(|next| time < next)
        {
            if time > until {
                return false;
            }
            self.begin_step(time);
            self.packet_step();
        } else if !self.carry_out_event(until, last) {
            return false;
        }
        self.settle();
        true
    }

    /// Carries out the next event on the agenda, if it is due at that time or before, and what comes of it straight away,
    /// up to the last step. Says whether there was one.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn carry_out_event(&mut self, until: Time, last: u64) -> bool {
        match self.agenda.next_until(until) {
            None => return false,
            Some(&Pending::PublishDue(id, rhythm)) => {
                self.begin_next_step();
                self.publish_due(id, rhythm, last);
            }
            Some(&Pending::WorkEnds(id, number)) => {
                self.begin_next_step();
                self.work_ends(id, number, last);
            }
            Some(&Pending::Arrives(_, place)) => {
                self.begin_next_step();
                self.arrive_from(place, last);
            }
            Some(&other) => {
                self.begin_next_step();
                self.carry_out_rarer(other);
            }
        }
        true
    }

    /// The step of the next event on the agenda begins.
    #[cfg_attr(not(feature = "small"), inline(always))]
    fn begin_next_step(&mut self) {
        let time = self.agenda.pass();
        self.begin_step(time);
    }

    #[inline(never)]
    fn carry_out_rarer(&mut self, event: Pending) {
        match event {
            Pending::PublishDue(..) | Pending::WorkEnds(..) | Pending::Arrives(..) => {}
            Pending::ConfirmDue(id, message) => self.confirm_due(id, message),
            Pending::RetryDue(id, message) => self.retry_due(id, message),
            Pending::ClientGone(connection) => self.client_gone(connection),
            Pending::NobodyThere(connection) => self.nobody_there(connection),
            Pending::Recover(id, turn) if self.client(id).session.turn() == turn => self.recover(id),
            Pending::Recover(..) => {}
            Pending::BrokerTimeout => self.broker_timeout(),
            Pending::BrokerStarts => self.broker_starts(),
            Pending::LinkGivesUp(connection) => self.link_gives_up(connection),
            Pending::WarmUpEnds => self.recorder.numbers_mut().begin_window(self.now),
            Pending::Scheduled(number) => self.carry_out_scheduled(number),
            Pending::SocketSends(number) if parts::BROWSERS => self.socket_sends(number),
            Pending::SocketReads(number) if parts::BROWSERS => self.socket_reads(number),
            Pending::OnStream(end, what) if parts::STREAMS => self.on_stream(end, what),
            Pending::StreamGivesUp(stream) if parts::STREAMS => self.stream_gives_up(stream),
            Pending::HostDue(host) if parts::BROWSERS => self.host_due(host),
            Pending::GuestDue(guest) if parts::BROWSERS => self.guest_due(guest),
            Pending::ServerStarts(host) if parts::BROWSERS => self.server_starts(host),
            // Of a part that is not in this build.
            Pending::SocketSends(_)
            | Pending::SocketReads(_)
            | Pending::OnStream(..)
            | Pending::StreamGivesUp(_)
            | Pending::HostDue(_)
            | Pending::GuestDue(_)
            | Pending::ServerStarts(_) => {}
        }
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn begin_step(&mut self, time: Time) {
        if time >= self.history.due() {
            self.keep_history(time);
        }
        self.now = time;
        self.begin_step_now();
    }

    /// The same for another step at the present.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn begin_step_now(&mut self) {
        self.steps += 1;
        self.recorder.begin_step(self.steps);
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn client(&self, id: ActorId) -> &Client {
        &self.clients[id.index()]
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn client_mut(&mut self, id: ActorId) -> &mut Client {
        &mut self.clients[id.index()]
    }

    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn record(&mut self, event: Event) {
        self.recorder.record(self.now, &self.names, event);
    }

    /// Lets the broker do something; what it wants to say is still to be carried.
    #[cfg_attr(not(feature = "small"), inline(always))]
    pub(super) fn with_broker<T>(&mut self, act: impl FnOnce(&mut Broker, &mut Context) -> T) -> T {
        let World { broker, names, recorder, now, .. } = self;
        act(broker, &mut Context { now: *now, names, facts: recorder })
    }

    fn broker_timeout(&mut self) {
        if let Some(back) = self.broker_is_back {
            self.broker_timeout = Some(back);
            return self.agenda.enter(back, Pending::BrokerTimeout);
        }
        self.broker_timeout = None;
        self.with_broker(|broker, cx| broker.handle_timeout(cx));
        self.carry_output();
    }
}
