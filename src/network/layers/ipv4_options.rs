//! The options of IPv4 (RFC 791 section 3.1, RFC 2113).

use super::Field;
use std::ops::Range;

const RECORD_ROUTE: u8 = 7;
const ROUTER_ALERT: u8 = 148;

/// All options, in a line that names them; those that do not fit are left out.
pub fn dissect(frame: &[u8], octets: Range<usize>) -> Field {
    let (mut fields, mut names, mut at) = (Vec::new(), String::new(), octets.start);
    while at < octets.end {
        let kind = frame[at];
        let length = match kind {
            0 | 1 => 1,
            _ => match frame.get(at + 1) {
                Some(&length) if length >= 2 && at + usize::from(length) <= octets.end => usize::from(length),
                _ => break,
            },
        };
        let (filter, name) = match kind {
            0 => ("ip.options.eol", ""),
            1 => ("ip.options.nop", ""),
            RECORD_ROUTE => ("ip.options.record_route", ", Record Route"),
            ROUTER_ALERT => ("ip.options.routeralert", ", Router Alert"),
            _ => ("ip.options.unknown", ", Unknown"),
        };
        names.push_str(name);
        let place = at..at + 1;
        let mut parts = vec![Field::number("ip.opt.type", frame, place.clone()).with(vec![
            Field::bits("ip.opt.type.copy", frame, place.clone(), 0..1),
            Field::bits("ip.opt.type.class", frame, place.clone(), 1..3),
            Field::bits("ip.opt.type.number", frame, place, 3..8),
        ])];
        if length > 1 {
            parts.push(Field::number("ip.opt.len", frame, at + 1..at + 2));
        }
        match kind {
            RECORD_ROUTE if length >= 3 => {
                parts.push(Field::number("ip.opt.ptr", frame, at + 2..at + 3));
                let hops = (at + 3..at + length).step_by(4).filter(|hop| hop + 4 <= at + length);
                parts.extend(hops.map(|hop| Field::ipv4("ip.rec_rt", frame, hop..hop + 4)));
            }
            ROUTER_ALERT if length == 4 => parts.push(Field::number("ip.opt.ra", frame, at + 2..at + 4)),
            _ => {}
        }
        fields.push(Field::octets(filter, frame, at..at + length).with(parts));
        at += length;
        if kind == 0 {
            break;
        }
    }
    let text = format!("Options: ({} bytes){names}", octets.len());
    Field::new("", octets, text).with(fields)
}
