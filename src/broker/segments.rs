//! The files of a stream, of which the oldest go.
//!
//! Source: rabbitmq.com/docs/streams ("Data Retention"); RabbitMQ 3.10.8's `osiris_log`. A stream is stored in
//! segments. When the newest has its size, the next message begins another one, and it is looked then which of the
//! older ones go: as long as all together are larger than they may be, and while the last message of the oldest is
//! too old. The newest never goes.

use super::queue::{Queue, QueuedMessage};
use super::settings::QueueType;
use super::stored_size::{SEGMENT_HEADER, snapshot_size, stored_size};
use super::{Broker, Context};
use crate::amqp::Message;
use crate::facts::{Event, Rule};
use crate::ids::{Name, QueueId};
use crate::time::{Span, Time};
use litemap::LiteMap;
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
    /// Who has written to it. It remembers the last message of each, and says so anew at the beginning of a segment.
    writers: LiteMap<Name, ()>,
}

/// A segment.
#[derive(Clone, Debug)]
struct Segment {
    /// The offset of what is first in it.
    first: u64,
    messages: u64,
    bytes: u64,
    /// When its last message was written.
    last: Time,
}

impl Segments {
    /// Begins a segment at an offset where the newest is full. Says how many offsets that takes: what is remembered
    /// of the writers stands at the beginning of every segment but the first, and takes one.
    fn make_room(&mut self, offset: u64, most: u64, now: Time) -> u64 {
        let is_full = |newest: &Segment| newest.bytes >= most || newest.messages >= MOST_CHUNKS;
        if self.files.back().is_some_and(|newest| !is_full(newest)) {
            return 0;
        }
        let is_first = self.files.is_empty();
        let bytes =
            if is_first { SEGMENT_HEADER } else { SEGMENT_HEADER + snapshot_size(self.writers.len() as u64) };
        self.files.push_back(Segment { first: offset, messages: 0, bytes, last: now });
        u64::from(!is_first)
    }

    /// Writes a message at the end.
    fn write(&mut self, writer: Name, bytes: u64, now: Time) {
        self.writers.insert(writer, ());
        self.written.push_back(now);
        if let Some(newest) = self.files.back_mut() {
            newest.messages += 1;
            newest.bytes += bytes;
            newest.last = now;
        }
    }

    /// The offset of what is first in it.
    pub(super) fn first(&self) -> Option<u64> {
        self.files.front().map(|oldest| oldest.first)
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

impl Queue {
    /// How many offsets a stream holds; nothing for other queues. They are those of its messages, and one at the
    /// beginning of each segment but the first.
    pub fn stream_length(&self) -> Option<u64> {
        let first = self.segments.as_ref().and_then(|segments| segments.first());
        (self.kind == QueueType::Stream).then(|| first.map_or(0, |first| self.next_position - first))
    }

    /// The first message of a stream from an offset on.
    pub(super) fn at_offset(&self, offset: u64) -> Option<&QueuedMessage> {
        let log = &self.lowest;
        // As a rule offsets follow each other.
        let place = usize::try_from(offset.saturating_sub(log.front()?.position)).ok()?;
        match log.get(place) {
            Some(found) if found.position == offset => Some(found),
            _ => log.get(log.partition_point(|copy| copy.position < offset)),
        }
    }

    /// The offset of the oldest message of a stream, and that of the next to come.
    pub(super) fn offsets(&self) -> (u64, u64) {
        (self.lowest.front().map_or(self.next_position, |first| first.position), self.next_position)
    }

    /// The offset of the message of a stream that has so many before it.
    pub(super) fn offset_behind(&self, count: u64) -> u64 {
        let found = usize::try_from(count).ok().and_then(|count| self.lowest.get(count));
        found.map_or(self.next_position, |copy| copy.position)
    }

    /// So many offsets are taken by something that is no message.
    pub(super) fn skip(&mut self, offsets: u64) {
        self.next_position += offsets;
    }
}

impl Broker {
    /// The process behind a stream has something to do: where the newest file is full it begins another one, and
    /// decides which ones go.
    pub(super) fn make_room_in_stream(&mut self, cx: &mut Context, id: QueueId) {
        let queue = self.queue_mut(id);
        if queue.kind != QueueType::Stream {
            return;
        }
        let most = queue.settings.max_segment_bytes.unwrap_or(SEGMENT_SIZE);
        let offset = queue.offsets().1;
        let taken = queue.segments.get_or_insert_default().make_room(offset, most, cx.now);
        queue.skip(taken);
        if taken > 0 {
            self.drop_segments(cx, id);
        }
    }

    /// The newest message of a stream is written to its file.
    pub(super) fn write_to_segment(&mut self, cx: &mut Context, id: QueueId, message: &Message) {
        let (size, writer) = (stored_size(message, cx.names), message.content.origin.publisher);
        let segments = self.queue_mut(id).segments.as_mut();
        if let Some(segments) = segments {
            segments.write(writer, size, cx.now);
        }
        // A consumer that has read it asks to be told of the next one.
        if self.queue_mut(id).consumer_count() > 0 {
            self.make_room_in_stream(cx, id);
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

crate::ids::nameless!(Segment);
crate::ids::holds_names!(Segments { files, written, writers });
