/** A set of nodes by their numbers, and the lines between them. */
export interface Line {
  readonly from: number;
  readonly to: number;
}

/** The parts that hang together, each in the order of the numbers; the parts in the order of their first. */
export function connectedParts(members: readonly number[], lines: readonly Line[]): number[][] {
  const parent = new Map<number, number>(members.map((member) => [member, member]));
  const root = (member: number): number => {
    let at = member;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) {
      at = up;
    }
    parent.set(member, at);
    return at;
  };
  for (const line of lines) {
    if (parent.has(line.from) && parent.has(line.to)) {
      parent.set(root(line.from), root(line.to));
    }
  }
  const parts = new Map<number, number[]>();
  for (const member of members) {
    const key = root(member);
    const part = parts.get(key);
    if (part === undefined) {
      parts.set(key, [member]);
    } else {
      part.push(member);
    }
  }
  return [...parts.values()];
}

/**
 * The node whose removal takes a part apart best, with what hangs on it alone (`hub`), and the parts that remain.
 * Null when no node leaves parts that are all at most `largest` of the whole.
 */
export function splitAtHub(
  members: readonly number[],
  lines: readonly Line[],
  candidates: readonly number[],
  largest: number,
): { hub: number[]; parts: number[][] } | null {
  let best: { hub: number[]; parts: number[][]; size: number } | null = null;
  for (const candidate of candidates) {
    const parts = connectedParts(
      members.filter((member) => member !== candidate),
      lines,
    );
    const size = Math.max(...parts.map((part) => part.length));
    if (size <= largest * members.length && (best === null || size < best.size)) {
      const alone = parts.filter((part) => part.length <= 2);
      best = {
        hub: [candidate, ...alone.flat()],
        parts: parts.filter((part) => part.length > 2),
        size,
      };
    }
  }
  return best;
}
