import type { Change } from "./session-types.ts";

/** Who is told of changes. One may leave while it is told. */
export class Listeners {
  readonly #all = new Set<(change: Change) => void>();

  /** Returns what ends it. */
  add(listener: (change: Change) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  tell(...changes: Change[]): void {
    for (const change of changes) {
      for (const listener of [...this.#all]) {
        listener(change);
      }
    }
  }
}
