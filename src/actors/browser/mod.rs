//! What runs in a browser: a program that makes requests of a server, or keeps a connection to it.
//!
//! A program is a [`Caller`]: whoever carries its requests and WebSockets hands it what comes and fetches what it
//! wants done. Before its output, its events are to be fetched until there is none; an event that brings something
//! new is to be given back, with the message that has come, so that the program reacts to it.

mod poller;
mod requester;
mod socket_client;
mod websocket_client;

pub use poller::{Poller, Waiting};
pub use requester::{PlannedRequest, Requester};
pub use socket_client::{
    ClientAction, ClientEmission, ClientListener, ClientVerb, NamespaceProgram, SocketClient,
};
pub use websocket_client::WebSocketClient;

use super::Rhythm;
use crate::ids::MessageId;
use crate::realtime::socket_io::client;
use crate::realtime::{Caller, CallerInput, CallerOutput, ExchangeId};
use crate::time::Time;

/// What happened in a browser.
#[derive(Clone, Debug, PartialEq)]
pub enum BrowserEvent {
    /// What the Socket.IO client tells. It is to be given back to [`Browser::react`].
    SocketIo(client::Event),
    /// The program sends an event by Socket.IO.
    Emitted {
        /// Its namespace.
        namespace: String,
        /// The message that it is.
        message: MessageId,
        /// The name of the event.
        event: String,
    },
    /// The program acknowledges a message.
    AcknowledgementSent {
        /// In which namespace.
        namespace: String,
        /// The message.
        message: MessageId,
    },
    /// A message of the program has been acknowledged, or will not be.
    Answered {
        /// The message.
        message: MessageId,
        /// Why not.
        problem: Option<client::AckError>,
    },
    /// The program listens to an event once more.
    Listens {
        /// The name of the event.
        event: String,
        /// How often it listens to it now.
        count: u64,
    },
    /// The program says a line: in the body of a request, or over a WebSocket.
    Said {
        /// With which.
        exchange: ExchangeId,
        /// The message that it is.
        message: MessageId,
        /// What it says.
        text: String,
    },
    /// A line cannot be said: there is no open WebSocket.
    Unsaid {
        /// The message that it is.
        message: MessageId,
        /// What it says.
        text: String,
    },
    /// So many lines have come, with an answer or over a WebSocket.
    Heard {
        /// With which.
        exchange: ExchangeId,
        /// How many.
        count: u64,
    },
    /// The WebSocket is open.
    Opened {
        /// Which.
        exchange: ExchangeId,
    },
    /// The WebSocket has ended, or has not come about.
    Ended {
        /// Which.
        exchange: ExchangeId,
        /// The status code of its close frame; 1006 when there was none (RFC 6455 section 7.1.5).
        code: u16,
        /// When another one is tried, if so.
        again: Option<Time>,
    },
}

/// A program.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are few of them, and they live long")]
pub enum Program {
    /// Single requests.
    Requests(Requester),
    /// Polling, short or long.
    Polling(Poller),
    /// A WebSocket.
    WebSocket(WebSocketClient),
    /// Socket.IO.
    SocketIo(SocketClient),
}

/// A browser with its program.
#[derive(Clone, Debug)]
pub struct Browser {
    program: Program,
    rhythm: Option<Rhythm>,
    /// Up to which moment it does what its rhythm wants.
    due: Time,
    last_message: u32,
}

impl Browser {
    /// A browser with a program, and the rhythm in which that does something of its own accord.
    pub fn new(program: Program, rhythm: Option<Rhythm>) -> Browser {
        Browser { program, rhythm, due: Time::START, last_message: 0 }
    }

    /// Its program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Its Socket.IO client, if it has one.
    pub fn socket_client(&mut self) -> Option<&mut SocketClient> {
        match &mut self.program {
            Program::SocketIo(client) => Some(client),
            _ => None,
        }
    }

    /// Its rhythm, if it has one.
    pub fn rhythm(&mut self) -> Option<&mut Rhythm> {
        self.rhythm.as_mut()
    }

    /// Whether there is something on its list.
    pub fn has_acts(&self) -> bool {
        match &self.program {
            Program::Requests(requester) => requester.has_acts(),
            Program::Polling(poller) => poller.has_acts(),
            Program::WebSocket(client) => client.has_acts(),
            Program::SocketIo(client) => client.has_acts(),
        }
    }

    /// Whether it keeps still.
    pub fn is_paused(&self) -> bool {
        self.rhythm.as_ref().is_some_and(Rhythm::is_paused)
    }

    /// The number of the newest message, from which new ones are counted; it is lent by whoever counts them all.
    pub fn last_message(&mut self) -> &mut u32 {
        &mut self.last_message
    }

