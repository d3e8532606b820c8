import type { Layer, LayerField, OctetRange } from "queuescope/layers";

/** A run of octets of one line that belong together: shown or chosen alike. */
export interface OctetRun {
  readonly start: number;
  readonly octets: readonly number[];
  readonly mark: Mark;
}

/** How octets stand out: not at all, as what the chosen layer added, as what it carries, as the chosen field. */
export type Mark = "none" | "added" | "carried" | "field";

/** A line of a hex dump. */
export interface OctetRow {
  readonly offset: string;
  readonly runs: readonly OctetRun[];
  readonly text: string;
}

function isIn(range: OctetRange | null, place: number): boolean {
  return range !== null && place >= range[0] && place < range[1];
}

/** The lines of a hex dump of at most `most` octets, with what is marked in them. */
export function octetRows(
  octets: ArrayLike<number>,
  width: number,
  most: number,
  layer: Pick<Layer, "header" | "payload" | "trailer">,
  field: OctetRange | null,
): OctetRow[] {
  const markOf = (place: number): Mark => {
    if (isIn(field, place)) {
      return "field";
    }
    return isIn(layer.header, place) || isIn(layer.trailer, place)
      ? "added"
      : isIn(layer.payload, place)
        ? "carried"
        : "none";
  };
  const rows: OctetRow[] = [];
  const end = Math.min(octets.length, most);
  for (let start = 0; start < end; start += width) {
    const runs: { start: number; octets: number[]; mark: Mark }[] = [];
    let text = "";
    for (let place = start; place < Math.min(start + width, end); place += 1) {
      const octet = octets[place] ?? 0;
      const mark = markOf(place);
      const last = runs.at(-1);
      if (last?.mark === mark) {
        last.octets.push(octet);
      } else {
        runs.push({ start: place, octets: [octet], mark });
      }
      text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : ".";
    }
    rows.push({ offset: start.toString(16).padStart(4, "0"), runs, text });
  }
  return rows;
}

/** Two hexadecimal digits. */
export function digits(octet: number): string {
  return octet.toString(16).padStart(2, "0");
}

/** A field, and how deep it lies in others. */
export interface ListedField {
  readonly field: LayerField;
  readonly depth: number;
}

/** All fields in their order, those within others behind them. */
export function listed(fields: readonly LayerField[], depth = 0): ListedField[] {
  return fields.flatMap((field) => [{ field, depth }, ...listed(field.fields, depth + 1)]);
}

/** The innermost field that has an octet: of several the smallest, of equal ones the last. */
export function fieldAt(fields: readonly ListedField[], place: number): number {
  let found = -1;
  let size = Number.POSITIVE_INFINITY;
  fields.forEach(({ field }, index) => {
    const length = field.octets === null ? 0 : field.octets[1] - field.octets[0];
    if (isIn(field.octets, place) && length <= size) {
      found = index;
      size = length;
    }
  });
  return found;
}
