import { css, html, type TemplateResult } from "lit";
import { icons } from "../theme/icons.ts";
import { word } from "../words/words.ts";

/** How the run is shown: its topology, what is sent in it, or both side by side. */
export type View = "topology" | "sequence" | "both";

export const VIEWS: readonly View[] = ["topology", "sequence", "both"];

/** The view of that name; the topology for anything else. */
export function viewNamed(name: string | null): View {
  return VIEWS.find((view) => view === name) ?? "topology";
}

/** The view after this one. */
export function viewAfter(view: View): View {
  return VIEWS[(VIEWS.indexOf(view) + 1) % VIEWS.length] ?? "topology";
}

export const viewSwitchStyles = css`
  .views {
    position: absolute;
    top: 10px;
    right: 12px;
    z-index: 2;
    display: flex;
    margin: 0;
    padding: 0;
    border: 1px solid var(--control);
    border-radius: var(--corner);
    background: var(--panel);
    overflow: hidden;
  }
  .views label {
    position: relative;
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 26px;
    padding: 0 9px;
    font-size: 12px;
    cursor: pointer;
  }
  .views label + label {
    border-left: 1px solid var(--line);
  }
  .views label:hover {
    background: var(--raised);
  }
  .views label:has(:checked) {
    background: var(--ink);
    color: var(--panel);
  }
  .views label:has(:focus-visible) {
    outline: 2px solid var(--link);
    outline-offset: -3px;
  }
  .views input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .views svg.icon {
    width: 15px;
    height: 15px;
  }
  /* Where there is little room the signs say it, and the names are read aloud. */
  .both .views label span {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  @container (max-width: 620px) {
    .views label span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }
  @media print {
    .views {
      display: none;
    }
  }
`;

/** The switch between the views, at the picture. */
export function viewSwitch(view: View, choose: (view: View) => void): TemplateResult {
  return html`<fieldset class="views" role="radiogroup" aria-label=${word("view.label")}>
    ${VIEWS.map(
      (each) =>
        html`<label title=${word(`view.${each}`)}
          ><input
            type="radio"
            name="view"
            value=${each}
            .checked=${each === view}
            @change=${() => choose(each)}
          />${icons[each]}<span>${word(`view.${each}`)}</span></label
        >`,
    )}
  </fieldset>`;
}
