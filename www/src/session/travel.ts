import type { Condition, Fact, MarkKind, Simulation, Stop } from "queuescope";
import { isCancelled } from "./engine.ts";
import { firstOfKind, type Moment, nextMark, previousMark } from "./mark-search.ts";
import type { Session } from "./session.ts";
import type { Change, Selection } from "./session-types.ts";

/** A search that lasts is looked at again after so many milliseconds. */
const LOOK_MS = 200;

/** The session that travels, and what of it no view may do. */
export interface Travelled {
  readonly session: Session;
  /** Lets the simulation go somewhere; a newer wish overtakes an older one. */
  readonly go: (way: (simulation: Simulation, signal: AbortSignal) => Promise<unknown>) => Promise<void>;
  /** Gives up the way that is gone now. */
  readonly cancel: () => void;
  readonly tell: (...changes: Change[]) => void;
}

export type Direction = "next" | "previous";

/** What stopped the run. */
export interface Met {
  readonly stop: Stop;
  /** The fact that met the condition; null for a time. */
  readonly fact: Fact | null;
  /** Whether it was a breakpoint, and not what somebody searched for. */
  readonly isBreakpoint: boolean;
}

/** A search that is going on. */
export interface Search {
  readonly direction: Direction;
  /** Where it began, and how far it goes at most. Microseconds. */
  readonly from: number;
  readonly until: number;
}

/** Goes to where something happens, and knows what stopped the run. */
export class Travel {
  /** What stopped the run where it stands; null once it has gone on. */
  met: Met | null = null;
  search: Search | null = null;

  readonly #travelled: Travelled;
  #isGivenUp = false;

  constructor(travelled: Travelled) {
    this.#travelled = travelled;
  }

  /** Goes to the next moment at which a condition holds, or back to the last one. */
  to(condition: Condition, direction: Direction): Promise<void> {
    return this.#search(direction, (simulation, signal) =>
      direction === "next"
        ? simulation.stepToAsync(condition, undefined, signal)
        : simulation.stepBackToAsync(condition, signal),
    );
  }

  /** Goes to the next mark of the timeline, or to the last one before the present. */
  toMark(direction: Direction): Promise<void> {
    const { end } = this.#travelled.session;
    return this.#search(direction, (simulation, signal, from) =>
      direction === "next" ? nextMark(simulation, from, end, signal) : previousMark(simulation, from, signal),
    );
  }

  /** Goes to the first mark of a kind in a stretch of the timeline. */
  toMarkBetween(kind: MarkKind, from: number, to: number): Promise<void> {
    return this.#search("next", (simulation, signal) => firstOfKind(simulation, kind, from, to, signal));
  }

  /** Gives up a search: the run stands where it stood before. */
  cancel(): void {
    if (this.search !== null) {
      this.#isGivenUp = true;
      this.#travelled.cancel();
    }
  }

  /** The run goes on, or elsewhere: what stopped it does so no more. */
  leave(): void {
    if (this.met !== null) {
      this.met = null;
      this.#travelled.tell("travel");
    }
  }

  /** Takes in what stopped the run, once its facts are read, and selects what it happened to. */
  halt(stop: Stop | null, isBreakpoint = true): void {
    const { session, tell } = this.#travelled;
    if (stop === null) {
      return;
    }
    const fact = stop.fact === null ? null : this.#factAt(stop.fact);
    this.met = { stop, fact, isBreakpoint };
    const selection = fact === null ? null : selectionOf(fact, session.selection);
    if (selection !== null) {
      session.select(selection);
    }
    tell("travel");
  }

  async #search(
    direction: Direction,
    find: (simulation: Simulation, signal: AbortSignal, from: Moment) => Promise<Stop | null>,
  ): Promise<void> {
    const { session, go, tell } = this.#travelled;
    const owner = session.simulation;
    let stop: Stop | null = null;
    let isOver = false;
    await go(async (simulation, signal) => {
      const from = { time: simulation.now, step: simulation.snapshot().step };
      const end = session.snapshot?.until ?? 0;
      this.#isGivenUp = false;
      this.search = { direction, from: from.time, until: from.time < end ? end : from.time + end };
      const looks = setInterval(() => tell("travel"), LOOK_MS);
      try {
        stop = await find(simulation, signal, from);
      } catch (error) {
        if (!isCancelled(error) || !this.#isGivenUp) {
          throw error;
        }
      } finally {
        clearInterval(looks);
        this.search = null;
      }
      if (stop === null) {
        await simulation.seekAsync(from.time, undefined, from.step);
      }
      isOver = true;
    });
    if (session.simulation !== owner || !isOver) {
      tell("travel");
      return;
    }
    if (stop === null) {
      session.note = this.#isGivenUp ? "given_up" : direction === "next" ? "none_after" : "none_before";
      tell("motion");
    } else {
      this.halt(stop, false);
    }
    tell("travel");
  }

  #factAt(index: number): Fact | null {
    const { journal, simulation } = this.#travelled.session;
    const known = journal.facts.findLast((fact) => fact.index === index);
    return known ?? simulation?.factsBetween(index, index + 1)[0] ?? null;
  }
}

/** What a fact is about; null when that is selected already. */
function selectionOf(fact: Fact, before: Selection | null): Selection | null {
  const isAbout =
    before !== null &&
    (before.kind === "message" ? fact.message === before.message : fact.nodes.includes(before.id));
  const [node] = fact.nodes;
  if (isAbout || (fact.message === null && node === undefined)) {
    return null;
  }
  return fact.message !== null
    ? { kind: "message", message: fact.message }
    : { kind: "node", id: node ?? "" };
}
