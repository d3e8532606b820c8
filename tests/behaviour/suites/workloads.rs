//! What producers publish and when, and how consumers work, as documents say it.

use super::run::Run;
use queuescope::amqp::{Properties, Value};
use queuescope::facts::Event;
use queuescope::simulation::{NodeState, Simulation};
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A producer with this rhythm and this message, and a queue that keeps all of it.
fn document(arrivals: Json, message: Json) -> Json {
    json!({
        "queuescope": 1,
        "until_us": 10_000_000,
        "broker": { "definitions": {
            "exchanges": [{ "name": "all", "type": "fanout" }],
            "queues": [{ "name": "kept" }],
            "bindings": [{ "source": "all", "destination": "kept", "destination_type": "queue" }],
        } },
        "producers": [{ "id": "P", "arrivals": arrivals, "messages": [message] }],
    })
}

fn constant(interval_us: u64) -> Json {
    json!({ "constant": { "interval_us": interval_us } })
}

fn published_at(document: &Json) -> Vec<u64> {
    let run = Run::of(&document.to_string());
    run.all(|event| matches!(event, Event::Published { .. }).then_some(()))
        .into_iter()
        .map(|(us, ())| us)
        .collect()
}

/// Routing key, properties and size of every message in the queue, in order.
fn kept(run: &Run) -> Vec<(String, Properties, usize)> {
    let names = run.simulation.world().names();
    let (_, queue) = run.simulation.world().broker().queues().next().expect("it is declared");
    let messages = queue.ready().map(|copy| {
        let content = &copy.message.content;
        let key = names.text(copy.message.routing_key).to_owned();
        (key, (*content.properties).clone(), content.body.len())
    });
    messages.collect()
}

fn keys(message: Json) -> Vec<String> {
    let run = Run::of(&document(constant(100_000), message).to_string());
    kept(&run).into_iter().map(|(key, ..)| key).collect()
}

fn problem(change: impl FnOnce(&mut Json)) -> (String, String) {
    let mut document = document(constant(1_000_000), json!({ "exchange": "all" }));
    change(&mut document);
    let error = Simulation::from_text(&document.to_string(), None).expect_err("it is wrong");
    (error.place(), error.to_string())
}

#[test]
fn a_list_of_moments_is_kept_to() {
    let list = json!({ "list": { "times_us": [0, 1_500_000, 1_500_000, 9_000_001] } });
    assert_eq!(
        published_at(&document(list, json!({ "exchange": "all" }))),
        [0, 1_500_000, 1_500_000, 9_000_001]
    );
}

#[test]
fn a_trace_says_when_with_which_key_and_how_large() {
    let csv = "time_s,size,key,priority\n100.5,3,a,\n101,40,\"b,c\",7\n101,,,\n";
    for trace in [
        json!({ "csv": csv, "begins_us": 250_000 }),
        json!({ "begins_us": 250_000, "rows": [
            { "time_us": 100_500_000, "routing_key": "a", "size": 3 },
            { "time_ms": 101_000, "routing_key": "b,c", "size": 40, "priority": 7 },
            { "time_s": 101 },
        ] }),
    ] {
        let message = json!({ "exchange": "all", "routing_key": "default", "body": "12345" });
        let document = document(json!({ "trace": trace }), message);
        assert_eq!(published_at(&document), [250_000, 750_000, 750_000]);
        let kept = kept(&Run::of(&document.to_string()));
        let short: Vec<_> =
            kept.iter().map(|(key, properties, size)| (&**key, properties.priority, *size)).collect();
        assert_eq!(short, [("a", None, 3), ("b,c", Some(7), 40), ("default", None, 5)]);
    }
}

#[test]
fn a_row_of_a_trace_that_is_held_back_is_published_later_as_it_stands() {
    let rows: Vec<Json> =
        (0..6).map(|row| json!({ "time_ms": row * 10, "routing_key": format!("k{row}") })).collect();
    let mut document = document(json!({ "trace": { "rows": rows } }), json!({ "exchange": "all" }));
    document["producers"][0]["confirms"] = true.into();
    document["producers"][0]["in_flight"] = 2.into();
    document["links"] = json!([{ "between": ["P", "broker"], "latency_us": 100_000 }]);
    let keys: Vec<String> = kept(&Run::of(&document.to_string())).into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["k0", "k1", "k2", "k3", "k4", "k5"]);
}

