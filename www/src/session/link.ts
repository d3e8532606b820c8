import { packRun } from "./packed-run.ts";
import { writePlace } from "./place.ts";
import type { Session } from "./session.ts";

/** A link is not made longer than this, in letters: servers, mails and chats cut long ones off. */
const MOST_LETTERS = 200_000;

/** Whether a link can name what is shown, without carrying a document or commands. */
export function isNamed(session: Session): boolean {
  return session.source?.id != null && session.simulation?.commandLog().length === 0;
}

/** The part of a link behind the address that names what is shown: `#scenario=…&seed=…&at=…`. */
export function namedLink(session: Session, view: string | null): string {
  const { source, snapshot } = session;
  return writePlace({
    scenario: source?.id ?? null,
    seed: source?.seed ?? null,
    at: snapshot?.now ?? null,
    view,
  });
}

/** The part of a link behind the address that leads to what is shown: with the document where it was a file, and with
 * what was done to the run. Null when it would be too long, or there is nothing to lead to. */
export async function linkTo(session: Session, view: string | null): Promise<string | null> {
  const { simulation, snapshot, source } = session;
  if (simulation === null || snapshot === null || source === null) {
    return null;
  }
  if (isNamed(session)) {
    return namedLink(session, view);
  }
  const s = await packRun({
    scenario: source.id,
    document: source.id === null ? { name: source.name, text: source.text } : null,
    seed: source.seed,
    log: simulation.commandLog(),
    at: snapshot.now,
    step: snapshot.step,
  });
  return s.length > MOST_LETTERS ? null : writePlace({ s, view });
}
