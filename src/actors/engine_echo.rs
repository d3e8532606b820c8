//! An Engine.IO server without Socket.IO on top.

use crate::realtime::engine_io::ServerOptions;
use crate::realtime::engine_io::server::{Event, Server};
use crate::realtime::{Input, Output, Service};
use crate::rng::Stream;
use crate::time::Time;

/// An Engine.IO server that sends each message back as it came.
#[derive(Clone, Debug)]
pub struct EngineEcho(Server);

impl EngineEcho {
    /// A server without clients. Identifiers are drawn from the stream.
    pub fn new(options: ServerOptions, stream: Stream) -> EngineEcho {
        EngineEcho(Server::new(options, stream))
    }
}

impl Service for EngineEcho {
    fn handle(&mut self, now: Time, input: Input) {
        self.0.handle(now, input);
    }

    fn next_timeout(&self) -> Option<Time> {
        self.0.next_timeout()
    }

    fn handle_timeout(&mut self, now: Time) {
        self.0.handle_timeout(now);
    }

    fn poll_output(&mut self) -> Option<Output> {
        while let Some(event) = self.0.poll_event() {
            if let Event::Message { session, data } = event {
                self.0.send(session, data);
            }
        }
        self.0.poll_output()
    }
}