#[test]
fn keys_come_in_turn_evenly_by_weight_or_by_zipf() {
    let message = |key: Json| json!({ "exchange": "all", "routing_key": key });
    let turn = keys(message(json!({ "cycle": ["a", "b.{1..2}"] })));
    assert_eq!(turn[..5], ["a", "b.1", "b.2", "a", "b.1"]);
    let even = keys(message(json!({ "uniform": ["a", "b"] })));
    // Of 100, with a standard deviation of 5.
    assert!((30..70).contains(&even.iter().filter(|key| *key == "a").count()));
    let weighted = keys(message(json!({ "weighted": [
        { "value": "often", "weight": 9 }, { "value": "never", "weight": 0 }, { "value": "seldom", "weight": 1 },
    ] })));
    let often = weighted.iter().filter(|key| *key == "often").count();
    // Of 100, 90 are expected, with a standard deviation of 3.
    assert!((78..100).contains(&often), "{often}");
    assert!(!weighted.contains(&"never".to_owned()));
    let zipf = keys(message(json!({ "zipf": { "values": ["user.{1..100}"], "exponent": 1.5 } })));
    // The first of 100 has the weight 1 of 2.41, which makes 41 of 100, with a standard deviation of 5.
    let first = zipf.iter().filter(|key| *key == "user.1").count();
    assert!((20..62).contains(&first), "{first}");
    assert!(zipf.iter().all(|key| key.starts_with("user.")));
}

#[test]
fn priorities_headers_and_sizes_are_drawn_for_each_message() {
    let message = json!({
        "exchange": "all",
        "body": "beginning",
        "headers": { "always": 1 },
        "drawn_headers": { "region": { "cycle": ["eu", 2] } },
        "priority": { "uniform": [1, 2, 3] },
        "size": { "uniform": { "least_octets": 5, "most_octets": 15 } },
    });
    let kept = kept(&Run::of(&document(constant(100_000), message).to_string()));
    assert_eq!(kept.len(), 100);
    let regions: Vec<_> = kept
        .iter()
        .map(|(_, properties, _)| {
            let headers = properties.headers.as_ref().expect("it has some");
            assert_eq!(headers.get("always"), Some(&Value::Int64(1)));
            headers.get("region").cloned().expect("it has that")
        })
        .collect();
    assert_eq!(regions[..3], [Value::text("eu"), Value::Int64(2), Value::text("eu")]);
    for priority in 1..=3 {
        // Of 100, a third is expected, with a standard deviation of 4.7.
        let count = kept.iter().filter(|(_, properties, _)| properties.priority == Some(priority)).count();
        assert!((14..53).contains(&count), "{priority}: {count}");
    }
    let sizes: std::collections::BTreeSet<usize> = kept.iter().map(|(_, _, size)| *size).collect();
    assert!(sizes.iter().all(|size| (5..=15).contains(size)) && sizes.len() > 6, "{sizes:?}");
}

/// What is drawn for messages has a stream of its own.
#[test]
fn drawn_messages_do_not_change_the_rhythm() {
    let poisson = || json!({ "poisson": { "per_second": 5 } });
    let plain = document(poisson(), json!({ "exchange": "all" }));
    let drawn = document(
        poisson(),
        json!({ "exchange": "all", "routing_key": { "uniform": ["a", "b"] }, "size": { "exponential": { "mean_octets": 9 } } }),
    );
    assert_eq!(published_at(&plain), published_at(&drawn));
}

#[test]
fn a_large_message_takes_longer_where_each_octet_does() {
    let mut document = document(
        json!({ "list": { "times_us": [0, 1_000_000] } }),
        json!({ "exchange": "all", "size": { "constant": { "octets": 1_000 } } }),
    );
    document["consumers"] = json!([{
        "id": "C", "queue": "kept", "service": { "constant": { "duration_us": 100_000 } }, "per_octet_us": 50.5,
    }]);
    let run = Run::of(&document.to_string());
    let ends = run.all(|event| matches!(event, Event::WorkEnded { .. }).then_some(()));
    assert_eq!(ends, [(150_500, ()), (1_150_500, ())]);
}

#[test]
fn drawn_keys_lead_to_their_queues_in_the_picture() {
    let document = json!({
        "queuescope": 1,
        "broker": { "definitions": { "queues": [{ "name": "q1" }, { "name": "q2" }, { "name": "q3" }] } },
        "producers": [{
            "id": "P",
            "arrivals": { "constant": { "interval_us": 1000 } },
            "messages": [{ "routing_key": { "cycle": ["q{1..2}"] } }],
        }],
    });
    let simulation = Simulation::from_text(&document.to_string(), None).expect("it is a good document");
    let labels: Vec<_> = simulation.picture().edges.iter().map(|edge| &*edge.label).collect();
    assert_eq!(labels, ["", "q1", "q2"], "the third is not published to");
}

