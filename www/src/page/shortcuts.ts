/** What a key does, by the key's name. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys that a slider uses itself, and a group of radio buttons. */
const SLIDER_KEYS = new Set([
  "ArrowLeft",
  "ArrowRight",
  "ArrowUp",
  "ArrowDown",
  "Home",
  "End",
  "PageUp",
  "PageDown",
]);

/** Follows the keys of the whole page, but never those that go to a field or press a button. Returns what ends it. */
export function followKeys(shortcuts: Shortcuts): () => void {
  // A button that was clicked keeps the focus, but who clicks does not mean to press it again by Space.
  let clicked: EventTarget | null = null;
  const press = (event: PointerEvent): void => {
    clicked = event.composedPath().find((part) => part instanceof HTMLButtonElement) ?? null;
  };
  const leave = (): void => {
    clicked = null;
  };
  const down = (event: KeyboardEvent): void => {
    const act = shortcuts[event.key];
    if (act === undefined || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const target = event.composedPath()[0];
    if (target instanceof Element && target !== clicked && belongsTo(target, event.key)) {
      return;
    }
    // An open dialog has all keys for itself, wherever the focus is.
    if (hasOpenDialog(document)) {
      return;
    }
    event.preventDefault();
    if (event.key === " ") {
      // A button that was clicked before would be pressed when the key is let go.
      window.addEventListener("keyup", (released) => released.preventDefault(), {
        once: true,
        capture: true,
      });
    }
    act();
  };
  document.addEventListener("keydown", down);
  document.addEventListener("pointerdown", press, { capture: true });
  document.addEventListener("focusout", leave);
  return () => {
    document.removeEventListener("keydown", down);
    document.removeEventListener("pointerdown", press, { capture: true });
    document.removeEventListener("focusout", leave);
  };
}

/** Whether a dialog is open anywhere, in the parts of the page as well. */
function hasOpenDialog(root: ParentNode): boolean {
  if (root.querySelector("dialog[open]") !== null) {
    return true;
  }
  return [...root.querySelectorAll("*")].some(
    ({ shadowRoot }) => shadowRoot !== null && hasOpenDialog(shadowRoot),
  );
}

/** Whether the focused element needs this key itself. */
function belongsTo(target: Element, key: string): boolean {
  if (target instanceof HTMLInputElement) {
    if (target.type === "range") {
      return SLIDER_KEYS.has(key);
    }
    if (target.type === "radio") {
      return SLIDER_KEYS.has(key) || key === " ";
    }
    return target.type !== "checkbox" || key === " ";
  }
  if (target.matches("select, textarea, [contenteditable]")) {
    return true;
  }
  const isButton = target.matches("button, a, summary, [role=button], [role=tab]");
  if (target.matches("[role=tab]") && SLIDER_KEYS.has(key)) {
    return true;
  }
  return isButton && key === " ";
}
