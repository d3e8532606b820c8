//! Sequence diagrams and biographies: expected times are the scenario's own arithmetic, the order of methods is that
//! of the AMQP specification.

use super::driver::{TRANSACTIONS, WORK_QUEUE};
use queuescope::ids::MessageId;
use queuescope::simulation::{Command, Sequence, SequenceArrow, SequenceQuery, Simulation};
use queuescope::time::Time;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// P publishes every 100 ms over a link of 50 ms, C works for 30 ms and has a link of 20 ms.
const HELLO: &str = r#"{
  "queuescope": 1,
  "broker": { "definitions": { "queues": [{ "name": "jobs" }] } },
  "producers": [{
    "id": "P", "confirms": true, "arrivals": { "constant": { "interval_us": 100000 } }, "limit": 20,
    "messages": [{ "routing_key": "jobs", "body": "hello" }]
  }],
  "consumers": [{
    "id": "C", "queue": "jobs", "prefetch": 1, "service": { "constant": { "duration_us": 30000 } }
  }],
  "links": [
    { "between": ["P", "broker"], "latency_us": 50000 },
    { "between": ["C", "broker"], "latency_us": 20000 }
  ]
}"#;

fn at(text: &str, us: u64) -> Simulation {
    let mut simulation = Simulation::from_text(text, None).expect("it is a good document");
    simulation.run_until(Time::from_us(us));
    simulation
}

fn give(simulation: &mut Simulation, command: Json) {
    let command = Command::from_json(&command).expect("it is one");
    simulation.dispatch(command).expect("it can be carried out");
}

fn of_message(simulation: &mut Simulation, message: u32) -> Sequence {
    let (from, to) = (Time::START, simulation.now());
    simulation.sequence(&SequenceQuery { message: Some(MessageId(message)), from, to, is_folded: false })
}

fn window(simulation: &mut Simulation, from: u64, to: u64, is_folded: bool) -> Sequence {
    let (from, to) = (Time::from_us(from), Time::from_us(to));
    simulation.sequence(&SequenceQuery { message: None, from, to, is_folded })
}

fn label(arrow: &SequenceArrow) -> String {
    match arrow.label.parameters.first() {
        Some((_, queuescope::facts::Parameter::Text(text))) => text.clone(),
        _ => String::new(),
    }
}

/// Name of the method or the key, from, to, departure and arrival.
fn lines(sequence: &Sequence) -> Vec<(String, &str, &str, u64, Option<u64>)> {
    let name = |line: usize| &*sequence.lifelines[line].name;
    let arrows = sequence.arrows.iter();
    arrows.map(|arrow| (label(arrow), name(arrow.from), name(arrow.to), arrow.sent, arrow.arrives)).collect()
}

#[test]
fn every_arrow_of_a_message_takes_as_long_as_its_link() {
    let mut simulation = at(HELLO, 500_000);
    let sequence = of_message(&mut simulation, 2);
    let names: Vec<_> = sequence.lifelines.iter().map(|line| (line.kind, &*line.node)).collect();
    let expected = [
        ("producer", "producer:P"),
        ("exchange", "exchange://"),
        ("queue", "queue://jobs"),
        ("consumer", "consumer:C"),
    ];
    assert_eq!(names, expected);
    let (published, there) = (200_000, 250_000);
    let found = lines(&sequence);
    let method =
        |name: &str, from, to, sent: u64, link: u64| (name.to_owned(), from, to, sent, Some(sent + link));
    let expected = [
        method("basic.publish", "P", "(default)", published, 50_000),
        method("jobs", "(default)", "jobs", there, 0),
        method("basic.deliver", "jobs", "C", there, 20_000),
        method("basic.ack", "(default)", "P", there, 50_000),
        method("basic.ack", "C", "jobs", there + 20_000 + 30_000, 20_000),
    ];
    assert_eq!(found, expected);
    assert!(sequence.is_complete);
    assert!(sequence.arrows.iter().all(|arrow| arrow.message == Some(2) && arrow.fact.is_some()));
}

