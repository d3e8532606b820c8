//! Values at random: tables, methods by the description of their fields, and contents.

use proptest::collection::vec;
use proptest::prelude::*;
use queuescope::amqp::wire::{FieldKind, LAYOUTS, Layout, Writer, write_table};
use queuescope::amqp::{Properties, Table, Value};

pub fn short_text() -> impl Strategy<Value = String> {
    // Up to four octets a character.
    prop_oneof![8 => "[a-zé€😀.#*]{0,12}", 4 => "\\PC{0,8}", 1 => "😀{63}", 1 => "[a-z]{255}"]
}

pub fn table() -> impl Strategy<Value = Table> {
    vec((short_text(), value()), 0..4).prop_map(Table)
}

pub fn value() -> impl Strategy<Value = Value> {
    let octets = || vec(any::<u8>(), 0..40);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Boolean),
        any::<i8>().prop_map(Value::Int8),
        any::<u8>().prop_map(Value::UInt8),
        any::<i16>().prop_map(Value::Int16),
        any::<u16>().prop_map(Value::UInt16),
        any::<i32>().prop_map(Value::Int32),
        any::<u32>().prop_map(Value::UInt32),
        any::<i64>().prop_map(Value::Int64),
        any::<f32>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Float),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Double),
        any::<(u8, u32)>().prop_map(|(scale, value)| Value::Decimal { scale, value }),
        octets().prop_map(|octets| Value::LongString(octets.into())),
        octets().prop_map(|octets| Value::Bytes(octets.into())),
        any::<u64>().prop_map(Value::Timestamp),
        Just(Value::Void),
    ];
    leaf.prop_recursive(4, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((short_text(), inner), 0..5).prop_map(|entries| Value::Table(Table(entries))),
        ]
    })
}

/// What fields are made of; each takes what its kind needs.
type Material = (u64, bool, String, Table);

/// The payload of a method, with 0 or nothing in its reserved fields.
pub fn method_payload() -> impl Strategy<Value = Vec<u8>> {
    (0..LAYOUTS.len()).prop_flat_map(|index| {
        let material = (any::<u64>(), any::<bool>(), short_text(), table());
        vec(material, LAYOUTS[index].fields.len())
            .prop_map(move |materials| payload(&LAYOUTS[index], &materials))
    })
}

fn payload(layout: &Layout, materials: &[Material]) -> Vec<u8> {
    let mut payload = Vec::new();
    let mut writer = Writer::new(&mut payload);
    writer.short(layout.number.0);
    writer.short(layout.number.1);
    let nothing = Material::default();
    for (field, material) in layout.fields.iter().zip(materials) {
        let (number, bit, text, table) = if field.is_reserved { &nothing } else { material };
        match field.kind {
            FieldKind::Octet => writer.octet(*number as u8),
            FieldKind::Short => writer.short(*number as u16),
            FieldKind::Long => writer.long(*number as u32),
            FieldKind::LongLong => writer.long_long(*number),
            FieldKind::Bit => writer.bit(*bit),
            FieldKind::ShortString => writer.short_string(text.as_bytes()).expect("short"),
            FieldKind::LongString => writer.long_string(text.as_bytes()).expect("short"),
            FieldKind::Table => write_table(&mut writer, table).expect("can be written"),
        }
    }
    payload
}

pub fn properties() -> impl Strategy<Value = Properties> {
    use proptest::option::of;
    let texts = vec(of(short_text()), 10);
    (texts, of(table()), of(any::<u8>()), of(any::<u8>()), of(any::<u64>())).prop_map(
        |(texts, headers, delivery_mode, priority, timestamp)| {
            let mut texts = texts.into_iter().flatten().map(Some).chain(std::iter::repeat(None));
            let mut text = || texts.next().flatten();
            Properties {
                content_type: text(),
                content_encoding: text(),
                headers,
                delivery_mode,
                priority,
                correlation_id: text(),
                reply_to: text(),
                expiration: text(),
                message_id: text(),
                timestamp,
                kind: text(),
                user_id: text(),
                app_id: text(),
                cluster_id: text(),
            }
        },
    )
}

/// A body, and a `frame_max` that may cut it into pieces.
pub fn body() -> impl Strategy<Value = (Vec<u8>, u32)> {
    let long = (4000..9000_usize).prop_map(|length| (0..length).map(|index| index as u8).collect());
    prop_oneof![
        3 => (vec(any::<u8>(), 0..60), prop_oneof![Just(0), 9..40_u32]),
        1 => (long, prop_oneof![Just(0), Just(4096)]),
    ]
}
