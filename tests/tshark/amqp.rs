//! AMQP: whole connections and every method there is.

use super::recording::{Read, Recording};
use queuescope::amqp::wire::{
    FieldKind, Frame, FrameKind, LAYOUTS, Layout, PROTOCOL_HEADER, Writer, write_command, write_table,
};
use queuescope::amqp::{Command, Content, Method, Origin, Properties, Table, Value};
use queuescope::ids::{MessageId, Name, Names};
use queuescope::network::layers::envelope::Side::{self, Client, Server};
use queuescope::time::Time;
use std::rc::Rc;

const PORT: u16 = 5672;
const FRAME_MAX: u32 = 4096;

/// A connection on which commands are said, and what was said.
struct Conversation {
    recording: Recording,
    names: Names,
    methods: Vec<String>,
}

impl Conversation {
    fn new() -> Conversation {
        let mut recording = Recording::opened(PORT);
        recording.say(Client, &PROTOCOL_HEADER);
        Conversation { recording, names: Names::new(), methods: Vec::new() }
    }

    fn name(&mut self, text: &str) -> Name {
        self.names.intern(text)
    }

    fn say(&mut self, from: Side, channel: u16, command: impl Into<Command>) {
        let command = command.into();
        let (class, method) = command.method.number();
        self.methods.push(format!("{class}.{method}"));
        let mut octets = Vec::new();
        write_command(&mut octets, channel, &command, FRAME_MAX, &self.names).expect("it can be written");
        self.recording.say(from, &octets);
    }

    fn read(self) -> (Read, Vec<String>) {
        (self.recording.read(), self.methods)
    }
}

/// The methods that tshark found, as numbers of class and method.
fn methods(read: &Read) -> Vec<String> {
    let classes = read.values("amqp.method.class");
    let methods = read.values("amqp.method.method");
    classes.iter().zip(methods).map(|(class, method)| format!("{class}.{method}")).collect()
}

fn content(properties: Properties, body: &[u8]) -> Option<Content> {
    let origin = Origin { message: MessageId(1), publisher: Name::EMPTY, published: Time::START };
    Some(Content { origin, properties: Rc::new(properties), body: body.into() })
}

/// One value of every type, but those that Wireshark does not know.
fn table() -> Table {
    let text = |text: &str| Value::LongString(text.as_bytes().into());
    Table(vec![
        ("truth".into(), Value::Boolean(true)),
        ("octet".into(), Value::Int8(-7)),
        ("short".into(), Value::Int16(-700)),
        ("number".into(), Value::Int32(-70_000)),
        ("large".into(), Value::Int64(-7_000_000_000)),
        ("text".into(), text("hello, wörld")),
        ("list".into(), Value::Array(vec![Value::Int32(1), text("two"), Value::Boolean(false)])),
        ("inner".into(), Value::Table(Table(vec![("k".into(), text("v"))]))),
        ("nothing".into(), Value::Void),
        ("empty".into(), text("")),
        ("small".into(), Value::UInt8(200)),
        ("ushort".into(), Value::UInt16(60_000)),
        ("ulong".into(), Value::UInt32(4_000_000_000)),
        ("float".into(), Value::Float(12.5)),
        ("double".into(), Value::Double(0.1)),
        ("double2".into(), Value::Double(-1.0e30)),
        ("decimal".into(), Value::Decimal { scale: 2, value: 1250 }),
        ("time".into(), Value::Timestamp(1_700_000_000)),
        ("octets".into(), Value::Bytes([1, 2, 255][..].into())),
    ])
}

