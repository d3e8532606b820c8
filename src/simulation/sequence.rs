//! Sequence diagrams: what of the run is to be drawn, on which lines.

use super::picture::{NodeKind, Picture, Subject, exchange_id, queue_id};
use super::{Simulation, World};
use crate::facts::{
    Arrow, ClientName, Event, Extract, Label, Mark, Outcome, Parameter, Place, Sentence, Stay, shown_exchange,
};
use crate::ids::{MessageId, Name};
use crate::time::Time;
use serde::Serialize;

/// With at most so many lines all nodes of the picture have one, so that none comes or goes.
const MOST_LINES_OF_ALL: usize = 14;
/// So many arrows are handed out, and so many stays and marks; the oldest are left out.
const MOST: usize = 1_500;

/// What a sequence diagram is asked to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceQuery {
    /// One message from its publishing on, or everything.
    pub message: Option<MessageId>,
    /// The first moment; of a message all its life is shown.
    pub from: Time,
    /// The last one. What is later than the present is known where the simulation was there before it went back.
    pub to: Time,
    /// Whether the broker has one line for all its exchanges and queues.
    pub is_folded: bool,
}

/// A sequence diagram as data: times in microseconds, lines by their places in `lifelines`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // The fields are described in web/types.d.ts, where their readers look.
pub struct Sequence {
    pub from: u64,
    pub to: u64,
    pub lifelines: Vec<Lifeline>,
    pub arrows: Vec<SequenceArrow>,
    pub stays: Vec<SequenceStay>,
    pub marks: Vec<SequenceMark>,
    pub is_complete: bool,
}

