//! Plain objects, and errors as JavaScript sees them: `Error` objects with a stable `code` and a `place`.

use serde::Serialize;
use wasm_bindgen::JsValue;

/// A plain JavaScript object: maps become objects, absent values null.
///
/// It crosses the border as JSON: one text that JavaScript parses is quicker than a call for each field, and less code.
pub fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let text =
        serde_json::to_string(value).map_err(|problem| error("unexpected", "", &problem.to_string()))?;
    js_sys::JSON::parse(&text)
}

/// An `Error` with the fields of `QueuescopeError` in `types.d.ts`.
pub fn error(code: &str, place: &str, message: &str) -> JsValue {
    let error = js_sys::Error::new(message);
    error.set_name("QueuescopeError");
    for (name, value) in [("code", code), ("place", place)] {
        // Setting a field of a fresh, ordinary object cannot fail.
        let _ = js_sys::Reflect::set(&error, &name.into(), &value.into());
    }
    error.into()
}

/// Puts a field of bytes into a plain object.
#[cfg(any(feature = "web", feature = "web-layers"))]
pub fn set_octets(object: &JsValue, name: &str, octets: &[u8]) -> Result<(), JsValue> {
    js_sys::Reflect::set(object, &name.into(), &js_sys::Uint8Array::from(octets)).map(drop)
}

/// Puts a field of numbers into a plain object.
#[cfg(feature = "web")]
pub fn set_numbers(object: &JsValue, name: &str, numbers: &[f64]) -> Result<(), JsValue> {
    js_sys::Reflect::set(object, &name.into(), &js_sys::Float64Array::from(numbers)).map(drop)
}

/// A plain JavaScript value as JSON has it.
#[cfg(any(feature = "web", feature = "web-sweep"))]
pub fn json(value: &JsValue) -> serde_json::Value {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
