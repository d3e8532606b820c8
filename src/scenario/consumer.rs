//! A consumer as documents give it.

use super::distribution::{SPAN, distribution};
use super::document::{LARGEST_EXACT, check_virtual_host, invalid, virtual_host};
use super::producer::recovers_after;
use super::reader::Reader;
use super::{Definitions, ScenarioError};
use crate::actors::{Acknowledgement, Answer, Distribution};
use crate::facts::theory;

/// A consumer of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerDocument {
    /// Its name, which is its consumer tag as well.
    pub id: String,
    /// The virtual host of the queue.
    pub virtual_host: String,
    /// The queue.
    pub queue: String,
    /// How many messages it may hold unacknowledged; 0 is any number.
    pub prefetch: u16,
    /// How it acknowledges.
    pub acknowledgement: Acknowledgement,
    /// What it does with certain messages; of those that apply to a message the first holds.
    pub answers: Vec<AnswerDocument>,
    /// How long it works on a message, as a distribution of microseconds:
    ///
    /// | kind | fields |
    /// | --- | --- |
    /// | `constant` | `duration_us`: always that |
    /// | `exponential` | `mean_us` |
    /// | `uniform` | `least_us` and `most_us`: each whole number from the one to the other |
    /// | `log_normal` | `mean_us` and `deviation_us` of the spans themselves, not of their logarithms |
    /// | `pareto` | `least_us` and `shape`: more than x has the probability (least/x)^shape |
    /// | `empirical` | `values_us`, and maybe `weights`, one for each value |
    pub service: Distribution,
    /// How many microseconds each octet of the body adds to that.
    pub per_octet_us: f64,
    /// Whether it acknowledges without work what it was given before under the same message id, as an idempotent
    /// consumer does.
    pub skips_repeated: bool,
    /// How long after its channel or its connection was lost it opens another, and how long it waits between two
    /// attempts; it never does when this is absent.
    pub recovers_after_us: Option<u64>,
}

/// What a consumer does with certain messages when their work is done, instead of what it does with all.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerDocument {
    /// The messages with this routing key; with any when absent.
    pub routing_key: Option<String>,
    /// Those with this body.
    pub body: Option<String>,
    /// Those that were delivered before, or those that were not.
    pub redelivered: Option<bool>,
    /// This share of them, from 0 to 1, by chance.
    pub share: Option<f64>,
    /// What it does.
    pub answer: Answer,
}

impl ConsumerDocument {
    pub(super) fn read(consumer: &Reader) -> Result<ConsumerDocument, ScenarioError> {
        consumer.only(&[
            "id",
            "virtual_host",
            "queue",
            "prefetch",
            "acknowledgement",
            "answers",
            "service",
            "per_octet_us",
            "skips_repeated",
            "recovers_after_us",
        ])?;
        Ok(ConsumerDocument {
            id: consumer.required("id")?.name()?,
            virtual_host: virtual_host(consumer)?,
            queue: consumer.required("queue")?.name()?,
            prefetch: consumer.whole_or("prefetch", 0, (0, u16::MAX.into()))? as u16,
            acknowledgement: consumer.field("acknowledgement", Acknowledgement::Manual, acknowledgement)?,
            answers: consumer.list("answers", AnswerDocument::read)?,
            service: distribution(&consumer.required("service")?, SPAN)?,
            per_octet_us: consumer.number_or("per_octet_us", 0.0, (0.0, 1e9), "from 0 to 1000000000")?,
            skips_repeated: consumer.flag("skips_repeated")?,
            recovers_after_us: recovers_after(consumer)?,
        })
    }

    /// What queueing theory calls the time of its works, and their mean in microseconds; nothing where there is no
    /// mean, or where it depends on the message.
    pub fn service_law(&self) -> Option<(theory::Service, f64)> {
        let (mean, variance) = (self.service.mean(), self.service.variance());
        let law = match self.service {
            _ if self.per_octet_us > 0.0 || self.skips_repeated || !variance.is_finite() => return None,
            Distribution::Constant(_) => theory::Service::Constant,
            Distribution::Exponential { .. } => theory::Service::Exponential,
            _ => theory::Service::General { variance: variance / 1e12 },
        };
        Some((law, mean))
    }

    /// Checks what the form alone does not show.
    pub(super) fn check(&self, place: &str, definitions: &Definitions) -> Result<(), ScenarioError> {
        check_virtual_host(place, &self.virtual_host, definitions)?;
        self.check_answers(place)?;
        let is_declared = definitions.queues.iter().any(|queue| {
            queue.name == self.queue
                && definitions.virtual_host_of(queue.vhost.as_deref()) == self.virtual_host
        });
        if is_declared {
            return Ok(());
        }
        let (queue, host) = (&self.queue, &self.virtual_host);
        let what = format!(
            "there is no queue '{queue}' in virtual host '{host}'; declare it under broker.definitions.queues"
        );
        invalid(format!("{place}.queue"), what)
    }

    /// Who has acknowledged before, or need not, has nothing more to say about a message.
    fn check_answers(&self, place: &str) -> Result<(), ScenarioError> {
        if !self.acknowledgement.is_before_the_work() {
            return Ok(());
        }
        match self.answers.iter().position(|document| document.answer.speaks()) {
            None => Ok(()),
            Some(number) => {
                let what = "with this acknowledgement the message is done with before the work ends: there can be \
                            \"crash\" or \"none\" here";
                invalid(format!("{place}.answers[{number}].answer"), what)
            }
        }
    }
}

pub(super) fn acknowledgement(field: &Reader) -> Result<Acknowledgement, ScenarioError> {
    if let Ok(("batch", size)) = field.choice() {
        return Ok(Acknowledgement::Batch(size.whole(1, LARGEST_EXACT)?));
    }
    match field.text().as_deref() {
        Ok("manual") => Ok(Acknowledgement::Manual),
        Ok("automatic") => Ok(Acknowledgement::Automatic),
        Ok("before") => Ok(Acknowledgement::Before),
        Ok("never") => Ok(Acknowledgement::Never),
        _ => field
            .invalid("there must be \"manual\", \"automatic\", \"before\", \"never\" or {\"batch\": n} here"),
    }
}

impl AnswerDocument {
    fn read(answer: &Reader) -> Result<AnswerDocument, ScenarioError> {
        answer.only(&["routing_key", "body", "redelivered", "share", "answer"])?;
        let field = answer.required("answer")?;
        let kind = match field.text()?.as_str() {
            "ack" => Answer::Acknowledge,
            "requeue" => Answer::Requeue,
            "reject" => Answer::Reject,
            "crash" => Answer::Crash,
            "ack_twice" => Answer::AcknowledgeTwice,
            "none" => Answer::Nothing,
            _ => {
                return field
                    .invalid("there are the answers ack, requeue, reject, crash, ack_twice and none");
            }
        };
        let share = |share: Reader| share.number((0.0, 1.0), "from 0 to 1");
        Ok(AnswerDocument {
            routing_key: answer.optional("routing_key")?.map(|key| key.short_text()).transpose()?,
            body: answer.optional("body")?.map(|body| body.text()).transpose()?,
            redelivered: answer.optional("redelivered")?.map(|flag| flag.truth()).transpose()?,
            share: answer.optional("share")?.map(share).transpose()?,
            answer: kind,
        })
    }
}
