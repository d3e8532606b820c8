//! What of the moves is seen at one moment.

use super::leg::{Leg, Place, Shape};
use super::motion::Motion;
use crate::ids::{MessageId, Name};
use crate::time::Time;
use litemap::LiteMap;

/// A moving thing at one moment of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MovingItem {
    /// The leg it is on.
    pub leg: Leg,
    /// How much of the leg is behind it, from 0 to 1; of what stays, how much of the time for which it shows.
    pub progress: f64,
    /// How it is drawn.
    pub shape: Shape,
    /// The message it is or is about.
    pub message: MessageId,
    /// The routing key.
    pub routing_key: Name,
    /// The client that published the message; empty when that is not known any more.
    pub publisher: Name,
}

impl Motion {
    /// Calls `show` with each thing that moves in the picture at `view_us`, in microseconds of simulated time,
    /// when the simulation stands at `now`.
    ///
    /// Each leg is shown for at least `hop_us`, also where it takes less time or none, and a message's next
    /// leg is shown when the one before it is over. What is really on its way at `now` is shown where it is
    /// then, however far beyond `now` the view goes. What is left of a lost message shows for `linger_us`.
    pub fn at(
        &self,
        view_us: f64,
        now: Time,
        (hop_us, linger_us): (f64, f64),
        mut show: impl FnMut(MovingItem),
    ) {
        let mut shown_until: LiteMap<(MessageId, Place), f64> = LiteMap::new_vec();
        for each in &self.moves {
            if matches!(each.shape, Shape::Packet | Shape::PacketLost) {
                each.show_packet(view_us, now, (hop_us, linger_us), &mut show);
                continue;
            }
            let (from, to) = each.leg.ends();
            let (departs, arrives) = (each.departs.as_us() as f64, each.arrives.as_us() as f64);
            let begins = shown_until.get(&(each.message, from)).map_or(departs, |until| until.max(departs));
            let ends = if each.leg.is_stay() { begins + linger_us } else { arrives.max(begins + hop_us) };
            if !each.leg.is_stay() {
                shown_until.insert((each.message, to), ends);
            }
            let view_us = if each.arrives > now { view_us.min(now.as_us() as f64) } else { view_us };
            let is_waiting_to_be_shown = each.arrives > now && view_us < begins && departs <= view_us;
            if is_waiting_to_be_shown || (begins <= view_us && view_us < ends) {
                show(MovingItem {
                    leg: each.leg,
                    progress: ((view_us - begins) / (ends - begins)).clamp(0.0, 1.0),
                    shape: each.shape,
                    message: each.message,
                    routing_key: each.routing_key,
                    publisher: each.publisher,
                });
            }
        }
    }
}
