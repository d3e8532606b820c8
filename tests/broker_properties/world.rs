//! A broker with its clients, and the invariants around it.

use super::always::{ALWAYS, Seen, channels, held_by_consumers};
use super::client::{Client, Sent};
use super::ledger::{Ledger, Profile};
use super::sometimes::Sightings;
use super::steps::{CLIENTS, Step};
use queuescope::amqp::{ChannelNumber, Command, Method};
use queuescope::broker::{Broker, ChannelKey, Context, Outgoing, Version};
use queuescope::facts::{ClientName, Event, Recorder, Rule};
use queuescope::ids::{ConnectionId, Name, Names};
use queuescope::time::{Span, Time};
use std::collections::BTreeMap;

/// What came of a command: that all holds, or the name of the invariant that is broken and how.
pub type Held = Result<(), String>;

/// A dead letter that is not confirmed is tried again so soon, and so many are, that sequences come to it.
const CONFIRM_TIMEOUT: Span = Span::from_ms(40);
pub const MOST_UNCONFIRMED: usize = 2;

/// A broker with its clients.
#[derive(Clone)]
pub struct World {
    pub broker: Broker,
    pub names: Names,
    pub recorder: Recorder,
    pub now: Time,
    pub clients: Vec<Option<Client>>,
    pub ledger: Ledger,
    pub sightings: Sightings,
    pub last_message: u32,
    /// Policies were set, which may have lowered a limit that was passed before.
    pub had_policies: bool,
    /// Private addresses that were in messages.
    pub addresses: Vec<String>,
    held_before: BTreeMap<ChannelKey, u64>,
    topology: u64,
    looks: bool,
}

impl World {
    pub fn new(version: Version) -> World {
        let mut names = Names::new();
        let mut broker = Broker::of_version(version);
        broker.add_virtual_host("/", &mut names);
        broker.set_dead_letter_worker(CONFIRM_TIMEOUT, MOST_UNCONFIRMED);
        World {
            broker,
            names,
            recorder: Recorder::default(),
            now: Time::START,
            clients: vec![None; usize::from(CLIENTS)],
            ledger: Ledger::default(),
            sightings: Sightings::none(),
            last_message: 0,
            had_policies: false,
            addresses: Vec::new(),
            held_before: BTreeMap::new(),
            topology: 0,
            looks: true,
        }
    }

    /// A broker that nobody looks at, to see what it does again.
    pub fn unwatched(version: Version) -> World {
        World { looks: false, ..World::new(version) }
    }

    /// Lets the broker do something, and looks at everything then.
    pub fn act(&mut self, act: impl FnOnce(&mut Broker, &mut Context)) -> Held {
        let World { broker, names, recorder, now, .. } = self;
        act(broker, &mut Context { now: *now, names, facts: recorder });
        let outgoing: Vec<Outgoing> = std::iter::from_fn(|| self.broker.poll_output()).collect();
        let events: Vec<Event> = self.recorder.drain().map(|(_, fact)| fact.event).collect();
        if self.looks {
            self.take_facts(&events)?;
            let sent = outgoing.iter().filter_map(Sent::by_method);
            named(
                "clients are sent what the facts say",
                match sent.eq(events.iter().filter_map(Sent::by_fact)) {
                    true => Ok(()),
                    false => Err(format!("facts {events:#?}\nsent {outgoing:#?}")),
                },
            )?;
        }
        for each in &outgoing {
            let origin = each.command.content.as_ref().map(|content| content.origin.message);
            let is_reply = events.iter().any(|event| {
                matches!(*event, Event::Delivered { message, delivery_tag: tag, rule: Rule::DirectReplyTo, .. }
                    if origin == Some(message)
                        && matches!(each.command.method, Method::BasicDeliver { delivery_tag, .. } if delivery_tag == tag))
            });
            if let Some(client) = self.client_of(each.connection) {
                let taken = client.take(each.channel, &each.command.method, is_reply);
                named("delivery tags rise by one, and nothing is confirmed twice", taken)?;
            }
        }
        let properties = outgoing.iter().filter_map(|each| Some(&each.command.content.as_ref()?.properties));
        self.addresses.extend(properties.filter_map(|properties| properties.reply_to.clone()));
        if self.looks {
            // What the broker does in a moment of its own, such as settling with a quorum queue, comes first.
            if self.broker.next_timeout().is_none_or(|due| due > self.now) {
                for client in self.clients.iter().flatten() {
                    named("every message is confirmed once", client.is_confirmed())?;
                }
                self.look()?;
            }
        }
        self.answer_closings(&outgoing)
    }

    fn take_facts(&mut self, events: &[Event]) -> Held {
        if self.topology != self.broker.topology_version() {
            self.topology = self.broker.topology_version();
            let profiles = self.broker.queues().map(|(_, queue)| (queue.name.name, Profile::of(queue)));
            self.ledger.profiles.extend(profiles);
        }
        for event in events {
            self.sightings.look_at(event);
            named("each fact moves one copy, in its turn", self.ledger.take(event))?;
        }
        named("nothing vanishes without a fact", self.ledger.end_command())
    }

