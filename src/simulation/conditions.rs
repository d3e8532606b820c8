//! Conditions at which a run stops: whether one of them holds by what a step did.
//!
//! They belong to the session and not to the run: they are no part of its state, its facts or their hash.

use super::picture::{Picture, Subject};
use super::{Simulation, World};
use crate::facts::{Event, Fact, Field, Happening, Parameter, Sentence};
use crate::ids::Names;
use crate::scenario::{Condition, Watch};
use crate::time::Time;
use serde::Serialize;
use std::fmt;

/// Why a run cannot be stopped at a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConditionError {
    /// The node of the condition of that number is not in the picture.
    UnknownNode(usize, String),
    /// The run records numbers only: nothing is known of what happens.
    NumbersOnly,
}

impl ConditionError {
    /// A stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ConditionError::UnknownNode(..) => "condition.node",
            ConditionError::NumbersOnly => "condition.numbers-only",
        }
    }

    /// The field that is wrong.
    pub fn place(&self) -> String {
        match self {
            ConditionError::UnknownNode(number, _) => format!("[{number}].node"),
            ConditionError::NumbersOnly => String::new(),
        }
    }
}

impl fmt::Display for ConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConditionError::UnknownNode(_, node) => write!(
                f,
                "There is no node '{node}' in the picture at present: name one by its id, such as queue://tasks, or by \
                 its name."
            ),
            ConditionError::NumbersOnly => f.write_str(
                "A run that records numbers only knows no facts to stop at: start it with everything recorded.",
            ),
        }
    }
}

impl std::error::Error for ConditionError {}

/// What stopped a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stop {
    /// The place of the condition in the list that was given.
    pub condition: usize,
    /// What it says.
    pub sentence: Sentence,
    /// The index of the first fact by which it holds; none for a time.
    pub fact: Option<u64>,
    /// When, in microseconds.
    pub time: u64,
    /// After how many steps.
    pub step: u64,
}

/// A thing that facts name, in words: names may have other numbers in another fork.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    Client(String),
    Exchange(String, String),
    Queue(String, String),
}

impl Named {
    /// All that goes by a name or an id in the picture at present.
    fn all(wanted: &str, world: &World, picture: &Picture) -> Vec<Named> {
        let shown = picture.nodes.iter().zip(&picture.subjects);
        let shown = shown.filter(|(node, _)| node.id == wanted || node.name == wanted);
        let mut all: Vec<Named> =
            shown.map(|(node, subject)| Named::of(*subject, &node.name, &world.names)).collect();
        let broker = world.names.text(world.broker_name);
        if wanted.strip_prefix("broker:").unwrap_or(wanted) == broker {
            all.push(Named::Client(broker.to_owned()));
        }
        all
    }

    fn of(subject: Subject, shown: &str, names: &Names) -> Named {
        let text = |name| names.text(name).to_owned();
        match subject {
            Subject::Exchange(exchange) => Named::Exchange(text(exchange.virtual_host), text(exchange.name)),
            Subject::Queue(queue) => Named::Queue(text(queue.virtual_host), text(queue.name)),
            Subject::Client(_) | Subject::Host(_) | Subject::Guest(_) | Subject::Socket(_) => {
                Named::Client(shown.to_owned())
            }
        }
    }

    fn is(&self, field: Field, names: &Names) -> bool {
        match (self, field) {
            (Named::Client(name), Field::Client(client)) => names.text(client.0) == name,
            (Named::Exchange(host, name), Field::Exchange(exchange)) => {
                names.text(exchange.name) == name && names.text(exchange.virtual_host) == host
            }
            (Named::Queue(host, name), Field::Queue(queue)) => {
                names.text(queue.name) == name && names.text(queue.virtual_host) == host
            }
            _ => false,
        }
    }
}

/// A condition with its node found.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub condition: Condition,
    /// The things that go by the name of its node; none where any will do.
    nodes: Vec<Named>,
}

impl Watched {
    fn new(
        condition: Condition,
        number: usize,
        world: &World,
        picture: &Picture,
    ) -> Result<Watched, ConditionError> {
        if !world.recorder.keeps_facts() && !matches!(condition.watch, Watch::Time(_)) {
            return Err(ConditionError::NumbersOnly);
        }
        let mut nodes = Vec::new();
        if let Some(wanted) = &condition.node {
            nodes = Named::all(wanted, world, picture);
            if nodes.is_empty() {
                return Err(ConditionError::UnknownNode(number, wanted.clone()));
            }
        }
        Ok(Watched { condition, nodes })
    }

    /// The moment that it waits for, if that is what it is about.
    pub fn time(&self) -> Option<Time> {
        match self.condition.watch {
            Watch::Time(time) => Some(time),
            _ => None,
        }
    }

