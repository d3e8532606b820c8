import { numberText, type Word, word } from "../words/words.ts";

/** A name and a value for the list of a node's state. */
export type Line = readonly [name: string, value: string];

/** A line that counts something. */
export function count(name: Word, value: number): Line {
  return [word(name), numberText(value)];
}
