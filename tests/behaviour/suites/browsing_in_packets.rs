//! The scenarios of browsers once more with real TCP below: what the documentation says holds there as well. Only times
//! are others, since connections have to be opened first.

use super::browsing::Browsers;
use super::run::{Run, in_packets};
use queuescope::facts::{Event, Rule};
use queuescope::simulation::{BrowserState, NodeState};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! text {
    ($name:literal) => {
        include_str!(concat!("../../../scenarios/", $name, ".json"))
    };
}

macro_rules! packets {
    ($name:literal) => {
        Run::of(&in_packets(text!($name)))
    };
}

/// socket.io/docs/v4/delivery-guarantees, /connection-state-recovery.
#[test]
fn a_server_keeps_nothing_unless_it_has_recovery() {
    let run = packets!("missed-events");
    let missed = run.not_received("reader");
    assert!(missed.len() >= 2 && missed.iter().all(|(_, rule)| *rule == Rule::AtMostOnce), "{missed:?}");
    assert!(run.not_received("returner").is_empty());
    assert!(run.not_received("quiet").iter().all(|(_, rule)| *rule == Rule::ConnectionStateRecovery));
    let names = run.simulation.world().names();
    let recovered = run.each(|event| match *event {
        Event::NamespaceJoined { browser, recovered, .. } if names.text(recovered) == "true" => {
            Some(names.text(browser.0))
        }
        _ => None,
    });
    assert_eq!(recovered, ["returner"]);
}

/// socket.io/docs/v4/client-socket-instance, "connect".
#[test]
fn listeners_add_up_with_each_connection() {
    let run = packets!("listeners-add-up");
    let counts = run.each(|event| match *event {
        Event::EventHandledAgain { count, rule: Rule::ListenersAddUp, .. } => Some(count),
        _ => None,
    });
    assert!(counts.is_sorted());
    assert_eq!((counts.first(), counts.last()), (Some(&2), Some(&4)));
    assert_eq!(run.received("careless").len(), run.received("careful").len());
}

/// RFC 6455 sections 1.5 and 7.1.5.
#[test]
fn a_websocket_that_breaks_loses_what_was_under_way() {
    let run = packets!("websocket-breaks");
    let got: Vec<u32> = run.received("socket").into_iter().map(|(_, message)| message).collect();
    let gone = run.not_received("socket");
    assert!(got.is_sorted() && !gone.is_empty());
    assert!(gone.iter().all(|(_, rule)| *rule == Rule::WebSocketPromises));
    let everything = run.emitted("ticker").len();
    let waits = run.received("waits");
    assert!(waits.len() + 1 >= everything && waits.iter().map(|each| each.1).is_sorted());
}

/// RFC 6202 sections 2.1 and 2.2. What HTTP and WebSocket are made of is the same at both depths.
#[test]
fn three_ways_cost_the_same_octets_of_http_and_websocket() {
    let runs = [Run::of(text!("three-ways")), packets!("three-ways")];
    let [plain, packets] = [0, 1].map(|run| {
        ["polls", "waits", "socket"].map(|name| {
            let BrowserState { requests, octets_sent, received, missed, .. } = runs[run].browser(name);
            (requests, octets_sent, received, missed)
        })
    });
    let [socket, in_packets] = [plain[2], packets[2]];
    assert_eq!((socket.0, socket.1), (in_packets.0, in_packets.1), "the WebSocket");
    // Its connection is there a round trip later, and so it may have missed the first line.
    assert!(socket.2 - in_packets.2 <= 1);
    for (plain, packets) in plain.iter().zip(&packets) {
        assert_eq!((plain.3, packets.3), (0, 0));
        // A request takes a little longer, and so there may be some fewer.
        assert!(packets.0 <= plain.0 && packets.0 * 10 >= plain.0 * 9, "{plain:?} {packets:?}");
    }
}

/// socket.io/docs/v4/how-it-works.
#[test]
fn an_upgrade_that_is_blocked_stays_with_polling() {
    let run = packets!("transports");
    let transports = ["polling", "websocket", "upgrade", "blocked"].map(|name| run.browser(name).transport);
    assert_eq!(transports, ["polling", "websocket", "websocket", "polling"].map(Some));
    for name in ["polling", "websocket", "upgrade", "blocked"] {
        assert_eq!(run.browser(name).missed, 0);
    }
}

/// socket.io/docs/v4/delivery-guarantees against rabbitmq.com/docs/queues and /docs/confirms.
#[test]
fn a_message_waits_where_an_event_is_missed() {
    let run = packets!("event-or-message");
    let missed = run.not_received("reader");
    assert!(missed.len() >= 5 && missed.iter().all(|(_, rule)| *rule == Rule::AtMostOnce));
    assert_eq!(run.received("reader").len() + missed.len(), run.emitted("live").len());
    let NodeState::Consumer { finished, .. } = run.state("consumer:worker") else { panic!("it is one") };
    assert_eq!((finished, run.published("newsroom").len()), (14, 14));
}
