//! Long runs in slices, so that the page stays alive meanwhile.

use super::error::cancelled;
use crate::simulation::{self, Progress};
use crate::time::Time;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortSignal, Performance};

/// The state that objects and promises share.
pub type Shared = Rc<RefCell<simulation::Simulation>>;

/// So many steps between two looks at the clock. Browsers also optimise a function between calls only, so
/// short calls are the quicker ones.
const STEPS_PER_LOOK: u64 = 2_000;

/// So long the page may wait.
const SLICE_MS: f64 = 8.0;

/// Goes on by `go`, which takes at most so many steps and says how far it has come, giving the event loop its turn every
/// few milliseconds.
///
/// The simulation is borrowed for the length of a slice and never across an await, so it can be used in between;
/// whoever moves it meanwhile changes where the run goes on.
///
/// # Errors
/// `cancelled` when the signal says so, and what `go` fails with; the simulation then stands where it got to.
pub async fn run(
    shared: Shared,
    signal: Option<AbortSignal>,
    mut go: impl FnMut(&mut simulation::Simulation, u64) -> Result<Progress, JsValue>,
) -> Result<Progress, JsValue> {
    let clock = performance();
    loop {
        let began = clock.as_ref().map(Performance::now);
        loop {
            let progress = go(&mut shared.borrow_mut(), STEPS_PER_LOOK)?;
            if progress != Progress::UnderWay {
                return Ok(progress);
            }
            let elapsed = clock.as_ref().zip(began).map(|(clock, began)| clock.now() - began);
            if elapsed.is_none_or(|elapsed| elapsed > SLICE_MS) {
                break;
            }
        }
        TimeoutFuture::new(0).await;
        if signal.as_ref().is_some_and(AbortSignal::aborted) {
            return Err(cancelled());
        }
    }
}

/// Goes forward to `time`, whatever happens on the way.
///
/// # Errors
/// `cancelled`, as [`run`].
pub async fn run_until(shared: Shared, time: Time, signal: Option<AbortSignal>) -> Result<(), JsValue> {
    run(shared, signal, |simulation, most| Ok(arrived(simulation.run_at_most(time, most)))).await.map(drop)
}

/// How far a run has come that is there or not.
pub fn arrived(is_there: bool) -> Progress {
    if is_there { Progress::Arrived } else { Progress::UnderWay }
}

/// A promise of a run. It holds the state that is shared and not the object it was asked of, which can be used and
/// freed meanwhile.
pub fn promise(run: impl Future<Output = Result<(), JsValue>> + 'static) -> Promise {
    future_to_promise(async move { run.await.map(|()| JsValue::UNDEFINED) })
}

/// The clock of the page, of the worker or of Node.
fn performance() -> Option<Performance> {
    js_sys::Reflect::get(&js_sys::global(), &"performance".into()).ok()?.dyn_into().ok()
}
