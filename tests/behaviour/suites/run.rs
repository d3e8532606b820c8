//! A simulation that has run, and what is asked of its facts.

use queuescope::facts::{ClientName, Event, Fact, QueueName};
use queuescope::simulation::{NodeState, Simulation};
use queuescope::time::Time;

pub struct Run {
    pub simulation: Simulation,
    pub facts: Vec<Fact>,
}

/// The same scenario with every link carrying packets.
pub fn in_packets(text: &str) -> String {
    text.replacen("\"queuescope\": 1,", "\"queuescope\": 1, \"carrier\": \"packets\",", 1)
}

impl Run {
    /// A document from its start up to the end of its timeline.
    pub fn of(text: &str) -> Run {
        let mut simulation = Simulation::from_text(text, None).expect("it is a good document");
        let until = simulation.scenario().until_us;
        simulation.run_until(Time::from_us(until));
        let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
        Run { simulation, facts }
    }

    pub fn state(&self, id: &str) -> NodeState {
        let nodes = &self.simulation.picture().nodes;
        let place = nodes.iter().position(|node| node.id == id).expect("it is drawn");
        self.simulation.snapshot().nodes[place].clone()
    }

    /// Whether it is the client of that name.
    pub fn is(&self, client: ClientName, name: &str) -> bool {
        self.simulation.world().names().text(client.0) == name
    }

    /// Whether it is the queue of that name.
    pub fn is_queue(&self, queue: QueueName, name: &str) -> bool {
        self.simulation.world().names().text(queue.name) == name
    }

    /// What `pick` finds in the facts, in order, each with its time in microseconds.
    pub fn all<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Vec<(u64, T)> {
        self.facts.iter().filter_map(|fact| Some((fact.time.as_us(), pick(&fact.event)?))).collect()
    }

    /// The same without the times.
    pub fn each<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        self.all(pick).into_iter().map(|(_, found)| found).collect()
    }

    /// The messages that a queue handed out, in order, each with whether it was delivered before.
    pub fn delivered(&self, from: &str) -> Vec<(u32, bool)> {
        self.each(|event| match *event {
            Event::Delivered { message, queue, redelivered, .. } if self.is_queue(queue, from) => {
                Some((message.0, redelivered))
            }
            _ => None,
        })
    }

    /// The messages that a producer published, in order.
    pub fn published(&self, by: &str) -> Vec<u32> {
        self.each(|event| match *event {
            Event::Published { producer, message, .. } if self.is(producer, by) => Some(message.0),
            _ => None,
        })
    }

    /// The ready messages of a queue, from the head.
    pub fn ready(&self, queue: &str) -> Vec<u32> {
        let queues = self.simulation.world().broker().queues();
        let found = queues.map(|(_, found)| found).find(|found| self.is_queue(found.name, queue));
        let ready = found.expect("the queue is there").ready();
        ready.map(|copy| copy.message.content.origin.message.0).collect()
    }
}
