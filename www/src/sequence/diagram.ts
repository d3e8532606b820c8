import type { Sequence, SequenceArrow, SequenceMark, SequenceStay } from "queuescope";
import { textWidth } from "../geometry/forms.ts";
import { LabelRoom } from "../geometry/label-room.ts";
import { type Lanes, lanesFor } from "../geometry/lanes.ts";
import type { Point } from "../geometry/point.ts";
import { type Stretch, type TimeAxis, timeAxis } from "../geometry/time-axis.ts";
import { text } from "../sentences/sentence.ts";

/** An arrow with its places. */
export interface DrawnArrow {
  readonly arrow: SequenceArrow;
  readonly place: number;
  readonly start: Point;
  readonly end: Point;
  /** Where it waited before it went: from here down to its start. */
  readonly waitsFrom: number | null;
  /** Whether it goes at all: what waits, or was given up, does not. */
  readonly goes: boolean;
  readonly label: { readonly at: Point; readonly text: string } | null;
}

/** A stay with its place beside its line. */
export interface DrawnStay {
  readonly stay: SequenceStay;
  readonly place: number;
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** A mark with its place; others at the same place are counted and not drawn. */
export interface DrawnMark {
  readonly mark: SequenceMark;
  readonly place: number;
  readonly at: Point;
  readonly count: number;
}

/** More stays than can be drawn side by side: how many there are at the moment shown. */
export interface Crowd {
  readonly at: Point;
  readonly count: number;
}

/** Everything of a sequence diagram with its place, in pixels. */
export interface Diagram {
  readonly sequence: Sequence;
  readonly axis: TimeAxis;
  readonly lanes: Lanes;
  readonly arrows: readonly DrawnArrow[];
  readonly stays: readonly DrawnStay[];
  readonly marks: readonly DrawnMark[];
  readonly crowds: readonly Crowd[];
}

export interface Measures {
  readonly width: number;
  /** Pixels for a microsecond. */
  readonly scale: number;
  readonly shortens: boolean;
  /** The moment shown. */
  readonly now: number;
  /** Its labels have room before others. */
  readonly message: number | null;
}

export const STAY_WIDTH = 6;
const STAYS_ABREAST = 4;
const LABEL_HEIGHT = 14;
/** Labels are smaller than the names of the topology. */
const LABEL_SIZE = 0.86;
/** Room for the head of an arrow at one end, and for what stays beside the line at the other. */
const ENDS = 22;
const MARKS_APART = 12;

/** Lays a sequence diagram out. */
export function diagram(sequence: Sequence, measures: Measures): Diagram {
  const axis = axisOf(sequence, measures);
  const lanes = lanesFor(sequence.lifelines.length, measures.width);
  return {
    sequence,
    axis,
    lanes,
    arrows: arrows(sequence, axis, lanes, measures),
    stays: stays(sequence, axis, lanes),
    marks: marks(sequence, axis, lanes),
    crowds: crowds(sequence, axis, lanes, measures.now),
  };
}

/** From when until when something is on its way, as far as that is known. */
export function flight(arrow: SequenceArrow): Stretch | null {
  const { departs, arrives, lost, lost_at } = arrow;
  const to = lost_at === "start" ? null : (lost ?? arrives);
  return departs === null || to === null ? null : { from: departs, to };
}

function axisOf(sequence: Sequence, { scale, shortens, now }: Measures): TimeAxis {
  const flights = sequence.arrows.map(flight).filter((stretch) => stretch !== null);
  const moments = [
    now,
    ...sequence.arrows.flatMap(({ sent, lost }) => (lost === null ? [sent] : [sent, lost])),
    ...sequence.stays.flatMap(({ from, until }) => (until === null ? [from] : [from, until])),
    ...sequence.marks.map(({ time }) => time),
  ];
  const ends = [...moments, ...flights.map(({ to }) => to)];
  const first = sequence.arrows[0]?.sent ?? sequence.from;
  const from = sequence.is_complete ? Math.min(sequence.from, first) : first;
  const to = ends.reduce((one, other) => Math.max(one, other), from);
  return timeAxis({ from, to }, flights, moments, scale, shortens);
}

function arrows(sequence: Sequence, axis: TimeAxis, lanes: Lanes, measures: Measures): DrawnArrow[] {
  const drawn = sequence.arrows.map((arrow, place): DrawnArrow => {
    const stretch = flight(arrow);
    const from = lanes.x(arrow.from);
    // What is lost on the way gets half as far: nobody knows where it was.
    const to = arrow.lost_at === "way" ? (from + lanes.x(arrow.to)) / 2 : lanes.x(arrow.to);
    const top = axis.y(stretch?.from ?? arrow.lost ?? axis.to);
    return {
      arrow,
      place,
      start: { x: from, y: top },
      end: { x: to, y: axis.y(stretch?.to ?? arrow.sent) },
      waitsFrom: arrow.departs === arrow.sent ? null : axis.y(arrow.sent),
      goes: stretch !== null,
      label: null,
    };
  });
  const room = new LabelRoom();
  const groups = [...Map.groupBy(drawn, nameOfWay).values()];
  const isFirst = (group: readonly DrawnArrow[]) =>
    measures.message !== null && group.some(({ arrow }) => arrow.message === measures.message);
  const order = [...groups.filter(isFirst), ...groups.filter((group) => !isFirst(group))];
  const labels = new Map(order.map((group) => [group[0]?.place, label(group, room)]));
  return drawn.map((each) => ({ ...each, label: labels.get(each.place) ?? null }));
}

/** What goes the same way at the same time is drawn as one line. */
function nameOfWay({ start, end, waitsFrom }: DrawnArrow): string {
  return [start.x, start.y, end.x, end.y, waitsFrom ?? -1].map((place) => Math.round(place)).join();
}

/** The longest of the texts that fits on a line, where it lies on no other; null when none does. */
function label(group: readonly DrawnArrow[], room: LabelRoom): DrawnArrow["label"] {
  const [first] = group;
  if (first === undefined) {
    return null;
  }
  const { start, end, goes, waitsFrom } = first;
  const free = Math.abs(end.x - start.x) - ENDS;
  const words = textsOf(group).find((words) => labelWidth(words) <= free);
  if (words === undefined) {
    return null;
  }
  const width = labelWidth(words);
  const boxAt = (share: number) => {
    const y = goes ? start.y + (end.y - start.y) * share : (waitsFrom ?? start.y);
    return {
      x: start.x + (end.x - start.x) * share - width / 2,
      y: y - LABEL_HEIGHT / 2,
      width,
      height: LABEL_HEIGHT,
    };
  };
  const side = Math.min(0.5, (width / 2 + ENDS / 2) / Math.max(1, Math.abs(end.x - start.x)));
  const box = room.take([boxAt(0.5), boxAt(side), boxAt(1 - side)]);
  return box && { at: { x: box.x + width / 2, y: box.y + LABEL_HEIGHT / 2 }, text: words };
}

/** What can stand on a line, the longest first: all messages where there is room, or how many there are. */
function textsOf(group: readonly DrawnArrow[]): string[] {
  const [first, ...others] = group.map(({ arrow }) => arrow);
  if (first === undefined || others.length === 0) {
    return first === undefined ? [] : texts(first);
  }
  const isSame = others.every(
    (other) => other.message === first.message && text(other.label) === text(first.label),
  );
  const more = isSame ? ` ×${group.length}` : ` +${others.length}`;
  return texts(first).map((words) => words + more);
}

/** What can stand on an arrow, the longest first. */
function texts({ label, message }: SequenceArrow): string[] {
  const whole = text(label);
  const own = message === null ? [] : [`m${message}`];
  const short = whole.slice(whole.indexOf(".") + 1);
  return [[whole, ...own], [short, ...own], own.length > 0 ? own : [short]].map((words) =>
    words.join(" ").trim(),
  );
}

export function labelWidth(words: string): number {
  return textWidth(words) * LABEL_SIZE + 6;
}

/** Stays of a line stand side by side; when too many do at a time, the rest share the last place. */
function stays(sequence: Sequence, axis: TimeAxis, lanes: Lanes): DrawnStay[] {
  const free = new Map<number, number[]>();
  return sequence.stays.map((stay, place) => {
    const top = axis.y(stay.from);
    const bottom = Math.max(top + 2, axis.y(stay.until ?? axis.to));
    const columns = free.get(stay.line) ?? [];
    free.set(stay.line, columns);
    const found = columns.findIndex((taken) => taken <= top);
    const column = found >= 0 ? found : Math.min(columns.length, STAYS_ABREAST - 1);
    columns[column] = Math.max(columns[column] ?? 0, bottom + 1);
    const x = lanes.x(stay.line) + 3 + column * (STAY_WIDTH + 1);
    return { stay, place, x, top, bottom };
  });
}

function crowds(sequence: Sequence, axis: TimeAxis, lanes: Lanes, now: number): Crowd[] {
  const here = sequence.stays.filter(({ from, until }) => from <= now && (until ?? now) >= now);
  const counts = [...Map.groupBy(here, ({ line }) => line)].map(([line, stays]) => ({
    at: { x: lanes.x(line) + 5 + STAYS_ABREAST * (STAY_WIDTH + 1), y: axis.y(now) - 6 },
    count: stays.length,
  }));
  return counts.filter(({ count }) => count > STAYS_ABREAST);
}

function marks(sequence: Sequence, axis: TimeAxis, lanes: Lanes): DrawnMark[] {
  const drawn: DrawnMark[] = [];
  const last = new Map<string, number>();
  sequence.marks.forEach((mark, place) => {
    const at = { x: lanes.x(mark.line), y: axis.y(mark.time) };
    const name = `${mark.line} ${mark.kind}`;
    const known = last.get(name);
    const before = known === undefined ? undefined : drawn[known];
    if (known !== undefined && before !== undefined && at.y - before.at.y < MARKS_APART) {
      drawn[known] = { ...before, count: before.count + 1 };
    } else {
      last.set(name, drawn.length);
      drawn.push({ mark, place, at, count: 1 });
    }
  });
  return drawn;
}
