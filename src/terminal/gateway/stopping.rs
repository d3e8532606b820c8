//! How the gateway is asked to stop.

use mio::Waker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The status of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// Asks the loop to stop, from wherever.
#[derive(Clone)]
pub(super) struct Stopping {
    is_asked: Arc<AtomicBool>,
    waker: Arc<Waker>,
}

impl Stopping {
    pub fn new(waker: Waker) -> Stopping {
        Stopping { is_asked: Arc::default(), waker: Arc::new(waker) }
    }

    pub fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }

    /// An interrupt or the wish to terminate asks it; the second does not wait any more.
    pub fn listen_to_signals(&self) {
        let Stopping { is_asked, waker } = self.clone();
        let handler = move || {
            if is_asked.swap(true, Ordering::Relaxed) || waker.wake().is_err() {
                std::process::exit(INTERRUPTED);
            }
        };
        // Where signals cannot be listened to the program ends at once, as programs do.
        let _ = ctrlc::set_handler(handler);
    }
}
