//! Sequences at random.

use super::steps::*;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::strategy::Union;

/// How likely each kind of step is. The broker is to be full of messages and consumers most of the time, so
/// what empties it is rare.
pub fn sequence() -> impl Strategy<Value = Vec<Step>> {
    (vec(declare(), 1..=QUEUES.len()), vec(bind(), 0..4), vec(step(), 1..60)).prop_map(
        |(mut steps, binds, rest)| {
            for (place, step) in steps.iter_mut().enumerate() {
                if let Step::Declare { queue, .. } = step {
                    *queue = place as u8;
                }
            }
            steps.extend(binds);
            steps.extend(rest);
            steps
        },
    )
}

fn at() -> impl Strategy<Value = At> {
    (0..CLIENTS, 1..=CHANNELS).prop_map(|(client, channel)| At(client, channel))
}

fn queue() -> std::ops::Range<u8> {
    0..QUEUES.len() as u8
}

fn exchange() -> std::ops::Range<u8> {
    0..EXCHANGES.len() as u8
}

fn own_exchange() -> std::ops::Range<u8> {
    4..EXCHANGES.len() as u8
}

fn key() -> std::ops::Range<u8> {
    0..KEYS.len() as u8
}

/// True as often as `percent` says; it shrinks to false.
fn seldom(percent: u32) -> impl Strategy<Value = bool> {
    prop::bool::weighted(f64::from(percent) / 100.0)
}

fn settings() -> impl Strategy<Value = Settings> {
    let grave = prop_oneof![
        4 => queue().prop_map(Grave::Queue),
        3 => exchange().prop_map(Grave::Exchange),
        1 => Just(Grave::Nowhere),
    ];
    (
        weighted(0.25, prop_oneof![Just(0), 1..30_u16]),
        weighted(0.05, 5..60_u16),
        weighted(0.3, 0..5_u8),
        weighted(0.1, 0..20_u8),
        prop_oneof![3 => Just(0), 1 => Just(1), 1 => Just(2)],
        weighted(0.5, grave),
        weighted(0.4, 0..3_u8),
        seldom(30),
    )
        .prop_map(
            |(
                message_ttl,
                expires,
                max_length,
                max_length_bytes,
                overflow,
                dead_letters,
                delivery_limit,
                is_at_least_once,
            )| {
                Settings {
                    message_ttl,
                    expires,
                    max_length,
                    max_length_bytes,
                    overflow,
                    dead_letters,
                    delivery_limit,
                    is_at_least_once,
                }
            },
        )
}

fn declare() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![6 => Just(0), 4 => Just(1), 1 => Just(2)];
    let flags = (seldom(15), seldom(3), seldom(10), seldom(15));
    (at(), queue(), kind, flags, weighted(0.2, 0..4_u8), settings()).prop_map(
        |(at, queue, kind, flags, max_priority, settings)| {
            let (is_transient, is_exclusive, is_auto_delete, is_single_active) = flags;
            let declaration = Declaration {
                kind,
                is_transient,
                is_exclusive,
                is_auto_delete,
                is_single_active,
                max_priority,
                settings,
            };
            Step::Declare { at, queue, declaration }
        },
    )
}

fn letter() -> impl Strategy<Value = Letter> {
    let to = prop_oneof![
        60 => queue().prop_map(Target::Queue),
        30 => (exchange(), key()).prop_map(|(exchange, key)| Target::Exchange(exchange, key)),
        6 => (0..3_u8).prop_map(Target::Reply),
        1 => Just(Target::Nowhere),
    ];
    (
        to,
        seldom(30),
        seldom(50),
        weighted(0.3, 0..5_u8),
        weighted(0.15, 0..40_u8),
        0..9_u8,
        weighted(0.1, queue()),
        seldom(10),
    )
        .prop_map(|(to, mandatory, is_persistent, priority, expiration, size, copy_to, wants_reply)| {
            Letter { to, mandatory, is_persistent, priority, expiration, size, copy_to, wants_reply }
        })
}

