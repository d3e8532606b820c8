//! What can be done to browsers and servers, and where their messages are meanwhile.

use super::browsing::Browsers;
use super::run::Run;
use queuescope::facts::{Event, Rule};
use queuescope::ids::MessageId;
use queuescope::scenario;
use queuescope::simulation::{Command, NodeState, Simulation};
use queuescope::time::Time;
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SCENARIOS: [&str; 4] = [
    include_str!("../../../scenarios/three-ways.json"),
    include_str!("../../../scenarios/missed-events.json"),
    include_str!("../../../scenarios/transports.json"),
    include_str!("../../../scenarios/websocket-breaks.json"),
];

/// One browser with Socket.IO over WebSocket, 10 ms away from its server.
fn document(browser: Json, server: Json) -> Json {
    let mut document = json!({
        "queuescope": 1,
        "servers": [{ "id": "S" }],
        "browsers": [{ "id": "B", "server": "S", "socket_io": { "transports": ["websocket"] } }],
        "links": [{ "between": ["B", "S"], "latency_us": 10_000 }]
    });
    merge(&mut document["browsers"][0], browser);
    merge(&mut document["servers"][0], server);
    document
}

fn merge(into: &mut Json, from: Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn start(document: &Json) -> Simulation {
    Simulation::from_text(&document.to_string(), None).expect("it is a good document")
}

fn give(simulation: &mut Simulation, command: Json) {
    let command = Command::from_json(&command).expect("it is a good command");
    simulation.dispatch(command).expect("it can be carried out");
}

fn refused(simulation: &mut Simulation, command: Json) -> String {
    let command = Command::from_json(&command).expect("it is a good command");
    simulation.dispatch(command).expect_err("it cannot be carried out").to_string()
}

fn until(mut simulation: Simulation, ms: u64) -> Run {
    simulation.run_until(Time::from_us(ms * 1_000));
    let facts = simulation.take_facts(usize::MAX).into_iter().map(|(_, fact)| fact).collect();
    Run { simulation, facts }
}

/// Who says that a socket is disconnected, and why.
fn disconnections(run: &Run) -> Vec<(String, String)> {
    let names = run.simulation.world().names();
    run.each(|event| match *event {
        Event::SocketDisconnected { by, reason, .. } => {
            Some((names.text(by.0).to_owned(), names.text(reason).to_owned()))
        }
        _ => None,
    })
}

fn said(by: &str, why: &str) -> (String, String) {
    (by.to_owned(), why.to_owned())
}

fn where_is(simulation: &Simulation, message: u32) -> Vec<&'static str> {
    simulation.whereabouts(MessageId(message)).into_iter().map(|place| place.sentence.key).collect()
}

#[test]
fn going_back_and_forth_leads_to_the_same_state_whole_and_in_packets() {
    for text in SCENARIOS {
        for carrier in ["messages", "packets"] {
            let mut document: Json = serde_json::from_str(text).expect("it ships");
            document["carrier"] = carrier.into();
            let mut simulation = start(&document);
            let end = Time::from_us(9_000_000);
            simulation.run_until(end);
            let (hash, snapshot) = (simulation.facts_hash(), simulation.snapshot());
            for back in [6_250_000, 100_000, 5_400_000] {
                simulation.seek(Time::from_us(back));
                simulation.run_until(end);
                assert_eq!(simulation.facts_hash(), hash, "{carrier} from {back}");
                assert_eq!(simulation.snapshot(), snapshot, "{carrier} from {back}");
            }
            assert!(simulation.step_back() && simulation.step());
            simulation.run_until(end);
            assert_eq!(simulation.facts_hash(), hash);
        }
    }
}

