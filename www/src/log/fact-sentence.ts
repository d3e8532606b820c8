import { html, type TemplateResult } from "lit";
import type { Fact, Picture } from "queuescope";
import { pieces } from "../sentences/sentence.ts";
import type { Session } from "../session/session.ts";

/** The sentence of a fact, with its message and its nodes as links into the picture. */
export function factSentence(fact: Fact, session: Session): TemplateResult {
  const parts = pieces(fact.sentence).map((piece, place, all) => {
    const node = piece.gap === null ? null : nodeNamed(piece.text, fact, session.picture);
    if (node !== null) {
      return html`<button class="word" @click=${select(session, { kind: "node", id: node })}>${piece.text}</button>`;
    }
    if (fact.message !== null && piece.gap !== null && isMessage(piece.text, fact.message)) {
      // Templates write “m{message}”: the letter belongs to the name.
      const name = piece.text.startsWith("m") ? piece.text : `m${piece.text}`;
      const choose = select(session, { kind: "message", message: fact.message });
      return html`<button class="word mono" @click=${choose}>${name}</button>`;
    }
    const next = all[place + 1];
    const isLetter =
      piece.gap === null &&
      fact.message !== null &&
      next?.gap != null &&
      next.text === String(fact.message) &&
      /(^|\W)m$/.test(piece.text);
    return isLetter ? piece.text.slice(0, -1) : piece.text;
  });
  return html`${parts}`;
}

function isMessage(text: string, message: number): boolean {
  return text === String(message) || text === `m${message}`;
}

function nodeNamed(name: string, fact: Fact, picture: Picture | null): string | null {
  for (const place of fact.nodes) {
    const node = picture?.nodes[place];
    if (node !== undefined && (node.name === name || node.id === name)) {
      return node.id;
    }
  }
  return null;
}

function select(session: Session, selection: NonNullable<Session["selection"]>): (event: Event) => void {
  return (event) => {
    event.stopPropagation();
    session.select(selection);
  };
}
