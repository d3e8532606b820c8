//! What lies between two nodes: links, and on them whole messages, or the real protocols in real frames; these
//! taken apart layer by layer, and written to capture files.

pub mod capture;
mod chances;
mod datagram_account;
pub mod host;
mod lane;
pub mod layers;
mod link;
mod local_network;
mod numbered_datagram;
mod settings;

pub use datagram_account::{DatagramAccount, DatagramCourse, DatagramLoss};
pub use lane::{Fate, Fates, Lane, LossReason};
pub use link::{Direction, Link, MessageFate};
pub use local_network::{FrameNumber, HostNumber, LocalNetwork, NetworkFact, Occurrence};
pub use numbered_datagram::NumberedDatagram;
pub use settings::{Jitter, LinkSettings};
