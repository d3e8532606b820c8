//! The Internet Control Message Protocol (RFC 792).

use super::checksum::{Checksum, Verdict};
use super::ipv4::Datagram;
use super::moment::Moment;
use super::{Field, Layer, Problem, Protocol};

const HEADER: usize = 8;

const ECHO_REPLY: u8 = 0;
const ECHO: u8 = 8;

/// Types of messages that quote the datagram which gave rise to them.
const QUOTING: [u8; 5] = [3, 4, 5, 11, 12];

/// Echoes that have no reply yet: the hosts, and what identifies the echo.
#[derive(Clone, Debug, Default)]
pub struct Echoes {
    open: Vec<([[u8; 4]; 2], [u8; 4], Moment)>,
}

impl Echoes {
    /// Notes an echo, or gives what follows from it for its reply.
    fn note(&mut self, datagram: &Datagram, message: &[u8], moment: Moment) -> Vec<Field> {
        let &[kind, _, _, _, a, b, c, d, ..] = message else { return Vec::new() };
        let mut hosts = [datagram.source, datagram.destination];
        hosts.sort_unstable();
        let key = (hosts, [a, b, c, d]);
        if kind == ECHO {
            self.open.push((key.0, key.1, moment));
            return Vec::new();
        }
        let found = self.open.iter().position(|&(hosts, id, _)| (hosts, id) == key);
        let Some((_, _, asked)) = found.map(|index| self.open.remove(index)) else { return Vec::new() };
        let us = (moment.time - asked.time).as_us();
        let milliseconds = format!("{}.{:03}", us / 1000, us % 1000);
        let milliseconds = milliseconds.trim_end_matches('0').trim_end_matches('.');
        vec![Field::computed("icmp.resp_to", asked.packet), Field::computed("icmp.resptime", milliseconds)]
    }
}

/// The layer, and whether it carries the beginning of another IPv4 datagram.
pub fn dissect(frame: &[u8], datagram: &Datagram, echoes: &mut Echoes, moment: Moment) -> (Layer, bool) {
    let octets = datagram.payload.clone();
    let Some(message) = frame.get(octets.clone()).filter(|message| message.len() >= HEADER) else {
        return (Layer::cut_short(Protocol::Icmp, octets), false);
    };
    let at = |from: usize, to: usize| octets.start + from..octets.start + to;
    let (kind, code) = (message[0], message[1]);
    let sum = Checksum::default().add(message).finish();
    // Wireshark looks at this one always, as nothing in a machine leaves it to the network card.
    let verdict = Verdict::of(u16::from_be_bytes([message[2], message[3]]), sum);
    let mut fields = vec![
        Field::number("icmp.type", frame, at(0, 1)).known_meaning(type_name(kind)),
        Field::number("icmp.code", frame, at(1, 2)).known_meaning(code_name(kind, code)),
        Field::hexadecimal("icmp.checksum", frame, at(2, 4)),
        verdict.status("icmp.checksum.status"),
    ];
    match kind {
        ECHO_REPLY | ECHO => {
            let little_endian = |from: usize| u16::from_le_bytes([message[from], message[from + 1]]);
            fields.extend([
                Field::number("icmp.ident", frame, at(4, 6)),
                Field::number("icmp.ident_le", frame, at(4, 6)).value(little_endian(4)),
                Field::number("icmp.seq", frame, at(6, 8)),
                Field::number("icmp.seq_le", frame, at(6, 8)).value(little_endian(6)),
            ]);
            fields.extend(echoes.note(datagram, message, moment));
        }
        // Fragmentation needed: RFC 1191 section 4.
        3 if code == 4 => fields.push(Field::number("icmp.mtu", frame, at(6, 8))),
        5 => fields.push(Field::ipv4("icmp.redir_gw", frame, at(4, 8))),
        _ => fields.push(Field::octets("icmp.unused", frame, at(4, 8))),
    }
    let header_end = octets.start + HEADER;
    let data = header_end..octets.end;
    if !QUOTING.contains(&kind) && !data.is_empty() {
        let octets = Field::octets("data.data", frame, data.clone());
        let length = Field::computed("data.len", data.len());
        fields.push(Field::new("data", data, "").with(vec![octets, length]));
    }
    let mut layer = Layer::new(Protocol::Icmp, at(0, HEADER), header_end..octets.end, fields);
    if verdict.is_wrong() {
        layer.problem = Some(Problem::Checksum);
    }
    (layer, QUOTING.contains(&kind))
}

const fn type_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        ECHO_REPLY => "echo reply",
        3 => "destination unreachable",
        4 => "source quench",
        5 => "redirect",
        ECHO => "echo",
        11 => "time exceeded",
        12 => "parameter problem",
        _ => return None,
    })
}

const fn code_name(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed",
        (11, 0) => "time to live exceeded in transit",
        (11, 1) => "fragment reassembly time exceeded",
        _ => return None,
    })
}