    /// Checks every invariant.
    pub fn look(&mut self) -> Held {
        let World { broker, ledger, now, held_before, had_policies, .. } = self;
        let seen = Seen { broker, ledger, now: *now, held_before, had_policies: *had_policies };
        for (name, holds) in ALWAYS {
            named(name, holds(&seen))?;
        }
        self.held_before =
            channels(&self.broker).map(|(key, channel)| (key, held_by_consumers(channel))).collect();
        Ok(())
    }

    fn client_of(&mut self, connection: ConnectionId) -> Option<&mut Client> {
        self.clients.iter_mut().flatten().find(|client| client.connection == connection)
    }

    /// Answers what the broker closes. The last client does so only when it wants the channel again.
    fn answer_closings(&mut self, outgoing: &[Outgoing]) -> Held {
        for Outgoing { connection, channel, command, .. } in outgoing {
            let Some(place) = self
                .clients
                .iter()
                .position(|client| client.as_ref().is_some_and(|client| client.connection == *connection))
            else {
                continue;
            };
            match command.method {
                Method::ConnectionClose { .. } => {
                    self.send(place, 0, Method::ConnectionCloseOk {})?;
                    self.leave(place)?;
                }
                Method::ConnectionCloseOk {} => self.leave(place)?,
                Method::ChannelClose { .. } if place + 1 < usize::from(CLIENTS) => {
                    self.accept_closing(place, *channel)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Answers the closing of a channel.
    pub fn accept_closing(&mut self, client: usize, number: ChannelNumber) -> Held {
        self.send(client, number, Method::ChannelCloseOk {})?;
        if let Some(client) = &mut self.clients[client] {
            client.channels.remove(&number);
        }
        Ok(())
    }

    /// A client's socket is gone.
    pub fn leave(&mut self, client: usize) -> Held {
        match self.clients[client].take() {
            Some(client) => self.act(|broker, cx| broker.disconnected(cx, client.connection)),
            None => Ok(()),
        }
    }

    /// Sends a command, if the client is connected.
    pub fn send(&mut self, client: usize, number: ChannelNumber, command: impl Into<Command>) -> Held {
        let Some(connection) = self.clients[client].as_ref().map(|client| client.connection) else {
            return Ok(());
        };
        self.act(|broker, cx| broker.handle(cx, connection, number, command.into()))
    }

    /// Connects a client that is not, and opens the channel that is not open; says whether it is open then.
    pub fn open(&mut self, client: usize, number: ChannelNumber) -> Result<bool, String> {
        if self.clients[client].is_none() {
            let name = ClientName(self.names.intern(&format!("client-{client}")));
            let virtual_host = self.names.intern("/");
            self.clients[client] = Some(Client::connected(self.broker.connect(name)));
            self.send(client, 0, Method::ConnectionOpen { virtual_host })?;
        }
        let found = self.clients[client].as_ref().expect("it is connected");
        if found.is_blocked {
            return Ok(found.channels.get(&number).is_some_and(|channel| !channel.is_closed));
        }
        match found.channels.get(&number) {
            Some(channel) if !channel.is_closed => return Ok(true),
            Some(_) => {
                // What comes on a channel that is being closed is ignored.
                self.send(client, number, Method::BasicRecover { requeue: true })?;
                self.accept_closing(client, number)?;
            }
            None => {}
        }
        self.send(client, number, Method::ChannelOpen {})?;
        Ok(true)
    }

    /// Time passes, and what is due is done.
    pub fn pass(&mut self, span: Span) -> Held {
        let until = self.now + span;
        while let Some(due) = self.broker.next_timeout().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            self.act(Broker::handle_timeout)?;
        }
        self.now = until;
        Ok(())
    }

    /// Does all steps and ends. What is broken is said with the step that broke it.
    pub fn run(&mut self, steps: &[Step]) -> Held {
        for (place, step) in steps.iter().enumerate() {
            let taken = self.take(*step).and_then(|()| self.pass(Span::from_us(0)));
            taken.map_err(|what| format!("at step {place}, {step:?}: {}", readable(&what, &self.names)))?;
        }
        let ended = self.end();
        ended.map_err(|what| format!("at the end: {}", readable(&what, &self.names)))
    }

    /// Every client goes without a word: then nothing is with a client any more, and nothing waits for one.
    pub fn end(&mut self) -> Held {
        self.act(|broker, cx| broker.set_memory_alarm(cx, false))?;
        for client in 0..self.clients.len() {
            self.leave(client)?;
        }
        if let Some((_, queue)) = self.broker.queues().find(|(_, queue)| {
            queue.unacknowledged > 0 || queue.consumer_count() > 0 || queue.exclusive_to.is_some()
        }) {
            let name = "without connections nothing is unacknowledged and no exclusive queue is left";
            return named(name, Err(format!("{queue:#?}")));
        }
        Ok(())
    }
}

/// Puts the name of an invariant before what is said about it.
fn named(invariant: &str, holds: Result<(), String>) -> Held {
    holds.map_err(|what| format!("broken: {invariant}\n{what}"))
}

/// A report with the texts of names in the place of their numbers.
fn readable(report: &str, names: &Names) -> String {
    let mut parts = report.split("Name(");
    let mut readable = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let digits = part.split(')').next().unwrap_or("");
        match digits.parse() {
            Ok(number) => {
                readable.push_str(names.text(Name(number)));
                readable.push_str(&part[digits.len() + 1..]);
            }
            Err(_) => readable.push_str(&format!("Name({part}")),
        }
    }
    readable
}
