import type { Fact, Picture, Sentence } from "queuescope";
import { pieces, text } from "../sentences/sentence.ts";
import type { Selection } from "../session/session-types.ts";

/** Which facts the log shows. What is empty or null lets everything through. */
export interface LogFilter {
  /** Words of the sentence; `m7` alone means that message and no other. */
  readonly text: string;
  /** The key of the sentence. */
  readonly kind: string;
  /** The id of a node that takes part. */
  readonly node: string;
  /** A message that it is about. */
  readonly message: number | null;
}

export const EVERYTHING: LogFilter = { text: "", kind: "", node: "", message: null };

/** The facts that a filter lets through. */
export function filtered(facts: readonly Fact[], filter: LogFilter): readonly Fact[] {
  const wanted = filter.text.trim().toLowerCase();
  const number = /^m(\d+)$/.exec(wanted)?.[1];
  const isMeant = (fact: Fact): boolean =>
    (filter.kind === "" || fact.sentence.key === filter.kind) &&
    (filter.node === "" || fact.nodes.includes(filter.node)) &&
    (filter.message === null || fact.message === filter.message) &&
    (number === undefined
      ? wanted === "" || text(fact.sentence).toLowerCase().includes(wanted)
      : fact.message === Number(number));
  return isEverything(filter) ? facts : facts.filter(isMeant);
}

export function isEverything({ text, kind, node, message }: LogFilter): boolean {
  return text.trim() === "" && kind === "" && node === "" && message === null;
}

/** Something to choose from: a value and its name. */
export interface Option {
  readonly value: string;
  readonly name: string;
}

const LONGEST = 44;

/** The kinds of facts that are there, each by its name. */
export function kindsIn(facts: readonly Fact[]): Option[] {
  const found = new Map<string, string>();
  for (const { sentence } of facts) {
    if (!found.has(sentence.key)) {
      found.set(sentence.key, kindName(sentence));
    }
  }
  return byName([...found].map(([value, name]) => ({ value, name })));
}

/** All kinds of facts that there are. */
export function everyKind(keys: readonly string[]): Option[] {
  return byName(keys.map((key) => ({ value: key, name: kindName({ key, parameters: {} }) })));
}

/** The first words of a sentence with the names of its gaps. */
function kindName(sentence: Sentence): string {
  const words = pieces(sentence).map((piece) => (piece.gap === null ? piece.text : gapName(piece.gap)));
  const whole = words.join("").split(/[.:;](?:\s|$)/)[0] ?? "";
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
}

function byName(options: Option[]): Option[] {
  return options.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The nodes of the picture, and those that are only in facts any more. */
export function nodesIn(facts: readonly Fact[], picture: Picture | null): Option[] {
  const known = (picture?.nodes ?? []).map(({ id, name }) => ({ value: id, name }));
  const ids = new Set(known.map(({ value }) => value));
  const gone = new Set(facts.flatMap((fact) => fact.nodes.filter((id) => !ids.has(id))));
  return [
    ...known,
    ...[...gone].map((id) => ({ value: id, name: id.slice(id.search(/[:/][^:/]*$/) + 1) || id })),
  ];
}

/** The filter that lets through what has to do with what is selected. */
export function about(filter: LogFilter, selection: Selection | null): LogFilter {
  return {
    ...filter,
    node: selection?.kind === "node" ? selection.id : "",
    message: selection?.kind === "message" ? selection.message : null,
  };
}

function gapName(gap: string): string {
  return gap.replaceAll("_", " ");
}
