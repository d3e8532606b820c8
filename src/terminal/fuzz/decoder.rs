//! Octets to frames and commands: however they are split, the same comes of them.

use super::octets::Source;
use crate::amqp::wire::{Assembler, FrameDecoder, PROTOCOL_HEADER, WireError, write_command};
use crate::amqp::{ChannelNumber, Command, Origin};
use crate::ids::{MessageId, Name, Names};
use crate::time::Time;

/// What came of octets: commands, and the error that ended it.
type Outcome = (Vec<(ChannelNumber, Command)>, Option<WireError>);

pub(super) fn round(mut source: Source) -> u64 {
    let mut octets = if source.once_in(4) {
        source.noise(400)
    } else {
        source.conversation().split_off(PROTOCOL_HEADER.len())
    };
    source.mutate(&mut octets, 0);
    let mut names = Names::new();
    let whole = decode([&octets[..]], &mut names);
    let mut pieces = Vec::new();
    let mut rest = &octets[..];
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(1 + source.below(rest.len().min(30)));
        pieces.push(piece);
        rest = behind;
    }
    assert_eq!(decode(pieces, &mut names), whole, "the split makes a difference");
    // What was read can be written, and is the same when it is read again.
    let mut written = Vec::new();
    for (channel, command) in &whole.0 {
        // A float that is no number is read and cannot be written.
        if write_command(&mut written, *channel, command, 4096, &names).is_err() {
            return 0;
        }
    }
    let count = whole.0.len() as u64;
    assert_eq!(decode([&written[..]], &mut names), (whole.0, None));
    count
}

fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, names: &mut Names) -> Outcome {
    let (mut decoder, mut assembler) = (FrameDecoder::new(), Assembler::new());
    let mut commands = Vec::new();
    let mut origin = || Origin { message: MessageId(1), publisher: Name::EMPTY, published: Time::START };
    for mut piece in pieces {
        loop {
            let pushed = match decoder.read(&mut piece) {
                Ok(None) => break,
                Ok(Some(frame)) => assembler.push(frame, names, &mut origin),
                Err(error) => Err(error),
            };
            match pushed {
                Ok(command) => commands.extend(command),
                Err(error) => return (commands, Some(error)),
            }
        }
    }
    (commands, None)
}
