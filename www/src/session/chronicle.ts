import type {
  Biography,
  Packets,
  QueuescopeError,
  Sequence,
  SequenceQuery,
  Simulation,
  Whereabouts,
} from "queuescope";
import { needsWhole, wholeSimulation } from "./engine.ts";
import type { Session } from "./session.ts";

/** While playing, looking back may take this share of the time at the most. */
const SHARE = 0.15;

/** What was asked for, and when it may be asked for again. */
interface Answer<T> {
  readonly question: string;
  readonly count: number;
  readonly value: T;
  readonly until: number;
}

/**
 * What has happened, as told by the simulation when somebody asks: biographies, sequence diagrams, packets. Long looks
 * back are not repeated for every change while playing; the answer before is shown for a while.
 */
export class Chronicle {
  readonly #session: Session;
  #biography: Answer<Biography> | null = null;
  #sequence: Answer<Sequence> | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** What happened to a message, and what is known to happen to it after the moment shown. */
  biography(message: number): Biography | null {
    const { simulation, end } = this.#session;
    const ask = () => simulation?.biography(message, end) ?? null;
    this.#biography = this.#answer(String(message), this.#biography, ask);
    return this.#biography?.value ?? null;
  }

  /** A sequence diagram of what has happened, and of what is known to happen after the moment shown. */
  sequence(query: Omit<SequenceQuery, "to">): Sequence | null {
    const { simulation, end } = this.#session;
    const ask = () => simulation?.sequence({ ...query, to: end }) ?? null;
    this.#sequence = this.#answer(JSON.stringify(query), this.#sequence, ask);
    return this.#sequence?.value ?? null;
  }

  /** Where a message is at the moment shown. */
  whereabouts(message: number): readonly Whereabouts[] {
    return this.#there?.whereabouts(message) ?? [];
  }

  /** The packets of a message up to now; null when it has none, or the simulation is on its way elsewhere. */
  packets(message: number): Packets | null {
    return this.#there?.packets(message) ?? null;
  }

  /** The run up to now as a capture file; where links carry messages, that of the same run in packets. Null while
   * there is none. */
  async capture(): Promise<Uint8Array<ArrayBuffer> | null> {
    const simulation = this.#there;
    if (simulation === null) {
      return null;
    }
    try {
      return new Uint8Array(simulation.capture());
    } catch (error) {
      if ((error as QueuescopeError).code !== "capture.messages") {
        throw error;
      }
    }
    try {
      return new Uint8Array(simulation.captureInPackets());
    } catch (error) {
      if (!needsWhole(error)) {
        throw error;
      }
    }
    return this.#captureByWhole();
  }

  /** The run up to now once more by the engine that can carry packets. */
  async #captureByWhole(): Promise<Uint8Array<ArrayBuffer> | null> {
    const { simulation, source, about } = this.#session;
    if (simulation === null || source === null || about === null) {
      return null;
    }
    const { now, step } = simulation.snapshot();
    const whole = await wholeSimulation(source.text, about.seed, simulation.commandLog());
    try {
      await whole.seekAsync(now, undefined, step);
      return new Uint8Array(whole.captureInPackets());
    } finally {
      whole.free();
    }
  }

  /** Another future begins, or another run: nothing of this is true any more. */
  clear(): void {
    this.#biography = null;
    this.#sequence = null;
  }

  /** The simulation, unless it is on its way elsewhere. */
  get #there(): Simulation | null {
    return this.#session.isThere ? this.#session.simulation : null;
  }

  #answer<T>(question: string, before: Answer<T> | null, ask: () => T | null): Answer<T> | null {
    const { isThere, isPlaying, journal } = this.#session;
    const known = before?.question === question ? before : null;
    const began = performance.now();
    const isFresh = known !== null && (known.count === journal.count || (isPlaying && began < known.until));
    if (isFresh || !isThere) {
      return known;
    }
    const value = ask();
    const ended = performance.now();
    const until = ended + (ended - began) / SHARE;
    return value && { question, count: journal.count, value, until };
  }
}