fn which() -> impl Strategy<Value = Which> {
    prop_oneof![
        90 => (0..6_u8).prop_map(Which::Held),
        1 => Just(Which::Zero),
        1 => Just(Which::Unknown),
        1 => Just(Which::First),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![3 => Just(Answer::Acknowledge), 3 => Just(Answer::Requeue), 2 => Just(Answer::Discard)]
}

fn step() -> impl Strategy<Value = Step> {
    Union::new_weighted(vec![
        (2, declare().boxed()),
        (26, publish().boxed()),
        (12, consume().boxed()),
        (20, answering().boxed()),
        (
            8,
            (at(), queue(), seldom(20))
                .prop_map(|(at, queue, no_ack)| Step::Get { at, queue, no_ack })
                .boxed(),
        ),
        (8, topology().boxed()),
        (11, channel().boxed()),
        (5, passing().boxed()),
        (4, rare().boxed()),
    ])
}

fn publish() -> impl Strategy<Value = Step> {
    (at(), letter()).prop_map(|(at, letter)| Step::Publish { at, letter })
}

fn consume() -> impl Strategy<Value = Step> {
    let (tag, prefetch) =
        (weighted(0.5, prop_oneof![15 => Just(0), 1 => Just(1_u8)]), prop_oneof![2 => Just(0), 5 => 1..4_u8]);
    (at(), queue(), tag, prefetch, seldom(15), seldom(2), prop_oneof![4 => Just(0_i8), 1 => -2..3_i8])
        .prop_map(|(at, queue, tag, prefetch, no_ack, exclusive, priority)| Step::Consume {
            at,
            queue,
            tag,
            prefetch,
            no_ack,
            exclusive,
            priority,
        })
}

fn answering() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (at(), which(), answer(), seldom(30))
            .prop_map(|(at, which, answer, multiple)| Step::Answer { at, which, answer, multiple }),
        3 => (at(), which(), any::<bool>()).prop_map(|(at, which, requeue)| Step::Reject { at, which, requeue }),
        1 => (at(), any::<bool>()).prop_map(|(at, asynchronous)| Step::Recover { at, asynchronous }),
    ]
}

fn bind() -> impl Strategy<Value = Step> {
    (at(), queue(), exchange(), key()).prop_map(|(at, queue, exchange, key)| Step::Bind {
        at,
        queue,
        exchange,
        key,
    })
}

fn topology() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (at(), own_exchange(), 0..4_u8, seldom(20), seldom(10), weighted(0.3, exchange())).prop_map(
            |(at, exchange, kind, is_auto_delete, is_internal, alternate)| Step::DeclareExchange {
                at, exchange, kind, is_auto_delete, is_internal, alternate,
            },
        ),
        1 => (at(), own_exchange(), any::<bool>())
            .prop_map(|(at, exchange, if_unused)| Step::DeleteExchange { at, exchange, if_unused }),
        8 => bind(),
        2 => (at(), queue(), exchange(), key())
            .prop_map(|(at, queue, exchange, key)| Step::Unbind { at, queue, exchange, key }),
        2 => (at(), exchange(), exchange(), key()).prop_map(
            |(at, destination, source, key)| Step::BindExchange { at, destination, source, key },
        ),
    ]
}

fn channel() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (at(), 0..5_u8, seldom(30)).prop_map(|(at, count, global)| Step::Prefetch { at, count, global }),
        2 => at().prop_map(|at| Step::Confirm { at }),
        2 => (at(), seldom(70)).prop_map(|(at, commit)| Step::Transact { at, commit }),
        5 => (at(), 0..4_u8).prop_map(|(at, consumer)| Step::Cancel { at, consumer }),
        2 => at().prop_map(|at| Step::CloseChannel { at }),
    ]
}

fn passing() -> impl Strategy<Value = Step> {
    let ms = prop_oneof![20 => 1..25_u32, 3 => 50..200_u32, 1 => Just(1_900_000_u32)];
    ms.prop_map(|ms| Step::Pass { ms })
}

fn rare() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (at(), queue()).prop_map(|(at, queue)| Step::Purge { at, queue }),
        2 => (at(), queue(), seldom(20), seldom(20)).prop_map(
            |(at, queue, if_unused, if_empty)| Step::Delete { at, queue, if_unused, if_empty },
        ),
        1 => (0..CLIENTS).prop_map(|client| Step::CloseConnection { client }),
        1 => (0..CLIENTS).prop_map(|client| Step::Drop { client }),
        2 => (weighted(0.7, queue()), settings(), seldom(30)).prop_map(
            |(queue, settings, is_operator)| Step::SetPolicy { queue, settings, is_operator },
        ),
        1 => any::<bool>().prop_map(|is_operator| Step::ClearPolicy { is_operator }),
        1 => any::<bool>().prop_map(|crash| Step::Restart { crash }),
        1 => seldom(35).prop_map(|is_on| Step::Alarm { is_on }),
    ]
}
