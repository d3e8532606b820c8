//! Acknowledgements that the application waits for (socket.io/docs/v4/emitting-events, "Acknowledgements").

use super::{AckId, Event, Server, SocketId, Timer};
use crate::realtime::socket_io::Value;

#[derive(Clone, Debug)]
pub(super) enum Pending {
    /// By one client.
    One { socket: SocketId },
    /// By several: the number of the event, how many are asked, and what those said who have answered.
    Several { number: u64, expected: usize, responses: Vec<Value> },
}

impl Server {
    pub(super) fn expect(&mut self, pending: Pending) -> AckId {
        self.ack_count += 1;
        let ack = AckId(self.ack_count);
        self.pending.insert(ack, pending);
        ack
    }

    /// A client has acknowledged an event of that number.
    pub(super) fn acknowledged(&mut self, id: SocketId, number: Option<u64>, values: Vec<Value>) {
        let socket = self.sockets.get_mut(&id);
        let ack = socket.and_then(|socket| socket.acks.remove(&number?));
        let Some(ack) = ack else { return };
        match self.pending.get_mut(&ack) {
            Some(Pending::One { .. }) => {
                self.pending.remove(&ack);
                self.timers.clear(&Timer::Ack(ack));
                self.events.push_back(Event::Acknowledged { ack, values: Some(values) });
            }
            Some(Pending::Several { expected, responses, .. }) => {
                responses.push(values.into_iter().next().unwrap_or(Value::Null));
                if responses.len() == *expected {
                    self.complete(ack);
                }
            }
            None => {}
        }
    }

    pub(super) fn complete(&mut self, ack: AckId) {
        self.timers.clear(&Timer::Ack(ack));
        if let Some(Pending::Several { responses, .. }) = self.pending.remove(&ack) {
            self.events.push_back(Event::AllAcknowledged { ack, responses, is_late: false });
        }
    }

    /// The time for an acknowledgement is over. What comes later is passed over.
    pub(super) fn ack_is_late(&mut self, ack: AckId) {
        match self.pending.remove(&ack) {
            Some(Pending::One { socket }) => {
                if let Some(socket) = self.sockets.get_mut(&socket) {
                    socket.acks.retain(|_, each| *each != ack);
                }
                self.events.push_back(Event::Acknowledged { ack, values: None });
            }
            Some(Pending::Several { number, responses, .. }) => {
                for (_, socket) in &mut self.sockets {
                    if socket.acks.get(&number) == Some(&ack) {
                        socket.acks.remove(&number);
                    }
                }
                self.events.push_back(Event::AllAcknowledged { ack, responses, is_late: true });
            }
            None => {}
        }
    }
}
