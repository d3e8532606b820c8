//! Just enough of a capture file: TCP payloads in the order of a loss-free recording.

/// A packet with something in it for AMQP.
pub struct Packet<'a> {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Whether it goes to port 5672.
    pub is_from_client: bool,
    /// What TCP carries in it.
    pub payload: &'a [u8],
}

/// The packets of a classic capture of one connection over Ethernet and IPv4, checked to follow one another
/// without a gap in each direction.
pub fn packets(file: &[u8]) -> Vec<Packet<'_>> {
    assert_eq!(file[..4], 0xA1B2_C3D4_u32.to_le_bytes(), "a little-endian capture with microseconds");
    let mut rest = &file[24..];
    let mut packets = Vec::new();
    let mut next_sequence = [None, None];
    for number in 1.. {
        let Some((header, after)) = rest.split_first_chunk::<16>() else { break };
        let length = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
        let (ethernet, after) = after.split_at(length);
        rest = after;
        let ip = &ethernet[14..];
        let ip = &ip[..usize::from(u16::from_be_bytes([ip[2], ip[3]]))];
        let tcp = &ip[usize::from(ip[0] & 0x0F) * 4..];
        let payload = &tcp[usize::from(tcp[12] >> 4) * 4..];
        let is_from_client = u16::from_be_bytes([tcp[2], tcp[3]]) == 5672;
        let sequence = u32::from_be_bytes([tcp[4], tcp[5], tcp[6], tcp[7]]);
        let is_syn = tcp[13] & 2 != 0;
        let expected = &mut next_sequence[usize::from(is_from_client)];
        assert!(expected.is_none_or(|expected| expected == sequence), "packet {number} leaves a gap");
        *expected = Some(sequence.wrapping_add(payload.len() as u32 + u32::from(is_syn)));
        if !payload.is_empty() {
            packets.push(Packet { number, is_from_client, payload });
        }
    }
    packets
}
