//! What RabbitMQ 3.10.8 answered on the same octets (asked over a socket), and when it closed the socket.

use queuescope::amqp::wire::{Frame, FrameDecoder, PROTOCOL_HEADER, read_method, write_command};
use queuescope::amqp::{ChannelNumber, Method, Origin, Table, Value};
use queuescope::broker::{Broker, Context, Session, SessionHost, SessionSettings};
use queuescope::facts::{ClientName, Recorder};
use queuescope::ids::{MessageId, Names};
use queuescope::time::{Span, Time};

struct Guest;

impl SessionHost for Guest {
    fn next_origin(&mut self, ClientName(publisher): ClientName) -> Origin {
        Origin { message: MessageId(1), publisher, published: Time::START }
    }
}

/// A session on a broker, and a client that reads whole frames.
struct Pair {
    session: Session,
    broker: Broker,
    names: Names,
    facts: Recorder,
    now: Time,
    decoder: FrameDecoder,
}

impl Pair {
    fn new() -> Pair {
        let (mut broker, mut names) = (Broker::new(), Names::new());
        broker.add_virtual_host("/", &mut names);
        broker.add_guest(&names);
        let mut decoder = FrameDecoder::new();
        decoder.set_frame_max(0);
        let session = Session::new(Time::START, "127.0.0.1:1", SessionSettings::default());
        Pair { session, broker, names, facts: Recorder::default(), now: Time::START, decoder }
    }

    /// After the protocol header.
    fn started() -> Pair {
        let mut pair = Pair::new();
        let start = pair.say(&PROTOCOL_HEADER);
        assert!(matches!(start[..], [Method::ConnectionStart { .. }]), "{start:?}");
        pair
    }

    fn tuning() -> Pair {
        let mut pair = Pair::started();
        let tune = Method::ConnectionTune { channel_max: 2047, frame_max: 131_072, heartbeat: 60 };
        assert_eq!(pair.send(0, start_ok("PLAIN", b"\0guest\0guest", false)), [tune]);
        pair
    }

    fn opening(channel_max: u16, heartbeat: u16) -> Pair {
        let mut pair = Pair::tuning();
        assert_eq!(pair.send(0, tune_ok(channel_max, 131_072, heartbeat)), []);
        pair
    }

    fn running(channel_max: u16, heartbeat: u16) -> Pair {
        let mut pair = Pair::opening(channel_max, heartbeat);
        assert_eq!(pair.open("/"), [Method::ConnectionOpenOk {}]);
        pair
    }

    fn open(&mut self, virtual_host: &str) -> Vec<Method> {
        let virtual_host = self.names.intern(virtual_host);
        self.send(0, Method::ConnectionOpen { virtual_host })
    }

    fn send(&mut self, channel: ChannelNumber, method: Method) -> Vec<Method> {
        let mut octets = Vec::new();
        write_command(&mut octets, channel, &method.into(), 0, &self.names).expect("it can be written");
        self.say(&octets)
    }

    fn say(&mut self, octets: &[u8]) -> Vec<Method> {
        let mut cx = Context { now: self.now, names: &mut self.names, facts: &mut self.facts };
        self.session.receive(&mut self.broker, &mut cx, &mut Guest, octets);
        self.methods()
    }

    /// Lets time go on to the next deadline.
    fn wait(&mut self) -> Span {
        let next = self.session.next_timeout().expect("a deadline");
        let span = next - self.now;
        self.now = next;
        let mut cx = Context { now: self.now, names: &mut self.names, facts: &mut self.facts };
        self.session.handle_timeout(&mut self.broker, &mut cx);
        span
    }

    fn set_memory_alarm(&mut self, is_on: bool) -> Vec<Method> {
        let mut cx = Context { now: self.now, names: &mut self.names, facts: &mut self.facts };
        self.broker.set_memory_alarm(&mut cx, is_on);
        self.methods()
    }

    fn shut_down(&mut self) {
        let mut cx = Context { now: self.now, names: &mut self.names, facts: &mut self.facts };
        self.session.shut_down(&mut self.broker, &mut cx);
    }

