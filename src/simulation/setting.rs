//! What a node is set to, for its reader.

use crate::scenario::{
    Acknowledgement, Arrivals, LoginDocument, Scenario, Service, SocketDocument, SocketProtocol,
};
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

pub(super) fn flags_set(flags: &[(&'static str, bool)]) -> Vec<Setting> {
    let set = flags.iter().filter(|(_, is_set)| *is_set);
    set.map(|(key, _)| Setting { key, value: String::new() }).collect()
}

pub(super) fn producer_settings(scenario: &Scenario, name: &str) -> Vec<Setting> {
    let Some(document) = scenario.producers.iter().find(|producer| producer.id == name) else {
        return Vec::new();
    };
    let mut settings = vec![match document.arrivals {
        Arrivals::Constant { interval_us } => {
            Setting { key: "setting.arrivals.constant", value: seconds(interval_us) }
        }
        Arrivals::Poisson { per_second } => Setting {
            key: "setting.arrivals.poisson",
            value: format!("{}/s", serde_json::Value::from(per_second)),
        },
    }];
    if let Some(limit) = document.limit {
        settings.push(Setting { key: "setting.limit", value: limit.to_string() });
    }
    settings.extend(document.login.as_ref().map(user_setting));
    settings.push(latency_setting(scenario, name));
    settings
}

fn user_setting(login: &LoginDocument) -> Setting {
    Setting { key: "setting.user", value: login.user.clone() }
}

pub(super) fn consumer_settings(scenario: &Scenario, name: &str) -> Vec<Setting> {
    let Some(document) = scenario.consumers.iter().find(|consumer| consumer.id == name) else {
        return Vec::new();
    };
    let service = match document.service {
        Service::Constant { duration_us } => {
            Setting { key: "setting.service.constant", value: seconds(duration_us) }
        }
        Service::Exponential { mean_us } => {
            Setting { key: "setting.service.exponential", value: seconds(mean_us) }
        }
    };
    let (acknowledgement, batch) = match document.acknowledgement {
        Acknowledgement::Manual => ("setting.acknowledgement.manual", String::new()),
        Acknowledgement::Automatic => ("setting.acknowledgement.automatic", String::new()),
        Acknowledgement::Before => ("setting.acknowledgement.before", String::new()),
        Acknowledgement::Never => ("setting.acknowledgement.never", String::new()),
        Acknowledgement::Batch(size) => ("setting.acknowledgement.batch", size.to_string()),
    };
    let prefetch = if document.prefetch == 0 { "∞".to_owned() } else { document.prefetch.to_string() };
    let mut settings = vec![
        Setting { key: "setting.prefetch", value: prefetch },
        Setting { key: acknowledgement, value: batch },
        service,
    ];
    settings.extend(document.login.as_ref().map(user_setting));
    settings.push(latency_setting(scenario, name));
    settings
}

pub(super) fn socket_settings(scenario: &Scenario, document: &SocketDocument) -> Vec<Setting> {
    let mut settings = vec![match document.protocol {
        SocketProtocol::Tcp => Setting { key: "setting.socket.tcp", value: String::new() },
        SocketProtocol::Udp => Setting { key: "setting.socket.udp", value: String::new() },
    }];
    settings
        .extend(document.port.map(|port| Setting { key: "setting.socket.port", value: port.to_string() }));
    if let Some((octets, every)) = document.reads {
        let value = format!("{octets} / {}", seconds(every.as_us()));
        settings.push(Setting { key: "setting.socket.reads", value });
    }
    if document.protocol == SocketProtocol::Tcp && !document.has_nagle {
        settings.push(Setting { key: "setting.socket.no-delay", value: String::new() });
    }
    if let Some(link) = document.peer().and_then(|peer| scenario.link_between([&document.id, peer])) {
        settings.push(Setting { key: "setting.latency", value: seconds(link.forward.latency.as_us()) });
    }
    settings
}

fn latency_setting(scenario: &Scenario, name: &str) -> Setting {
    Setting { key: "setting.latency", value: seconds(scenario.latency_us(name)) }
}

/// A span as people write it: in seconds, milliseconds or microseconds.
pub(super) fn seconds(us: u64) -> String {
    match Span::from_us(us).as_us() {
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
