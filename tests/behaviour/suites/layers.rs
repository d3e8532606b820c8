//! A message taken apart, layer by layer.

use queuescope::ids::MessageId;
use queuescope::network::layers::{DissectedFrame, Layer, Protocol, dissect_capture};
use queuescope::simulation::{Packets, Simulation};
use queuescope::time::Time;

const HELLO: &str = r#"{
  "queuescope": 1,
  "broker": { "definitions": { "queues": [{ "name": "jobs" }] } },
  "producers": [{
    "id": "P", "confirms": true, "arrivals": { "constant": { "interval_us": 1000 } }, "limit": 3,
    "messages": [{ "routing_key": "jobs", "body": "hello" }]
  }],
  "consumers": [{ "id": "C", "queue": "jobs", "prefetch": 1, "service": { "constant": { "duration_us": 1000 } } }],
  "links": [{ "between": ["P", "broker"], "latency_us": 500 }]
}"#;

fn at(text: &str, us: u64) -> Simulation {
    let mut simulation = Simulation::from_text(text, None).expect("it is a good document");
    simulation.run_until(Time::from_us(us));
    simulation
}

fn methods(packets: &Packets) -> Vec<(&str, &str, &str)> {
    packets.packets.iter().map(|packet| (&*packet.method, &*packet.from, &*packet.to)).collect()
}

/// The frames of packets, taken apart.
fn opened(packets: &Packets) -> Vec<DissectedFrame> {
    let places: Vec<usize> = packets.packets.iter().map(|packet| packet.frame).collect();
    let frames = dissect_capture(&packets.capture, Some(&places)).expect("a good capture");
    assert_eq!(frames.iter().map(|frame| frame.place).collect::<Vec<_>>(), places);
    frames
}

/// RFC 894, 791, 9293, *AMQP 0-9-1* section 4.2: 14, 20 and 20 octets of headers, and each frame has 7 before its
/// payload and one behind. The arguments of `basic.publish`: a reserved short, the empty exchange, the key, the bits.
#[test]
fn a_message_on_its_way_has_the_headers_that_the_standards_describe() {
    let simulation = at(HELLO, 1_200);
    let packets = simulation.packets_of(MessageId(1)).expect("it is published");
    assert_eq!(methods(&packets), [("basic.publish", "P", "broker")]);
    assert!(packets.is_complete);
    let packet = &opened(&packets)[0];
    assert!(packet.layers.iter().all(Layer::is_valid), "lengths and checksums are right");
    let shape: Vec<(Protocol, usize)> =
        packet.layers.iter().map(|layer| (layer.protocol, layer.octets().len())).collect();
    let (method, header, body) = (4 + 2 + 1 + (1 + 4) + 1, 2 + 2 + 8 + 2, 5);
    let amqp = [method, header, body].map(|payload| (Protocol::Amqp, payload + 8));
    let all = amqp.iter().map(|(_, octets)| octets).sum::<usize>();
    let below = [(Protocol::Ethernet, 54 + all), (Protocol::Ipv4, 40 + all), (Protocol::Tcp, 20 + all)];
    assert_eq!(shape, [&below[..], &amqp].concat());
    assert_eq!(packet.octets.len(), 54 + all);
    assert_eq!(packet.layers[1].field("ip.src").map(|field| &*field.value), Some("10.0.0.2"));
    assert_eq!(packet.layers[2].field("tcp.dstport").map(|field| &*field.value), Some("5672"));
    assert!(packet.octets.ends_with(b"hello\xCE"));
}

#[test]
fn a_message_that_is_done_has_its_whole_life_in_packets() {
    let simulation = at(HELLO, 1_000_000);
    let packets = simulation.packets_of(MessageId(2)).expect("it was published");
    let life = [
        ("basic.publish", "P", "broker"),
        ("basic.deliver", "broker", "C"),
        ("basic.ack", "C", "broker"),
        ("basic.ack", "broker", "P"),
    ];
    let mut found = methods(&packets);
    found.sort_unstable();
    let mut expected = life.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(found.len(), packets.packets.len());
    assert!(simulation.packets_of(MessageId(4)).is_none(), "there were only three");
    assert!(simulation.packets_of(MessageId(0)).is_none());
}

#[test]
fn looking_changes_nothing() {
    let mut simulation = at(HELLO, 2_000);
    simulation.packets_of(MessageId(1)).expect("it is published");
    let error = simulation.capture(None).expect_err("its links carry messages");
    assert_eq!(error.code(), "capture.messages");
    assert!(error.to_string().contains("'P' and 'broker'"), "{error}");
    simulation.run_until(Time::from_us(10_000));
    assert_eq!(simulation.facts_hash(), at(HELLO, 10_000).facts_hash());
    simulation.seek(Time::from_us(500));
    assert!(simulation.packets_of(MessageId(1)).is_none(), "it is not published yet");
}

#[test]
fn a_large_body_is_cut_into_segments_and_found_whole() {
    let text = HELLO.replace("hello", &"x".repeat(4000));
    let simulation = at(&text, 1_200);
    let packets = simulation.packets_of(MessageId(1)).expect("it is published");
    let parts: Vec<(usize, usize)> = packets.packets.iter().map(|packet| packet.part).collect();
    assert_eq!(parts, [(1, 3), (2, 3), (3, 3)]);
    let frames = opened(&packets);
    let last = frames[2].layers.last().expect("layers");
    assert_eq!(last.reassembled.as_ref().map(|whole| whole.octets.len()), Some(4008));
}

