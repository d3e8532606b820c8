//! Sending events.

use super::acknowledgement::Pending;
use super::{AckId, Audience, Event, Server, SocketId, Timer, Turn};
use crate::ids::MessageId;
use crate::realtime::engine_io::{Data, server::SessionId};
use crate::realtime::socket_io::{Content, Emission, Packet, Value};
use crate::time::Span;

/// How long clients may take to acknowledge an event that went to several, if nothing is said. The reference
/// passes on that nothing is said to a timer, which takes it for 1 ms.
const UNSAID_TIMEOUT: Span = Span::from_ms(1);

impl Server {
    /// Sends an event to one socket. One that has left its namespace is still written to while its connection
    /// is open.
    pub fn emit(&mut self, id: SocketId, emission: Emission) -> Option<AckId> {
        let Some(socket) = self.sockets.get(&id) else {
            // Nobody will acknowledge it, but the time still runs out.
            let timeout = emission.timeout.filter(|_| emission.wants_ack)?;
            let ack = self.expect(Pending::One { socket: id });
            self.timers.set(Timer::Ack(ack), self.now + timeout);
            return Some(ack);
        };
        let (session, name) = (socket.session, socket.namespace.clone());
        let own_room = socket.sid.clone();
        let mut number = None;
        let mut ack = None;
        if emission.wants_ack {
            let namespace = self.namespaces.get_mut(&name)?;
            number = Some(namespace.next_ack);
            namespace.next_ack += 1;
            ack = Some(self.expect(Pending::One { socket: id }));
        }
        if let (Some(number), Some(ack)) = (number, ack) {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.acks.insert(number, ack);
            }
            if let Some(timeout) = emission.timeout {
                self.timers.set(Timer::Ack(ack), self.now + timeout);
            }
        }
        if self.options.recovery.is_some() {
            // So it is kept for a client that comes back.
            let audience = Audience::everybody(&name).to(&own_room);
            self.transmit(&audience, emission, number);
        } else {
            let packet = Packet { namespace: name, id: number, content: Content::Event(emission.values) };
            self.write_unless_volatile(
                id,
                session,
                packet.encode(),
                (emission.is_volatile, emission.message),
            );
        }
        ack
    }

    /// Sends an event to all sockets of an audience.
    pub fn broadcast(&mut self, audience: &Audience, emission: Emission) -> Option<AckId> {
        if !emission.wants_ack {
            self.transmit(audience, emission, None);
            return None;
        }
        let namespace = self.namespaces.get_mut(&audience.namespace)?;
        let number = namespace.next_ack;
        namespace.next_ack += 1;
        let reached = self.sockets(audience);
        let ack = self.expect(Pending::Several { number, expected: reached.len(), responses: Vec::new() });
        self.timers.set(Timer::Ack(ack), self.now + emission.timeout.unwrap_or(UNSAID_TIMEOUT));
        let namespace = audience.namespace.clone();
        let packet = Packet { namespace, id: Some(number), content: Content::Event(emission.values) };
        let parts = packet.encode();
        for id in &reached {
            if let Some(socket) = self.sockets.get_mut(id) {
                socket.acks.insert(number, ack);
            }
            self.write_to(*id, &parts, (emission.is_volatile, emission.message));
        }
        if reached.is_empty() {
            self.turns.push_back(Turn::Complete(ack));
        }
        Some(ack)
    }

    /// Sends to all sockets of an audience what they need not acknowledge together.
    fn transmit(&mut self, audience: &Audience, emission: Emission, number: Option<u64>) {
        let Emission { mut values, is_volatile, message, .. } = emission;
        if let Some(recovery) = self.options.recovery
            && number.is_none()
            && !is_volatile
        {
            let offset = self.offsets.next(self.now);
            values.push(Value::from(offset.clone()));
            if let Some(namespace) = self.namespaces.get_mut(&audience.namespace) {
                namespace.past.keep(self.now, recovery, offset, audience, (&values, message));
            }
        }
        let namespace = audience.namespace.clone();
        let parts = Packet { namespace, id: number, content: Content::Event(values) }.encode();
        for socket in self.sockets(audience) {
            self.write_to(socket, &parts, (is_volatile, message));
        }
    }

    fn write_to(&mut self, id: SocketId, parts: &[Data], manner: (bool, Option<MessageId>)) {
        if let Some(socket) = self.sockets.get(&id) {
            self.write_unless_volatile(id, socket.session, parts.to_vec(), manner);
        }
    }

    /// Writes an event's parts. A volatile one is dropped if it could not go out at once.
    fn write_unless_volatile(
        &mut self,
        socket: SocketId,
        session: SessionId,
        parts: Vec<Data>,
        (is_volatile, message): (bool, Option<MessageId>),
    ) {
        if !is_volatile || self.engine.is_writable(session) {
            self.write_event(socket, session, parts, message);
        } else if let Some(message) = message {
            self.events.push_back(Event::Dropped { socket, message });
        }
    }

    /// Writes an event's parts, and says that it did so.
    pub(super) fn write_event(
        &mut self,
        socket: SocketId,
        session: SessionId,
        parts: Vec<Data>,
        message: Option<MessageId>,
    ) {
        self.write_data(session, parts);
        if let Some(message) = message {
            self.events.push_back(Event::Sent { socket, message });
        }
    }
}
