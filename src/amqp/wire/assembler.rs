//! From frames to commands.

use super::header::{HeaderStart, read_header_start, read_properties};
use super::{
    Frame, FrameKind, MAX_BODY_SIZE, MethodNumber, ReadError, Reader, Snippet, WireError, read_method,
};
use crate::amqp::{ChannelNumber, Command, Content, Method, Origin, Properties};
use crate::ids::{Names, holds_names};
use litemap::LiteMap;
use std::rc::Rc;

/// Puts the frames of a connection together to commands, each channel for itself: a method alone, or a method
/// with the content that follows it (4.2.6). It reads what clients send as well as what brokers send.
///
/// Whether a channel is open, and whether a method fits it, is for others to judge.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    /// The channels in the middle of a content. All others are between two commands.
    contents: LiteMap<ChannelNumber, Unfinished>,
}

/// A content that has begun with its method.
#[derive(Clone, Debug)]
struct Unfinished {
    method: Method,
    /// What came of it behind the header.
    body: Option<UnfinishedBody>,
}

#[derive(Clone, Debug)]
struct UnfinishedBody {
    properties: Properties,
    size: usize,
    octets: Vec<u8>,
}

impl Assembler {
    /// An assembler for a new connection.
    pub const fn new() -> Assembler {
        Assembler { contents: LiteMap::new() }
    }

    /// Takes a frame, and gives the command that it completes, with its channel. Heartbeats complete none.
    ///
    /// Names get their numbers from `names`. Which message a content is does not stand on the wire:
    /// `next_origin` says it, once for each content that is complete. An error ends the connection.
    pub fn push(
        &mut self,
        frame: Frame,
        names: &mut Names,
        next_origin: &mut impl FnMut() -> Origin,
    ) -> Result<Option<(ChannelNumber, Command)>, WireError> {
        let Frame { kind, channel, payload } = frame;
        let misplaced = || WireError::MisplacedFrame { kind: kind.octet(), payload: Snippet::of(&payload) };
        let unknown = || WireError::unknown_frame(kind.octet(), &payload);
        let command = match kind {
            FrameKind::Heartbeat if !payload.is_empty() => return Err(unknown()),
            FrameKind::Heartbeat if channel != 0 => return Err(misplaced()),
            FrameKind::Heartbeat => None,
            FrameKind::Method => self.method(channel, &payload, names)?,
            FrameKind::Header => {
                let mut reader = Reader::new(&payload);
                let start = read_header_start(&mut reader).map_err(|_| unknown())?;
                if channel == 0 {
                    return Err(misplaced());
                }
                self.header(channel, start, &mut reader)?
            }
            FrameKind::Body if channel == 0 => return Err(misplaced()),
            FrameKind::Body => self.body(channel, &payload)?,
        };
        Ok(command.map(|(method, content)| {
            let content = content.map(|UnfinishedBody { properties, octets, .. }| Content {
                origin: next_origin(),
                properties: Rc::new(properties),
                body: octets.into(),
            });
            (channel, Command { method, content })
        }))
    }

    /// Forgets what came of a content on a channel that was closed.
    pub fn forget(&mut self, channel: ChannelNumber) {
        self.contents.remove(&channel);
    }

    fn method(&mut self, channel: ChannelNumber, payload: &[u8], names: &mut Names) -> Completed {
        if let Some(unfinished) = self.contents.get(&channel) {
            // RabbitMQ looks the method up before it notices that none was due.
            return match method_number(payload) {
                None => Err(WireError::unknown_frame(FrameKind::Method.octet(), payload)),
                Some(method) if super::layout(method).is_none() => Err(WireError::UnknownMethod { method }),
                Some(_) => Err(unfinished.interrupted()),
            };
        }
        let method = read_method(channel, payload, names)?;
        if !method.carries_content() {
            return Ok(Some((method, None)));
        }
        if channel == 0 {
            return Err(WireError::ContentOnConnection { method: method.number() });
        }
        self.contents.insert(channel, Unfinished { method, body: None });
        Ok(None)
    }

    fn header(&mut self, channel: ChannelNumber, start: HeaderStart, reader: &mut Reader<'_>) -> Completed {
        let unfinished = self.contents.get_mut(&channel).ok_or(WireError::MethodExpected)?;
        if unfinished.body.is_some() {
            return Err(unfinished.interrupted());
        }
        let method = unfinished.method.number();
        let HeaderStart { class, weight, body_size } = start;
        if weight != 0 {
            return Err(WireError::HeaderExpected { method });
        }
        if class != method.0 {
            return Err(WireError::HeaderOfOtherClass { method, class });
        }
        let size = usize::try_from(body_size)
            .ok()
            .filter(|_| body_size <= MAX_BODY_SIZE)
            .ok_or(WireError::BodyOverLimit { method, size: body_size })?;
        let properties = read_properties(reader).map_err(|error| match error {
            ReadError::Text { at } => WireError::Text { channel, method, at },
            error => WireError::Properties { method, error },
        })?;
        // The octets get their place as they come: a size alone costs nothing.
        unfinished.body = Some(UnfinishedBody { properties, size, octets: Vec::new() });
        Ok(if size == 0 { self.complete(channel) } else { None })
    }

