import type { About, Command, LoggedCommand, Picture, Simulation, Snapshot, Stop } from "queuescope";
import { word } from "../words/words.ts";
import { Breakpoints } from "./breakpoints.ts";
import { Chronicle } from "./chronicle.ts";
import { EngineMissing, isCrash, loadEngine, newSimulation } from "./engine.ts";
import { Journal } from "./journal.ts";
import { Listeners } from "./listeners.ts";
import { Playback } from "./playback.ts";
import { atRest, lingerAt, type Motion, PLAYING, STILL, stepping, type View } from "./player.ts";
import { crashProblem, engineProblem, type Problem, problemOf } from "./problem.ts";
import { Runs } from "./runs.ts";
import { Seeker } from "./seeker.ts";
import type { Change, Highlight, Note, Selection, Source } from "./session-types.ts";
import { type Trail, trailBetween } from "./trail.ts";
import { Travel, type Travelled } from "./travel.ts";

/** The one owner of a simulation in the page: everything the views show is read from here. */
export class Session {
  simulation: Simulation | null = null;
  source: Source | null = null;
  about: About | null = null;
  picture: Picture | null = null;
  snapshot: Snapshot | null = null;
  problem: Problem | null = null;
  note: Note | null = null;
  selection: Selection | null = null;
  highlight: Highlight = { nodes: [], message: null };
  motion: Motion = STILL;
  view: View = atRest(0);
  trail: Trail = [];
  speed = 1;
  /** The furthest moment of the timeline. */
  end = 0;
  /** The moment a running seek goes to, or null. */
  seekingTo: number | null = null;
  readonly journal = new Journal();
  readonly chronicle = new Chronicle(this);

