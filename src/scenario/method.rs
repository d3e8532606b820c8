//! A method that a client is told to send: `{"basic.ack": {"delivery_tag": 1}}`.
//!
//! Methods and fields have the names of the specification (`-` in a field is `_`). What is left out is 0, false or
//! empty.

use super::definitions::table;
use super::reader::Reader;
use super::{Format, MessageDocument, ScenarioError};
use crate::amqp::{Method, Table};
use crate::ids::{Name, Names};
use serde_json::Value;

/// What a client is told to send.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientMethod {
    /// `basic.publish` with what follows it.
    Publish(MessageDocument),
    /// Another method.
    Other(Method),
}

/// `Variant "name" { field "its name": how it is read }`
macro_rules! client_methods {
    ($($variant:ident $text:literal { $($field:ident $name:literal: $read:ident),* $(,)? })*) => {
        /// The methods that a client may send on an open channel, besides `basic.publish`.
        const METHODS: &[&str] = &[$($text),*];

        fn read(fields: &mut Fields, method: &str) -> Option<Method> {
            Some(match method {
                $($text => {
                    fields.only(&[$($name),*]);
                    Method::$variant { $($field: fields.$read($name)),* }
                })*
                _ => return None,
            })
        }
    };
}

client_methods! {
    ExchangeDeclare "exchange.declare" {
        exchange "exchange": name, kind "type": name, passive "passive": flag, durable "durable": flag,
        auto_delete "auto_delete": flag, internal "internal": flag, no_wait "no_wait": flag,
        arguments "arguments": table,
    }
    ExchangeDelete "exchange.delete" {
        exchange "exchange": name, if_unused "if_unused": flag, no_wait "no_wait": flag,
    }
    ExchangeBind "exchange.bind" {
        destination "destination": name, source "source": name, routing_key "routing_key": name,
        no_wait "no_wait": flag, arguments "arguments": table,
    }
    ExchangeUnbind "exchange.unbind" {
        destination "destination": name, source "source": name, routing_key "routing_key": name,
        no_wait "no_wait": flag, arguments "arguments": table,
    }
    QueueDeclare "queue.declare" {
        queue "queue": name, passive "passive": flag, durable "durable": flag, exclusive "exclusive": flag,
        auto_delete "auto_delete": flag, no_wait "no_wait": flag, arguments "arguments": table,
    }
    QueueBind "queue.bind" {
        queue "queue": name, exchange "exchange": name, routing_key "routing_key": name,
        no_wait "no_wait": flag, arguments "arguments": table,
    }
    QueuePurge "queue.purge" { queue "queue": name, no_wait "no_wait": flag }
    QueueDelete "queue.delete" {
        queue "queue": name, if_unused "if_unused": flag, if_empty "if_empty": flag, no_wait "no_wait": flag,
    }
    QueueUnbind "queue.unbind" {
        queue "queue": name, exchange "exchange": name, routing_key "routing_key": name,
        arguments "arguments": table,
    }
    BasicQos "basic.qos" { prefetch_size "prefetch_size": long, prefetch_count "prefetch_count": short,
        global "global": flag,
    }
    BasicConsume "basic.consume" {
        queue "queue": name, consumer_tag "consumer_tag": name, no_local "no_local": flag,
        no_ack "no_ack": flag, exclusive "exclusive": flag, no_wait "no_wait": flag,
        arguments "arguments": table,
    }
    BasicCancel "basic.cancel" { consumer_tag "consumer_tag": name, no_wait "no_wait": flag }
    BasicGet "basic.get" { queue "queue": name, no_ack "no_ack": flag }
    BasicAck "basic.ack" { delivery_tag "delivery_tag": tag, multiple "multiple": flag }
    BasicNack "basic.nack" {
        delivery_tag "delivery_tag": tag, multiple "multiple": flag, requeue "requeue": flag,
    }
    BasicReject "basic.reject" { delivery_tag "delivery_tag": tag, requeue "requeue": flag }
    BasicRecover "basic.recover" { requeue "requeue": flag }
    ConfirmSelect "confirm.select" { no_wait "no_wait": flag }
    TxSelect "tx.select" {}
    TxCommit "tx.commit" {}
    TxRollback "tx.rollback" {}
}

/// Reads a method. `names` takes the names in it.
///
/// # Errors
/// When there is no such method, or no such field in it, with the place.
pub fn client_method(value: &Value, names: &mut Names) -> Result<ClientMethod, ScenarioError> {
    let command = Reader::new(Format::Scenario, value).within("method");
    let (method, reader) = command.choice()?;
    if method == "basic.publish" {
        return Ok(ClientMethod::Publish(MessageDocument::read(&reader)?));
    }
    let mut fields = Fields { reader: &reader, names, problem: None };
    let found = read(&mut fields, method);
    match (found, fields.problem) {
        (_, Some(problem)) => Err(problem),
        (Some(method), None) => Ok(ClientMethod::Other(method)),
        (None, None) => reader.invalid(format!("a client can send basic.publish, {}", METHODS.join(", "))),
    }
}

/// The fields of a method, each read by its kind. The first problem is kept.
struct Fields<'a> {
    reader: &'a Reader<'a>,
    names: &'a mut Names,
    problem: Option<ScenarioError>,
}

impl Fields<'_> {
    fn only(&mut self, known: &[&str]) {
        self.problem = self.reader.only(known).err();
    }

    fn take<T: Default>(&mut self, read: Result<T, ScenarioError>) -> T {
        read.unwrap_or_else(|problem| {
            self.problem.get_or_insert(problem);
            T::default()
        })
    }

    #[inline(never)]
    fn name(&mut self, name: &str) -> Name {
        let text = self.take(self.reader.short_text_or_empty(name));
        self.names.intern(&text)
    }

    #[inline(never)]
    fn flag(&mut self, name: &str) -> bool {
        self.take(self.reader.flag(name))
    }

    fn short(&mut self, name: &str) -> u16 {
        self.take(self.reader.whole_or(name, 0, (0, u16::MAX.into()))) as u16
    }

    fn long(&mut self, name: &str) -> u32 {
        self.take(self.reader.whole_or(name, 0, (0, u32::MAX.into()))) as u32
    }

    /// A delivery tag has to be named: 0 has a meaning of its own.
    #[inline(never)]
    fn tag(&mut self, name: &str) -> u64 {
        self.take(self.reader.required(name).and_then(|tag| tag.whole(0, u64::MAX)))
    }

    #[inline(never)]
    fn table(&mut self, name: &str) -> Table {
        self.take(self.reader.field(name, Table::default(), |arguments| Ok(table(arguments.fields()?))))
    }
}
