//! What one direction of a link does to frames, and to whole messages.

use queuescope::network::{Direction, Fate, Jitter, Lane, Link, LinkSettings, LossReason, MessageFate};
use queuescope::time::{Span, Time};
use std::num::NonZeroU64;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn lane(settings: LinkSettings) -> Lane {
    Lane::new(settings, 1, "test")
}

/// An Ethernet frame with so many octets of IPv4 in it.
fn frame(octets: usize) -> Vec<u8> {
    let mut frame = vec![0; 14 + octets];
    frame[12] = 8;
    frame
}

fn arrival(fate: Fate) -> Option<Time> {
    match fate {
        Fate::Arrives { at, .. } => Some(at),
        Fate::Lost(_) => None,
    }
}

/// A frame of 1,500 octets takes 1 ms at 12 Mbit/s.
#[test]
fn frames_leave_one_after_the_other_at_the_bandwidth() {
    let settings = LinkSettings {
        latency: Span::from_ms(5),
        bandwidth: NonZeroU64::new(12_000_000),
        queue_limit: Some(4_500),
        ..LinkSettings::default()
    };
    let mut lane = lane(settings);
    let now = Time::from_us(1_000);
    let fates: Vec<Fate> = (0..4).map(|_| lane.send(now, &frame(1_486)).frame).collect();
    let times: Vec<Option<u64>> = fates.iter().map(|fate| arrival(*fate).map(Time::as_us)).collect();
    assert_eq!(times, [Some(7_000), Some(8_000), Some(9_000), None]);
    assert_eq!(fates[3], Fate::Lost(LossReason::QueueFull));
    assert_eq!(lane.queued_octets(now), 4_500);
    assert_eq!(lane.queued_octets(Time::from_us(2_999)), 3_000);
    assert_eq!(lane.queued_octets(Time::from_us(4_000)), 0);
}

/// A million small frames at a gigabit: no rounding adds up. 64 octets take 0.512 µs.
#[test]
fn short_times_do_not_add_up_to_an_error() {
    let settings = LinkSettings { bandwidth: NonZeroU64::new(1_000_000_000), ..LinkSettings::default() };
    let mut lane = lane(settings);
    let frame = frame(50);
    let last = (0..100_000).map(|_| lane.send(Time::START, &frame).frame).last().and_then(arrival);
    assert_eq!(last, Some(Time::from_us(51_200)));
}

#[test]
fn jitter_never_changes_the_order_and_reordering_does() {
    let jittery = LinkSettings {
        latency: Span::from_ms(20),
        jitter: Jitter::Normal { deviation: Span::from_ms(10) },
        ..LinkSettings::default()
    };
    let arrivals = |settings: LinkSettings| -> Vec<Time> {
        let mut lane = lane(settings);
        let send = |number: u64| arrival(lane.send(Time::from_us(number * 1_000), &frame(100)).frame);
        (0..1_000).filter_map(send).collect()
    };
    assert!(arrivals(jittery.clone()).is_sorted());
    assert!(!arrivals(LinkSettings { reordering: 0.01, ..jittery }).is_sorted());
}

/// Of n frames with probability p the standard error is the root of p(1-p)/n: five of them for 0.1 and 20,000 are
/// 0.0106.
#[test]
fn losses_copies_and_damage_come_as_often_as_they_are_asked_for() {
    let settings = LinkSettings {
        loss: 0.1,
        duplication: 0.1,
        reordering: 0.1,
        corruption: 0.1,
        ..LinkSettings::default()
    };
    let mut lane = lane(settings);
    let mut counts = [0; 4];
    let mut arrived = 0;
    for _ in 0..20_000 {
        let fates = lane.send(Time::START, &frame(100));
        counts[0] += u32::from(fates.frame == Fate::Lost(LossReason::Chance));
        counts[1] += u32::from(fates.copy.is_some());
        if let Fate::Arrives { corrupted_bit, is_overtaking, .. } = fates.frame {
            arrived += 1;
            counts[2] += u32::from(is_overtaking);
            counts[3] += u32::from(corrupted_bit.is_some());
            assert!(corrupted_bit.is_none_or(|bit| (14 * 8..114 * 8).contains(&bit)));
        }
    }
    for (count, of) in counts.into_iter().zip([20_000, 20_000, arrived, arrived]) {
        assert!((f64::from(count) / f64::from(of) - 0.1).abs() < 0.0115, "{count} of {of}");
    }
}