#[test]
#[ignore = "needs tshark"]
fn a_connection_from_its_header_to_its_end() {
    let mut talk = Conversation::new();
    let (host, exchange, queue, key) =
        (talk.name("/"), talk.name("events"), talk.name("orders"), talk.name("a.b"));
    let (topic, tag) = (talk.name("topic"), talk.name("worker"));
    talk.say(
        Server,
        0,
        Method::ConnectionStart {
            version_major: 0,
            version_minor: 9,
            server_properties: table(),
            mechanisms: "PLAIN AMQPLAIN".into(),
            locales: "en_US".into(),
        },
    );
    talk.say(
        Client,
        0,
        Method::ConnectionStartOk {
            client_properties: table(),
            mechanism: "PLAIN".into(),
            response: b"\0guest\0guest".to_vec(),
            locale: "en_US".into(),
        },
    );
    let (channel_max, frame_max, heartbeat) = (2047, FRAME_MAX, 60);
    talk.say(Server, 0, Method::ConnectionTune { channel_max, frame_max, heartbeat });
    talk.say(Client, 0, Method::ConnectionTuneOk { channel_max, frame_max, heartbeat });
    talk.say(Client, 0, Method::ConnectionOpen { virtual_host: host });
    talk.say(Server, 0, Method::ConnectionOpenOk {});
    talk.say(Client, 1, Method::ChannelOpen {});
    talk.say(Server, 1, Method::ChannelOpenOk {});
    talk.say(
        Client,
        1,
        Method::ExchangeDeclare {
            exchange,
            kind: topic,
            passive: false,
            durable: true,
            auto_delete: false,
            internal: false,
            no_wait: false,
            arguments: table(),
        },
    );
    talk.say(Server, 1, Method::ExchangeDeclareOk {});
    talk.say(Client, 1, Method::ConfirmSelect { no_wait: false });
    talk.say(Server, 1, Method::ConfirmSelectOk {});
    let publish = Method::BasicPublish { exchange, routing_key: key, mandatory: true, immediate: false };
    let properties = Properties {
        content_type: Some("text/plain".into()),
        headers: Some(table()),
        delivery_mode: Some(2),
        priority: Some(5),
        correlation_id: Some("c1".into()),
        reply_to: Some("r1".into()),
        expiration: Some("60000".into()),
        message_id: Some("m1".into()),
        timestamp: Some(1_700_000_000),
        kind: Some("order".into()),
        user_id: Some("guest".into()),
        app_id: Some("shop".into()),
        ..Properties::default()
    };
    // A body over several frames, and frames over several segments.
    let body = vec![b'x'; 10_000];
    talk.say(Client, 1, Command { method: publish.clone(), content: content(properties.clone(), &body) });
    talk.say(Client, 1, Command { method: publish.clone(), content: content(Properties::default(), b"two") });
    talk.say(Client, 1, Command { method: publish, content: content(Properties::default(), b"") });
    talk.say(Server, 1, Method::BasicAck { delivery_tag: 2, multiple: true });
    talk.say(Server, 1, Method::BasicNack { delivery_tag: 3, multiple: false, requeue: false });
    let returned =
        Method::BasicReturn { reply_code: 312, reply_text: "NO_ROUTE".into(), exchange, routing_key: key };
    talk.say(Server, 1, Command { method: returned, content: content(Properties::default(), b"two") });
    for delivery_tag in 1..=3 {
        let deliver = Method::BasicDeliver {
            consumer_tag: tag,
            delivery_tag,
            redelivered: delivery_tag == 2,
            exchange,
            routing_key: key,
        };
        talk.say(Server, 1, Command { method: deliver, content: content(properties.clone(), &body) });
    }
    let got = Method::BasicGetOk {
        delivery_tag: 4,
        redelivered: true,
        exchange,
        routing_key: key,
        message_count: 7,
    };
    talk.say(Client, 1, Method::BasicGet { queue, no_ack: false });
    talk.say(Server, 1, Command { method: got, content: content(Properties::default(), b"{\"id\":1}") });
    talk.say(Client, 1, Method::BasicAck { delivery_tag: 2, multiple: true });
    talk.say(Client, 1, Method::BasicReject { delivery_tag: 3, requeue: true });
    talk.say(Client, 1, Method::BasicNack { delivery_tag: 4, multiple: false, requeue: true });
    let mut heartbeat = Vec::new();
    Frame::heartbeat().write(&mut heartbeat).expect("short");
    talk.recording.say(Server, &heartbeat);
    talk.recording.say(Client, &heartbeat);
    let not_found = |method| Method::ChannelClose {
        reply_code: 404,
        reply_text: "NOT_FOUND - no queue 'q' in vhost '/'".into(),
        class_id: 50,
        method_id: method,
    };
    talk.say(Client, 1, Method::QueueDelete { queue, if_unused: true, if_empty: false, no_wait: false });
    talk.say(Server, 1, not_found(40));
    talk.say(Client, 1, Method::ChannelCloseOk {});
    talk.say(
        Server,
        0,
        Method::ConnectionClose {
            reply_code: 320,
            reply_text: "CONNECTION_FORCED - shutdown".into(),
            class_id: 0,
            method_id: 0,
        },
    );
    talk.say(Client, 0, Method::ConnectionCloseOk {});
    let end = talk.recording.connection.close(Server);
    talk.recording.add(end);
    let (read, said) = talk.read();
    assert_eq!(methods(&read), said);
    assert_eq!(said.len(), 31);
    let types = read.values("amqp.type");
    let count = |kind: &str| types.iter().filter(|found| *found == kind).count();
    assert_eq!((count("2"), count("3"), count("8")), (8, 4 * 3 + 3, 2), "headers, bodies, heartbeats");
    let bodies: usize = read.values("amqp.payload").iter().map(String::len).sum();
    assert_eq!(bodies, 4 * 10_000 + 3 + 3 + 8);
    read.require_agreement(200);
}