/// tests/conformance/socketio/disconnect-by-client.json and disconnect-by-server.json: the reasons on both sides; and
/// socket.io/docs/v4/client-socket-instance, "disconnect": after these two there is no reconnection.
#[test]
fn who_disconnects_on_purpose_does_not_come_back_by_itself() {
    let mut simulation = start(&document(json!({}), json!({})));
    simulation.run_until(Time::from_us(1_000_000));
    give(&mut simulation, json!({ "command": "disconnect", "node": "B" }));
    let run = until(simulation, 20_000);
    assert_eq!(
        disconnections(&run),
        [said("B", "io client disconnect"), said("S", "client namespace disconnect")]
    );
    assert_eq!(run.browser("B").life, "down");
    let Run { mut simulation, .. } = run;
    give(&mut simulation, json!({ "command": "reconnect", "node": "browser:B" }));
    simulation.run_until(Time::from_us(21_000_000));
    give(&mut simulation, json!({ "command": "disconnect_sockets", "node": "S" }));
    let run = until(simulation, 40_000);
    assert_eq!(
        disconnections(&run),
        [said("S", "server namespace disconnect"), said("B", "io server disconnect")]
    );
    assert_eq!(run.browser("B").life, "down");
}

/// socket.io/docs/v4/how-it-works, "Disconnection detection": a client that hears no ping within `pingInterval +
/// pingTimeout` is disconnected, and a server that gets no pong within `pingTimeout`.
#[test]
fn a_cut_link_is_noticed_by_the_heartbeat_alone() {
    let options = json!({ "options": { "ping_interval_us": 2_000_000, "ping_timeout_us": 1_000_000 } });
    let mut simulation = start(&document(json!({ "socket_io": { "reconnection": false } }), options));
    simulation.run_until(Time::from_us(3_000_000));
    give(&mut simulation, json!({ "command": "cut_link", "node": "B" }));
    assert!(!simulation.snapshot().links[0].is_up);
    let run = until(simulation, 20_000);
    assert_eq!(disconnections(&run), [said("B", "ping timeout"), said("S", "ping timeout")]);
    let at = run.all(|event| matches!(event, Event::SocketDisconnected { .. }).then_some(()));
    // The session begins when the request has come, at 10 ms; the first ping goes at 2.01 s and is heard at 2.02 s,
    // which is the browser's last sign of life: it waits for another 3 s. The answer to it is there at 2.03 s; the next
    // ping goes 2 s later, and the server waits for 1 s.
    assert_eq!(at.iter().map(|each| each.0).collect::<Vec<_>>(), [5_020_000, 5_030_000]);
}

/// socket.io/docs/v4/client-options, "reconnectionDelay": 1 s, 2 s, 4 s, 5 s without chance; "reconnectionAttempts".
#[test]
fn a_client_comes_back_with_a_delay_that_doubles() {
    let client = json!({ "socket_io": { "randomization_factor": 0, "reconnection_attempts": 4 } });
    let mut simulation = start(&document(client, json!({})));
    simulation.run_until(Time::from_us(1_000_000));
    give(&mut simulation, json!({ "command": "restart_server", "node": "S", "down_us": 60_000_000 }));
    assert!(
        refused(&mut simulation, json!({ "command": "emit", "node": "S", "event": "a" })).contains("down")
    );
    let run = until(simulation, 30_000);
    let planned = run.all(|event| match *event {
        Event::ReconnectPlanned { attempt, at, .. } => Some((attempt, at.as_us())),
        _ => None,
    });
    let delays: Vec<(u64, u64)> = planned.iter().map(|(now, (attempt, at))| (*attempt, at - now)).collect();
    assert_eq!(delays, [(1, 1_000_000), (2, 2_000_000), (3, 4_000_000), (4, 5_000_000)]);
    assert_eq!(disconnections(&run), [said("B", "transport close")]);
    let failed = run.all(|event| matches!(event, Event::RequestFailed { .. }).then_some(()));
    assert_eq!(failed.len(), 4, "each attempt is refused");
    let NodeState::Server(state) = run.state("server:S") else { panic!("it is one") };
    assert_eq!((state.is_back, state.ports.len()), (Some(61_000_000), 0));
}

