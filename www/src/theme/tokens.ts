import { css, unsafeCSS } from "lit";
import { hairlines, hues, inks, roles, surfaces, type Tone } from "./palette.ts";

const tones: Record<string, Tone> = { ...surfaces, ...inks, ...hairlines, ...roles };
hues.forEach((tone, place) => {
  tones[`hue-${place}`] = tone;
});

const declarations = Object.entries(tones)
  .map(([name, tone]) => `--${name}: light-dark(${tone.light}, ${tone.dark});`)
  .join("\n");

/** The custom properties that all parts of the page are drawn with. */
export const tokens = css`
  :host {
    ${unsafeCSS(declarations)}
    --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
    --corner: 6px;
    color: var(--ink);
    font: 14px/1.4 var(--sans);
  }
`;

/** What buttons, fields and hidden texts look like everywhere. */
export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  select,
  input,
  textarea {
    font: inherit;
    color: inherit;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 32px;
    padding: 0 10px;
    border: 1px solid var(--line);
    border-radius: var(--corner);
    background: var(--panel);
    color: var(--ink);
    cursor: pointer;
    transition: background-color 120ms;
    -webkit-tap-highlight-color: transparent;
  }
  button:hover,
  .button:hover {
    background: var(--raised);
  }
  button:disabled {
    color: var(--muted);
    cursor: default;
  }
  button.plain {
    border-color: transparent;
    background: none;
  }
  button.plain:hover {
    background: var(--raised);
  }
  button.icon {
    width: 36px;
    height: 36px;
    padding: 0;
  }
  svg.icon {
    width: 18px;
    height: 18px;
    fill: currentColor;
    display: block;
  }
  select {
    min-height: 32px;
    padding: 0 8px;
    border: 1px solid var(--line);
    border-radius: var(--corner);
    background: var(--panel);
  }
  input[type="text"],
  input[type="number"],
  input[type="search"],
  textarea {
    min-height: 28px;
    padding: 0 8px;
    border: 1px solid var(--control);
    border-radius: var(--corner);
    background: var(--panel);
    min-width: 0;
  }
  input[type="range"] {
    accent-color: var(--link);
    min-width: 0;
    margin: 0;
  }
  input[type="checkbox"] {
    accent-color: var(--link);
  }
  a {
    color: var(--link);
  }
  :focus-visible {
    outline: 2px solid var(--link);
    outline-offset: 2px;
  }
  .mono {
    font-family: var(--mono);
    font-variant-numeric: tabular-nums;
  }
  .muted {
    color: var(--muted);
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  dialog {
    width: min(560px, calc(100vw - 32px));
    max-height: min(80vh, 720px);
    padding: 0;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--panel);
    color: var(--ink);
    box-shadow: 0 12px 48px rgb(0 0 0 / 0.28);
  }
  dialog .top {
    position: sticky;
    top: 0;
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: 10px 12px 10px 20px;
    background: var(--panel);
    border-bottom: 1px solid var(--line);
  }
  dialog .top h2 {
    margin: 0;
    font-size: 16px;
  }
  dialog .inner {
    padding: 12px 20px 20px;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.32);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }
`;
