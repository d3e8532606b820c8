//! What learners get wrong: each scenario must show what the documentation says happens.

use super::run::Run;
use queuescope::facts::{Event, Rule};
use queuescope::simulation::NodeState;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

macro_rules! scenario {
    ($name:literal) => {
        Run::of(include_str!(concat!("../../../scenarios/", $name, ".json")))
    };
}

/// rabbitmq.com/docs/nack: "When a message is requeued, it will be placed to its original position in its queue, if
/// possible."
#[test]
fn a_requeued_message_is_the_next_one_again() {
    let run = scenario!("requeue-spins");
    let delivered = run.delivered("tasks");
    assert!(delivered.len() > 10);
    let (first, others) = delivered.split_first().expect("there are some");
    assert_eq!(*first, (1, false));
    assert!(others.iter().all(|each| *each == (1, true)), "{others:?}");
    assert_eq!(run.ready("tasks").len() + 1, 6, "none of the others got its turn");
}

/// rabbitmq.com/docs/dlx: "a message is dropped if there was no rejection in the entire cycle".
#[test]
fn a_dead_letter_cycle_without_a_rejection_is_cut() {
    let run = scenario!("dead-letter-cycle");
    let cut = run.each(|event| match *event {
        Event::CycleCut { message, queue, .. } if run.is_queue(queue, "waiting") => Some(message.0),
        _ => None,
    });
    assert_eq!(cut, run.published("P1"), "each comes round to its first queue and no further");
    let round = |message| {
        let back = run.each(|event| match *event {
            Event::Queued { message: found, queue, .. } if run.is_queue(queue, "orders") => Some(found.0),
            _ => None,
        });
        back.into_iter().filter(|found| *found == message).count()
    };
    for message in run.published("P2") {
        assert!(round(message) >= 4, "a rejected one goes on");
    }
}

/// rabbitmq.com/docs/confirms: "acknowledging more than once" is a channel exception, PRECONDITION_FAILED with
/// unknown delivery tag; and what is unacknowledged is requeued when the channel closes.
#[test]
fn acknowledging_twice_closes_the_channel_and_gives_back_all_it_held() {
    let run = scenario!("acknowledging-twice");
    let closings = run.all(|event| match *event {
        Event::ChannelClosed { client, reply_code, reason, .. } if run.is(client, "C") => {
            Some((reply_code, run.simulation.world().names().text(reason).to_owned()))
        }
        _ => None,
    });
    let [(closed, (406, reason))] = &closings[..] else { panic!("{closings:?}") };
    assert!(reason.starts_with("PRECONDITION_FAILED - unknown delivery tag"), "{reason}");
    let mut held = Vec::new();
    for fact in &run.facts {
        match fact.event {
            Event::Delivered { message, .. } if fact.time.as_us() <= *closed => held.push(message),
            Event::Acknowledged { message, .. } if fact.time.as_us() <= *closed => {
                held.retain(|each| *each != message);
            }
            _ => {}
        }
    }
    assert_eq!(held.len(), 5, "the prefetch limit was used");
    let again = run.all(|event| match *event {
        Event::Delivered { message, redelivered: true, .. } => Some(message),
        _ => None,
    });
    assert!(again.iter().all(|(time, _)| time > closed));
    assert_eq!(again.iter().map(|(_, message)| *message).collect::<Vec<_>>(), held);
    let NodeState::Queue { acknowledged, ready, .. } = run.state("queue://tasks") else {
        panic!("it is one")
    };
    assert_eq!((acknowledged, ready), (10, 0), "with another channel all is done in the end");
}

/// rabbitmq.com/docs/queues: a declaration with other properties is a channel exception, 406.
#[test]
fn declaring_again_does_not_change_a_queue() {
    let run = scenario!("declaring-again");
    let declarations = run.each(|event| match *event {
        Event::MethodReceived { method, .. } => Some(run.simulation.world().names().text(method).to_owned()),
        Event::ChannelClosedSeen { reply_code, .. } => Some(reply_code.to_string()),
        _ => None,
    });
    assert_eq!(declarations, ["queue.declare-ok", "406"]);
    assert!(run.ready("orders").len() > 3, "it is not limited to three");
    let left_out = run.each(|event| matches!(event, Event::LeftOut { .. }).then_some(()));
    assert!(!left_out.is_empty(), "without a channel nothing is published");
    let lost = run.each(|event| matches!(event, Event::PublishingLost { .. }).then_some(()));
    assert_eq!(run.published("P").len(), run.ready("orders").len() + lost.len());
}

