/** What a listener is told has changed; `travel`: breakpoints, what stopped the run, searches and forks. */
export type Change =
  | "document"
  | "picture"
  | "state"
  | "log"
  | "motion"
  | "frame"
  | "selection"
  | "problem"
  | "travel";

/** What the reader looks at closely. */
export type Selection =
  | { readonly kind: "node"; readonly id: string }
  | { readonly kind: "message"; readonly message: number };

/** What the pointer or the focus points out in the log. */
export interface Highlight {
  /** Ids. */
  readonly nodes: readonly string[];
  readonly message: number | null;
}

/** Where a document came from. */
export interface Source {
  readonly text: string;
  /** The id or address that a link can name; null for an opened file. */
  readonly id: string | null;
  readonly name: string;
  readonly seed: number | null;
}

/** What a quiet note beside the clock says. */
export type Note = "nothing_left" | "end" | "start" | "forked" | "given_up" | "none_after" | "none_before";
