//! No input makes a server or a client fail.

use crate::driver::Driver;
use proptest::prelude::*;
use queuescope::realtime::engine_io::{from_payload, to_payload};
use queuescope::realtime::http::Response;
use queuescope::realtime::socket_io::Value;
use queuescope::realtime::socket_io::client::{Manager, ManagerOptions, SocketOptions};
use queuescope::realtime::socket_io::server::ServerOptions;
use queuescope::realtime::websocket::Message;
use queuescope::realtime::{Caller, CallerInput, CallerOutput, Input, Service};
use queuescope::rng::Stream;
use queuescope::time::{Span, Time};

/// Texts that are nearly packets.
fn packet() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-6b]?[0-6]?[0-9]{0,2}-?(/[a-z]*,)?[0-9]{0,3}(\\[\"[a-z]*\"(,[0-9\\[{\"]*)?\\])?",
        "4[2356]1-[0-9]?\\[\"a\",\\{\"_placeholder\":true,\"num\":[0-9-]{1,2}\\}\\]",
        "(40|41|3|2probe|5|6|1)",
        ".{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_server_survives_every_text(
        texts in prop::collection::vec((packet(), 0u64..40_000, any::<bool>()), 1..20)
    ) {
        let mut driver = Driver::new(ServerOptions::default());
        let sid = driver.session();
        let (first, _) = driver.websocket("EIO=4&transport=websocket");
        let (probe, _) = driver.websocket(&format!("EIO=4&transport=websocket&sid={sid}"));
        for (text, pause, is_binary) in texts {
            driver.text(first, &text);
            driver.text(probe, &text);
            if is_binary {
                let message = Message::Binary(text.clone().into_bytes());
                driver.give(Input::Message { exchange: first, message });
            }
            driver.request("POST", &format!("EIO=4&transport=polling&sid={sid}"), &text);
            driver.request("GET", &format!("EIO=4&transport=polling&sid={sid}"), "");
            driver.request(&text, &text, &text);
            driver.pass(Span::from_ms(pause));
        }
        // Whatever came, in the end nobody is left.
        driver.pass(Span::from_ms(200_000));
        prop_assert_eq!(driver.server.next_timeout(), None);
    }

    #[test]
    fn a_client_survives_every_answer(
        bodies in prop::collection::vec((packet(), 0u16..2, 0u64..3_000), 1..20)
    ) {
        let mut manager = Manager::new(ManagerOptions::default(), Stream::new(1, "client"), Time::START);
        manager.socket("/", SocketOptions::default());
        let mut now = Time::START;
        let handshake = "0{\"sid\":\"a\",\"upgrades\":[\"websocket\"],\"pingInterval\":300,\"pingTimeout\":200,\
                         \"maxPayload\":10}\u{1e}40{\"sid\":\"b\"}";
        for (body, refused, pause) in bodies {
            while manager.poll_event().is_some() {}
            let output: Vec<CallerOutput> = std::iter::from_fn(|| manager.poll_output()).collect();
            for each in output {
                let input = match each {
                    CallerOutput::Request { exchange, request } => {
                        let is_first = !request.target.contains("sid=");
                        let body = if is_first { handshake.to_owned() } else { body.clone() };
                        let (status, headers) = (200 + 200 * refused, Default::default());
                        let response = Response { status, headers, body: body.into_bytes() };
                        CallerInput::Response { exchange, response }
                    }
                    CallerOutput::Open { exchange, .. } => CallerInput::Opened { exchange },
                    CallerOutput::Send { exchange, .. } => {
                        CallerInput::Message { exchange, message: Message::Text(body.clone()) }
                    }
                    CallerOutput::Close { exchange, .. } => CallerInput::Gone { exchange },
                };
                manager.handle(now, input);
                while manager.poll_event().is_some() {}
            }
            now += Span::from_ms(pause);
            while let Some(at) = manager.next_timeout().filter(|at| *at <= now) {
                manager.handle_timeout(at);
                while manager.poll_event().is_some() {}
            }
        }
    }

    #[test]
    fn what_is_read_from_a_payload_is_written_the_same(body in packet()) {
        let packets: Option<Vec<_>> = from_payload(&body).into_iter().map(Result::ok).collect();
        if let Some(packets) = packets {
            let again: Vec<_> = from_payload(&to_payload(&packets)).into_iter().flatten().collect();
            prop_assert_eq!(again, packets);
        }
    }

    #[test]
    fn json_that_was_written_is_read_and_written_the_same(number in any::<f64>(), text in ".*") {
        let value = Value::object([(text.clone(), Value::Array(vec![number.into(), text.into()]))]);
        let json = value.to_json();
        prop_assert_eq!(Value::from_json(&json).map(|value| value.to_json()), Some(json));
    }
}