/// socket.io/docs/v4/emitting-events: acknowledgements with a timeout, volatile events; /docs/v4/client-offline-behavior.
#[test]
fn events_are_acknowledged_buffered_dropped_or_given_up() {
    let on = json!({ "namespaces": [{ "name": "/", "on": { "ask": [{ "acknowledge": ["yes"] }] } }] });
    let client = json!({ "socket_io": { "auto_connect": false } });
    let mut simulation = start(&document(client, on));
    let emit = |event: &str, more: Json| {
        let mut command = json!({ "command": "emit", "node": "B", "event": event });
        merge(&mut command, more);
        command
    };
    simulation.run_until(Time::from_us(100_000));
    give(&mut simulation, emit("ask", json!({ "ack": true })));
    give(&mut simulation, emit("late", json!({ "timeout_us": 500_000 })));
    assert_eq!([1, 2].map(|message| where_is(&simulation, message)), [["where.in-client"]; 2]);
    simulation.run_until(Time::from_us(1_000_000));
    give(&mut simulation, json!({ "command": "reconnect", "node": "B" }));
    simulation.run_until(Time::from_us(2_000_000));
    give(&mut simulation, emit("unheard", json!({ "timeout_us": 300_000 })));
    give(&mut simulation, emit("fickle", json!({ "volatile": true })));
    let run = until(simulation, 3_000);
    let answered = run.all(|event| match *event {
        Event::AnswerReceived { message, .. } => Some(message.0),
        _ => None,
    });
    // The handshake takes 20 ms, joining 20 ms, the event and its acknowledgement 20 ms.
    assert_eq!(answered, [(1_060_000, 1)]);
    let missing = run.all(|event| match *event {
        Event::AnswerMissing { message, rule: Rule::EventAcknowledgement, .. } => Some(message.0),
        _ => None,
    });
    assert_eq!(missing[0], (600_000, 2));
    assert_eq!((missing.len(), missing[1].0), (2, 2_300_000));
    let dropped = run.each(|event| match *event {
        Event::EventDropped { message, rule, .. } => Some((message.0, rule)),
        _ => None,
    });
    assert_eq!(dropped, [(2, Rule::EventAcknowledgement)], "it is not sent when its time is over");
    let names = run.simulation.world().names();
    let taken = run.each(|event| match *event {
        Event::EventReceived { by, event, .. } if run.is(by, "S") => Some(names.text(event).to_owned()),
        _ => None,
    });
    assert_eq!(taken, ["ask", "unheard", "fickle"]);
}

/// socket.io/docs/v4/delivery-guarantees, "At least once": with `retries` an event is sent until it is acknowledged.
#[test]
fn with_retries_an_event_that_was_lost_is_sent_again() {
    let client =
        json!({ "socket_io": { "retries": 3, "ack_timeout_us": 2_000_000, "randomization_factor": 0 } });
    let on = json!({ "namespaces": [{ "name": "/", "on": { "order": [{ "acknowledge": [] }] } }] });
    let mut simulation = start(&document(client, on));
    simulation.run_until(Time::from_us(1_000_000));
    give(&mut simulation, json!({ "command": "emit", "node": "B", "event": "order" }));
    // It is on its way when the server's program ends.
    give(&mut simulation, json!({ "command": "restart_server", "node": "S", "down_us": 100_000 }));
    let message = simulation.world().recorder().motion().under_way(MessageId(2), simulation.now()).count();
    assert_eq!(message, 1);
    let run = until(simulation, 6_000);
    let sent = run.each(|event| match *event {
        Event::EventSent { message, attempt, .. } => Some((message.0, attempt)),
        _ => None,
    });
    assert_eq!(sent, [(2, 1), (2, 2)]);
    let lost = run.each(|event| match *event {
        Event::EventLost { message, to, rule: Rule::AtMostOnce, .. } => Some((message.0, run.is(to, "S"))),
        _ => None,
    });
    assert_eq!(lost, [(2, true)]);
    let taken = run.received("S");
    assert_eq!(taken.iter().map(|each| each.1).collect::<Vec<_>>(), [2]);
}

