import { EngineMissing } from "../session/engine.ts";
import { engineProblem, problemOf } from "../session/problem.ts";
import type { Session } from "../session/session.ts";
import { word } from "../words/words.ts";

/** Lets the reader save the run up to now as a capture file. */
export async function saveCapture(session: Session | null): Promise<void> {
  const capture = await captured(session);
  if (capture != null) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([capture], { type: "application/x-pcapng" }));
    link.download = `${session?.source?.id ?? "queuescope"}.pcapng`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

/** Null, with a problem shown, when it cannot be made. */
async function captured(session: Session | null): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return (await session?.chronicle.capture()) ?? null;
  } catch (error) {
    session?.report(
      error instanceof EngineMissing ? engineProblem(error) : problemOf(error, word("problem.command")),
    );
    return null;
  }
}
