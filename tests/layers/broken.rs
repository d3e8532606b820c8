//! Frames that are cut, changed or made up: no panic, and what is wrong is said.

use proptest::prelude::*;
use queuescope::network::capture::read_capture;
use queuescope::network::layers::envelope::{AssumedConnection, Endpoint, Side};
use queuescope::network::layers::{Dissector, Layer, Problem, Protocol, Spoken, dissect, dissect_message};
use queuescope::time::Time;

const CLIENT: Endpoint = Endpoint { ethernet: [2, 0, 0, 0, 0, 1], address: [10, 0, 0, 1], port: 49_152 };
const BROKER: Endpoint = Endpoint { ethernet: [2, 0, 0, 0, 0, 2], address: [10, 0, 0, 2], port: 5672 };

/// `basic.ack` of delivery 1 on channel 1.
const ACK: [u8; 21] = [1, 0, 1, 0, 0, 0, 13, 0, 60, 0, 80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0xCE];

fn frame_of(message: &[u8]) -> Vec<u8> {
    AssumedConnection::new(CLIENT, BROKER, [1, 1]).send(Side::Client, message).remove(0)
}

fn problems(frame: &[u8]) -> Vec<(Protocol, Option<Problem>)> {
    dissect(frame).iter().map(|layer| (layer.protocol, layer.problem)).collect()
}

#[test]
fn a_wrong_end_octet_is_a_problem_of_its_frame() {
    let mut message = ACK;
    message[20] = 0;
    let amqp = dissect(&frame_of(&message)).pop().expect("four layers");
    assert_eq!((amqp.protocol, amqp.problem), (Protocol::Amqp, Some(Problem::Malformed)));
    assert_eq!(amqp.trailer.len(), 1);
}

#[test]
fn a_changed_octet_is_found_by_the_checksum_that_guards_it() {
    let frame = frame_of(&ACK);
    let changed = |place: usize| {
        let mut frame = frame.clone();
        frame[place] ^= 1;
        problems(&frame)
    };
    assert_eq!(problems(&frame).iter().filter(|(_, problem)| problem.is_some()).count(), 0);
    // The time to live is guarded by IPv4 alone; the tag of the delivery by TCP alone.
    assert_eq!(changed(22)[1], (Protocol::Ipv4, Some(Problem::Checksum)));
    assert_eq!(changed(22)[2], (Protocol::Tcp, None));
    assert_eq!(changed(72)[1], (Protocol::Ipv4, None));
    assert_eq!(changed(72)[2], (Protocol::Tcp, Some(Problem::Checksum)));
}

#[test]
fn a_message_without_a_frame_has_its_own_layers() {
    let layers = dissect_message(&[ACK, ACK].concat(), Spoken::Amqp);
    let places: Vec<_> = layers.iter().map(Layer::octets).collect();
    assert_eq!(places, [0..21, 21..42]);
    let tag = layers[1].field("amqp.method.arguments.delivery_tag").expect("it is there");
    assert_eq!((tag.octets.clone(), &*tag.value), (32..40, "1"));
}

/// At message depth a Socket.IO event has no connection: its frames are those of an assumed one, in which the
/// upgrade is over.
#[test]
fn an_event_of_socket_io_has_seven_layers() {
    let event = b"42/admin,7[\"order\"]";
    let message = [&[0x81, event.len() as u8][..], event].concat();
    let frame = frame_of(&message);
    let layers = Dissector::new().speaking(Spoken::SocketIo).dissect(Time::START, &frame);
    let protocols: Vec<_> = layers.iter().map(|layer| layer.protocol.filter()).collect();
    assert_eq!(protocols, ["eth", "ip", "tcp", "websocket", "data-text-lines", "engineio", "socketio"]);
    let values = ["type", "namespace", "id", "data"].map(|name| {
        let field = layers[6].field(&format!("socketio.{name}")).expect("it is there");
        (&frame[field.octets.clone()], &*field.value)
    });
    let expected = ["2", "/admin", "7", "[\"order\"]"].map(|value| (value.as_bytes(), value));
    assert_eq!(values, expected);
}

#[test]
fn octets_that_come_late_or_twice_are_read_once() {
    let mut connection = AssumedConnection::new(CLIENT, BROKER, [u32::MAX - 30, 7]);
    let mut frames: Vec<Vec<u8>> = connection.open().into();
    let [first, second, third] =
        [&ACK[..5], &ACK[5..15], &ACK[15..]].map(|octets| connection.send(Side::Client, octets).remove(0));
    frames.extend([first.clone(), third.clone(), first, second, third]);
    let mut dissector = Dissector::new();
    let layers: Vec<Vec<Layer>> = frames.iter().map(|frame| dissector.dissect(Time::START, frame)).collect();
    let arrivals: Vec<_> =
        layers.iter().map(|layers| layers[2].field("tcp.arrival").map(|field| &*field.value)).collect();
    let gap = Some("after a gap");
    assert_eq!(arrivals, [None, None, None, None, gap, Some("again"), None, Some("again")]);
    let whole: Vec<usize> = (0..layers.len()).filter(|&index| layers[index].len() > 3).collect();
    assert_eq!(whole, [3, 6], "the beginning, and the end with the segment that filled the gap");
    let amqp = &layers[6][3];
    assert_eq!(amqp.field("amqp.method.method").and_then(|field| field.meaning.as_deref()), Some("ack"));
    let pieces = &amqp.reassembled.as_ref().expect("of three segments").pieces;
    assert_eq!(pieces.iter().map(|piece| piece.packet).collect::<Vec<_>>(), [4, 7, 5]);
}

/// The frames of a recorded capture, cut or with an octet changed.
fn broken_frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let captures = [
        &include_bytes!("../conformance/pcap/amqp-basic.pcap")[..],
        include_bytes!("../conformance/pcap/socketio-upgrade.pcap"),
        include_bytes!("../conformance/pcap/udp.pcap"),
    ];
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), any::<bool>());
    (prop::sample::select(captures.to_vec()), prop::collection::vec(change, 1..20)).prop_map(
        |(capture, changes)| {
            let packets = read_capture(capture).expect("a capture").packets;
            let mut frames: Vec<Vec<u8>> = packets.into_iter().map(|packet| packet.octets).collect();
            for (frame, place, octet, cuts) in changes {
                let index = frame.index(frames.len());
                let frame = &mut frames[index];
                if frame.is_empty() {
                    continue;
                }
                let place = place.index(frame.len());
                if cuts {
                    frame.truncate(place);
                } else {
                    frame[place] = octet;
                }
            }
            frames
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_frames_make_no_panic(frames in broken_frames()) {
        let mut dissector = Dissector::new();
        for frame in &frames {
            for layer in dissector.dissect(Time::START, frame) {
                let length = layer.reassembled.as_ref().map_or(frame.len(), |whole| whole.octets.len());
                prop_assert!(layer.octets().end <= length);
            }
        }
    }

    #[test]
    fn octets_at_random_make_no_panic(
        octets in prop::collection::vec(any::<u8>(), 1..200),
        start in prop::sample::select(vec!["", "AMQP", "GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "\u{1}\0\u{1}\0\0\0"]),
    ) {
        let message = [start.as_bytes(), &octets].concat();
        for spoken in [
            Spoken::Unknown,
            Spoken::Amqp,
            Spoken::Http,
            Spoken::EngineIo,
            Spoken::WebSocket,
            Spoken::SocketIo,
        ] {
            dissect_message(&message, spoken);
        }
        dissect(&frame_of(&message));
        dissect(&octets);
    }
}
