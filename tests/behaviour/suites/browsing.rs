//! Browsers and servers: each scenario must show what the documentation says happens.

use super::run::Run;
use queuescope::facts::{Event, Rule};
use queuescope::simulation::{BrowserState, NodeState};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! scenario {
    ($name:literal) => {
        Run::of(include_str!(concat!("../../../scenarios/", $name, ".json")))
    };
}

pub trait Browsers {
    fn browser(&self, name: &str) -> BrowserState;
    /// The messages that a browser or a server gets, each with its time.
    fn received(&self, by: &str) -> Vec<(u64, u32)>;
    /// The messages that somebody makes or passes on.
    fn emitted(&self, by: &str) -> Vec<(u64, u32)>;
    /// What a browser does not get, with the rule behind that: missed, or lost on the way.
    fn not_received(&self, by: &str) -> Vec<(u32, Rule)>;
}

impl Browsers for Run {
    fn browser(&self, name: &str) -> BrowserState {
        match self.state(&format!("browser:{name}")) {
            NodeState::Browser(state) => state,
            other => panic!("{other:?} is no browser"),
        }
    }

    fn received(&self, name: &str) -> Vec<(u64, u32)> {
        self.all(|event| match *event {
            Event::EventReceived { by, message, .. } if self.is(by, name) => Some(message.0),
            _ => None,
        })
    }

    fn emitted(&self, name: &str) -> Vec<(u64, u32)> {
        self.all(|event| match *event {
            Event::EventEmitted { by, message, .. } if self.is(by, name) => Some(message.0),
            _ => None,
        })
    }

    fn not_received(&self, name: &str) -> Vec<(u32, Rule)> {
        self.each(|event| match *event {
            Event::EventMissed { browser: by, message, rule, .. }
            | Event::EventLost { to: by, message, rule, .. }
                if self.is(by, name) =>
            {
                Some((message.0, rule))
            }
            _ => None,
        })
    }
}

fn numbers(messages: &[(u64, u32)]) -> Vec<u32> {
    messages.iter().map(|(_, message)| *message).collect()
}

/// socket.io/docs/v4/delivery-guarantees: "there is no such buffer on the server, which means that any event that was
/// missed by a disconnected client will not be transmitted to that client upon reconnection"; "a disconnected client
/// will buffer events until reconnection".
#[test]
fn a_socket_io_server_keeps_nothing_for_a_client_that_is_away() {
    let run = scenario!("missed-events");
    let (sent, got) = (run.emitted("plain"), run.received("reader"));
    // It is away from 5.3 s on; the events of 6 s and 7 s find nobody, the last one is on its way at the end.
    let missed: Vec<u32> =
        sent.iter().filter(|(at, _)| (5_300_000..7_460_000).contains(at)).map(|(_, each)| *each).collect();
    assert_eq!(missed.len(), 2);
    let rules = run.not_received("reader");
    assert_eq!(rules, missed.iter().map(|message| (*message, Rule::AtMostOnce)).collect::<Vec<_>>());
    let all: Vec<u32> = numbers(&sent)[..15].iter().copied().filter(|each| !missed.contains(each)).collect();
    assert_eq!(numbers(&got), all);
    let note = run.emitted("reader")[0];
    assert_eq!(note.0, 6_200_000);
    let buffered = run.each(|event| match *event {
        Event::EventBuffered { message, rule, .. } => Some((message.0, rule)),
        _ => None,
    });
    assert_eq!(buffered, [(note.1, Rule::OfflineBuffer)]);
    // The attempt comes 2 s after 5.3 s; handshake and joining take two round trips of 160 ms, the way 80 ms.
    assert_eq!(run.received("plain"), [(5_300_000 + 2_000_000 + 320_000 + 80_000, note.1)]);
}

