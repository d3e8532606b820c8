import { html, type TemplateResult } from "lit";
import type { Fact, Picture } from "queuescope";
import { type Piece, pieces } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";
import type { Selection } from "../session/session-types.ts";

/** Gaps of the catalogue that hold the name of a node. */
const NODE_GAPS = new Set([
  "producer",
  "exchange",
  "destination",
  "queue",
  "consumer",
  "client",
  "sender",
  "receiver",
  "node",
  "peer",
]);

/** The sentence of a fact, with its message and its nodes as buttons that select them. */
export function factSentence(fact: Fact, session: Session): TemplateResult {
  return html`${pieces(fact.sentence).map((piece) => {
    const selection = meant(piece, fact, session.picture);
    if (selection === null) {
      return piece.text;
    }
    const choose = (event: Event): void => {
      event.stopPropagation();
      session.select(selection);
    };
    const face = selection.kind === "message" ? "word mono" : "word";
    return html`<button class=${face} @click=${choose}>${piece.text}</button>`;
  })}`;
}

/** What a piece of a sentence names, if it names something that can be selected. */
function meant(piece: Piece, fact: Fact, picture: Picture | null): Selection | null {
  if (fact.message !== null && piece.gap === "message" && piece.text === `m${fact.message}`) {
    return { kind: "message", message: fact.message };
  }
  if (piece.gap === null || !NODE_GAPS.has(piece.gap)) {
    return null;
  }
  const node = picture?.nodes.find((node) => node.name === piece.text && fact.nodes.includes(node.id));
  // What is not in the picture any more can be asked for all the same: its id ends with its name.
  const id = node?.id ?? fact.nodes.find((id) => id.endsWith(`/${piece.text}`));
  return id === undefined ? null : { kind: "node", id };
}
