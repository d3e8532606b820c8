//! A scenario's servers: what is read, what is refused with its place, and what the handlers do.

use queuescope::actors::Site;
use queuescope::realtime::engine_io::AllowedOrigins;
use queuescope::realtime::http::{Headers, Request};
use queuescope::realtime::websocket::Message;
use queuescope::realtime::{ExchangeId, Input, Output, Service};
use queuescope::scenario::{self, ServerKind};
use queuescope::simulation::declared_site;
use queuescope::time::{Span, Time};
use serde_json::{Value as Json, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const ECHO: &str = include_str!("../../../src/terminal/gateway/echo.json");

/// The error after setting one value in the echo scenario, by its JSON pointer.
fn broken(pointer: &str, value: Json) -> (&'static str, String) {
    let mut document: Json = serde_json::from_str(ECHO).expect("it is JSON");
    *document.pointer_mut(pointer).expect("the place is there") = value;
    let error = scenario::read(&document.to_string()).expect_err("the document is wrong");
    (error.code(), error.place())
}

/// The settings are those of the servers against which the public test suites are run: socket.io's
/// docs/engine.io-protocol/v4-test-suite and docs/socket.io-protocol/v5-test-suite.
#[test]
fn the_echo_scenario_has_the_settings_of_the_public_test_suites() {
    let (_, scenario) = scenario::read(ECHO).expect("it is right");
    assert_eq!(scenario.servers.len(), 3);
    let ServerKind::SocketIo { options, namespaces, .. } = &scenario.servers[0].kind else {
        panic!("the first one is Socket.IO");
    };
    assert_eq!(scenario.servers[0].path, "/socket.io/");
    assert_eq!(options.engine.ping_interval, Span::from_ms(300));
    assert_eq!(options.engine.ping_timeout, Span::from_ms(200));
    assert_eq!(options.engine.max_http_buffer_size, 1_000_000);
    assert_eq!(options.connect_timeout, Span::from_ms(1_000));
    assert_eq!(options.engine.cors.as_ref().map(|cors| &cors.origins), Some(&AllowedOrigins::Any));
    assert_eq!(namespaces.keys().collect::<Vec<_>>(), ["/", "/custom"]);
    let ServerKind::EngineEcho { options } = &scenario.servers[1].kind else {
        panic!("the second one is Engine.IO");
    };
    assert_eq!((options.path.as_str(), options.ping_interval), ("/engine.io/", Span::from_ms(300)));
}

#[test]
fn broken_servers_get_the_place() {
    let on = "/servers/0/namespaces/0/on";
    let in_on = |place: &str| format!("servers[0].namespaces[0].on.{place}");
    for (pointer, value, place) in [
        ("/servers/0/path", json!("socket.io"), "servers[0].path".to_owned()),
        ("/servers/0/id", json!("engine.io"), "servers[1].id".to_owned()),
        ("/servers/1/path", json!("/socket.io/engine/"), "servers[1].path".to_owned()),
        ("/servers/1/engine", json!("socket.io"), "servers[1].engine".to_owned()),
        ("/servers/0/options", json!({ "pingInterval": 1 }), "servers[0].options.pingInterval".to_owned()),
        ("/servers/0/options/ping_interval_us", json!(0), "servers[0].options.ping_interval_us".to_owned()),
        ("/servers/0/options/cors", json!({ "origin": 3 }), "servers[0].options.cors.origin".to_owned()),
        (
            "/servers/0/options",
            json!({ "transports": ["polling", "tcp"] }),
            "servers[0].options.transports[1]".to_owned(),
        ),
        ("/servers/0/namespaces/0/name", json!("main"), "servers[0].namespaces[0].name".to_owned()),
        (on, json!({ "message": {} }), in_on("message")),
        (on, json!({ "message": [{ "emitt": {} }] }), in_on("message[0].emitt")),
        (on, json!({ "message": [{}] }), in_on("message[0]")),
        (on, json!({ "message": [{ "join": "a", "leave": "b" }] }), in_on("message[0]")),
        (on, json!({ "message": [{ "emit": { "args": [] } }] }), in_on("message[0].emit")),
        (
            on,
            json!({ "message": [{ "emit": { "event": "a", "args": "as it was" } }] }),
            in_on("message[0].emit.args"),
        ),
        (
            on,
            json!({ "message": [{ "acknowledge": [{ "$": "args" }] }] }),
            in_on("message[0].acknowledge[0].$"),
        ),
        (on, json!({ "connection": [{ "acknowledge": [] }] }), in_on("connection[0].acknowledge")),
        (on, json!({ "a": [{ "emit": { "event": "a", "rooms": [] } }] }), in_on("a[0].emit.rooms")),
    ] {
        assert_eq!(broken(pointer, value), ("scenario.invalid", place));
    }
    let neither =
        scenario::read(r#"{ "queuescope": 1, "servers": [] }"#).expect_err("there is nothing in it");
    assert!(neither.to_string().contains("\"broker\""), "{neither}");
}

/// A client over WebSocket, whose messages reach the servers at once.
struct Client {
    site: Site,
    now: Time,
    /// Texts that have come and nobody has asked for.
    unread: Vec<String>,
}

const EXCHANGE: ExchangeId = ExchangeId(1);

impl Client {
    fn open(site: Site, target: &str) -> Client {
        let headers: Headers = [("Upgrade", "websocket")].into_iter().collect();
        let request = Request { method: "GET".into(), target: target.into(), headers, body: Vec::new() };
        let mut client = Client { site, now: Time::from_us(1), unread: Vec::new() };
        client.site.handle(client.now, Input::Request { exchange: EXCHANGE, request });
        client
    }

    fn say(&mut self, text: &str) {
        let message = Message::Text(text.to_owned());
        self.site.handle(self.now, Input::Message { exchange: EXCHANGE, message });
    }

    /// The texts that have come.
    fn heard(&mut self) -> Vec<String> {
        self.listen();
        std::mem::take(&mut self.unread)
    }

    /// Fetches what there is to fetch, as a service wants it after everything that reaches it.
    fn listen(&mut self) {
        let outputs = std::iter::from_fn(|| self.site.poll_output());
        let text = |output| match output {
            Output::Send { message: Message::Text(text), .. } => Some(text),
            _ => None,
        };
        self.unread.extend(outputs.filter_map(text));
    }

    fn wait_until(&mut self, ms: u64) {
        let end = Time::from_us(ms * 1_000);
        while let Some(due) = self.site.next_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.site.handle_timeout(due);
            self.listen();
        }
        self.now = end;
    }
}

fn client(document: &str, seed: u64) -> Client {
    let (_, scenario) = scenario::read(document).expect("it is right");
    Client::open(declared_site(&scenario.servers, seed), "/socket.io/?EIO=4&transport=websocket")
}

#[test]
fn handlers_answer_as_they_are_written_down() {
    let mut client = client(ECHO, 1);
    client.say("40{\"token\":7}");
    let heard = client.heard();
    assert!(heard[0].starts_with("0{\"sid\":"), "{heard:?}");
    assert_eq!(heard[2], "42[\"auth\",{\"token\":7}]");
    client.say("42[\"message\",1,{\"b\":2,\"a\":[]}]");
    client.say("425[\"message-with-ack\",\"x\"]");
    client.say("426[\"nobody knows this\"]");
    let expected = ["42[\"message-back\",1,{\"b\":2,\"a\":[]}]", "435[\"x\"]"];
    assert_eq!(client.heard(), expected);
}

#[test]
fn an_action_may_come_later_and_a_copy_does_the_same() {
    let document = json!({
        "queuescope": 1,
        "servers": [{ "id": "S", "namespaces": [{ "name": "/", "on": { "later": [
            { "emit": { "event": "at once" } },
            { "after_us": 250_000, "emit": { "event": "after", "args": [{ "event": { "$": "event" }, "one": 1 }] } },
        ] } }] }],
    });
    let mut client = client(&document.to_string(), 1);
    client.say("40");
    client.heard();
    client.say("42[\"later\"]");
    assert_eq!(client.heard(), ["42[\"at once\"]"]);
    let mut copy = Client { site: client.site.clone(), now: client.now, unread: Vec::new() };
    for each in [&mut client, &mut copy] {
        each.wait_until(249);
        assert_eq!(each.heard(), [""; 0]);
        each.wait_until(251);
        assert_eq!(each.heard(), ["42[\"after\",{\"event\":\"later\",\"one\":1}]"]);
    }
}

#[test]
fn identifiers_come_from_the_seed() {
    let first = |seed| client(ECHO, seed).heard().remove(0);
    assert_eq!(first(1), first(1));
    assert_ne!(first(1), first(2));
}

#[test]
fn a_request_that_belongs_to_no_server_is_answered_404() {
    let (_, scenario) = scenario::read(ECHO).expect("it is right");
    let mut client = Client::open(declared_site(&scenario.servers, 1), "/nowhere");
    let Some(Output::Respond { exchange: EXCHANGE, response }) = client.site.poll_output() else {
        panic!("there is no response");
    };
    assert_eq!(response.status, 404);
}
