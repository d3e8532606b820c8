import { css } from "lit";

export const layersStyles = css`
  :host {
    display: block;
    container-type: inline-size;
  }
  summary {
    cursor: pointer;
    font-size: 12px;
    font-weight: 600;
    color: var(--muted);
    min-height: 24px;
  }
  h4 {
    margin: 14px 0 6px;
    font-size: 12px;
    font-weight: 600;
    color: var(--muted);
  }
  p {
    margin: 6px 0;
  }
  label {
    display: grid;
    gap: 4px;
    margin-top: 8px;
  }
  select {
    max-width: 100%;
  }
  .note {
    font-size: 12px;
    color: var(--muted);
  }
  ol,
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .stack button,
  .fields button {
    display: grid;
    width: 100%;
    min-height: 28px;
    padding: 4px 8px;
    gap: 0 12px;
    text-align: left;
    justify-content: stretch;
    align-items: baseline;
  }
  .stack button {
    grid-template-columns: 2ch minmax(0, 1fr) auto;
    border-radius: 0;
    border-top-width: 0;
  }
  .stack li:first-child button {
    border-top-width: 1px;
    border-radius: var(--corner) var(--corner) 0 0;
  }
  .stack li:last-child button {
    border-radius: 0 0 var(--corner) var(--corner);
  }
  .stack small,
  .fields small {
    color: var(--muted);
    font-size: 12px;
  }
  .stack .more {
    grid-column: 2 / -1;
  }
  [aria-pressed="true"] {
    background: var(--raised);
    box-shadow: inset 3px 0 0 var(--link);
  }
  .fields button {
    scroll-margin-top: 40px;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1.2fr);
    border-color: transparent;
    background: none;
  }
  .fields .pointed,
  .fields [aria-pressed="true"] {
    background: var(--raised);
  }
  .fields .value {
    overflow-wrap: anywhere;
    font-family: var(--mono);
    font-size: 12px;
    text-align: right;
  }
  .explained {
    margin: 0;
    padding: 8px 10px;
    border-left: 2px solid var(--link);
    background: var(--raised);
  }
  .explained small {
    display: block;
    color: var(--muted);
    font-size: 12px;
  }
  .dump {
    overflow: auto;
    max-height: min(168px, 32vh);
    font: 12px/18px var(--mono);
    font-variant-numeric: tabular-nums;
  }
  .dump .row {
    white-space: pre;
    display: flex;
    gap: 1.5ch;
  }
  .dump .offset,
  .dump .text {
    color: var(--muted);
  }
  .dump .hex {
    flex: none;
  }
  .dump .octet {
    padding: 0 0.5ch;
    cursor: pointer;
  }
  .added {
    background: var(--raised);
    box-shadow: inset 0 -2px 0 var(--exchange);
  }
  .carried {
    text-decoration: underline dotted var(--control);
    text-underline-offset: 3px;
  }
  .octets {
    position: sticky;
    bottom: 0;
    padding-bottom: 8px;
    border-top: 1px solid var(--line);
    background: var(--panel);
  }
  .octets h4 {
    margin: 8px 0 2px;
  }
  .signs {
    display: flex;
    gap: 12px;
    margin: 0 0 4px;
  }
  .signs span {
    color: var(--ink);
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-top: 8px;
  }
  .dump .field {
    background: var(--link);
    color: var(--panel);
  }
`;