/// Each thing that may happen has its own stream: losing frames does not change when the others arrive.
#[test]
fn what_is_turned_on_shifts_no_other_chance() {
    let quiet = LinkSettings {
        latency: Span::from_ms(20),
        jitter: Jitter::Exponential { mean: Span::from_ms(1) },
        corruption: 0.2,
        ..LinkSettings::default()
    };
    let fates = |settings: LinkSettings| -> Vec<Fate> {
        let mut lane = lane(settings);
        (0..500).map(|number| lane.send(Time::from_us(number * 1_000_000), &frame(100)).frame).collect()
    };
    assert_eq!(fates(quiet.clone()), fates(LinkSettings { loss: 1e-12, duplication: 1e-12, ..quiet }));
}

#[test]
fn a_link_that_goes_down_takes_what_is_on_it_and_what_is_too_long_is_lost() {
    let up = LinkSettings::with_latency(Span::from_ms(20));
    let mut lane = lane(up.clone());
    assert_eq!(lane.send(Time::START, &frame(1_501)).frame, Fate::Lost(LossReason::TooLong));
    assert!(arrival(lane.send(Time::START, &frame(1_500)).frame).is_some());
    lane.change(LinkSettings { is_up: false, ..up.clone() });
    assert_eq!(lane.outages(), 1);
    assert_eq!(lane.send(Time::START, &frame(100)).frame, Fate::Lost(LossReason::Down));
    lane.change(up);
    assert!(arrival(lane.send(Time::START, &frame(100)).frame).is_some());
}

/// RFC 6298: a lost transmission costs a second, the next two more, and so on; what was sent later waits behind it.
#[test]
fn messages_come_in_order_and_a_loss_costs_time() {
    let lossy = LinkSettings { loss: 0.2, ..LinkSettings::with_latency(Span::from_ms(20)) };
    let mut link = Link::with_settings([lossy.clone(), lossy], 1, "P");
    let mut newest = Time::START;
    let mut own_delays = std::collections::BTreeMap::new();
    for number in 0..1_000 {
        // So seldom that no message waits for another.
        let now = Time::from_us(number * 200_000_000);
        let fate = link.carry_message(now, Direction::ToBroker, 100);
        let MessageFate::Arrives { at, lost_transmissions } = fate else { panic!("{fate:?}") };
        assert!(at >= newest);
        newest = at;
        own_delays.insert(lost_transmissions, (at - now).as_us());
    }
    let expected = [(0, 20_000), (1, 1_020_000), (2, 3_020_000), (3, 7_020_000)];
    assert_eq!(own_delays.into_iter().take(4).collect::<Vec<_>>(), expected);
    // All at once: the order stays.
    let now = newest;
    let arrivals: Vec<Time> = (0..100)
        .filter_map(|_| match link.carry_message(now, Direction::ToClient, 3_000) {
            MessageFate::Arrives { at, .. } => Some(at),
            _ => None,
        })
        .collect();
    assert!(arrivals.len() == 100 && arrivals.is_sorted());
}

#[test]
fn a_message_waits_for_a_link_that_is_down_and_not_for_ever_for_one_that_loses_all() {
    let up = LinkSettings::with_latency(Span::from_ms(20));
    let mut link = Link::new(Span::from_ms(20));
    assert_eq!(link.carry(Time::START, Direction::ToBroker), Time::from_us(20_000));
    link.change(Direction::ToBroker, LinkSettings { is_up: false, ..up.clone() });
    assert_eq!(link.carry_message(Time::START, Direction::ToBroker, 1), MessageFate::Down);
    link.change(Direction::ToBroker, LinkSettings { loss: 1.0, ..up });
    // 1 + 2 + … + 32 seconds, and then one minute after the other.
    let at = Time::from_us((63 + 10 * 60) * 1_000_000);
    assert_eq!(link.carry_message(Time::START, Direction::ToBroker, 1), MessageFate::TimedOut { at });
}
