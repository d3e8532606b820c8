import { html, nothing, type TemplateResult } from "lit";
import type { Right, UserRights } from "queuescope";
import { word } from "../words/words.ts";

/** Who may do what with the broker; nothing where nobody need log in. */
export function accessList(users: readonly UserRights[]): TemplateResult | typeof nothing {
  return users.length === 0
    ? nothing
    : html`<section>
        <h3>${word("inspect.users")}</h3>
        <p class="muted">${word("inspect.users_note")}</p>
        ${users.map(rights)}
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

function line({ exchange, configure, write, read }: Right, place: string): TemplateResult {
  const cell = (expression: string) =>
    html`<td>${expression === "" ? word("inspect.none_of_them") : html`<span class="mono">${expression}</span>`}</td>`;
  return html`<tr>
    <th scope="row">${place}</th>
    ${exchange === "" ? cell(configure) : html`<td></td>`} ${cell(write)} ${cell(read)}
  </tr>`;
}
