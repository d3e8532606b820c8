//! The JavaScript face.

use super::driver::{HELLO_WORLD, LARGE};
use js_sys::{Array, Float32Array, Reflect};
use queuescope::web::{Run, Simulation, Sweep, dissect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test as test;

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("it is an object")
}

fn text(object: &JsValue, name: &str) -> String {
    field(object, name).as_string().unwrap_or_else(|| panic!("{name} is a text"))
}

fn number(object: &JsValue, name: &str) -> f64 {
    field(object, name).as_f64().unwrap_or_else(|| panic!("{name} is a number"))
}

fn hello() -> Simulation {
    Simulation::from_scenario(HELLO_WORLD, None, None).expect("it is a good document")
}

#[test]
fn errors_are_error_objects_with_code_and_place() {
    let Err(error) = Simulation::from_scenario(r#"{"queues": [{"name": 1}]}"#, None, None) else {
        panic!("it is wrong")
    };
    assert!(error.is_instance_of::<js_sys::Error>());
    assert_eq!(text(&error, "code"), "definitions.invalid");
    assert_eq!(text(&error, "place"), "queues[0].name");
    assert!(text(&error, "message").contains("queues[0].name"));
}

#[test]
fn a_run_for_its_numbers_has_those_and_the_errors_of_a_simulation() {
    let json = |value: Result<JsValue, JsValue>| {
        let value = value.expect("it can be converted");
        String::from(js_sys::JSON::stringify(&value).expect("it is plain"))
    };
    let simulation = Simulation::from_scenario(HELLO_WORLD, Some(5.0), Some("numbers".to_owned()));
    let simulation = simulation.expect("it is a good document");
    let mut run = Run::from_scenario(HELLO_WORLD, Some(5.0)).expect("it is a good document");
    assert_eq!(run.until(), 30_000_000.0);
    simulation.run_until(run.until()).expect("it is a time");
    assert!(!run.run_at_most(run.until(), 10.0).expect("it is a time"));
    assert_eq!(run.steps(), 10.0);
    run.run_until(run.until()).expect("it is a time");
    assert_eq!(run.now(), simulation.now());
    assert_eq!(json(run.numbers()), json(simulation.numbers()));
    assert_eq!(json(run.measures()), json(simulation.measures()));

    let Err(error) = Run::from_scenario(r#"{"queues": [{"name": 1}]}"#, None) else { panic!("it is wrong") };
    assert_eq!(text(&error, "code"), "definitions.invalid");
    assert_eq!(text(&error, "place"), "queues[0].name");
    let error = run.run_until(0.5).expect_err("it is no time");
    assert_eq!(text(&error, "code"), "time.invalid");
}

#[test]
fn times_must_be_whole_and_not_negative() {
    let simulation = hello();
    for wrong in [-1.0, 0.5, f64::NAN, f64::INFINITY, 1e16] {
        let error = simulation.seek(wrong, None).expect_err("it is no time");
        assert_eq!(text(&error, "code"), "time.invalid");
    }
    assert_eq!(simulation.now(), 0.0);
}

#[test]
fn snapshots_pictures_and_facts_are_plain_objects() {
    let simulation = hello();
    simulation.run_until(5_000_000.0).expect("it is a time");
    let snapshot = simulation.snapshot().expect("it can be converted");
    assert_eq!(number(&snapshot, "now"), 5_000_000.0);
    let nodes: Array = field(&snapshot, "nodes").unchecked_into();
    let kinds: Vec<String> = nodes.iter().map(|node| text(&node, "kind")).collect();
    assert_eq!(kinds, ["producer", "exchange", "queue", "consumer"]);
    let picture = simulation.picture().expect("it can be converted");
    let edges: Array = field(&picture, "edges").unchecked_into();
    assert_eq!(edges.length(), 3);
    let facts: Array = simulation.take_facts().expect("they can be converted").unchecked_into();
    assert_eq!(f64::from(facts.length()), number(&snapshot, "fact_count"));
    assert!(facts.iter().enumerate().all(|(place, fact)| number(&fact, "index") == place as f64));
    let first = facts.get(1);
    assert_eq!(text(&field(&first, "sentence"), "key"), "message.published");
    assert_eq!(text(&field(&field(&first, "sentence"), "parameters"), "message"), "m1");
}

#[test]
fn biographies_and_sequence_diagrams_are_plain_objects() {
    let simulation = hello();
    simulation.run_until(5_000_000.0).expect("it is a time");
    let biography = simulation.biography(1, None).expect("it can be converted");
    let facts: Array = field(&biography, "facts").unchecked_into();
    assert_eq!(text(&field(&facts.get(0), "sentence"), "key"), "message.published");
    assert_eq!(field(&biography, "is_complete"), JsValue::TRUE);
    let sequence = |query: &str| simulation.sequence(js_sys::JSON::parse(query).expect("it is JSON"));
    for query in [r#"{"message": 1}"#, r#"{"from": 0, "to": 5000000}"#, r#"{"folded": true}"#] {
        let found = sequence(query).expect("it can be converted");
        let arrows: Array = field(&found, "arrows").unchecked_into();
        let first = arrows.get(0);
        assert_eq!(text(&field(&field(&first, "label"), "parameters"), "method"), "basic.publish");
        assert_eq!(number(&first, "arrives"), number(&first, "sent") + 300_000.0);
        assert_eq!(number(&found, "to"), 5_000_000.0);
    }
    assert_eq!(text(&sequence(r#"{"from": 0.5}"#).expect_err("it is no time"), "code"), "time.invalid");
    let error = sequence(r#"{"message": -1}"#).expect_err("there is no such message");
    assert_eq!(text(&error, "code"), "message.invalid");
}

#[test]
fn packets_are_taken_apart_by_the_other_face() {
    let simulation = hello();
    simulation.run_until(5_000_000.0).expect("it is a time");
    let packets = simulation.packets(1).expect("it can be converted");
    let capture = js_sys::Uint8Array::from(field(&packets, "capture")).to_vec();
    let packet = Array::from(&field(&packets, "packets")).get(0);
    assert_eq!(text(&packet, "method"), "basic.publish");
    let place = number(&packet, "frame");
    let frames: Array = dissect(&capture, Some(vec![place as u32])).expect("a good capture").unchecked_into();
    assert_eq!(frames.length(), 1);
    assert_eq!(number(&frames.get(0), "place"), place);
    assert_eq!(number(&frames.get(0), "time"), number(&packet, "sent"));
    let layers: Array = field(&frames.get(0), "layers").unchecked_into();
    let protocols: Vec<String> = layers.iter().map(|layer| text(&layer, "protocol")).collect();
    assert_eq!(protocols, ["eth", "ip", "tcp", "amqp", "amqp", "amqp"]);
    let octets = js_sys::Uint8Array::from(field(&frames.get(0), "octets")).to_vec();
    assert_eq!(octets.last(), Some(&0xCE));
    let error = dissect(b"no capture", None).expect_err("it is none");
    assert_eq!(text(&error, "code"), "no-capture");
    assert!(simulation.packets(0).expect("it can be converted").is_null());
}

#[test]
fn commands_are_checked() {
    let simulation = hello();
    let command = js_sys::JSON::parse(r#"{"command": "publish", "node": "producer:P"}"#).expect("it is JSON");
    simulation.dispatch(command).expect("P publishes");
    for wrong in [r#"{"command": "explode", "node": "producer:P"}"#, r#"{"command": "publish"}"#, "7"] {
        let error =
            simulation.dispatch(js_sys::JSON::parse(wrong).expect("it is JSON")).expect_err("no command");
        assert_eq!(text(&error, "code"), "command.invalid");
    }
}

#[test]
fn a_frame_writes_what_moves_and_no_more_than_fits() {
    let simulation = hello();
    simulation.run_until(1_150_000.0).expect("it is a time");
    let out = Float32Array::new_with_length(6);
    assert_eq!(simulation.frame(1_150_000.0, 1.0, 1.0, &out), 1);
    let item = out.to_vec();
    assert_eq!(item[0], 0.0, "the edge from P to the exchange is the first");
    assert!((0.4..0.6).contains(&item[1]), "half of 300 ms are over: {}", item[1]);
    assert_eq!(item[3], 1.0, "m1");
    assert_eq!(simulation.frame(1_150_000.0, 1.0, 1.0, &Float32Array::new_with_length(5)), 0);
}

async fn awaited(promise: Result<js_sys::Promise, JsValue>) -> Result<JsValue, JsValue> {
    wasm_bindgen_futures::JsFuture::from(promise?).await
}

#[test]
async fn the_object_can_be_used_while_a_long_run_is_on_its_way() {
    let simulation = Simulation::from_scenario(LARGE, None, None).expect("it is a good document");
    let run = simulation.run_until_async(30_000_000.0, None);
    simulation.frame(0.0, 1.0, 1.0, &Float32Array::new_with_length(60));
    simulation.take_facts().expect("they can be converted");
    awaited(run).await.expect("it arrives");
    let run = simulation.seek_async(60_000_000.0, None, None);
    drop(simulation);
    awaited(run).await.expect("it arrives");
}

#[test]
async fn long_runs_in_slices_lead_to_the_same_facts_and_can_be_cancelled() {
    let sliced = Simulation::from_scenario(LARGE, None, None).expect("it is a good document");
    awaited(sliced.run_until_async(30_000_000.0, None)).await.expect("it arrives");
    let whole = Simulation::from_scenario(LARGE, None, None).expect("it is a good document");
    whole.run_until(30_000_000.0).expect("it is a time");
    assert_eq!(sliced.facts_hash(), whole.facts_hash());
    awaited(sliced.seek_async(3_000_000.0, None, None)).await.expect("it arrives");
    assert_eq!(sliced.now(), 3_000_000.0);
    let signal = web_sys::AbortSignal::abort();
    let error =
        awaited(sliced.run_until_async(3_000_000_000.0, Some(signal))).await.expect_err("it was cancelled");
    assert_eq!(text(&error, "code"), "cancelled");
    assert!(sliced.now() < 3_000_000_000.0);
}

#[test]
fn numbers_are_a_plain_object() {
    let simulation = hello();
    simulation.run_until(5_000_000.0).expect("it is a time");
    let numbers = simulation.numbers().expect("they can be converted");
    assert_eq!(number(&numbers, "to"), 5_000_000.0);
    let queues: Array = field(&numbers, "queues").unchecked_into();
    let queue = queues.get(0);
    assert!(number(&field(&queue, "counts"), "arrived") > 0.0);
    let why = field(&field(&queue, "theory"), "none");
    assert!(text(&why, "key").starts_with("theory."));
    let timeline = field(&queue, "timeline");
    let bins: Array = field(&timeline, "bins").unchecked_into();
    assert!(f64::from(bins.length()) * number(&timeline, "width") <= 5_000_000.0);
}

#[test]
fn charts_are_a_plain_object_with_one_array_of_numbers() {
    let simulation = hello();
    simulation.run_until(20_000_000.0).expect("it is a time");
    let charts = simulation.charts("queue://hello", 100).expect("they can be converted");
    let numbers = js_sys::Float64Array::from(field(&charts, "numbers"));
    let list: Array = field(&charts, "charts").unchecked_into();
    let places = list.iter().map(|chart| {
        let series: Array = field(&chart, "series").unchecked_into();
        (number(&chart, "at"), number(&chart, "points") * f64::from(series.length() + 1))
    });
    let end = places.fold(0.0, |end, (at, length)| {
        assert_eq!(at, end, "one stands behind the other");
        end + length
    });
    assert_eq!(f64::from(numbers.length()), end);
    assert!(text(&field(&charts, "theory"), "key").starts_with("theory."));
}

#[test]
fn a_sweep_says_which_fields_are_worth_it_and_goes_on_where_a_value_does_not_do() {
    let fields: Array = Sweep::fields(HELLO_WORLD).expect("they can be converted").unchecked_into();
    let paths: Vec<String> = fields.iter().map(|field| text(&field, "path")).collect();
    assert!(paths.contains(&"consumers[0].prefetch".to_owned()), "{paths:?}");
    let sweep = Sweep::new(HELLO_WORLD, "consumers[0].prefetch=-1,1", 1, None).expect("the path is there");
    let run = |number| {
        let task = text(&sweep.task(number).expect("there is one"), "text");
        Simulation::from_scenario(&task, None, Some("numbers".to_owned())).map(|_| ())
    };
    assert_eq!(text(&run(0).expect_err("it is negative"), "place"), "consumers[0].prefetch");
    assert!(run(1).is_ok());
}

#[test]
fn a_sweep_hands_out_tasks_and_joins_what_they_come_to() {
    let Err(error) = Sweep::new(HELLO_WORLD, "consumers[9].prefetch=1..2", 2, None) else {
        panic!("it is wrong")
    };
    assert_eq!(text(&error, "code"), "sweep.path");
    assert_eq!(text(&error, "place"), "consumers[9].prefetch");
    let mut sweep =
        Sweep::new(HELLO_WORLD, "consumers[0].prefetch=1..2", 2, Some(5.0)).expect("it can be run");
    assert_eq!(sweep.task_count(), 4);
    // In any order.
    for number in [2, 0, 3, 1] {
        let task = sweep.task(number).expect("there is one of that number");
        let seed = field(&task, "seed").as_f64();
        let recording = Some("numbers".to_owned());
        let simulation =
            Simulation::from_scenario(&text(&task, "text"), seed, recording).expect("it is good");
        simulation.run_until(10_000_000.0).expect("it is a time");
        sweep.take(number, simulation.measures().expect("they can be converted"));
    }
    let outcome = sweep.outcome(0.95).expect("it can be converted");
    assert_eq!(text(&outcome, "path"), "consumers[0].prefetch");
    let rows: Array = field(&outcome, "rows").unchecked_into();
    let waiting = rows.iter().find(|row| text(row, "measure") == "waiting_mean_us").expect("it is measured");
    assert_eq!(number(&field(&waiting, "estimate"), "count"), 2.0);
    assert_eq!(sweep.csv(0.95).lines().count() as u32, 1 + rows.length());
}

fn value(text: &str) -> JsValue {
    js_sys::JSON::parse(text).expect("it is JSON")
}

#[test]
fn a_run_stops_at_conditions_and_says_by_what() {
    let simulation = hello();
    let stop = simulation.step_to(value(r#"{"when": "fact", "key": "message.acknowledged"}"#), None);
    let stop = stop.expect("it can be stopped");
    assert_eq!(text(&field(&stop, "sentence"), "key"), "condition.fact");
    let fact = number(&stop, "fact");
    let facts: Array = simulation.facts_between(fact, fact + 1.0).expect("it is there").unchecked_into();
    assert_eq!(text(&field(&facts.get(0), "sentence"), "key"), "message.acknowledged");
    let back = simulation.step_back_to(value(r#"{"when": "anything", "message": 1}"#));
    assert!(number(&back.expect("it can be searched"), "time") <= number(&stop, "time"));
    simulation.set_breakpoints(value(r#"[{"when": "time", "at_us": 7000000}]"#)).expect("it can be set");
    simulation.run_until(9_000_000.0).expect("it is a time");
    assert_eq!(simulation.now(), 7_000_000.0);
    assert_eq!(number(&simulation.stopped_by().expect("plain"), "condition"), 0.0);
    let breakpoints: Array = simulation.breakpoints().expect("plain").unchecked_into();
    assert_eq!(number(&field(&breakpoints.get(0), "condition"), "at_us"), 7_000_000.0);
    let error = simulation.step_to(value(r#"{"when": "never"}"#), None).expect_err("there is no such thing");
    assert_eq!((text(&error, "code"), text(&error, "place")), ("condition.invalid".into(), "when".into()));
    let columns = simulation.marks(0.0, 10_000_000.0, 100).expect("they are times");
    let kinds: Array = Simulation::mark_kinds().expect("plain").unchecked_into();
    assert_eq!(columns.length(), 100 * kinds.length());
}

#[test]
async fn forks_can_be_gone_to_and_compared_and_a_log_be_taken_up() {
    let simulation = hello();
    simulation.run_until(9_000_000.0).expect("it is a time");
    let hash = simulation.facts_hash();
    simulation.seek(4_000_000.0, None).expect("it is a time");
    simulation.dispatch(value(r#"{"command": "publish", "node": "producer:P"}"#)).expect("P publishes");
    awaited(simulation.run_until_async(9_000_000.0, None)).await.expect("it arrives");
    let other = simulation.facts_hash();
    let forks: Array = simulation.forks().expect("plain").unchecked_into();
    assert_eq!((forks.length(), number(&forks.get(1), "time")), (2, 4_000_000.0));
    let compared = simulation.compare(0, 1, None).expect("they are there");
    let first: Array = field(&compared, "first").unchecked_into();
    assert_eq!(text(&field(&first.get(1), "sentence"), "key"), "message.published");
    awaited(simulation.switch_to_async(0, None)).await.expect("it is there");
    assert_eq!(simulation.facts_hash(), hash);
    simulation.switch_to(1).expect("it is there");
    let again = hello();
    again.take_up_log(simulation.command_log().expect("plain")).expect("it is a log");
    let step = number(&simulation.snapshot().expect("plain"), "step");
    awaited(again.seek_async(9_000_000.0, None, Some(step))).await.expect("it arrives");
    assert_eq!(again.facts_hash(), other);
    let error = simulation.switch_to(7).expect_err("there is none");
    assert_eq!(text(&error, "code"), "fork.unknown");
}
