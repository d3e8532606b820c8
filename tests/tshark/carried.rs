//! The methods of a run, as packets.

use super::recording::{Read, read_file, tshark};
use queuescope::amqp::Origin;
use queuescope::amqp::wire::{Assembler, FrameDecoder, PROTOCOL_HEADER};
use queuescope::facts::{Event, Recording};
use queuescope::ids::Names;
use queuescope::scenario::{self, Carrier};
use queuescope::simulation::Simulation;
use queuescope::time::Time;
use std::collections::{BTreeMap, BTreeSet};

/// The number of a method, as tshark gives it.
const fn number(event: &Event) -> Option<(u16, u16)> {
    match event {
        Event::ReturnCarried { .. } => Some((60, 50)),
        Event::DeliveryCarried { .. } => Some((60, 60)),
        Event::AcknowledgementSent { .. } | Event::ConfirmCarried { .. } => Some((60, 80)),
        Event::RejectSent { .. } => Some((60, 90)),
        Event::RequeueSent { .. } | Event::NegativeConfirmCarried { .. } => Some((60, 120)),
        Event::CommitSent { .. } => Some((90, 20)),
        _ => None,
    }
}

/// What the facts say was put into segments. A publishing may still wait in its socket, or have been given up there.
fn sent(simulation: &mut Simulation) -> BTreeMap<(u16, u16), usize> {
    let mut counts = BTreeMap::new();
    let (mut publishers, mut published) = (BTreeSet::new(), BTreeSet::new());
    for (_, fact) in simulation.take_facts(usize::MAX) {
        match fact.event {
            Event::Published { producer, .. } => drop(publishers.insert(producer)),
            Event::SegmentCarries { message, sender, .. }
            | Event::SegmentCompletes { message, sender, .. }
                if publishers.contains(&sender) =>
            {
                published.insert(message);
            }
            event => {
                if let Some(number) = number(&event) {
                    *counts.entry(number).or_default() += 1;
                }
            }
        }
    }
    counts.insert((60, 40), published.len());
    counts
}

/// The methods that tshark reads, each once. Of a segment that is sent again tshark mostly reads nothing above TCP, but
/// a fast retransmission it takes apart a second time: what ends where octets of that direction have been seen already
/// brings no new method. Captures are made where frames are sent, so octets are seen in order when they are new.
fn found(read: &Read) -> BTreeMap<(u16, u16), usize> {
    let digits = |text: &String| text.parse::<u16>().expect("a number");
    let (mut counts, mut seen) = (BTreeMap::new(), BTreeMap::new());
    for packet in &read.packets {
        let [stream, port, next] = ["tcp.stream", "tcp.srcport", "tcp.nxtseq"]
            .map(|name| packet.values(name).first().map_or(0, |text| text.parse::<u64>().expect("a number")));
        let seen = seen.entry((stream, port)).or_insert(0);
        if next <= *seen {
            continue;
        }
        *seen = next;
        let [classes, methods] = ["amqp.method.class", "amqp.method.method"].map(|name| packet.values(name));
        for pair in classes.iter().map(digits).zip(methods.iter().map(digits)) {
            *counts.entry(pair).or_insert(0) += 1;
        }
    }
    counts
}

/// A run in which every link carries packets, and what tshark reads in its capture.
fn captured(text: &str, loss: f64) -> (Simulation, Read) {
    let (format, mut scenario) = scenario::read(text).expect("a good scenario");
    scenario.carrier = Some(Carrier::Packets);
    for link in &mut scenario.links {
        link.forward.loss = link.forward.loss.max(loss);
        link.back.loss = link.back.loss.max(loss);
    }
    let mut simulation =
        Simulation::new(scenario, format, None, Recording::Everything).expect("a good scenario");
    simulation.run_until(Time::from_us(20_000_000));
    let file = simulation.capture(None).expect("all links carry packets");
    (simulation, read_file(&file))
}

