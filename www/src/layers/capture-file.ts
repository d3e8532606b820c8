import type { Session } from "../session/session.ts";

/** Lets the reader save the run up to now as a capture file. */
export function saveCapture(session: Session | null): void {
  const capture = session?.chronicle.capture();
  if (capture != null) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([capture], { type: "application/x-pcapng" }));
    link.download = `${session?.source?.id ?? "queuescope"}.pcapng`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
