//! Requests and responses to octets.

use super::status::reason;
use super::syntax::{is_field_value, is_target, is_token, octets};
use super::{Headers, Request, Response, Version};
use std::fmt;

/// What cannot be written: it would be read as something else (RFC 9112 section 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// The method is no token.
    Method {
        /// The method.
        method: String,
    },
    /// The target has a space or another character that no target has.
    Target {
        /// The target.
        target: String,
    },
    /// The name of a field is no token, or its value has a line end or a character above U+00FF.
    Field {
        /// Its name.
        name: String,
    },
    /// The status code has not three digits.
    Status {
        /// The status code.
        status: u16,
    },
}

impl WriteError {
    /// A name of the error that stays the same.
    pub const fn code(&self) -> &'static str {
        match self {
            WriteError::Method { .. } => "method",
            WriteError::Target { .. } => "target",
            WriteError::Field { .. } => "field",
            WriteError::Status { .. } => "status",
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Method { method } => write!(f, "the method {method:?} is no token"),
            WriteError::Target { target } => write!(f, "{target:?} cannot be the target of a request"),
            WriteError::Field { name } => {
                write!(f, "the header field {name:?} has characters that no field has")
            }
            WriteError::Status { status } => write!(f, "a status code has three digits, not {status}"),
        }
    }
}

impl std::error::Error for WriteError {}

/// How a body is put into octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyForm<'a> {
    /// Whole, behind `Content-Length`.
    Whole,
    /// In chunks of so many octets at most, with fields behind them (RFC 9112 section 7.1).
    Chunked {
        /// Octets of a chunk, at least 1.
        most: usize,
        /// The fields behind the last chunk.
        trailers: &'a Headers,
    },
}

/// To whom a response goes, and what becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answering {
    /// Whether the request was a `HEAD`: then the response says how long its body is, and has none.
    pub is_head: bool,
    /// The version of the request.
    pub version: Version,
    /// Whether the connection goes on.
    pub is_persistent: bool,
}

/// The interim response that lets a client send its body.
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Appends a request. A body, and a method that is expected to have one, gets a `Content-Length` (RFC 9110
/// section 8.6).
///
/// # Errors
/// When a part of it would be read as something else. Nothing is appended then.
pub fn write_request(out: &mut Vec<u8>, request: &Request, form: BodyForm) -> Result<(), WriteError> {
    let Request { method, target, headers, body } = request;
    if !is_token(method.as_bytes()) {
        return Err(WriteError::Method { method: method.clone() });
    }
    if !is_target(method.as_bytes(), target.as_bytes()) {
        return Err(WriteError::Target { target: target.clone() });
    }
    let mut written = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
    write_fields(&mut written, headers)?;
    let wants_length = !body.is_empty() || matches!(method.as_str(), "POST" | "PUT" | "PATCH");
    match form {
        BodyForm::Whole if !wants_length => written.extend_from_slice(b"\r\n"),
        _ => write_body(&mut written, body, form)?,
    }
    out.append(&mut written);
    Ok(())
}

/// Appends a response.
///
/// # Errors
/// When a part of it would be read as something else. Nothing is appended then.
pub fn write_response(
    out: &mut Vec<u8>,
    response: &Response,
    form: BodyForm,
    answering: Answering,
) -> Result<(), WriteError> {
    let Response { status, headers, body } = response;
    if !(100..1000).contains(status) {
        return Err(WriteError::Status { status: *status });
    }
    let mut written = format!("HTTP/1.1 {status} {}\r\n", reason(*status)).into_bytes();
    write_fields(&mut written, headers)?;
    if !answering.is_persistent && !headers.has_member("Connection", "close") && *status != 101 {
        written.extend_from_slice(b"Connection: close\r\n");
    } else if answering.is_persistent && answering.version == Version::Http10 {
        written.extend_from_slice(b"Connection: keep-alive\r\n");
    }
    // These have neither a body nor a length (RFC 9110 section 8.6, RFC 9112 section 6.3).
    if *status < 200 || matches!(status, 204 | 304) {
        written.extend_from_slice(b"\r\n");
    } else if answering.is_head {
        written.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    } else if answering.version == Version::Http10 {
        // A client of HTTP/1.0 does not know chunks (RFC 9112 section 6.1).
        write_body(&mut written, body, BodyForm::Whole)?;
    } else {
        write_body(&mut written, body, form)?;
    }
    out.append(&mut written);
    Ok(())
}

fn write_fields(out: &mut Vec<u8>, headers: &Headers) -> Result<(), WriteError> {
    for (name, value) in headers.iter() {
        let is_framing =
            ["Content-Length", "Transfer-Encoding"].iter().any(|each| each.eq_ignore_ascii_case(name));
        if !is_framing {
            write_field(out, name, value)?;
        }
    }
    Ok(())
}

fn write_field(out: &mut Vec<u8>, name: &str, value: &str) -> Result<(), WriteError> {
    let octets = octets(value).filter(|value| is_field_value(value) && is_token(name.as_bytes()));
    let Some(value) = octets else { return Err(WriteError::Field { name: name.to_owned() }) };
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(&value);
    out.extend_from_slice(b"\r\n");
    Ok(())
}

fn write_body(out: &mut Vec<u8>, body: &[u8], form: BodyForm) -> Result<(), WriteError> {
    match form {
        BodyForm::Whole => {
            out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            out.extend_from_slice(body);
        }
        BodyForm::Chunked { most, trailers } => {
            out.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.chunks(most.max(1)) {
                out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                out.extend_from_slice(chunk);
                out.extend_from_slice(b"\r\n");
            }
            out.extend_from_slice(b"0\r\n");
            write_fields(out, trailers)?;
            out.extend_from_slice(b"\r\n");
        }
    }
    Ok(())
}
