//! How connections of browsers end, and what is lost with them.

use super::World;
use super::passage::Way;
use super::wire::Wire;
use crate::facts::{Event, Rule};
use crate::ids::{MessageId, StreamId};
use crate::realtime::connection::Ending;

impl World {
    /// Ends the browser's side of a connection, if that is to be ended, or lets the next request have it.
    pub(super) fn finish_client(&mut self, stream: StreamId) {
        let Some(wire) = self.browsing.wires.get(&stream).filter(|wire| !wire.is_client_done) else { return };
        let guest = wire.guest;
        if let Some(ending) = wire.client.ending() {
            self.end_client(stream, ending);
        }
        while (self.free_wire(guest).is_some() || self.may_connect(guest))
            && let Some((exchange, request)) = self.browsing.guests[guest].queued.pop_front()
        {
            self.ask(guest, exchange, request);
        }
    }

    pub(super) fn end_client(&mut self, stream: StreamId, ending: Ending) {
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        wire.is_client_done = true;
        let (end, guest, was_websocket) = (wire.end, wire.guest, wire.is_open_websocket);
        match ending {
            Ending::AfterBytes => self.close_stream(end),
            Ending::AtOnce => self.abort_stream(end),
        }
        let Some(wire) = self.browsing.wires.get_mut(&stream) else { return };
        let lost: Vec<MessageId> = wire.give_up(Way::ToBrowser).collect();
        // A poll that failed is made again from the same line on; what was on a WebSocket is gone.
        if was_websocket {
            lost.into_iter().for_each(|message| {
                self.lose_on_the_way(guest, Way::ToBrowser, message, Rule::WebSocketPromises)
            });
        }
        self.forget_wire(stream);
    }

    /// A connection of which neither side wants anything more is forgotten.
    pub(super) fn forget_wire(&mut self, stream: StreamId) {
        let is_over = |wire: &Wire| wire.is_client_done && (wire.is_server_done || wire.server.is_none());
        if self.browsing.wires.get(&stream).is_some_and(is_over) {
            self.browsing.wires.remove(&stream);
        }
    }

    /// A message does not arrive any more: its connection has ended.
    pub(super) fn lose_on_the_way(&mut self, guest: usize, way: Way, message: MessageId, rule: Rule) {
        let (browser, server) = (self.name_of_guest(guest), self.server_of(guest));
        let (from, to) = match way {
            Way::ToServer => (browser, server),
            Way::ToBrowser => (server, browser),
        };
        if way == Way::ToBrowser {
            self.browsing.guests[guest].counts.missed += 1;
        }
        self.record(Event::EventLost { from, to, message, rule });
    }
}
