import { html, nothing, type TemplateResult } from "lit";
import type { About } from "queuescope";
import { Sweep, type SweepField } from "queuescope/sweep";
import { type Answers, numberField } from "../inspector/forms/form.ts";
import { text } from "../sentences/sentence.ts";
import { word } from "../words/words.ts";
import type { Manner } from "./sweep-run.ts";

/** What stands in the choice for a field that is not offered. */
const OTHER_FIELD = "other";
const FEW_VALUES = 5;
const REPLICATIONS = 5;

/** What a sweep is asked to do. */
export interface Asked {
  /** As `Sweep` takes it. */
  readonly vary: string;
  readonly replications: number;
  readonly manner: Manner;
}

/** The fields of the form: what varies, between which values, how often, for how long. */
export class SweepForm {
  readonly #changed: () => void;
  #text = "";
  #about: About | null = null;
  #offered: readonly SweepField[] = [];
  #chosen = "";

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The document that it is about. */
  about(document: string, about: About): void {
    if (document !== this.#text || about !== this.#about) {
      this.#text = document;
      this.#about = about;
      this.#offered = Sweep.fields(document);
      this.#chosen = this.#offered[0]?.path ?? OTHER_FIELD;
    }
  }

  fields(): TemplateResult {
    const field = this.#offered.find(({ path }) => path === this.#chosen);
    const [from, to] = field?.range ?? ["1", "5"];
    const seconds = (this.#about?.until ?? 0) / 1e6;
    const bounds = { least: 1, most: 10_000 };
    return html`<label class="wide">
        <span>${word("sweep.field")}</span>
        <select
          name="field"
          @change=${(event: Event) => {
            this.#chosen = (event.target as HTMLSelectElement).value;
            this.#changed();
          }}
        >
          ${this.#offered.map(
            (each) =>
              html`<option value=${each.path} ?selected=${each.path === this.#chosen}>${nameOf(each)}</option>`,
          )}
          <option value=${OTHER_FIELD} ?selected=${field === undefined}>${word("sweep.other_field")}</option>
        </select>
      </label>
      ${
        field === undefined
          ? html`<label class="wide">
              <span>${word("sweep.path")}</span>
              <input type="text" name="path" required autocomplete="off" placeholder=${word("sweep.path_hint")} />
            </label>`
          : nothing
      }
      ${boundField("from", word("sweep.from"), from)} ${boundField("to", word("sweep.to"), to)}
      ${numberField("steps", "sweep.steps", FEW_VALUES, null, { ...bounds, least: 2 })}
      ${numberField("replications", "sweep.replications", REPLICATIONS, null, bounds)}
      ${numberField("until", "sweep.until", seconds, null, { isFraction: true })}
      ${numberField("workers", "sweep.workers", navigator.hardwareConcurrency || 2, null, { least: 1, most: 256 })}`;
  }

  /** What was typed in. */
  asked(answers: Answers): Asked {
    const field = answers.text("field");
    const path = field === OTHER_FIELD ? answers.text("path") : field;
    const until = answers.number("until");
    return {
      vary: `${path}=${answers.text("from")}..${answers.text("to")}:${answers.number("steps") ?? FEW_VALUES}`,
      replications: answers.number("replications") ?? REPLICATIONS,
      manner: {
        workers: answers.number("workers") ?? 1,
        until: until === null ? null : Math.round(until * 1e6),
      },
    };
  }
}

function nameOf(field: SweepField): string {
  const name = text(field.name);
  return field.value === null ? name : word("sweep.now", { name, value: field.value });
}

/** An end of the range: a text, since whether it is written as a whole number says what the values are. */
function boundField(name: string, label: string, value: string): TemplateResult {
  return html`<label>
    <span>${label}</span>
    <input
      type="text"
      inputmode="decimal"
      name=${name}
      .value=${value}
      required
      pattern="-?[0-9]+(\\.[0-9]+)?([eE][+\\-]?[0-9]+)?"
      autocomplete="off"
    />
  </label>`;
}
