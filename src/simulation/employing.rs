//! From documents to actors: what producers publish and when, how consumers work.

use crate::actors::{
    AnswerRule, Arrivals, Bursts, Choice, Consumer, Drawn, Habits, Listed, Producer, Publishing, Ramp,
    Retries, Template, Trace, TraceRow,
};
use crate::amqp::{Properties, Value};
use crate::facts::{ClientName, QueueName};
use crate::ids::Names;
use crate::rng::Stream;
use crate::scenario::{
    self, AnswerDocument, ChoiceDocument, ConsumerDocument, DrawnDocument, MessageDocument, ProducerDocument,
    TraceRowDocument,
};
use crate::time::Span;
use std::rc::Rc;

/// A producer as the document describes it. Its rhythm, its messages and its retries have streams of their own, so
/// that to draw more for the one changes nothing of the others. What its messages have in common with another's is there
/// once.
pub(super) fn producer(
    names: &mut Names,
    document: &ProducerDocument,
    seed: u64,
    other: Option<&Template>,
) -> Producer {
    let stream = |purpose: &str| Stream::new(seed, &format!("{}:{purpose}", document.id));
    let (arrivals, trace) = arrivals(names, &document.arrivals);
    let publishing = Publishing {
        arrivals,
        trace,
        templates: document
            .messages
            .iter()
            .map(|message| template(names, message).sharing_with(other))
            .collect::<Vec<_>>()
            .into(),
        limit: document.limit,
        mode: document.mode,
        retries: document.retries.clone().map(|policy| Retries::new(policy, stream("retries"))),
    };
    let name = ClientName(names.intern(&document.id));
    Producer::new(name, Stream::new(seed, &document.id), stream("messages"), publishing)
}

/// A rhythm that has not begun, and what a trace says of its messages.
pub(super) fn arrivals(names: &mut Names, document: &scenario::Arrivals) -> (Arrivals, Option<Trace>) {
    let arrivals = match document {
        scenario::Arrivals::Constant { interval_us } => Arrivals::Constant(Span::from_us(*interval_us)),
        scenario::Arrivals::Poisson { per_second } => Arrivals::Poisson { mean_us: 1e6 / per_second },
        scenario::Arrivals::Bursts { interval, on, off } => {
            Arrivals::Bursts(Box::new(Bursts::new(interval.clone(), on.clone(), off.clone())))
        }
        scenario::Arrivals::Ramp { from_per_second, to_per_second, over_us, is_poisson } => {
            let over = Span::from_us(*over_us);
            Arrivals::Ramp(Box::new(Ramp::new(*from_per_second, *to_per_second, over, *is_poisson)))
        }
        scenario::Arrivals::List { times_us } => listed(times_us.clone()),
        scenario::Arrivals::Trace { rows } => {
            let trace: Vec<TraceRow> = rows.iter().map(|row| trace_row(names, row)).collect();
            let times_us = rows.iter().map(|row| row.time_us).collect();
            return (listed(times_us), Some(Trace::new(trace.into())));
        }
    };
    (arrivals, None)
}

fn listed(times_us: Vec<u64>) -> Arrivals {
    Arrivals::Listed(Box::new(Listed::new(times_us.into())))
}

fn trace_row(names: &mut Names, row: &TraceRowDocument) -> TraceRow {
    let routing_key = row.routing_key.as_ref().map(|key| names.intern(key));
    TraceRow { routing_key, size: row.size, priority: row.priority }
}

/// A message as it is published.
pub(super) fn template(names: &mut Names, message: &MessageDocument) -> Template {
    let headers = (!message.headers.is_empty()).then(|| scenario::table(&message.headers));
    Template {
        exchange: names.intern(&message.exchange),
        routing_key: names.intern(&message.routing_key),
        mandatory: message.mandatory,
        properties: Rc::new(Properties {
            headers,
            priority: message.priority,
            expiration: message.expiration_ms.map(|ms| ms.to_string()),
            delivery_mode: message.persistent.then_some(2),
            ..Properties::default()
        }),
        body: message.body.as_bytes().into(),
        drawn: (!message.drawn.is_empty()).then(|| Box::new(drawn(names, &message.drawn))),
    }
}

fn drawn(names: &mut Names, document: &DrawnDocument) -> Drawn {
    let key = |value: &serde_json::Value| names.intern(value.as_str().unwrap_or_default());
    Drawn {
        routing_key: document.routing_key.as_ref().map(|keys| choice(keys, key)),
        priority: document
            .priority
            .as_ref()
            .map(|priorities| choice(priorities, |value| value.as_u64().unwrap_or_default() as u8)),
        headers: document
            .headers
            .iter()
            .map(|(name, values)| (name.clone(), choice(values, scenario::table_value)))
            .collect::<Vec<(String, Choice<Value>)>>(),
        size: document.size.clone(),
    }
}

/// The values were checked when the document was read.
fn choice<T>(document: &ChoiceDocument, value: impl FnMut(&serde_json::Value) -> T) -> Choice<T> {
    let values: Vec<T> = document.values.iter().map(value).collect();
    Choice::new(values.into(), document.order.clone())
}

/// A consumer as the document describes it.
pub(super) fn consumer(names: &mut Names, document: &ConsumerDocument, seed: u64) -> Consumer {
    let name = ClientName(names.intern(&document.id));
    let virtual_host = names.intern(&document.virtual_host);
    let queue = QueueName { virtual_host, name: names.intern(&document.queue) };
    let habits = Habits {
        service: document.service.clone(),
        per_octet_us: document.per_octet_us,
        acknowledgement: document.acknowledgement,
        prefetch: document.prefetch,
        answers: document.answers.iter().map(|answer| answer_rule(names, answer)).collect::<Vec<_>>().into(),
        skips_repeated: document.skips_repeated,
    };
    Consumer::new(name, queue, Stream::new(seed, &document.id), habits)
}

fn answer_rule(names: &mut Names, document: &AnswerDocument) -> AnswerRule {
    let AnswerDocument { routing_key, body, redelivered, share, answer } = document;
    let mut conditions = Vec::new();
    conditions.extend(routing_key.as_ref().map(|key| format!("routing_key = {key}")));
    conditions.extend(body.as_ref().map(|body| format!("body = {body}")));
    conditions.extend(redelivered.map(|flag| format!("redelivered = {flag}")));
    conditions.extend(share.map(|share| format!("share = {}", serde_json::Value::from(share))));
    if conditions.is_empty() {
        conditions.push("any message".to_owned());
    }
    AnswerRule {
        routing_key: routing_key.as_ref().map(|key| names.intern(key)),
        body: body.as_ref().map(|body| body.as_bytes().into()),
        redelivered: *redelivered,
        share: *share,
        answer: *answer,
        reason: names.intern(&conditions.join(", ")),
    }
}
