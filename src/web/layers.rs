//! What takes frames apart, for JavaScript.

use super::object::{error, set_octets, to_js};
use crate::network::layers::dissect_capture;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("layers.d.ts");

/// Takes frames of a capture (pcapng or pcap) apart, layer by layer: those with these places among all packets of the
/// file, from 0, or all. Throws an `Error` with a `code` when the file is no capture, or broken.
#[wasm_bindgen(unchecked_return_type = "Frame[]")]
pub fn dissect(capture: &[u8], places: Option<Vec<u32>>) -> Result<JsValue, JsValue> {
    let places: Option<Vec<usize>> =
        places.map(|places| places.into_iter().map(|place| place as usize).collect());
    let frames = dissect_capture(capture, places.as_deref())
        .map_err(|problem| error(problem.code(), "", &problem.to_string()))?;
    let list = to_js(&frames)?;
    for (frame, made) in frames.iter().zip(js_sys::Array::from(&list).iter()) {
        set_octets(&made, "octets", &frame.octets)?;
    }
    Ok(list)
}
