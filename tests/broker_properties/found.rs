//! Sequences that once broke an invariant, as they were shrunk.

use super::steps::*;
use super::world::World;
use queuescope::broker::Version;

const AT: At = At(0, 1);

fn declare(queue: u8, declaration: Declaration) -> Step {
    Step::Declare { at: AT, queue, declaration }
}

fn publish(letter: Letter) -> Step {
    Step::Publish { at: AT, letter }
}

fn consume(queue: u8) -> Step {
    Step::Consume { at: AT, queue, tag: None, prefetch: 1, no_ack: false, exclusive: false, priority: 0 }
}

fn acknowledge() -> Step {
    Step::Answer { at: AT, which: Which::Held(0), answer: Answer::Acknowledge, multiple: false }
}

fn holds(steps: &[Step]) {
    World::new(Version::V3_10).run(steps).unwrap_or_else(|what| panic!("{what}"));
}

#[test]
fn what_a_channel_holds_of_an_auto_delete_queue_goes_with_it() {
    let auto_delete = Declaration { is_auto_delete: true, ..Declaration::default() };
    holds(&[declare(0, auto_delete), consume(0), publish(Letter::default()), Step::Drop { client: 0 }]);
}

#[test]
fn a_refused_message_without_dead_letter_exchange_is_refused_and_nothing_else() {
    let settings = Settings { max_length: Some(0), overflow: 2, ..Settings::default() };
    holds(&[declare(0, Declaration { settings, ..Declaration::default() }), publish(Letter::default())]);
}

#[test]
fn a_nack_that_a_stream_refuses_loses_nothing_of_other_queues() {
    let stream = Declaration { kind: 2, ..Declaration::default() };
    let nack = Step::Answer { at: AT, which: Which::Zero, answer: Answer::Requeue, multiple: true };
    let to_stream = Letter { to: Target::Queue(1), ..Letter::default() };
    holds(&[
        declare(0, Declaration::default()),
        declare(1, stream),
        consume(0),
        consume(1),
        publish(Letter::default()),
        publish(to_stream),
        nack,
    ]);
}

#[test]
fn a_stream_that_is_deleted_removes_each_message_once() {
    let delete = Step::Delete { at: AT, queue: 0, if_unused: false, if_empty: false };
    let stream = Declaration { kind: 2, ..Declaration::default() };
    holds(&[declare(0, stream), consume(0), publish(Letter::default()), delete]);
}

#[test]
fn what_a_transaction_was_to_acknowledge_goes_with_its_queue() {
    let delete = Step::Delete { at: At(1, 1), queue: 0, if_unused: false, if_empty: false };
    let select = Step::Transact { at: AT, commit: false };
    let declared = declare(0, Declaration::default());
    holds(&[declared, publish(Letter::default()), consume(0), select, acknowledge(), delete]);
}

#[test]
fn what_a_restart_loses_is_told() {
    let declared = declare(0, Declaration::default());
    holds(&[declared, publish(Letter::default()), Step::Restart { crash: false }]);
}

#[test]
fn what_expired_behind_a_lost_message_goes_in_the_restart() {
    let declared = declare(0, Declaration::default());
    let expires = Letter { is_persistent: true, expiration: Some(0), ..Letter::default() };
    holds(&[declared, publish(Letter::default()), publish(expires), Step::Restart { crash: false }]);
}

#[test]
fn a_message_is_got_before_the_next_one_expires() {
    let declared = declare(0, Declaration::default());
    let expires = Letter { expiration: Some(0), ..Letter::default() };
    let get = Step::Get { at: AT, queue: 0, no_ack: false };
    holds(&[declared, publish(Letter::default()), publish(expires), get]);
}

#[test]
fn a_direct_reply_is_told() {
    let asks = Letter { wants_reply: true, ..Letter::default() };
    let replies = Letter { to: Target::Reply(0), ..Letter::default() };
    holds(&[declare(0, Declaration::default()), consume(0), publish(asks), publish(replies)]);
}
