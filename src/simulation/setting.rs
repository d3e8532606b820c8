//! What a node is set to, for its reader.

use super::Client;
use crate::actors::{Acknowledgement, Arrivals, Consumer, Distribution, Producer};
use crate::scenario::{Scenario, SocketDocument, SocketProtocol};
use crate::time::Span;
use serde::Serialize;

/// An argument as the document gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its value as JSON.
    pub value: String,
    /// Whether it is acted on.
    pub simulated: bool,
}

/// A setting: a key of the catalogue and a value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// The key.
    pub key: &'static str,
    /// The value.
    pub value: String,
}

fn setting(key: &'static str, value: String) -> Setting {
    Setting { key, value }
}

pub(super) fn flags_set(flags: &[(&'static str, bool)]) -> Vec<Setting> {
    let set = flags.iter().filter(|(_, is_set)| *is_set);
    set.map(|(key, _)| Setting { key, value: String::new() }).collect()
}

/// What a producer is set to at present.
pub(super) fn producer_settings(client: &Client, producer: &Producer) -> Vec<Setting> {
    let rate = || per_second(producer.arrivals().per_second().unwrap_or_default());
    let mut settings = vec![match producer.arrivals() {
        Arrivals::Constant(span) => setting("setting.arrivals.constant", seconds(*span)),
        Arrivals::Poisson { .. } => setting("setting.arrivals.poisson", rate()),
        Arrivals::Bursts(_) => setting("setting.arrivals.bursts", rate()),
        Arrivals::Ramp(ramp) => {
            let [from, to] = ramp.ends().map(per_second);
            setting("setting.arrivals.ramp", format!("{from} → {to}"))
        }
        Arrivals::Listed(_) => setting("setting.arrivals.list", String::new()),
    }];
    settings.extend(producer.limit().map(|limit| setting("setting.limit", limit.to_string())));
    if let Some(retries) = producer.retries() {
        let policy = retries.policy();
        settings.push(setting("setting.retries", seconds(policy.first)));
        if policy.most > policy.first && policy.most < LONGEST {
            settings.push(setting("setting.retries.most", seconds(policy.most)));
        }
        if policy.jitter > 0.0 {
            settings.push(setting("setting.retries.jitter", format!("{} %", number(policy.jitter * 100.0))));
        }
        let attempts = policy.most_attempts.map(|most| setting("setting.retries.attempts", most.to_string()));
        let timeout = policy.confirm_timeout.map(|span| setting("setting.retries.timeout", seconds(span)));
        settings.extend(attempts.into_iter().chain(timeout));
    }
    settings.push(latency_setting(client));
    settings
}

/// What a consumer is set to at present.
pub(super) fn consumer_settings(client: &Client, consumer: &Consumer) -> Vec<Setting> {
    let habits = consumer.habits();
    let mean = || seconds(Span::from_drawn_us(habits.service.mean()));
    let service = match &habits.service {
        Distribution::Constant(us) => setting("setting.service.constant", seconds(Span::from_us(*us))),
        Distribution::Exponential { .. } => setting("setting.service.exponential", mean()),
        Distribution::Uniform { least, most } => {
            let [least, most] = [*least, *most].map(|us| seconds(Span::from_us(us)));
            setting("setting.service.uniform", format!("{least} – {most}"))
        }
        Distribution::LogNormal { .. } => setting("setting.service.log-normal", mean()),
        Distribution::Pareto { shape, .. } if *shape <= 1.0 => {
            setting("setting.service.pareto", "∞".to_owned())
        }
        Distribution::Pareto { .. } => setting("setting.service.pareto", mean()),
        Distribution::Empirical(..) => setting("setting.service.empirical", mean()),
    };
    let (acknowledgement, batch) = match habits.acknowledgement {
        Acknowledgement::Manual => ("setting.acknowledgement.manual", String::new()),
        Acknowledgement::Automatic => ("setting.acknowledgement.automatic", String::new()),
        Acknowledgement::Before => ("setting.acknowledgement.before", String::new()),
        Acknowledgement::Never => ("setting.acknowledgement.never", String::new()),
        Acknowledgement::Batch(size) => ("setting.acknowledgement.batch", size.to_string()),
    };
    let prefetch = if habits.prefetch == 0 { "∞".to_owned() } else { habits.prefetch.to_string() };
    let mut settings = vec![setting("setting.prefetch", prefetch), setting(acknowledgement, batch), service];
    if habits.per_octet_us > 0.0 {
        settings.push(setting("setting.per-octet", format!("{} µs", number(habits.per_octet_us))));
    }
    if consumer.slowness() != 1.0 {
        settings.push(setting("setting.slowness", format!("× {}", number(consumer.slowness()))));
    }
    if habits.skips_repeated {
        settings.push(setting("setting.skips-repeated", String::new()));
    }
    settings.push(latency_setting(client));
    settings
}

pub(super) fn socket_settings(scenario: &Scenario, document: &SocketDocument) -> Vec<Setting> {
    let protocol = match document.protocol {
        SocketProtocol::Tcp => "setting.socket.tcp",
        SocketProtocol::Udp => "setting.socket.udp",
    };
    let mut settings = vec![setting(protocol, String::new())];
    settings.extend(document.port.map(|port| setting("setting.socket.port", port.to_string())));
    if let Some((octets, every)) = document.reads {
        let value = format!("{octets} / {}", seconds(every));
        settings.push(setting("setting.socket.reads", value));
    }
    if document.protocol == SocketProtocol::Tcp && !document.has_nagle {
        settings.push(setting("setting.socket.no-delay", String::new()));
    }
    if let Some(link) = document.peer().and_then(|peer| scenario.link_between([&document.id, peer])) {
        settings.push(setting("setting.latency", seconds(link.forward.latency)));
    }
    settings
}

fn latency_setting(client: &Client) -> Setting {
    setting("setting.latency", seconds(client.latency()))
}

/// What no run lasts for.
const LONGEST: Span = Span::from_us(crate::scenario::LARGEST_EXACT);

fn per_second(rate: f64) -> String {
    format!("{}/s", number(rate))
}

/// A number with three digits behind the point at most.
fn number(number: f64) -> String {
    serde_json::Value::from((number * 1e3).round_ties_even() / 1e3)
        .to_string()
        .trim_end_matches(".0")
        .to_owned()
}

/// A span as people write it: in seconds, milliseconds or microseconds.
fn seconds(span: Span) -> String {
    match span.as_us() {
        0 => "0 s".to_owned(),
        us if us.is_multiple_of(1_000_000) => format!("{} s", us / 1_000_000),
        us if us > 1_000_000 => format!("{}.{:03} s", us / 1_000_000, us / 1_000 % 1_000),
        us if us.is_multiple_of(1_000) => format!("{} ms", us / 1_000),
        us => format!("{us} µs"),
    }
}

pub(super) fn arguments(table: &crate::amqp::Table, simulated: &[&str]) -> Vec<Argument> {
    let all = table.iter();
    all.map(|(name, value)| Argument {
        name: name.to_owned(),
        value: value.to_json().to_string(),
        simulated: simulated.contains(&name),
    })
    .collect()
}