#[test]
fn what_is_wrong_with_a_workload_is_said_with_its_place() {
    let arrivals = |value: Json| problem(|document| document["producers"][0]["arrivals"] = value).0;
    assert_eq!(arrivals(json!({ "sometimes": {} })), "producers[0].arrivals.sometimes");
    assert_eq!(arrivals(json!({ "list": { "times_us": [2, 1] } })), "producers[0].arrivals.list.times_us");
    let bursts = |on_us: u64| {
        json!({ "bursts": {
            "arrivals": { "poisson": { "per_second": 1 } },
            "on": { "exponential": { "mean_us": on_us } },
            "off": { "constant": { "duration_us": 0 } },
        } })
    };
    assert_eq!(arrivals(bursts(999)), "producers[0].arrivals.bursts.on");
    assert_eq!(
        arrivals(json!({ "bursts": { "arrivals": bursts(1), "on": {}, "off": {} } })),
        "producers[0].arrivals.bursts.arrivals.bursts.on"
    );
    assert_eq!(
        arrivals(json!({ "ramp": { "from_per_second": 0, "to_per_second": 0, "over_us": 1 } })),
        "producers[0].arrivals.ramp"
    );
    assert_eq!(arrivals(json!({ "trace": {} })), "producers[0].arrivals.trace");
    assert_eq!(arrivals(json!({ "trace": { "rows": [] } })), "producers[0].arrivals.trace.rows");
    assert_eq!(
        arrivals(json!({ "trace": { "rows": [{ "time_us": 5 }, { "time_us": 4 }] } })),
        "producers[0].arrivals.trace.rows[1].time_us"
    );
    let (place, told) = problem(|document| {
        document["producers"][0]["arrivals"] = json!({ "trace": { "csv": "time_us,size\n1,2\n2,much\n" } });
    });
    assert_eq!(place, "producers[0].arrivals.trace.csv");
    assert!(told.contains("line 3: 'much' is not a size"), "{told}");
    let message = |field: &str, value: Json| {
        problem(|document| document["producers"][0]["messages"][0][field] = value).0
    };
    let place = "producers[0].messages[0]";
    assert_eq!(message("routing_key", json!({ "cycle": [] })), format!("{place}.routing_key.cycle"));
    assert_eq!(message("routing_key", json!({ "cycle": [1] })), format!("{place}.routing_key.cycle[0]"));
    assert_eq!(
        message("routing_key", json!({ "uniform": ["{1..200}.{1..200}"] })),
        format!("{place}.routing_key.uniform[0]")
    );
    assert_eq!(message("priority", json!({ "uniform": [256] })), format!("{place}.priority.uniform[0]"));
    assert_eq!(
        message("drawn_headers", json!({ "x": { "zipf": { "values": [1], "exponent": -1 } } })),
        format!("{place}.drawn_headers.x.zipf.exponent")
    );
    assert_eq!(
        message("size", json!({ "uniform": { "least_octets": 2, "most_octets": 1 } })),
        format!("{place}.size.uniform.most_octets")
    );
    let service = |value: Json| {
        let consumer = json!({ "id": "C", "queue": "kept", "service": value });
        problem(|document| document["consumers"] = json!([consumer])).0
    };
    assert_eq!(service(json!({ "gamma": {} })), "consumers[0].service.gamma");
    assert_eq!(service(json!({ "pareto": { "least_us": 1 } })), "consumers[0].service.pareto");
    assert_eq!(
        service(json!({ "empirical": { "values_us": [1, 2], "weights": [0, 0] } })),
        "consumers[0].service.empirical.weights"
    );
    let retries = |value: Json| {
        problem(|document| {
            document["producers"][0]["confirms"] = (!value.is_null()).into();
            document["producers"][0]["retries"] =
                if value.is_null() { json!({ "first_us": 1 }) } else { value };
        })
        .0
    };
    assert_eq!(retries(Json::Null), "producers[0].retries", "without confirms");
    assert_eq!(retries(json!({ "first_us": 2, "most_us": 1 })), "producers[0].retries.most_us");
}

/// How many messages a producer has in bursts: its state says the rate on the whole.
#[test]
fn a_snapshot_says_the_rhythm_and_its_rate() {
    let bursts = json!({ "bursts": {
        "arrivals": { "constant": { "interval_us": 100_000 } },
        "on": { "constant": { "duration_us": 1_000_000 } },
        "off": { "constant": { "duration_us": 3_000_000 } },
    } });
    let run = Run::of(&document(bursts, json!({ "exchange": "all" })).to_string());
    let NodeState::Producer { arrivals: "bursts", per_second: Some(2.5), published: 30, .. } =
        run.state("producer:P")
    else {
        panic!("{:?}", run.state("producer:P"))
    };
}
