// What the JavaScript peers have in common: the workload's numbers, and how a run is timed and told.

/** The arrivals that there are during a service, on average: W1. The mean service is the unit of time. */
export const UTILISATION = 0.8;

/**
 * Runs `simulate(messages, seed)`, which returns the mean wait in units of the mean service, with the arguments of the
 * program: once for a fifth of the messages, so that the program is warm, then timed. Prints a line of JSON.
 */
export function measure(simulate) {
  const [messages, seed] = process.argv.slice(2).map(Number);
  simulate(Math.ceil(messages / 5), seed + 1);
  const start = performance.now();
  const meanWait = simulate(messages, seed);
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ messages, seconds, mean_wait: meanWait }));
}
