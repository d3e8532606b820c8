//! Why a file cannot be read as a capture.

use std::fmt;

/// Why a file cannot be read as a capture. `at` counts octets from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// It begins as neither pcapng nor pcap does.
    NoCapture,
    /// It ends in the middle of a block or packet, or lengths in it contradict each other.
    CutShort {
        /// Where the block or packet begins.
        at: usize,
    },
    /// A packet of an interface that was not described.
    UnknownLink {
        /// Where the block begins.
        at: usize,
    },
}

impl CaptureError {
    /// A name of the error that stays the same.
    pub const fn code(self) -> &'static str {
        match self {
            CaptureError::NoCapture => "no-capture",
            CaptureError::CutShort { .. } => "capture-cut-short",
            CaptureError::UnknownLink { .. } => "capture-link-unknown",
        }
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CaptureError::NoCapture => write!(formatter, "the file is neither pcapng nor pcap"),
            CaptureError::CutShort { at } => {
                write!(formatter, "the block at octet {at} does not fit the file")
            }
            CaptureError::UnknownLink { at } => {
                write!(
                    formatter,
                    "the packet at octet {at} is of an interface that the file does not describe"
                )
            }
        }
    }
}

impl std::error::Error for CaptureError {}