/// socket.io/docs/v4/connection-state-recovery: missed packets are sent upon reconnection, and `socket.recovered` is
/// true; a client without an offset, that is, without any event before, cannot be recovered.
#[test]
fn connection_state_recovery_sends_what_was_missed_after_the_last_event() {
    let run = scenario!("missed-events");
    assert!(run.not_received("returner").is_empty());
    let in_main: Vec<u32> = numbers(&run.emitted("keeping"));
    let got = numbers(&run.received("returner"));
    assert!(got.is_sorted() && got.len() == 15, "{got:?}");
    assert!(got.iter().all(|message| in_main.contains(message)));
    let joined = run.each(|event| match *event {
        Event::NamespaceJoined { browser, recovered, .. } => {
            let names = run.simulation.world().names();
            Some((names.text(browser.0).to_owned(), names.text(recovered) == "true"))
        }
        _ => None,
    });
    let of = |name: &str| joined.iter().filter(|each| each.0 == name).map(|each| each.1).collect::<Vec<_>>();
    assert_eq!(
        (of("returner"), of("quiet"), of("reader")),
        (vec![false, true], vec![false; 2], vec![false; 2])
    );
    let kept = run.each(|event| match *event {
        Event::EventKept { browser, message, .. } if run.is(browser, "quiet") => Some(message.0),
        _ => None,
    });
    assert_eq!(run.not_received("quiet"), [(kept[0], Rule::ConnectionStateRecovery)]);
    assert_eq!(numbers(&run.received("quiet")).len(), 1, "what is sent later arrives");
}

/// socket.io/docs/v4/client-socket-instance, "connect": "a new handler will be registered every time the Socket
/// reconnects".
#[test]
fn listeners_in_the_connect_handler_add_up() {
    let run = scenario!("listeners-add-up");
    let handled = run.all(|event| match *event {
        Event::EventHandledAgain { browser, count, rule: Rule::ListenersAddUp, .. } => {
            assert!(run.is(browser, "careless"));
            Some(count)
        }
        _ => None,
    });
    let expected =
        |at: u64| (at > 4_200_000).then(|| 2 + u64::from(at > 8_200_000) + u64::from(at > 12_200_000));
    for (at, _) in run.received("careless") {
        let count = handled.iter().find(|each| each.0 == at).map(|each| each.1);
        assert_eq!(count, expected(at), "at {at}");
    }
    assert_eq!(handled.last().map(|each| each.1), Some(4), "one for each connection");
    assert_eq!(run.received("careless"), run.received("careful"), "nothing is sent twice");
}

/// RFC 6455 section 1.5: the protocol is "as close to just exposing raw TCP to script as possible"; section 7.1.5: 1006
/// when no close frame came.
#[test]
fn a_websocket_keeps_order_and_nothing_else() {
    let run = scenario!("websocket-breaks");
    let sent = run.emitted("ticker");
    assert_eq!(sent.len(), 40);
    let got = numbers(&run.received("socket"));
    assert!(got.is_sorted());
    let gone = run.not_received("socket");
    assert!(gone.iter().all(|(_, rule)| *rule == Rule::WebSocketPromises));
    // It breaks at 6.05 s. What was sent in the 400 ms before does not arrive; nor what is sent until the server has
    // taken another one, 1 s later and after another 400 ms.
    let lost = |at: u64| (6_050_000 - 400_000..6_050_000 + 1_000_000 + 400_000).contains(&at);
    let expected: Vec<u32> = sent.iter().filter(|(at, _)| lost(*at)).map(|(_, message)| *message).collect();
    let mut gone: Vec<u32> = gone.into_iter().map(|(message, _)| message).collect();
    gone.sort_unstable();
    assert_eq!(gone, expected);
    // The first is said at 0.3 s; the WebSocket comes to the server at 0.4 s.
    let all = numbers(&sent).into_iter().skip(1).filter(|message| !expected.contains(message));
    assert_eq!(got, all.collect::<Vec<u32>>());
    let codes = run.each(|event| match *event {
        Event::WebSocketEnded { code, .. } => Some(code),
        _ => None,
    });
    assert_eq!(codes, [1006]);
    assert_eq!(
        numbers(&run.received("waits")),
        numbers(&sent),
        "it asks for what comes after the last one it has"
    );
}

/// RFC 6202 sections 2.1 and 2.2: long polling delivers without the delay of the interval, and costs a request for each
/// delivery; with a WebSocket one request is all.
#[test]
fn three_ways_cost_different_requests_octets_and_time() {
    let run = scenario!("three-ways");
    let [polls, waits, socket] = ["polls", "waits", "socket"].map(|name| run.browser(name));
    assert_eq!([polls.missed, waits.missed, socket.missed], [0; 3]);
    let interval = 1_000_000;
    assert!((interval / 4..interval).contains(&polls.latency_mean), "{}", polls.latency_mean);
    // A line takes the latency of 60 ms; one that comes while a browser asks anew waits for that.
    assert!(waits.latency_mean >= 60_000 && waits.latency_mean < 60_000 + 120_000, "{}", waits.latency_mean);
    assert!(socket.latency_mean >= 60_000 && socket.latency_mean <= waits.latency_mean);
    assert_eq!(socket.requests, 1);
    // 30 s at one a second, beside what it says itself; and one for each line or more.
    assert!(polls.requests >= 30 && waits.requests >= waits.received);
    let octets = |state: &BrowserState| state.octets_sent + state.octets_received;
    assert!(octets(&socket) * 4 < octets(&waits).min(octets(&polls)));
    let held = run.each(|event| match *event {
        Event::RequestHeld { browser, rule, .. } => Some((run.is(browser, "waits"), rule)),
        _ => None,
    });
    assert!(!held.is_empty() && held.iter().all(|each| *each == (true, Rule::LongPolling)));
}

