/** How values are distributed. What there is no value for is null. */
export interface Distribution {
  /** How many values there were. */
  count: number;
  /** Their mean and their sample standard deviation, exact. */
  mean: number | null;
  deviation: number | null;
  /** 50, 95 and 99 % of them are not above it; wrong by at most 0.8 %. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
  /** The largest, exact. */
  max: number | null;
}

/** How many messages there are: now, on average over the time of the window, and at most (only of ready ones). */
export interface Depth {
  now: number;
  mean: number | null;
  most: number | null;
}

/** What happened to messages at a queue in the window. */
export interface QueueCounts {
  arrived: number;
  delivered: number;
  redelivered: number;
  /** By hand or automatically. */
  acknowledged: number;
  requeued: number;
  /** Refused by a consumer, so that they left the queue. */
  rejected: number;
  expired: number;
  /** The oldest of a queue that was too long; or those that it refused and published again as dead letters. */
  over_length: number;
  /** Given back too often. */
  delivery_limit: number;
  /** Gone when the queue was purged, deleted or lost. */
  removed: number;
  /** Not taken by the queue, because it was full or down. */
  refused: number;
  /** Of those rejected, expired, dropped and over their limit: published again as dead letters. */
  dead_lettered: number;
}

/** A mean without the beginning of a run, which is not like the rest because the queue was empty at the start. Where the
 * beginning ends is found by MSER-5 (White 1997), with larger batches in longer runs. */
export interface Settled {
  /** So many values are the beginning, so many are not. */
  dropped: number;
  kept: number;
  /** The mean of these. */
  mean: number;
  /** The mean of an endless run is within this of it, with a confidence of 95 % (20 batch means). */
  half_width: number | null;
}

/** Little's law: L = λW, but for those that are there when the window begins or ends. */
export interface Little {
  /** L, the mean number of messages, ready or unacknowledged. */
  number: number;
  /** λ, arrivals in a second. */
  arrival_rate: number;
  /** W, the mean sojourn of those that were acknowledged. */
  sojourn: number;
  /** L - λW, as a part of L. */
  residual: number;
}

/** What queueing theory says of a queue with its consumers: a model's values, or why there is none (a sentence whose key
 * begins with `theory.`). */
export type Theory =
  | {
      model: {
        /** Kendall's notation: `M/M/1`. */
        name: string;
        /** The share of the time for which a consumer works. */
        utilisation: number;
        /** The share of arrivals that are refused. */
        loss: number;
        /** Messages served in a second. */
        throughput: number;
        /** The mean time for which a message is ready; and from coming in to being acknowledged. */
        waiting: number;
        sojourn: number;
        /** The mean number of ready messages; and of all, unacknowledged ones included. */
        ready: number;
        number: number;
      };
    }
  | { none: Sentence };

/** Bins of equal length from the start on: at most 256, whose length doubles when there are too many. */
export interface Timeline {
  /** How long a bin is. */
  width: number;
  bins: {
    /** Messages times microseconds; divided by the width, their mean number. */
    ready_area: number;
    unacknowledged_area: number;
    most_ready: number;
    arrived: number;
    acknowledged: number;
  }[];
}

/** The numbers of a queue with its consumers. */
export interface QueueNumbers {
  /** Its id in the picture. */
  id: string;
  counts: QueueCounts;
  /** Messages that came in, and that were acknowledged, in a second. */
  arrival_rate: number | null;
  throughput: number | null;
  /** The share of arrivals that the queue did not take. */
  loss: number | null;
  ready: Depth;
  unacknowledged: Depth;
  /** For how long messages were ready before a delivery. */
  waiting: Distribution;
  /** The mean waiting without the beginning of the run; null when that is too short to tell. */
  settled: Settled | null;
  /** For how long its consumers worked on a message. */
  service: Distribution;
  /** From coming in to being acknowledged. */
  sojourn: Distribution;
  /** The share of the time for which its consumers worked, on average. */
  utilisation: number | null;
  little: Little | null;
  theory: Theory;
  timeline: Timeline;
}

/** What a run has come to in its window: from the start, or from the scenario's `warm_up_us`, up to now. Times are in
 * microseconds, means of times too; rates are for a second of simulated time. */
export interface Numbers {
  from: number;
  to: number;
  /** What happened to messages elsewhere than at a queue. */
  counts: {
    /** No queue took them, and they did not come back; or they did. */
    unroutable: number;
    returned: number;
    /** On their way, with a client, or as dead letters. */
    lost: number;
    /** Left out by producers that had no channel. */
    left_out: number;
  };
  /** From publishing to acknowledgement, links and all queues on the way included. */
  delay: Distribution;
  producers: { id: string; published: number; published_rate: number | null }[];
  /** Counted since the start. */
  exchanges: { id: string; received: number; unroutable: number }[];
  queues: QueueNumbers[];
  consumers: {
    id: string;
    finished: number;
    throughput: number | null;
    /** The share of the time for which it worked. */
    utilisation: number | null;
    /** Of more than 256 consumers those of a queue are taken together. */
    service: Distribution;
  }[];
}

/** What a number counts: simulated time; messages in a second of it; a part of a whole, 1 being all of it; messages. */
export type Unit = "microseconds" | "per_second" | "share" | "messages";

/** One value of a run. */
export interface Measure {
  /** The node that it belongs to, by its id in the picture; empty for the whole run. */
  node: string;
  /** `waiting_mean_us`: what is in microseconds ends in `_us`, what is counted in a second in `_per_s`. */
  name: string;
  /** Null when nothing was there to measure. */
  value: number | null;
  /** What queueing theory says of it; null where it says nothing. */
  theory: number | null;
}

/** A key of the catalogue (src/facts/catalogue/en.json) and what to put into its gaps. */
export interface Sentence {
  key: string;
  parameters: Record<string, string | number>;
}

/** Errors are `Error` objects with these in addition. */
export interface QueuescopeError extends Error {
  /** Stable: `document.syntax`, `document.unknown`, `scenario.invalid`, `definitions.invalid`,
   * `time.invalid`, `recording.invalid`, `command.invalid`, `capture.messages`, `capture.unknown-node`, `sweep.form`,
   * `needs-whole-engine` (from a wasm file without the part that it takes), `sweep.path`, `sweep.value`, `sweep.count`, `cancelled`. */
  code: string;
  /** Where in the document or the command, such as `bindings[3].destination`; empty when it is no matter of
   * place. */
  place: string;
}
