import type { Unit } from "queuescope";
import { spanText } from "../time/clock-text.ts";
import { word } from "../words/words.ts";

/** A number with its unit, as people read it. */
export function unitText(value: number, unit: Unit): string {
  switch (unit) {
    case "microseconds":
      return spanText(value);
    case "per_second":
      return word("numbers.per_second", { value: shortText(value) });
    case "share":
      return word("numbers.percent", { value: shortText(value * 100) });
    case "messages":
      return shortText(value);
  }
}

/** A number without its unit, for the axis of a chart. */
export function axisText(value: number, unit: Unit): string {
  return unit === "microseconds" ? spanText(value) : shortText(unit === "share" ? value * 100 : value);
}

/** What stands at an axis: `per second`, `%`. */
export function unitName(unit: Unit): string {
  return word(`numbers.unit_${unit}`);
}

/** Three digits, or all of those before the point. */
export function shortText(value: number): string {
  const digits = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return digits.toLocaleString("en", { maximumSignificantDigits: 15 });
}
