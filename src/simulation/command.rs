//! Commands: whom they mean, whether they can be carried out, and how they are.

use super::World;
use super::browsing::Visitor;
use super::client::Actor;
use super::command_error::CommandError;
use super::forks::Logged;
use crate::actors::{Life, Occasion};
use crate::amqp::Method;
use crate::broker::QueueType;
use crate::facts::{ClientName, Event};
use crate::ids::{ActorId, NodeId, QueueId};
use crate::parts;
use crate::scenario::{self, ClientMethod, Command};
use serde_json::Value;

/// Whom a command means.
#[derive(Clone, Copy, Debug)]
enum Target {
    Client(ActorId),
    Queue(QueueId),
    Broker,
    Visitor(Visitor),
    /// A program with a plain socket: its link to the one that it sends to.
    Socket(usize),
}

impl World {
    /// Whether a command can ever be carried out: its node is there, its method can be sent.
    pub(super) fn check_form(&self, command: &Command) -> Result<(), CommandError> {
        let target = self.target(command)?;
        match (command, target) {
            (command, Target::Visitor(visitor)) if parts::BROWSERS => {
                self.check_visitor_form(command, visitor)
            }
            (
                Command::Emit { .. }
                | Command::Say { .. }
                | Command::Reconnect { .. }
                | Command::CloseTransport { .. }
                | Command::DisconnectSockets { .. }
                | Command::RestartServer { .. },
                _,
            ) => {
                let node = command.node().unwrap_or_default().to_owned();
                let what = "is neither a browser nor a server, which alone can do that.";
                Err(CommandError::NotNow { node, what })
            }
            (Command::Publish { node }, Target::Client(id)) => match self.client(id).actor {
                Actor::Producer(_) => Ok(()),
                Actor::Consumer(_) => Err(CommandError::NotAProducer(node.clone())),
            },
            // RabbitMQ refuses `queue.purge` on a stream.
            (Command::Purge { node }, Target::Queue(queue))
                if self.broker.queue(queue).is_some_and(|queue| queue.kind == QueueType::Stream) =>
            {
                Err(CommandError::NotNow { node: node.clone(), what: "is a stream: it cannot be purged." })
            }
            // The names in it are for a table of its own: a command that is refused changes nothing.
            (Command::Send { method, .. }, _) => {
                scenario::client_method(method, &mut self.names.clone())?;
                Ok(())
            }
            (Command::Manage { virtual_host, method }, _) => self.check_management(virtual_host, method),
            (Command::SetPolicy { virtual_host, policy, is_operator }, _) => {
                self.check_policy(virtual_host, policy, *is_operator)
            }
            (_, Target::Client(id)) => self.check_intervention(command, id),
            _ => self.check_rights(command),
        }
    }

    /// Whether a command can be carried out now.
    pub(super) fn check(&self, command: &Command) -> Result<(), CommandError> {
        self.check_form(command)?;
        let node = command.node().unwrap_or_default();
        let not_now = |what| Err(CommandError::NotNow { node: node.to_owned(), what });
        let target = self.target(command)?;
        if let Target::Client(id) = target {
            self.check_intervention_now(command, id).or_else(not_now)?;
        }
        let is_up = match target {
            Target::Client(id) => Some(self.client(id).link_is_up()),
            Target::Socket(number) if parts::BROWSERS => {
                self.link_ends_of(number).map(|ends| self.streams.link_of(ends).is_up())
            }
            _ => None,
        };
        if let Some(is_up) = is_up {
            match command {
                Command::CutLink { .. } if is_up == [false; 2] => {
                    return not_now("has a link that is cut already.");
                }
                Command::RestoreLink { .. } if is_up == [true; 2] => {
                    return not_now("has a link that is up already.");
                }
                _ => {}
            }
        }
        let life = match self.target(command)? {
            Target::Client(id) => self.client(id).session.life(),
            Target::Visitor(visitor) if parts::BROWSERS => return self.check_visitor(command, visitor),
            Target::Broker | Target::Queue(_) if self.broker_is_back.is_some() => {
                return Err(CommandError::NotNow {
                    node: self.names.text(self.broker_name).to_owned(),
                    what: "is down: wait until it is there again.",
                });
            }
            _ => {
                return match command {
                    Command::Manage { virtual_host, method } => self.try_management(virtual_host, method),
                    Command::ClearPolicy { virtual_host, name, is_operator } => {
                        self.check_has_policy(virtual_host, name, *is_operator)
                    }
                    _ => Ok(()),
                };
            }
        };
        match command {
            Command::Publish { .. } | Command::Send { .. } | Command::CloseChannel { .. }
                if life != Life::Open =>
            {
                not_now("has no open channel: it must recover first.")
            }
            Command::Disconnect { .. } if !matches!(life, Life::Open | Life::ChannelClosed) => {
                not_now("has no connection to close.")
            }
            Command::Crash { .. } if life == Life::Down => not_now("is down already: it can recover."),
            Command::Recover { .. } if life == Life::Open => not_now("has its channel open already."),
            Command::Recover { .. } if life == Life::Connecting => not_now("is connecting already."),
            _ => Ok(()),
        }
    }

