/** What a link names: `#scenario=hello-world&seed=7&at=1500000&view=sequence`, or `#s=…` with a run in it. */
export interface Place {
  readonly scenario: string | null;
  /** A run with its document or commands (`packed-run.ts`); then scenario, seed and moment stand there. */
  readonly s: string | null;
  readonly seed: number | null;
  /** Microseconds. */
  readonly at: number | null;
  /** Simulated seconds per real second. */
  readonly speed: number | null;
  /** How the run is shown; null for its topology. */
  readonly view: string | null;
}

export function readPlace(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    scenario: fields.get("scenario"),
    s: fields.get("s"),
    seed: wholeNumber(fields.get("seed")),
    at: wholeNumber(fields.get("at")),
    speed: positiveNumber(fields.get("speed")),
    view: fields.get("view"),
  };
}

export function writePlace(place: Partial<Place>): string {
  const fields = new URLSearchParams();
  for (const name of ["scenario", "s", "seed", "at", "speed", "view"] as const) {
    const value = place[name];
    if (value !== null && value !== undefined) {
      fields.set(name, String(value));
    }
  }
  return `#${fields.toString()}`;
}

/** A whole number that is not negative; null for anything else. */
export function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

export function positiveNumber(text: string | null): number | null {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}
