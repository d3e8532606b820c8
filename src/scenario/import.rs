//! Definitions go into a broker, by the same methods that a client would send, so the same rules judge them.

use super::{Definitions, DestinationType, Operator, table};
use crate::amqp::Method;
use crate::broker::{AppliesTo, Broker, Context, Limit, Limits, Policy};
use litemap::LiteMap;
use std::fmt;

/// Something in definitions that the broker refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands, such as `queues[3]`.
    pub place: String,
    /// The broker's words.
    pub words: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: RabbitMQ refuses this: {}", self.place, self.words)
    }
}

impl std::error::Error for Refused {}

/// Declares everything in definitions that have been checked; what exists already stays.
///
/// # Errors
/// The first thing that the broker refuses; what came before it is declared then.
pub fn import(broker: &mut Broker, cx: &mut Context, definitions: &Definitions) -> Result<(), Refused> {
    let mut operators: LiteMap<&str, Operator> = LiteMap::new();
    for host in definitions.virtual_hosts() {
        broker.add_virtual_host(host, cx.names);
        operators.insert(host, Operator::connect(broker, cx, host));
    }
    let outcome = declare(broker, cx, definitions, &operators);
    for operator in operators.values() {
        operator.leave(broker, cx);
    }
    outcome
}

fn declare(
    broker: &mut Broker,
    cx: &mut Context,
    definitions: &Definitions,
    operators: &LiteMap<&str, Operator>,
) -> Result<(), Refused> {
    set_access(broker, definitions)?;
    set_limits(broker, cx, definitions);
    set_policies(broker, cx, definitions)?;
    for (number, exchange) in definitions.exchanges.iter().enumerate() {
        let method = Method::ExchangeDeclare {
            exchange: cx.names.intern(&exchange.name),
            kind: cx.names.intern(&exchange.kind),
            passive: false,
            durable: exchange.durable,
            auto_delete: exchange.auto_delete,
            internal: exchange.internal,
            no_wait: true,
            arguments: table(&exchange.arguments),
        };
        request(broker, cx, operator_of(operators, definitions, &exchange.vhost), method, || {
            format!("exchanges[{number}]")
        })?;
    }
    for (number, queue) in definitions.queues.iter().enumerate() {
        let method = Method::QueueDeclare {
            queue: cx.names.intern(&queue.name),
            passive: false,
            durable: queue.durable,
            exclusive: false,
            auto_delete: queue.auto_delete,
            no_wait: true,
            arguments: table(&queue.arguments),
        };
        request(broker, cx, operator_of(operators, definitions, &queue.vhost), method, || {
            format!("queues[{number}]")
        })?;
    }
    for (number, binding) in definitions.bindings.iter().enumerate() {
        let (source, destination) = (cx.names.intern(&binding.source), cx.names.intern(&binding.destination));
        let routing_key = cx.names.intern(&binding.routing_key);
        let arguments = table(&binding.arguments);
        let method = match binding.destination_type {
            DestinationType::Queue => Method::QueueBind {
                queue: destination,
                exchange: source,
                routing_key,
                no_wait: true,
                arguments,
            },
            DestinationType::Exchange => {
                Method::ExchangeBind { destination, source, routing_key, no_wait: true, arguments }
            }
        };
        request(broker, cx, operator_of(operators, definitions, &binding.vhost), method, || {
            format!("bindings[{number}]")
        })?;
    }
    Ok(())
}

/// Who declares in the virtual host that a `vhost` field means.
fn operator_of<'a>(
    operators: &'a LiteMap<&'a str, Operator>,
    definitions: &'a Definitions,
    field: &'a Option<String>,
) -> &'a Operator {
    &operators[&definitions.virtual_host_of(field.as_deref())]
}

fn text(of: &serde_json::Value, field: &str) -> Option<String> {
    of.get(field).and_then(|value| value.as_str()).map(str::to_owned)
}