/// Where links carry packets, these are the frames that really crossed them: here with the number that smoltcp gave to
/// the first octet, and a segment that was lost and sent again.
#[test]
fn the_packets_of_a_message_are_those_that_crossed_the_links() {
    let text =
        HELLO.replace(r#""latency_us": 500"#, r#""latency_us": 500, "carrier": "packets", "loss": 0.3"#);
    let simulation = at(&text, 60_000_000);
    let packets = simulation.packets_of(MessageId(2)).expect("it was published");
    let methods = methods(&packets);
    let published = methods.iter().filter(|method| **method == ("basic.publish", "P", "broker")).count();
    assert!(published > 0 && methods.contains(&("basic.ack", "broker", "P")), "{methods:?}");
    let places: Vec<usize> = packets.packets.iter().map(|packet| packet.frame).collect();
    let frames = dissect_capture(&packets.capture, Some(&places)).expect("a good file");
    for (frame, packet) in frames.iter().zip(&packets.packets) {
        assert_eq!(frame.time, packet.sent);
        assert!(frame.layers.iter().all(Layer::is_valid));
        let shape: Vec<Protocol> = frame.layers.iter().map(|layer| layer.protocol).take(3).collect();
        assert_eq!(shape, [Protocol::Ethernet, Protocol::Ipv4, Protocol::Tcp]);
        let address = frame.layers[1].field("ip.src").map(|field| field.value.clone());
        let expected = if packet.from == "broker" { "10.1.0.0" } else { "10.1.0.1" };
        assert_eq!(address.as_deref(), Some(expected));
    }
    let amqp = |place: usize| frames[place].layers.iter().any(|layer| layer.protocol == Protocol::Amqp);
    assert!((0..frames.len()).any(amqp), "the dissector has followed the connection from its beginning");
}

/// The layers above TCP in each packet of a message: protocol, octets, and the values of its fields.
fn above_tcp(frames: &[DissectedFrame]) -> Vec<Vec<(Protocol, usize, Vec<String>)>> {
    // What counts packets and messages from the first that was seen, or tells of a request before it, is another
    // matter.
    let is_of_place = |name: &str| {
        name.ends_with("_in")
            || name.contains("number")
            || ["http.time", "http.response_for.uri"].contains(&name)
    };
    let values = |layer: &Layer| {
        let fields = layer.fields.iter().filter(|field| !is_of_place(&field.name));
        fields.map(|field| format!("{} {}", field.name, field.value)).collect()
    };
    let above = |frame: &DissectedFrame| {
        let layers = frame.layers.iter().skip_while(|layer| layer.protocol != Protocol::Tcp).skip(1);
        layers.map(|layer| (layer.protocol, layer.octets().len(), values(layer))).collect()
    };
    frames.iter().map(above).collect()
}

/// Late in a long run the reading begins shortly before the message, in the middle of its connections. What stands in
/// its packets must be what is read in the capture of the whole run.
#[test]
fn a_message_late_in_a_long_run_reads_as_in_the_capture_of_the_whole() {
    let amqp = super::run::in_packets(HELLO)
        .replace("\"constant\": { \"interval_us\": 1000 }", "\"constant\": { \"interval_us\": 5000 }")
        .replace("\"limit\": 3,", "\"limit\": 3000,")
        .replace("\"latency_us\": 500", "\"latency_us\": 500, \"loss\": 0.02");
    let web = include_str!("../documents/browsers-in-packets.json").replace("1000000", "100000");
    let tunnel = amqp.replace("\"loss\": 0.02", "\"loss\": 0.02, \"websocket\": true");
    for (text, until) in [(amqp, 11_000_000), (tunnel, 11_000_000), (web, 150_000_000)] {
        let mut simulation = at(&text, until);
        let facts = simulation.take_facts(usize::MAX);
        let newest = facts.iter().filter_map(|(_, fact)| fact.event.message()).max();
        let least = newest.map_or(0, |message| message.0) * 9 / 10;
        assert!(simulation.world().steps() > 12_000, "{} steps", simulation.world().steps());
        let whole = simulation.capture(None).expect("every link carries packets");
        let all = dissect_capture(&whole, None).expect("a good capture");
        let mut found = 0;
        for message in (least..least + 40).map(MessageId) {
            let Some(packets) = simulation.packets_of(message) else { continue };
            assert!(packets.is_complete);
            assert!(packets.capture.len() < whole.len() / 2, "{} of {}", packets.capture.len(), whole.len());
            let own = opened(&packets);
            let same = |frame: &DissectedFrame| {
                let is_it =
                    |other: &&DissectedFrame| other.time == frame.time && other.octets == frame.octets;
                all.iter().find(is_it).cloned().expect("the whole has it")
            };
            let there: Vec<DissectedFrame> = own.iter().map(same).collect();
            assert_eq!(above_tcp(&own), above_tcp(&there), "{message:?}");
            found += 1;
            if found == 2 {
                break;
            }
        }
        assert_eq!(found, 2, "{}: {} steps", simulation.scenario().title, simulation.world().steps());
    }
}
