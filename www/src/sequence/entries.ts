import type { Sequence, SequenceArrow, SequenceStay } from "queuescope";
import { text } from "../sentences/sentence.ts";
import { clockText, spanText } from "../time/clock-text.ts";
import { word } from "../words/words.ts";

/** A sentence of a diagram, for those who read it instead of looking at it. */
export interface Entry {
  /** The same for the same thing in every diagram that shows it. */
  readonly key: string;
  readonly kind: "arrow" | "stay" | "mark";
  /** Its place among the others of its kind. */
  readonly place: number;
  readonly time: number;
  /** When it is over; null when it takes no time, or nobody knows. */
  readonly until: number | null;
  readonly words: string;
  readonly message: number | null;
  /** The index of its fact; things of the same moment are in the order of their facts. */
  readonly fact: number;
  /** The lines that take part. */
  readonly lines: readonly number[];
}

/** Every sentence of a diagram, in the order of time. */
export function entries(sequence: Sequence): Entry[] {
  const all = [
    ...sequence.arrows.map(ofArrow),
    ...sequence.stays.map(ofStay),
    ...sequence.marks.map(
      (mark, place): Entry => ({
        key: `mark ${mark.fact}`,
        kind: "mark",
        place,
        time: mark.time,
        until: null,
        words: text(mark.sentence),
        message: mark.message,
        fact: mark.fact,
        lines: [mark.line],
      }),
    ),
  ];
  return all.sort((one, other) => one.time - other.time || one.fact - other.fact);
}

function ofArrow(arrow: SequenceArrow, place: number): Entry {
  const { sent, lost, retransmissions, fact, step } = arrow;
  const more = [
    lost === null ? "" : word("sequence.lost"),
    arrow.departs === null && lost === null ? word("sequence.waits") : "",
    retransmissions === 0 ? "" : word("sequence.retransmitted", { count: retransmissions }),
  ];
  const words = [text(arrow.sentence), ...more].filter((part) => part !== "").join(" ");
  const end = lost ?? arrow.arrives;
  return {
    key: `arrow ${fact ?? `${sent} ${step} ${words}`}`,
    kind: "arrow",
    place,
    time: sent,
    until: end === sent ? null : end,
    words,
    message: arrow.message,
    fact: fact ?? -1,
    lines: [arrow.from, arrow.to],
  };
}

function ofStay(stay: SequenceStay, place: number): Entry {
  const { from, until, message, line, kind } = stay;
  const length =
    until === null ? word("sequence.still") : word("sequence.for", { span: spanText(until - from) });
  return {
    key: `stay ${kind} ${stay.fact ?? `${message} ${line}`}`,
    kind: "stay",
    place,
    time: from,
    until,
    words: `${text(stay.sentence)} ${length}`,
    message,
    fact: stay.fact ?? -1,
    lines: [line],
  };
}

/** An entry as it is read out: with its time before it. */
export function spoken(entry: Entry): string {
  return `${clockText(entry.time)}: ${entry.words}`;
}
