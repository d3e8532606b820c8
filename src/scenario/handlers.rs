//! What servers and browsers do when something happens to them, as documents write it down.

use super::ScenarioError;
use super::document::LARGEST_EXACT;
use super::reader::Reader;
use crate::actors::handler::{
    Action, Arguments, EmissionTemplate, Handlers, Recipients, Reference, Rooms, Template, Verb,
};
use crate::realtime::socket_io::{Value, is_reserved};
use crate::time::Span;
use serde_json::Value as Json;

type Read<T> = Result<T, ScenarioError>;

pub(super) fn span(field: &Reader) -> Read<Span> {
    Ok(Span::from_us(field.whole(0, LARGEST_EXACT)?))
}

/// Handlers by the name of the event; `connection` and `disconnect` are Socket.IO's own, `*` is any other.
pub(super) fn handlers(on: &Reader) -> Read<Handlers> {
    let mut handlers = Handlers::default();
    for (name, list) in on.members()? {
        let actions: Vec<Action> = list.each(|entry| action(entry, name))?;
        match name {
            "connection" => handlers.connection = actions,
            "disconnect" => handlers.disconnect = actions,
            "*" => handlers.any = actions,
            name => drop(handlers.events.insert(name.to_owned(), actions)),
        }
    }
    Ok(handlers)
}

/// `{"emit": {…}}`, `{"acknowledge": "same", "after_us": 1500000}`.
fn action(action: &Reader, event: &str) -> Read<Action> {
    const VERBS: &str = "emit, emit_to_all, broadcast, acknowledge, join, leave, disconnect";
    let after = action.field("after_us", Span::ZERO, span)?;
    let mut verbs = action.members()?.filter(|(name, _)| *name != "after_us");
    let (Some((name, field)), None) = (verbs.next(), verbs.next()) else {
        return action.invalid(format!("an action has one of the fields {VERBS}, and after_us besides"));
    };
    let what = match name {
        "emit" => emission(&field, |_| Ok(Recipients::Client), &[])?,
        "emit_to_all" => {
            emission(&field, |field| Ok(Recipients::Everybody(rooms(field)?)), &["rooms", "except"])?
        }
        "broadcast" => emission(&field, |field| Ok(Recipients::Others(rooms(field)?)), &["rooms", "except"])?,
        "acknowledge" if ["connection", "disconnect"].contains(&event) => {
            return field.invalid(format!("nobody waits for an acknowledgement of {event}"));
        }
        "acknowledge" => Verb::Acknowledge(arguments(&field)?),
        "join" => Verb::Join(template(&field)?),
        "leave" => Verb::Leave(template(&field)?),
        "disconnect" => {
            field.only(&["close"])?;
            Verb::Disconnect { close: field.field("close", false, Reader::truth)? }
        }
        _ => return field.invalid(format!("there is no action of this name; there are {VERBS}")),
    };
    Ok(Action { after, what })
}

fn emission(field: &Reader, to: impl Fn(&Reader) -> Read<Recipients>, more: &[&str]) -> Read<Verb> {
    Ok(Verb::Emit { to: to(field)?, emission: emission_template(field, more)? })
}

/// An event to be sent: `event`, `args`, `volatile`, `ack`, `timeout_us`; `more` are the fields that may stand there
/// too.
pub(super) fn emission_template(field: &Reader, more: &[&str]) -> Read<EmissionTemplate> {
    field.only(&[&["event", "args", "volatile", "ack", "timeout_us"], more].concat())?;
    let timeout = field.optional("timeout_us")?.map(|timeout| timeout.whole(1, LARGEST_EXACT)).transpose()?;
    Ok(EmissionTemplate {
        event: event_name(&field.required("event")?)?,
        arguments: field.field("args", Arguments::Listed(Vec::new()), arguments)?,
        is_volatile: field.field("volatile", false, Reader::truth)?,
        // A time for an acknowledgement asks for one.
        wants_ack: field.field("ack", timeout.is_some(), Reader::truth)?,
        timeout: timeout.map(Span::from_us),
    })
}

/// The name of an event that an application may send.
fn event_name(field: &Reader) -> Read<String> {
    let name = field.text()?;
    if is_reserved(&name) {
        return field.invalid(format!("Socket.IO keeps the name '{name}' for itself; choose another"));
    }
    Ok(name)
}

pub(super) fn rooms(field: &Reader) -> Read<Rooms> {
    Ok(Rooms { to: field.list("rooms", template)?, except: field.list("except", template)? })
}

/// `"same"`, or a list of values.
pub(super) fn arguments(field: &Reader) -> Read<Arguments> {
    match field.raw()? {
        Json::String(same) if same == "same" => Ok(Arguments::Same),
        Json::Array(_) => Ok(Arguments::Listed(field.each(template)?)),
        _ => field.invalid("there must be \"same\" or a list of values here"),
    }
}

/// A value; `{"$": "handshake.auth"}` in it is a value that comes with the event.
fn template(field: &Reader) -> Read<Template> {
    match field.raw()? {
        Json::Array(_) => Ok(Template::Array(field.each(template)?)),
        Json::Object(members) if members.contains_key("$") => {
            field.only(&["$"])?;
            let name = field.required("$")?;
            match Reference::named(&name.text()?) {
                Some(reference) => Ok(Template::Reference(reference)),
                None => name.invalid(
                    "there are handshake.auth, handshake.query, socket.id, socket.rooms, event, and args.0, args.1, …",
                ),
            }
        }
        Json::Object(_) => {
            let mut members = Vec::new();
            for (name, member) in field.members()? {
                members.push((name.to_owned(), template(&member)?));
            }
            Ok(Template::Object(members))
        }
        literal => Ok(Template::Literal(value(&literal))),
    }
}

/// A value of the document as Socket.IO has it.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(entries) => Value::Array(entries.iter().map(value).collect()),
        Json::Object(members) => {
            Value::object(members.iter().map(|(name, member)| (name.clone(), value(member))))
        }
    }
}
