//! What holds after every command.

use super::ledger::Ledger;
use super::world::MOST_UNCONFIRMED;
use queuescope::broker::{
    Broker, Channel, ChannelKey, ConsumerKey, Overflow, Queue, QueueType, Unacknowledged,
};
use queuescope::ids::{MessageId, Name, QueueId};
use queuescope::time::Time;
use std::collections::BTreeMap;

/// What an invariant looks at.
pub struct Seen<'a> {
    pub broker: &'a Broker,
    pub ledger: &'a Ledger,
    pub now: Time,
    /// How many deliveries to consumers each channel held when it was looked at the last time.
    pub held_before: &'a BTreeMap<ChannelKey, u64>,
    /// Policies were set, which may have lowered a limit that was passed before.
    pub had_policies: bool,
}

type Invariant = (&'static str, fn(&Seen) -> Result<(), String>);

/// The invariants by name.
pub const ALWAYS: &[Invariant] = &[
    ("every copy is in exactly one state, and the facts tell which", copies_are_where_the_facts_say),
    ("a queue counts what is in it", queues_count_what_is_in_them),
    ("a queue counts what channels hold of it", queues_count_what_channels_hold),
    ("a channel counts what its consumers hold", channels_count_what_consumers_hold),
    ("no consumer holds more than its prefetch", consumers_hold_no_more_than_their_prefetch),
    ("no channel takes more than its prefetch", channels_take_no_more_than_their_prefetch),
    ("a queue that drops its head is never over its limit", limits_of_length_hold),
    ("nothing that was given back too often comes again", delivery_limits_hold),
    ("no expired message stays at the head", expired_heads_are_gone),
    ("a message waits only where no consumer can take it", no_message_waits_beside_a_free_consumer),
    ("only so many dead letters are forwarded and not confirmed", unconfirmed_letters_are_few),
    ("queues and channels agree about consumers", consumers_are_known_on_both_sides),
];

fn require(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// Every channel with its key.
pub fn channels(broker: &Broker) -> impl Iterator<Item = (ChannelKey, &Channel)> {
    broker.connections().flat_map(|(id, connection)| {
        let keyed = move |number| ChannelKey { connection: id, number };
        connection.channels.iter().map(move |(number, channel)| (keyed(*number), channel))
    })
}

/// How many deliveries to consumers a channel holds.
pub fn held_by_consumers(channel: &Channel) -> u64 {
    channel.held().filter(|delivery| delivery.consumer.is_some()).count() as u64
}

fn message(copy: &queuescope::broker::QueuedMessage) -> MessageId {
    copy.message.content.origin.message
}

fn copies_are_where_the_facts_say(seen: &Seen) -> Result<(), String> {
    let mut ready: Vec<(Name, MessageId)> = Vec::new();
    let mut unacknowledged: Vec<(Name, MessageId)> = Vec::new();
    for (_, queue) in seen.broker.queues() {
        ready.extend(queue.ready().map(|copy| (queue.name.name, message(copy))));
    }
    let mut kept: Vec<(Name, MessageId)> = Vec::new();
    for (_, queue) in seen.broker.queues() {
        let letters = queue.kept(seen.broker.confirm_timeout());
        kept.extend(letters.map(|(copy, _)| (queue.name.name, message(copy))));
    }
    for delivery in channels(seen.broker).flat_map(|(_, channel)| channel.held()) {
        // The deliveries of a queue that is gone were removed with it, those of a stream are not its copies.
        if let Some(queue) = seen.broker.queue(delivery.queue)
            && queue.kind != QueueType::Stream
        {
            unacknowledged.push((queue.name.name, message(&delivery.message)));
        }
    }
    ready.sort_unstable();
    unacknowledged.sort_unstable();
    kept.sort_unstable();
    let mut dead = kept.into_iter();
    let (mut in_broker, mut with_clients) = (ready.into_iter(), unacknowledged.into_iter());
    for (queue, message, copies) in seen.ledger.copies() {
        let differs = || format!("facts have {copies:?} of {message:?} in {queue:?}, the broker has not");
        for _ in 0..copies.ready {
            require(in_broker.next() == Some((queue, message)), differs)?;
        }
        for _ in 0..copies.unacknowledged {
            require(with_clients.next() == Some((queue, message)), differs)?;
        }
        for _ in 0..copies.kept {
            require(dead.next() == Some((queue, message)), differs)?;
        }
    }
    match in_broker.next().or(with_clients.next()).or(dead.next()) {
        Some((queue, message)) => Err(format!("{message:?} is in {queue:?} and no fact says so")),
        None => Ok(()),
    }
}

fn queues_count_what_is_in_them(seen: &Seen) -> Result<(), String> {
    for (_, queue) in seen.broker.queues() {
        let (mut count, mut bytes) = (0, 0);
        for copy in queue.ready() {
            count += 1;
            bytes += copy.message.content.body.len() as u64;
        }
        let kept = queue.kept(seen.broker.confirm_timeout()).count() as u64;
        require(queue.kept_count() == kept, || {
            format!("{:?} says it keeps {}, it keeps {kept}", queue.name, queue.kept_count())
        })?;
        // Of a stream offsets are counted, of which some are no messages.
        let counted = match queue.stream_length() {
            Some(offsets) if offsets >= count => count,
            Some(offsets) => offsets,
            None => queue.ready_count(),
        };
        require((counted, queue.ready_bytes()) == (count, bytes), || {
            format!(
                "{:?} says {counted} with {} octets, it has {count} with {bytes}",
                queue.name,
                queue.ready_bytes()
            )
        })?;
    }
    Ok(())
}

fn queues_count_what_channels_hold(seen: &Seen) -> Result<(), String> {
    let mut counts: BTreeMap<QueueId, u64> = BTreeMap::new();
    for delivery in channels(seen.broker).flat_map(|(_, channel)| channel.held()) {
        *counts.entry(delivery.queue).or_default() += 1;
    }
    for (id, queue) in seen.broker.queues() {
        let held = counts.get(&id).copied().unwrap_or(0);
        require(queue.unacknowledged == held, || {
            format!("{:?} counts {} unacknowledged, channels hold {held}", queue.name, queue.unacknowledged)
        })?;
    }
    Ok(())
}

fn channels_count_what_consumers_hold(seen: &Seen) -> Result<(), String> {
    for (key, channel) in channels(seen.broker) {
        require(channel.channel_prefetch > 0 || channel.counted == 0, || {
            format!("{key:?} counts {} without a limit", channel.counted)
        })?;
        let tags: Vec<u64> = channel.unacknowledged.iter().map(|delivery| delivery.tag).collect();
        require(tags.is_sorted_by(|one, next| one < next), || format!("{key:?} holds the tags {tags:?}"))?;
        for (tag, consumer) in channel.consumers.iter() {
            let mine = |delivery: &&Unacknowledged| delivery.consumer == Some((*tag, consumer.number));
            let held = channel.held().filter(mine).count() as u64;
            require(consumer.unacknowledged == held, || {
                format!("consumer {tag:?} of {key:?} counts {}, it holds {held}", consumer.unacknowledged)
            })?;
        }
    }
    Ok(())
}

/// A consumer's limit is that of its start, with what a quorum queue of RabbitMQ 3.10 gives it by mistake. With
/// automatic acknowledgement nothing is held.
fn consumers_hold_no_more_than_their_prefetch(seen: &Seen) -> Result<(), String> {
    for (key, channel) in channels(seen.broker) {
        for (tag, consumer) in channel.consumers.iter() {
            let is_quorum =
                seen.broker.queue(consumer.queue).is_some_and(|queue| queue.kind == QueueType::Quorum);
            require(consumer.surplus == 0 || is_quorum, || {
                format!("consumer {tag:?} of {key:?} has a surplus")
            })?;
            let most =
                if consumer.is_automatic { 0 } else { u64::from(consumer.prefetch) + consumer.surplus };
            let is_limited = consumer.is_automatic || consumer.prefetch > 0;
            require(!is_limited || consumer.unacknowledged <= most, || {
                format!("consumer {tag:?} of {key:?} holds {} of {most}", consumer.unacknowledged)
            })?;
        }
    }
    Ok(())
}

/// A channel's limit may be lowered below what it holds; then it takes nothing more. It does not count what quorum
/// queues and streams have sent, and forgets as many others when that is answered.
fn channels_take_no_more_than_their_prefetch(seen: &Seen) -> Result<(), String> {
    for (key, channel) in channels(seen.broker).filter(|(_, channel)| channel.channel_prefetch > 0) {
        let before = seen.held_before.get(&key).copied().unwrap_or(0);
        let (most, holds) = (u64::from(channel.channel_prefetch).max(before), held_by_consumers(channel));
        let uncounted = (holds as i64 - channel.counted).max(0) as u64;
        require(holds <= most + uncounted, || format!("{key:?} holds {holds} of {most}"))?;
    }
    Ok(())
}

fn limits_of_length_hold(seen: &Seen) -> Result<(), String> {
    for (_, queue) in seen.broker.queues() {
        let settings = &queue.settings;
        if settings.overflow != Overflow::DropHead {
            continue;
        }
        let is_within = settings.max_length.is_none_or(|most| queue.ready_count() <= most)
            && settings.max_length_bytes.is_none_or(|most| queue.ready_bytes() <= most)
            || queue.kind == QueueType::Stream;
        require(is_within, || format!("{:?} has {} ready", queue.name, queue.ready_count()))?;
    }
    Ok(())
}

fn delivery_limits_hold(seen: &Seen) -> Result<(), String> {
    let quorum =
        seen.broker.queues().filter(|(_, queue)| queue.kind == QueueType::Quorum && !seen.had_policies);
    for (_, queue) in quorum {
        let most = queue.settings.delivery_limit.unwrap_or(u64::MAX);
        let beyond = queue.ready().find(|copy| u64::from(copy.delivery_count) > most);
        require(beyond.is_none(), || format!("{:?}, limit {most}: {beyond:?}", queue.name))?;
    }
    Ok(())
}

fn expired_heads_are_gone(seen: &Seen) -> Result<(), String> {
    for (_, queue) in seen.broker.queues().filter(|(_, queue)| queue.kind != QueueType::Stream) {
        let expires = queue.head().and_then(|head| head.expires);
        require(expires.is_none_or(|expires| expires.time() > seen.now), || {
            format!("the head of {:?} expired at {expires:?}, it is {:?}", queue.name, seen.now)
        })?;
    }
    Ok(())
}

/// Whether the prefetch limits leave a consumer room (rabbitmq.com/docs/consumer-prefetch). That of its channel
/// holds back also a consumer with automatic acknowledgement.
fn has_room(broker: &Broker, key: ConsumerKey) -> bool {
    let connection = broker.connection(key.channel.connection).expect("consumers are on connections");
    let channel = &connection.channels[&key.channel.number];
    let consumer = &channel.consumers[&key.tag];
    let is_below = |limit: u16, more: u64, count: u64| limit == 0 || count < u64::from(limit) + more;
    (consumer.is_automatic || is_below(consumer.prefetch, consumer.surplus, consumer.unacknowledged))
        && (consumer.is_unlimited_by_channel || !channel.is_limit_reached())
}

/// Whether the active consumer is to give way to one of a higher priority, which from RabbitMQ 4 on it does in a
/// quorum queue when it holds nothing any more.
fn gives_way(queue: &Queue) -> bool {
    queue.settings.is_active_by_priority && queue.consumer_count() > 1
}

fn no_message_waits_beside_a_free_consumer(seen: &Seen) -> Result<(), String> {
    let waiting = seen.broker.queues().filter(|(_, queue)| queue.ready_count() > 0);
    for (_, queue) in waiting.filter(|(_, queue)| !queue.stands_still()) {
        let free = match queue.settings.is_single_active_consumer {
            true if queue.consumer_count() > 0 => {
                let active = queue.single_active_consumer();
                require(active.is_some(), || format!("{:?} has consumers, none is active", queue.name))?;
                active.filter(|key| has_room(seen.broker, *key) && !gives_way(queue))
            }
            _ => queue.consumers().find(|key| has_room(seen.broker, *key)),
        };
        require(free.is_none(), || {
            format!("{:?} has {} ready, free: {free:?}", queue.name, queue.ready_count())
        })?;
    }
    Ok(())
}

/// Those that were forwarded say when they are tried again.
fn unconfirmed_letters_are_few(seen: &Seen) -> Result<(), String> {
    for (_, queue) in seen.broker.queues() {
        let kept: Vec<Option<Time>> =
            queue.kept(seen.broker.confirm_timeout()).map(|(_, again)| again).collect();
        let forwarded = kept.iter().take_while(|again| again.is_some()).count();
        require(forwarded <= MOST_UNCONFIRMED && kept[forwarded..].iter().all(Option::is_none), || {
            format!("{:?} keeps {kept:?}", queue.name)
        })?;
        require(kept.len() == forwarded || forwarded == MOST_UNCONFIRMED, || {
            format!("{:?} keeps {kept:?} and forwards no more", queue.name)
        })?;
        require(kept.iter().flatten().all(|again| *again > seen.now), || {
            format!("{:?} keeps {kept:?}, it is {:?}", queue.name, seen.now)
        })?;
    }
    Ok(())
}

fn consumers_are_known_on_both_sides(seen: &Seen) -> Result<(), String> {
    let mut of_channels: Vec<(QueueId, ConsumerKey)> = Vec::new();
    for (key, channel) in channels(seen.broker) {
        let consumers = channel.consumers.iter();
        of_channels
            .extend(consumers.map(|(tag, each)| (each.queue, ConsumerKey { channel: key, tag: *tag })));
    }
    let known =
        |(id, queue): (QueueId, &Queue)| queue.consumers().map(move |key| (id, key)).collect::<Vec<_>>();
    let mut of_queues: Vec<(QueueId, ConsumerKey)> = seen.broker.queues().flat_map(known).collect();
    of_channels.sort_unstable();
    of_queues.sort_unstable();
    require(of_channels == of_queues, || format!("channels know {of_channels:?}, queues {of_queues:?}"))
}
