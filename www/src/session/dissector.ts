import type { Packet } from "queuescope";
import init, { dissect, type Frame } from "queuescope/layers";
import { once } from "./once.ts";

/** A packet of a message, with what stands in it. */
export type OpenPacket = Packet & Pick<Frame, "layers" | "octets">;

/** Loads what takes frames apart, a wasm file of its own. */
export const loadDissector = once(() => init());

/** Takes packets apart; their frames are in the capture. */
export function opened(packets: readonly Packet[], capture: Uint8Array): OpenPacket[] {
  const frames = dissect(
    capture,
    Uint32Array.from(packets, ({ frame }) => frame),
  );
  const byPlace = new Map(frames.map((frame) => [frame.place, frame]));
  return packets.flatMap((packet) => {
    const frame = byPlace.get(packet.frame);
    return frame === undefined ? [] : [{ ...packet, layers: frame.layers, octets: frame.octets }];
  });
}
