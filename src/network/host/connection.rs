//! One connection as it is seen in its segments: what smoltcp does without saying so.

use super::event::{ConnectionNumber, HostEvent, Part, RetransmissionReason, TcpState};
use super::inspection::Segment;
use super::stack::Standing;
use std::net::SocketAddrV4;

/// The duplicate acknowledgements after which a host sends again what is missing (RFC 5681 section 3.2).
const ENOUGH_DUPLICATES: u32 = 3;
/// The ranges of octets that the stack holds at most (smoltcp's `assembler-max-segment-count`); more are dropped.
const MOST_RANGES: usize = 32;

/// A connection, watched. Octets are counted as places in the stream: the first one after the handshake is 0.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) number: ConnectionNumber,
    /// The port of this host.
    pub(super) port: u16,
    /// The other end.
    pub(super) remote: SocketAddrV4,
    /// Whether the other side opened it.
    pub(super) is_incoming: bool,
    pub(super) state: TcpState,
    /// The sequence numbers of octet 0: of what is sent, and of what comes.
    first_sent: Option<u32>,
    first_received: Option<u32>,
    /// Octets that the application gave to be sent, and those that it took.
    pub(super) written: u64,
    pub(super) read: u64,
    /// The octet after the last one that was sent, and the first one that is not acknowledged.
    sent: i64,
    acknowledged: u64,
    is_fin_sent: bool,
    /// The octet after the last one that came in order.
    received: u64,
    /// What came before its turn: ranges in order, apart from each other.
    held: Vec<(u64, u64)>,
    /// The last acknowledgement and window that came, and how often the same came again.
    last_acknowledgement: Option<(u32, u16)>,
    duplicates: u32,
    is_window_closed: bool,
    /// Where the last retransmission began, and how many there were in a row.
    sent_again: Option<(i64, u32)>,
}

impl Connection {
    /// A connection of which nothing has been seen.
    pub(super) fn new(
        number: ConnectionNumber,
        port: u16,
        remote: SocketAddrV4,
        is_incoming: bool,
    ) -> Connection {
        Connection {
            number,
            port,
            remote,
            is_incoming,
            state: if is_incoming { TcpState::Listen } else { TcpState::Closed },
            first_sent: None,
            first_received: None,
            written: 0,
            read: 0,
            sent: -1,
            acknowledged: 0,
            is_fin_sent: false,
            received: 0,
            held: Vec::new(),
            last_acknowledgement: None,
            duplicates: 0,
            is_window_closed: false,
            sent_again: None,
        }
    }

    /// Looks at a segment that came, before it is known what the stack makes of it. Says whether it is the one that
    /// makes TCP send something again.
    pub(super) fn segment_received(&mut self, segment: &Segment, events: &mut Vec<HostEvent>) -> bool {
        let connection = self.number;
        if segment.is_syn {
            self.first_received = Some(segment.sequence.wrapping_add(1));
        }
        if segment.is_reset {
            return false;
        }
        self.look_at_window(segment, events);
        if let Some(first) = self.first_received
            && segment.length > 0
        {
            let from = place(first, segment.sequence, self.received as i64);
            let to = from + i64::from(segment.length);
            if from > self.received as i64 {
                let (from, to, missing) = (from as u64, to as u64, self.received);
                if self.held.iter().any(|(start, end)| *start <= from && to <= *end) {
                    events.push(HostEvent::Repeated { connection, from, to });
                } else if self.hold(from, to) {
                    events.push(HostEvent::Held { connection, from, to, missing });
                }
            } else if to <= self.received as i64 && from >= 0 {
                events.push(HostEvent::Repeated { connection, from: from as u64, to: to as u64 });
            }
        }
        self.is_third_duplicate(segment, events)
    }

    /// The conditions of RFC 5681 section 2 for a duplicate acknowledgement.
    fn is_third_duplicate(&mut self, segment: &Segment, events: &mut Vec<HostEvent>) -> bool {
        let (Some(acknowledgement), Some(first)) = (segment.acknowledgement, self.first_sent) else {
            return false;
        };
        let said = (acknowledgement, segment.window);
        let place = place(first, acknowledgement, self.acknowledged as i64);
        let is_duplicate = self.last_acknowledgement == Some(said)
            && segment.length == 0
            && !segment.is_syn
            && !segment.is_fin
            && place < self.sent + i64::from(self.is_fin_sent);
        self.last_acknowledgement = Some(said);
        if !is_duplicate {
            self.duplicates = 0;
            return false;
        }
        self.duplicates += 1;
        let (connection, count) = (self.number, self.duplicates);
        let octet = u64::try_from(place).unwrap_or(0);
        events.push(HostEvent::DuplicateAcknowledgement { connection, octet, count });
        count == ENOUGH_DUPLICATES
    }

    fn look_at_window(&mut self, segment: &Segment, events: &mut Vec<HostEvent>) {
        let is_closed = segment.window == 0 && segment.acknowledgement.is_some();
        if is_closed != self.is_window_closed {
            self.is_window_closed = is_closed;
            let connection = self.number;
            events.push(match is_closed {
                true => HostEvent::WindowClosed { connection },
                false => HostEvent::WindowOpened { connection },
            });
        }
    }

