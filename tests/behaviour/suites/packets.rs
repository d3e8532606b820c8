//! Links that carry packets: AMQP in real TCP segments.

use super::run::Run;
use queuescope::facts::{Event, Fact, Recording, Rule};
use queuescope::network::{DatagramLoss, LossReason};
use queuescope::scenario::{self, Carrier};
use queuescope::simulation::{Command, NodeState, Simulation};
use queuescope::time::Time;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The simulation of a document whose links all carry packets.
pub fn in_packets(text: &str) -> Simulation {
    let (format, mut scenario) = scenario::read(text).expect("it is a good document");
    scenario.carrier = Some(Carrier::Packets);
    Simulation::new(scenario, format, None, Recording::Everything).expect("it is a good scenario")
}

/// A producer of a message each 20 ms with confirms and a consumer, behind links that do what `link` says.
fn document(link: &Json) -> String {
    let joined = |name: &str| {
        let mut whole = json!({ "between": [name, "broker"], "carrier": "packets" });
        whole.as_object_mut().expect("it is one").extend(link.as_object().expect("it is one").clone());
        whole
    };
    json!({
        "queuescope": 1,
        "until_us": 60_000_000,
        "broker": { "definitions": { "queues": [{ "name": "tasks" }] } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 20_000 } },
            "limit": 200,
            "recovers_after_us": 1_000_000,
            "confirms": true,
            "messages": [{ "routing_key": "tasks", "body": "a task" }],
        }],
        "consumers": [{
            "id": "C", "queue": "tasks", "prefetch": 10, "service": { "constant": { "duration_us": 1_000 } },
            "recovers_after_us": 1_000_000,
        }],
        "links": [joined("P"), joined("C")],
    })
    .to_string()
}

fn run(link: Json) -> Run {
    Run::of(&document(&link))
}

fn give(simulation: &mut Simulation, command: Json) {
    let command = Command::from_json(&command).expect("it is one");
    simulation.dispatch(command).expect("it can be carried out");
}

fn said(run: &Run) -> Vec<(String, String)> {
    let name = |name| run.simulation.world().names().text(name).to_owned();
    run.each(|event| match *event {
        Event::Said { sender, method, .. } => Some((name(sender.0), name(method))),
        _ => None,
    })
}

/// *AMQP 0-9-1*, sections 2.2.4 and 4.2.2; RFC 9293 section 3.5.
#[test]
fn a_connection_is_opened_by_three_segments_and_the_handshake_of_amqp() {
    let run = run(json!({ "latency_us": 20_000 }));
    let name = |name| run.simulation.world().names().text(name).to_owned();
    let of_p = said(&run).into_iter().filter(|(_, method)| method != "heartbeat").collect::<Vec<_>>();
    let expected = [
        ("P", "protocol header"),
        ("broker", "connection.start"),
        ("P", "connection.start-ok"),
        ("broker", "connection.tune"),
        ("P", "connection.tune-ok"),
        ("P", "connection.open"),
        ("broker", "connection.open-ok"),
        ("P", "channel.open"),
        ("broker", "channel.open-ok"),
    ];
    let names: Vec<&str> = expected.iter().map(|(_, method)| *method).collect();
    let found: Vec<&str> =
        of_p.iter().filter(|(sender, _)| sender != "C").map(|(_, method)| &**method).collect();
    assert!(names.iter().all(|method| found.contains(method)), "{found:?}");
    let flags = run.all(|event| match *event {
        Event::SegmentSent { sender, receiver, flags, octets, .. }
            if run.is(sender, "P") || run.is(receiver, "P") =>
        {
            Some((name(sender.0), name(flags), octets))
        }
        _ => None,
    });
    // The addresses are asked for first: a round trip of 40 ms.
    let opening = [(40_000, "P", "SYN"), (60_000, "broker", "SYN, ACK"), (80_000, "P", "ACK")];
    for ((time, (sender, flags, octets)), expected) in flags.iter().zip(opening) {
        assert_eq!((*time, &**sender, &**flags), expected);
        assert_eq!(*octets, 0);
    }
    assert_eq!(flags[3], (80_000, ("P".to_owned(), "ACK".to_owned(), 8)), "the protocol header");
}