    /// Carries out a command that has been checked, and what follows from it at once.
    pub(super) fn carry_out(&mut self, command: &Command) {
        self.do_command(command);
        self.settle();
    }

    fn do_command(&mut self, command: &Command) {
        match (command, self.target(command)) {
            (Command::RestartBroker { down, is_crash, .. }, _) => self.restart_broker(*down, *is_crash),
            (Command::Manage { virtual_host, method }, _) => self.manage(virtual_host, method),
            (Command::SetPolicy { virtual_host, policy, is_operator }, _) => {
                self.set_policy(virtual_host, policy, *is_operator);
            }
            (Command::ClearPolicy { virtual_host, name, is_operator }, _) => {
                self.clear_policy(virtual_host, name, *is_operator);
            }
            (Command::Purge { .. }, Ok(Target::Queue(queue))) => self.purge(queue),
            (command, Ok(Target::Broker)) => self.set_rights(command),
            (command, Ok(Target::Client(id))) => self.carry_out_by(id, command),
            (command, Ok(Target::Visitor(visitor))) if parts::BROWSERS => {
                self.carry_out_by_visitor(command, visitor)
            }
            (command, Ok(Target::Socket(number))) if parts::BROWSERS => {
                self.carry_out_on_link_of(number, command)
            }
            _ => {}
        }
    }

    /// Carries out the next command of the log, at its time.
    pub(super) fn carry_out_logged(&mut self, logged: &Logged) {
        // The time of a log that somebody has made up may be after what comes next.
        let latest = self.next_event().map_or(logged.time, |next| next.min(logged.time));
        self.now = self.now.max(latest);
        self.keep_history(self.now);
        self.commands += 1;
        match logged.is_checked {
            true => self.carry_out(&logged.command),
            false => self.carry_out_if_possible(&logged.command),
        }
    }

    /// The schedule has a command. If it cannot be carried out as things are, a fact says so.
    pub(super) fn carry_out_scheduled(&mut self, number: usize) {
        let schedule = self.schedule.clone();
        self.carry_out_if_possible(&schedule[number]);
    }

    fn carry_out_if_possible(&mut self, command: &Command) {
        match self.check(command) {
            Ok(()) => self.carry_out(command),
            Err(problem) => {
                let reason = self.names.intern(&problem.to_string());
                self.record(Event::CommandWithoutEffect { reason });
            }
        }
    }

    /// The two ends of the link over which a program with a plain socket sends.
    fn link_ends_of(&self, number: usize) -> Option<[NodeId; 2]> {
        let socket = &self.sockets[number];
        Some([socket.node, socket.to?.0])
    }

    fn carry_out_on_link_of(&mut self, number: usize, command: &Command) {
        let Some(ends) = self.link_ends_of(number) else { return };
        let client = ClientName(self.nodes.get(ends[0]).name);
        match command {
            Command::CutLink { .. } => self.set_node_link_up(client, ends, false),
            Command::RestoreLink { .. } => self.set_node_link_up(client, ends, true),
            Command::SetLink { changes, .. } => self.set_node_link(client, ends, changes),
            _ => {}
        }
    }

    fn carry_out_by(&mut self, id: ActorId, command: &Command) {
        let client = self.client(id).actor.name();
        match command {
            Command::Publish { .. } => self.publish(id, Occasion::Besides),
            Command::Pause { .. } => {
                self.client_mut(id).actor.set_paused(true);
                self.record(Event::Paused { client });
            }
            Command::Resume { .. } => self.go_on(id),
            Command::Crash { .. } => self.crash(id),
            Command::Recover { .. } => self.recover(id),
            Command::CloseChannel { .. } => self.close_channel(id),
            Command::Disconnect { .. } => self.disconnect(id),
            Command::Send { method, .. } => self.send_wanted(id, method),
            Command::CutLink { .. } => self.set_link_up(id, false),
            Command::RestoreLink { .. } => self.set_link_up(id, true),
            Command::SetLink { changes, .. } => self.set_link(id, changes),
            _ => self.intervene(id, command),
        }
    }

