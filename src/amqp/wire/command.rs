//! From commands to the octets of their frames.

use super::frame::write_frame;
use super::{EncodeError, FRAME_OVERHEAD, FrameKind, write_header, write_method};
use crate::amqp::{ChannelNumber, Command};
use crate::ids::Names;

/// Appends the frames of a command: its method and, with a content, the header and as many body frames as
/// `frame_max` makes of the body (0: no limit; none for an empty body; 4.2.6.2). If it cannot be written,
/// `out` is as it was.
///
/// Every [`Name`](crate::ids::Name) must be of `names`. Method and header are never split, so they can exceed
/// `frame_max`, and then they go out as they are: RabbitMQ does not check them either, it is for the peer to
/// refuse them.
///
/// ```
/// # use queuescope::amqp::{Method, wire::write_command};
/// # use queuescope::ids::Names;
/// let mut octets = Vec::new();
/// let ack = Method::BasicAck { delivery_tag: 1, multiple: false };
/// write_command(&mut octets, 1, &ack.into(), 131_072, &Names::new())?;
/// assert_eq!(octets, [1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0xCE]);
/// # Ok::<(), queuescope::amqp::wire::EncodeError>(())
/// ```
pub fn write_command(
    out: &mut Vec<u8>,
    channel: ChannelNumber,
    command: &Command,
    frame_max: u32,
    names: &Names,
) -> Result<(), EncodeError> {
    let length = out.len();
    let result = write_frames(out, channel, command, frame_max, names);
    if result.is_err() {
        out.truncate(length);
    }
    result
}

fn write_frames(
    out: &mut Vec<u8>,
    channel: ChannelNumber,
    Command { method, content }: &Command,
    frame_max: u32,
    names: &Names,
) -> Result<(), EncodeError> {
    write_frame(out, FrameKind::Method, channel, |payload| write_method(payload, method, names))?;
    let content = match (content, method.carries_content()) {
        (Some(content), true) => content,
        (None, false) => return Ok(()),
        (None, true) => return Err(EncodeError::ContentMissing { method: method.number() }),
        (Some(_), false) => return Err(EncodeError::ContentUnexpected { method: method.number() }),
    };
    write_frame(out, FrameKind::Header, channel, |payload| {
        write_header(payload, &content.properties, content.body.len() as u64)
    })?;
    let payload_max = match frame_max {
        0 => u32::MAX,
        _ => frame_max.saturating_sub(FRAME_OVERHEAD),
    };
    if payload_max == 0 {
        return Err(EncodeError::FrameMaxTooSmall { frame_max });
    }
    for piece in content.body.chunks(payload_max as usize) {
        write_frame(out, FrameKind::Body, channel, |payload| {
            payload.octets(piece);
            Ok(())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amqp::{Content, Method, Origin, Properties, wire::Frame, wire::FrameDecoder};
    use crate::ids::{MessageId, Name};
    use crate::time::Time;
    use std::rc::Rc;

    fn publish(body: &[u8]) -> Command {
        Command {
            method: Method::BasicPublish {
                exchange: Name::EMPTY,
                routing_key: Name::EMPTY,
                mandatory: false,
                immediate: false,
            },
            content: Some(Content {
                origin: Origin { message: MessageId(1), publisher: Name::EMPTY, published: Time::START },
                properties: Rc::new(Properties::default()),
                body: body.into(),
            }),
        }
    }

    fn frames(command: &Command, frame_max: u32) -> Vec<Frame> {
        let mut octets = Vec::new();
        write_command(&mut octets, 1, command, frame_max, &Names::new()).expect("can be written");
        let (mut decoder, mut input) = (FrameDecoder::new(), &octets[..]);
        std::iter::from_fn(|| decoder.read(&mut input).expect("can be read")).collect()
    }

    #[test]
    fn frame_max_counts_the_whole_frame() {
        let sizes = |length: usize, frame_max| -> Vec<usize> {
            let frames = frames(&publish(&vec![7; length]), frame_max);
            frames.iter().skip(2).map(|frame| frame.payload.len()).collect()
        };
        assert_eq!(sizes(4088, 4096), [4088]);
        assert_eq!(sizes(4089, 4096), [4088, 1]);
        assert_eq!(sizes(5, 10), [2, 2, 1]);
        assert_eq!(sizes(4000, 0), [4000]);
        assert!(sizes(0, 4096).is_empty(), "an empty body has no frame");
    }

    #[test]
    fn what_cannot_be_written_leaves_no_octets() {
        let mut names = Names::new();
        let long = names.intern(&"x".repeat(256));
        let cases: [(Command, u32, EncodeError); 4] = [
            (
                Method::QueuePurge { queue: long, no_wait: false }.into(),
                4096,
                EncodeError::ShortStringTooLong { octets: 256 },
            ),
            (publish(b"").method.into(), 4096, EncodeError::ContentMissing { method: (60, 40) }),
            (
                Command { method: Method::TxSelect {}, content: publish(b"").content },
                4096,
                EncodeError::ContentUnexpected { method: (90, 10) },
            ),
            (publish(b"abc"), 8, EncodeError::FrameMaxTooSmall { frame_max: 8 }),
        ];
        for (command, frame_max, error) in cases {
            let mut octets = b"before".to_vec();
            assert_eq!(write_command(&mut octets, 1, &command, frame_max, &names), Err(error));
            assert_eq!(octets, b"before");
        }
    }
}
