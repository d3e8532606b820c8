//! Sending events, and the queue of those that are sent until they are acknowledged
//! (socket.io/docs/v4/client-options, "retries").

use super::acknowledgement::{AckError, AckId, Callback};
use super::{Event, Manager};
use crate::ids::MessageId;
use crate::realtime::socket_io::{Content, Emission, Packet, Value};
use crate::time::Span;

/// What holds for the next event of a socket. In the reference it is kept on the socket, so an event that goes
/// into the queue leaves it to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    is_volatile: bool,
    pub timeout: Option<Span>,
}

/// An event that is sent until it is acknowledged.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    number: u64,
    tries: u32,
    is_pending: bool,
    values: Vec<Value>,
    message: Option<MessageId>,
    ack: Option<AckId>,
    flags: Flags,
}

impl Queued {
    pub fn message(&self) -> Option<MessageId> {
        self.message
    }
}

impl Manager {
    /// Sends an event. Before the socket is let in it waits, unless it is volatile.
    pub fn emit(&mut self, namespace: &str, emission: Emission) -> Option<AckId> {
        let socket = self.sockets.get_mut(namespace)?;
        let ack = emission.wants_ack.then(|| {
            self.ack_count += 1;
            AckId(self.ack_count)
        });
        socket.flags.is_volatile |= emission.is_volatile;
        socket.flags.timeout = emission.timeout.or(socket.flags.timeout);
        if socket.options.retries.is_some_and(|retries| retries > 0) && !socket.flags.is_volatile {
            let number = socket.queue_count;
            socket.queue_count += 1;
            let flags = socket.flags;
            let Emission { values, message, .. } = emission;
            let waits = !socket.is_connected || !socket.queue.is_empty();
            socket.queue.push_back(Queued {
                number,
                tries: 0,
                is_pending: false,
                values,
                message,
                ack,
                flags,
            });
            let waiting = socket.queue.len();
            if let (Some(message), true) = (message, waits) {
                let namespace = namespace.to_owned();
                self.events.push_back(Event::Buffered { namespace, message, waiting });
            }
            self.drain_queue(namespace, false);
        } else {
            let callback = ack.map(Callback::Application);
            self.emit_now(namespace, emission.values, callback, (emission.message, 1));
        }
        ack
    }

    fn emit_now(
        &mut self,
        namespace: &str,
        values: Vec<Value>,
        callback: Option<Callback>,
        (message, attempt): (Option<MessageId>, u32),
    ) {
        let number = callback.map(|callback| self.await_ack(namespace, callback));
        let is_writable = self.engine.as_ref().is_some_and(|engine| engine.is_writable());
        let Some(socket) = self.sockets.get_mut(namespace) else { return };
        let is_volatile = std::mem::take(&mut socket.flags).is_volatile;
        if is_volatile && !is_writable {
            let namespace = namespace.to_owned();
            let dropped = |message| Event::Dropped { namespace, message, is_volatile };
            self.events.extend(message.map(dropped));
            return;
        }
        let packet = Packet { namespace: namespace.to_owned(), id: number, content: Content::Event(values) };
        if socket.is_connected {
            self.write_event(packet, message, attempt);
        } else {
            socket.unsent.push((packet, message));
            let (namespace, waiting) = (namespace.to_owned(), socket.unsent.len());
            self.events.extend(message.map(|message| Event::Buffered { namespace, message, waiting }));
        }
    }

    /// Sends the first event of the queue, unless it is on its way.
    pub(super) fn drain_queue(&mut self, namespace: &str, force: bool) {
        let Some(socket) = self.sockets.get_mut(namespace).filter(|socket| socket.is_connected) else {
            return;
        };
        let Some(first) = socket.queue.first_mut().filter(|first| !first.is_pending || force) else { return };
        first.is_pending = true;
        first.tries += 1;
        socket.flags = first.flags;
        let (values, number, sending) = (first.values.clone(), first.number, (first.message, first.tries));
        self.emit_now(namespace, values, Some(Callback::Queue(number)), sending);
    }

    /// An event of the queue has been acknowledged, or not in time.
    pub(super) fn queue_answered(
        &mut self,
        namespace: &str,
        number: u64,
        answer: Result<Vec<Value>, AckError>,
    ) {
        let Some(socket) = self.sockets.get_mut(namespace) else { return };
        let retries = socket.options.retries.unwrap_or(0);
        let Some(first) = socket.queue.first_mut().filter(|first| first.number == number) else { return };
        first.is_pending = false;
        if answer.is_ok() || first.tries > retries {
            let ack = first.ack;
            socket.queue.pop_front();
            if let Some(ack) = ack {
                let namespace = namespace.to_owned();
                self.events.push_back(Event::Acknowledged { namespace, ack, answer, is_error_first: true });
            }
        }
        self.drain_queue(namespace, false);
    }
}