  readonly #listeners = new Listeners();
  #seeker = new Seeker();
  readonly #reduced = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #playback = new Playback({
    session: this,
    look: (withFacts) => this.#look(withFacts),
    tell: (...changes) => this.#emit(...changes),
    failed: (error) => this.#failed(error),
  });
  readonly #travelled: Travelled = {
    session: this,
    go: (way) => this.#go(null, way),
    cancel: () => this.#seeker.cancel(),
    tell: (...changes) => this.#emit(...changes),
  };
  readonly travel = new Travel(this.#travelled);
  readonly runs = new Runs(this.#travelled);
  readonly breakpoints = new Breakpoints(this, this.#travelled.tell);

  subscribe(listener: (change: Change) => void): () => void {
    return this.#listeners.add(listener);
  }

  get isPlaying(): boolean {
    return this.motion.kind === "playing";
  }

  /** Whether anything in the picture moves by itself. */
  get isMoving(): boolean {
    return this.motion.kind !== "still";
  }

  /** Whether the simulation can be asked: it is there, and not on its way to another moment. */
  get isThere(): boolean {
    return this.simulation !== null && this.#seeker.running === null;
  }

  get prefersReducedMotion(): boolean {
    return this.#reduced.matches;
  }

  /** Loads the simulator; false, with a problem shown, when it cannot be loaded. */
  async load(): Promise<boolean> {
    try {
      await loadEngine();
      return true;
    } catch (error) {
      this.report(engineProblem(error));
      return false;
    }
  }

  /** Makes a simulation of a document, with the commands of a log to come, by an engine that has all that it takes;
   * null, with a problem shown, when that cannot be loaded. Throws what is wrong with the document. */
  async make(source: Source, log: readonly LoggedCommand[] = []): Promise<Simulation | null> {
    try {
      return await newSimulation(source.text, source.seed, log);
    } catch (error) {
      if (!(error instanceof EngineMissing)) {
        throw error;
      }
      this.report(engineProblem(error));
      return null;
    }
  }

  /** Shows a simulation that was made of a document, in place of the one before. */
  open(fresh: Simulation, source: Source, speed: number | null): void {
    const about = fresh.about();
    this.#release();
    this.simulation = fresh;
    this.source = source;
    this.about = about;
    this.problem = null;
    this.selection = null;
    this.note = null;
    this.speed = speed ?? about.speed;
    this.end = about.until;
    this.journal.clear();
    this.chronicle.clear();
    this.picture = fresh.picture();
    this.breakpoints.takeUp();
    this.runs.read();
    this.#look();
    this.#emit("document", "picture", "problem", "selection", "state", "log", "motion", "frame");
  }

  /** Starts the same document again, after a fault. */
  async restart(): Promise<void> {
    const { source, speed } = this;
    if (source === null) {
      return;
    }
    try {
      const fresh = await this.make(source);
      if (fresh !== null && this.source === source) {
        this.open(fresh, source, speed);
      } else {
        fresh?.free();
      }
    } catch (error) {
      this.report(problemOf(error, word("problem.scenario")));
    }
  }

  close(): void {
    this.#release();
  }

  play(): void {
    const running = this.#seeker.running;
    this.travel.cancel();
    if (running !== null) {
      void running.then(() => this.play()).catch(() => undefined);
      return;
    }
    this.#playback.play();
  }

  pause(): void {
    this.#playback.pause();
  }

  toggle(): void {
    if (this.isPlaying) {
      this.pause();
    } else {
      this.play();
    }
  }

  step(): void {
    this.#whenThere((simulation) => {
      const from = simulation.now;
      const isDone = !simulation.step();
      this.note = isDone ? "nothing_left" : null;
      this.motion = isDone || this.prefersReducedMotion ? STILL : stepping(from, simulation.now);
      this.view = atRest(simulation.now);
      if (this.prefersReducedMotion && !isDone) {
        this.trail = trailBetween(simulation, from, simulation.now);
      }
      return simulation.stoppedBy();
    });
  }

  stepBack(): void {
    this.#whenThere((simulation) => {
      this.note = simulation.stepBack() ? null : "start";
      this.view = atRest(simulation.now);
      return null;
    });
  }

  toStart(): void {
    void this.seek(0);
  }

  /** Goes to a moment, wherever it is; a newer wish overtakes an older one. */
  seek(us: number, step?: number): Promise<void> {
    return this.#go(us, (simulation, signal) => simulation.seekAsync(us, signal, step));
  }

  /** Hands a command to the simulation, at the moment shown. */
  dispatch(command: Command): void {
    this.#whenThere((simulation) => {
      const wasPlaying = this.isPlaying;
      const from = simulation.now;
      simulation.dispatch(command);
      this.chronicle.clear();
      this.note = this.runs.read() ? "forked" : null;
      if (wasPlaying) {
        this.motion = PLAYING;
      } else if (!this.prefersReducedMotion) {
        this.motion = stepping(from, simulation.now);
      }
      return null;
    }, true);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.#emit("motion");
  }

  select(selection: Selection | null): void {
    this.selection = selection;
    this.#emit("selection", "frame");
  }

  point(highlight: Highlight): void {
    this.highlight = highlight;
    this.#emit("selection", "frame");
  }

  report(problem: Problem | null): void {
    this.problem = problem;
    this.#emit("problem");
  }

  /** What moves at the moment shown, written to `items`; says how many. Nothing while a seek is on its way. */
  frame(items: Float32Array): number {
    if (this.simulation === null || this.#seeker.running !== null) {
      return 0;
    }
    return this.simulation.frame(this.view.time, this.view.hop, lingerAt(this.speed), items);
  }

  /** Has the picture drawn once more, for instance after its size has changed. */
  redraw(): void {
    this.#emit("frame");
  }

  /** Lets the simulation go somewhere, to `us` if that is known before; a newer wish overtakes an older one. */
  async #go(
    us: number | null,
    way: (simulation: Simulation, signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const simulation = this.simulation;
    if (simulation === null) {
      return;
    }
    this.motion = STILL;
    this.note = null;
    this.trail = [];
    this.seekingTo = us;
    this.travel.leave();
    this.#emit("motion");
    try {
      await this.#seeker.go(
        (signal) => way(simulation, signal),
        () => {
          if (this.simulation === simulation) {
            this.view = atRest(simulation.now);
            this.#look();
            this.#emit("state", "log", "frame");
          }
        },
      );
    } catch (error) {
      if (this.simulation === simulation) {
        this.#failed(error);
      }
    }
    if (this.simulation === simulation && this.#seeker.running === null) {
      this.seekingTo = null;
      this.#emit("motion", "frame");
    }
  }

  /** Does something to the simulation at once, or when it has arrived where it goes; a search is given up. What `act`
   * returns has stopped the run. */
  #whenThere(act: (simulation: Simulation) => Stop | null, keepsPlaying = false): void {
    const running = this.#seeker.running;
    this.travel.cancel();
    if (running !== null) {
      void running.then(() => this.#whenThere(act, keepsPlaying)).catch(() => undefined);
      return;
    }
    if (this.simulation === null) {
      return;
    }
    if (!keepsPlaying) {
      this.motion = STILL;
    }
    this.trail = [];
    this.travel.leave();
    try {
      const stop = act(this.simulation);
      this.#look();
      this.travel.halt(stop);
    } catch (error) {
      this.#failed(error);
    }
    this.#emit("state", "log", "motion", "frame");
    if (this.isMoving) {
      this.#playback.start();
    }
  }

  /** Reads the state, and the facts that are new. */
  #look(withFacts = true): void {
    const simulation = this.simulation;
    if (simulation === null) {
      return;
    }
    const snapshot = simulation.snapshot();
    this.snapshot = snapshot;
    this.end = Math.max(this.end, snapshot.until, snapshot.now);
    if (snapshot.picture_version !== this.picture?.version) {
      this.picture = simulation.picture();
      this.about = simulation.about();
      this.#emit("picture");
    }
    if (withFacts) {
      this.journal.take(simulation.takeFacts(), snapshot.fact_count);
    }
  }

  #failed(error: unknown): void {
    this.motion = STILL;
    if (isCrash(error)) {
      // Its objects are locked now: freeing one would fail as well.
      this.simulation = null;
      this.report(crashProblem(error));
    } else {
      this.report(problemOf(error, word("problem.command")));
    }
    this.#emit("motion");
  }

  /** Lets go of the simulation; one that is on its way somewhere is freed when that has ended. */
  #release(): void {
    this.#seeker.stop();
    this.#playback.stop();
    this.motion = STILL;
    this.view = atRest(0);
    this.trail = [];
    this.seekingTo = null;
    this.travel.leave();
    this.highlight = { nodes: [], message: null };
    const simulation = this.simulation;
    this.simulation = null;
    const running = this.#seeker.running;
    this.#seeker = new Seeker();
    if (running === null) {
      simulation?.free();
    } else {
      void running.catch(() => undefined).then(() => simulation?.free());
    }
  }

  #emit(...changes: Change[]): void {
    this.#listeners.tell(...changes);
  }
}