/// A line of the diagram.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lifeline {
    /// The id of the node, whether the picture has it at present or not; that of the broker is its name.
    pub node: String,
    /// `producer`, `broker`, `exchange`, `queue`, `consumer` or `socket`.
    pub kind: &'static str,
    /// The name to show.
    pub name: String,
    #[serde(skip)]
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SequenceArrow {
    pub from: usize,
    pub to: usize,
    pub sent: u64,
    pub departs: Option<u64>,
    pub arrives: Option<u64>,
    pub lost: Option<u64>,
    pub lost_at: Option<&'static str>,
    pub retransmissions: u64,
    pub label: Sentence,
    pub sentence: Sentence,
    pub shape: Option<u8>,
    pub message: Option<u32>,
    pub key: Option<u32>,
    pub producer: Option<usize>,
    pub step: u64,
    pub fact: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SequenceStay {
    pub line: usize,
    pub kind: &'static str,
    pub message: u32,
    pub from: u64,
    pub until: Option<u64>,
    pub sentence: Sentence,
    pub fact: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct SequenceMark {
    pub line: usize,
    pub kind: &'static str,
    pub time: u64,
    pub message: Option<u32>,
    pub sentence: Sentence,
    pub fact: u64,
}

impl Simulation {
    /// A sequence diagram of a message, or of everything in a time.
    pub fn sequence(&mut self, query: &SequenceQuery) -> Sequence {
        let mut extract = match query.message {
            Some(message) => self.extract_of(message, query.to),
            None => self.extract(query.from, query.to),
        };
        join(&mut extract, ClientName(self.world.broker_name), query.is_folded);
        extract.is_cut |= keep_newest(&mut extract.arrows) | keep_newest(&mut extract.stays);
        extract.is_cut |= keep_newest(&mut extract.marks);
        let scribe = Scribe {
            world: &self.world,
            picture: &self.picture,
            lines: lines(&self.world, &self.picture, &extract, query),
        };
        Sequence {
            from: query.from.as_us(),
            to: query.to.as_us(),
            arrows: extract.arrows.iter().map(|arrow| scribe.arrow(arrow)).collect(),
            stays: extract.stays.iter().map(|stay| scribe.stay(stay)).collect(),
            marks: extract.marks.iter().map(|mark| scribe.mark(mark)).collect(),
            is_complete: !extract.is_cut,
            lifelines: scribe.lines,
        }
    }
}

/// Leaves so many of the newest. Says whether others were dropped.
fn keep_newest<T>(all: &mut Vec<T>) -> bool {
    let surplus = all.len().saturating_sub(MOST);
    all.drain(..surplus);
    surplus > 0
}

/// Frames know the broker as one node among others: it has its line all the same. Folded, everything inside the broker
/// is on that line, and what goes from one thing there to another is not seen.
fn join(extract: &mut Extract, broker: ClientName, is_folded: bool) {
    let joined = |place: Place| match place {
        Place::Client(client) if client == broker => Place::Broker,
        place => fold_place(place, is_folded),
    };
    for arrow in &mut extract.arrows {
        (arrow.from, arrow.to) = (joined(arrow.from), joined(arrow.to));
    }
    extract.arrows.retain(|arrow| arrow.from != arrow.to);
    extract.stays.iter_mut().for_each(|stay| stay.place = joined(stay.place));
    extract.marks.iter_mut().for_each(|mark| mark.place = joined(mark.place));
}

fn fold_place(place: Place, is_folded: bool) -> Place {
    match place {
        Place::Exchange(_) | Place::Queue(_) if is_folded => Place::Broker,
        _ => place,
    }
}

/// The lines in the order of the picture, the broker before what is in it; what the picture does not have at
/// present comes after the others of its kind.
fn lines(world: &World, picture: &Picture, extract: &Extract, query: &SequenceQuery) -> Vec<Lifeline> {
    let mut lines: Vec<((u8, usize), Lifeline)> = Vec::new();
    let mut add = |place: Place| {
        if !lines.iter().any(|(_, line)| line.place == place) {
            let new = line(world, picture, place);
            let at = lines.iter().take_while(|(rank, known)| (*rank, &known.node) < (new.0, &new.1.node));
            lines.insert(at.count(), new);
        }
    };
    extract.arrows.iter().for_each(|arrow| [arrow.from, arrow.to].into_iter().for_each(&mut add));
    extract.stays.iter().for_each(|stay| add(stay.place));
    extract.marks.iter().for_each(|mark| add(mark.place));
    if query.message.is_none() && picture.subjects.len() <= MOST_LINES_OF_ALL {
        for (subject, node) in picture.subjects.iter().zip(&picture.nodes) {
            let place = match *subject {
                Subject::Client(id) => Some(Place::Client(world.client(id).actor.name())),
                Subject::Socket(_) | Subject::Host(_) | Subject::Guest(_) => {
                    world.names.find(&node.name).map(|name| Place::Client(ClientName(name)))
                }
                Subject::Exchange(exchange) => Some(Place::Exchange(exchange)),
                Subject::Queue(queue) => Some(Place::Queue(queue)),
            };
            place.map(|place| fold_place(place, query.is_folded)).into_iter().for_each(&mut add);
        }
    }
    lines.into_iter().map(|(_, line)| line).collect()
}

/// The line of a place, with what it is sorted by. This is where a new kind of place is added.
fn line(world: &World, picture: &Picture, place: Place) -> ((u8, usize), Lifeline) {
    let names = &world.names;
    let (rank, kind, found, node, name) = match place {
        Place::Client(ClientName(name)) => {
            let found = picture.client_place(name);
            let (rank, kind) = match found.map(|found| picture.nodes[found].kind) {
                Some(NodeKind::Consumer) => (4, "consumer"),
                Some(NodeKind::Socket) => (5, "socket"),
                Some(NodeKind::Browser) => (0, "browser"),
                Some(NodeKind::Server) => (5, "server"),
                _ => (0, "producer"),
            };
            let name = names.text(name).to_owned();
            (rank, kind, found, format!("{kind}:{name}"), name)
        }
        Place::Broker => {
            let name = names.text(world.broker_name).to_owned();
            (1, "broker", None, name.clone(), name)
        }
        Place::Exchange(exchange) => {
            let name = shown_exchange(names.text(exchange.name));
            (2, "exchange", picture.exchange_place(exchange), exchange_id(names, exchange), name)
        }
        Place::Queue(queue) => {
            let name = names.text(queue.name).to_owned();
            (3, "queue", picture.queue_place(queue), queue_id(names, queue), name)
        }
    };
    ((rank, found.unwrap_or(usize::MAX)), Lifeline { node, kind, name, place })
}

/// Writes down what was read, with names and words.
struct Scribe<'a> {
    world: &'a World,
    picture: &'a Picture,
    lines: Vec<Lifeline>,
}

impl Scribe<'_> {
    fn line(&self, place: Place) -> usize {
        // Every place of the extract has its line.
        self.lines.iter().position(|line| line.place == place).unwrap_or_default()
    }

    fn arrow(&self, arrow: &Arrow) -> SequenceArrow {
        let (from, to) = (self.line(arrow.from), self.line(arrow.to));
        let (lost, lost_at) = match arrow.outcome {
            Outcome::Lost { at, place } => (Some(at.as_us()), Some(place.name())),
            Outcome::Arrives | Outcome::Waits => (None, None),
        };
        let producer = arrow.shape.and_then(|_| self.picture.client_place(arrow.publisher));
        SequenceArrow {
            from,
            to,
            sent: arrow.sent.as_us(),
            departs: known(arrow.departs),
            arrives: known(arrow.arrives),
            lost,
            lost_at,
            retransmissions: arrow.retransmissions,
            label: self.label(arrow),
            sentence: match arrow.fact {
                Some((_, event)) => self.words(&event),
                None => self.spoken(arrow, from, to),
            },
            shape: arrow.shape.map(|shape| shape as u8),
            message: arrow.message.map(|message| message.0),
            key: producer.map(|_| self.picture.key_number(arrow.routing_key)),
            producer,
            step: arrow.step,
            fact: arrow.fact.map(|(index, _)| index),
        }
    }

    fn stay(&self, stay: &Stay) -> SequenceStay {
        let line = self.line(stay.place);
        let message = ("message", Parameter::Text(format!("m{}", stay.message.0)));
        let place = ("place", Parameter::Text(self.lines[line].name.clone()));
        SequenceStay {
            line,
            kind: stay.kind.name(),
            message: stay.message.0,
            from: stay.from.as_us(),
            until: stay.until.map(Time::as_us),
            sentence: Sentence { key: stay.kind.key(), parameters: vec![message, place] },
            fact: stay.fact,
        }
    }

    fn mark(&self, mark: &Mark) -> SequenceMark {
        SequenceMark {
            line: self.line(mark.place),
            kind: mark.kind.name(),
            time: mark.time.as_us(),
            message: mark.message.map(|message| message.0),
            sentence: self.words(&mark.fact.1),
            fact: mark.fact.0,
        }
    }

    fn words(&self, event: &Event) -> Sentence {
        Sentence::of_event(event, &self.world.names)
    }

    fn label(&self, arrow: &Arrow) -> Sentence {
        let named = |key: &'static str, name: &'static str, text: &str| Sentence {
            key,
            parameters: vec![(name, Parameter::Text(text.to_owned()))],
        };
        let text = |name: Name| self.world.names.text(name);
        match arrow.label {
            Label::Method(method) => named("sequence.method", "method", method),
            Label::Named(method) => named("sequence.method", "method", text(method)),
            Label::RoutingKey(key) => named("sequence.routing-key", "routing_key", text(key)),
            Label::DeadLetter(key) => named("sequence.dead-letter", "routing_key", text(key)),
            Label::Segment(flags, octets) => Sentence {
                key: "sequence.segment",
                parameters: vec![
                    ("flags", Parameter::Text(text(flags).to_owned())),
                    ("octets", Parameter::Number(octets)),
                ],
            },
            Label::Datagram(octets) => {
                Sentence { key: "sequence.datagram", parameters: vec![("octets", Parameter::Number(octets))] }
            }
            Label::Status(status) => {
                Sentence { key: "sequence.method", parameters: vec![("method", Parameter::Number(status))] }
            }
            Label::Nothing => Sentence { key: "sequence.nothing", parameters: Vec::new() },
        }
    }

    /// The sentence of something that no fact tells of.
    fn spoken(&self, arrow: &Arrow, from: usize, to: usize) -> Sentence {
        let method = match arrow.label {
            Label::Method(method) => method,
            _ => "",
        };
        let name = |line: usize| Parameter::Text(self.lines[line].name.clone());
        let method = Parameter::Text(method.to_owned());
        let mut parameters = vec![("from", name(from)), ("method", method), ("to", name(to))];
        parameters.extend(Parameter::moment(arrow.arrives).map(|moment| ("arrives", moment)));
        Sentence { key: "sequence.sent", parameters }
    }
}

/// A moment that somebody knows.
fn known(time: Time) -> Option<u64> {
    (time != Time::UNKNOWN).then_some(time.as_us())
}
