/** Does something once, for all who ask for it. After a failure the next call tries again. */
export function once<Result>(act: () => Promise<Result>): () => Promise<Result> {
  let done: Promise<Result> | null = null;
  return async () => {
    done ??= act();
    try {
      return await done;
    } catch (error) {
      done = null;
      throw error;
    }
  };
}
