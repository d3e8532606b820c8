//! Packets of Socket.IO that go onto a connection.

use super::World;
use super::passage::{Passing, Way};
use super::traffic::Seen;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, Name};
use crate::time::Time;

/// A packet that goes onto a connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Going {
    /// An event.
    Event(Passing),
    /// The acknowledgement of a message.
    Answer(MessageId),
    /// A ping.
    Ping,
    /// The answer to one.
    Pong,
}

impl Going {
    /// The message that it is or is about.
    pub fn message(&self) -> Option<MessageId> {
        match self {
            Going::Event(passing) => Some(passing.message),
            Going::Answer(message) => Some(*message),
            Going::Ping | Going::Pong => None,
        }
    }
}

impl World {
    /// Finds out which messages the packets are that go onto a connection.
    pub(super) fn carry_packets(
        &mut self,
        guest: usize,
        session: Option<Name>,
        way: Way,
        packets: &[Seen],
    ) -> Vec<Going> {
        let mut going = Vec::new();
        for seen in packets {
            going.extend(match seen {
                Seen::Ping => Some(Going::Ping),
                Seen::Pong => Some(Going::Pong),
                Seen::Event(namespace) => {
                    let passage = self.passage_of(guest, session, namespace);
                    passage.and_then(|passage| passage.carry(way)).map(Going::Event)
                }
                Seen::Acknowledgement(namespace) => {
                    let passage = self.passage_of(guest, session, namespace);
                    passage.and_then(|passage| passage.carry_answer(way)).map(Going::Answer)
                }
            });
        }
        going
    }

    /// They are on their way.
    pub(super) fn tell_what_goes(&mut self, guest: usize, way: Way, going: Vec<Going>, arrives: Time) {
        let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
        let (from, to) = match way {
            Way::ToServer => (browser, server),
            Way::ToBrowser => (server, browser),
        };
        for packet in going {
            let event = match packet {
                Going::Event(Passing { message, attempt, .. }) => {
                    if way == Way::ToServer {
                        self.browsing.guests[guest].counts.sent += 1;
                    }
                    let event = self.browsing.event_of(message);
                    Event::EventSent { from, to, message, event, attempt, arrives }
                }
                Going::Answer(message) => Event::AnswerSent { from, to, message, arrives },
                Going::Ping | Going::Pong => {
                    let is_ping = matches!(packet, Going::Ping);
                    let packet = self.names.intern(if is_ping { "ping" } else { "pong" });
                    Event::HeartbeatSent { from, to, packet, arrives, rule: Rule::PingAndPong }
                }
            };
            self.record(event);
        }
    }
}
