import { css, html, svg, type TemplateResult } from "lit";
import type { Fork } from "queuescope";

/** Pixels between two runs. */
const ROW = 16;
/** The width that times are spread over. */
const WIDTH = 1000;

export const branchStyles = css`
  .branches {
    display: block;
    width: 100%;
    margin-top: 12px;
  }
  .branch {
    fill: none;
    stroke: var(--edge);
    stroke-width: 2;
    vector-effect: non-scaling-stroke;
  }
  .branch.current {
    stroke: var(--link);
    stroke-width: 4;
  }
  .present {
    stroke: var(--ink);
    stroke-dasharray: 3 3;
    vector-effect: non-scaling-stroke;
  }
`;

/** The runs as branches along the time, from the first one at the top on; a dashed line is the present. */
export function runBranches(runs: readonly Fork[], now: number): TemplateResult {
  const end = Math.max(now, ...runs.map((run) => run.end));
  const x = (time: number) => ((time * WIDTH) / Math.max(1, end)).toFixed(1);
  const y = (place: number) => place * ROW + ROW / 2;
  const height = runs.length * ROW;
  const order = runs.map((run, place) => ({ run, place }));
  // The present one lies above those that it crosses.
  order.sort((one, other) => Number(one.run.is_current) - Number(other.run.is_current));
  return html`<svg
    class="branches"
    viewBox="0 0 ${WIDTH} ${height}"
    height=${height}
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <path class="present" d="M${x(now)} 0V${height}" />
    ${order.map(({ run, place }) => {
      const parent = runs.findIndex(({ id }) => id === run.parent);
      const from = parent < 0 ? "M0" : `M${x(run.time)} ${y(parent)}V`;
      const start = parent < 0 ? `M0 ${y(place)}` : `${from}${y(place)}`;
      return svg`<path class="branch ${run.is_current ? "current" : ""}" d="${start}H${x(Math.max(run.end, run.time))}" />`;
    })}
  </svg>`;
}
