import english from "./en.json" with { type: "json" };

/** A text of the page. What the simulation says comes from its own catalogue, see `sentences/`. */
export type Word = keyof typeof english.words;

/** The text with its `{gaps}` filled in. */
export function word(key: Word, gaps: Readonly<Record<string, string | number>> = {}): string {
  return english.words[key].replace(/\{(\w+)\}/g, (gap, name: string) => String(gaps[name] ?? gap));
}

/** A whole number as people read it: `12,345`. */
export function numberText(value: number): string {
  return value.toLocaleString(english.language);
}
