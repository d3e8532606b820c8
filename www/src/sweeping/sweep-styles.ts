import { css } from "lit";
import { panelStyles } from "../numbers/numbers-styles.ts";

export const sweepStyles = [
  panelStyles,
  css`
    .scroll {
      display: grid;
      grid-template-columns: minmax(240px, 320px) minmax(0, 1fr);
      gap: 12px 24px;
      align-items: start;
    }
    .setting {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 8px 12px;
      font-size: 12px;
    }
    .setting label {
      display: grid;
      gap: 2px;
      min-width: 0;
    }
    .setting .wide,
    .acts {
      grid-column: 1 / -1;
    }
    .setting input,
    .setting select {
      width: 100%;
      min-height: 28px;
    }
    .setting select {
      text-overflow: ellipsis;
    }
    .acts {
      display: flex;
      gap: 8px;
    }
    button.main:not(:disabled) {
      background: var(--ink);
      color: var(--panel);
      border-color: var(--ink);
    }
    progress {
      width: 120px;
      accent-color: var(--link);
    }
    .problem,
    .failures {
      margin: 0 0 8px;
      padding: 8px 12px;
      font-size: 12px;
      border-left: 3px solid var(--alarm);
      background: var(--raised);
    }
    .failures ul {
      margin: 4px 0 0;
      padding-left: 16px;
    }
    .failures .muted {
      color: var(--muted);
    }
    @media (max-width: 719px) {
      .scroll {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
];

export const sweepResultStyles = [
  panelStyles,
  css`
    :host {
      display: block;
      border: 0;
    }
    .choices {
      display: flex;
      flex-wrap: wrap;
      gap: 4px 16px;
      margin-bottom: 8px;
      font-size: 12px;
    }
    .choices label {
      display: flex;
      align-items: center;
      gap: 6px;
      min-width: 0;
      max-width: 100%;
    }
    .choices select {
      min-height: 28px;
      font-size: 12px;
    }
    .measure {
      min-width: 0;
      max-width: 340px;
      text-overflow: ellipsis;
    }
    .both {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));
      gap: 12px 24px;
    }
    figure {
      margin: 0;
      min-width: 0;
    }
    figcaption {
      font-size: 12px;
      font-weight: 600;
    }
    .plot {
      height: 190px;
      overflow: hidden;
    }
    .legend,
    .path {
      margin: 0;
      font-size: 12px;
      color: var(--muted);
    }
    .path {
      text-align: center;
    }
    .swatch {
      display: inline-block;
      width: 14px;
      margin: 0 5px 0 10px;
      vertical-align: 3px;
      border-top: 3px solid var(--hue-0);
    }
    .swatch.dashed {
      border-top: 2px dashed var(--ink);
    }
    .rows {
      overflow: auto;
      max-height: 300px;
    }
  `,
];
