//! JavaScript numbers to whole ones, and to times.

use super::object::error;
#[cfg(any(feature = "web", feature = "web-runner"))]
use crate::time::Time;
use wasm_bindgen::JsValue;

/// The largest whole number that JavaScript holds exactly.
const LARGEST: f64 = 9_007_199_254_740_991.0;

/// A whole number that is not negative, as `what` must be one.
pub fn whole(value: f64, code: &str, what: &str) -> Result<u64, JsValue> {
    if value.fract() == 0.0 && (0.0..=LARGEST).contains(&value) {
        return Ok(value as u64);
    }
    let value = String::from(js_sys::Number::from(value).to_locale_string("en"));
    let message = format!("{what} must be a whole number from 0 to 2^53 - 1, not {value}.");
    Err(error(code, "", &message))
}

/// A time in microseconds.
#[cfg(any(feature = "web", feature = "web-runner"))]
pub fn time(us: f64) -> Result<Time, JsValue> {
    whole(us, "time.invalid", "A time in microseconds").map(Time::from_us)
}