    fn octets(&mut self) -> Vec<u8> {
        while let Some(outgoing) = self.broker.poll_output() {
            if self.session.connection() == Some(outgoing.connection) {
                self.session.transmit(self.now, outgoing.channel, outgoing.command);
            }
        }
        let mut octets = Vec::new();
        while self.session.poll_transmit(self.now, &self.names, &mut octets, usize::MAX) {}
        octets
    }

    fn frames(&mut self) -> Vec<Frame> {
        let octets = self.octets();
        let mut input = &octets[..];
        std::iter::from_fn(|| self.decoder.read(&mut input).expect("frames")).collect()
    }

    fn methods(&mut self) -> Vec<Method> {
        let frames = self.frames();
        let read =
            |frame: Frame| read_method(frame.channel, &frame.payload, &mut self.names).expect("methods");
        frames.into_iter().map(read).collect()
    }

    /// After 3 s, without a word, the transport is to be closed.
    fn expect_silent_end(&mut self, what: &str) {
        assert_eq!(self.wait(), Span::from_ms(3_000), "{what}");
        assert!(self.session.has_ended(), "{what}");
        assert!(self.octets().is_empty(), "{what}");
    }
}

fn start_ok(mechanism: &str, response: &[u8], understands_refusal: bool) -> Method {
    start_ok_with(mechanism, response, understands_refusal.then_some("authentication_failure_close"))
}

fn start_ok_with(mechanism: &str, response: &[u8], capability: Option<&str>) -> Method {
    let capability = capability.map(|name| (name.to_owned(), Value::Boolean(true)));
    let capabilities = Table(capability.into_iter().collect());
    Method::ConnectionStartOk {
        client_properties: Table(vec![("capabilities".to_owned(), Value::Table(capabilities))]),
        mechanism: mechanism.to_owned(),
        response: response.to_vec(),
        locale: "en_US".to_owned(),
    }
}

fn tune_ok(channel_max: u16, frame_max: u32, heartbeat: u16) -> Method {
    Method::ConnectionTuneOk { channel_max, frame_max, heartbeat }
}

fn close(reply_code: u16, reply_text: &str, (class_id, method_id): (u16, u16)) -> Method {
    Method::ConnectionClose { reply_code, reply_text: reply_text.to_owned(), class_id, method_id }
}

#[test]
fn another_protocol_is_told_the_right_one() {
    for header in [&b"AMQP\0\0\x09\x02"[..], b"GET / HTTP/1.1\r\n", b"AMQP\x03\x01\0\0"] {
        let mut pair = Pair::new();
        let mut cx = Context { now: pair.now, names: &mut pair.names, facts: &mut pair.facts };
        pair.session.receive(&mut pair.broker, &mut cx, &mut Guest, header);
        assert!(pair.session.has_ended());
        assert_eq!(pair.octets(), PROTOCOL_HEADER);
    }
}

#[test]
fn a_client_that_says_nothing_is_dropped_after_10_s() {
    let mut pair = Pair::new();
    assert_eq!(pair.wait(), Span::from_ms(10_000));
    assert!(pair.session.has_ended());
}

#[test]
fn a_refused_login_is_told_to_a_client_that_understands() {
    let refused = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the \
                   broker logfile.";
    for understands in [true, false] {
        let mut pair = Pair::started();
        let answer = pair.send(0, start_ok("PLAIN", b"\0guest\0bad", understands));
        let expected = understands.then(|| close(403, refused, (0, 0)));
        assert_eq!(answer, expected.into_iter().collect::<Vec<_>>());
        pair.expect_silent_end("a refused login");
    }
    let mut pair = Pair::started();
    pair.send(0, start_ok("PLAIN", b"\0guest\0bad", true));
    pair.send(0, Method::ConnectionCloseOk {});
    assert!(pair.session.has_ended());
}

#[test]
fn a_response_that_cannot_be_read_and_an_unknown_mechanism_get_no_answer() {
    for (mechanism, response) in [("FOO", &b""[..]), ("PLAIN", b"x"), ("AMQPLAIN", b"x")] {
        let mut pair = Pair::started();
        assert_eq!(pair.send(0, start_ok(mechanism, response, true)), []);
        pair.expect_silent_end(mechanism);
    }
}