/// Users, what they may do, and with which routing keys.
fn set_access(broker: &mut Broker, definitions: &Definitions) -> Result<(), Refused> {
    for user in &definitions.users {
        let hash = text(user, "password_hash").unwrap_or_default();
        broker.add_user_with_hash(&text(user, "name").unwrap_or_default(), &hash);
    }
    for (number, permission) in definitions.permissions.iter().enumerate() {
        let field = |name| text(permission, name).unwrap_or_default();
        let (user, host) = (field("user"), field("vhost"));
        broker
            .permit(&user, &host, [&field("configure"), &field("write"), &field("read")])
            .map_err(|words| Refused { place: format!("permissions[{number}]"), words })?;
    }
    for (number, permission) in definitions.topic_permissions.iter().enumerate() {
        let field = |name| text(permission, name).unwrap_or_default();
        let (user, host, exchange) = (field("user"), field("vhost"), field("exchange"));
        broker
            .permit_topics(&user, &host, &exchange, [&field("write"), &field("read")])
            .map_err(|words| Refused { place: format!("topic_permissions[{number}]"), words })?;
    }
    Ok(())
}

/// Limits of users, and of virtual hosts among the parameters.
fn set_limits(broker: &mut Broker, cx: &Context, definitions: &Definitions) {
    for user in &definitions.users {
        if let Some(limits) = user.get("limits") {
            broker.limit_user(&text(user, "name").unwrap_or_default(), limits_of(limits));
        }
    }
    for parameter in &definitions.parameters {
        if parameter.get("component").and_then(|component| component.as_str()) == Some("vhost-limits") {
            let host = text(parameter, "vhost").filter(|_| definitions.vhosts.is_some());
            let host = definitions.virtual_host_of(host.as_deref());
            broker.limit_virtual_host(cx, host, limits_of(&parameter["value"]));
        }
    }
}

fn limits_of(limits: &serde_json::Value) -> Limits {
    let limit = |name: &str| Limit::of(limits.get(name).and_then(|number| number.as_i64()).unwrap_or(-1));
    Limits {
        connections: limit("max-connections"),
        queues: limit("max-queues"),
        channels: limit("max-channels"),
    }
}

fn set_policies(broker: &mut Broker, cx: &mut Context, definitions: &Definitions) -> Result<(), Refused> {
    for (number, policy) in definitions.policies.iter().enumerate() {
        let place = format!("policies[{number}]");
        set_policy(broker, cx, definitions, (policy, policy), false)
            .map_err(|words| Refused { place, words })?;
    }
    for (number, parameter) in definitions.parameters.iter().enumerate() {
        if parameter.get("component").and_then(|component| component.as_str()) == Some("operator_policy") {
            let place = format!("parameters[{number}]");
            let settings = (parameter, &parameter["value"]);
            set_policy(broker, cx, definitions, settings, true).map_err(|words| Refused { place, words })?;
        }
    }
    Ok(())
}

/// Sets a policy; an operator policy has its settings one level deeper than its name.
fn set_policy(
    broker: &mut Broker,
    cx: &mut Context,
    definitions: &Definitions,
    (named, settings): (&serde_json::Value, &serde_json::Value),
    is_operator: bool,
) -> Result<(), String> {
    // The export of a single virtual host names it in its policies alone.
    let host = text(named, "vhost").filter(|_| definitions.vhosts.is_some());
    let host = definitions.virtual_host_of(host.as_deref()).to_owned();
    let applies_to = text(settings, "apply-to").unwrap_or_else(|| "all".to_owned());
    let definition = settings.get("definition").and_then(|definition| definition.as_object());
    let policy = Policy {
        name: text(named, "name").ok_or("a policy has a name")?,
        pattern: text(settings, "pattern").ok_or("a policy has a pattern")?,
        applies_to: AppliesTo::from_name(&applies_to)
            .ok_or_else(|| format!("apply-to '{applies_to}' is not known"))?,
        priority: settings.get("priority").and_then(|priority| priority.as_i64()).unwrap_or(0),
        definition: definition.map(table).ok_or("a policy has a definition")?,
    };
    broker.set_policy(cx, &host, policy, is_operator)
}

fn request(
    broker: &mut Broker,
    cx: &mut Context,
    operator: &Operator,
    method: Method,
    place: impl Fn() -> String,
) -> Result<(), Refused> {
    operator.request(broker, cx, method).map_err(|words| Refused { place: place(), words })
}
