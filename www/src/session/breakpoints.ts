import type { Condition, Sentence } from "queuescope";
import { word } from "../words/words.ts";
import { problemOf } from "./problem.ts";
import type { Session } from "./session.ts";
import type { Change } from "./session-types.ts";

/** Something that a run is to stop at. */
export interface Listed {
  readonly condition: Condition;
  readonly sentence: Sentence;
  /** Switched off, it stands in the list and stops nothing. */
  readonly isOn: boolean;
}

/** What runs are to stop at: the simulation knows those that are switched on, in the same order. */
export class Breakpoints {
  #all: readonly Listed[] = [];
  readonly #session: Session;
  readonly #tell: (...changes: Change[]) => void;

  constructor(session: Session, tell: (...changes: Change[]) => void) {
    this.#session = session;
    this.#tell = tell;
  }

  get all(): readonly Listed[] {
    return this.#all;
  }

  get countOn(): number {
    return this.#all.filter(({ isOn }) => isOn).length;
  }

  /** Takes up those that the document of a new run names. */
  takeUp(): void {
    const named = this.#session.simulation?.breakpoints() ?? [];
    this.#all = named.map((breakpoint) => ({ ...breakpoint, isOn: true }));
  }

  /** The node that a condition names and that is not in the picture at present; null when there is none such. */
  absentNode({ condition }: Listed): string | null {
    const node = condition.when === "time" ? undefined : condition.node;
    return node === undefined || this.#session.simulation?.conditionIsThere(condition) ? null : node;
  }

  /** The place of a condition in the list; -1 when it is not there. */
  placeOf(condition: Condition): number {
    const wanted = canonical(condition);
    return this.#all.findIndex((listed) => canonical(listed.condition) === wanted);
  }

  /** Adds one, or switches it on when it is there. Throws, and nothing changes, when the simulation cannot heed it. */
  add(condition: Condition): void {
    const place = this.placeOf(condition);
    if (place >= 0) {
      this.switch(place, true);
      return;
    }
    const sentence = this.#session.simulation?.conditionSentence(condition);
    if (sentence !== undefined) {
      this.#set([...this.#all, { condition, sentence, isOn: true }]);
    }
  }

  remove(place: number): void {
    this.#set(this.#all.filter((_, other) => other !== place));
  }

  /** Switches one on or off. Throws like `add`. */
  switch(place: number, isOn: boolean): void {
    this.#set(this.#all.map((listed, other) => (other === place ? { ...listed, isOn } : listed)));
  }

  /** Adds a condition, or takes it away where it is heeded. When it cannot be heeded a problem is shown. */
  toggle(condition: Condition): void {
    const place = this.placeOf(condition);
    try {
      if (this.#all[place]?.isOn) {
        this.remove(place);
      } else {
        this.add(condition);
      }
    } catch (error) {
      this.#session.report(problemOf(error, word("breakpoints.title")));
    }
  }

  #set(all: readonly Listed[]): void {
    const heeded = all.filter(({ isOn }) => isOn).map(({ condition }) => condition);
    this.#session.simulation?.setBreakpoints(heeded);
    this.#all = all;
    this.#tell("travel");
  }
}

function canonical(condition: Condition): string {
  return JSON.stringify(Object.entries(condition).sort());
}
