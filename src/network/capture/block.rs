//! The numbers of pcapng: types of blocks, options and records.

/// Section Header Block; a palindrome, so that it can be read before the byte order is known (section 4.1).
pub const SECTION: u32 = 0x0A0D_0D0A;
/// Interface Description Block (4.2).
pub const INTERFACE: u32 = 1;
/// Simple Packet Block (4.4).
pub const SIMPLE_PACKET: u32 = 3;
/// Name Resolution Block (4.5).
pub const NAMES: u32 = 4;
/// Enhanced Packet Block (4.3).
pub const PACKET: u32 = 6;

/// What is known of connections that were open before the first packet. The number is one of those that anybody may
/// use in files of his own (section 10.1); other readers pass over it.
pub const KNOWN_STREAM: u32 = 0x8000_5153;

/// What stands in a section header to tell the byte order (4.1).
pub const BYTE_ORDER: u32 = 0x1A2B_3C4D;

/// The end of a list of options, and of a list of names (3.5, 4.5).
pub const END: u16 = 0;
/// An option: a comment (3.5).
pub const COMMENT: u16 = 1;
/// An option of an interface: its name (4.2).
pub const INTERFACE_NAME: u16 = 2;
/// An option of a section: the program that wrote it (4.1).
pub const APPLICATION: u16 = 4;
/// An option of an interface: the unit of its time stamps (4.2).
pub const RESOLUTION: u16 = 9;
/// A record of names: an IPv4 address and its names (4.5).
pub const IPV4_NAMES: u16 = 1;

/// How many octets fill `length` up to a multiple of four.
pub const fn padding(length: usize) -> usize {
    length.wrapping_neg() % 4
}
