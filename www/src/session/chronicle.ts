import type { Biography, Sequence, SequenceQuery } from "queuescope";
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
 * What has happened, as told by the simulation when somebody asks: biographies and sequence diagrams. Long looks
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

  /** Another future begins, or another run: nothing of this is true any more. */
  clear(): void {
    this.#biography = null;
    this.#sequence = null;
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
