import { css } from "lit";

export const chartStyles = css`
  :host {
    display: block;
    min-width: 0;
  }
  figure {
    margin: 0;
  }
  figcaption {
    font-size: 12px;
    font-weight: 600;
  }
  .plot {
    height: 128px;
    overflow: hidden;
  }
  .u-cursor-x {
    border-color: var(--control);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
    margin: 0;
    padding: 0;
    list-style: none;
    font-size: 12px;
    color: var(--muted);
    min-height: 34px;
    align-content: flex-start;
  }
  /* So wide that other values do not move what stands behind them. */
  .legend .mono {
    display: inline-block;
    min-width: 7ch;
    color: var(--ink);
  }
  .legend .at {
    margin-left: auto;
  }
  .swatch {
    display: inline-block;
    width: 14px;
    margin-right: 5px;
    vertical-align: 3px;
    border-top: 3px solid var(--swatch, var(--ink));
  }
  .swatch.dashed {
    border-top: 2px dashed var(--ink);
  }
  .swatch.upright {
    width: 0;
    height: 10px;
    vertical-align: -1px;
    border-top: 0;
    border-left: 1px solid var(--ink);
  }
  details {
    font-size: 12px;
  }
  summary {
    cursor: pointer;
    color: var(--muted);
    width: fit-content;
  }
  .rows {
    max-height: 200px;
    overflow: auto;
  }
  table {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
    font-size: 12px;
  }
  th,
  td {
    padding: 1px 10px 1px 0;
    text-align: left;
    font-weight: 400;
  }
  td {
    font-family: var(--mono);
  }
  thead th {
    font-weight: 600;
    position: sticky;
    top: 0;
    background: var(--panel);
  }
  tbody th {
    font-family: var(--mono);
    color: var(--muted);
    white-space: nowrap;
  }
`;
