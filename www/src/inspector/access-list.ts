import { html, nothing, type TemplateResult } from "lit";
import type { Right, UserRights } from "queuescope";
import type { Session } from "../session/session.ts";
import { word } from "../words/words.ts";
import { formGroup } from "./forms/form.ts";
import { rightsForms } from "./forms/rights-forms.ts";

/** Who may do what with the broker, and forms to change it; nothing where nobody need log in. */
export function accessList(session: Session, users: readonly UserRights[]): TemplateResult | typeof nothing {
  return users.length === 0
    ? nothing
    : html`<section>
        <h3>${word("inspect.users")}</h3>
        <p class="muted">${word("inspect.users_note")}</p>
        ${users.map((user) => html`${rights(user)}${changes(session, user)}`)}
      </section>`;
}

function rights(user: UserRights): TemplateResult {
  const { name, clients, permissions, topics } = user;
  return html`<table class="access">
    <caption>
      <strong>${name}</strong>
      ${clients.length === 0 ? word("inspect.nobody_logs_in") : clients.join(", ")}
    </caption>
    ${
      permissions.length === 0
        ? html`<tbody>
            <tr>
              <td>${word("inspect.no_virtual_host")}</td>
            </tr>
          </tbody>`
        : html`<thead>
              <tr>
                <th scope="col">${word("inspect.in")}</th>
                <th scope="col">configure</th>
                <th scope="col">write</th>
                <th scope="col">read</th>
              </tr>
            </thead>
            <tbody>
              ${permissions.map((right) => line(right, right.virtual_host))}
              ${topics.map((right) => line(right, word("inspect.keys_of", { exchange: right.exchange })))}
            </tbody>`
    }
  </table>`;
}

function changes(session: Session, user: UserRights): TemplateResult {
  const { name } = user;
  return html`<div class="acts">
    ${user.permissions.map(({ virtual_host }) => {
      const host = virtual_host === "/" ? "" : ` (${virtual_host})`;
      const clear = (): void => session.dispatch({ command: "clear_permissions", virtual_host, user: name });
      return html`<button @click=${clear}>${word("inspect.clear_permissions", { user: name })}${host}</button>`;
    })}
    ${user.topics.map(({ virtual_host, exchange }) => {
      const lift = (): void =>
        session.dispatch({ command: "clear_topic_permissions", virtual_host, user: name, exchange });
      return html`<button @click=${lift}>${word("inspect.lift_limit", { user: name, exchange })}</button>`;
    })}
    ${formGroup(session, `user:${name}`, "inspect.change", rightsForms(session, user))}
  </div>`;
}

function line({ exchange, configure, write, read }: Right, place: string): TemplateResult {
  const cell = (expression: string) =>
    html`<td>${expression === "" ? word("inspect.none_of_them") : html`<span class="mono">${expression}</span>`}</td>`;
  return html`<tr>
    <th scope="row">${place}</th>
    ${exchange === "" ? cell(configure) : html`<td></td>`} ${cell(write)} ${cell(read)}
  </tr>`;
}