/// rabbitmq.com/docs/quorum-queues (poison message handling): a delivery limit ends it; a classic queue has none.
#[test]
fn a_poison_message_harms_what_stands_beside_it() {
    let run = scenario!("poison-message");
    let poison = run.published("P1")[1];
    let crashes = |name: &str| {
        let crashes = run.each(|event| match *event {
            Event::CrashCaused { consumer, .. } if run.is(consumer, name) => Some(()),
            _ => None,
        });
        crashes.len()
    };
    assert!(crashes("C1") > 5, "in the classic queue it comes round for as long as it runs");
    assert_eq!(crashes("C2"), 3, "the limit of 2 is passed with the third return");
    let times_back = run.each(|event| match *event {
        Event::Requeued { message, queue, .. } if run.is_queue(queue, "classic") => Some(message.0),
        _ => None,
    });
    let back = |message: u32| times_back.iter().filter(|each| **each == message).count();
    let beside = run.published("P1")[2];
    assert_eq!(back(poison), back(beside), "a crash gives back all that the consumer held");
    assert!(run.ready("graveyard").contains(&run.published("P2")[1]));
}

/// rabbitmq.com/docs/queues (durability): a transient queue goes with a restart, a durable one stays, and of its
/// messages only those published as persistent.
#[test]
fn of_a_durable_queue_only_the_persistent_messages_outlive_a_restart() {
    let run = scenario!("durable-queue");
    let stopped = run.all(|event| matches!(event, Event::BrokerStopped { .. }).then_some(()))[0].0;
    // The messages of P1 are persistent and transient in turn.
    let published = run.published("P1");
    let before = run.all(|event| match *event {
        Event::Queued { message, queue, .. } if run.is_queue(queue, "durable") => Some(message.0),
        _ => None,
    });
    let before: Vec<u32> =
        before.into_iter().filter(|(time, _)| *time <= stopped).map(|(_, message)| message).collect();
    let kept: Vec<u32> =
        published.iter().step_by(2).copied().filter(|message| before.contains(message)).collect();
    assert!(before.len() >= 8 && kept.len() == before.len() / 2);
    let ready = run.ready("durable");
    let outlived: Vec<u32> = ready.iter().copied().filter(|message| before.contains(message)).collect();
    assert_eq!(outlived, kept);
    assert!(run.simulation.world().broker().queues().all(|(_, queue)| !run.is_queue(queue.name, "brief")));
    assert!(ready.len() > kept.len(), "P1 has connected again and publishes");
}

/// rabbitmq.com/docs/confirms: with automatic acknowledgement a message "is considered to be successfully delivered
/// immediately after it is sent"; what the client then loses is lost.
#[test]
fn automatic_acknowledgement_loses_what_was_in_the_client() {
    let run = scenario!("automatic-acknowledgement");
    let lost = run.each(|event| match *event {
        Event::Lost { message, client, rule } => {
            assert!(run.is(client, "C1"));
            assert_eq!(rule, Rule::AutomaticAcknowledgement);
            Some(message.0)
        }
        _ => None,
    });
    let worked = |name: &str| {
        let mut worked = run.each(|event| match *event {
            Event::WorkEnded { consumer, message } if run.is(consumer, name) => Some(message.0),
            _ => None,
        });
        worked.sort_unstable();
        worked
    };
    assert!(lost.len() > 3, "nothing limits how much it is");
    let mut all = [lost, worked("C1")].concat();
    all.sort_unstable();
    assert_eq!(all, run.published("P"), "each message is worked on or counted as lost");
    assert_eq!(worked("C2"), run.published("P"), "with manual acknowledgement all of them are worked on");
}

/// rabbitmq.com/docs/confirms: transactions are "unnecessarily heavyweight"; with a round trip of 800 ms after each two
/// of twenty messages, nine of them pass before the last two can be sent.
#[test]
fn transactions_take_longer_than_confirms() {
    let run = scenario!("transactions-and-confirms");
    let newest = |name: &str| {
        let queued = run.all(|event| match *event {
            Event::Queued { queue, .. } if run.is_queue(queue, name) => Some(()),
            _ => None,
        });
        assert_eq!(queued.len(), 20);
        queued[19].0
    };
    assert_eq!(newest("confirmed"), 20 * 200_000 + 400_000, "confirms hold nothing up");
    assert!(newest("committed") >= 9 * 800_000, "{}", newest("committed"));
    let held_back = run.each(|event| match *event {
        Event::HeldBack { producer, rule, .. } => Some((run.is(producer, "P1"), rule)),
        _ => None,
    });
    assert!(!held_back.is_empty() && held_back.iter().all(|each| *each == (true, Rule::Transaction)));
}

