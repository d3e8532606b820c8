//! The packet that is taken apart, and times as Wireshark writes them.

use crate::time::{Span, Time};

/// A packet: the how-manieth it is, and when it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// From 1.
    pub packet: usize,
    /// When.
    pub time: Time,
}

/// Seconds with nine digits behind the point.
pub fn seconds(span: Span) -> String {
    let us = span.as_us();
    format!("{}.{:06}000", us / 1_000_000, us % 1_000_000)
}
