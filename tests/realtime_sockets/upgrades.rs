//! A client whose WebSocket is blocked, as some proxies do, stays with polling
//! (socket.io/docs/v4/how-it-works, "Upgrade mechanism").

use crate::driver::Driver;
use queuescope::realtime::socket_io::client::{Event, Manager, ManagerOptions, SocketOptions};
use queuescope::realtime::socket_io::server::{Audience, ServerOptions};
use queuescope::realtime::socket_io::{Emission, Value};
use queuescope::realtime::{Caller, CallerInput, CallerOutput, ExchangeId, Input, Output};
use queuescope::rng::Stream;
use queuescope::time::Time;
use std::collections::BTreeMap;

/// Hands over requests and responses until nothing is left to do; WebSockets come to nothing. Gives the methods
/// of the requests.
fn join(
    driver: &mut Driver,
    manager: &mut Manager,
    callers: &mut BTreeMap<ExchangeId, ExchangeId>,
) -> Vec<String> {
    let mut methods = Vec::new();
    let mut answers = driver.drain();
    loop {
        for answer in std::mem::take(&mut answers) {
            let Output::Respond { exchange, response } = answer else { panic!("{answer:?}") };
            let exchange = callers[&exchange];
            manager.handle(Time::START, CallerInput::Response { exchange, response });
        }
        let output: Vec<CallerOutput> = std::iter::from_fn(|| manager.poll_output()).collect();
        if output.is_empty() {
            return methods;
        }
        for each in output {
            match each {
                CallerOutput::Request { exchange, request } => {
                    methods.push(request.method.clone());
                    let number = ExchangeId(callers.len() as u64);
                    callers.insert(number, exchange);
                    answers.extend(driver.give(Input::Request { exchange: number, request }));
                }
                CallerOutput::Open { exchange, .. } => {
                    methods.push("WebSocket".to_owned());
                    manager.handle(Time::START, CallerInput::Gone { exchange });
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_client_whose_websocket_is_blocked_stays_with_polling() {
    let mut driver = Driver::new(ServerOptions::default());
    let mut manager = Manager::new(ManagerOptions::default(), Stream::new(1, "client"), Time::START);
    let mut callers = BTreeMap::new();
    manager.socket("/", SocketOptions::default());
    let methods = join(&mut driver, &mut manager, &mut callers);
    assert_eq!(methods, ["GET", "POST", "WebSocket", "GET", "GET"]);
    let namespace = "/".to_owned();
    let connected = Event::Connect { namespace: namespace.clone(), is_recovered: false };
    assert_eq!(manager.poll_event(), Some(connected));
    driver.server.broadcast(&Audience::everybody("/"), Emission::new("news", [Value::from(1.0)]));
    assert_eq!(join(&mut driver, &mut manager, &mut callers), ["GET"]);
    let values = vec![Value::from("news"), Value::from(1.0)];
    assert_eq!(manager.poll_event(), Some(Event::Message { namespace, values, ack: None }));
}