/// rabbitmq.com/docs/queues (message ordering): order holds for one queue and one consumer.
#[test]
fn several_consumers_do_not_keep_the_order() {
    let run = scenario!("order-of-consumers");
    let done = |queue: &str| {
        run.each(|event| match *event {
            Event::Acknowledged { message, queue: from, .. } if run.is_queue(from, queue) => Some(message.0),
            _ => None,
        })
    };
    assert_eq!(done("alone"), run.published("P"));
    let shared = done("shared");
    assert_eq!(shared.len(), 12);
    assert!(!shared.is_sorted());
    assert!(
        run.delivered("shared").iter().any(|(_, redelivered)| *redelivered),
        "a crash brings one back late"
    );
}

/// rabbitmq.com/docs/maxlength: by default the head is dropped; reject-publish refuses what comes.
#[test]
fn a_full_queue_drops_its_head_unless_told_to_refuse() {
    let run = scenario!("full-queues");
    assert_eq!(run.ready("default"), run.published("P1")[7..]);
    assert_eq!(run.ready("strict"), run.published("P2")[..5]);
    for (id, counts) in [("producer:P1", (12, 0)), ("producer:P2", (5, 7))] {
        let NodeState::Producer { confirmed, refused, .. } = run.state(id) else { panic!("it is one") };
        assert_eq!((confirmed, refused), counts);
    }
}

/// Queueing theory: the mean wait in M/M/c with one message a second and 0.9 s of work is 8.1 s for c = 1, 0.23 s for
/// c = 2 and 0.001 s for c = 4 (Erlang's C formula).
#[test]
fn the_second_consumer_takes_nearly_all_of_the_waiting() {
    let run = scenario!("more-consumers");
    let mean_wait = |name: &str| {
        let times = |wanted: fn(&Event) -> Option<(u32, queuescope::facts::QueueName)>| {
            let mut found = run.all(wanted);
            found.retain(|(_, (_, queue))| run.is_queue(*queue, name));
            found.into_iter().map(|(time, (message, _))| (message, time)).collect::<Vec<_>>()
        };
        let queued = times(|event| match *event {
            Event::Queued { message, queue, .. } => Some((message.0, queue)),
            _ => None,
        });
        let handed = times(|event| match *event {
            Event::Delivered { message, queue, .. } => Some((message.0, queue)),
            _ => None,
        });
        assert_eq!(queued.len(), 40);
        let waits = handed.iter().map(|(message, time)| {
            let (_, since) = queued.iter().find(|(each, _)| each == message).expect("it was queued");
            time - since
        });
        waits.sum::<u64>() / handed.len() as u64
    };
    let [one, two, four] = ["one", "two", "four"].map(mean_wait);
    assert!(one > 2_000_000 && two < one / 4, "{one} and {two}");
    assert!(four <= two && two - four < (one - two) / 4, "{two} and {four}");
}

/// RFC 768: delivery and duplicate protection are not guaranteed. RFC 9293 section 2.2: TCP recovers from data that is
/// damaged, lost, duplicated or delivered out of order.
#[test]
fn udp_loses_doubles_and_reorders_where_tcp_does_not() {
    let run = scenario!("udp-is-not-tcp");
    let got = |name: &str| {
        run.each(|event| match *event {
            Event::SocketHas { message, receiver, .. } if run.is(receiver, name) => Some(message.0),
            _ => None,
        })
    };
    let sent = |name: &str| {
        run.each(|event| match *event {
            Event::SocketSends { message, sender, .. } if run.is(sender, name) => Some(message.0),
            _ => None,
        })
    };
    assert_eq!(got("T2"), sent("T1"), "all hundred, each once and in order");
    let datagrams = got("U2");
    let mut kinds = datagrams.clone();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() < 100, "some are lost");
    assert!(datagrams.len() > kinds.len(), "some come twice");
    assert!(!datagrams.is_sorted(), "some come behind later ones");
    let about = |name: &str, wanted: fn(&Event) -> bool| {
        run.each(|event| {
            let mut is_own = false;
            event.fields(&mut |_, field| {
                is_own |= matches!(field, queuescope::facts::Field::Client(node) if run.is(node, name));
            });
            (is_own && wanted(event)).then_some(())
        })
        .len()
    };
    let is_again = |event: &Event| matches!(event, Event::SentAgain { .. } | Event::SentAgainFast { .. });
    assert!(about("T1", is_again) > 0, "TCP sends again");
    assert_eq!(about("U1", is_again), 0, "UDP does not");
    assert!(about("T2", |event| matches!(event, Event::OctetsHeld { .. })) > 0, "and waits behind a gap");
    assert_eq!(about("U2", |event| matches!(event, Event::OctetsHeld { .. })), 0);
    // What did not come is what the link lost, and the report says which.
    let lost = run.simulation.datagrams().lost().map(|(_, number, _)| number as u32).collect::<Vec<_>>();
    let missing: Vec<u32> = sent("U1").into_iter().filter(|message| !kinds.contains(message)).collect();
    assert_eq!(lost, missing);
}

