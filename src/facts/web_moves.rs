//! What moves between browsers and servers, read from facts.

use super::{ClientName, Event, Leg, Shape};
use crate::ids::{MessageId, Name};
use crate::time::Time;

/// A thing that goes from one node to another: which message it is or is about, its leg and shape, the event that it
/// is, who sends it, and when it arrives.
pub(super) type WebMove = (MessageId, Leg, Shape, Name, ClientName, Time);

/// No message: what keeps a connection alive belongs to none.
const NO_MESSAGE: MessageId = MessageId(0);

/// The move that a fact tells of.
pub(super) fn web_move(event: &Event) -> Option<WebMove> {
    Some(match *event {
        Event::RequestSent { browser, server, message, arrives, .. } => {
            (message, Leg::Packet(browser, server), Shape::Request, Name::EMPTY, browser, arrives)
        }
        Event::ResponseSent { server, browser, message, arrives, .. } => {
            (message, Leg::Packet(server, browser), Shape::Response, Name::EMPTY, server, arrives)
        }
        Event::EventSent { from, to, message, event, attempt, arrives } => {
            let shape = if attempt > 1 { Shape::Redelivered } else { Shape::Message };
            (message, Leg::Packet(from, to), shape, event, from, arrives)
        }
        Event::AnswerSent { from, to, message, arrives } => {
            (message, Leg::Packet(from, to), Shape::Acknowledgement, Name::EMPTY, from, arrives)
        }
        Event::HeartbeatSent { from, to, arrives, .. } => {
            (NO_MESSAGE, Leg::Packet(from, to), Shape::Heartbeat, Name::EMPTY, from, arrives)
        }
        _ => return None,
    })
}

/// What has arrived with a fact: on which leg, of which message. Where nobody could say beforehand when it would, it
/// is there now.
pub(super) fn web_arrival(event: &Event) -> Option<(MessageId, Leg)> {
    Some(match *event {
        Event::EventReceived { by, from, message, .. } => (message, Leg::Packet(from, by)),
        Event::RequestHeld { server, browser, message, .. }
        | Event::ResponseSent { server, browser, message, .. } => (message, Leg::Packet(browser, server)),
        Event::ResponseReceived { server, browser, message, .. } => (message, Leg::Packet(server, browser)),
        _ => return None,
    })
}

/// The place where a message is lost, with the leg on which it is not any more.
pub(super) fn web_end(event: &Event) -> Option<(MessageId, ClientName, Option<Leg>)> {
    Some(match *event {
        Event::EventLost { from, to, message, .. } => (message, to, Some(Leg::Packet(from, to))),
        Event::EventDropped { from, message, .. } => (message, from, None),
        Event::EventMissed { browser, message, .. } => (message, browser, None),
        _ => return None,
    })
}
