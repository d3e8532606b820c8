import type { Sentence } from "queuescope";
import catalogue from "../../../src/facts/catalogue/en.json" with { type: "json" };

/** A piece of a sentence: plain text, or what stands in a gap. */
export interface Piece {
  readonly text: string;
  /** The name of the gap it fills; null for text of the template. */
  readonly gap: string | null;
}

const templates: Readonly<Record<string, string>> = catalogue.sentences;

/** The pieces of a sentence, in order. A key that the catalogue lacks shows itself and its parameters. */
export function pieces(sentence: Sentence): Piece[] {
  const template = templates[sentence.key];
  if (template === undefined) {
    const values = Object.entries(sentence.parameters).map(([name, value]) => `${name} ${value}`);
    return [{ text: [sentence.key, ...values].join(", "), gap: null }];
  }
  return filled(complete(template, sentence), sentence);
}

/** A template without the parts in brackets in which a gap stays empty. */
function complete(template: string, { parameters }: Sentence): string {
  return template.replace(/\[([^\]]*)\]/g, (_, part: string) => {
    const gaps = [...part.matchAll(/\{(\w+)\}/g)];
    return gaps.every(([, name]) => name !== undefined && name in parameters) ? part : "";
  });
}

function filled(template: string, sentence: Sentence): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const gap of template.matchAll(/\{(\w+)\}/g)) {
    const name = gap[1] ?? "";
    if (gap.index > end) {
      found.push({ text: template.slice(end, gap.index), gap: null });
    }
    found.push({ text: String(sentence.parameters[name] ?? gap[0]), gap: name });
    end = gap.index + gap[0].length;
  }
  if (end < template.length) {
    found.push({ text: template.slice(end), gap: null });
  }
  return found;
}

/** The sentence as one text. */
export function text(sentence: Sentence): string {
  return pieces(sentence)
    .map((piece) => piece.text)
    .join("");
}

/** A term of the catalogue that has no gaps, such as the name of a setting. */
export function term(key: string): string {
  return templates[key] ?? key;
}
