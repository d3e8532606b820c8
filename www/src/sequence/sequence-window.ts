import type { Sequence } from "queuescope";
import { SHAPE } from "../picture/scene.ts";
import type { Session } from "../session/session.ts";

/** While the present is followed, at most so many arrows are asked for; then only the newest of them. */
const MOST_FOLLOWED = 500;
const FEW = 250;
/** A reader who looks back may have so many. */
const MOST = 1_400;

/** Whether anything of a diagram crosses links in packets. */
export function hasPackets({ arrows }: Sequence): boolean {
  return arrows.some(({ shape }) => shape === SHAPE.packet);
}

const plain = new WeakMap<Sequence, Sequence>();

/** The same diagram without the packets: what is said in them stays. */
export function withoutPackets(sequence: Sequence): Sequence {
  const known = plain.get(sequence);
  if (known !== undefined) {
    return known;
  }
  const arrows = sequence.arrows.filter(({ shape }) => shape !== SHAPE.packet);
  const made = { ...sequence, arrows };
  plain.set(sequence, made);
  return made;
}

/** From which moment on everything is shown: as far back as stays quick, further when the reader asks for it. */
export class SequenceWindow {
  from = 0;

  /** Another run: from its start. */
  begin(): void {
    this.from = 0;
  }

  /** What there is to show; null while the simulation is on its way to another moment. */
  ask(session: Session, folded: boolean, isTrimmed: boolean): Sequence | null {
    this.from = Math.min(this.from, session.snapshot?.now ?? 0);
    const found = session.chronicle.sequence({ from: this.from, folded });
    const most = isTrimmed ? MOST_FOLLOWED : MOST;
    if (found !== null && found.arrows.length > most) {
      this.from = found.arrows[found.arrows.length - FEW]?.sent ?? this.from;
      return session.chronicle.sequence({ from: this.from, folded });
    }
    return found;
  }

  /** Twice as far back. */
  earlier(now: number): void {
    this.from = Math.max(0, this.from - Math.max(now - this.from, 1_000_000));
  }
}
