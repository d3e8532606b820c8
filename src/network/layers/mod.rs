//! A frame taken apart, layer by layer: what each protocol added, field by field, octet by octet.
//!
//! **In**: a [`Dissector`] takes the frames of a link in their order, with their times. **Out**: the [`Layer`]s
//! of each, from Ethernet up, with their [`Field`]s. Names, order and values of fields are Wireshark's, so that
//! what is learned here is found again there; what is not in Wireshark (the end octet of AMQP's frames,
//! Engine.IO, Socket.IO) has names in the same manner.
//!
//! Different from Wireshark on purpose: checksums are looked at unless told otherwise; a second request before
//! the first response (pipelining) keeps its own response; what Wireshark says of retransmissions is one field,
//! `tcp.arrival`. Fragments of IPv4 are not put together: what they carry is data.
//!
//! [`dissect_capture`] does it for the frames of a capture file.
//!
//! A message that travels whole has no frame: [`envelope`] makes the frames it would have.
//!
//! Nothing here panics on any input: what cannot be read is a [`Problem`] of its layer.
//!
//! Sources: RFC 894 (Ethernet), 826 (ARP), 791 (IPv4), 792 (ICMP), 9293 (TCP), 7323 and 2018 (its options), 768
//! (UDP), 1071 (checksum), 9112 (HTTP), 6455 (WebSocket), *AMQP 0-9-1 Specification*; names of fields: the
//! display filters of Wireshark 4.0.

mod amqp;
mod amqp_acknowledgements;
mod amqp_table;
mod application;
mod arp;
mod buffer;
mod captured;
mod checksum;
mod definitions;
mod dissector;
pub mod envelope;
mod ethernet;
mod field;
mod glossary;
mod http;
mod http_chunks;
mod http_headers;
mod icmp;
mod ipv4;
mod ipv4_options;
mod json;
mod layer;
mod moment;
mod protocol;
mod reassembly;
mod serialized;
mod socketio;
mod stream;
mod tcp;
mod tcp_options;
mod text;
mod udp;
mod websocket;

pub use application::Spoken;
pub use captured::{DissectedFrame, dissect_capture};
pub use dissector::{Dissector, dissect, dissect_message};
pub use field::{Field, Remark, Severity};
pub use glossary::{Definition, definition};
pub use layer::{Layer, Piece, Problem, Reassembled, Source};
pub use protocol::{OsiLayer, Protocol, TcpIpLayer};
