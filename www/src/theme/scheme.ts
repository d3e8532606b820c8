/** Whether a part of the page is drawn on a dark ground just now: asks the browser, which knows all the reasons. */
export function isDark(element: Element): boolean {
  return getComputedStyle(element).getPropertyValue("color-scheme").trim() === "dark"
    ? true
    : probe(element) === "rgb(255, 255, 255)";
}

function probe(element: Element): string {
  const mark = document.createElement("span");
  mark.style.display = "none";
  mark.style.color = "light-dark(rgb(0, 0, 0), rgb(255, 255, 255))";
  (element.shadowRoot ?? element).append(mark);
  const colour = getComputedStyle(mark).color;
  mark.remove();
  return colour;
}

/** What the reader chose with the switch; null: as the system has it. */
export type Theme = "light" | "dark" | null;

const NAME = "queuescope-theme";

/** The choice of an earlier visit. Where there is no storage (a sandboxed frame) there is none. */
export function rememberedTheme(): Theme {
  try {
    const value = localStorage.getItem(NAME);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

/** Colours the whole page and remembers the choice where it can. */
export function applyTheme(theme: Theme): void {
  document.documentElement.style.colorScheme = theme ?? "light dark";
  try {
    if (theme === null) {
      localStorage.removeItem(NAME);
    } else {
      localStorage.setItem(NAME, theme);
    }
  } catch {
    // No storage: the choice lasts as long as the page.
  }
}