    /// Sends a method that somebody wants sent.
    fn send_wanted(&mut self, id: ActorId, method: &Value) {
        match scenario::client_method(method, &mut self.names) {
            Ok(ClientMethod::Publish(message)) => {
                let template = super::employing::template(&mut self.names, &message);
                self.publish_besides(id, &template);
            }
            Ok(ClientMethod::Other(method)) => {
                let actor = &mut self.client_mut(id).actor;
                if let (Actor::Producer(producer), Method::ConfirmSelect { .. }) = (actor, &method) {
                    producer.expect_confirms();
                }
                self.send_with_fact(id, method);
            }
            // It was read when the command was checked.
            Err(_) => {}
        }
    }

    fn purge(&mut self, queue: QueueId) {
        let Some(name) = self.broker.queue(queue).map(|queue| queue.name) else { return };
        let count = self.with_broker(|broker, cx| broker.purge(cx, queue));
        self.record(Event::Purged { queue: name, count: count.into() });
        self.carry_output();
    }

    /// The program with a plain socket that sends, of that name or id.
    fn sending_socket(&self, node: &str) -> Option<usize> {
        if !parts::BROWSERS {
            return None;
        }
        let name = node.strip_prefix("socket:").unwrap_or(node);
        let is_it = |number: &usize| {
            let socket = &self.sockets[*number];
            socket.to.is_some() && self.names.text(self.nodes.get(socket.node).name) == name
        };
        (0..self.sockets.len()).find(is_it)
    }

    fn target(&self, command: &Command) -> Result<Target, CommandError> {
        let broker = self.names.text(self.broker_name);
        match command {
            Command::RestartBroker { node, .. } => match node.as_deref() {
                Some(node) if node != broker => {
                    Err(CommandError::unknown(node, "broker", std::iter::once(broker.to_owned())))
                }
                _ => Ok(Target::Broker),
            },
            Command::Manage { .. }
            | Command::SetPolicy { .. }
            | Command::ClearPolicy { .. }
            | Command::SetPermissions { .. }
            | Command::ClearPermissions { .. }
            | Command::SetTopicPermissions { .. }
            | Command::ClearTopicPermissions { .. } => Ok(Target::Broker),
            Command::Purge { node } => {
                let ids = || {
                    self.broker.queues().map(|(_, queue)| {
                        let [host, name] = [queue.name.virtual_host, queue.name.name];
                        format!("queue:{}/{}", self.names.text(host), self.names.text(name))
                    })
                };
                let mut queues = self.broker.queues().zip(ids());
                let found =
                    queues.find(|((_, queue), id)| id == node || self.names.text(queue.name.name) == node);
                let found = found.map(|((id, _), _)| Target::Queue(id));
                found.ok_or_else(|| CommandError::unknown(node, "queue", ids()))
            }
            Command::CutLink { node } | Command::RestoreLink { node } | Command::SetLink { node, .. }
                if self.sending_socket(node).is_some() =>
            {
                Ok(Target::Socket(self.sending_socket(node).unwrap_or_default()))
            }
            _ => {
                let node = command.node().unwrap_or_default();
                let ids = || {
                    self.clients.iter().map(|client| {
                        let kind = match client.actor {
                            Actor::Producer(_) => "producer",
                            Actor::Consumer(_) => "consumer",
                        };
                        format!("{kind}:{}", self.names.text(client.actor.name().0))
                    })
                };
                let place =
                    ids().position(|id| id == node || id.split_once(':').is_some_and(|id| id.1 == node));
                let found = place.map(|place| Target::Client(ActorId(place as u32)));
                let found = found.or_else(|| self.find_visitor(node).map(Target::Visitor));
                let (what, others) = match self.visitor_ids() {
                    others if others.is_empty() => ("producer or consumer", others),
                    others => ("producer, consumer, browser or server", others),
                };
                found.ok_or_else(|| CommandError::unknown(node, what, ids().chain(others)))
            }
        }
    }
}
