import { word } from "../words/words.ts";

/** Something that went wrong, in words for the reader. */
export interface Problem {
  /** Stable, for programs: what `queuescope-error` carries. */
  readonly code: string;
  readonly title: string;
  /** What was wrong and what to do. */
  readonly message: string;
  /** Where in the document; empty when it is no matter of place. */
  readonly place: string;
  /** What else the reader can rely on; may be empty. */
  readonly note: string;
  /** Whether starting again from the same document is offered. */
  readonly canRestart: boolean;
}

interface Detailed {
  readonly code?: unknown;
  readonly place?: unknown;
}

/** An error of the simulator or of the browser, as a problem with this title. */
export function problemOf(error: unknown, title: string, note = ""): Problem {
  const detailed = (typeof error === "object" && error !== null ? error : {}) as Detailed;
  return {
    code: typeof detailed.code === "string" ? detailed.code : "page.unexpected",
    title,
    message: reasonOf(error),
    place: typeof detailed.place === "string" ? detailed.place : "",
    note,
    canRestart: false,
  };
}

/** The simulator could not be loaded. */
export function engineProblem(error: unknown): Problem {
  const isSupported = typeof WebAssembly === "object";
  return {
    code: isSupported ? "engine.missing" : "engine.unsupported",
    title: word("problem.engine"),
    message: isSupported
      ? word("problem.engine_missing", { reason: reasonOf(error) })
      : word("problem.engine_unsupported"),
    place: "",
    note: "",
    canRestart: false,
  };
}

/** The simulator broke while it ran. */
export function crashProblem(error: unknown): Problem {
  return {
    code: "engine.crashed",
    title: word("problem.crash"),
    message: word("problem.crash_about", { reason: reasonOf(error) }),
    place: "",
    note: "",
    canRestart: true,
  };
}

/** A problem that the page itself found. */
export function pageProblem(code: string, title: string, message: string, note = ""): Problem {
  return { code, title, message, place: "", note, canRestart: false };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
