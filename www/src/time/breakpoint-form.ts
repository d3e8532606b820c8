import { html, nothing, type TemplateResult } from "lit";
import { type Condition, type MarkKind, Simulation } from "queuescope/everyday";
import { choiceField, numberField } from "../inspector/forms/form.ts";
import { everyKind } from "../log/log-filter.ts";
import { term } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import { word } from "../words/words.ts";

export type When = Condition["when"];

const KINDS = [
  "redelivery",
  "dead_letter",
  "loss",
  "return",
  "error",
  "intervention",
] as const satisfies readonly MarkKind[];

/** What a run can be stopped at, each with its name. */
export const WHENS: readonly { readonly when: When; readonly name: () => string }[] = [
  ...KINDS.map((when) => ({ when, name: () => term(`mark.${when}`) })),
  { when: "queue_longer", name: () => word("breakpoints.queue_longer") },
  { when: "anything", name: () => word("breakpoints.anything") },
  { when: "fact", name: () => word("breakpoints.fact") },
  { when: "time", name: () => word("breakpoints.time") },
];

/** The fields that a condition has. */
export function breakpointFields(session: Session, when: When): TemplateResult {
  if (when === "time") {
    const now = (session.snapshot?.now ?? 0) / 1e6;
    return numberField("seconds", "breakpoints.seconds", now, "unit.seconds", { isFraction: true });
  }
  const nodes = (session.picture?.nodes ?? []).filter(
    ({ kind }) => when !== "queue_longer" || kind === "queue",
  );
  const choices = nodes.map(({ id, name }) => [id, name] as const);
  const { selection } = session;
  const selected = selection?.kind === "node" ? selection.id : "";
  const message = selection?.kind === "message" ? selection.message : null;
  return html`${
    when === "queue_longer" ? numberField("than", "breakpoints.than", 10, "form.batch_unit") : nothing
  }
  ${when === "fact" ? choiceField("key", "breakpoints.key", keys(), "message.delivered") : nothing}
  ${choiceField("node", "breakpoints.node", [["", word("breakpoints.anywhere")], ...choices], selected)}
  ${numberField("message", "breakpoints.message", message, null, { least: 1, isOptional: true })}`;
}

/** The condition that was filled in. Whether it can be heeded is for the simulation to say. */
export function conditionOf(when: When, data: FormData): Condition {
  const field = (name: string): string => String(data.get(name) ?? "");
  if (when === "time") {
    return { when, at_us: Math.round(Number(field("seconds")) * 1e6) };
  }
  const narrowed = {
    ...(field("node") === "" ? {} : { node: field("node") }),
    ...(field("message") === "" ? {} : { message: Number(field("message")) }),
  };
  switch (when) {
    case "queue_longer":
      return { when, than: Number(field("than")), ...narrowed };
    case "fact":
      return { when, key: field("key"), ...narrowed };
    default:
      return { when, ...narrowed };
  }
}

function keys(): (readonly [string, string])[] {
  return everyKind(Simulation.factKeys()).map(({ value, name }) => [value, name] as const);
}
