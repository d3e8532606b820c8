//! What goes into a host's stack, and the log of it from which the stack can be built again.

use super::event::ConnectionNumber;
use crate::time::Time;
use std::net::SocketAddrV4;
use std::rc::Rc;

/// Something that goes into the stack. Nothing else changes it.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// A frame came.
    Frame(Rc<[u8]>),
    /// The moment came that the stack asked for.
    Timeout,
    /// The application takes connections on a port.
    Listen(u16),
    /// It takes no more on a port.
    StopListening(u16),
    /// It opens a connection from a port.
    Connect(u16, SocketAddrV4),
    /// It sends octets.
    Send(ConnectionNumber, Rc<[u8]>),
    /// It takes so many octets that came.
    Receive(ConnectionNumber, usize),
    /// It has nothing more to send.
    Close(ConnectionNumber),
    /// It wants to hear no more of it.
    Abort(ConnectionNumber),
    /// It sends and receives datagrams on a port.
    Bind(u16),
    /// It stops that.
    Unbind(u16),
    /// It sends a datagram from a port.
    SendDatagram(u16, SocketAddrV4, Rc<[u8]>),
}

impl Input {
    fn octets(&self) -> usize {
        match self {
            Input::Frame(octets) | Input::Send(_, octets) | Input::SendDatagram(_, _, octets) => octets.len(),
            _ => 0,
        }
    }
}

/// Entries in a part of the log that is complete, and so shared by all copies.
const PART: usize = 512;

/// The log of inputs. A copy shares all complete parts, so that it costs no more than the last part and one pointer
/// for each of the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    complete: Vec<Rc<[(Time, Input)]>>,
    newest: Vec<(Time, Input)>,
    octets: u64,
}

impl Log {
    /// Adds an input.
    pub(super) fn push(&mut self, time: Time, input: Input) {
        self.octets += input.octets() as u64;
        self.newest.push((time, input));
        if self.newest.len() == PART {
            self.complete.push(self.newest.drain(..).collect());
        }
    }

    /// How many inputs it holds.
    pub(super) fn len(&self) -> usize {
        self.complete.len() * PART + self.newest.len()
    }

    /// The octets of frames and data that it keeps. Frames are shared with whoever sent them.
    pub(super) fn octets(&self) -> u64 {
        self.octets
    }

    /// All inputs in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(Time, Input)> {
        self.complete.iter().flat_map(|part| part.iter()).chain(&self.newest)
    }
}
