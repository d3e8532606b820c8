/** The speed slider: its middle is 1, its ends are 0.05 and 50, in between it is logarithmic. */
export const SLOWEST = 0.05;
export const FASTEST = 50;
/** Places of the slider. */
export const PLACES = 60;

const NICE = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The speed at a place of the slider, rounded to something worth reading. */
export function speedAt(place: number): number {
  const exact = SLOWEST * (FASTEST / SLOWEST) ** (place / PLACES);
  const power = 10 ** Math.floor(Math.log10(exact));
  const mantissa = exact / power;
  const nearest = NICE.reduce((best, nice) =>
    Math.abs(Math.log(nice / mantissa)) < Math.abs(Math.log(best / mantissa)) ? nice : best,
  );
  return Math.min(FASTEST, Math.max(SLOWEST, Number((nearest * power).toPrecision(3))));
}

/** The place of the slider that is nearest to a speed. */
export function placeOf(speed: number): number {
  const bounded = Math.min(FASTEST, Math.max(SLOWEST, speed));
  return Math.round((PLACES * Math.log(bounded / SLOWEST)) / Math.log(FASTEST / SLOWEST));
}

/** `0.05×`, `1×`, `12×`. */
export function speedText(speed: number): string {
  return `${Number(speed.toPrecision(3))}×`;
}