#[test]
fn a_client_may_ask_for_less_than_is_offered_and_not_for_more() {
    for (channel_max, frame_max) in [(1, 131_072), (2047, 4096), (2047, 131_072)] {
        let mut pair = Pair::tuning();
        pair.send(0, tune_ok(channel_max, frame_max, 0));
        assert_eq!(pair.open("/"), [Method::ConnectionOpenOk {}]);
    }
    for (channel_max, frame_max) in [(0, 131_072), (2048, 131_072), (2047, 4095), (2047, 131_073), (2047, 0)]
    {
        let mut pair = Pair::tuning();
        pair.send(0, tune_ok(channel_max, frame_max, 0));
        assert_eq!(pair.open("/"), []);
        pair.expect_silent_end("tuning");
    }
}

#[test]
fn a_virtual_host_that_is_not_there_closes_the_connection() {
    let mut pair = Pair::opening(2047, 0);
    assert_eq!(pair.open("nope"), [close(530, "NOT_ALLOWED - vhost nope not found", (10, 40))]);
    pair.send(0, Method::ConnectionCloseOk {});
    assert!(pair.session.has_ended());
    assert_eq!(pair.broker.connections().count(), 0);
}

#[test]
fn methods_out_of_order_are_refused() {
    let text = |state| format!("CHANNEL_ERROR - unexpected method in connection state {state}");
    let mut pair = Pair::opening(2047, 0);
    assert_eq!(pair.send(0, tune_ok(0, 0, 0)), [close(504, &text("opening"), (10, 31))]);
    let mut pair = Pair::opening(2047, 0);
    let unexpected = close(505, "UNEXPECTED_FRAME - type 1, all octets = <<0,20,0,10,0>>", (0, 0));
    assert_eq!(pair.send(1, Method::ChannelOpen {}), [unexpected]);
    let mut pair = Pair::running(2047, 0);
    assert_eq!(pair.open("/"), [close(504, &text("running"), (10, 40))]);
    let mut pair = Pair::running(2047, 0);
    assert_eq!(pair.send(0, Method::ConnectionCloseOk {}), [close(504, &text("running"), (10, 51))]);
    // Before the tuning there is no answer.
    let mut pair = Pair::started();
    assert_eq!(pair.open("/"), []);
    pair.expect_silent_end("starting");
    let mut pair = Pair::tuning();
    assert_eq!(pair.send(1, Method::ChannelOpen {}), []);
    pair.expect_silent_end("tuning");
}

#[test]
fn channels_are_counted_whatever_their_numbers() {
    let mut pair = Pair::running(2, 0);
    for number in [1, 60_000] {
        assert_eq!(pair.send(number, Method::ChannelOpen {}), [Method::ChannelOpenOk {}]);
    }
    let text = "NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)";
    assert_eq!(pair.send(3, Method::ChannelOpen {}), [close(530, text, (0, 0))]);
}

#[test]
fn what_is_heard_before_broken_octets_is_answered() {
    let mut pair = Pair::running(2047, 0);
    let mut octets = Vec::new();
    write_command(&mut octets, 1, &Method::ChannelOpen {}.into(), 0, &pair.names).expect("short");
    octets.extend_from_slice(b"\x01\0\0\0\0\0\x04xxxxy");
    let text = "FRAME_ERROR - type 1, all octets = <<\"xxxx\">>: {invalid_frame_end_marker,121}";
    assert_eq!(pair.say(&octets), [Method::ChannelOpenOk {}, close(501, text, (0, 0))]);
    assert_eq!(pair.broker.connections().count(), 0);
    pair.expect_silent_end("the bounds of frames are lost");
}

#[test]
fn a_new_secret_is_taken() {
    let mut pair = Pair::running(2047, 0);
    let secret = Method::ConnectionUpdateSecret { new_secret: b"x".to_vec(), reason: "why".to_owned() };
    assert_eq!(pair.send(0, secret), [Method::ConnectionUpdateSecretOk {}]);
}

