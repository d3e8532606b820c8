//! How much of a message is read.

/// How long the parts of a message may be. What is longer is refused before it fills the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the first line.
    pub start_line: usize,
    /// Octets of a header field.
    pub field: usize,
    /// How many header fields there may be.
    pub fields: usize,
    /// Octets of all header fields together.
    pub header: usize,
    /// Octets of the body.
    pub body: usize,
}

/// A header of 16 KiB is what Node.js reads (`--max-http-header-size`), 8,000 octets are what RFC 9112 section 3
/// wants of a first line at least. 16 MiB of body are more than any service here takes.
impl Default for Limits {
    fn default() -> Limits {
        Limits {
            start_line: 8 * 1024,
            field: 8 * 1024,
            fields: 100,
            header: 16 * 1024,
            body: 16 * 1024 * 1024,
        }
    }
}
