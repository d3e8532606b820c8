//! The plain queue in the least that an event loop needs: the standard library's heap, no rules, no statistics but the sum
//! of waits by which it is checked. minimal MESSAGES SEED

use queuescope_peers::{SERVICE, Stream, UTILISATION, measure};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Publish,
    Finish,
}

fn main() {
    measure(|messages, seed| {
        let mut stream = Stream::new(seed);
        let mut agenda = BinaryHeap::new();
        let mut queue = VecDeque::new();
        let (mut entered, mut published, mut waited, mut is_busy) = (0u64, 0, 0u64, false);
        let mut enter = |agenda: &mut BinaryHeap<_>, time: u64, event| {
            entered += 1;
            agenda.push(Reverse((time, entered, event)));
        };
        enter(&mut agenda, stream.exponential(SERVICE / UTILISATION), Event::Publish);
        while let Some(Reverse((now, _, event))) = agenda.pop() {
            match event {
                Event::Publish => {
                    published += 1;
                    queue.push_back(now);
                    if published < messages {
                        enter(&mut agenda, now + stream.exponential(SERVICE / UTILISATION), Event::Publish);
                    }
                }
                Event::Finish => is_busy = false,
            }
            if !is_busy && let Some(arrived) = queue.pop_front() {
                is_busy = true;
                waited += now - arrived;
                enter(&mut agenda, now + stream.exponential(SERVICE), Event::Finish);
            }
        }
        waited as f64 / messages as f64
    });
}
