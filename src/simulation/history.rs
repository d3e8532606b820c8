//! What clients have come to over time: their counters at the ends of stretches of equal length.
//!
//! Nothing is counted here. Whenever time goes beyond the end of a stretch, the counters that there are anyway are
//! copied. Rows are shared by checkpoints, and their number is bounded: when there are too many, every other one is
//! dropped and the stretches are twice as long, as in the timelines of queues ([`crate::facts::numbers::Timeline`]).

use super::World;
use super::client::Actor;
use crate::ids::ActorId;
use crate::time::{Span, Time};
use std::rc::Rc;

/// A stretch is so long at first.
const FIRST_WIDTH: Span = Span::from_ms(1);
/// When there are so many rows, every other one is dropped.
const MOST: usize = 256;

/// What was counted since the start.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    /// Of all queues.
    pub delivered: u64,
    /// Of all queues.
    pub acknowledged: u64,
    /// Messages that nobody will get: lost on their way, without a queue, dropped, expired, refused or removed, unless
    /// they became dead letters.
    pub lost: u64,
    /// Of each producer or consumer.
    pub clients: Box<[ClientRow]>,
}

/// What was counted of a producer or a consumer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ClientRow {
    /// Messages that a producer published, or that a consumer was done with.
    pub done: u64,
    /// Messages of a producer that were confirmed; microseconds for which a consumer worked.
    pub more: u64,
}

/// Rows in the order of time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct History {
    width: Span,
    due: Time,
    rows: Vec<Rc<Row>>,
}

impl Default for History {
    fn default() -> Self {
        History { width: FIRST_WIDTH, due: Time::START + FIRST_WIDTH, rows: Vec::new() }
    }
}

impl History {
    /// When the next row is due.
    #[inline]
    pub fn due(&self) -> Time {
        self.due
    }

    /// How long a stretch is.
    pub fn width(&self) -> Span {
        self.width
    }

    /// What was counted at the end of each stretch, from the start on.
    pub fn rows(&self) -> &[Rc<Row>] {
        &self.rows
    }

    fn push(&mut self, row: Row) {
        self.rows.push(Rc::new(row));
        if self.rows.len() == MOST {
            self.rows = self.rows.chunks_exact(2).map(|pair| pair[1].clone()).collect();
            self.width = Span::from_us(self.width.as_us() * 2);
        }
        self.due = Time::from_us(self.width.as_us().saturating_mul(self.rows.len() as u64 + 1));
    }
}

impl World {
    /// Adds the rows that are due when time goes on to `time`.
    #[cold]
    pub(super) fn keep_history(&mut self, time: Time) {
        while time >= self.history.due {
            let row = self.row(self.history.due);
            self.history.push(row);
        }
    }

    /// The history up to the present.
    pub(super) fn history_now(&self) -> History {
        let mut history = self.history.clone();
        while self.now >= history.due {
            history.push(self.row(history.due));
        }
        history
    }

    /// What was counted up to `time`, before which everything has happened.
    fn row(&self, time: Time) -> Row {
        let numbers = self.recorder.numbers();
        let elsewhere = numbers.counts_since_start();
        let mut row = Row { lost: elsewhere.lost + elsewhere.unroutable, ..Row::default() };
        for (_, queue) in numbers.queues() {
            let counts = queue.counts_since_start();
            row.delivered += counts.delivered;
            row.acknowledged += counts.acknowledged;
            let gone = counts.rejected + counts.expired + counts.over_length + counts.delivery_limit;
            row.lost += (gone + counts.removed + counts.refused).saturating_sub(counts.dead_lettered);
        }
        let clients = self.clients.iter().enumerate().map(|(place, client)| match &client.actor {
            Actor::Producer(producer) => {
                ClientRow { done: producer.published(), more: producer.confirms().0 }
            }
            Actor::Consumer(consumer) => {
                let busy = numbers
                    .client(ActorId(place as u32))
                    .map_or(Span::ZERO, |client| client.busy_since_start(time, numbers.from()));
                ClientRow { done: consumer.finished(), more: busy.as_us() }
            }
        });
        row.clients = clients.collect();
        row
    }
}
