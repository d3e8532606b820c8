//! RabbitMQ's definitions: virtual hosts, exchanges, queues and bindings as `rabbitmqctl export_definitions` and
//! the management page write them.
//!
//! Source: rabbitmq.com/docs/definitions, and exports of RabbitMQ 3.10.8. Fields that later versions add are let
//! through; what changes the behaviour and is not acted on is listed (see `not_simulated`).

use super::reader::Reader;
use super::{Format, ScenarioError};
use crate::amqp;
use crate::broker::ExchangeKind;
use litemap::LiteMap;
use serde_json::{Map, Value};

/// A definitions document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Definitions {
    /// Virtual hosts. Absent in the export of a single one.
    pub vhosts: Option<Vec<VirtualHostDefinition>>,
    /// Exchanges besides those that are in every virtual host.
    pub exchanges: Vec<ExchangeDefinition>,
    /// Queues.
    pub queues: Vec<QueueDefinition>,
    /// Bindings, of queues and of exchanges.
    pub bindings: Vec<BindingDefinition>,
    /// Users.
    pub users: Vec<Value>,
    /// Permissions of users.
    pub permissions: Vec<Value>,
    /// Permissions by routing key.
    pub topic_permissions: Vec<Value>,
    /// Policies.
    pub policies: Vec<Value>,
    /// Runtime parameters: operator policies, limits, shovels, federation.
    pub parameters: Vec<Value>,
}

/// A virtual host.
#[derive(Clone, Debug, PartialEq)]
pub struct VirtualHostDefinition {
    /// Its name.
    pub name: String,
}

/// An exchange.
#[derive(Clone, Debug, PartialEq)]
pub struct ExchangeDefinition {
    /// Its name.
    pub name: String,
    /// Its virtual host; absent in the export of a single one.
    pub vhost: Option<String>,
    /// Its type.
    pub kind: String,
    /// Whether it survives a restart.
    pub durable: bool,
    /// Whether it goes with its last binding.
    pub auto_delete: bool,
    /// Whether clients may not publish to it.
    pub internal: bool,
    /// Further arguments.
    pub arguments: Map<String, Value>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueDefinition {
    /// Its name.
    pub name: String,
    /// Its virtual host; absent in the export of a single one.
    pub vhost: Option<String>,
    /// Whether it survives a restart.
    pub durable: bool,
    /// Whether it goes with its last consumer.
    pub auto_delete: bool,
    /// Further arguments.
    pub arguments: Map<String, Value>,
}

/// A binding.
#[derive(Clone, Debug, PartialEq)]
pub struct BindingDefinition {
    /// The exchange that it leaves.
    pub source: String,
    /// Its virtual host; absent in the export of a single one.
    pub vhost: Option<String>,
    /// Where it leads.
    pub destination: String,
    /// What that is.
    pub destination_type: DestinationType,
    /// The key.
    pub routing_key: String,
    /// Further arguments, which a headers exchange matches by.
    pub arguments: Map<String, Value>,
}

/// What a binding leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DestinationType {
    /// A queue.
    Queue,
    /// An exchange.
    Exchange,
}

/// The field `vhost`, which an export of a single virtual host lacks.
fn virtual_host(entry: &Reader) -> Result<Option<String>, ScenarioError> {
    entry.optional("vhost")?.map(|host| host.name()).transpose()
}

impl ExchangeDefinition {
    fn read(entry: &Reader) -> Result<ExchangeDefinition, ScenarioError> {
        Ok(ExchangeDefinition {
            name: entry.required("name")?.name()?,
            vhost: virtual_host(entry)?,
            kind: entry.required("type")?.text()?,
            durable: entry.field("durable", true, Reader::truth)?,
            auto_delete: entry.flag("auto_delete")?,
            internal: entry.flag("internal")?,
            arguments: entry.field("arguments", Map::new(), Reader::table)?,
        })
    }
}