/// socket.io/docs/v4/middlewares: an error in a middleware is a `connect_error`; /docs/v4/rooms: a room is left with the
/// connection, and an event to a room goes to its members.
#[test]
fn middlewares_and_rooms_decide_who_gets_what() {
    let server = json!({ "namespaces": [
        { "name": "/", "on": { "connection": [{ "join": "lobby" }] } },
        { "name": "/admin", "auth": { "token": "secret", "message": "not you" } }
    ] });
    let client = |token: &str| json!({ "socket_io": { "namespaces": [{ "name": "/" }, { "name": "/admin", "auth": { "token": token } }] } });
    let mut simulation = start(&document(client("guess"), server.clone()));
    simulation.run_until(Time::from_us(1_000_000));
    let emit = |room: &str| json!({ "command": "emit", "node": "S", "event": "hello", "rooms": [room] });
    give(&mut simulation, emit("lobby"));
    give(&mut simulation, emit("cellar"));
    let run = until(simulation, 2_000);
    let names = run.simulation.world().names();
    let refused = run.each(|event| match *event {
        Event::NamespaceRefused { namespace, reason, rule: Rule::Middleware, .. } => {
            Some((names.text(namespace).to_owned(), names.text(reason).to_owned()))
        }
        _ => None,
    });
    assert_eq!(refused, [("/admin".to_owned(), "not you".to_owned())]);
    assert_eq!(run.received("B").len(), 1, "it is in one of the rooms");
    let NodeState::Server(state) = run.state("server:S") else { panic!("it is one") };
    assert_eq!(
        (&*state.ports[0].namespaces, &*state.ports[0].rooms),
        (&["/".to_owned()][..], &["lobby".to_owned()][..])
    );
    let [main, admin] = &*state.paths[0].namespaces else { panic!("there are two") };
    assert_eq!((main.sockets, main.token.as_deref()), (1, None));
    assert_eq!((admin.sockets, admin.token.as_deref()), (0, Some("\"secret\"")));
    let let_in = until(start(&document(client("secret"), server)), 1_000);
    assert_eq!(let_in.browser("B").namespaces, ["/", "/admin"]);
}

/// RFC 6202 section 2.1: the server holds the request until there is something; RFC 9110 section 9.3.1: a GET gets what
/// is there, and a feed forgets.
#[test]
fn lines_wait_in_the_feed_and_requests_at_the_server() {
    let document = json!({
        "queuescope": 1,
        "servers": [{ "id": "F", "path": "/f", "feed": { "keeps": 2 } }],
        "browsers": [
            { "id": "L", "server": "F", "long_polling": { "wait_us": 3_000_000 } },
            { "id": "P", "server": "F", "polling": { "interval_us": 5_000_000 } }
        ],
        "links": [{ "between": ["L", "F"], "latency_us": 10_000 }, { "between": ["P", "F"], "latency_us": 10_000 }]
    });
    let mut simulation = start(&document);
    simulation.run_until(Time::from_us(1_000_000));
    assert_eq!(where_is(&simulation, 1), ["where.held"], "L's request");
    for text in ["one", "two", "three"] {
        give(&mut simulation, json!({ "command": "say", "node": "F", "text": text }));
    }
    assert_eq!(where_is(&simulation, 3), ["where.to-node"], "forgotten, but on its way to L");
    assert_eq!(where_is(&simulation, 5), ["where.in-feed"]);
    let run = until(simulation, 6_000);
    assert_eq!(run.not_received("P"), [(3, Rule::WhatIsThere)]);
    assert_eq!(
        run.received("L").iter().map(|each| each.0).collect::<Vec<_>>(),
        [1_010_000, 1_030_000, 1_030_000]
    );
    assert_eq!(run.received("P").iter().map(|each| each.0).collect::<Vec<_>>(), [5_020_000, 5_020_000]);
    // L asks anew at 1.01 s, has the other two at 1.03 s, asks again; that waits for 3 s, and the next one, too.
    let asked = run.all(|event| match *event {
        Event::RequestSent { browser, .. } if run.is(browser, "L") => Some(()),
        _ => None,
    });
    assert_eq!(asked.iter().map(|each| each.0).collect::<Vec<_>>(), [0, 1_010_000, 1_030_000, 4_050_000]);
}

#[test]
fn a_page_that_is_closed_loses_what_it_had_and_begins_anew() {
    let mut simulation = start(&document(json!({ "socket_io": { "auto_connect": false } }), json!({})));
    simulation.run_until(Time::from_us(500_000));
    give(&mut simulation, json!({ "command": "emit", "node": "B", "event": "draft" }));
    give(&mut simulation, json!({ "command": "crash", "node": "B" }));
    assert!(refused(&mut simulation, json!({ "command": "publish", "node": "B" })).contains("no page open"));
    give(&mut simulation, json!({ "command": "recover", "node": "B" }));
    let run = until(simulation, 1_000);
    let lost = run.each(|event| match *event {
        Event::EventLost { message, rule, .. } => Some((message.0, rule)),
        _ => None,
    });
    assert_eq!(lost, [(1, Rule::OfflineBuffer)]);
    assert_eq!(run.browser("B").waiting, 0);
}

