//! What the tests share.

use queuescope::realtime::connection::{Connection, ConnectionSettings};
use queuescope::realtime::http::{Headers, Request, Response};
use queuescope::realtime::{ExchangeId, Input};
use queuescope::time::Time;

/// The moment at which everything happens where time does not matter.
pub const NOW: Time = Time::from_us(1_000_000);

/// `now` and some seconds.
pub fn seconds(count: u64) -> Time {
    Time::from_us(1_000_000 + count * 1_000_000)
}

/// Header fields.
pub fn headers(fields: &[(&str, &str)]) -> Headers {
    fields.iter().copied().collect()
}

/// A request with a host.
pub fn get(target: &str) -> Request {
    Request { method: "GET".into(), target: target.into(), headers: headers(&[("Host", "a")]), body: vec![] }
}

/// A response of 200 with that body and no fields.
pub fn ok(body: &str) -> Response {
    Response { status: 200, headers: Headers::default(), body: body.into() }
}

/// A connection at its start, number 7.
pub fn connection() -> Connection {
    Connection::new(NOW, 7, ConnectionSettings::default())
}

/// All that goes to the service.
pub fn inputs(connection: &mut Connection) -> Vec<Input> {
    std::iter::from_fn(|| connection.poll_input()).collect()
}

/// The targets of the requests among inputs, with their numbers.
pub fn requests(connection: &mut Connection) -> Vec<(ExchangeId, String)> {
    let each = |input| match input {
        Input::Request { exchange, request } => (exchange, request.target),
        other => panic!("a request was expected, not {other:?}"),
    };
    inputs(connection).into_iter().map(each).collect()
}

/// All that the client gets, as text.
pub fn text(connection: &mut Connection) -> String {
    let octets = std::iter::from_fn(|| connection.poll_bytes()).flatten().collect();
    String::from_utf8(octets).expect("the answer is text")
}