#[test]
#[ignore = "needs tshark"]
fn every_method_of_a_run_is_read_as_it_was_sent() {
    let scenarios = [
        include_str!("../../scenarios/work-queue.json"),
        include_str!("../../scenarios/confirms-and-returns.json"),
        include_str!("../../scenarios/transactions-and-confirms.json"),
        include_str!("../../scenarios/poison-message.json"),
        include_str!("../../scenarios/requeue-spins.json"),
        include_str!("../../scenarios/dead-letters.json"),
        include_str!("../../scenarios/flaky-link.json"),
    ];
    let (mut kinds, mut again) = (BTreeMap::new(), 0);
    for scenario in scenarios {
        let (mut simulation, read) = captured(scenario, 0.02);
        let found = found(&read);
        let clients = simulation.world().clients().len();
        for handshake in [(10, 10), (10, 11), (10, 30), (10, 31), (10, 40), (10, 41)] {
            assert!(found.get(&handshake) >= Some(&clients), "{handshake:?}: {found:?}");
        }
        again += read.values("tcp.analysis.retransmission").len();
        let sent = sent(&mut simulation);
        for (number, count) in &sent {
            let (found, title) = (found.get(number).copied(), &simulation.scenario().title);
            // Confirms that wait for a bad line go together, and some never go.
            match *number == (60, 80) && !simulation.scenario().schedule.is_empty() {
                true => assert!(found > Some(0) && found <= Some(*count), "{found:?} of {count}: {title}"),
                false => assert_eq!(found, Some(*count), "{number:?}: {title}"),
            }
        }
        kinds.extend(sent);
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
    assert!(again > 20, "{again} segments were seen twice");
}

/// The methods in octets of one direction of a connection, by their names.
fn methods_in(octets: &[u8]) -> Vec<&'static str> {
    let mut octets = octets.strip_prefix(&PROTOCOL_HEADER).unwrap_or(octets);
    let (mut decoder, mut assembler, mut names) = (FrameDecoder::new(), Assembler::new(), Names::new());
    decoder.set_frame_max(131_072);
    let mut methods = Vec::new();
    while let Some(frame) = decoder.read(&mut octets).expect("every frame ends with its octet") {
        let command = assembler.push(frame, &mut names, &mut || Origin::UNKNOWN).expect("it is good AMQP");
        methods.extend(command.map(|(_, command)| command.method.name()));
    }
    assert!(octets.is_empty(), "and nothing is left over");
    methods
}

#[test]
#[ignore = "needs tshark"]
fn amqp_through_a_websocket_is_read_as_it_was_sent() {
    let document = r#"{
      "queuescope": 1, "carrier": "packets",
      "broker": { "definitions": { "queues": [{ "name": "jobs" }] } },
      "producers": [{
        "id": "P", "confirms": true, "arrivals": { "constant": { "interval_us": 100000 } }, "limit": 60,
        "messages": [{ "routing_key": "jobs", "body": "hello" }]
      }],
      "links": [{ "between": ["P", "broker"], "latency_us": 5000, "websocket": true }]
    }"#;
    let (format, scenario) = scenario::read(document).expect("a good scenario");
    let mut simulation =
        Simulation::new(scenario, format, None, Recording::Everything).expect("a good scenario");
    simulation.run_until(Time::from_us(20_000_000));
    let file = simulation.capture(None).expect("its link carries packets");
    read_file(&file);
    let fields = ["-T", "fields", "-e", "tcp.srcport", "-e", "data.data"];
    let text = tshark(&file, &[&["-Y", "websocket"], &fields[..]].concat());
    let mut ways = [Vec::new(), Vec::new()];
    for line in text.lines() {
        let (port, payloads) = line.split_once('\t').expect("two fields");
        for payload in payloads.split(',') {
            let octet = |place: usize| u8::from_str_radix(&payload[place..place + 2], 16).expect("digits");
            ways[usize::from(port == "80")].extend((0..payload.len()).step_by(2).map(octet));
        }
    }
    let count = |methods: &[&str], name: &str| methods.iter().filter(|method| **method == name).count();
    let [of_client, of_broker] = ways.map(|octets| methods_in(&octets));
    assert_eq!(of_client[..3], ["connection.start-ok", "connection.tune-ok", "connection.open"]);
    assert_eq!(of_broker[..3], ["connection.start", "connection.tune", "connection.open-ok"]);
    assert_eq!((count(&of_client, "basic.publish"), count(&of_broker, "basic.ack")), (60, 60));
}

/// Nothing above TCP and UDP: every octet and every datagram that programs sent is found.
#[test]
#[ignore = "needs tshark"]
fn plain_sockets_are_read_as_they_were_sent() {
    for text in [
        include_str!("../../scenarios/udp-is-not-tcp.json"),
        include_str!("../../scenarios/one-send-one-receive.json"),
    ] {
        let (mut simulation, read) = captured(text, 0.0);
        let (mut datagrams, mut octets) = (0, 0);
        for (_, fact) in simulation.take_facts(usize::MAX) {
            match fact.event {
                Event::DatagramSent { .. } => datagrams += 1,
                Event::SegmentSent { octets: sent, .. } => octets += sent,
                _ => {}
            }
        }
        let number = |text: &String| text.parse::<u64>().expect("a number");
        assert_eq!(read.values("udp.length").len(), datagrams);
        assert_eq!(read.values("tcp.len").iter().map(number).sum::<u64>(), octets);
        assert!(datagrams > 0 && octets > 0);
    }
}
