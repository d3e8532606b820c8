//! The bytes of AMQP 0-9-1: what the values of [`super`] look like on a connection.
//!
//! **In**: octets in any split go into a [`FrameDecoder`], which gives out [`Frame`]s; an [`Assembler`] makes
//! [`Command`](super::Command)s of them, channel by channel. **Out**: [`write_command`] appends the frames of
//! a command. Before the first frame stands a protocol header ([`HeaderReader`], [`PROTOCOL_HEADER`]).
//!
//! Nothing here does I/O, and no input makes it panic: what cannot be read is a [`WireError`], which knows the
//! `connection.close` that RabbitMQ answers; what cannot be written is an [`EncodeError`].
//!
//! One description of the fields of every method (`method_fields`) serves the reader, the writer and the walk
//! over the bytes for people ([`placed_method_fields`]).
//!
//! Texts are UTF-8. AMQP's short strings are octets, and RabbitMQ checks those of methods without content
//! alone: `501 FRAME_ERROR - Malformed UTF-8 in shortstr`. Here that answer is given everywhere, so for a
//! routing key, a property or a name in a table that is not UTF-8, too.
//!
//! Sources: *AMQP 0-9-1 Specification*, section 4.2; RabbitMQ's `rabbit_reader`, `rabbit_command_assembler`,
//! `rabbit_binary_parser` and `rabbit_binary_generator`; what RabbitMQ 3.10.8 answered to broken octets
//! (`tests/conformance/wire`).

mod assembler;
mod command;
mod credentials;
mod decoder;
mod encode_error;
mod error;
mod field;
mod frame;
mod header;
mod method_fields;
mod placed_fields;
mod protocol_header;
mod reader;
mod snippet;
mod table;
mod writer;

pub use assembler::Assembler;
pub use command::write_command;
pub use credentials::{Credentials, CredentialsError};
pub use decoder::FrameDecoder;
pub use encode_error::EncodeError;
pub use error::{Consequence, MethodNumber, WireError};
pub use field::{Field, FieldKind};
pub use frame::{Frame, FrameKind};
pub use header::{PROPERTIES, read_header, write_header};
pub use method_fields::{LAYOUTS, Layout, layout, read_method, write_method};
pub use placed_fields::{FieldValue, PlacedField, placed_header_fields, placed_method_fields};
pub use protocol_header::{HeaderReader, HeaderRefused, PROTOCOL_HEADER, accept_header, is_refusal};
pub use reader::{ReadError, Reader};
pub use snippet::Snippet;
pub use table::{MAX_DEPTH, TableFault, TableFaultReason, read_table, read_table_entries, write_table};
pub use writer::Writer;

/// The last octet of every frame (section 4.2.3).
pub const FRAME_END: u8 = 0xCE;

/// What a frame has besides its payload: type, channel and size before it, the end octet behind it. `frame_max`
/// counts it, so a payload has at most `frame_max - 8` octets.
pub const FRAME_OVERHEAD: u32 = 8;

/// The smallest `frame_max` that may be agreed on, and the one that holds before (section 4.2.3: 4096).
pub const FRAME_MIN_SIZE: u32 = 4096;

/// The largest body that is put together: 512 MiB, as in RabbitMQ (`MAX_MSG_SIZE`).
pub const MAX_BODY_SIZE: u64 = 512 * 1024 * 1024;
