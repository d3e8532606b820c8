//! The rows of a recorded trace, and which of them are due.

use super::template::TraceRow;
use std::collections::VecDeque;
use std::rc::Rc;

/// The rows of a trace, one for each moment of its rhythm.
#[derive(Clone, Debug)]
pub struct Trace {
    rows: Rc<[TraceRow]>,
    /// How many moments have come.
    come: usize,
    /// The rows of messages that are due and held back.
    held: VecDeque<usize>,
}

impl Trace {
    /// A trace of which no moment has come.
    pub fn new(rows: Rc<[TraceRow]>) -> Trace {
        Trace { rows, come: 0, held: VecDeque::new() }
    }

    /// The next moment has come.
    pub fn comes(&mut self) {
        self.come += 1;
    }

    /// The message of the present moment is held back.
    pub fn hold_back(&mut self) {
        self.held.push_back(self.come - 1);
    }

    /// The row of the message that was held back for the longest time.
    pub fn take_held(&mut self) -> Option<TraceRow> {
        self.held.pop_front().map(|place| self.rows[place])
    }

    /// The row of the present moment.
    pub fn present(&self) -> Option<TraceRow> {
        self.rows.get(self.come.checked_sub(1)?).copied()
    }

    /// What was held back is forgotten.
    pub fn forget(&mut self) {
        self.held.clear();
    }
}
