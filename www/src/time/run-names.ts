import type { Fork } from "queuescope";
import { text } from "../sentences/sentence.ts";
import { word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";

/** What a run is called: as somebody named it, or by what happened first there and not in the run that it left. */
export function runName(run: Fork): string {
  if (run.label !== "") {
    return run.label;
  }
  if (run.parent === null) {
    return word("runs.first");
  }
  const number = run.id + 1;
  return run.because === null
    ? word("runs.numbered", { number })
    : word("runs.because", { number, sentence: text(run.because) });
}

/** Where a run comes from and how far it has come. */
export function runMoments(run: Fork, all: readonly Fork[]): string {
  const end = clockText(run.end);
  const parent = all.find(({ id }) => id === run.parent);
  return parent === undefined
    ? word("runs.whole", { end })
    : word("runs.left", { parent: runName(parent), time: clockText(run.time), end });
}
