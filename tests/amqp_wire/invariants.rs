//! What holds for all values and all octets.

use super::driver;
use super::generated::{body, method_payload, properties, table};
use proptest::collection::vec;
use proptest::prelude::*;
use queuescope::amqp::wire::{
    Assembler, Credentials, Frame, FrameDecoder, FrameKind, HeaderReader, LAYOUTS, Reader, WireError, Writer,
    placed_header_fields, placed_method_fields, read_header, read_method, read_table, read_table_entries,
    write_command, write_header, write_method, write_table,
};
use queuescope::amqp::{Command, Content, Origin};
use queuescope::ids::{MessageId, Name, Names};
use queuescope::time::Time;
use std::rc::Rc;

fn origin(number: u32) -> Origin {
    Origin { message: MessageId(number), publisher: Name::EMPTY, published: Time::START }
}

/// Commands on some channels: any methods, with a content where they announce one.
fn commands() -> impl Strategy<Value = (Vec<(u16, Command)>, u32, Names)> {
    vec((1..4_u16, method_payload(), properties(), body()), 1..4).prop_map(|parts| {
        let mut names = Names::new();
        // One connection has one limit.
        let frame_max = parts.iter().map(|(_, _, _, (_, frame_max))| *frame_max).max().unwrap_or(0);
        let mut number = 0;
        let commands = parts.into_iter().map(|(channel, payload, properties, (body, _))| {
            let method = read_method(channel, &payload, &mut names).expect("well formed");
            let content = method.carries_content().then(|| {
                number += 1;
                Content { origin: origin(number), properties: Rc::new(properties), body: body.into() }
            });
            (channel, Command { method, content })
        });
        (commands.collect(), frame_max, names)
    })
}

fn written(commands: &[(u16, Command)], frame_max: u32, names: &Names) -> Vec<u8> {
    let mut octets = Vec::new();
    for (channel, command) in commands {
        write_command(&mut octets, *channel, command, frame_max, names).expect("can be written");
    }
    octets
}

