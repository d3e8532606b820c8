// The plain queue as fast as JavaScript can: numbers in typed arrays, the event set flatqueue with a fixed capacity,
// exponential draws by the ziggurat. node best.mjs MESSAGES SEED

import FlatQueue from "flatqueue";
import { measure, UTILISATION } from "./measure.mjs";

/** xoshiro128++ (Blackman, Vigna), 32 bits at a time. */
const state = new Uint32Array(4);

function seedWith(seed) {
  let mixed = seed >>> 0;
  for (let place = 0; place < 4; place++) {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let word = mixed;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    state[place] = word ^ (word >>> 15);
  }
}

function next() {
  const a = state[0];
  const d = state[3];
  const sum = (a + d) | 0;
  const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
  const shifted = state[1] << 9;
  state[2] ^= a;
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= shifted;
  const last = state[3];
  state[3] = (last << 11) | (last >>> 21);
  return result;
}

function unit() {
  return (next() + 0.5) / 4294967296;
}

/** The ziggurat of 256 layers (Marsaglia, Tsang, "The Ziggurat Method for Generating Random Variables", 2000). */
const LAYERS = 256;
const TAIL = 7.69711747013104972;
const AREA = 0.0039496598225815571993;
const edges = new Float64Array(LAYERS + 1);
const heights = new Float64Array(LAYERS + 1);
edges[0] = AREA * Math.exp(TAIL);
edges[1] = TAIL;
for (let layer = 2; layer < LAYERS; layer++) {
  edges[layer] = -Math.log(Math.exp(-edges[layer - 1]) + AREA / edges[layer - 1]);
}
edges[LAYERS] = 0;
for (let layer = 0; layer <= LAYERS; layer++) heights[layer] = Math.exp(-edges[layer]);

function exponential() {
  for (;;) {
    const layer = next() & (LAYERS - 1);
    const x = unit() * edges[layer];
    if (x < edges[layer + 1]) return x;
    if (layer === 0) return TAIL - Math.log(unit());
    if (heights[layer] + unit() * (heights[layer + 1] - heights[layer]) < Math.exp(-x)) return x;
  }
}

const PUBLISH = 0;
const FINISH = 1;

measure((messages, seed) => {
  seedWith(seed);
  const agenda = new FlatQueue(16, Float64Array, Uint8Array);
  // A ring: longer than the queue ever gets at this utilisation.
  const ring = new Float64Array(1 << 16);
  const mask = ring.length - 1;
  let head = 0;
  let tail = 0;
  let isBusy = false;
  let published = 0;
  let finished = 0;
  let waited = 0;
  agenda.push(PUBLISH, exponential() / UTILISATION);
  while (agenda.length > 0) {
    const now = agenda.peekValue();
    if (agenda.pop() === PUBLISH) {
      published += 1;
      ring[tail++ & mask] = now;
      if (tail - head > mask) throw new Error("the ring is too short");
      if (published < messages) agenda.push(PUBLISH, now + exponential() / UTILISATION);
    } else {
      isBusy = false;
      finished += 1;
    }
    if (!isBusy && head < tail) {
      isBusy = true;
      waited += now - ring[head++ & mask];
      agenda.push(FINISH, now + exponential());
    }
  }
  return waited / finished;
});
