/** The code of the refusal of what takes a part that an engine was built without (`src/parts.rs`). */
export const NEEDS_WHOLE = "needs-whole-engine";
