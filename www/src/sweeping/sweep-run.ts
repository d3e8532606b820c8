import type { Sweep } from "queuescope/sweep";
import { NEEDS_WHOLE } from "../session/missing-part.ts";
import { engineModules } from "./engine-module.ts";
import SweepWorker from "./sweep-worker.ts?worker&inline";
import type { Answer, Engine, Order, RunProblem } from "./worker-words.ts";

/** A run that came to nothing. */
export interface FailedRun extends RunProblem {
  readonly number: number;
  /** The value of the field, and the seed. */
  readonly value: string;
  readonly seed: number;
}

/** How the runs of a sweep are carried out. */
export interface Manner {
  readonly workers: number;
  /** The end of each run in microseconds; null: the end that the document names. */
  readonly until: number | null;
}

/** Carries out the runs of a sweep on workers. Whichever worker takes a run, its numbers stand at the run's place. */
export class SweepRun {
  /** How many runs there are, and how many are over. */
  readonly count: number;
  done = 0;
  readonly failures: FailedRun[] = [];
  /** Settles when all is over, or was cancelled; rejects when no worker can be had. */
  readonly over: Promise<void>;

  readonly #sweep: Sweep;
  readonly #manner: Manner;
  readonly #tell: () => void;
  readonly #workers = new Set<Worker>();
  /** Runs that a worker goes on with when it has the whole engine. */
  readonly #again = new Map<Worker, number>();
  #next = 0;
  #isCancelled = false;
  #settle: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(sweep: Sweep, manner: Manner, tell: () => void) {
    this.#sweep = sweep;
    this.#manner = manner;
    this.#tell = tell;
    this.count = sweep.taskCount;
    this.over = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
    void this.#start();
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Ends all runs at once; what has come in stays. */
  cancel(): void {
    this.#isCancelled = true;
    this.#end();
  }

  async #start(): Promise<void> {
    try {
      await engineModules.runner();
      const count = Math.min(Math.max(1, this.#manner.workers), this.count);
      for (let number = 0; number < count && !this.#isCancelled; number += 1) {
        this.#hire();
      }
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #hire(): void {
    const worker = new SweepWorker();
    this.#workers.add(worker);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(worker, data);
    worker.onerror = (event) => {
      this.#giveUp(new Error(event.message || "the worker could not be started"));
    };
    this.#equip(worker, "runner").catch((error: unknown) => this.#giveUp(error));
  }

  async #equip(worker: Worker, engine: Engine): Promise<void> {
    const module = await engineModules[engine]();
    if (this.#workers.has(worker)) {
      say(worker, { kind: "engine", engine, module });
    }
  }

  #hear(worker: Worker, answer: Answer): void {
    if (!this.#workers.has(worker)) {
      return;
    }
    if (answer.kind === "failed" && answer.problem.code === NEEDS_WHOLE) {
      this.#again.set(worker, answer.number);
      this.#equip(worker, "whole").catch((error: unknown) => this.#giveUp(error));
      return;
    }
    if (answer.kind === "done") {
      this.#sweep.take(answer.number, answer.measures);
      this.done += 1;
    } else if (answer.kind === "failed") {
      const { value, seed } = this.#sweep.task(answer.number);
      this.failures.push({ ...answer.problem, number: answer.number, value, seed });
      this.failures.sort((one, other) => one.number - other.number);
      this.done += 1;
      if (answer.problem.isCrash) {
        worker.terminate();
        this.#workers.delete(worker);
        if (this.#next < this.count) {
          this.#hire();
        }
      }
    }
    if (this.done === this.count) {
      this.#end();
    } else if (this.#workers.has(worker)) {
      this.#giveNext(worker);
    }
    this.#tell();
  }

  #giveNext(worker: Worker): void {
    const number = this.#again.get(worker) ?? this.#next;
    if (number === this.count) {
      worker.terminate();
      this.#workers.delete(worker);
      return;
    }
    if (!this.#again.delete(worker)) {
      this.#next += 1;
    }
    const { text, seed } = this.#sweep.task(number);
    say(worker, { kind: "run", number, text, seed, until: this.#manner.until });
  }

  #giveUp(error: unknown): void {
    this.#reject(error);
    this.#end();
  }

  #end(): void {
    for (const worker of this.#workers) {
      worker.terminate();
    }
    this.#workers.clear();
    this.#settle();
  }
}

function say(worker: Worker, order: Order): void {
  worker.postMessage(order);
}
