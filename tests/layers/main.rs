//! Frames taken apart, against what Wireshark says of the same octets.

mod dissected;
mod recorded;
