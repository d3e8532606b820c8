import type { Unit } from "queuescope";
import { spanText } from "../time/clock-text.ts";
import { word } from "../words/words.ts";

/** A number with its unit, as people read it. */
export function unitText(value: number, unit: Unit): string {
  switch (unit) {
    case "microseconds":
      return value < 0 ? `−${spanText(-value)}` : spanText(value);
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
  if (value === 0) {
    return "0";
  }
  return unit === "microseconds" ? unitText(value, unit) : shortText(unit === "share" ? value * 100 : value);
}

/** What a chart is called, with its unit where the numbers at its axis do not say it. */
export function axisName(name: string, unit: Unit): string {
  return unit === "per_second" || unit === "share"
    ? word("numbers.axis", { name, unit: word(`numbers.unit_${unit}`) })
    : name;
}

/** Three digits, or all of those before the point. */
export function shortText(value: number): string {
  const digits = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return digits.toLocaleString("en", { maximumSignificantDigits: 15 });
}
