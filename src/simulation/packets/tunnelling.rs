//! AMQP connections that go through a WebSocket.

use super::World;
use crate::facts::{ClientName, Event};
use crate::simulation::streams::StreamEnd;

impl World {
    /// What goes onto the stream of some octets: the same, or a WebSocket's frame around them.
    pub(super) fn through_tunnel(&mut self, end: StreamEnd, octets: Vec<u8>) -> Vec<u8> {
        let now = self.now;
        let tunnels = self.line(end.stream).and_then(|line| line.tunnels.as_mut());
        let Some(tunnels) = tunnels else { return octets };
        let tunnel = &mut tunnels[end.side as usize];
        tunnel.send(now, &octets);
        tunnel.take_octets()
    }

    /// What comes out of the stream at an end. The opening of a WebSocket around it is answered.
    pub(super) fn out_of_tunnel(&mut self, end: StreamEnd, octets: &[u8]) -> Vec<u8> {
        let now = self.now;
        let tunnels = self.line(end.stream).and_then(|line| line.tunnels.as_mut());
        let Some(tunnels) = tunnels else { return octets.to_vec() };
        let tunnel = &mut tunnels[end.side as usize];
        let through = tunnel.receive(now, octets);
        let (answer, has_failed) = (tunnel.take_octets(), tunnel.has_failed());
        if !answer.is_empty() {
            self.say_of_tunnel(end, &answer, "101 Switching Protocols");
        }
        if has_failed {
            self.close_stream(end);
        }
        through
    }

    pub(super) fn say_of_tunnel(&mut self, end: StreamEnd, octets: &[u8], what: &'static str) {
        if let (Some(sender), Some(receiver)) = (self.streams.node(end), self.streams.peer(end)) {
            let [sender, receiver] = [sender, receiver].map(|node| ClientName(self.nodes.get(node).name));
            let method = self.names.intern(what);
            self.record(Event::Said { sender, receiver, method });
        }
        self.write_stream(end, octets, None);
    }
}
