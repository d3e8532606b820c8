/** Microseconds as a clock: `00:12.340`, from an hour on `1:00:12.340`. */
export function clockText(us: number): string {
  const milliseconds = Math.floor(us / 1000);
  const seconds = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = `${two(minutes % 60)}:${two(seconds % 60)}.${String(milliseconds % 1000).padStart(3, "0")}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Microseconds as a short length of time: `250 µs`, `12.5 ms`, `3 s`. */
export function spanText(us: number): string {
  if (us < 1000) {
    return `${Math.round(us)} µs`;
  }
  if (us < 1_000_000) {
    return `${Number((us / 1000).toPrecision(3))} ms`;
  }
  return `${Number((us / 1_000_000).toPrecision(3))} s`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
