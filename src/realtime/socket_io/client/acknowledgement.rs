//! Acknowledgements that the application waits for (socket.io/docs/v4/emitting-events, "Acknowledgements").

use super::{Event, Manager, Timer};
use crate::realtime::socket_io::Value;

/// An acknowledgement that the application waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AckId(pub u64);

/// Why there is no acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckError {
    /// It did not come in time.
    TimedOut,
    /// The socket was disconnected first.
    Disconnected,
    /// With `retries` and without `ackTimeout`: it did not begin with `null`, which stands for no error there.
    Refused,
}

impl AckError {
    /// The words of the reference.
    pub fn as_str(self) -> &'static str {
        match self {
            AckError::TimedOut => "operation has timed out",
            AckError::Disconnected => "socket has been disconnected",
            AckError::Refused => "",
        }
    }
}

/// Who is told of an acknowledgement.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callback {
    Application(AckId),
    /// The queue, of the event of that number.
    Queue(u64),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    callback: Callback,
    /// Whether it is also told that there is no acknowledgement.
    is_error_first: bool,
}

impl Manager {
    /// Waits for an acknowledgement; gives its number.
    pub(super) fn await_ack(&mut self, namespace: &str, callback: Callback) -> u64 {
        let Some(socket) = self.sockets.get_mut(namespace) else { return 0 };
        let number = socket.next_ack;
        socket.next_ack += 1;
        let timeout = socket.flags.timeout.or(socket.options.ack_timeout);
        socket.acks.insert(number, Waiting { callback, is_error_first: timeout.is_some() });
        if let Some(timeout) = timeout {
            self.timers.set(Timer::Ack(namespace.to_owned(), number), self.now + timeout);
        }
        number
    }

    /// The acknowledgement of that number has come, or will not.
    pub(super) fn acknowledged(
        &mut self,
        namespace: &str,
        number: u64,
        answer: Result<Vec<Value>, AckError>,
    ) {
        let socket = self.sockets.get_mut(namespace);
        let Some(waiting) = socket.and_then(|socket| socket.acks.remove(&number)) else { return };
        self.timers.clear(&Timer::Ack(namespace.to_owned(), number));
        match waiting.callback {
            Callback::Application(ack) => {
                let is_error_first = waiting.is_error_first;
                let namespace = namespace.to_owned();
                self.events.push_back(Event::Acknowledged { namespace, ack, answer, is_error_first });
            }
            Callback::Queue(event) => {
                let answer = match answer {
                    Ok(values) if !waiting.is_error_first => match values.split_first() {
                        Some((Value::Null, rest)) => Ok(rest.to_vec()),
                        _ => Err(AckError::Refused),
                    },
                    answer => answer,
                };
                self.queue_answered(namespace, event, answer);
            }
        }
    }

    pub(super) fn ack_is_late(&mut self, namespace: &str, number: u64) {
        if let Some(socket) = self.sockets.get_mut(namespace)
            && let Some(place) = socket.unsent.iter().position(|(packet, _)| packet.id == Some(number))
        {
            let (namespace, is_volatile) = (namespace.to_owned(), false);
            let (_, message) = socket.unsent.remove(place);
            let dropped = |message| Event::Dropped { namespace, message, is_volatile };
            // One that is sent until it is acknowledged stays in its queue.
            let is_queued = message.is_some_and(|message| socket.is_queued(message));
            self.events.extend(message.filter(|_| !is_queued).map(dropped));
        }
        self.acknowledged(namespace, number, Err(AckError::TimedOut));
    }

    /// The socket is disconnected: events that have gone out will not be acknowledged any more.
    pub(super) fn give_up_acks(&mut self, namespace: &str) {
        let Some(socket) = self.sockets.get_mut(namespace) else { return };
        let numbers: Vec<u64> = socket.acks.keys().copied().collect();
        for number in numbers {
            let Some(socket) = self.sockets.get_mut(namespace) else { return };
            if socket.unsent.iter().any(|(packet, _)| packet.id == Some(number)) {
                continue;
            }
            let Some(waiting) = socket.acks.get(&number).copied() else { continue };
            if waiting.is_error_first {
                self.acknowledged(namespace, number, Err(AckError::Disconnected));
            } else {
                socket.acks.remove(&number);
            }
        }
    }
}
