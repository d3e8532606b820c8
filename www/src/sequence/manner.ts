import type { Session } from "../session/session.ts";
import type { Manner } from "./draw.ts";
import type { Entry } from "./entries.ts";

/** What the parts of a diagram are looked at with. */
export interface Looking {
  readonly session: Session | null;
  /** The keys of the entry that is looked at closely, and of the one under the pointer. */
  readonly chosen: string | null;
  readonly pointed: string | null;
  /** Whether nothing is shown but what has to do with the selected message. */
  readonly isAlone: boolean;
  entryOf(kind: Entry["kind"], place: number): Entry | undefined;
  point(entry: Entry | undefined): void;
  choose(entry: Entry): void;
}

/** What stands out in a diagram: what is chosen or pointed at, and the selected message before all others. */
export function mannerOf(looking: Looking): Manner {
  return {
    classOf: (kind, place) => {
      const entry = looking.entryOf(kind, place);
      const { selection, highlight } = looking.session ?? {};
      const message = selection?.kind === "message" && !looking.isAlone ? selection.message : null;
      const isNamed = entry?.message != null && entry.message === highlight?.message;
      return [
        message !== null && entry?.message !== message ? "other" : "",
        isNamed || entry?.key === looking.pointed ? "pointed" : "",
        entry?.key === looking.chosen ? "chosen" : "",
      ].join(" ");
    },
    choose: (event, kind, place) => {
      event.stopPropagation();
      const entry = looking.entryOf(kind, place);
      if (entry !== undefined) {
        looking.choose(entry);
      }
    },
    point: (kind, place) => looking.point(place === null ? undefined : looking.entryOf(kind, place)),
  };
}