    fn body(&mut self, channel: ChannelNumber, payload: &[u8]) -> Completed {
        let unfinished = self.contents.get_mut(&channel).ok_or(WireError::MethodExpected)?;
        let method = unfinished.method.number();
        let body = unfinished.body.as_mut().ok_or(WireError::HeaderExpected { method })?;
        if payload.len() > body.size - body.octets.len() {
            return Err(WireError::BodyTooLong { method });
        }
        body.octets.extend_from_slice(payload);
        Ok(if body.octets.len() == body.size { self.complete(channel) } else { None })
    }

    fn complete(&mut self, channel: ChannelNumber) -> Option<(Method, Option<UnfinishedBody>)> {
        self.contents.remove(&channel).map(|unfinished| (unfinished.method, unfinished.body))
    }
}

/// The method and the content that a frame has completed.
type Completed = Result<Option<(Method, Option<UnfinishedBody>)>, WireError>;

impl Unfinished {
    /// The error of a frame that does not go on with this content.
    fn interrupted(&self) -> WireError {
        let method = self.method.number();
        match self.body {
            None => WireError::HeaderExpected { method },
            Some(_) => WireError::BodyExpected { method },
        }
    }
}

fn method_number(payload: &[u8]) -> Option<MethodNumber> {
    let mut reader = Reader::new(payload);
    Some((reader.short().ok()?, reader.short().ok()?))
}

holds_names!(Assembler { contents });
holds_names!(Unfinished { method, body });
holds_names!(UnfinishedBody { properties, size, octets });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amqp::wire::FrameDecoder;
    use crate::ids::{MessageId, Name};
    use crate::time::Time;

    /// `basic.publish` to the default exchange on channel 1.
    const PUBLISH: &[u8] = b"\x01\0\x01\0\0\0\x0c\0\x3c\0\x28\0\0\0\x03job\0\xce";
    const HEADER_OF_3: &[u8] = b"\x02\0\x01\0\0\0\x0e\0\x3c\0\0\0\0\0\0\0\0\0\x03\0\0\xce";
    const BODY_OF_2: &[u8] = b"\x03\0\x01\0\0\0\x02ab\xce";

    fn push_all(assembler: &mut Assembler, octets: &[&[u8]]) -> Result<Vec<Command>, WireError> {
        let (mut decoder, mut names, mut last) = (FrameDecoder::new(), Names::new(), 0);
        let mut next_origin = || {
            last += 1;
            Origin { message: MessageId(last), publisher: Name::EMPTY, published: Time::START }
        };
        let mut commands = Vec::new();
        let octets = octets.concat();
        let mut input = &octets[..];
        while let Some(frame) = decoder.read(&mut input)? {
            let command = assembler.push(frame, &mut names, &mut next_origin)?;
            commands.extend(command.map(|(_, command)| command));
        }
        Ok(commands)
    }

    #[test]
    fn a_content_is_complete_with_its_last_octet() {
        let mut assembler = Assembler::new();
        let begun = push_all(&mut assembler, &[PUBLISH, HEADER_OF_3, BODY_OF_2]);
        assert_eq!(begun, Ok(vec![]));
        let commands = push_all(&mut assembler, &[b"\x03\0\x01\0\0\0\x01c\xce"]).expect("the rest");
        let content = commands[0].content.as_ref().expect("a content");
        assert_eq!((&content.body[..], content.origin.message), (&b"abc"[..], MessageId(1)));
        assert!(assembler.contents.is_empty());
    }

    #[test]
    fn a_closed_channel_can_be_forgotten() {
        let mut assembler = Assembler::new();
        push_all(&mut assembler, &[PUBLISH, HEADER_OF_3, BODY_OF_2]).expect("begun");
        assembler.forget(1);
        assert_eq!(push_all(&mut assembler, &[BODY_OF_2]), Err(WireError::MethodExpected));
    }

    #[test]
    fn a_size_without_a_body_takes_no_memory() {
        let mut assembler = Assembler::new();
        let header = b"\x02\0\x01\0\0\0\x0e\0\x3c\0\0\0\0\0\0\x20\0\0\0\0\0\xce";
        push_all(&mut assembler, &[PUBLISH, header]).expect("512 MiB are announced");
        let body = assembler.contents[&1].body.as_ref().expect("a body");
        assert_eq!((body.size, body.octets.capacity()), (512 * 1024 * 1024, 0));
    }
}
