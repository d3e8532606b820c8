//! How far a long command is, on standard error.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;

/// Counts what is done. On a terminal one line is written over and over; elsewhere there is one for every tenth.
pub(super) struct Progress {
    count: usize,
    done: Mutex<usize>,
    is_terminal: bool,
}

impl Progress {
    /// Nothing of `count` is done yet.
    pub fn new(count: usize) -> Progress {
        Progress { count, done: Mutex::new(0), is_terminal: std::io::stderr().is_terminal() }
    }

    /// One more is done.
    pub fn step(&self) {
        // Nothing panics while it holds the lock.
        let mut done = self.done.lock().expect("no worker has died");
        *done += 1;
        let Progress { count, is_terminal, .. } = *self;
        let tenth = |done: usize| done * 10 / count;
        let mut stderr = std::io::stderr();
        // Nobody need read it.
        let _ = match () {
            () if is_terminal && *done == count => writeln!(stderr, "\r{count} of {count} runs"),
            () if is_terminal => write!(stderr, "\r{done} of {count} runs"),
            () if tenth(*done) > tenth(*done - 1) => writeln!(stderr, "{done} of {count} runs"),
            () => Ok(()),
        };
        let _ = stderr.flush();
    }
}
