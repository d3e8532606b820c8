/** A queue for which queueing theory has M/M/1, at utilisation 0.5: its mean wait is 100 ms, its sojourn 200 ms. */
export const SINGLE = JSON.stringify({
  queuescope: 1,
  until_us: 60_000_000,
  broker: { definitions: { queues: [{ name: "jobs" }] } },
  producers: [{ id: "P", messages: [{ routing_key: "jobs" }], arrivals: { poisson: { per_second: 5 } } }],
  consumers: [{ id: "C", queue: "jobs", prefetch: 1, service: { exponential: { mean_us: 100_000 } } }],
});