/// All frames, the input cut into pieces of these sizes, over and over.
fn frames(octets: &[u8], pieces: &[usize], frame_max: u32) -> Result<Vec<Frame>, WireError> {
    let mut decoder = FrameDecoder::new();
    decoder.set_frame_max(frame_max);
    let mut frames = Vec::new();
    let mut rest = octets;
    for &piece in pieces.iter().cycle() {
        let (mut input, after) = rest.split_at(piece.min(rest.len()));
        while let Some(frame) = decoder.read(&mut input)? {
            frames.push(frame);
        }
        assert!(input.is_empty(), "all was taken");
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    Ok(frames)
}

proptest! {
    #[test]
    fn a_table_is_read_as_it_was_written(table in table()) {
        let mut octets = Vec::new();
        write_table(&mut Writer::new(&mut octets), &table).expect("can be written");
        let mut reader = Reader::new(&octets);
        prop_assert_eq!(read_table(&mut reader), Ok(table));
        prop_assert!(reader.is_at_end());
    }

    #[test]
    fn a_method_is_written_as_it_was_read(payload in method_payload()) {
        let mut names = Names::new();
        let method = read_method(1, &payload, &mut names).expect("well formed");
        let mut octets = Vec::new();
        write_method(&mut Writer::new(&mut octets), &method, &names).expect("can be written");
        prop_assert_eq!(&octets, &payload);
        prop_assert_eq!(read_method(1, &octets, &mut names), Ok(method));
        let places = placed_method_fields(&payload).expect("well formed");
        prop_assert!(places.windows(2).all(|pair| pair[0].octets.end == pair[1].octets.start
            || pair[1].bit.is_some_and(|bit| bit > 0) && pair[0].octets == pair[1].octets));
        prop_assert_eq!(places.last().map(|place| place.octets.end), Some(payload.len()));
    }

    #[test]
    fn properties_are_read_as_they_were_written(properties in properties(), size in any::<u64>()) {
        let mut octets = Vec::new();
        write_header(&mut Writer::new(&mut octets), &properties, size).expect("can be written");
        prop_assert_eq!(read_header(&octets), Ok((size, properties)));
    }

    #[test]
    fn commands_are_read_as_they_were_written_in_any_split(
        (commands, frame_max, mut names) in commands(),
        pieces in vec(1..50_usize, 1..20),
    ) {
        let octets = written(&commands, frame_max, &names);
        let whole = frames(&octets, &[usize::MAX], 0);
        prop_assert_eq!(&frames(&octets, &pieces, 0), &whole);
        let whole = whole.expect("well formed");
        let limit = match frame_max { 0 => usize::MAX, limit => limit as usize - 8 };
        prop_assert!(whole.iter().all(|frame| frame.kind != FrameKind::Body || frame.payload.len() <= limit));
        let mut again = Vec::new();
        for frame in &whole {
            frame.write(&mut again).expect("can be written");
        }
        prop_assert_eq!(again, octets);
        // Methods of the connection may stand on other channels here: that is not for the codec to judge.
        prop_assert_eq!(driver::commands(whole.into_iter().map(Ok), &mut names), Ok(commands));
    }

    #[test]
    fn channels_do_not_disturb_one_another(
        (commands, frame_max, mut names) in commands(),
        order in vec(any::<prop::sample::Index>(), 50),
    ) {
        // Each command on a channel of its own, their frames shuffled like cards.
        let mut queues: Vec<_> = commands.iter().zip(1..).map(|((_, command), channel)| {
            let octets = written(&[(channel, command.clone())], frame_max, &names);
            frames(&octets, &[usize::MAX], 0).expect("well formed").into_iter()
        }).collect();
        let mut shuffled = Vec::new();
        for index in order {
            shuffled.extend(index.get_mut(&mut queues).next());
        }
        shuffled.extend(queues.into_iter().flatten());
        let mut found = driver::commands(shuffled.into_iter().map(Ok), &mut names).expect("well formed");
        found.sort_by_key(|(channel, _)| *channel);
        let without_number = |command: &Command| {
            let content = command.content.clone();
            (command.method.clone(), content.map(|content| (content.properties, content.body)))
        };
        let found: Vec<_> = found.iter().map(|(_, command)| without_number(command)).collect();
        let expected: Vec<_> = commands.iter().map(|(_, command)| without_number(command)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn broken_commands_never_panic(
        (commands, frame_max, names) in commands(),
        breaks in vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        end in any::<prop::sample::Index>(),
    ) {
        let mut octets = written(&commands, frame_max, &names);
        for (index, octet) in breaks {
            *index.get_mut(&mut octets) = octet;
        }
        octets.truncate(end.index(octets.len()) + 1);
        judge(&octets);
    }

    #[test]
    fn frames_with_any_payload_never_panic(
        parts in vec((0..10_u8, 0..3_u16, 0..LAYOUTS.len(), vec(any::<u8>(), 0..80)), 1..6),
    ) {
        let mut octets = Vec::new();
        for (kind, channel, method, mut payload) in parts {
            if kind == 1 && payload.len() >= 4 {
                let (class, id) = LAYOUTS[method].number;
                payload[..2].copy_from_slice(&class.to_be_bytes());
                payload[2..4].copy_from_slice(&id.to_be_bytes());
            }
            octets.push(kind);
            octets.extend_from_slice(&channel.to_be_bytes());
            octets.extend_from_slice(&(payload.len() as u32).to_be_bytes());
            octets.extend_from_slice(&payload);
            octets.push(0xCE);
        }
        judge(&octets);
    }

    #[test]
    fn any_octets_never_panic(octets in vec(any::<u8>(), 0..300)) {
        judge(&octets);
        let mut names = Names::new();
        let _ = HeaderReader::new().read(&mut &octets[..]);
        let _ = read_table_entries(&octets);
        let _ = read_method(0, &octets, &mut names);
        let _ = read_header(&octets);
        let _ = placed_method_fields(&octets);
        let _ = placed_header_fields(&octets);
        let _ = Credentials::from_plain(&octets);
        let _ = Credentials::from_amqplain(&octets);
    }
}

/// Reads on after every error that leaves the bounds of frames known, and asks each what it says.
fn judge(octets: &[u8]) {
    let (mut decoder, mut assembler, mut names) = (FrameDecoder::new(), Assembler::new(), Names::new());
    let mut input = octets;
    loop {
        let result = match decoder.read(&mut input) {
            Ok(None) => return,
            Ok(Some(frame)) => assembler.push(frame, &mut names, &mut || origin(1)).map(drop),
            Err(error) => Err(error),
        };
        let Err(error) = result else { continue };
        assert!(error.reply_text().len() <= 255, "a text is a short string");
        assert!(!error.to_string().is_empty() && !error.code().is_empty());
        if let Some(close) = error.close_method() {
            write_command(&mut Vec::new(), 0, &close.into(), 4096, &names).expect("can be written");
        }
        if matches!(error, WireError::FrameEnd { .. } | WireError::FrameTooLarge { .. }) {
            return;
        }
    }
}
