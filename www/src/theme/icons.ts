import { svg, type TemplateResult } from "lit";

function icon(shape: TemplateResult): TemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;
}

function outline(path: string): TemplateResult {
  return icon(
    svg`<path d=${path} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />`,
  );
}

export const icons = {
  play: icon(svg`<path d="M7 4.5v15l12.5-7.5z" />`),
  pause: icon(svg`<path d="M6.5 5h4v14h-4zM13.5 5h4v14h-4z" />`),
  step: icon(svg`<path d="M5 5v14l10-7zM16.5 5h2.5v14h-2.5z" />`),
  stepBack: icon(svg`<path d="M19 5v14L9 12zM5 5h2.5v14H5z" />`),
  toStart: icon(svg`<path d="M20 5v14l-8-7zM12 5v14l-8-7zM3 5h2v14H3z" />`),
  open: outline("M3.5 18.5v-13h6l2 2.5h9v10.5zM12 16v-5m-2.5 2.5L12 11l2.5 2.5"),
  link: outline(
    "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  ),
  moon: outline("M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"),
  sun: outline(
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4",
  ),
  help: outline("M9 9a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.3v.2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z"),
  plus: outline("M12 6v12M6 12h12"),
  minus: outline("M6 12h12"),
  fit: outline("M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"),
  close: outline("M6 6l12 12M18 6L6 18"),
  topology: outline(
    "M4 12a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM9 11l6-4M9 13l6 4M15 4.5h5v5h-5zM15 14.5h5v5h-5z",
  ),
  sequence: outline("M5 3v18M19 3v18M5 7l13 3M15.5 7.5L18.5 10l-3.5 1.5M19 14L6 17M9 14l-3.5 3 3.5 1.5"),
  both: outline("M3.5 4.5h17v15h-17zM12 4.5v15"),
  breakpoint: icon(
    svg`<path d="M8 3.5h8l4.5 4.5v8L16 20.5H8L3.5 16V8zM10.8 7v6h2.4V7zM10.8 14.8v2.4h2.4v-2.4z" fill-rule="evenodd" />`,
  ),
  runs: outline("M3.5 8h17M7 8c3 0 3 8.5 6 8.5h7.5M17.5 5.500L20.500 8l-3 2.5"),
  next: outline("M8 5l7 7-7 7"),
  previous: outline("M16 5l-7 7 7 7"),
  inspect: outline("M4 5h16v14H4zM14.5 5v14"),
} as const;
