import { css, html, nothing, type TemplateResult } from "lit";
import type { Session } from "../session/session.ts";
import { word } from "../words/words.ts";
import { clockText } from "./clock-text.ts";

export const searchStyles = css`
  .search {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
  }
  .search progress {
    width: 120px;
    height: 8px;
    accent-color: var(--link);
  }
`;

/** How far a search is, and how it is given up; nothing when there is none. */
export function searchNote(session: Session): TemplateResult | typeof nothing {
  const { search } = session.travel;
  if (search === null) {
    return nothing;
  }
  const { direction, from, until } = search;
  const now = direction === "next" ? (session.simulation?.now ?? from) : from;
  const share = direction === "next" && until > from ? (now - from) / (until - from) : null;
  return html`<div class="search">
    <span>${word(`travel.searching_${direction}`, { time: clockText(now) })}</span>
    ${
      share === null
        ? nothing
        : html`<progress
            aria-label=${word(`travel.searching_${direction}`, { time: clockText(from) })}
            max="1"
            value=${share}
          ></progress>`
    }
    <button @click=${() => session.travel.cancel()}>${word("travel.cancel")}</button>
  </div>`;
}
