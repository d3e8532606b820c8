//! The way from octets to commands, as a program would go it.

use queuescope::amqp::wire::{Assembler, Frame, FrameDecoder, WireError};
use queuescope::amqp::{Command, Origin};
use queuescope::ids::{MessageId, Name, Names};
use queuescope::time::Time;

/// The frames up to the first error.
pub fn frames(mut octets: &[u8]) -> impl Iterator<Item = Result<Frame, WireError>> {
    let mut decoder = FrameDecoder::new();
    std::iter::from_fn(move || decoder.read(&mut octets).transpose())
}

/// The commands with their channels, their messages numbered from 1, or the first error.
pub fn commands(
    frames: impl IntoIterator<Item = Result<Frame, WireError>>,
    names: &mut Names,
) -> Result<Vec<(u16, Command)>, WireError> {
    let (mut assembler, mut last) = (Assembler::new(), 0);
    let mut next_origin = || {
        last += 1;
        Origin { message: MessageId(last), publisher: Name::EMPTY, published: Time::START }
    };
    let mut commands = Vec::new();
    for frame in frames {
        commands.extend(assembler.push(frame?, names, &mut next_origin)?);
    }
    Ok(commands)
}
