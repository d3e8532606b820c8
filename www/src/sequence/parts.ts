import { html, nothing, type TemplateResult } from "lit";
import { shortened } from "../geometry/forms.ts";
import type { Session } from "../session/session.ts";
import { clockText } from "../time/clock-text.ts";
import { word } from "../words/words.ts";
import type { Diagram } from "./diagram.ts";
import type { Entry } from "./entries.ts";

/** The names above the lines. The broker is no node of the picture, and cannot be selected. */
export function heads(
  { sequence, lanes }: Diagram,
  selected: string | null,
  select: (id: string) => void,
): TemplateResult {
  return html`<div class="heads" style="width:${lanes.width}px">
    ${sequence.lifelines.map(({ kind, name, node }, line) => {
      const press = (event: Event): void => {
        event.stopPropagation();
        select(node);
      };
      const kindName = kind === "broker" ? word("sequence.broker") : word(`node.${kind}`);
      return html`<button
        class=${kind}
        style="left:${lanes.x(line)}px;max-width:${lanes.gap - 6}px"
        title=${name}
        ?disabled=${kind === "broker"}
        aria-pressed=${kind === "broker" ? nothing : String(node === selected)}
        aria-label=${`${kindName} ${name}`}
        @click=${press}
      >
        <span class="name">${shortened(name)}</span><span class="kind">${kindName}</span>
      </button>`;
    })}
  </div>`;
}

/** Something that is so or not, as the reader chooses: its name, whether it is, and what changes it. */
export type Choice = readonly [name: string, isOn: boolean, choose: (isOn: boolean) => void];

/** The choices above the diagram. */
export function sequenceChoices(choices: readonly (Choice | false)[]): TemplateResult {
  const offered = choices.filter((choice) => choice !== false);
  return html`<div class="choices">
    ${offered.map(
      ([name, isOn, choose]) =>
        html`<label
          ><input
            type="checkbox"
            .checked=${isOn}
            @change=${(event: Event) => choose((event.target as HTMLInputElement).checked)}
          />${name}</label
        >`,
    )}
  </div>`;
}

/** What is looked at closely: its sentence, and the moments to go to. */
export function detail(entry: Entry, session: Session, canGo: boolean): TemplateResult {
  const go = (time: number, name: string) =>
    html`<button @click=${() => void session.seek(time)}>${name}</button>`;
  const { time, until } = entry;
  return html`<div class="detail" role="note">
    <p><span class="mono">${clockText(time)}</span> ${entry.words}</p>
    ${
      canGo
        ? html`<div class="acts">
            ${go(time, word("sequence.go", { time: clockText(time) }))}
            ${until === null ? nothing : go(until, word("sequence.go", { time: clockText(until) }))}
          </div>`
        : nothing
    }
  </div>`;
}

export function earlierButton(press: () => void): TemplateResult {
  return html`<button class="earlier" @click=${press}>${word("sequence.earlier")}</button>`;
}

/** Leads back to the present when the reader has left it. */
export function nowButton(press: () => void): TemplateResult {
  return html`<button class="plain now-button" @click=${press}>${word("sequence.now")}</button>`;
}