    /// Says a line: in a request, or over its WebSocket.
    pub fn say(&mut self, text: &str) {
        let last = &mut self.last_message;
        match &mut self.program {
            Program::Polling(poller) => poller.say(text.to_owned(), last),
            Program::WebSocket(client) => client.say(text.to_owned(), last),
            Program::Requests(_) | Program::SocketIo(_) => {}
        }
    }

    /// Sends an event by Socket.IO that nothing has caused.
    pub fn emit(&mut self, now: Time, emission: &ClientEmission) {
        let last = &mut self.last_message;
        if let Program::SocketIo(client) = &mut self.program {
            client.emit(now, emission, last);
        }
    }

    /// Connects, if it keeps a connection and has none.
    pub fn connect(&mut self, now: Time) {
        match &mut self.program {
            Program::WebSocket(client) => client.open(),
            Program::SocketIo(client) => client.connect(now),
            Program::Requests(_) | Program::Polling(_) => {}
        }
    }

    /// Ends its connection, and does not come back by itself.
    pub fn disconnect(&mut self, now: Time) {
        match &mut self.program {
            Program::WebSocket(client) => client.close(),
            Program::SocketIo(client) => client.disconnect(now),
            Program::Requests(_) | Program::Polling(_) => {}
        }
    }

    /// Does the next thing of its list: a request, a line, an event. Says whether there is one.
    pub fn act(&mut self, now: Time) -> bool {
        let last = &mut self.last_message;
        match &mut self.program {
            Program::Requests(requester) => requester.ask_next(),
            Program::Polling(poller) => poller.say_next(last),
            Program::WebSocket(client) => client.say_next(now, last),
            Program::SocketIo(client) => client.emit_next(now, last),
        }
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<BrowserEvent> {
        loop {
            let event = match &mut self.program {
                Program::Requests(_) => None,
                Program::Polling(poller) => poller.poll_event(),
                Program::WebSocket(client) => client.poll_event(),
                Program::SocketIo(client) => client.poll_event(&mut self.last_message),
            };
            // What its rhythm wants is done after all else that happens at that moment.
            let due = self.due;
            if event.is_some() || !self.rhythm.as_mut().is_some_and(|rhythm| rhythm.take_due(due)) {
                return event;
            }
            self.act(due);
        }
    }

    /// Does what the program's listeners do about an event; `message` is the message that has come with it. Says how
    /// many listeners there were.
    pub fn react(&mut self, event: &client::Event, message: Option<MessageId>) -> u64 {
        match &mut self.program {
            Program::SocketIo(client) => client.react(event, message, &mut self.last_message),
            _ => 0,
        }
    }
}

impl Caller for Browser {
    fn handle(&mut self, now: Time, input: CallerInput) {
        match &mut self.program {
            Program::Requests(_) => {}
            Program::Polling(poller) => poller.handle(now, &input),
            Program::WebSocket(client) => client.handle(now, &input),
            Program::SocketIo(client) => client.handle(now, input),
        }
    }

    fn next_timeout(&self) -> Option<Time> {
        let own = match &self.program {
            Program::Requests(_) => None,
            Program::Polling(poller) => poller.next_timeout(),
            Program::WebSocket(client) => client.next_timeout(),
            Program::SocketIo(client) => client.next_timeout(),
        };
        own.into_iter().chain(self.rhythm.as_ref().and_then(Rhythm::next)).min()
    }

    fn handle_timeout(&mut self, now: Time) {
        match &mut self.program {
            Program::Requests(_) => {}
            Program::Polling(poller) => poller.handle_timeout(now),
            Program::WebSocket(client) => client.handle_timeout(now),
            Program::SocketIo(client) => client.handle_timeout(now),
        }
        self.due = now;
    }

    fn poll_output(&mut self) -> Option<CallerOutput> {
        match &mut self.program {
            Program::Requests(requester) => requester.poll_output(),
            Program::Polling(poller) => poller.poll_output(),
            Program::WebSocket(client) => client.poll_output(),
            Program::SocketIo(client) => client.poll_output(),
        }
    }
}

/// The next message.
fn next_message(last: &mut u32) -> MessageId {
    *last += 1;
    MessageId(*last)
}

/// How many lines a text brings: those of a feed's answer, or the one of a WebSocket's message.
fn lines_in(text: &[u8]) -> (u64, u64) {
    use crate::realtime::socket_io::Value;
    let value = Value::from_json(&String::from_utf8_lossy(text));
    let number = |line: &Value| match line.get("n") {
        Some(Value::Number(number)) => *number as u64,
        _ => 0,
    };
    match value {
        Some(Value::Array(lines)) => (lines.len() as u64, lines.last().map_or(0, number)),
        _ => (0, 0),
    }
}
