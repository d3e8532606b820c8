//! A client that no gateway deserves.

use super::super::octets::Source;
use super::Instant;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// The gateway has so long to close what the client has closed, or to drop what says nothing: half a handshake
/// may take 10 s, and the last word of a session has time to be read.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a client ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// It closes its socket, read or not.
    Abrupt,
    /// It closes its side and waits for the other.
    Waiting,
    /// It says nothing more, and must be dropped.
    Silent,
}

/// What has become of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It has done something.
    Busy,
    /// There was nothing to do now.
    Waits,
    /// Its socket is closed.
    Gone,
    /// The gateway should have closed its socket.
    Stuck,
}

/// A client with its plan.
#[derive(Debug)]
pub(super) struct Client {
    socket: TcpStream,
    kind: &'static str,
    octets: Vec<u8>,
    written: usize,
    /// So many octets are written at a time.
    piece: usize,
    /// And then it waits.
    pause: Duration,
    next: Instant,
    reads: bool,
    ending: Ending,
    /// Since when there is nothing more to write.
    ended: Option<Instant>,
    received: u64,
}

impl Client {
    pub fn connect(address: SocketAddr, mut source: Source, now: Instant) -> Result<Client, String> {
        let failed = |error: std::io::Error| format!("the gateway takes no connection: {error}");
        let socket = TcpStream::connect(address).map_err(failed)?;
        socket.set_nonblocking(true).map_err(failed)?;
        let (kind, octets) = octets(&mut source);
        let (piece, pause) = match source.below(12) {
            0 => (1, Duration::from_millis(1 + source.below(10) as u64)),
            1..=4 => (1 + source.below(200), Duration::from_millis(source.below(20) as u64)),
            _ => (usize::MAX, Duration::ZERO),
        };
        // A trickle does not take for ever.
        let piece = piece.max(octets.len() / 300);
        let is_half = kind == "half a handshake";
        let ending = match source.below(40) {
            0 if is_half => Ending::Silent,
            0..20 => Ending::Abrupt,
            _ => Ending::Waiting,
        };
        let reads = !(ending == Ending::Abrupt && source.once_in(3));
        Ok(Client {
            socket,
            kind,
            octets,
            written: 0,
            piece,
            pause,
            next: now,
            reads,
            ending,
            ended: None,
            received: 0,
        })
    }

    pub fn sent(&self) -> u64 {
        self.written as u64
    }

    pub fn received(&self) -> u64 {
        self.received
    }

    pub fn describe(&self) -> String {
        let Client { kind, octets, written, ending, .. } = self;
        format!("{kind}, {written} of {} octets written, its end {ending:?}", octets.len())
    }

    /// Writes and reads what goes now.
    pub fn turn(&mut self, now: Instant) -> Fate {
        let mut fate = Fate::Waits;
        if self.reads {
            match self.read() {
                Fate::Waits => {}
                Fate::Busy => fate = Fate::Busy,
                end => return end,
            }
        }
        if self.written == self.octets.len() {
            return self.end(now, fate);
        }
        if now < self.next {
            return fate;
        }
        let end = self.written.saturating_add(self.piece).min(self.octets.len());
        match self.socket.write(&self.octets[self.written..end]) {
            Ok(count) => {
                self.written += count;
                self.next = now + self.pause;
                Fate::Busy
            }
            Err(error) if is_later(&error) => match self.ended {
                // A gateway may well not read from a client that does not read.
                None if !self.reads => {
                    self.ended = Some(now);
                    fate
                }
                Some(since) if now - since > Duration::from_millis(500) => Fate::Gone,
                _ => fate,
            },
            Err(_) => Fate::Gone,
        }
    }

    fn end(&mut self, now: Instant, fate: Fate) -> Fate {
        if self.ending == Ending::Abrupt {
            return Fate::Gone;
        }
        let is_first = self.ended.is_none();
        let since = *self.ended.get_or_insert(now);
        if is_first && self.ending == Ending::Waiting && self.socket.shutdown(Shutdown::Write).is_err() {
            return Fate::Gone;
        }
        if now - since > PATIENCE { Fate::Stuck } else { fate }
    }

    fn read(&mut self) -> Fate {
        let mut buffer = [0; 16_384];
        match self.socket.read(&mut buffer) {
            Ok(0) => Fate::Gone,
            Ok(count) => {
                self.received += count as u64;
                Fate::Busy
            }
            Err(error) if is_later(&error) => Fate::Waits,
            Err(_) => Fate::Gone,
        }
    }
}

fn is_later(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// What the client says.
fn octets(source: &mut Source) -> (&'static str, Vec<u8>) {
    match source.below(20) {
        0..=2 => ("noise", source.noise(4_000)),
        3 => ("another protocol", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
        4..=6 => ("half a handshake", source.half_handshake()),
        7..=9 => {
            let mut octets = source.conversation();
            source.mutate(&mut octets, 0);
            ("a broken conversation", octets)
        }
        10..=14 => {
            let mut octets = source.conversation();
            let from = source.handshake().len();
            source.mutate(&mut octets, from);
            ("a conversation broken behind the handshake", octets)
        }
        15 => {
            let mut octets = source.handshake();
            for _ in 0..source.below(100) {
                octets.extend(source.work());
            }
            ("much work", octets)
        }
        16 => {
            let mut octets = source.handshake();
            octets.extend(source.made_up_names());
            ("made-up names", octets)
        }
        _ => {
            let mut octets = source.conversation();
            octets.truncate(source.below(octets.len() + 1));
            ("a conversation cut short", octets)
        }
    }
}
