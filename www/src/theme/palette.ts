/**
 * Every colour of the page, for light and for dark. The hues are those of Okabe and Ito (Color Universal Design),
 * darkened or lightened until text has a contrast of 4.5:1 and a shape 3:1 on every surface it stands on.
 */
export interface Tone {
  readonly light: string;
  readonly dark: string;
}

/** Surfaces: what everything stands on. */
export const surfaces = {
  ground: { light: "#fbfbf9", dark: "#12161b" },
  panel: { light: "#ffffff", dark: "#191e25" },
  raised: { light: "#f1f2ef", dark: "#232a33" },
} satisfies Record<string, Tone>;

/** Text. */
export const inks = {
  ink: { light: "#1b2127", dark: "#e7eaee" },
  muted: { light: "#57606a", dark: "#a2adb9" },
  link: { light: "#005a9c", dark: "#7cbcf5" },
  alarm: { light: "#a33a00", dark: "#ff9d68" },
} satisfies Record<string, Tone>;

/** Lines that only part things; they say nothing by themselves. */
export const hairlines = {
  line: { light: "#dcdfe2", dark: "#323b45" },
} satisfies Record<string, Tone>;

/** What things of the picture are. */
export const roles = {
  producer: { light: "#0a7680", dark: "#49c2cc" },
  exchange: { light: "#0062a8", dark: "#6db3f2" },
  queue: { light: "#b84600", dark: "#ff8f52" },
  consumer: { light: "#00734f", dark: "#4fc38f" },
  socket: { light: "#7a4fa3", dark: "#c19ae6" },
  edge: { light: "#7d8791", dark: "#7f8b98" },
  control: { light: "#6d7782", dark: "#8b97a4" },
} satisfies Record<string, Tone>;

/** Hues of messages, by routing key or by producer. */
export const hues: readonly Tone[] = [
  { light: "#0072b2", dark: "#5aaef0" },
  { light: "#c45300", dark: "#ff9350" },
  { light: "#a4478a", dark: "#e79bcb" },
  { light: "#00855f", dark: "#3fd0a0" },
  { light: "#8a6d00", dark: "#f0c22f" },
  { light: "#5b5bd0", dark: "#a9a9ff" },
  { light: "#b03030", dark: "#ff8080" },
  { light: "#4f5963", dark: "#c3cad1" },
];

/** The hue of the message with this small number. */
export function hueOf(number: number, isDark: boolean): string {
  const tone = hues[Math.abs(Math.trunc(number)) % hues.length];
  return tone === undefined ? "#808080" : isDark ? tone.dark : tone.light;
}
