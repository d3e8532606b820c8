//! Where a message is at present, and which rules keep it there.

use super::nodes::Role;
use super::picture::{exchange_id, queue_id};
use super::{Actor, Simulation, World};
use crate::actors::Consumer;
use crate::broker::Queue;
use crate::facts::{ClientName, ExchangeName, Leg, Parameter, QueueName, Rule, Sentence, shown_exchange};
use crate::ids::{MessageId, QueueId};
use crate::time::Time;
use serde::{Serialize, Serializer};

/// One place where a message, or a copy of it, is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Whereabouts {
    /// Where, and why there.
    pub sentence: Sentence,
    /// The rule that keeps it there, if it is one.
    #[serde(serialize_with = "documented")]
    pub rule: Option<Rule>,
    /// The id of the node that has it.
    pub node: String,
}

/// A rule as JavaScript gets it: its key and where it is documented.
pub(super) fn documented<S: Serializer>(rule: &Option<Rule>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Documented {
        key: &'static str,
        page: &'static str,
        path: &'static str,
    }
    let documented = rule.map(|rule| {
        let (page, path) = rule.documentation();
        Documented { key: rule.key(), page, path }
    });
    documented.serialize(serializer)
}

impl Simulation {
    /// Where a message is at present: on a link, in queues, with consumers. Nothing when it is nowhere any more.
    pub fn whereabouts(&self, message: MessageId) -> Vec<Whereabouts> {
        self.world.whereabouts(message)
    }
}

impl World {
    pub(super) fn whereabouts(&self, message: MessageId) -> Vec<Whereabouts> {
        let mut found = Finder { world: self, message, places: Vec::new() };
        for (leg, arrives) in self.recorder.motion().under_way(message, self.now) {
            found.on_a_link(leg, arrives);
        }
        for (id, queue) in self.broker.queues() {
            found.in_queue(id, queue);
        }
        for client in &self.clients {
            if let Actor::Consumer(consumer) = &client.actor {
                found.with_consumer(consumer);
            }
        }
        found.among_browsers();
        found.places
    }
}

struct Finder<'a> {
    world: &'a World,
    message: MessageId,
    places: Vec<Whereabouts>,
}

