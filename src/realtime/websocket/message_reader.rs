//! Octets to messages: frames are read, unmasked and put together (RFC 6455 sections 5 and 6.2).

use super::frame::{FrameHeader, HeaderReader, Opcode, SHORT, apply_mask};
use super::utf8::Utf8Check;
use super::{Close, Message, WebSocketError};

/// Which side of a WebSocket this is: a client masks what it sends, a server does not (section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The side that asked for the WebSocket.
    Client,
    /// The side that accepted it.
    Server,
}

/// Reads messages from octets in any cuts.
#[derive(Clone, Debug)]
pub struct MessageReader {
    role: Role,
    /// Octets of the longest message.
    limit: usize,
    header: HeaderReader,
    frame: Option<Frame>,
    /// What has come of a message that is not finished.
    message: Option<Unfinished>,
    control: Vec<u8>,
}

/// A frame whose payload is coming.
#[derive(Clone, Debug)]
struct Frame {
    header: FrameHeader,
    read: usize,
}

#[derive(Clone, Debug)]
struct Unfinished {
    is_text: bool,
    octets: Vec<u8>,
    check: Utf8Check,
}

impl MessageReader {
    /// A reader for `role`'s side, of messages of at most `limit` octets.
    pub fn new(role: Role, limit: usize) -> MessageReader {
        MessageReader {
            role,
            limit,
            header: HeaderReader::default(),
            frame: None,
            message: None,
            control: Vec::new(),
        }
    }

    /// Takes octets up to the end of a message or a control frame and gives it; what is behind stays in `piece`.
    /// Nothing is given when more is to come.
    ///
    /// # Errors
    /// What is wrong with the octets. Nothing more can be read after that.
    pub fn read(&mut self, piece: &mut &[u8]) -> Result<Option<Message>, WebSocketError> {
        loop {
            if self.frame.is_none() {
                let Some(header) = self.header.read(piece, self.role == Role::Server)? else {
                    return Ok(None);
                };
                self.begin(header)?;
            }
            if !self.take_payload(piece)? {
                return Ok(None);
            }
            let Some(frame) = self.frame.take() else { return Ok(None) };
            if let Some(message) = self.finish(frame.header)? {
                return Ok(Some(message));
            }
        }
    }

    /// Judges a header in the light of the frames before it (section 5.4).
    fn begin(&mut self, header: FrameHeader) -> Result<(), WebSocketError> {
        if !header.opcode.is_control() {
            match (header.opcode, &self.message) {
                (Opcode::Continuation, None) => return Err(WebSocketError::NothingToContinue),
                (Opcode::Text | Opcode::Binary, Some(_)) => return Err(WebSocketError::Unfinished),
                (opcode, None) => {
                    let is_text = opcode == Opcode::Text;
                    self.message =
                        Some(Unfinished { is_text, octets: Vec::new(), check: Utf8Check::default() });
                }
                _ => {}
            }
            let before = self.message.as_ref().map_or(0, |message| message.octets.len());
            if header.length > (self.limit - before) as u64 {
                return Err(WebSocketError::MessageTooLarge { limit: self.limit });
            }
        }
        self.frame = Some(Frame { header, read: 0 });
        Ok(())
    }

    /// Takes what is there of the payload; gives whether it is whole.
    fn take_payload(&mut self, piece: &mut &[u8]) -> Result<bool, WebSocketError> {
        let Some(Frame { header, read }) = &mut self.frame else { return Ok(false) };
        // Both kinds of frames have passed a limit, so the length fits.
        let left = header.length as usize - *read;
        let (taken, rest) = piece.split_at(left.min(piece.len()));
        *piece = rest;
        let octets = match &mut self.message {
            Some(message) if !header.opcode.is_control() => &mut message.octets,
            _ => &mut self.control,
        };
        let start = octets.len();
        octets.extend_from_slice(taken);
        if let Some(key) = header.mask {
            apply_mask(key, *read, &mut octets[start..]);
        }
        *read += taken.len();
        let is_whole = taken.len() == left;
        if let Some(Unfinished { is_text: true, octets, check }) = &mut self.message
            && !header.opcode.is_control()
            && !check.accepts(&octets[start..])
        {
            return Err(WebSocketError::Text);
        }
        Ok(is_whole)
    }

    fn finish(&mut self, header: FrameHeader) -> Result<Option<Message>, WebSocketError> {
        let control = |octets: &mut Vec<u8>| std::mem::take(octets);
        Ok(Some(match header.opcode {
            Opcode::Ping => Message::Ping(control(&mut self.control)),
            Opcode::Pong => Message::Pong(control(&mut self.control)),
            Opcode::Close => Message::Close(read_close(&control(&mut self.control))?),
            _ if !header.is_final => return Ok(None),
            _ => match self.message.take() {
                Some(Unfinished { is_text: true, octets, check }) => {
                    let text = String::from_utf8(octets).ok().filter(|_| check.is_whole());
                    Message::Text(text.ok_or(WebSocketError::Text)?)
                }
                Some(Unfinished { octets, .. }) => Message::Binary(octets),
                None => return Ok(None),
            },
        }))
    }
}

/// Reads what a close frame says (section 5.5.1).
fn read_close(payload: &[u8]) -> Result<Option<Close>, WebSocketError> {
    let [high, low, reason @ ..] = payload else {
        return if payload.is_empty() { Ok(None) } else { Err(WebSocketError::CloseTooShort) };
    };
    let code = u16::from_be_bytes([*high, *low]);
    if !is_close_code(code) {
        return Err(WebSocketError::CloseCode { code });
    }
    let reason = std::str::from_utf8(reason).map_err(|_| WebSocketError::CloseReason)?;
    Ok(Some(Close { code, reason: reason.to_owned() }))
}

/// What a close frame carries: code and reason, which is cut to what fits. A code that may not be sent is left
/// out.
pub(super) fn close_payload(close: Option<&Close>) -> Vec<u8> {
    let Some(Close { code, reason }) = close.filter(|close| is_close_code(close.code)) else {
        return Vec::new();
    };
    let most = SHORT as usize - 2;
    let cut = (0..=most.min(reason.len())).rev().find(|&cut| reason.is_char_boundary(cut)).unwrap_or(0);
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(&reason.as_bytes()[..cut]);
    payload
}

/// Whether a code may stand in a close frame: those that are defined, those that were registered later (1012 to
/// 1014), and those for libraries and applications (section 7.4).
pub fn is_close_code(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}
