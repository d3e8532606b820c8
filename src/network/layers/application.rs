//! What a TCP connection carries: which protocol, and where its messages begin and end.

use super::buffer::Buffer;
use super::moment::Moment;
use super::reassembly::Stretch;
use super::{Layer, Protocol, Source, amqp, http, websocket};

/// The port of AMQP (IANA), by which a connection is known whose opening was not seen.
const AMQP_PORT: u16 = 5672;

/// What a connection carries, and what of it is not read yet in each direction.
#[derive(Clone, Debug)]
pub struct Application {
    ports: [u16; 2],
    kind: Kind,
    buffers: [Buffer; 2],
}

/// What is known beforehand of what connections carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spoken {
    /// Nothing: the first octets and the ports will tell.
    #[default]
    Unknown,
    /// AMQP.
    Amqp,
    /// HTTP.
    Http,
    /// HTTP whose bodies are Engine.IO's, also where a response comes before its request was seen.
    EngineIo,
    /// WebSocket frames, the upgrade being over.
    WebSocket,
    /// WebSocket frames that carry Engine.IO and Socket.IO.
    SocketIo,
}

impl Spoken {
    const ALL: [Spoken; 6] =
        [Spoken::Unknown, Spoken::Amqp, Spoken::Http, Spoken::EngineIo, Spoken::WebSocket, Spoken::SocketIo];

    /// Its number in capture files.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// That of a number; unknown where there is none.
    pub fn of_code(code: u8) -> Spoken {
        Spoken::ALL.into_iter().find(|each| each.code() == code).unwrap_or_default()
    }
}

#[derive(Clone, Debug)]
enum Kind {
    Undecided,
    Amqp(amqp::Connection),
    Http(http::Connection),
    WebSocket(websocket::Connection),
    Unknown,
}

/// What stands at the front of some octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A whole message of that many octets.
    Whole(usize),
    /// The beginning of one, which will have that many, if they are known.
    Part(Option<usize>),
    /// Nothing of this protocol.
    Foreign,
}

impl Application {
    /// Between these ports.
    pub fn new(ports: [u16; 2], spoken: Spoken) -> Application {
        let kind = match spoken {
            Spoken::Unknown => Kind::Undecided,
            Spoken::Amqp => Kind::Amqp(amqp::Connection::default()),
            Spoken::Http => Kind::Http(http::Connection::default()),
            Spoken::EngineIo => Kind::Http(http::Connection::of_engine_io()),
            Spoken::WebSocket => Kind::WebSocket(websocket::Connection::new(false)),
            Spoken::SocketIo => Kind::WebSocket(websocket::Connection::new(true)),
        };
        Application { ports, kind, buffers: Default::default() }
    }

    /// Takes octets of one direction; gives the layers of the messages that are whole now, and the piece of one
    /// that goes on. `is_end`: the sender has nothing more to say.
    pub fn read(&mut self, side: usize, fresh: Vec<Stretch>, is_end: bool, moment: Moment) -> Vec<Layer> {
        let mut layers = Vec::new();
        if fresh.is_empty() && !is_end {
            return layers;
        }
        fresh.into_iter().for_each(|stretch| self.buffers[side].add(stretch));
        while !self.buffers[side].octets().is_empty() {
            let octets = self.buffers[side].octets();
            if let Kind::Undecided = self.kind {
                self.kind = decide(self.ports, octets);
            }
            let (protocol, cut) = match &mut self.kind {
                Kind::Amqp(amqp) => (Protocol::Amqp, amqp.cut(octets)),
                Kind::Http(http) => (Protocol::Http, http.cut(side, octets, is_end)),
                Kind::WebSocket(_) => (Protocol::WebSocket, websocket::cut(octets)),
                Kind::Undecided | Kind::Unknown => (Protocol::Data, Cut::Foreign),
            };
            let length = match cut {
                Cut::Whole(length) => length,
                Cut::Part(total) => {
                    layers.extend(self.buffers[side].piece(protocol, total, moment.packet));
                    break;
                }
                Cut::Foreign => octets.len(),
            };
            let taken = self.buffers[side].take(length);
            let mut read = match &mut self.kind {
                _ if cut == Cut::Foreign => vec![Layer::new(Protocol::Data, 0..0, 0..length, Vec::new())],
                Kind::Amqp(amqp) => vec![amqp.dissect(side, &taken.octets, moment)],
                Kind::Http(http) => http.dissect(side, &taken.octets, moment),
                Kind::WebSocket(websocket) => websocket.dissect(side, &taken.octets),
                Kind::Undecided | Kind::Unknown => Vec::new(),
            };
            taken.place(&mut read, moment.packet);
            layers.extend(read);
            if let Kind::Http(http) = &self.kind
                && let Some(websocket) = http.upgraded()
            {
                self.kind = Kind::WebSocket(websocket);
            }
        }
        layers
    }

    /// The layers of octets that lie here by themselves, all from one side.
    pub fn read_alone(mut self, octets: &[u8], moment: Moment) -> Vec<Layer> {
        let source = Source { packet: moment.packet, start: 0, length: octets.len() };
        let stretch = Stretch { sequence: 0, octets: octets.to_vec(), source };
        self.read(0, vec![stretch], true, moment)
    }
}

/// Which protocol begins with these octets. AMQP begins with its name, HTTP with a method or its version.
fn decide(ports: [u16; 2], octets: &[u8]) -> Kind {
    if octets.starts_with(b"AMQP") || ports.contains(&AMQP_PORT) {
        Kind::Amqp(amqp::Connection::default())
    } else if http::begins(octets) {
        Kind::Http(http::Connection::default())
    } else {
        Kind::Unknown
    }
}
