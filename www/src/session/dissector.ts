import type { Packet } from "queuescope";
import init, { dissect, type Frame } from "queuescope/layers";

/** A packet of a message, with what stands in it. */
export type OpenPacket = Packet & Pick<Frame, "layers" | "octets">;

let loading: Promise<unknown> | null = null;

/** Loads what takes frames apart, a wasm file of its own, once. After a failure the next call tries again. */
export async function loadDissector(): Promise<void> {
  loading ??= init();
  try {
    await loading;
  } catch (error) {
    loading = null;
    throw error;
  }
}

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