    /// Looks at a segment that the stack sent.
    pub(super) fn segment_sent(
        &mut self,
        segment: &Segment,
        is_after_third_duplicate: bool,
        events: &mut Vec<HostEvent>,
    ) {
        let connection = self.number;
        if segment.is_reset {
            events.push(HostEvent::ResetSent { connection });
            return;
        }
        if segment.is_syn {
            if self.first_sent.is_some() {
                self.note_retransmission(-1, Part::Syn, false, events);
            }
            self.first_sent = Some(segment.sequence.wrapping_add(1));
            self.sent = self.sent.max(0);
            return;
        }
        let Some(first) = self.first_sent else { return };
        let from = place(first, segment.sequence, self.sent);
        let to = from + i64::from(segment.length);
        if segment.length == 1 && from + 1 == self.acknowledged as i64 && from + 1 == self.sent {
            events.push(HostEvent::KeepAlive { connection });
            return;
        }
        if segment.length == 1 && self.is_window_closed {
            events.push(HostEvent::WindowProbe { connection });
            return;
        }
        if segment.length > 0 && from < self.sent {
            let part = Part::Octets { from: from.max(0) as u64, to: to as u64 };
            self.note_retransmission(from, part, is_after_third_duplicate, events);
        } else if segment.is_fin && self.is_fin_sent {
            self.note_retransmission(from, Part::Fin, is_after_third_duplicate, events);
        }
        self.sent = self.sent.max(to);
        self.is_fin_sent |= segment.is_fin;
    }

    fn note_retransmission(&mut self, from: i64, part: Part, is_fast: bool, events: &mut Vec<HostEvent>) {
        let count = match self.sent_again {
            Some((place, count)) if place == from => count + 1,
            _ => 1,
        };
        self.sent_again = Some((from, count));
        // Only the first segment is sent at once; what follows waits for acknowledgements.
        let is_fast = is_fast && from <= self.acknowledged as i64;
        let reason = match is_fast {
            true => RetransmissionReason::DuplicateAcknowledgements,
            false => RetransmissionReason::Timeout,
        };
        events.push(HostEvent::Retransmission { connection: self.number, part, reason, count });
    }

    /// Looks at how the stack says that it stands.
    pub(super) fn stands(&mut self, standing: Standing, events: &mut Vec<HostEvent>) {
        let connection = self.number;
        // What a forgotten connection had sent is not known any more.
        if standing.state != TcpState::Closed {
            let acknowledged = self.written - standing.unacknowledged;
            if acknowledged > self.acknowledged {
                self.acknowledged = acknowledged;
                events.push(HostEvent::Acknowledged { connection, octets: acknowledged });
            }
        }
        let received = self.read + standing.readable;
        if received > self.received {
            self.received = received;
            self.release(received, events);
            events.push(HostEvent::Readable { connection, octets: received });
        }
        // Reset before it was established, it listens again; for the one who watches it is over.
        let state = match standing.state {
            TcpState::Listen => TcpState::Closed,
            state => state,
        };
        if state != self.state {
            events.push(HostEvent::State { connection, from: self.state, to: state });
            self.state = state;
        }
    }

    /// Notes that the stack holds a range; says whether it has room for it.
    fn hold(&mut self, from: u64, to: u64) -> bool {
        let (mut from, mut to) = (from, to);
        if self.held.len() == MOST_RANGES
            && !self.held.iter().any(|(start, end)| *start <= to && from <= *end)
        {
            return false;
        }
        self.held.retain(|(start, end)| {
            let touches = *start <= to && from <= *end;
            if touches {
                (from, to) = (from.min(*start), to.max(*end));
            }
            !touches
        });
        self.held.push((from, to));
        self.held.sort_unstable();
        true
    }

    fn release(&mut self, received: u64, events: &mut Vec<HostEvent>) {
        let mut octets = 0;
        self.held.retain_mut(|(start, end)| {
            if *start < received {
                octets += received.min(*end) - *start;
                *start = received.min(*end);
            }
            start < end
        });
        if octets > 0 {
            events.push(HostEvent::Released { connection: self.number, octets });
        }
    }

    /// What came before its turn and waits: ranges of octets, and the octet they wait for.
    pub(super) fn held(&self) -> (u64, &[(u64, u64)]) {
        (self.received, &self.held)
    }
}

/// The place in the stream of a sequence number, where place 0 has the sequence number `first`: of the places that
/// it can be, as sequence numbers come round every 2^32, the one nearest to `near`.
fn place(first: u32, sequence: u32, near: i64) -> i64 {
    let distance = sequence.wrapping_sub(first).wrapping_sub(near as u32) as i32;
    near + i64::from(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9293 section 3.4: sequence numbers are counted modulo 2^32.
    #[test]
    fn a_place_is_found_however_often_the_sequence_numbers_have_come_round() {
        let first = 0xffff_fff0;
        assert_eq!(place(first, 0xffff_ffef, 0), -1);
        assert_eq!(place(first, 0x0000_0010, 0), 0x20);
        assert_eq!(place(first, 0x0000_0010, 0x3_0000_0000), 0x3_0000_0020);
        assert_eq!(place(first, 0xffff_fff0, 0x2_ffff_ff00), 0x3_0000_0000);
    }
}