impl Finder<'_> {
    fn add(
        &mut self,
        key: &'static str,
        more: Vec<(&'static str, Parameter)>,
        rule: Option<Rule>,
        node: String,
    ) {
        let message = ("message", Parameter::Text(format!("m{}", self.message.0)));
        let parameters = [message].into_iter().chain(more).collect();
        self.places.push(Whereabouts { sentence: Sentence { key, parameters }, rule, node });
    }

    fn on_a_link(&mut self, leg: Leg, arrives: Time) {
        let until = Parameter::moment(arrives).map(|moment| ("arrives", moment));
        let with_until = |to| [to].into_iter().chain(until.clone()).collect();
        match leg {
            Leg::Publish(_, exchange) => {
                let to = ("exchange", self.exchange(exchange));
                self.add("where.to-exchange", with_until(to), None, exchange_id(&self.world.names, exchange));
            }
            Leg::Delivery(queue, consumer) => {
                let to = ("consumer", self.client(consumer));
                self.add("where.to-consumer", with_until(to), None, queue_id(&self.world.names, queue));
            }
            Leg::BackToProducer(exchange, producer) => {
                let to = ("producer", self.client(producer));
                self.add("where.to-producer", with_until(to), None, exchange_id(&self.world.names, exchange));
            }
            Leg::Packet(from, to) => {
                let (sender, receiver) = (("from", self.client(from)), ("to", self.client(to)));
                let role = self.world.nodes.find(from.0).map(|node| self.world.nodes.get(node).role);
                let prefix = match role {
                    Some(Role::Browser(_)) => "browser",
                    Some(Role::Server(_)) => "server",
                    _ => "socket",
                };
                let node = format!("{prefix}:{}", self.world.names.text(from.0));
                let key = if until.is_none() { "where.on-a-line" } else { "where.to-node" };
                self.add(key, [sender, receiver].into_iter().chain(until).collect(), None, node);
            }
            _ => {}
        }
    }

    fn among_browsers(&mut self) {
        for place in self.world.web_places(self.message) {
            let prefix = if place.is_browser { "browser" } else { "server" };
            let node = format!("{prefix}:{}", self.world.names.text(place.at.0));
            let (at, other) = (("at", self.client(place.at)), ("other", self.client(place.other)));
            self.add(place.key, vec![at, other], place.rule, node);
        }
    }

    fn in_queue(&mut self, id: QueueId, queue: &Queue) {
        let World { broker, names, .. } = self.world;
        let (name, node) = (("queue", self.queue(queue.name)), queue_id(names, queue.name));
        let wanted = self.message;
        if let Some(ahead) = queue.ready().position(|copy| copy.message.content.origin.message == wanted) {
            if ahead > 0 {
                let ahead = ("ahead", Parameter::Number(ahead as u64));
                let order = Some(Rule::Order);
                self.add("where.behind", vec![name.clone(), ahead], order, node.clone());
            }
            match broker.why_head_waits(id) {
                Some(event) => {
                    let sentence = Sentence::of_event(&event, names);
                    self.places.push(Whereabouts { sentence, rule: event.rule(), node: node.clone() });
                }
                None if ahead == 0 => self.add("where.at-head", vec![name.clone()], None, node.clone()),
                None => {}
            }
        }
        for (_, again) in queue
            .kept(broker.confirm_timeout())
            .filter(|(copy, _)| copy.message.content.origin.message == wanted)
        {
            let (key, again, rule) = match again {
                Some(again) => {
                    ("where.kept", Some(("again", Parameter::Text(again.to_string()))), Rule::AtLeastOnce)
                }
                None => ("where.kept-behind", None, Rule::UnconfirmedLetters),
            };
            self.add(key, [name.clone()].into_iter().chain(again).collect(), Some(rule), node.clone());
        }
        let held = broker.connections().flat_map(|(_, connection)| {
            let held = connection.channels.values().flat_map(|channel| channel.held());
            held.map(|delivery| (connection.client, delivery))
        });
        let own = held
            .filter(|(_, each)| each.queue == id && each.message.message.content.origin.message == wanted);
        for (holder, _) in own {
            let consumer = ("consumer", self.client(holder));
            let rule = Some(Rule::ManualAcknowledgement);
            self.add("where.unacknowledged", vec![name.clone(), consumer], rule, node.clone());
        }
    }

    fn with_consumer(&mut self, consumer: &Consumer) {
        let id = |name| format!("consumer:{}", self.world.names.text(name));
        let (node, who) = (id(consumer.name().0), ("consumer", self.client(consumer.name())));
        if let Some(work) = consumer.work().filter(|work| work.delivery.number() == self.message) {
            if consumer.hangs_since().is_some() {
                self.add("where.in-hung-hands", vec![who.clone()], None, node.clone());
            } else {
                let until = ("ends", Parameter::Text(work.ends.to_string()));
                self.add("where.in-hand", vec![who.clone(), until], None, node.clone());
            }
        }
        let waiting = consumer.buffer().iter().position(|delivery| delivery.number() == self.message);
        if let Some(place) = waiting {
            let ahead = place as u64 + u64::from(consumer.work().is_some());
            self.add("where.in-buffer", vec![who, ("ahead", Parameter::Number(ahead))], None, node);
        }
    }

    fn client(&self, name: ClientName) -> Parameter {
        Parameter::Text(self.world.names.text(name.0).to_owned())
    }

    fn exchange(&self, name: ExchangeName) -> Parameter {
        Parameter::Text(shown_exchange(self.world.names.text(name.name)))
    }

    fn queue(&self, name: QueueName) -> Parameter {
        Parameter::Text(self.world.names.text(name.name).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITING: &str = r#"{
      "queuescope": 1,
      "broker": { "definitions": { "queues": [{ "name": "jobs" }] } },
      "producers": [{
        "id": "P",
        "arrivals": { "constant": { "interval_us": 1000 } },
        "limit": 3,
        "messages": [{ "routing_key": "jobs" }]
      }],
      "consumers": [
        { "id": "C", "queue": "jobs", "prefetch": 1, "service": { "constant": { "duration_us": 1000000 } } }
      ],
      "links": [{ "between": ["P", "broker"], "latency_us": 500 }]
    }"#;

    fn keys(simulation: &Simulation, message: u32) -> Vec<(&'static str, Option<Rule>)> {
        let places = simulation.whereabouts(MessageId(message)).into_iter();
        places.map(|place| (place.sentence.key, place.rule)).collect()
    }

    #[test]
    fn a_message_is_found_with_the_rules_that_keep_it_there() {
        let mut simulation = Simulation::from_text(WAITING, None).expect("it is a good document");
        simulation.run_until(Time::from_us(1_200));
        assert_eq!(keys(&simulation, 1), [("where.to-exchange", None)]);
        simulation.run_until(Time::from_us(10_000));
        let held = [("where.unacknowledged", Some(Rule::ManualAcknowledgement)), ("where.in-hand", None)];
        assert_eq!(keys(&simulation, 1), held);
        let waits = ("message.waits-for-prefetch", Some(Rule::Prefetch));
        assert_eq!(keys(&simulation, 2), [waits]);
        assert_eq!(keys(&simulation, 3), [("where.behind", Some(Rule::Order)), waits]);
        simulation.run_until(Time::from_us(4_000_000));
        assert_eq!(keys(&simulation, 1), [], "it is acknowledged");
    }
}