/// The payload of a method with something in every field.
fn sample(layout: &Layout, bit: bool) -> Vec<u8> {
    let mut payload = Vec::new();
    let mut writer = Writer::new(&mut payload);
    writer.short(layout.number.0);
    writer.short(layout.number.1);
    for field in layout.fields {
        match field.kind {
            FieldKind::Octet => writer.octet(9),
            FieldKind::Short => writer.short(200),
            FieldKind::Long => writer.long(100_000),
            FieldKind::LongLong => writer.long_long(10_000_000_000),
            FieldKind::Bit => writer.bit(bit),
            FieldKind::ShortString => writer.short_string(field.name.as_bytes()).expect("short"),
            FieldKind::LongString => writer.long_string(field.name.as_bytes()).expect("short"),
            FieldKind::Table => write_table(&mut writer, &table()).expect("a table"),
        }
    }
    payload
}

#[test]
#[ignore = "needs tshark"]
fn every_method_with_something_in_every_field() {
    // Wireshark 4.0 does not know RabbitMQ's connection.update-secret and basic.credit.
    let known = LAYOUTS.iter().filter(|layout| !matches!(layout.number, (10, 70 | 71) | (60, 200..=202)));
    let mut recording = Recording::opened(PORT);
    recording.say(Client, &PROTOCOL_HEADER);
    let mut said = Vec::new();
    for layout in known {
        for bit in [true, false] {
            let frame = Frame { kind: FrameKind::Method, channel: 1, payload: sample(layout, bit) };
            let mut octets = Vec::new();
            frame.write(&mut octets).expect("short");
            recording.say(Client, &octets);
            said.push(format!("{}.{}", layout.number.0, layout.number.1));
        }
    }
    let read = recording.read();
    assert_eq!(methods(&read), said);
    assert_eq!(said.len(), 2 * 64);
    read.require_agreement(30);
}

#[test]
#[ignore = "needs tshark"]
fn a_channel_without_confirms() {
    let mut talk = Conversation::new();
    let exchange = talk.name("events");
    talk.say(Client, 1, Method::ChannelOpen {});
    for _ in 0..2 {
        let publish =
            Method::BasicPublish { exchange, routing_key: exchange, mandatory: false, immediate: false };
        talk.say(Client, 1, Command { method: publish, content: content(Properties::default(), b"one") });
    }
    let (read, said) = talk.read();
    assert_eq!(methods(&read), said);
    read.require_agreement(30);
}

/// A broker answers a header of another protocol with its own (`tests/amqp_wire/refusals.rs`).
#[test]
#[ignore = "needs tshark"]
fn headers_of_other_protocols() {
    let refused: [&[u8]; 4] =
        [b"AMQP\x01\x01\x00\x09", b"AMQP\0\0\x08\0", b"GET / HTTP/1.1\r\n\r\n", b"AMQP\x03\x01\0\0"];
    for header in refused {
        let mut recording = Recording::opened(PORT);
        recording.say(Client, header);
        recording.say(Server, &PROTOCOL_HEADER);
        let end = recording.connection.close(Server);
        recording.add(end);
        recording.read().require_agreement(30);
    }
}
