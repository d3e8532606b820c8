import { html, nothing, type TemplateResult } from "lit";
import { word } from "../words/words.ts";
import type { FailedRun } from "./sweep-run.ts";

/** Runs that came to nothing: those with the same value fail for the same reason, and stand in one line. */
export function failureList(failures: readonly FailedRun[]): TemplateResult | typeof nothing {
  if (failures.length === 0) {
    return nothing;
  }
  const groups = new Map<string, FailedRun[]>();
  for (const failure of failures) {
    const key = `${failure.value} ${failure.message}`;
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  const count = failures.length;
  return html`<section class="failures" role="alert" aria-label=${word("sweep.failures", { count })}>
    <strong>${word(count === 1 ? "sweep.failures_one" : "sweep.failures", { count })}</strong>
    <ul>
      ${[...groups.values()].map(
        (group) =>
          html`<li>
            ${lineOf(group)}
            ${group[0]?.place ? html`<span class="muted">${word("problem.place", { place: group[0].place })}</span>` : nothing}
          </li>`,
      )}
    </ul>
  </section>`;
}

function lineOf(group: readonly FailedRun[]): string {
  const [first] = group;
  if (first === undefined) {
    return "";
  }
  const { value, seed, message } = first;
  return group.length === 1
    ? word("sweep.failure", { value, seed, message })
    : word("sweep.same_failure", { value, count: group.length, message });
}