#[test]
fn a_client_closes_and_is_waited_for() {
    let mut pair = Pair::running(2047, 0);
    assert_eq!(pair.send(0, close(200, "", (0, 0))), [Method::ConnectionCloseOk {}]);
    assert!(!pair.session.has_ended());
    assert_eq!(pair.wait(), Span::from_ms(30_000));
    assert!(pair.session.has_ended());
}

#[test]
fn an_idle_client_hears_heartbeats_and_is_dropped_after_three_intervals() {
    let mut pair = Pair::running(2047, 2);
    let mut heartbeats = 0;
    while !pair.session.has_ended() {
        assert_eq!(pair.wait(), Span::from_ms(1_000));
        heartbeats += pair.frames().iter().filter(|frame| **frame == Frame::heartbeat()).count();
    }
    assert_eq!((pair.now.as_us(), heartbeats), (6_000_000, 5));
    assert_eq!(pair.broker.connections().count(), 0);
}

#[test]
fn a_ticket_is_number_1_and_no_client_gives_one() {
    let mut pair = Pair::running(2047, 0);
    pair.send(1, Method::ChannelOpen {});
    let realm = "/data".to_owned();
    let (exclusive, passive, active, write, read) = (true, true, true, true, true);
    let request = Method::AccessRequest { realm, exclusive, passive, active, write, read };
    assert_eq!(pair.send(1, request.clone()), [Method::AccessRequestOk { ticket: 1 }]);
    let refused = close(503, "COMMAND_INVALID - unimplemented method", (30, 11));
    assert_eq!(pair.send(1, Method::AccessRequestOk { ticket: 1 }), [refused]);
    let mut pair = Pair::running(2047, 0);
    let refused = close(504, "CHANNEL_ERROR - unexpected method in connection state running", (30, 10));
    assert_eq!(pair.send(0, request), [refused]);
}

#[test]
fn credit_is_for_consumers_that_are_there() {
    let mut pair = Pair::running(2047, 0);
    pair.send(1, Method::ChannelOpen {});
    let consumer_tag = pair.names.intern("tag");
    let reply_text = "PRECONDITION_FAILED - unknown consumer tag 'tag'".to_owned();
    let refused = Method::ChannelClose { reply_code: 406, reply_text, class_id: 60, method_id: 200 };
    assert_eq!(pair.send(1, Method::BasicCredit { consumer_tag, credit: 1, drain: false }), [refused]);
}

#[test]
fn only_clients_that_understand_hear_that_they_are_blocked() {
    for capability in [None, Some("connection.blocked")] {
        let mut pair = Pair::started();
        pair.send(0, start_ok_with("PLAIN", b"\0guest\0guest", capability));
        pair.send(0, tune_ok(2047, 131_072, 0));
        pair.open("/");
        pair.send(1, Method::ChannelOpen {});
        pair.set_memory_alarm(true);
        // The frames of a publishing with an empty body.
        let publish = b"\x01\0\x01\0\0\0\x09\0\x3c\0\x28\0\0\0\0\0\xce\
            \x02\0\x01\0\0\0\x0e\0\x3c\0\0\0\0\0\0\0\0\0\0\0\0\xce";
        let heard = pair.say(publish);
        let blocked = Method::ConnectionBlocked { reason: "low on memory".to_owned() };
        assert_eq!(heard, capability.map(|_| blocked).into_iter().collect::<Vec<_>>());
        let heard = pair.set_memory_alarm(false);
        let unblocked = Method::ConnectionUnblocked {};
        assert_eq!(heard, capability.map(|_| unblocked).into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_broker_that_stops_says_so_to_those_who_have_come_in() {
    let mut pair = Pair::running(2047, 0);
    pair.shut_down();
    let text = "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'";
    assert_eq!(pair.methods(), [close(320, text, (0, 0))]);
    assert!(pair.session.has_ended());
    assert_eq!(pair.broker.connections().count(), 0);
    let mut pair = Pair::tuning();
    pair.shut_down();
    assert_eq!(pair.methods(), []);
    assert!(pair.session.has_ended());
}
