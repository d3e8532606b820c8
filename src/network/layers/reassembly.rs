//! From segments to a stream of octets: in order, without gaps and without doubles (RFC 9293 section 3.4).

use super::Source;

/// One direction of a connection.
#[derive(Clone, Debug, Default)]
pub struct Reassembly {
    /// The number of the octet that comes next.
    next: Option<u32>,
    /// What lies behind a gap.
    waiting: Vec<Stretch>,
}

/// Octets that follow one another, and their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The number of the first octet.
    pub sequence: u32,
    /// The octets.
    pub octets: Vec<u8>,
    /// Where they came from.
    pub source: Source,
}

/// How a segment fits to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is the next one, or has no octets.
    Next,
    /// All its octets have been there before.
    Again,
    /// Octets before it are missing.
    AfterGap,
}

impl Reassembly {
    /// A SYN says where the numbers begin.
    pub fn open(&mut self, sequence: u32) {
        *self = Reassembly { next: Some(sequence.wrapping_add(1)), waiting: Vec::new() };
    }

    /// All octets before this number have been there.
    pub fn go_on(&mut self, next: u32) {
        *self = Reassembly { next: Some(next), waiting: Vec::new() };
    }

    /// Takes a segment; gives what can be read now that it is there. Without a SYN the first segment begins the
    /// stream.
    pub fn add(&mut self, stretch: Stretch) -> (Arrival, Vec<Stretch>) {
        if stretch.octets.is_empty() {
            return (Arrival::Next, Vec::new());
        }
        let next = *self.next.get_or_insert(stretch.sequence);
        let arrival = match distance(next, &stretch) {
            0 => Arrival::Next,
            ahead if ahead > 0 => Arrival::AfterGap,
            behind if behind.unsigned_abs() as usize >= stretch.octets.len() => Arrival::Again,
            _ => Arrival::Next,
        };
        if arrival != Arrival::Again {
            self.waiting.push(stretch);
        }
        let mut fresh = Vec::new();
        while let Some(stretch) = self.take_next() {
            fresh.push(stretch);
        }
        (arrival, fresh)
    }

    fn take_next(&mut self) -> Option<Stretch> {
        let next = self.next?;
        self.waiting.retain(|stretch| {
            let behind = distance(next, stretch).saturating_neg();
            behind < 0 || (behind as usize) < stretch.octets.len()
        });
        let place = self.waiting.iter().position(|stretch| distance(next, stretch) <= 0)?;
        let mut stretch = self.waiting.remove(place);
        // What was there before is left out.
        let known = distance(next, &stretch).unsigned_abs() as usize;
        stretch.octets.drain(..known);
        stretch.sequence = next;
        stretch.source.start += known;
        stretch.source.length -= known;
        self.next = Some(next.wrapping_add(stretch.octets.len() as u32));
        Some(stretch)
    }
}

/// How far a stretch begins after `next`. Numbers go round, so half of them lie before any other (RFC 9293
/// section 3.4).
fn distance(next: u32, stretch: &Stretch) -> i32 {
    stretch.sequence.wrapping_sub(next).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(segments: &[(u32, &str)]) -> (Vec<Arrival>, String) {
        let mut reassembly = Reassembly::default();
        reassembly.open(u32::MAX - 2);
        let (mut arrivals, mut text) = (Vec::new(), String::new());
        for (packet, (sequence, octets)) in segments.iter().enumerate() {
            let source = Source { packet, start: 54, length: octets.len() };
            let stretch = Stretch { sequence: *sequence, octets: octets.as_bytes().to_vec(), source };
            let (arrival, fresh) = reassembly.add(stretch);
            arrivals.push(arrival);
            for stretch in fresh {
                assert_eq!(stretch.source.length, stretch.octets.len());
                text += &String::from_utf8(stretch.octets).expect("text");
            }
        }
        (arrivals, text)
    }

    #[test]
    fn segments_in_any_order_give_the_stream_across_the_end_of_the_numbers() {
        use Arrival::{AfterGap, Again, Next};
        let start = u32::MAX - 1;
        assert_eq!(read(&[(start, "ab"), (0, "cd")]), (vec![Next, Next], "abcd".into()));
        assert_eq!(read(&[(0, "cd"), (start, "ab")]), (vec![AfterGap, Next], "abcd".into()));
        assert_eq!(read(&[(start, "ab"), (start, "ab"), (0, "c")]), (vec![Next, Again, Next], "abc".into()));
        assert_eq!(read(&[(start, "ab"), (u32::MAX, "bcd")]), (vec![Next, Next], "abcd".into()));
        assert_eq!(
            read(&[(2, "ef"), (0, "cd"), (2, "efg"), (start, "ab")]),
            (vec![AfterGap, AfterGap, AfterGap, Next], "abcdefg".into())
        );
    }
}
