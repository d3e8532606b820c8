import type { Simulation } from "queuescope";
import { advanced, atRest, hopAt, PLAYING, STILL, settling } from "./player.ts";
import { Rhythm } from "./rhythm.ts";
import type { Session } from "./session.ts";
import type { Change } from "./session-types.ts";
import { Ticker } from "./ticker.ts";
import { trailBetween } from "./trail.ts";

/** The session that is played, and what of it no view may do. */
export interface Played {
  readonly session: Session;
  /** Reads the state, and the facts that are new. */
  readonly look: (withFacts?: boolean) => void;
  readonly tell: (...changes: Change[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Lets a session go on with real time: while it plays, and until what a step or a pause shows has come to rest. */
export class Playback {
  readonly #played: Played;
  readonly #ticker = new Ticker((elapsed) => this.#tick(elapsed));
  readonly #rhythm = new Rhythm();
  #stopAt: number | null = null;

  constructor(played: Played) {
    this.#played = played;
  }

  start(): void {
    this.#ticker.start();
  }

  stop(): void {
    this.#ticker.stop();
  }

  play(): void {
    const { session, tell } = this.#played;
    if (session.simulation === null || session.isPlaying) {
      return;
    }
    const until = session.snapshot?.until ?? 0;
    this.#stopAt = session.simulation.now < until ? until : null;
    session.note = null;
    session.trail = [];
    session.travel.leave();
    session.motion = PLAYING;
    tell("motion");
    this.start();
  }

  pause(): void {
    const { session, look, tell } = this.#played;
    if (session.simulation !== null && session.isPlaying) {
      const now = session.simulation.now;
      session.motion = session.prefersReducedMotion ? STILL : settling(now, session.speed);
      look();
      tell("state", "log", "motion", "frame");
      this.start();
    }
  }

  #tick(elapsedMs: number): boolean {
    const { session, failed } = this.#played;
    const simulation = session.simulation;
    if (simulation === null || !session.isMoving) {
      return false;
    }
    if (session.prefersReducedMotion && session.isPlaying) {
      const gathered = this.#rhythm.gathered(elapsedMs);
      if (gathered === null) {
        return true;
      }
      elapsedMs = gathered;
    }
    try {
      this.#advance(simulation, elapsedMs);
    } catch (error) {
      failed(error);
      return false;
    }
    return session.isMoving;
  }

  #advance(simulation: Simulation, elapsedMs: number): void {
    const { session, look, tell } = this.#played;
    const from = simulation.now;
    const next = advanced(session.motion, elapsedMs, from, session.speed);
    session.motion = next.motion;
    session.view = next.view;
    if (next.runUntil !== null) {
      const bound = this.#stopAt === null ? next.runUntil : Math.min(this.#stopAt, next.runUntil);
      simulation.runUntil(bound);
      session.view = { time: simulation.now, hop: next.view.hop };
      const stop = simulation.stoppedBy();
      if (stop !== null) {
        this.pause();
        session.travel.halt(stop);
        return;
      }
      if (session.prefersReducedMotion) {
        session.view = atRest(simulation.now);
        session.trail = trailBetween(simulation, from, simulation.now, hopAt(session.speed) / 4);
      }
    }
    const isOther = simulation.pictureVersion !== session.picture?.version;
    const nodes = session.picture?.nodes.length ?? 0;
    const due = this.#rhythm.due(elapsedMs, nodes, isOther || !session.isMoving);
    if (due !== "nothing") {
      look(due === "facts");
      tell("state");
      if (due === "facts") {
        tell("log");
      }
      this.#stopAtTheEnd(simulation.now);
    }
    tell("frame");
    if (!session.isMoving) {
      tell("motion");
    }
  }

  /** Playing ends where nothing is left to happen, and pauses once where the scenario ends. */
  #stopAtTheEnd(now: number): void {
    const { session } = this.#played;
    if (!session.isPlaying) {
      return;
    }
    if (session.snapshot?.next_event === null) {
      session.note = "nothing_left";
      this.pause();
    } else if (this.#stopAt !== null && now >= this.#stopAt) {
      session.note = "end";
      this.pause();
    }
  }
}