impl QueueDefinition {
    fn read(entry: &Reader) -> Result<QueueDefinition, ScenarioError> {
        Ok(QueueDefinition {
            name: entry.required("name")?.name()?,
            vhost: virtual_host(entry)?,
            durable: entry.field("durable", true, Reader::truth)?,
            auto_delete: entry.flag("auto_delete")?,
            arguments: entry.field("arguments", Map::new(), Reader::table)?,
        })
    }
}

impl BindingDefinition {
    fn read(entry: &Reader) -> Result<BindingDefinition, ScenarioError> {
        let kind = entry.required("destination_type")?;
        Ok(BindingDefinition {
            source: entry.required("source")?.short_text()?,
            vhost: virtual_host(entry)?,
            destination: entry.required("destination")?.short_text()?,
            destination_type: match kind.text()?.as_str() {
                "queue" => DestinationType::Queue,
                "exchange" => DestinationType::Exchange,
                _ => return kind.invalid("there must be \"queue\" or \"exchange\" here"),
            },
            routing_key: entry.short_text_or_empty("routing_key")?,
            arguments: entry.field("arguments", Map::new(), Reader::table)?,
        })
    }
}

/// The virtual host of definitions that name none.
pub const ONLY_VIRTUAL_HOST: &str = "/";

impl Definitions {
    /// Reads and checks a definitions document.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn from_json(document: &Value) -> Result<Definitions, ScenarioError> {
        let definitions = Definitions::read(&Reader::new(Format::Definitions, document))?;
        definitions.check("")?;
        Ok(definitions)
    }

    /// Reads definitions; fields that are not known here are let through.
    pub(super) fn read(document: &Reader) -> Result<Definitions, ScenarioError> {
        let hosts = document.optional("vhosts")?;
        let host = |host: &Reader| Ok(VirtualHostDefinition { name: host.required("name")?.name()? });
        Ok(Definitions {
            vhosts: hosts.map(|hosts| hosts.each(host)).transpose()?,
            exchanges: document.list("exchanges", ExchangeDefinition::read)?,
            queues: document.list("queues", QueueDefinition::read)?,
            bindings: document.list("bindings", BindingDefinition::read)?,
            users: document.list("users", |each| each.raw())?,
            permissions: document.list("permissions", |each| each.raw())?,
            topic_permissions: document.list("topic_permissions", |each| each.raw())?,
            policies: document.list("policies", |each| each.raw())?,
            parameters: document.list("parameters", |each| each.raw())?,
        })
    }

    /// The names of the virtual hosts, in the order of the document.
    pub fn virtual_hosts(&self) -> Vec<&str> {
        match &self.vhosts {
            Some(hosts) => hosts.iter().map(|host| host.name.as_str()).collect(),
            None => vec![ONLY_VIRTUAL_HOST],
        }
    }

    /// The virtual host that a `vhost` field means.
    pub fn virtual_host_of<'a>(&self, field: Option<&'a str>) -> &'a str {
        field.unwrap_or(ONLY_VIRTUAL_HOST)
    }

    /// Checks what the form alone does not show: that things are declared once and what they refer to is there.
    /// `prefix` is put before each place.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the document.
    pub fn check(&self, prefix: &str) -> Result<(), ScenarioError> {
        let format = if prefix.is_empty() { Format::Definitions } else { Format::Scenario };
        let invalid = |place: String, what: String| {
            Err(ScenarioError::invalid(format, format!("{prefix}{place}"), what))
        };
        let mut hosts = LiteMap::new_vec();
        for (place, host) in self.virtual_hosts().into_iter().enumerate() {
            if hosts.insert(host, ()).is_some() {
                return invalid(
                    format!("vhosts[{place}].name"),
                    format!("virtual host '{host}' stands here twice"),
                );
            }
        }
        let unknown_host = |host: &str| {
            format!(
                "there is no virtual host '{host}'; add it to vhosts or leave out the fields vhost everywhere"
            )
        };
        let mut exchanges = LiteMap::new_vec();
        for (place, exchange) in self.exchanges.iter().enumerate() {
            let host = self.virtual_host_of(exchange.vhost.as_deref());
            if !hosts.contains_key(host) {
                return invalid(format!("exchanges[{place}].vhost"), unknown_host(host));
            }
            if exchanges.insert((host, exchange.name.as_str()), ()).is_some() {
                let what = format!("exchange '{}' stands in virtual host '{host}' twice", exchange.name);
                return invalid(format!("exchanges[{place}].name"), what);
            }
            if ExchangeKind::from_name(&exchange.kind).is_none() {
                let known = ExchangeKind::ALL.map(ExchangeKind::name).join(", ");
                let what = format!(
                    "exchange type '{}' is not known here; the types are {known} (types of plugins are not simulated)",
                    exchange.kind
                );
                return invalid(format!("exchanges[{place}].type"), what);
            }
        }
        let mut queues = LiteMap::new_vec();
        for (place, queue) in self.queues.iter().enumerate() {
            let host = self.virtual_host_of(queue.vhost.as_deref());
            if !hosts.contains_key(host) {
                return invalid(format!("queues[{place}].vhost"), unknown_host(host));
            }
            if queues.insert((host, queue.name.as_str()), ()).is_some() {
                let what = format!("queue '{}' stands in virtual host '{host}' twice", queue.name);
                return invalid(format!("queues[{place}].name"), what);
            }
        }
        let has_exchange = |host, name: &str| exchanges.contains_key(&(host, name)) || is_predeclared(name);
        for (place, binding) in self.bindings.iter().enumerate() {
            let host = self.virtual_host_of(binding.vhost.as_deref());
            if !hosts.contains_key(host) {
                return invalid(format!("bindings[{place}].vhost"), unknown_host(host));
            }
            if !has_exchange(host, &binding.source) {
                let what = format!(
                    "there is no exchange '{}' in virtual host '{host}'; declare it under exchanges or remove the \
                     binding",
                    binding.source
                );
                return invalid(format!("bindings[{place}].source"), what);
            }
            let (is_there, kind, list) = match binding.destination_type {
                DestinationType::Queue => {
                    (queues.contains_key(&(host, binding.destination.as_str())), "queue", "queues")
                }
                DestinationType::Exchange => {
                    (has_exchange(host, &binding.destination), "exchange", "exchanges")
                }
            };
            if !is_there {
                let what = format!(
                    "there is no {kind} '{}' in virtual host '{host}'; declare it under {list} or remove the binding",
                    binding.destination
                );
                return invalid(format!("bindings[{place}].destination"), what);
            }
        }
        Ok(())
    }
}

/// Whether an exchange of that name is in every virtual host.
pub(super) fn is_predeclared(name: &str) -> bool {
    crate::broker::PREDECLARED.iter().any(|(predeclared, _)| *predeclared == name)
}

/// Arguments as a field table, with the types that RabbitMQ gives values that come from JSON
/// (`rabbit_misc:to_amqp_table`): whole numbers are 64 bits wide, other numbers doubles.
pub fn table(arguments: &Map<String, Value>) -> amqp::Table {
    amqp::Table(arguments.iter().map(|(name, value)| (name.clone(), table_value(value))).collect())
}

/// A value with the type that RabbitMQ gives it when it comes from JSON.
pub fn table_value(value: &Value) -> amqp::Value {
    match value {
        Value::Null => amqp::Value::Void,
        Value::Bool(holds) => amqp::Value::Boolean(*holds),
        Value::Number(number) => match number.as_i64() {
            Some(number) => amqp::Value::Int64(number),
            None => amqp::Value::Double(number.as_f64().unwrap_or(f64::MAX)),
        },
        Value::String(text) => amqp::Value::text(text),
        Value::Array(values) => amqp::Value::Array(values.iter().map(table_value).collect()),
        Value::Object(fields) => amqp::Value::Table(table(fields)),
    }
}
