//! A client that behaves: it logs in, publishes, gets what it has published, and goes.

use super::Instant;
use crate::amqp::wire::{Assembler, FrameDecoder, PROTOCOL_HEADER, write_command};
use crate::amqp::{Command, Content, Method, Origin, Properties, Table};
use crate::ids::{MessageId, Name, Names};
use crate::time::Time;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer takes so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than one frame.
const BODY: usize = 200_000;

struct Guest {
    socket: TcpStream,
    names: Names,
    decoder: FrameDecoder,
    assembler: Assembler,
    unread: Vec<u8>,
}

/// Comes, works and goes. Gives how long it took.
pub(super) fn visit(address: SocketAddr) -> Result<Duration, String> {
    let started = Instant::now();
    work(address).map_err(|what| format!("a client that behaves is not served: {what}"))?;
    Ok(started.elapsed())
}

fn work(address: SocketAddr) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    let socket = TcpStream::connect(address).map_err(text)?;
    socket.set_read_timeout(Some(PATIENCE)).map_err(text)?;
    socket.set_write_timeout(Some(PATIENCE)).map_err(text)?;
    let mut decoder = FrameDecoder::new();
    decoder.set_frame_max(131_072);
    let mut guest =
        Guest { socket, names: Names::new(), decoder, assembler: Assembler::new(), unread: Vec::new() };
    guest.socket.write_all(&PROTOCOL_HEADER).map_err(text)?;
    guest.expect("connection.start")?;
    let plain = Method::ConnectionStartOk {
        client_properties: Table::default(),
        mechanism: "PLAIN".to_owned(),
        response: b"\0guest\0guest".to_vec(),
        locale: "en_US".to_owned(),
    };
    guest.ask(0, plain.into(), "connection.tune")?;
    guest.say(0, &Method::ConnectionTuneOk { channel_max: 10, frame_max: 131_072, heartbeat: 0 }.into())?;
    let virtual_host = guest.names.intern("/");
    guest.ask(0, Method::ConnectionOpen { virtual_host }.into(), "connection.open-ok")?;
    guest.ask(1, Method::ChannelOpen {}.into(), "channel.open-ok")?;
    let queue = guest.names.intern("of a client that behaves");
    let declare = Method::QueueDeclare {
        queue,
        passive: false,
        durable: false,
        exclusive: true,
        auto_delete: false,
        no_wait: false,
        arguments: Table::default(),
    };
    guest.ask(1, declare.into(), "queue.declare-ok")?;
    guest.ask(1, Method::ConfirmSelect { no_wait: false }.into(), "confirm.select-ok")?;
    let body: Vec<u8> = (0..BODY).map(|place| place as u8).collect();
    let method =
        Method::BasicPublish { exchange: Name::EMPTY, routing_key: queue, mandatory: true, immediate: false };
    let content =
        Content { origin: origin(), properties: Properties::default().into(), body: body.clone().into() };
    guest.ask(1, Command { method, content: Some(content) }, "basic.ack")?;
    let got = guest.ask(1, Method::BasicGet { queue, no_ack: true }.into(), "basic.get-ok")?;
    if got.content.is_none_or(|content| *content.body != *body) {
        return Err("another body came back".into());
    }
    let close =
        Method::ConnectionClose { reply_code: 200, reply_text: String::new(), class_id: 0, method_id: 0 };
    guest.ask(0, close.into(), "connection.close-ok").map(drop)
}

fn origin() -> Origin {
    Origin { message: MessageId(0), publisher: Name::EMPTY, published: Time::START }
}

impl Guest {
    fn say(&mut self, channel: u16, command: &Command) -> Result<(), String> {
        let mut octets = Vec::new();
        write_command(&mut octets, channel, command, 131_072, &self.names)
            .map_err(|error| error.to_string())?;
        self.socket.write_all(&octets).map_err(|error| error.to_string())
    }

    fn ask(&mut self, channel: u16, command: Command, answer: &str) -> Result<Command, String> {
        self.say(channel, &command)?;
        self.expect(answer)
    }

    fn expect(&mut self, answer: &str) -> Result<Command, String> {
        loop {
            let mut input = &self.unread[..];
            while let Some(frame) = self.decoder.read(&mut input).map_err(|error| error.to_string())? {
                let command = self.assembler.push(frame, &mut self.names, &mut origin);
                let Some((_, command)) = command.map_err(|error| error.to_string())? else { continue };
                self.unread = input.to_vec();
                return match command.method.name() == answer {
                    true => Ok(command),
                    false => Err(format!("{} comes instead of {answer}", command.method.name())),
                };
            }
            self.unread = input.to_vec();
            let mut chunk = [0; 65_536];
            let count = self.socket.read(&mut chunk).map_err(|error| format!("no {answer}: {error}"))?;
            if count == 0 {
                return Err(format!("the end comes instead of {answer}"));
            }
            self.unread.extend_from_slice(&chunk[..count]);
        }
    }
}