#[test]
fn what_stays_lasts_from_coming_to_going() {
    let mut simulation = at(HELLO, 500_000);
    let sequence = of_message(&mut simulation, 2);
    let stays: Vec<_> = (sequence.stays.iter())
        .map(|stay| (stay.kind, &*sequence.lifelines[stay.line].name, stay.from, stay.until))
        .collect();
    // In the queue until the acknowledgement is there, in hand for the 30 ms of work between the two ways of 20 ms.
    let expected =
        [("unacknowledged", "jobs", 250_000, Some(320_000)), ("work", "C", 270_000, Some(300_000))];
    assert_eq!(stays, expected);
}

/// AMQP 0-9-1, the grammars of the classes channel and basic: an answer follows its request. C asks for no answer to
/// its `basic.consume` (`no-wait`).
#[test]
fn methods_without_a_message_are_there_and_in_the_order_of_the_specification() {
    let mut simulation = at(HELLO, 1_000_000);
    give(&mut simulation, json!({ "command": "close_channel", "node": "C" }));
    simulation.run_until(Time::from_us(1_100_000));
    give(&mut simulation, json!({ "command": "recover", "node": "C" }));
    simulation.run_until(Time::from_us(1_500_000));
    let sequence = window(&mut simulation, 1_000_000, 1_500_000, true);
    let own: Vec<_> = lines(&sequence)
        .into_iter()
        .filter(|(method, from, to, ..)| [*from, *to].contains(&"C") && !method.starts_with("basic.deliver"))
        .filter(|(method, ..)| method != "basic.ack")
        .collect();
    let said = |method: &str, is_asked: bool, sent: u64| {
        let (from, to) = if is_asked { ("C", "broker") } else { ("broker", "C") };
        (method.to_owned(), from, to, sent, Some(sent + 20_000))
    };
    let (closed, recovers) = (1_000_000, 1_100_000);
    let expected = [
        said("channel.close", true, closed),
        said("channel.close-ok", false, closed + 20_000),
        said("channel.open", true, recovers),
        said("channel.open-ok", false, recovers + 20_000),
        said("basic.qos", true, recovers + 40_000),
        said("basic.consume", true, recovers + 40_000),
        said("basic.qos-ok", false, recovers + 60_000),
    ];
    assert_eq!(own, expected);
}

#[test]
fn a_commit_and_its_answer_are_half_a_round_trip_each() {
    let mut simulation = at(TRANSACTIONS, 5_000_000);
    let sequence = window(&mut simulation, 0, 5_000_000, true);
    let found = lines(&sequence);
    let commits: Vec<_> = found.iter().filter(|line| line.0 == "tx.commit").collect();
    let answers: Vec<_> = found.iter().filter(|line| line.0 == "tx.commit-ok").collect();
    assert!(commits.len() >= 3);
    for (commit, answer) in commits.iter().zip(&answers) {
        assert_eq!((commit.1, commit.2, commit.4), ("P1", "broker", Some(commit.3 + 400_000)));
        assert_eq!((answer.3, answer.4), (commit.3 + 400_000, Some(commit.3 + 800_000)));
    }
    let held: Vec<_> = sequence.stays.iter().filter(|stay| stay.kind == "held").collect();
    assert!(!held.is_empty(), "the broker keeps what is not committed");
}

#[test]
fn what_nobody_listens_to_is_lost_at_its_end() {
    let mut simulation = at(HELLO, 210_000);
    give(&mut simulation, json!({ "command": "restart_broker", "down_us": 1_000_000 }));
    simulation.run_until(Time::from_us(400_000));
    let sequence = of_message(&mut simulation, 2);
    let publish = &sequence.arrows[0];
    assert_eq!((publish.lost, publish.lost_at), (Some(250_000), Some("end")));
    assert!(sequence.marks.iter().any(|mark| mark.kind == "lost" && mark.time == 250_000));
}

