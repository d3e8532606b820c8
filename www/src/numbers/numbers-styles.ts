import { css } from "lit";

/** What the panels of numbers and sweeps have in common. */
export const panelStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    background: var(--panel);
    border-top: 1px solid var(--line);
  }
  :host([hidden]) {
    display: none;
  }
  header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 6px 16px;
    font-size: 12px;
    border-bottom: 1px solid var(--line);
  }
  header button,
  header select {
    min-height: 28px;
    font-size: 12px;
  }
  header select {
    max-width: 240px;
  }
  h2 {
    margin: 0;
    font-size: 12px;
    font-weight: 600;
  }
  .spring {
    flex: 1;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 8px 16px 12px;
  }
  .note {
    margin: 0 0 8px;
    font-size: 12px;
    color: var(--muted);
  }
  table {
    border-collapse: collapse;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  caption {
    text-align: left;
    font-weight: 600;
    padding-bottom: 4px;
  }
  th,
  td {
    padding: 2px 16px 2px 0;
    text-align: left;
    font-weight: 400;
  }
  thead th {
    color: var(--muted);
  }
  tbody tr {
    border-top: 1px solid var(--line);
  }
  td {
    font-family: var(--mono);
    white-space: nowrap;
  }
`;

export const numbersStyles = [
  panelStyles,
  css`
    .scroll {
      container-type: inline-size;
    }
    .parts {
      display: grid;
      gap: 12px 24px;
      align-items: start;
      grid-template-columns: minmax(0, 1fr);
    }
    .values {
      width: fit-content;
    }
    /* The values stand beside the charts where there is room. */
    @container (min-width: 900px) {
      .parts {
        grid-template-columns: minmax(0, 1fr) auto;
      }
    }
    .charts {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(270px, 100%), 1fr));
      gap: 12px 24px;
    }
    .theory {
      padding-left: 10px;
      border-left: 2px dashed var(--ink);
      color: var(--ink);
    }
  `,
];
