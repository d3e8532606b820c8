//! TCP and UDP without anything above, ICMP and ARP; comments and names.

use super::recording::{CLIENT, Recording, SERVER, tshark};
use queuescope::network::capture::CaptureWriter;
use queuescope::network::layers::envelope::{Endpoint, Side, datagram_frame, internet_frame};
use queuescope::time::Time;

const ECHO: Endpoint = Endpoint { port: 7777, ..SERVER };

#[test]
#[ignore = "needs tshark"]
fn plain_tcp_with_a_retransmission_a_gap_and_the_end_of_the_numbers() {
    let mut recording = Recording::opened(7777);
    recording.say(Side::Client, b"hello");
    recording.say(Side::Server, &[b'x'; 4000]);
    let lost = recording.connection.send(Side::Client, b"late");
    let next = recording.connection.send(Side::Client, b"early");
    recording.add(next.clone());
    recording.add(lost);
    recording.add(next);
    let end = recording.connection.close(Side::Client);
    recording.add(end);
    let read = recording.read();
    assert_eq!(
        read.values("tcp.analysis.retransmission").len() + read.values("tcp.analysis.out_of_order").len(),
        2
    );
    assert_eq!(read.values("tcp.len").iter().filter(|length| *length != "0").count(), 7);
}

#[test]
#[ignore = "needs tshark"]
fn plain_tcp_agrees() {
    let mut recording = Recording::opened(7777);
    recording.say(Side::Client, b"hello");
    recording.say(Side::Server, &[b'x'; 1000]);
    let end = recording.connection.close(Side::Server);
    recording.add(end);
    let read = recording.read();
    read.require_agreement(3 * 10);
}

#[test]
#[ignore = "needs tshark"]
fn udp_and_the_answer_that_nobody_listens() {
    let mut recording = Recording::new(7777);
    let question = datagram_frame(CLIENT, ECHO, 1, b"hello");
    recording.add([question.clone(), datagram_frame(ECHO, CLIENT, 1, b"echo: hello")]);
    recording.add([datagram_frame(CLIENT, ECHO, 2, &[b'x'; 1000]), datagram_frame(CLIENT, ECHO, 3, &[])]);
    recording.add([icmp(&[&[3, 3, 0, 0, 0, 0, 0, 0], &question[14..]].concat())]);
    recording.add([icmp(&[8, 0, 0, 0, 0, 7, 0, 1, b'p', b'i', b'n', b'g'])]);
    let read = recording.read();
    assert_eq!(read.values("udp.length"), ["13", "19", "1008", "8"]);
    assert_eq!(read.values("icmp.code"), ["3", "0"]);
    read.require_agreement(4 * 3 + 2 * 3);
}

#[test]
#[ignore = "needs tshark"]
fn arp_and_padding() {
    let mut recording = Recording::new(7777);
    let mut request = vec![0xFF; 6];
    request.extend(CLIENT.ethernet);
    request.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
    request.extend(CLIENT.ethernet);
    request.extend(CLIENT.address);
    request.extend([0; 6]);
    request.extend(SERVER.address);
    request.resize(60, 0);
    recording.add([request]);
    let read = recording.read();
    assert_eq!(read.values("arp.opcode"), ["1"]);
    read.require_agreement(2);
}

#[test]
#[ignore = "needs tshark"]
fn comments_names_and_times_are_found() {
    let mut writer = CaptureWriter::new();
    writer.add_hosts([(CLIENT.address, "producer-P"), (SERVER.address, "broker")]);
    let links = [writer.add_link("P to broker"), writer.add_link("C to broker")];
    let frame = datagram_frame(CLIENT, ECHO, 1, b"hello");
    writer.add_packet(links[0], Time::from_us(1_234_567), &frame, Some("producer P → broker"));
    writer.add_packet(links[1], Time::from_us(5_000_000_000), &frame, None);
    let words =
        ["-N", "n", "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.comment", "-e", "ip.src_host"];
    let more = ["-e", "ip.dst_host", "-e", "frame.interface_name"];
    let text = tshark(&writer.into_octets(), &[&words[..], &more].concat());
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(
        lines,
        [
            ["1.234567000", "producer P → broker", "producer-P", "broker", "P to broker"],
            ["5000.000000000", "", "producer-P", "broker", "C to broker"],
        ]
    );
}

/// A message of ICMP from the server, with its checksum.
fn icmp(message: &[u8]) -> Vec<u8> {
    let mut message = message.to_vec();
    let sum = checksum(&message);
    message[2..4].copy_from_slice(&sum);
    internet_frame(ECHO, CLIENT, 1, 9, &message)
}

#[test]
#[ignore = "needs tshark"]
fn echoes_and_their_replies() {
    let mut recording = Recording::new(7777);
    let echo = |kind, number| icmp(&[kind, 0, 0, 0, 0, 7, 0, number, b'p', b'i', b'n', b'g']);
    recording.add([echo(8, 1), echo(0, 1), echo(8, 2), echo(8, 3), echo(0, 2)]);
    let read = recording.read();
    assert_eq!(read.values("icmp.resp_to"), ["1", "3"]);
    read.require_agreement(5 * 3);
}

#[test]
#[ignore = "needs tshark"]
fn a_connection_whose_opening_was_not_seen() {
    let mut recording = Recording::new(7777);
    recording.say(Side::Server, b"hello");
    recording.say(Side::Client, b"hello");
    recording.say(Side::Server, &[b'x'; 3000]);
    let end = recording.connection.reset(Side::Client);
    recording.add([end]);
    recording.read().require_agreement(3 * 8);
}

#[test]
#[ignore = "needs tshark"]
fn options_of_ipv4() {
    let mut recording = Recording::new(7777);
    for options in [&[148, 4, 0, 0][..], &[1, 1, 1, 0], &[7, 7, 8, 1, 2, 3, 4, 0]] {
        let mut frame = datagram_frame(CLIENT, ECHO, 1, b"hello");
        frame.splice(34..34, options.iter().copied());
        frame[14] += options.len() as u8 / 4;
        frame[17] += options.len() as u8;
        frame[24..26].fill(0);
        let sum = checksum(&frame[14..34 + options.len()]);
        frame[24..26].copy_from_slice(&sum);
        recording.add([frame]);
    }
    recording.read().require_agreement(3 * 3);
}

/// A check that cannot fail shows nothing.
#[test]
#[ignore = "needs tshark"]
#[should_panic(expected = "tcp.checksum_bad")]
fn a_changed_octet_is_noticed() {
    let mut recording = Recording::opened(7777);
    let mut frame = recording.connection.send(Side::Client, b"hello").remove(0);
    frame[56] ^= 1;
    recording.add([frame]);
    recording.read();
}

/// The Internet checksum (RFC 1071), apart from the one that is tested.
fn checksum(octets: &[u8]) -> [u8; 2] {
    let words = octets.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let sum: u32 = words.sum();
    (!((sum & 0xFFFF) as u16).wrapping_add((sum >> 16) as u16)).to_be_bytes()
}
