//! Long runs in slices, so that the page stays alive meanwhile.

use super::error::cancelled;
use crate::simulation;
use crate::time::Time;
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{AbortSignal, Performance};

/// So many steps between two looks at the clock. Browsers also optimise a function between calls only, so
/// short calls are the quicker ones.
const STEPS_PER_LOOK: u64 = 2_000;

/// So long the page may wait.
const SLICE_MS: f64 = 8.0;

/// Goes forward to `time`, giving the event loop its turn every few milliseconds.
///
/// The simulation is borrowed for the length of a slice and never across an await, so it can be used in between;
/// whoever moves it meanwhile changes where the run goes on.
///
/// # Errors
/// `cancelled` when the signal says so; the simulation then stands where it got to.
pub async fn run_until(
    shared: Rc<RefCell<simulation::Simulation>>,
    time: Time,
    signal: Option<AbortSignal>,
) -> Result<(), JsValue> {
    let clock = performance();
    loop {
        let began = clock.as_ref().map(Performance::now);
        loop {
            if shared.borrow_mut().run_at_most(time, STEPS_PER_LOOK) {
                return Ok(());
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

/// A promise of a run. It holds the state that is shared and not the object it was asked of, which can be used and
/// freed meanwhile.
pub fn promise(run: impl Future<Output = Result<(), JsValue>> + 'static) -> Promise {
    future_to_promise(async move { run.await.map(|()| JsValue::UNDEFINED) })
}

/// The clock of the page, of the worker or of Node.
fn performance() -> Option<Performance> {
    js_sys::Reflect::get(&js_sys::global(), &"performance".into()).ok()?.dyn_into().ok()
}
