import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Command } from "queuescope";
import type { Session } from "../../session/session.ts";
import { type Word, word } from "../../words/words.ts";
import { sends } from "./sends.ts";

/** What was typed into the fields of a form. */
export class Answers {
  readonly #data: FormData;

  constructor(data: FormData) {
    this.#data = data;
  }

  text(name: string): string {
    const value = this.#data.get(name);
    return typeof value === "string" ? value.trim() : "";
  }

  /** The number, or null when the field is empty. */
  number(name: string): number | null {
    const text = this.text(name);
    return text === "" ? null : Number(text);
  }

  flag(name: string): boolean {
    return this.#data.get(name) !== null;
  }
}

/** A form that becomes a command when its button is pressed. */
export interface Form {
  /** What it is for: its heading and, for who cannot see it, its name. */
  readonly title: Word;
  readonly fields: readonly TemplateResult[];
  readonly button: Word;
  readonly command: (answers: Answers) => Command;
}

/** Forms behind a heading that unfolds. `key` is what they are about: another one begins with fields of its own. */
export function formGroup(
  session: Session,
  key: string,
  heading: Word,
  forms: readonly Form[],
): TemplateResult {
  return html`<details class="change">
    <summary>${word(heading)}</summary>
    ${keyed(
      key,
      forms.map((form) => formOf(session, form)),
    )}
  </details>`;
}

function formOf(session: Session, form: Form): TemplateResult {
  const send = sends((filled) => {
    session.dispatch(form.command(new Answers(new FormData(filled))));
  });
  return html`<form aria-label=${word(form.title)}>
    <h3>${word(form.title)}</h3>
    ${form.fields}
    <button @click=${send}>${word(form.button)}</button>
  </form>`;
}

/** What a number may be. */
export interface Bounds {
  readonly least?: number;
  readonly most?: number;
  /** Whether there may be digits behind the point. */
  readonly isFraction?: boolean;
  /** Whether it may be left out. */
  readonly isOptional?: boolean;
}

/** A field for a number, with its unit behind it. */
export function numberField(
  name: string,
  label: Word,
  value: number | null,
  unit: Word | null,
  bounds: Bounds = {},
): TemplateResult {
  return html`<label>
    <span>${word(label)}</span>
    <span class="with-unit">
      <input
        type="number"
        name=${name}
        value=${value ?? ""}
        min=${bounds.least ?? 0}
        max=${bounds.most ?? nothing}
        step=${bounds.isFraction ? "any" : "1"}
        ?required=${!bounds.isOptional}
      />
      ${unit === null ? nothing : html`<span class="muted">${word(unit)}</span>`}
    </span>
  </label>`;
}

export function textField(name: string, label: Word, value = "", isRequired = false): TemplateResult {
  return html`<label>
    <span>${word(label)}</span>
    <input type="text" name=${name} value=${value} maxlength="255" ?required=${isRequired} autocomplete="off" />
  </label>`;
}

export function areaField(name: string, label: Word, hint: Word): TemplateResult {
  return html`<label>
    <span>${word(label)}</span>
    <textarea name=${name} rows="2" placeholder=${word(hint)}></textarea>
  </label>`;
}

export function flagField(name: string, label: Word, isSet = false): TemplateResult {
  return html`<label class="flag">
    <input type="checkbox" name=${name} ?checked=${isSet} />
    <span>${word(label)}</span>
  </label>`;
}

/** A choice among values, each with its text. */
export function choiceField(
  name: string,
  label: Word,
  choices: readonly (readonly [value: string, text: string])[],
  chosen: string,
): TemplateResult {
  return html`<label>
    <span>${word(label)}</span>
    <select name=${name}>
      ${choices.map(
        ([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`,
      )}
    </select>
  </label>`;
}
