//! The network card of a host: one frame in, any number out.

use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::Instant;
use std::rc::Rc;

/// The network card.
#[derive(Debug)]
pub(super) struct Wire {
    mtu: usize,
    /// The frame that came.
    pub(super) received: Option<Rc<[u8]>>,
    /// The frames to send.
    pub(super) sent: Vec<Rc<[u8]>>,
}

impl Wire {
    /// A card for frames of so many octets.
    pub(super) fn new(mtu: usize) -> Wire {
        Wire { mtu, received: None, sent: Vec::new() }
    }
}

/// The right to read the frame that came.
pub(super) struct Received(Rc<[u8]>);

/// The right to send a frame.
pub(super) struct Sender<'a>(&'a mut Vec<Rc<[u8]>>);

impl Device for Wire {
    type RxToken<'a> = Received;
    type TxToken<'a> = Sender<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Received, Sender<'_>)> {
        self.received.take().map(|frame| (Received(frame), Sender(&mut self.sent)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Sender<'_>> {
        Some(Sender(&mut self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = self.mtu;
        capabilities
    }
}

impl RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl TxToken for Sender<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let mut frame = vec![0; length];
        let result = write(&mut frame);
        self.0.push(frame.into());
        result
    }
}
