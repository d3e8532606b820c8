//! What is published again because it was refused, came back or was not confirmed, and what comes of that: messages
//! that are worked on twice.

use super::World;
use super::client::Actor;
use super::world::Pending;
use crate::actors::{Decision, Outcome};
use crate::amqp;
use crate::facts::{Event, QueueName, Rule};
use crate::ids::{ActorId, MessageId};
use std::collections::VecDeque;
use std::rc::Rc;

/// So many message ids are remembered.
const MOST_REMEMBERED: usize = 1_024;

/// The message ids that were worked on, with the queues that the messages came from: of two copies of one message in
/// two queues neither is a duplicate.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeated {
    /// In the order in which they were worked on.
    worked_on: VecDeque<(QueueName, String)>,
}

impl Repeated {
    /// The message id, if it was worked on.
    pub fn find(&self, queue: QueueName, message_id: &str) -> Option<&str> {
        let mut newest_first = self.worked_on.iter().rev();
        newest_first.find(|(from, known)| *from == queue && known == message_id).map(|(_, known)| &**known)
    }

    fn note(&mut self, queue: QueueName, message_id: String) {
        if self.find(queue, &message_id).is_some() {
            return;
        }
        if self.worked_on.len() == MOST_REMEMBERED {
            self.worked_on.pop_front();
        }
        self.worked_on.push_back((queue, message_id));
    }
}

impl World {
    /// A consumer is done with a message that has a message id.
    pub(super) fn note_worked(&mut self, id: ActorId, message_id: String) {
        let Actor::Consumer(consumer) = &self.client(id).actor else { return };
        let queue = consumer.queue();
        self.repeated.note(queue, message_id);
    }

    /// A confirm or a return has reached a producer that publishes again.
    pub(super) fn settle_attempts(&mut self, id: ActorId, command: &amqp::Command) {
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        let mut outcomes = Vec::new();
        producer.receive(&command.method, command.content.as_ref(), |message, outcome| {
            outcomes.push((message, outcome));
        });
        for (message, outcome) in outcomes {
            match outcome {
                Outcome::Taken => self.attempt_succeeds(id, message),
                _ => self.attempt_fails(id, message, outcome),
            }
        }
    }

    fn attempt_succeeds(&mut self, id: ActorId, message: MessageId) {
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        let name = producer.name();
        if producer.retries_mut().is_some_and(|retries| retries.confirmed(message)) {
            self.record(Event::RetrySpared { producer: name, message, rule: Rule::Confirm });
        }
    }

    /// A message has failed: its producer decides what becomes of it.
    pub(super) fn attempt_fails(&mut self, id: ActorId, message: MessageId, outcome: Outcome) {
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        let (name, decision) = (producer.name(), producer.decide(message, outcome));
        let rule = Rule::PublisherRetry;
        match decision {
            None => {}
            Some(Decision::Again(after, attempt)) => {
                let at = self.now + after;
                self.agenda.enter(at, Pending::RetryDue(id, message));
                self.record(Event::RetryPlanned { producer: name, message, attempt, at, rule });
            }
            Some(Decision::GiveUp(attempts)) => {
                self.record(Event::GivenUp { producer: name, message, attempts, rule });
            }
        }
    }

    /// A message is out: if its producer waits only so long for a confirm, that time begins.
    pub(super) fn watch_confirm(&mut self, id: ActorId, message: MessageId) {
        let Actor::Producer(producer) = &self.client(id).actor else { return };
        let timeout = producer.retries().and_then(|retries| retries.policy().confirm_timeout);
        if let Some(timeout) = timeout {
            self.agenda.enter(self.now + timeout, Pending::ConfirmDue(id, message));
        }
    }

    /// The confirm of a message ought to be there.
    pub(super) fn confirm_due(&mut self, id: ActorId, message: MessageId) {
        let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
        let name = producer.name();
        if producer.gives_up_waiting(message) {
            self.record(Event::ConfirmOverdue { producer: name, message, rule: Rule::Confirm });
            self.attempt_fails(id, message, Outcome::Unknown);
            self.publish_waiting(id);
        }
    }

    /// The back-off of a message is over.
    pub(super) fn retry_due(&mut self, id: ActorId, message: MessageId) {
        if let Actor::Producer(producer) = &mut self.client_mut(id).actor
            && let Some(retries) = producer.retries_mut()
        {
            retries.back_off_ends(message);
            self.publish_waiting(id);
        }
    }

    /// Publishes again what is due, for as long as nothing holds it back.
    pub(super) fn publish_again(&mut self, id: ActorId) {
        loop {
            let client = &self.clients[id.index()];
            let Actor::Producer(producer) = &client.actor else { return };
            let is_due = producer.retries().is_some_and(|retries| retries.are_due());
            if !is_due || !client.session.is_open() || !producer.may_publish() || producer.is_paused() {
                return;
            }
            let (copy, now) = (self.next_message(), self.now);
            let Actor::Producer(producer) = &mut self.client_mut(id).actor else { return };
            let producer_name = producer.name();
            let Some(attempt) = producer.publish_again(copy, now) else { return };
            let (original, number, rule) = (attempt.original, attempt.number, Rule::PublisherRetry);
            let producer = producer_name;
            self.record(Event::PublishedAgain { producer, copy, attempt: number, message: original, rule });
            self.record(Event::Repeats { producer, original, attempt: number, message: copy, rule });
            self.send_publishing(id, Rc::new(attempt.sent), attempt.mandatory);
            self.watch_confirm(id, copy);
        }
    }
}