/// socket.io/docs/v4/how-it-works: polling first, then a WebSocket; "the client will stay with HTTP long-polling" where
/// that fails. tests/conformance/socketio/transport-upgrade.json: the requests of an upgrade.
#[test]
fn an_upgrade_that_is_blocked_stays_with_polling_and_loses_nothing() {
    let run = scenario!("transports");
    let names = ["polling", "websocket", "upgrade", "blocked"];
    let transports = names.map(|name| run.browser(name).transport.expect("it is connected"));
    assert_eq!(transports, ["polling", "websocket", "websocket", "polling"]);
    let ticks = run.emitted("server").len();
    for name in names {
        let state = run.browser(name);
        assert_eq!((state.received as usize, state.missed), (ticks - 1, 0), "{name}: the last is on its way");
        assert_eq!(state.sent, 5, "{name}");
    }
    let requests = |name: &str| {
        run.each(|event| match *event {
            Event::RequestSent { browser, method, target, .. } if run.is(browser, name) => {
                let names = run.simulation.world().names();
                Some(format!("{} {}", names.text(method), names.text(target)))
            }
            _ => None,
        })
    };
    let [get, post] = ["GET", "POST"].map(|method| format!("{method} /socket.io/?transport=polling"));
    let websocket = "GET /socket.io/?transport=websocket".to_owned();
    assert_eq!(requests("websocket"), std::slice::from_ref(&websocket));
    // The handshake; joining the namespace, trying the WebSocket, the next poll; the poll that is released.
    assert_eq!(requests("upgrade"), [&get, &post, &websocket, &get, &get].map(String::clone));
    assert!(requests("blocked").len() > 20);
    let outcome = |pick: fn(&Event) -> Option<queuescope::facts::ClientName>| {
        run.each(pick).into_iter().map(|client| run.simulation.world().names().text(client.0).to_owned())
    };
    let upgraded: Vec<String> = outcome(|event| match *event {
        Event::TransportUpgraded { browser, .. } => Some(browser),
        _ => None,
    })
    .collect();
    let failed: Vec<String> = outcome(|event| match *event {
        Event::UpgradeFailed { browser, .. } => Some(browser),
        _ => None,
    })
    .collect();
    assert_eq!((upgraded, failed), (vec!["upgrade".to_owned()], vec!["blocked".to_owned()]));
    let pings = run.all(|event| match *event {
        Event::HeartbeatSent { from, to, packet, .. }
            if run.is(from, "server") && run.is(to, "websocket") =>
        {
            Some(run.simulation.world().names().text(packet).to_owned())
        }
        _ => None,
    });
    // The first 4 s after the session began at 80 ms, the next 4 s after the answer to it, a round trip later.
    let at: Vec<u64> = pings.iter().map(|each| each.0).collect();
    assert_eq!(at, [4_080_000, 8_240_000, 12_400_000]);
    assert!(pings.iter().all(|each| each.1 == "ping"));
}

/// socket.io/docs/v4/delivery-guarantees against rabbitmq.com/docs/queues and /docs/confirms.
#[test]
fn an_event_is_missed_where_a_message_waits() {
    let run = scenario!("event-or-message");
    let (sent, missed) = (run.emitted("live").len(), run.not_received("reader"));
    assert_eq!(sent, 14);
    assert_eq!(run.received("reader").len() + missed.len(), sent, "each is received or accounted for");
    // 5.03 s to 10.03 s, and what was on its way.
    assert!(missed.len() >= 5 && missed.iter().all(|(_, rule)| *rule == Rule::AtMostOnce));
    let NodeState::Consumer { finished, .. } = run.state("consumer:worker") else { panic!("it is one") };
    assert_eq!((finished, run.published("newsroom").len()), (14, 14));
}