/// RFC 9293 section 2.2: TCP is a stream of octets. RFC 896: small segments are gathered while an acknowledgement is
/// awaited. RFC 1122 section 4.1.1: UDP keeps the boundaries of datagrams.
#[test]
fn one_send_is_neither_one_segment_nor_one_receive() {
    let run = scenario!("one-send-one-receive");
    let segments = |name: &str| {
        run.each(|event| match *event {
            Event::SegmentSent { sender, octets, .. } if run.is(sender, name) && octets > 0 => Some(octets),
            _ => None,
        })
    };
    let reads = |name: &str| {
        run.each(|event| match *event {
            Event::SocketReads { receiver, octets, ends, begins, .. } if run.is(receiver, name) => {
                Some((octets, ends, begins))
            }
            _ => None,
        })
    };
    // A round trip of 100 ms, and a send each 10 ms: the first goes alone, then about ten go together.
    assert_eq!(segments("S1")[0], 30);
    assert!(
        segments("S1").len() < 10 && segments("S1").iter().sum::<u64>() == 40 * 30,
        "{:?}",
        segments("S1")
    );
    assert_eq!(reads("R1").len(), segments("S1").len());
    assert!(reads("R1").iter().any(|(_, ends, _)| *ends > 5));
    // 4,000 octets are cut at the maximum segment size, and received a thousand at a time.
    let largest = segments("S2").into_iter().max();
    assert_eq!(largest, Some(1_460));
    assert!(reads("R2").iter().all(|(octets, ..)| *octets <= 1_000));
    assert!(
        reads("R2").iter().any(|(_, ends, begins)| *ends == 0 && *begins == 0),
        "the middle of a message"
    );
    assert_eq!(reads("R2").iter().map(|(_, ends, _)| ends).sum::<u64>(), 3);
    assert_eq!(reads("R3"), vec![(30, 1, 1); 40], "datagrams come as they were sent");
}

/// *AMQP 0-9-1* section 2.2.4; RFC 9293 section 3.5. That TCP acknowledges octets says nothing of what the broker did
/// with the message in them: rabbitmq.com/docs/confirms.
#[test]
fn a_message_of_amqp_is_followed_in_segments() {
    let run = scenario!("amqp-in-segments");
    let first = |wanted: &dyn Fn(&Event) -> bool| {
        let found = run.facts.iter().position(|fact| wanted(&fact.event));
        found.unwrap_or_else(|| panic!("it happens"))
    };
    let name = |name| run.simulation.world().names().text(name);
    let by_p = |sender| run.is(sender, "P");
    let places = [
        first(
            &|event| matches!(*event, Event::FrameSent { sender, protocol, .. } if by_p(sender) && name(protocol) == "ARP"),
        ),
        first(
            &|event| matches!(*event, Event::SegmentSent { sender, flags, .. } if by_p(sender) && name(flags) == "SYN"),
        ),
        first(
            &|event| matches!(*event, Event::Said { sender, method, .. } if by_p(sender) && name(method) == "protocol header"),
        ),
        first(
            &|event| matches!(*event, Event::Said { sender, method, .. } if by_p(sender) && name(method) == "connection.start-ok"),
        ),
        first(
            &|event| matches!(*event, Event::Said { sender, method, .. } if by_p(sender) && name(method) == "channel.open"),
        ),
        first(&|event| matches!(*event, Event::Published { .. })),
        first(
            &|event| matches!(*event, Event::SegmentCompletes { message, what, .. } if message.0 == 1 && name(what) == "basic.publish"),
        ),
        first(&|event| matches!(*event, Event::Received { message, .. } if message.0 == 1)),
        first(
            &|event| matches!(*event, Event::SegmentCompletes { message, what, .. } if message.0 == 1 && name(what) == "basic.ack"),
        ),
    ];
    assert!(places.is_sorted(), "{places:?}");
    let again = run
        .each(|event| matches!(event, Event::SentAgain { .. } | Event::SentAgainFast { .. }).then_some(()));
    assert!(!again.is_empty(), "something was lost and sent again");
    let NodeState::Producer { confirmed, .. } = run.state("producer:P") else { panic!("it is one") };
    assert_eq!((confirmed, run.published("P").len()), (20, 20));
}
