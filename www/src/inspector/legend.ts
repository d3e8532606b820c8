import { css, html, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { type Word, word } from "../words/words.ts";

/** What the legend looks like wherever it stands. */
export const legendStyles = css`
  .legend {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 2px 0;
    font-size: 12px;
  }
  .legend svg {
    flex: none;
  }
`;

const STROKE = "fill:none;stroke-linecap:round;stroke-linejoin:round";

/** Every sign of the picture with its words, in the order of a message's life. */
export function legend(): TemplateResult {
  return html`<ul class="legend">
    ${sign("legend.ready", svg`<circle cx="12" cy="8" r="5.5" fill="var(--hue-0)" />`)}
    ${sign("legend.unacknowledged", svg`<circle cx="12" cy="8" r="4.5" fill="none" stroke="var(--hue-0)" stroke-width="2" />`)}
    ${sign(
      "legend.redelivered",
      svg`<circle cx="16" cy="8" r="5" fill="var(--hue-0)" />
        <path d="M9.5 5.5h-6M9.5 10.5h-6" stroke="var(--hue-0)" stroke-width="2" stroke-linecap="round" />`,
    )}
    ${sign(
      "legend.acknowledgement",
      svg`<path d="M7 8l3.5 4L17 4" style=${STROKE} stroke="var(--consumer)" stroke-width="2.5" />`,
    )}
    ${sign("legend.refusal", svg`<path d="M12 3.5v9" style=${STROKE} stroke="var(--consumer)" stroke-width="3" />`)}
    ${sign(
      "legend.expired",
      svg`<path d="M8 2.5h8L8 13.5h8z" style=${STROKE} stroke="var(--hue-0)" stroke-width="1.6" />
        <path d="M12 8l4 5.5H8z" fill="var(--hue-0)" />`,
    )}
    ${sign(
      "legend.deadLetter",
      svg`<path d="M8 4l8 8M16 4l-8 8" stroke="var(--hue-0)" stroke-width="2.8" stroke-linecap="round" />`,
    )}
    ${sign(
      "legend.lost",
      svg`<circle cx="7" cy="8" r="4.8" fill="none" stroke="var(--hue-0)" stroke-width="1.8" stroke-dasharray="3.4 2.6" />
        <path d="M16.5 8h5" style=${STROKE} stroke="var(--muted)" stroke-width="2" />`,
    )}
    ${sign("legend.returned", svg`<path d="M6 8l9-5v10z" fill="var(--hue-0)" />`)}
    ${sign(
      "legend.confirm",
      svg`<path d="M4 8l2.5 3L11 5M11 8l2.5 3L18 5" style=${STROKE} stroke="var(--producer)" stroke-width="2" />`,
    )}
    ${sign(
      "legend.notConfirmed",
      svg`<path d="M9 3.5v9M15 3.5v9" style=${STROKE} stroke="var(--producer)" stroke-width="2.6" />`,
    )}
    ${sign(
      "legend.slots",
      svg`<circle cx="12" cy="8" r="6.5" fill="none" stroke="var(--consumer)" stroke-opacity="0.35" stroke-width="2"
          stroke-dasharray="8 2.2" />
        <path d="M12 4.5a3.5 3.5 0 0 1 3.5 3.5" fill="none" stroke="var(--hue-0)" stroke-width="3" />`,
    )}
    ${sign(
      "legend.down",
      svg`<circle cx="8" cy="8" r="6" fill="none" stroke="var(--consumer)" stroke-width="1.6" stroke-dasharray="3.4 2.8" />
        <circle cx="19" cy="6" r="4.4" fill="var(--panel)" stroke="var(--alarm)" stroke-width="1.3" />
        <path d="M17.5 4.5l3 3M20.5 4.5l-3 3" style=${STROKE} stroke="var(--alarm)" stroke-width="1.3" />`,
    )}
    ${sign(
      "legend.waits",
      svg`<circle cx="12" cy="8" r="6.5" fill="var(--panel)" stroke="var(--queue)" stroke-width="1.6" />
        <path d="M10.3 5.5v5M13.7 5.5v5" style=${STROKE} stroke="var(--queue)" stroke-width="1.8" />`,
    )}
    ${sign(
      "legend.request",
      svg`<path d="M4 3.5l5 4.5-5 4.5" style=${STROKE} stroke="var(--server)" stroke-width="2.4" />
        <path d="M20 3.5l-5 4.5 5 4.5" style=${STROKE} stroke="var(--server)" stroke-width="2.4" />`,
    )}
    ${sign(
      "legend.heartbeat",
      svg`<path d="M12 3.5l4.5 4.5-4.5 4.5-4.5-4.5z" fill="none" stroke="var(--server)" stroke-width="2" />`,
    )}
    ${sign(
      "legend.visitor_port",
      svg`<rect x="1" y="5" width="6" height="6" fill="var(--server)" stroke="var(--server)" stroke-width="1.4" />
        <rect x="9" y="5" width="6" height="6" fill="none" stroke="var(--server)" stroke-width="1.4" />
        <rect x="17" y="5" width="6" height="6" fill="none" stroke="var(--server)" stroke-width="1.4" />
        <circle cx="20" cy="8" r="1.6" fill="var(--server)" />`,
    )}
    ${sign(
      "legend.link",
      svg`<path d="M1 4h22" style=${STROKE} stroke="var(--edge)" stroke-width="1.4" />
        <path d="M8 1v6M12 1v6M16 1v6" style=${STROKE} stroke="var(--edge)" stroke-width="1.4" />
        <path d="M1 12h22" fill="none" stroke="var(--edge)" stroke-width="1.4" stroke-dasharray="6 3" />`,
    )}
    ${sign(
      "legend.packet",
      svg`<rect x="7" y="3.5" width="9" height="9" fill="var(--socket)" stroke="var(--ink)" stroke-width="1" />
        <rect x="13" y="3.5" width="3" height="9" fill="var(--ink)" />`,
    )}
    ${sign(
      "legend.packetLost",
      svg`<rect x="3" y="4" width="8" height="8" fill="none" stroke="var(--socket)" stroke-width="1.8" stroke-dasharray="3 2.4" />
        <path d="M16.5 8h5" style=${STROKE} stroke="var(--muted)" stroke-width="2" />`,
    )}
    ${sign(
      "legend.port",
      svg`<rect x="5" y="5" width="6" height="6" fill="var(--socket)" stroke="var(--socket)" />
        <rect x="15" y="5" width="6" height="6" fill="var(--panel)" stroke="var(--socket)" stroke-width="1.4" />`,
    )}
  </ul>`;
}

function sign(name: Word, shape: SVGTemplateResult): TemplateResult {
  return html`<li><svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">${shape}</svg>${word(name)}</li>`;
}