/// RFC 6298 (5.5) as `links` has it: what waits for a link goes when it is up again, and takes its latency then.
#[test]
fn what_waits_for_its_link_departs_when_it_is_up() {
    let mut simulation = at(HELLO, 150_000);
    give(&mut simulation, json!({ "command": "cut_link", "node": "P" }));
    simulation.run_until(Time::from_us(400_000));
    let waiting = of_message(&mut simulation, 2).arrows[0].clone();
    assert_eq!((waiting.sent, waiting.departs, waiting.arrives), (200_000, None, None));
    give(&mut simulation, json!({ "command": "restore_link", "node": "P" }));
    simulation.run_until(Time::from_us(900_000));
    let gone = of_message(&mut simulation, 2).arrows[0].clone();
    assert_eq!((gone.sent, gone.departs, gone.arrives), (200_000, Some(400_000), Some(450_000)));
}

#[test]
fn retransmissions_are_said_on_the_arrow_that_was_late() {
    let link = r#"{ "between": ["P", "broker"], "latency_us": 50000 }"#;
    let lossy = HELLO.replace(link, r#"{ "between": ["P", "broker"], "latency_us": 50000, "loss": 0.3 }"#);
    let mut simulation = at(&lossy, 20_000_000);
    let sequence = window(&mut simulation, 0, 20_000_000, true);
    let publishings = sequence.arrows.iter().filter(|arrow| label(arrow) == "basic.publish");
    let late: Vec<_> = publishings.filter(|arrow| arrow.retransmissions > 0).collect();
    assert!(!late.is_empty());
    for arrow in late {
        // A time-out of one second, then twice as long each time.
        let waited = ((1 << arrow.retransmissions) - 1) * 1_000_000;
        assert!(arrow.arrives >= Some(arrow.sent + 50_000 + waited));
    }
}

#[test]
fn the_diagram_is_the_same_however_it_was_come_by() {
    let mut watched = Simulation::from_text(HELLO, None).expect("it is a good document");
    for us in (0..=1_500_000).step_by(70_000) {
        watched.run_until(Time::from_us(us));
        window(&mut watched, 0, us, false);
    }
    watched.run_until(Time::from_us(1_500_000));
    let all = window(&mut watched, 0, 1_500_000, false);
    assert_eq!(all, window(&mut at(HELLO, 1_500_000), 0, 1_500_000, false));
    watched.seek(Time::from_us(600_000));
    assert_eq!(all, window(&mut watched, 0, 1_500_000, false), "what is ahead is known");
    watched.run_until(Time::from_us(1_500_000));
    assert_eq!(all, window(&mut watched, 0, 1_500_000, false), "and not read twice");
    let early = window(&mut at(HELLO, 600_000), 0, 600_000, false);
    watched.seek(Time::from_us(600_000));
    let back = window(&mut watched, 0, 600_000, false);
    assert_eq!(
        back.arrows.iter().map(|arrow| arrow.sent).max(),
        early.arrows.iter().map(|arrow| arrow.sent).max()
    );
    give(&mut watched, json!({ "command": "crash", "node": "C" }));
    let other = window(&mut watched, 0, 1_500_000, false);
    assert!(other.arrows.iter().all(|arrow| arrow.sent <= 600_000), "another future has not come yet");
}

#[test]
fn a_part_of_a_run_has_what_began_before_it() {
    let whole = window(&mut at(HELLO, 2_500_000), 0, 2_500_000, false);
    let mut simulation = at(HELLO, 2_500_000);
    // In the midst of m10: it is on its way from 1.00 s to 1.05 s.
    let part = window(&mut simulation, 1_030_000, 1_040_000, false);
    let here = |arrow: &&SequenceArrow| arrow.sent <= 1_040_000 && arrow.arrives >= Some(1_030_000);
    let expected: Vec<_> = whole.arrows.iter().filter(here).map(|arrow| (label(arrow), arrow.sent)).collect();
    let found: Vec<_> = part.arrows.iter().map(|arrow| (label(arrow), arrow.sent)).collect();
    assert_eq!(found, expected);
    assert!(found.contains(&("basic.publish".to_owned(), 1_000_000)));
}

#[test]
fn a_part_of_a_run_has_what_stays_there_since_before_it() {
    let slow = HELLO
        .replace("\"duration_us\": 30000", "\"duration_us\": 400000")
        .replace("\"prefetch\": 1", "\"prefetch\": 2");
    let (from, to) = (1_530_000, 1_540_000);
    let mut whole = window(&mut at(&slow, 2_500_000), 0, 2_500_000, false);
    whole.stays.retain(|stay| stay.from <= to && stay.until.is_none_or(|until| until >= from));
    let part = window(&mut at(&slow, 2_500_000), from, to, false);
    let what = |sequence: &Sequence| -> Vec<(u32, &str, String)> {
        let stays = sequence.stays.iter();
        let name = |line: usize| sequence.lifelines[line].node.clone();
        let mut what: Vec<_> = stays.map(|stay| (stay.message, stay.kind, name(stay.line))).collect();
        what.sort_unstable();
        what
    };
    assert_eq!(what(&part), what(&whole));
    // Ready ones, two that the consumer has, and of these one in its hands and one in its buffer.
    for kind in ["ready", "unacknowledged", "work", "buffered"] {
        assert!(part.stays.iter().any(|stay| stay.kind == kind), "{kind}");
    }
}

/// RFC 6202 section 2.1: a long poll is kept until there is something to answer, and stays with its server so long.
#[test]
fn a_long_poll_stays_with_the_server_until_it_is_answered() {
    let text = include_str!("../../../scenarios/transports.json");
    let mut simulation = at(text, 9_000_000);
    let sequence = window(&mut simulation, 0, 9_000_000, false);
    let stays: Vec<_> = sequence.stays.iter().filter(|stay| stay.kind == "unanswered").collect();
    assert!(stays.len() > 10, "{}", stays.len());
    for stay in stays {
        assert_eq!(sequence.lifelines[stay.line].name, "server");
        let of_it = |label: &str| {
            let arrows = sequence.arrows.iter().filter(|arrow| arrow.message == Some(stay.message));
            arrows.filter(|arrow| (arrow.from == stay.line) == (label == "response")).collect::<Vec<_>>()
        };
        let (request, response) = (of_it("request"), of_it("response"));
        assert_eq!(request[0].arrives, Some(stay.from), "it is there");
        assert_eq!(response.first().map(|arrow| arrow.sent), stay.until, "it is answered");
    }
    // One that was there before the part that is looked at is in it.
    let part = window(&mut simulation, 8_600_000, 8_650_000, false);
    assert!(
        part.stays
            .iter()
            .any(|stay| stay.kind == "unanswered" && stay.until.is_none_or(|end| end > 8_650_000))
    );
}

/// RFC 9293 section 3.5: three segments open a connection. What is said on it is in segments, each as late as its link.
#[test]
fn packets_show_the_handshake_and_what_is_written_in_segments() {
    let text = HELLO.replace("\"queuescope\": 1,", "\"queuescope\": 1, \"carrier\": \"packets\",");
    let mut simulation = at(&text, 3_000_000);
    let sequence = window(&mut simulation, 0, 3_000_000, true);
    let of_link = |client: &str| -> Vec<SequenceArrow> {
        let name = |line: usize| &*sequence.lifelines[line].name;
        let ends = |arrow: &&SequenceArrow| [name(arrow.from), name(arrow.to)].contains(&client);
        sequence.arrows.iter().filter(|arrow| arrow.shape == Some(30)).filter(ends).cloned().collect()
    };
    let segments = of_link("P");
    // Before them ARP asks for the address.
    let tcp = segments.iter().map(label).filter(|label| !["", "ARP"].contains(&&**label));
    let flags: Vec<String> = tcp.take(3).collect();
    assert_eq!(flags, ["SYN", "SYN, ACK", "ACK"]);
    for arrow in &segments {
        assert!(arrow.lost.is_some() || arrow.arrives >= Some(arrow.sent + 50_000));
    }
    let said: Vec<String> = segments.iter().map(label).filter(|label| label.contains('.')).collect();
    let opening = ["connection.start", "connection.start-ok", "connection.tune", "connection.tune-ok"];
    let place = |method: &str| said.iter().position(|label| label == method);
    let places: Vec<_> = opening.iter().filter_map(|method| place(method)).collect();
    assert!(places.is_sorted() && places.len() >= 3, "{said:?}");
    // A message is published when it is given to the socket, and is on its way when its last segment is.
    let alone = of_message(&mut simulation, 2);
    let is_publish = |arrow: &&SequenceArrow| label(arrow) == "basic.publish";
    let [segment, method]: [&SequenceArrow; 2] = {
        let of_shape =
            |shape| alone.arrows.iter().filter(is_publish).find(|arrow| arrow.shape == Some(shape));
        [of_shape(30).expect("a segment"), of_shape(0).expect("the method")]
    };
    assert_eq!((method.departs, method.arrives), (segment.departs, segment.arrives));
    assert!(
        method.departs >= Some(method.sent)
            && method.arrives >= method.departs.map(|departs| departs + 50_000)
    );
}

#[test]
fn long_ago_is_shown_as_well_as_lately() {
    let busy = HELLO
        .replace(r#""limit": 20,"#, "")
        .replace("\"interval_us\": 100000", "\"interval_us\": 1000")
        .replace("\"duration_us\": 30000", "\"duration_us\": 0")
        .replace("\"prefetch\": 1", "\"prefetch\": 0");
    let (mut simulation, end) = (at(&busy, 5_000_000), 5_000_000);
    let count = |sequence: &Sequence| sequence.arrows.len();
    // Five arrows for each of the hundred messages of 100 ms, and those that are on their way at its ends.
    let late = window(&mut simulation, 4_900_000, end, false);
    assert!(late.is_complete && (450..=700).contains(&count(&late)), "{}", count(&late));
    let early = window(&mut simulation, 1_000_000, 1_100_000, false);
    assert!(early.is_complete && (450..=900).contains(&count(&early)), "{}", count(&early));
    assert!(!window(&mut simulation, 0, end, false).is_complete, "that is too much at once");
    simulation.seek(Time::from_us(1_100_000));
    let back = window(&mut simulation, 1_000_000, end, false);
    let near = back.arrows.iter().filter(|arrow| (1_000_000..1_100_000).contains(&arrow.sent)).count();
    assert!(near >= 450, "what is near is not forgotten over what is ahead: {near}");
}

#[test]
fn looking_changes_nothing() {
    let mut simulation = at(WORK_QUEUE, 3_000_000);
    window(&mut simulation, 0, 3_000_000, false);
    of_message(&mut simulation, 1);
    simulation.biography(MessageId(1), None);
    simulation.run_until(Time::from_us(9_000_000));
    simulation.step_back();
    simulation.step();
    assert_eq!(simulation.facts_hash(), at(WORK_QUEUE, 9_000_000).facts_hash());
}

#[test]
fn a_biography_is_complete_however_long_ago_it_began() {
    let busy = HELLO
        .replace(r#""limit": 20,"#, "")
        .replace("\"interval_us\": 100000", "\"interval_us\": 1000")
        .replace("\"duration_us\": 30000", "\"duration_us\": 0")
        .replace("\"prefetch\": 1", "\"prefetch\": 0");
    let early = at(&busy, 500_000).biography(MessageId(3), None);
    let keys: Vec<_> = early.facts.iter().map(|(_, fact)| fact.event.key()).collect();
    let life = [
        "message.published",
        "message.received",
        "message.routed-to-queue",
        "message.queued",
        "message.delivered",
        "message.carried",
        "message.confirmed",
        "confirm.carried",
        "message.taken",
        "work.began",
        "work.ended",
        "acknowledgement.sent",
        "message.acknowledged",
    ];
    assert_eq!(keys.len(), life.len());
    assert!(life.iter().all(|key| keys.contains(key)), "{keys:?}");
    let mut late = at(&busy, 10_000_000);
    assert!(late.world().recorder().count() > 40_000, "it is not remembered any more");
    let again = late.biography(MessageId(3), None);
    assert_eq!(again, early);
    assert!(again.is_complete && again.facts.is_sorted_by_key(|(index, _)| *index));
    assert!(late.biography(MessageId(3), Some(Time::from_us(3_500))).facts.len() == 1);
    late.seek(Time::from_us(3_500));
    assert_eq!(late.biography(MessageId(3), None).facts.len(), 1, "only what has happened");
    assert_eq!(
        late.biography(MessageId(3), Some(Time::from_us(10_000_000))),
        early,
        "what is ahead is known"
    );
    assert!(late.biography(MessageId(9_999_999), None).facts.is_empty());
}