    /// Whether it holds by a fact.
    pub fn holds(&self, fact: &Fact, names: &Names) -> bool {
        let event = &fact.event;
        let is_of_kind = match self.condition.watch {
            Watch::Happening(wanted) => Happening::of(event) == Some(wanted),
            Watch::Fact(key) => event.key() == key,
            // Every way past that length leads by the one message more.
            Watch::QueueLonger(than) => match *event {
                Event::Queued { ready, .. } | Event::Requeued { ready, .. } => ready == than + 1,
                _ => false,
            },
            Watch::Anything => true,
            Watch::Time(_) => false,
        };
        is_of_kind
            && self.condition.message.is_none_or(|message| event.message() == Some(message))
            && (self.nodes.is_empty() || self.is_at_node(event, names))
    }

    fn is_at_node(&self, event: &Event, names: &Names) -> bool {
        let mut is_there = false;
        event.fields(&mut |_, field| is_there |= self.nodes.iter().any(|node| node.is(field, names)));
        is_there
    }

    /// What it says.
    pub fn sentence(&self) -> Sentence {
        self.condition.sentence()
    }

    /// That it held.
    pub fn stop(&self, number: usize, fact: Option<u64>, time: Time, step: u64) -> Stop {
        Stop { condition: number, sentence: self.sentence(), fact, time: time.as_us(), step }
    }
}

impl Condition {
    /// What it says, in the words of the catalogue.
    pub fn sentence(&self) -> Sentence {
        let mut parameters = Vec::new();
        if let Some(node) = &self.node {
            parameters.push(("node", Parameter::Text(node.clone())));
        }
        if let Some(message) = self.message {
            parameters.push(("message", Parameter::Text(format!("m{}", message.0))));
        }
        let narrowed = |keys: [&'static str; 4]| {
            keys[usize::from(self.node.is_some()) + 2 * usize::from(self.message.is_some())]
        };
        /// The keys of a condition alone, at a node, about a message, and both.
        macro_rules! keys {
            ($key:literal) => {
                narrowed([
                    concat!("condition.", $key),
                    concat!("condition.", $key, ".at-node"),
                    concat!("condition.", $key, ".of-message"),
                    concat!("condition.", $key, ".of-message-at-node"),
                ])
            };
        }
        let key = match &self.watch {
            Watch::Happening(Happening::Loss) => keys!("loss"),
            Watch::Happening(Happening::DeadLetter) => keys!("dead-letter"),
            Watch::Happening(Happening::Redelivery) => keys!("redelivery"),
            Watch::Happening(Happening::Return) => keys!("return"),
            Watch::Happening(Happening::Error) => keys!("error"),
            Watch::Happening(Happening::Intervention) => keys!("intervention"),
            Watch::Fact(key) => {
                parameters.push(("key", Parameter::Text((*key).to_owned())));
                keys!("fact")
            }
            Watch::QueueLonger(than) => {
                parameters.push(("than", Parameter::Number(*than)));
                keys!("queue-longer")
            }
            Watch::Anything => keys!("anything"),
            Watch::Time(time) => {
                parameters.push(("time", Parameter::Text(time.to_string())));
                "condition.time"
            }
        };
        Sentence { key, parameters }
    }
}

impl Simulation {
    /// Whether the node that a condition names, if it names one, is in the picture at present.
    pub fn is_there(&self, condition: &Condition) -> bool {
        let wanted = condition.node.as_deref();
        wanted.is_none_or(|wanted| !Named::all(wanted, &self.world, &self.picture).is_empty())
    }

    /// Finds the nodes of conditions. A condition that is a breakpoint already keeps what was found for it when its node
    /// is not there at present: a queue may be gone, or not yet be there at an earlier time.
    pub(super) fn watched(&self, conditions: Vec<Condition>) -> Result<Vec<Watched>, ConditionError> {
        let find = |(number, condition): (usize, Condition)| {
            let before = self.breakpoints.iter().find(|watched| watched.condition == condition);
            match before {
                Some(before) if !self.is_there(&condition) => Ok(before.clone()),
                _ => Watched::new(condition, number, &self.world, &self.picture),
            }
        };
        conditions.into_iter().enumerate().map(find).collect()
    }

    /// The first condition that holds by the first of the facts with indices from `first` on by which one does.
    pub(super) fn judge(&self, watched: &[Watched], first: u64) -> Option<Stop> {
        if watched.is_empty() {
            return None;
        }
        let names = &self.world.names;
        self.facts.between(first, self.world.recorder.count()).find_map(|(index, fact)| {
            let number = watched.iter().position(|watched| watched.holds(fact, names))?;
            Some(watched[number].stop(number, Some(index), self.world.now, self.world.steps))
        })
    }
}
