import type { LoggedCommand } from "queuescope";

/** A run as a link carries it: what it is a run of, what was done to it, and the moment that is shown. */
export interface PackedRun {
  /** The id or the address of the scenario; null where the link carries the document itself. */
  readonly scenario: string | null;
  /** The document as text, and the name that it goes by; null where it is named. */
  readonly document: { readonly name: string; readonly text: string } | null;
  readonly seed: number | null;
  readonly log: readonly LoggedCommand[];
  /** Microseconds. */
  readonly at: number;
  /** Steps before that moment. */
  readonly step: number;
}

/** Why a link cannot be read. `code` is stable. */
export class BrokenLink extends Error {
  readonly code: "link.broken" | "link.version" | "link.unsupported";

  constructor(code: BrokenLink["code"]) {
    super(code);
    this.code = code;
  }
}

/** The form that is written, and the only one that is read. */
const VERSION = 1;

/** What a link unpacks to is not longer than this, in octets. */
const MOST_OCTETS = 32 * 1024 * 1024;

/** The run as `BASE64URL(deflate(JSON))`, by RFC 4648 and RFC 1951. */
export async function packRun(run: PackedRun): Promise<string> {
  const { scenario, document, seed, log, at, step } = run;
  const text = JSON.stringify({ v: VERSION, scenario, document, seed, log, at, step });
  const packed = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const octet of packed) {
    binary += String.fromCharCode(octet);
  }
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The run that a link carries. Whether its document and its commands are good is for the simulation to say. */
export async function unpackRun(packed: string): Promise<PackedRun> {
  if (typeof DecompressionStream === "undefined") {
    throw new BrokenLink("link.unsupported");
  }
  let value: unknown;
  try {
    const binary = atob(packed.replace(/-/g, "+").replace(/_/g, "/"));
    const octets = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const text = await through(octets, new DecompressionStream("deflate-raw"));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch {
    throw new BrokenLink("link.broken");
  }
  return readRun(value);
}

function readRun(value: unknown): PackedRun {
  if (typeof value !== "object" || value === null) {
    throw new BrokenLink("link.broken");
  }
  const fields = value as Record<string, unknown>;
  if (fields["v"] !== VERSION) {
    throw new BrokenLink(typeof fields["v"] === "number" ? "link.version" : "link.broken");
  }
  const { scenario, document, seed, log, at, step } = fields;
  const isNamed = typeof scenario === "string";
  if (
    (!isNamed && !isDocument(document)) ||
    !(seed === null || isWhole(seed)) ||
    !Array.isArray(log) ||
    !isWhole(at) ||
    !isWhole(step)
  ) {
    throw new BrokenLink("link.broken");
  }
  return {
    scenario: isNamed ? scenario : null,
    document: isDocument(document) ? { name: document.name, text: document.text } : null,
    seed,
    log: log as LoggedCommand[],
    at,
    step,
  };
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDocument(value: unknown): value is { name: string; text: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "text" in value &&
    typeof value.text === "string"
  );
}

async function through(
  octets: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of read(new Blob([octets]).stream().pipeThrough(stream))) {
    length += part.length;
    if (length > MOST_OCTETS) {
      throw new RangeError("too long");
    }
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

/** Not every browser iterates over streams by itself. */
async function* read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
