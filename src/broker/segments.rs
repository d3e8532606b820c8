//! The files of a stream, of which the oldest go.
//!
//! Source: rabbitmq.com/docs/streams ("Data Retention"); RabbitMQ 3.10.8's `osiris_log`. A stream is stored in
//! segments. When the newest has its size, the next message begins another one, and it is looked then which of the
//! older ones go: as long as all together are larger than they may be, and while the last message of the oldest is
//! too old. The newest never goes.

use super::stored_size::{SEGMENT_HEADER, stored_size};
use super::{Broker, Context};
use crate::facts::{Event, Rule};
use crate::ids::QueueId;
use crate::time::{Span, Time};
use std::collections::VecDeque;

/// How large a segment becomes if nothing else is said.
const SEGMENT_SIZE: u64 = 500_000_000;
/// So many chunks are in a segment at most.
const MOST_CHUNKS: u64 = 256_000;

/// The segments of a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Segments {
    files: VecDeque<Segment>,
    /// When each message of the stream was written, the oldest first.
    written: VecDeque<Time>,
}

/// A segment.
#[derive(Clone, Debug)]
struct Segment {
    /// The offset of its first message.
    first: u64,
    messages: u64,
    bytes: u64,
    /// When its last message was written.
    last: Time,
}

impl Segments {
    /// Writes a message at the end; the offset of the next is `offset`. Says whether it begins a segment beside others.
    fn write(&mut self, offset: u64, bytes: u64, now: Time, most: u64) -> bool {
        let is_full = |newest: &Segment| newest.bytes >= most || newest.messages >= MOST_CHUNKS;
        let begins = self.files.back().is_none_or(is_full);
        if begins {
            self.files.push_back(Segment { first: offset, messages: 0, bytes: SEGMENT_HEADER, last: now });
        }
        if let Some(newest) = self.files.back_mut() {
            newest.messages += 1;
            newest.bytes += bytes;
            newest.last = now;
        }
        self.written.push_back(now);
        begins && self.files.len() > 1
    }

    /// Drops the segments that are not to be kept. Says where the stream begins then.
    fn retain(&mut self, most_bytes: Option<u64>, age: Option<Span>, now: Time) -> Option<u64> {
        if let Some(most) = most_bytes {
            let mut left = most.saturating_sub(self.files.back()?.bytes);
            let older = self.files.iter().rev().skip(1);
            let kept = older.take_while(|segment| {
                let is_kept = segment.bytes <= left;
                left = left.saturating_sub(segment.bytes);
                is_kept
            });
            let kept = 1 + kept.count();
            self.files.drain(..self.files.len() - kept);
        }
        if let Some(age) = age {
            // Times of chunks are whole milliseconds.
            let ms = |time: Time| time.as_us() / 1_000;
            let is_old = |segment: &Segment| ms(segment.last) + age.as_us() / 1_000 < ms(now);
            while self.files.len() > 1 && self.files.front().is_some_and(is_old) {
                self.files.pop_front();
            }
        }
        self.files.front().map(|oldest| oldest.first)
    }

    /// How many messages were written before that moment, in whole milliseconds.
    pub(super) fn count_before(&self, ms: u64) -> u64 {
        self.written.partition_point(|written| written.as_us() / 1_000 < ms) as u64
    }
}

impl Broker {
    /// The newest message of a stream is written to its file.
    pub(super) fn write_to_segment(&mut self, cx: &mut Context, id: QueueId) {
        let queue = self.queue_mut(id);
        let Some((newest, message)) =
            queue.newest_of(0).map(|newest| (newest.position, newest.message.clone()))
        else {
            return;
        };
        let most = queue.settings.max_segment_bytes.unwrap_or(SEGMENT_SIZE);
        let segments = queue.segments.get_or_insert_default();
        if segments.write(newest, stored_size(&message, cx.names), cx.now, most) {
            self.drop_segments(cx, id);
        }
    }

    /// Drops what a stream is not to keep any more.
    pub(super) fn drop_segments(&mut self, cx: &mut Context, id: QueueId) {
        let queue = self.queue_mut(id);
        let (most, age) = (queue.settings.max_length_bytes, queue.settings.max_age);
        let Some(first) = queue.segments.as_mut().and_then(|segments| segments.retain(most, age, cx.now))
        else {
            return;
        };
        while queue.head().is_some_and(|oldest| oldest.position < first) {
            let Some(dropped) = queue.take_head() else { return };
            if let Some(segments) = queue.segments.as_mut() {
                segments.written.pop_front();
            }
            let (message, queue, rule) =
                (dropped.message.content.origin.message, queue.name, Rule::StreamRetention);
            cx.record(Event::NoLongerRetained { message, queue, rule });
        }
    }
}

crate::ids::nameless!(Segments);
