//! Definitions exported by a real RabbitMQ run with the default workload.

use super::driver::{LARGE, RICH, RICH_VHOST_SHOP};
use queuescope::simulation::{NodeKind, NodeState, Simulation};
use queuescope::time::Time;
use serde_json::Value as Json;
use std::collections::BTreeSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The queues that messages have reached, as `host/name`.
fn reached(simulation: &Simulation) -> BTreeSet<String> {
    let nodes = simulation.picture().nodes.iter().zip(simulation.snapshot().nodes);
    let queues =
        nodes.filter(|(_, state)| matches!(state, NodeState::Queue { received, .. } if *received > 0));
    queues.map(|(node, _)| format!("{}/{}", node.virtual_host, node.name)).collect()
}

/// The queues that bindings lead to from any exchange that clients may publish to, followed by hand through the
/// document. (In this document every binding can be satisfied by some key.)
fn reachable(document: &Json) -> BTreeSet<String> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let list = |name: &str| document[name].as_array().cloned().unwrap_or_default();
    let mut exchanges: BTreeSet<(String, String)> = list("exchanges")
        .iter()
        .filter(|exchange| exchange["internal"] == false)
        .map(|exchange| (text(&exchange["vhost"]), text(&exchange["name"])))
        .collect();
    let mut queues = BTreeSet::new();
    loop {
        let before = exchanges.len() + queues.len();
        for binding in list("bindings") {
            let host = text(&binding["vhost"]);
            if exchanges.contains(&(host.clone(), text(&binding["source"]))) {
                let destination = text(&binding["destination"]);
                if binding["destination_type"] == "queue" {
                    queues.insert(format!("{host}/{destination}"));
                } else {
                    exchanges.insert((host, destination));
                }
            }
        }
        if exchanges.len() + queues.len() == before {
            return queues;
        }
    }
}

#[test]
fn messages_arrive_in_every_queue_of_the_large_export_that_its_bindings_can_reach() {
    let document: Json = serde_json::from_str(LARGE).expect("it is JSON");
    let expected = reachable(&document);
    assert_eq!(expected.len(), 104);
    let mut simulation = Simulation::from_text(LARGE, None).expect("it is a real export");
    simulation.run_until(Time::from_us(30_000_000));
    assert_eq!(reached(&simulation), expected);
}

#[test]
fn the_picture_has_everything_that_the_export_declares() {
    for (text, hosts, exchanges, queues) in
        [(LARGE, 1, 58, 104), (RICH, 2, 8, 10), (RICH_VHOST_SHOP, 1, 8, 9)]
    {
        let simulation = Simulation::from_text(text, None).expect("it is a real export");
        let picture = simulation.picture();
        let count = |kind| picture.nodes.iter().filter(|node| node.kind == kind).count();
        // In the rich ones a binding leaves the broker's own amq.direct, which is drawn too.
        assert_eq!((count(NodeKind::Exchange), count(NodeKind::Queue)), (exchanges, queues));
        assert_eq!(count(NodeKind::Consumer), queues);
        assert_eq!(picture.virtual_hosts.len(), hosts, "{:?}", picture.virtual_hosts);
    }
}

#[test]
fn an_export_of_one_virtual_host_gets_one() {
    let mut simulation = Simulation::from_text(RICH_VHOST_SHOP, None).expect("it is a real export");
    simulation.run_until(Time::from_us(30_000_000));
    // By binding from exchanges with a producer; `eu` is internal and passes on what `events` lets through.
    let expected = [
        "audit",
        "emails",
        "graveyard",
        "invoices",
        "orders",
        "orders.urgent",
        "reports",
        "scratch",
        "unrouted",
    ];
    assert_eq!(reached(&simulation), expected.iter().map(|name| format!("//{name}")).collect());
}

#[test]
fn the_default_workload_is_as_designed() {
    let simulation = Simulation::from_text(RICH, None).expect("it is a real export");
    let scenario = simulation.scenario();
    assert_eq!((scenario.seed, scenario.until_us), (1, 30_000_000));
    // All but the internal `eu`.
    let names: Vec<&str> = scenario.producers.iter().map(|producer| producer.id.as_str()).collect();
    assert_eq!(names, ["P-by-header", "P-dead", "P-events", "P-gossip", "P-lost", "P-news"]);
    let events = &scenario.producers[2];
    let keys: Vec<&str> = events.messages.iter().map(|message| message.routing_key.as_str()).collect();
    assert_eq!(keys, ["", "eu.order.paid", "eu", "x.order.x", "urgent"]);
    let headers = serde_json::to_string(&scenario.producers[0].messages[0].headers).expect("it is JSON");
    assert_eq!(headers, r#"{"kind":"invoice","paid":true}"#);
    assert!(scenario.consumers.iter().all(|consumer| consumer.prefetch == 10));
}

#[test]
fn what_is_not_acted_on_is_listed_by_name() {
    let simulation = Simulation::from_text(RICH, None).expect("it is a real export");
    assert_eq!(
        simulation.not_simulated(),
        [],
        "retention of a stream and limits of virtual hosts are acted on"
    );
    // A queue on several nodes, and a shovel of a plugin.
    let cluster = RICH.replace("\"x-max-age\": \"7D\"", "\"x-initial-cluster-size\": 3");
    let cluster = cluster.replace("vhost-limits", "shovel");
    let simulation = Simulation::from_text(&cluster, None).expect("it is well formed");
    let names: Vec<&str> = simulation.not_simulated().iter().map(|each| each.name.as_str()).collect();
    assert_eq!(names, ["shovel", "x-initial-cluster-size"]);
    let size = simulation.not_simulated().iter().find(|each| each.name == "x-initial-cluster-size");
    assert_eq!(size.expect("it is there").places, ["queue audit in shop"]);
}