/// RFC 9293 section 2.2: what is lost, doubled, damaged or late on the way is put right by TCP.
#[test]
fn whatever_links_do_all_messages_come_in_order_and_are_confirmed() {
    let run = run(json!({
        "latency_us": 20_000, "loss": 0.05, "duplication": 0.03, "reordering": 0.03, "corruption": 0.02,
    }));
    let received = run.each(|event| match *event {
        Event::Received { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(received, (1..=200).collect::<Vec<_>>());
    let taken = run.each(|event| match *event {
        Event::Taken { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(taken, received, "and to the consumer in the same order");
    let NodeState::Producer { confirmed, .. } = run.state("producer:P") else { panic!("it is one") };
    assert_eq!(confirmed, 200);
    let count = |wanted: fn(&Event) -> bool| run.each(|event| wanted(event).then_some(())).len();
    assert!(count(|event| matches!(event, Event::FrameLost { .. })) > 20);
    assert!(count(|event| matches!(event, Event::SentAgain { .. } | Event::SentAgainFast { .. })) > 20);
    assert!(
        count(|event| matches!(event, Event::OctetsHeld { .. })) > 0,
        "some waited behind a lost segment"
    );
    assert!(count(|event| matches!(event, Event::FrameDiscarded { .. })) > 0);
}

#[test]
fn a_cut_link_breaks_nothing_and_a_restart_of_the_broker_everything() {
    let mut simulation =
        Simulation::from_text(&document(&json!({ "latency_us": 5_000 })), None).expect("good");
    for (us, command) in [
        (1_000_000, json!({ "command": "cut_link", "node": "P" })),
        (3_000_000, json!({ "command": "restore_link", "node": "P" })),
        (6_000_000, json!({ "command": "restart_broker", "down_us": 500_000 })),
    ] {
        simulation.run_until(Time::from_us(us));
        give(&mut simulation, command);
    }
    simulation.run_until(Time::from_us(20_000_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let received = run.each(|event| match *event {
        Event::Received { message, .. } => Some(message.0),
        _ => None,
    });
    assert!(received.is_sorted() && received.len() > 150, "{}", received.len());
    let broken = run.all(|event| match *event {
        Event::ConnectionClosedSeen { reply_code, .. } => Some(reply_code),
        Event::ConnectionReset { .. } | Event::ConnectionGivenUp { .. } => Some(0),
        _ => None,
    });
    assert_eq!(broken.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [320, 320], "{broken:?}");
    assert!(broken.iter().all(|(time, _)| *time == 6_005_000));
    let opened = run.all(|event| matches!(event, Event::Opened { .. }).then_some(()));
    assert_eq!(opened.len(), 4, "both come back");
}

#[test]
fn a_client_that_dies_gives_back_what_it_held_and_is_reset_when_more_comes() {
    let mut simulation =
        Simulation::from_text(&document(&json!({ "latency_us": 5_000 })), None).expect("good");
    simulation.run_until(Time::from_us(1_000_000));
    give(&mut simulation, json!({ "command": "crash", "node": "C" }));
    simulation.run_until(Time::from_us(20_000_000));
    let facts: Vec<_> = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let lost = run.all(|event| matches!(event, Event::ConnectionLost { .. }).then_some(()));
    assert_eq!(lost, [(1_005_000, ())]);
    let NodeState::Queue { acknowledged, ready, unacknowledged, .. } = run.state("queue://tasks") else {
        panic!("it is one")
    };
    assert_eq!((acknowledged, ready, unacknowledged), (200, 0, 0));
}

/// RFC 9293 section 3.10.7: a reset ends the connection of whoever gets it, when it gets it.
#[test]
fn a_broken_connection_is_reset_and_the_broker_learns_of_it_when_the_reset_comes() {
    let text = document(&json!({ "latency_us": 5_000 }));
    let mut simulation = Simulation::from_text(&text, None).expect("good");
    simulation.run_until(Time::from_us(1_001_000));
    give(&mut simulation, json!({ "command": "drop_connection", "node": "P" }));
    simulation.run_until(Time::from_us(20_000_000));
    let capture = simulation.capture(Some("P")).expect("its link carries packets");
    let facts: Vec<_> = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let aborted = run.all(|event| matches!(event, Event::ConnectionAborted { .. }).then_some(()));
    assert_eq!(aborted, [(1_001_000, ())]);
    let resets = run.all(|event| match *event {
        Event::SegmentSent { flags, .. } if run.simulation.world().names().text(flags).contains("RST") => {
            Some(())
        }
        _ => None,
    });
    assert_eq!(
        resets,
        [(1_001_000, ()), (1_010_000, ())],
        "and what the broker had sent before finds nobody"
    );
    let noticed = run.all(|event| match *event {
        Event::ConnectionReset { rule, .. } => Some(Some(rule)),
        Event::ConnectionLost { .. } => Some(None),
        _ => None,
    });
    assert_eq!(noticed, [(1_006_000, Some(Rule::Reset)), (1_006_000, None)]);
    let opened = run.all(|event| matches!(event, Event::Opened { .. }).then_some(()));
    assert_eq!(opened.len(), 3, "it comes back by itself: {opened:?}");
    assert!(queuescope::network::capture::read_capture(&capture).expect("it is one").packets.len() > 100);
}

/// Whoever loses its reset learns of it with what it says next: nobody is there (RFC 9293 section 3.5.2).
#[test]
fn a_reset_that_is_lost_is_made_up_for_by_the_next_segment() {
    let text = document(&json!({ "latency_us": 5_000 }));
    let mut simulation = Simulation::from_text(&text, None).expect("good");
    simulation.run_until(Time::from_us(1_001_000));
    give(&mut simulation, json!({ "command": "cut_link", "node": "C" }));
    give(&mut simulation, json!({ "command": "drop_connection", "node": "C" }));
    simulation.run_until(Time::from_us(1_900_000));
    give(&mut simulation, json!({ "command": "restore_link", "node": "C" }));
    simulation.run_until(Time::from_us(20_000_000));
    let facts: Vec<_> = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let reset = run.all(|event| matches!(event, Event::ConnectionReset { .. }).then_some(()));
    assert!(reset.len() == 1 && reset[0].0 > 1_900_000, "{reset:?}");
    let NodeState::Queue { acknowledged, ready, unacknowledged, .. } = run.state("queue://tasks") else {
        panic!("it is one")
    };
    assert_eq!((acknowledged, ready, unacknowledged), (200, 0, 0));
}

#[test]
fn a_broker_that_crashes_says_nothing_and_its_system_closes() {
    let text = document(&json!({ "latency_us": 5_000 }));
    let mut simulation = Simulation::from_text(&text, None).expect("good");
    simulation.run_until(Time::from_us(1_001_000));
    give(&mut simulation, json!({ "command": "restart_broker", "down_us": 500_000, "crash": true }));
    simulation.run_until(Time::from_us(20_000_000));
    let facts: Vec<_> = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let ended = run.all(|event| match *event {
        Event::ConnectionClosedSeen { reply_code, .. } => Some(reply_code),
        Event::ConnectionReset { rule: Rule::Closing, .. } => Some(0),
        _ => None,
    });
    assert_eq!(ended, [(1_006_000, 0), (1_006_000, 0)], "no word of AMQP");
    let lost = run.each(|event| match *event {
        Event::PublishingLost { message, .. } => Some(message.0),
        _ => None,
    });
    assert!(!lost.is_empty(), "what was on its way is lost");
    let opened = run.all(|event| matches!(event, Event::Opened { .. }).then_some(()));
    assert_eq!(opened.len(), 4, "both come back");
}

#[test]
fn every_scenario_runs_in_packets_and_comes_back_to_the_same_state() {
    let scenarios = [
        include_str!("../../../scenarios/work-queue.json"),
        include_str!("../../../scenarios/flaky-link.json"),
        include_str!("../../../scenarios/poison-message.json"),
        include_str!("../../../scenarios/durable-queue.json"),
        include_str!("../../../scenarios/acknowledging-twice.json"),
        include_str!("../../../scenarios/transactions-and-confirms.json"),
        include_str!("../../../scenarios/confirms-and-returns.json"),
    ];
    for text in scenarios {
        let mut simulation = in_packets(text);
        let title = simulation.scenario().title.clone();
        simulation.run_until(Time::from_us(12_000_000));
        let (hash, snapshot) = (simulation.facts_hash(), simulation.snapshot());
        for back in [7_000_000, 0, 11_999_999] {
            simulation.seek(Time::from_us(back));
            simulation.run_until(Time::from_us(12_000_000));
            assert_eq!(simulation.facts_hash(), hash, "{title} from {back}");
            assert_eq!(simulation.snapshot(), snapshot, "{title} from {back}");
        }
        assert!(simulation.step_back() && simulation.step());
        assert_eq!(simulation.facts_hash(), hash, "{title}");
    }
}

const TCP: &str = include_str!("../../../benches/scenarios/ten-hosts-tcp.json");
const UDP: &str = include_str!("../../../benches/scenarios/ten-hosts-udp.json");

fn senders(run: &Run) -> Vec<(u32, u32)> {
    run.each(|event| match *event {
        Event::SocketSends { message, sender, .. } => Some((sender.0.0, message.0)),
        _ => None,
    })
}

/// Runs to the end and keeps only what programs send and have.
fn sent_and_had(text: &str) -> Run {
    let mut simulation = Simulation::from_text(text, None).expect("it is a good document");
    let until = Time::from_us(simulation.scenario().until_us);
    let mut facts = Vec::new();
    while !simulation.run_at_most(until, 2_000) {
        keep(&mut simulation, &mut facts);
    }
    keep(&mut simulation, &mut facts);
    Run { simulation, facts }
}

fn keep(simulation: &mut Simulation, kept: &mut Vec<Fact>) {
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact);
    kept.extend(
        facts.filter(|fact| matches!(fact.event, Event::SocketSends { .. } | Event::SocketHas { .. })),
    );
}

fn had(run: &Run) -> Vec<(u32, u32)> {
    run.each(|event| match *event {
        Event::SocketHas { message, sender, .. } => Some((sender.0.0, message.0)),
        _ => None,
    })
}

/// RFC 9293 section 2.2: reliable and in order, on each connection.
#[test]
fn ten_hosts_send_ten_thousand_messages_over_tcp_and_all_come_in_order() {
    let run = sent_and_had(TCP);
    let (mut sent, mut had) = (senders(&run), had(&run));
    assert_eq!(sent.len(), 10_000);
    // Each connection for itself; a stable sort keeps its order.
    sent.sort_by_key(|(sender, _)| *sender);
    had.sort_by_key(|(sender, _)| *sender);
    assert_eq!(had, sent);
}

/// RFC 768: nothing is sent again, so what is missing is what the links lost; the report says which.
#[test]
fn ten_hosts_send_ten_thousand_datagrams_and_the_report_says_which_are_lost() {
    let run = sent_and_had(UDP);
    let sent: BTreeSet<u32> = senders(&run).into_iter().map(|(_, message)| message).collect();
    let had: BTreeSet<u32> = had(&run).into_iter().map(|(_, message)| message).collect();
    assert_eq!(sent.len(), 10_000);
    let account = run.simulation.datagrams();
    let lost: BTreeSet<u32> = account.lost().map(|(_, message, _)| message as u32).collect();
    assert_eq!(lost, sent.difference(&had).copied().collect::<BTreeSet<u32>>());
    // One in a hundred of 10,000: the standard error is 10.
    assert!((50..=150).contains(&lost.len()), "{} lost", lost.len());
    for (_, _, course) in account.lost() {
        assert!(matches!(course.lost[..], [(_, DatagramLoss::Link { reason: LossReason::Chance, .. })]));
    }
}

/// A hash over the whole capture of each: so that natively, in Node and in a browser the very same octets are required.
const CAPTURES: [(&str, u64); 3] = [
    (include_str!("../../../scenarios/amqp-in-segments.json"), 0xbe167d100823a7e6),
    (include_str!("../../../scenarios/udp-is-not-tcp.json"), 0xb88e585f31b0565c),
    (include_str!("../../../scenarios/one-send-one-receive.json"), 0x0c0b03b91e288277),
];

#[test]
fn the_same_seed_gives_the_same_capture_on_every_machine() {
    for (text, expected) in CAPTURES {
        let mut simulation = Simulation::from_text(text, None).expect("it ships");
        simulation.run_until(Time::from_us(10_000_000));
        let capture = simulation.capture(None).expect("all links carry packets");
        let hash = xxhash_rust::xxh64::xxh64(&capture, 0);
        assert_eq!(hash, expected, "{}: {hash:#018x}, {} octets", simulation.scenario().title, capture.len());
        assert_eq!(simulation.capture(None), Ok(capture), "and again");
    }
}

#[test]
fn links_that_carry_messages_are_captured_by_running_once_more_in_packets() {
    let mut simulation =
        Simulation::from_text(include_str!("../../../scenarios/work-queue.json"), None).expect("it ships");
    simulation.run_until(Time::from_us(3_000_000));
    let error = simulation.capture(None).expect_err("they carry messages");
    assert_eq!(error.code(), "capture.messages");
    let other = simulation.in_packets().expect("it is a good scenario");
    assert_eq!(other.now(), simulation.now());
    assert!(other.capture(None).is_ok());
    assert_eq!(
        simulation.capture(Some("nobody")).expect_err("it is not there").code(),
        "capture.unknown-node"
    );
}

/// RFC 6455 sections 4 and 5: a request that becomes a WebSocket, and AMQP in its frames.
#[test]
fn amqp_goes_through_a_websocket() {
    let run = run(json!({ "latency_us": 20_000, "loss": 0.02, "websocket": true }));
    let handshake: Vec<String> = said(&run).into_iter().map(|(_, method)| method).take(8).collect();
    let expected =
        ["GET with Upgrade: websocket", "101 Switching Protocols", "protocol header", "connection.start"];
    let places = expected.map(|method| handshake.iter().position(|said| said == method));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{handshake:?}");
    let received = run.each(|event| match *event {
        Event::Received { message, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(received, (1..=200).collect::<Vec<_>>());
    let NodeState::Producer { confirmed, .. } = run.state("producer:P") else { panic!("it is one") };
    assert_eq!(confirmed, 200);
}

#[test]
fn what_is_wrong_with_carriers_and_sockets_is_said_with_its_place() {
    let problem = |change: Json| {
        let mut document: Json = serde_json::from_str(&document(&json!({ "latency_us": 1 }))).expect("JSON");
        for (pointer, value) in change.as_object().expect("it is one") {
            match document.pointer_mut(pointer) {
                Some(place) => *place = value.clone(),
                None => {
                    let (parent, name) = pointer.rsplit_once('/').expect("it has a parent");
                    document.pointer_mut(parent).expect("it is there")[name] = value.clone();
                }
            }
        }
        Simulation::from_text(&document.to_string(), None).expect_err("it is wrong").place()
    };
    assert_eq!(problem(json!({ "/carrier": "pigeons" })), "carrier");
    assert_eq!(problem(json!({ "/links/0/carrier": "frames" })), "links[0].carrier");
    let websocket = json!({ "/links/0/carrier": "messages", "/links/0/websocket": true });
    assert_eq!(problem(websocket), "links[0].websocket");
    let sends = json!([{ "at_us": 0, "octets": 100 }]);
    let udp = |node: &str| json!({ "id": "U", "protocol": "udp", "to": { "node": node, "port": 7 }, "sends": sends });
    let receiver = json!({ "id": "V", "protocol": "udp", "port": 7 });
    assert_eq!(problem(json!({ "/sockets": [udp("V"), receiver] })), "sockets[0].protocol");
    assert_eq!(problem(json!({ "/sockets": [udp("W"), receiver] })), "sockets[0].to");
    assert_eq!(problem(json!({ "/sockets": [receiver, receiver] })), "sockets[1].id");
    let short = json!([{ "at_us": 0, "octets": 3 }]);
    let both = json!({ "id": "U", "protocol": "udp", "to": { "node": "V", "port": 7 }, "sends": short });
    assert_eq!(problem(json!({ "/sockets": [both, receiver] })), "sockets[0].sends[0].octets");
    let neither = json!({ "id": "U", "protocol": "tcp" });
    assert_eq!(problem(json!({ "/sockets": [neither] })), "sockets[0]");
}

#[test]
fn the_link_of_a_socket_can_be_cut_and_restored() {
    let text = include_str!("../../../scenarios/one-send-one-receive.json");
    let mut simulation = Simulation::from_text(text, None).expect("it ships");
    simulation.run_until(Time::from_us(1_100_000));
    for node in ["S1", "socket:S3"] {
        give(&mut simulation, json!({ "command": "cut_link", "node": node }));
    }
    assert!(!simulation.snapshot().links.iter().find(|link| link.node == "socket:S1").expect("a link").is_up);
    simulation.run_until(Time::from_us(1_300_000));
    give(&mut simulation, json!({ "command": "restore_link", "node": "S1" }));
    simulation.run_until(Time::from_us(20_000_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let NodeState::Socket { received, .. } = run.state("socket:R1") else { panic!("it is one") };
    assert_eq!(received, 40, "TCP sends it all again");
    let NodeState::Socket { received, .. } = run.state("socket:R3") else { panic!("it is one") };
    assert!(received < 15, "UDP does not: {received}");
}

/// RFC 9293 section 3.7.1: each side says how long the segments may be that it gets.
#[test]
fn segments_fit_through_narrow_links() {
    let run = run(json!({ "latency_us": 1_000, "mtu": 600 }));
    let largest = run.each(|event| match *event {
        Event::SegmentSent { octets, .. } => Some(octets),
        _ => None,
    });
    // `connection.start` is cut: 600 octets without the headers of IPv4 and TCP.
    assert_eq!(largest.iter().max(), Some(&401), "all of it fits");
    let narrow = Run::of(&document(&json!({ "latency_us": 1_000, "mtu": 200 })));
    let too_long = narrow.each(|event| matches!(event, Event::FrameTooLong { .. }).then_some(()));
    assert!(!too_long.is_empty(), "no host sends shorter packets than 576 octets (RFC 791)");
}

/// rabbitmq.com/docs/heartbeats: both sides send a sign of life each half of the agreed 60 seconds. Who has closed its
/// connection awaits none.
#[test]
fn heartbeats_keep_a_connection_and_end_with_it() {
    let mut simulation =
        Simulation::from_text(&document(&json!({ "latency_us": 5_000 })), None).expect("good");
    simulation.run_until(Time::from_us(10_000_000));
    give(&mut simulation, json!({ "command": "disconnect", "node": "P" }));
    simulation.run_until(Time::from_us(300_000_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    let run = Run { simulation, facts };
    let given_up = run.each(|event| matches!(event, Event::ConnectionGivenUp { .. }).then_some(()));
    assert!(given_up.is_empty());
    let beats = run.all(|event| match *event {
        Event::Said { sender, method, .. } if run.is(sender, "C") => {
            (run.simulation.world().names().text(method) == "heartbeat").then_some(())
        }
        _ => None,
    });
    assert!(beats.len() >= 8, "one each 30 s: {beats:?}");
    let by_p = said(&run).into_iter().filter(|(sender, method)| sender == "P" && method == "heartbeat");
    assert_eq!(by_p.count(), 0, "it had enough to say while it was there");
}
