//! Checkpoints: a copy of a server or a client goes on as the original does.

use crate::driver::Driver;
use queuescope::realtime::socket_io::client::{Manager, ManagerOptions, SocketOptions};
use queuescope::realtime::socket_io::server::{Audience, ServerOptions};
use queuescope::realtime::socket_io::{Emission, Value};
use queuescope::realtime::{Caller, CallerInput, CallerOutput, Output};
use queuescope::rng::Stream;
use queuescope::time::{Span, Time};

#[test]
fn a_copy_of_a_server_gives_out_the_same_identifiers_and_packets() {
    let mut driver = Driver::new(ServerOptions::default());
    let (first, _) = driver.websocket("EIO=4&transport=websocket");
    let mut copy = driver.clone();
    let go_on = |driver: &mut Driver| -> Vec<Output> {
        let mut output = driver.text(first, "40");
        output.extend(driver.websocket("EIO=4&transport=websocket").1);
        driver.server.broadcast(&Audience::everybody("/"), Emission::new("news", [Value::from(1.0)]));
        output.extend(driver.drain());
        output.extend(driver.pass(Span::from_ms(30_000)));
        output
    };
    let (one, two) = (go_on(&mut driver), go_on(&mut copy));
    assert!(one.len() > 3);
    assert_eq!(one, two);
}

/// Without a server a client tries again and again, at the same moments in every copy.
#[test]
fn a_copy_of_a_client_tries_again_at_the_same_moments() {
    let mut manager = Manager::new(ManagerOptions::default(), Stream::new(1, "client"), Time::START);
    manager.socket("/", SocketOptions::default());
    manager.emit("/", Emission::new("kept", []));
    let attempts = |manager: &mut Manager| -> Vec<Time> {
        let mut now = Time::START;
        let mut moments = Vec::new();
        while moments.len() < 6 {
            while manager.poll_event().is_some() {}
            let requests: Vec<CallerOutput> = std::iter::from_fn(|| manager.poll_output()).collect();
            for request in requests {
                let CallerOutput::Request { exchange, .. } = request else { continue };
                moments.push(now);
                manager.handle(now, CallerInput::Gone { exchange });
            }
            while manager.poll_event().is_some() {}
            now = manager.next_timeout().expect("it tries again");
            manager.handle_timeout(now);
        }
        moments
    };
    let mut copy = manager.clone();
    assert_eq!(attempts(&mut manager), attempts(&mut copy));
}
