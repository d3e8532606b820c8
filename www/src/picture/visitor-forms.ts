import { type SVGTemplateResult, svg } from "lit";
import type { BrowserState, ServerState } from "queuescope";
import { boxHalf, type Measures } from "../geometry/forms.ts";
import { numberText, word } from "../words/words.ts";

/** A host of servers: a rounded box with two shelves. */
export function serverForm(measures: Measures): SVGTemplateResult {
  const [across, down] = [boxHalf(measures), measures.producer];
  const shelf = (y: number) => svg`<path class="strokes" d=${`M${-across * 0.2},${y}H${across * 0.55}`} />
    <circle class="dot" cx=${-across * 0.5} cy=${y} r=${down * 0.11} />`;
  return svg`<rect class="form" x=${-across} y=${-down} width=${2 * across} height=${2 * down} rx="9" />
    ${shelf(-down * 0.36)}${shelf(down * 0.36)}`;
}

/** A browser: a window with its bar. */
export function browserForm(measures: Measures): SVGTemplateResult {
  const [across, down] = [boxHalf(measures), measures.producer];
  const bar = -down * 0.4;
  const dots = [0.78, 0.56, 0.34].map(
    (share) => svg`<circle class="dot" cx=${-across * share} cy=${-down * 0.7} r=${down * 0.1} />`,
  );
  return svg`<rect class="form" x=${-across} y=${-down} width=${2 * across} height=${2 * down} rx="5" />
    <path class="strokes" d=${`M${-across},${bar}H${across}`} />${dots}`;
}

/** What stands below a server. */
export function serverDetail(state: ServerState): string {
  return state.is_back === null
    ? word("node.requests", { count: numberText(state.requests) })
    : word("node.life.down");
}

/** What stands below a browser. */
export function browserDetail(state: BrowserState): string {
  if (state.paused) {
    return word("node.paused");
  }
  const received = word("node.received", { count: numberText(state.received) });
  return state.transport === null ? received : `${received} · ${word(`transport.${state.transport}`)}`;
}

/** A server as a screen reader says it. */
export function serverSays(name: string, state: ServerState): string {
  if (state.is_back !== null) {
    return word("node.server_down_says", { name });
  }
  const { requests, held } = state;
  return word("node.server_says", { name, browsers: state.ports.length, requests, held });
}

/** A browser as a screen reader says it, but for its connection. */
export function browserSays(name: string, state: BrowserState): string {
  const { received, sent, missed } = state;
  return word("node.browser_says", { name, way: word(`way.${state.way}`), sent, received, missed });
}
