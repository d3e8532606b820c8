//! The protocol header: the first octets of a client (section 4.2.2).

/// What a client of AMQP 0-9-1 sends first, and what a broker answers to any other header.
pub const PROTOCOL_HEADER: [u8; 8] = *b"AMQP\0\0\x09\x01";

/// The header of AMQP 0-9, which RabbitMQ treats as 0-9-1.
const HEADER_OF_0_9: [u8; 8] = *b"AMQP\x01\x01\0\x09";

/// A header of another protocol or version. The broker sends [`PROTOCOL_HEADER`] and ends the TCP connection.
///
/// RabbitMQ 3.10 still speaks 0-8 (`AMQP\1\1\8\0`), and 4.0 speaks 1.0 (`AMQP\3\1\0\0`); here both are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderRefused {
    /// What came.
    pub octets: [u8; 8],
}

impl std::fmt::Display for HeaderRefused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "\"{}\" is no header of AMQP 0-9-1", self.octets.escape_ascii())
    }
}

impl std::error::Error for HeaderRefused {}

/// Whether a broker goes on with a client that sent this header.
pub const fn accept_header(octets: [u8; 8]) -> Result<(), HeaderRefused> {
    if matches!(octets, PROTOCOL_HEADER | HEADER_OF_0_9) { Ok(()) } else { Err(HeaderRefused { octets }) }
}

/// Whether the first octets that a client receives are the refusal of its header: a frame begins with its
/// type, and none has the number of the letter A.
pub const fn is_refusal(received: &[u8]) -> bool {
    matches!(received, [b'A', ..])
}

/// Collects the eight octets of the header.
#[derive(Clone, Debug, Default)]
pub struct HeaderReader {
    octets: [u8; 8],
    length: usize,
}

impl HeaderReader {
    /// A reader at the start of a connection.
    pub const fn new() -> HeaderReader {
        HeaderReader { octets: [0; 8], length: 0 }
    }

    /// Takes octets from the front of `input` until there are eight, then judges them. What follows stays in
    /// `input`.
    pub fn read(&mut self, input: &mut &[u8]) -> Option<Result<(), HeaderRefused>> {
        while self.length < self.octets.len() {
            let (&octet, rest) = input.split_first()?;
            self.octets[self.length] = octet;
            self.length += 1;
            *input = rest;
        }
        Some(accept_header(self.octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_accepted_and_refused_as_by_rabbitmq_3_10() {
        assert_eq!(accept_header(*b"AMQP\0\0\x09\x01"), Ok(()));
        assert_eq!(accept_header(*b"AMQP\x01\x01\0\x09"), Ok(()));
        for octets in [
            *b"AMQP\0\0\x08\0",
            *b"AMQP\0\0\x09\0",
            *b"AMQP\0\0\x09\x02",
            *b"AMQP\0\x01\0\0",
            *b"AMQP\x03\x01\0\0",
            *b"GET / HT",
            *b"AMQX\0\0\x09\x01",
        ] {
            assert_eq!(accept_header(octets), Err(HeaderRefused { octets }));
        }
    }

    #[test]
    fn a_header_comes_in_pieces_and_leaves_the_rest() {
        let mut reader = HeaderReader::new();
        assert_eq!(reader.read(&mut &b"AMQ"[..]), None);
        let mut input = &b"P\0\0\x09\x01\x01\0"[..];
        assert_eq!(reader.read(&mut input), Some(Ok(())));
        assert_eq!(input, b"\x01\0");
        assert!(is_refusal(&PROTOCOL_HEADER));
        assert!(!is_refusal(&[1, 0, 0]));
    }
}
