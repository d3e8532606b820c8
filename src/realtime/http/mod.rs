//! HTTP/1.1 (RFC 9110 and 9112).
//!
//! **In**: octets in any cuts go into a [`RequestReader`] on the server's side, a [`ResponseReader`] on the
//! client's; whole messages come out. **Out**: [`write_request`] and [`write_response`] append the octets of a
//! message. [`layout`] says what each octet of a message is for.
//!
//! No input makes any of this panic: what cannot be read is an [`HttpError`], which knows the status code that a
//! server answers; what cannot be written is a [`WriteError`].

mod body;
mod error;
mod head;
mod layout;
mod limits;
mod line;
mod message;
mod request_reader;
mod response_reader;
mod status;
mod syntax;
mod writer;

pub use error::HttpError;
pub use layout::layout;
pub use limits::Limits;
pub use message::{Headers, Request, Response};
pub use request_reader::{ReceivedRequest, RequestReader};
pub use response_reader::{ReceivedResponse, ResponseReader};
pub use status::reason;
pub use syntax::Version;
pub use writer::{Answering, BodyForm, CONTINUE, WriteError, write_request, write_response};
