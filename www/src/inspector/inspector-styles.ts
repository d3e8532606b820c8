import { css } from "lit";

export const inspectorStyles = css`
  :host {
    display: block;
    overflow: auto;
    background: var(--panel);
    font-size: 14px;
  }
  section,
  .head {
    padding: 12px 16px;
  }
  section + section {
    border-top: 1px solid var(--line);
  }
  .head {
    display: flex;
    flex-direction: column;
    gap: 2px;
    padding-bottom: 4px;
  }
  .kind {
    font-size: 12px;
    font-weight: 600;
  }
  .kind.producer {
    color: var(--producer);
  }
  .kind.exchange {
    color: var(--exchange);
  }
  .kind.queue {
    color: var(--queue);
  }
  .kind.socket,
  .kind.server,
  .kind.browser {
    color: var(--server);
  }
  .kind.consumer {
    color: var(--consumer);
  }
  h2 {
    margin: 0;
    font-size: 20px;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  h3 {
    margin: 0 0 6px;
    font-size: 12px;
    font-weight: 600;
    color: var(--muted);
  }
  p {
    margin: 0 0 8px;
  }
  p:last-child {
    margin-bottom: 0;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(0, 1fr) fit-content(64%);
    gap: 3px 16px;
    margin: 0;
  }
  dt {
    color: var(--muted);
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
    text-align: right;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .arguments dd {
    font-family: var(--mono);
    font-size: 12px;
    line-height: 20px;
  }
  .arguments dt {
    font-family: var(--mono);
    font-size: 12px;
    line-height: 20px;
  }
  .absent {
    display: inline-block;
    margin-left: 6px;
    padding: 0 6px;
    border: 1px solid currentColor;
    border-radius: 4px;
    color: var(--alarm);
    font: 12px/16px var(--sans);
    white-space: nowrap;
  }
  .why {
    padding: 8px 10px;
    border-left: 2px solid var(--queue);
    background: var(--raised);
  }
  .why + .why {
    margin-top: 8px;
  }
  .why .source {
    display: block;
    margin-top: 4px;
    font-size: 12px;
    color: var(--muted);
  }
  .acts {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-top: 0;
  }
  section.acts + section.acts {
    border-top: 0;
  }
  .acts button svg.icon {
    width: 14px;
    height: 14px;
    margin: 0 -2px;
  }
  .acts button[aria-pressed="true"] {
    background: var(--ink);
    color: var(--panel);
    border-color: var(--ink);
  }
  .access {
    width: 100%;
    border-collapse: collapse;
    font-size: 12px;
  }
  .access caption {
    text-align: start;
    color: var(--muted);
    padding-bottom: 4px;
  }
  .access th,
  .access td {
    text-align: start;
    font-weight: 400;
    padding: 2px 8px 2px 0;
    overflow-wrap: anywhere;
    vertical-align: top;
  }
  .access thead th {
    color: var(--muted);
    border-bottom: 1px solid var(--line);
  }
  .ports li {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
  }
  .ports .muted {
    font-size: 12px;
    line-height: 20px;
  }
  dd.alarm {
    color: var(--alarm);
    font-weight: 600;
  }
  .change {
    flex: 1 1 100%;
  }
  .change summary {
    padding: 4px 0;
    font-weight: 600;
    cursor: pointer;
  }
  form {
    display: grid;
    gap: 6px;
    padding: 8px 0 12px;
  }
  form + form {
    border-top: 1px solid var(--line);
  }
  form h3 {
    margin: 0;
  }
  form label {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
    align-items: center;
    gap: 8px;
  }
  form label.flag {
    display: flex;
  }
  form select,
  form input[type="text"],
  form input[type="number"],
  form textarea {
    width: 100%;
    min-width: 0;
  }
  .with-unit {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .with-unit .muted {
    flex: none;
    font-size: 12px;
  }
  form button {
    justify-self: start;
  }
  button.small {
    min-height: 24px;
    padding: 0 6px;
    font-size: 12px;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  li {
    padding: 2px 0;
  }
  .bindings li {
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }
  .bindings button {
    text-align: left;
    overflow-wrap: anywhere;
  }
  .bindings .key {
    flex: 1;
    font-family: var(--mono);
    font-size: 12px;
    line-height: 20px;
    text-align: right;
    overflow-wrap: anywhere;
  }
  .back {
    align-self: start;
    margin: 0 0 4px -10px;
    font-size: 12px;
    color: var(--link);
    min-height: 26px;
  }
`;