#[test]
fn what_cannot_be_done_is_refused_with_the_reason() {
    let mut simulation = start(&document(json!({}), json!({})));
    let before = simulation.snapshot();
    for (command, words) in [
        (json!({ "command": "emit", "node": "B", "event": "a", "namespace": "/x" }), "namespace"),
        (json!({ "command": "emit", "node": "B", "event": "a", "rooms": ["r"] }), "rooms"),
        (json!({ "command": "say", "node": "B", "text": "a" }), "cannot do that"),
        (json!({ "command": "say", "node": "S", "text": "a" }), "no server that can"),
        (json!({ "command": "purge", "node": "B" }), "no queue"),
        (json!({ "command": "recover", "node": "B" }), "open already"),
        (json!({ "command": "restore_link", "node": "B" }), "up already"),
        (json!({ "command": "crash", "node": "S" }), "is a server"),
        (json!({ "command": "emit", "node": "X", "event": "a" }), "browser:B, server:S"),
    ] {
        let said = refused(&mut simulation, command.clone());
        assert!(said.contains(words), "{command}: {said}");
    }
    assert_eq!(simulation.snapshot(), before);
    let reserved = json!({ "command": "emit", "node": "B", "event": "connect" });
    assert_eq!(Command::from_json(&reserved).expect_err("it is Socket.IO's own").place(), "event");
}

#[test]
fn broken_browsers_get_the_place() {
    let place = |browser: Json| {
        let document = document(browser, json!({}));
        scenario::read(&document.to_string()).expect_err("the document is wrong").place()
    };
    for (browser, at) in [
        (json!({ "server": "X" }), "browsers[0].server"),
        (json!({ "id": "S" }), "browsers[0].id"),
        (json!({ "polling": { "interval_us": 1 } }), "browsers[0]"),
        (json!({ "says": ["a"] }), "browsers[0].says"),
        (json!({ "limit": 3 }), "browsers[0].limit"),
        (json!({ "arrivals": { "constant": { "interval_us": 1 } } }), "browsers[0].arrivals"),
        (json!({ "socket_io": { "transport": [] } }), "browsers[0].socket_io.transport"),
        (json!({ "socket_io": { "transports": ["tcp"] } }), "browsers[0].socket_io.transports[0]"),
        (
            json!({ "socket_io": { "reconnection_delay_us": 0 } }),
            "browsers[0].socket_io.reconnection_delay_us",
        ),
        (
            json!({ "socket_io": { "emits": [{ "event": "a", "namespace": "/b" }] } }),
            "browsers[0].socket_io.emits[0]",
        ),
        (json!({ "socket_io": { "on": { "a": [{ "join": "b" }] } } }), "browsers[0].socket_io.on.a[0].join"),
        (
            json!({ "socket_io": { "on": { "connect": [{ "acknowledge": [] }] } } }),
            "browsers[0].socket_io.on.connect[0].acknowledge",
        ),
        (
            json!({ "socket_io": { "on": { "connect": [{ "on": { "a": [{ "emit": { "event": 1 } }] } }] } } }),
            "browsers[0].socket_io.on.connect[0].on.a[0].emit.event",
        ),
    ] {
        assert_eq!(place(browser.clone()), at, "{browser}");
    }
    let feed = json!({ "queuescope": 1, "servers": [{ "id": "F", "feed": {}, "limit": 1 }] });
    assert_eq!(scenario::read(&feed.to_string()).expect_err("no arrivals").place(), "servers[0].limit");
    let polls = json!({
        "queuescope": 1,
        "servers": [{ "id": "S" }],
        "browsers": [{ "id": "B", "server": "S", "polling": { "interval_us": 1 } }]
    });
    assert_eq!(scenario::read(&polls.to_string()).expect_err("no feed").place(), "browsers[0].server");
}
