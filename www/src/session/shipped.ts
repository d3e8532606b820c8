/** A scenario that ships with the page. */
export interface Shipped {
  /** The name of its file. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

const files = import.meta.glob<string>("../../../scenarios/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The shipped scenarios, in the order in which they are learnt. */
export const shipped: readonly Shipped[] = Object.entries(files)
  .map(([path, text]) => ({
    id: path.replace(/^.*\//, "").replace(/\.json$/, ""),
    title: titleOf(text),
    text,
  }))
  .sort((one, other) => orderOf(one.id) - orderOf(other.id) || (one.id < other.id ? -1 : 1));

/** The scenario that opens when none is asked for. */
export const DEFAULT_SCENARIO = "hello-world";

export function shippedById(id: string): Shipped | null {
  return shipped.find((scenario) => scenario.id === id) ?? null;
}

function titleOf(text: string): string {
  const document: unknown = JSON.parse(text);
  return typeof document === "object" &&
    document !== null &&
    "title" in document &&
    typeof document.title === "string"
    ? document.title
    : "";
}

function orderOf(id: string): number {
  const order = ["hello-world", "work-queue", "publish-subscribe"];
  const place = order.indexOf(id);
  return place < 0 ? order.length : place;
}
