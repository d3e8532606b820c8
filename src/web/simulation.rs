//! `Simulation` for JavaScript. Every method hands over to the simulation itself in a few lines.

use super::convert::{self, BiographyOut, FactOut};
use super::number::{time, whole};
use super::object::{self, set_numbers, set_octets, to_js};
use super::{error, slices};
use crate::facts::{MovingItem, Shape};
use crate::ids::MessageId;
use crate::simulation::sweep::measures;
use crate::simulation::{self, Spot};
use crate::time::Time;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// At most so many of the newest facts are handed out at once.
const MOST_FACTS: usize = 2_000;

/// So many numbers describe a moving thing.
const NUMBERS_PER_ITEM: usize = 6;

/// A scenario running. Times are whole microseconds.
#[wasm_bindgen]
pub struct Simulation {
    pub(super) inner: slices::Shared,
    /// Where `frame` collects its numbers, kept to spare an allocation each time.
    items: RefCell<Vec<f32>>,
}

#[wasm_bindgen]
impl Simulation {
    /// A simulation of a scenario, or of the definitions that a RabbitMQ exports. `seed` replaces that of the
    /// document. `recording` is `"everything"` (the default) or `"numbers"`: then there are no facts, no hash and
    /// nothing that moves, and long runs take a fraction of the time. Throws a `QueuescopeError` that names the place
    /// of what is wrong.
    #[wasm_bindgen(js_name = fromScenario)]
    pub fn from_scenario(
        text: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "number | null")] seed: Option<f64>,
        #[wasm_bindgen(unchecked_optional_param_type = "Recording")] recording: Option<String>,
    ) -> Result<Simulation, JsValue> {
        let seed = seed.map(|seed| whole(seed, "scenario.invalid", "A seed")).transpose()?;
        let recording = convert::recording(recording.as_deref())?;
        let inner = simulation::Simulation::recording(text, seed, recording)
            .map_err(|problem| error::of_scenario(&problem))?;
        Ok(Simulation { inner: Rc::new(RefCell::new(inner)), items: RefCell::default() })
    }

    /// The present, in microseconds.
    #[wasm_bindgen(getter)]
    pub fn now(&self) -> f64 {
        self.inner.borrow().now().as_us() as f64
    }

    /// What the simulation was made from.
    #[wasm_bindgen(unchecked_return_type = "About")]
    pub fn about(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.borrow().about())
    }

    /// What is drawn and stays.
    #[wasm_bindgen(unchecked_return_type = "Picture")]
    pub fn picture(&self) -> Result<JsValue, JsValue> {
        to_js(self.inner.borrow().picture())
    }

    /// The version of the picture: another one, another picture.
    #[wasm_bindgen(getter, js_name = pictureVersion)]
    pub fn picture_version(&self) -> f64 {
        self.inner.borrow().picture().version as f64
    }

    /// Where a message is at present, and which rules keep it there; empty when it is nowhere any more.
    #[wasm_bindgen(unchecked_return_type = "Whereabouts[]")]
    pub fn whereabouts(&self, message: u32) -> Result<JsValue, JsValue> {
        to_js(&self.inner.borrow().whereabouts(MessageId(message)))
    }

    /// What happened to a message, from its publishing up to now; up to `until` when that is given. What is later than
    /// now is known where the simulation was there before it went back, and happens again. No facts when the message
    /// is not published by then.
    #[wasm_bindgen(unchecked_return_type = "Biography")]
    pub fn biography(&self, message: u32, until: Option<f64>) -> Result<JsValue, JsValue> {
        let until = until.map(time).transpose()?;
        let simulation = self.inner.borrow();
        to_js(&BiographyOut::new(&simulation.biography(MessageId(message), until), &simulation))
    }

    /// A sequence diagram, as data, of a message or of everything in a time.
    #[wasm_bindgen(unchecked_return_type = "Sequence")]
    pub fn sequence(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SequenceQuery")] query: JsValue,
    ) -> Result<JsValue, JsValue> {
        let mut simulation = self.inner.borrow_mut();
        let query = convert::sequence_query(&query, simulation.now())?;
        to_js(&simulation.sequence(&query))
    }

    /// The packets in which a message, and what is said about it, crossed links up to now; where links carry messages,
    /// those of assumed connections. Null when it is not published yet. `dissect` of `queuescope/layers` takes them apart.
    #[wasm_bindgen(unchecked_return_type = "Packets | null")]
    pub fn packets(&self, message: u32) -> Result<JsValue, JsValue> {
        let Some(packets) = self.inner.borrow().packets_of(MessageId(message)) else {
            return Ok(JsValue::NULL);
        };
        let object = to_js(&packets)?;
        set_octets(&object, "capture", &packets.capture)?;
        Ok(object)
    }

    /// The run up to now as a capture file (pcapng): every frame that was put onto a link, or onto the links of one
    /// node. Throws a `QueuescopeError` with the code `capture.messages` where a link carries messages whole.
    pub fn capture(&self, node: Option<String>) -> Result<Vec<u8>, JsValue> {
        self.inner
            .borrow()
            .capture(node.as_deref())
            .map_err(|problem| object::error(problem.code(), "", &problem.to_string()))
    }

    /// The same run with every link carrying packets, as a capture file: for links that carry messages. What happens
    /// is the same but for its times.
    #[wasm_bindgen(js_name = captureInPackets)]
    pub fn capture_in_packets(&self) -> Result<Vec<u8>, JsValue> {
        let other = self.inner.borrow().in_packets().map_err(|problem| error::of_scenario(&problem))?;
        other.capture(None).map_err(|problem| object::error(problem.code(), "", &problem.to_string()))
    }

    /// The state of everything that is drawn.
    #[wasm_bindgen(unchecked_return_type = "Snapshot")]
    pub fn snapshot(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.borrow().snapshot())
    }

    /// What is counted and measured up to now, with what queueing theory says beside it.
    #[wasm_bindgen(unchecked_return_type = "Numbers")]
    pub fn numbers(&self) -> Result<JsValue, JsValue> {
        to_js(&self.inner.borrow().numbers())
    }

    /// The same as single values, each with its name: what a sweep takes in.
    #[wasm_bindgen(unchecked_return_type = "Measure[]")]
    pub fn measures(&self) -> Result<JsValue, JsValue> {
        to_js(&measures(&self.inner.borrow().numbers()))
    }

    /// The charts of a producer, a queue or a consumer by its id in the picture, and of the whole run for any other text,
    /// with at most so many points each.
    #[wasm_bindgen(unchecked_return_type = "Charts")]
    pub fn charts(&self, node: &str, most_points: u32) -> Result<JsValue, JsValue> {
        let charts = self.inner.borrow().charts(node, most_points as usize);
        let object = to_js(&charts)?;
        set_numbers(&object, "numbers", &charts.numbers)?;
        Ok(object)
    }

    /// Takes the next event and all that it causes at the same instant. False when nothing is left to happen.
    pub fn step(&self) -> bool {
        self.inner.borrow_mut().step()
    }

    /// Takes the last step back. False at the start.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&self) -> bool {
        self.inner.borrow_mut().step_back()
    }

    /// Goes forward to a time, the events at that time included; nothing happens if it is past. A breakpoint may stop
    /// it before: `stoppedBy` says so.
    #[wasm_bindgen(js_name = runUntil)]
    pub fn run_until(&self, us: f64) -> Result<(), JsValue> {
        self.inner.borrow_mut().run_to_stop(time(us)?, u64::MAX);
        Ok(())
    }

    /// Goes to any moment, the events at that moment included; or to the state after `step` steps, at that time or
    /// before the next step.
    pub fn seek(&self, us: f64, step: Option<f64>) -> Result<(), JsValue> {
        let (time, step) = moment(us, step)?;
        match step {
            None => self.inner.borrow_mut().seek(time),
            Some(step) => self.inner.borrow_mut().seek_to(time, step),
        }
        Ok(())
    }

    /// As `runUntil`, in slices between which the page lives on. Rejects with the code `cancelled` when the
    /// signal says so.
    #[wasm_bindgen(js_name = runUntilAsync, unchecked_return_type = "Promise<void>")]
    pub fn run_until_async(&self, us: f64, signal: Option<AbortSignal>) -> Result<Promise, JsValue> {
        let time = time(us)?;
        let shared = self.inner.clone();
        Ok(slices::promise(async move {
            slices::run(shared, signal, |simulation, most| Ok(simulation.run_to_stop(time, most)))
                .await
                .map(drop)
        }))
    }

    /// As `seek`, in slices between which the page lives on.
    #[wasm_bindgen(js_name = seekAsync, unchecked_return_type = "Promise<void>")]
    pub fn seek_async(
        &self,
        us: f64,
        signal: Option<AbortSignal>,
        step: Option<f64>,
    ) -> Result<Promise, JsValue> {
        let (time, step) = moment(us, step)?;
        let shared = self.inner.clone();
        let Some(step) = step else {
            shared.borrow_mut().begin_seek(time);
            return Ok(slices::promise(slices::run_until(shared, time, signal)));
        };
        shared.borrow_mut().begin_seek_to(time, step);
        Ok(slices::promise(async move {
            let go = |simulation: &mut simulation::Simulation, most| {
                Ok(slices::arrived(simulation.run_to_step_at_most(time, step, most)))
            };
            slices::run(shared, signal, go).await.map(drop)
        }))
    }

    /// Carries out a command now. Given in the past, it makes a fork: the old future stays reachable by `switchTo`.
    pub fn dispatch(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Command")] command: JsValue,
    ) -> Result<(), JsValue> {
        let (command, text) = convert::command(&command)?;
        let mut simulation = self.inner.borrow_mut();
        simulation.dispatch_from(command, Some(&text)).map_err(|problem| error::of_command(&problem))
    }

    /// The facts since the last call, at most the newest 2,000. After going back they begin where the reader
    /// must cut off what it has.
    #[wasm_bindgen(js_name = takeFacts, unchecked_return_type = "Fact[]")]
    pub fn take_facts(&self) -> Result<JsValue, JsValue> {
        let mut simulation = self.inner.borrow_mut();
        let facts = simulation.take_facts(MOST_FACTS);
        let (world, picture) = (simulation.world(), simulation.picture());
        let facts: Vec<FactOut> =
            facts.iter().map(|(index, fact)| FactOut::new(*index, fact, world, picture)).collect();
        to_js(&facts)
    }

    /// A hash over all facts from the start up to now: 16 hexadecimal digits. Null where facts are not recorded.
    #[wasm_bindgen(js_name = factsHash, unchecked_return_type = "string | null")]
    pub fn facts_hash(&self) -> JsValue {
        self.inner.borrow().facts_hash().map_or(JsValue::NULL, JsValue::from)
    }

    /// Fills `out` with everything that moves in the picture at `view_time`: for each thing six numbers. The first
    /// is the place of its edge, or for what stays at a node −1 − the place of that node. The others are how far
    /// along it is (0 to 1; of what stays, how much of its time is over), its shape, its message, the number of its
    /// routing key and the place of its producer, both −1 when they are not known. Each leg is shown for at least
    /// `hop`, what is left of a lost message for `linger`, all in microseconds of simulated time. Returns the number
    /// of things.
    pub fn frame(&self, view_time: f64, hop: f64, linger: f64, out: &js_sys::Float32Array) -> u32 {
        let simulation = self.inner.borrow();
        let picture = simulation.picture();
        let capacity = out.length() as usize / NUMBERS_PER_ITEM * NUMBERS_PER_ITEM;
        let mut items = self.items.borrow_mut();
        items.clear();
        simulation.moving(view_time, (hop, linger), |item: MovingItem| {
            let spot = picture.spot_of(item.leg);
            let shape = match (item.shape, spot) {
                (Shape::Packet, Some(Spot::Edge { is_backwards: true, .. })) => Shape::PacketBack,
                (shape, _) => shape,
            };
            let (place, progress) = match spot {
                // What is left of a lost packet does not move.
                Some(Spot::Edge { edge, .. }) if shape == Shape::PacketLost => (edge as f32, item.progress),
                Some(Spot::Edge { edge, is_backwards: false }) => (edge as f32, item.progress),
                Some(Spot::Edge { edge, is_backwards: true }) => (edge as f32, 1.0 - item.progress),
                Some(Spot::Node(node)) => (-1.0 - node as f32, item.progress),
                None => return,
            };
            if items.len() == capacity {
                return;
            }
            let producer = picture.client_place(item.publisher);
            items.extend([
                place,
                progress as f32,
                f32::from(shape as u8),
                item.message.0 as f32,
                producer.map_or(-1.0, |_| picture.key_number(item.routing_key) as f32),
                producer.map_or(-1.0, |place| place as f32),
            ]);
        });
        out.subarray(0, items.len() as u32).copy_from(&items);
        (items.len() / NUMBERS_PER_ITEM) as u32
    }
}

/// A time, and a number of steps where one is given.
fn moment(us: f64, step: Option<f64>) -> Result<(Time, Option<u64>), JsValue> {
    let step = step.map(|step| whole(step, "time.invalid", "A number of steps")).transpose()?;
    Ok((time(us)?, step))
}
