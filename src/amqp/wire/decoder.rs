//! From octets to frames.

use super::{FRAME_END, FRAME_MIN_SIZE, FRAME_OVERHEAD, Frame, FrameKind, Snippet, WireError};

/// What stands before the payload: type, channel, size.
const HEADER: usize = 7;

/// Takes octets in any split and gives out frames. It holds one unfinished frame at most, and none that is
/// larger than the limit: such a frame is refused when its size was read.
#[derive(Clone, Debug)]
pub struct FrameDecoder {
    frame_max: u32,
    header: [u8; HEADER],
    header_length: usize,
    payload: Vec<u8>,
    /// Why nothing more can be read.
    lost: Option<WireError>,
}

impl FrameDecoder {
    /// A decoder with the limit that holds before `connection.tune-ok`.
    pub const fn new() -> FrameDecoder {
        FrameDecoder {
            frame_max: FRAME_MIN_SIZE,
            header: [0; HEADER],
            header_length: 0,
            payload: Vec::new(),
            lost: None,
        }
    }

    /// Sets the limit for the frames that follow: the agreed `frame_max`, 0 for none.
    pub const fn set_frame_max(&mut self, frame_max: u32) {
        self.frame_max = frame_max;
    }

    /// Takes octets from the front of `input` up to the end of a frame, and gives the frame; nothing when all
    /// octets were taken and the frame goes on.
    ///
    /// ```
    /// # use queuescope::amqp::wire::{Frame, FrameDecoder};
    /// let mut decoder = FrameDecoder::new();
    /// let mut input: &[u8] = &[8, 0, 0, 0, 0, 0, 0, 0xCE, 8, 0];
    /// assert_eq!(decoder.read(&mut input), Ok(Some(Frame::heartbeat())));
    /// assert_eq!(decoder.read(&mut input), Ok(None));
    /// assert!(input.is_empty());
    /// ```
    ///
    /// An error about the type of a frame ([`WireError::UnknownFrame`]) leaves the decoder behind that frame.
    /// After one about size or end octet the bounds of frames are lost, and every call gives it again.
    pub fn read(&mut self, input: &mut &[u8]) -> Result<Option<Frame>, WireError> {
        if let Some(error) = &self.lost {
            return Err(error.clone());
        }
        if self.header_length < HEADER {
            let place = &mut self.header[self.header_length..];
            let taken = take(input, place.len());
            place[..taken.len()].copy_from_slice(taken);
            self.header_length += taken.len();
            if self.header_length < HEADER {
                return Ok(None);
            }
            self.check_size()?;
        }
        let [kind, high, low, ..] = self.header;
        let size = self.size() as usize;
        self.payload.extend_from_slice(take(input, size - self.payload.len()));
        if self.payload.len() < size {
            return Ok(None);
        }
        let &[end] = take(input, 1) else { return Ok(None) };
        let payload = std::mem::take(&mut self.payload);
        if end != FRAME_END {
            return Err(self.lose(WireError::FrameEnd { kind, payload: Snippet::of(&payload), end }));
        }
        self.header_length = 0;
        match FrameKind::from_octet(kind) {
            Some(kind) => Ok(Some(Frame { kind, channel: u16::from_be_bytes([high, low]), payload })),
            None => Err(WireError::unknown_frame(kind, &payload)),
        }
    }

    fn size(&self) -> u32 {
        let [_, _, _, size @ ..] = self.header;
        u32::from_be_bytes(size)
    }

    /// Payloads may be as large as `frame_max`, though a whole frame should be: RabbitMQ lets clients exceed
    /// it by the eight octets around the payload, "since quite a few get it wrong" (`rabbit_reader`).
    fn check_size(&mut self) -> Result<(), WireError> {
        let size = self.size();
        if self.frame_max != 0 && size > self.frame_max {
            let limit = self.frame_max.saturating_sub(FRAME_OVERHEAD);
            return Err(self.lose(WireError::FrameTooLarge { kind: self.header[0], size, limit }));
        }
        Ok(())
    }

    fn lose(&mut self, error: WireError) -> WireError {
        self.lost = Some(error.clone());
        error
    }
}

impl Default for FrameDecoder {
    fn default() -> Self {
        FrameDecoder::new()
    }
}

/// Up to `count` octets from the front of `input`.
fn take<'a>(input: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, rest) = input.split_at(count.min(input.len()));
    *input = rest;
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_is_too_large_is_refused_before_its_payload() {
        let mut decoder = FrameDecoder::new();
        let mut input: &[u8] = &[3, 0, 1, 0, 0, 0x10];
        assert_eq!(decoder.read(&mut input), Ok(None));
        let error = WireError::FrameTooLarge { kind: 3, size: 4097, limit: 4088 };
        assert_eq!(decoder.read(&mut &[1, 9, 9][..]), Err(error.clone()));
        assert_eq!(decoder.read(&mut &[8][..]), Err(error), "the bounds are lost");
        assert!(decoder.payload.is_empty());
    }

    #[test]
    fn the_limit_holds_from_the_next_frame_on() {
        let frame = Frame { kind: FrameKind::Body, channel: 1, payload: vec![0; 5000] };
        let mut octets = Vec::new();
        frame.write(&mut octets).expect("short");
        let mut decoder = FrameDecoder::new();
        decoder.set_frame_max(131_072);
        assert_eq!(decoder.read(&mut &octets[..]), Ok(Some(frame.clone())));
        decoder.set_frame_max(0);
        assert_eq!(decoder.read(&mut &octets[..]), Ok(Some(frame)));
        decoder.set_frame_max(4096);
        assert!(decoder.read(&mut &octets[..]).is_err());
    }

    #[test]
    fn a_type_that_is_not_known_does_not_lose_the_bounds() {
        let mut input: &[u8] = &[9, 0, 0, 0, 0, 0, 1, 7, 0xCE, 8, 0, 0, 0, 0, 0, 0, 0xCE];
        let mut decoder = FrameDecoder::new();
        assert_eq!(decoder.read(&mut input), Err(WireError::unknown_frame(9, &[7])));
        assert_eq!(decoder.read(&mut input), Ok(Some(Frame::heartbeat())));
    }
}
