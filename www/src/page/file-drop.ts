/** Takes files dropped anywhere on the page. Returns what ends it. */
export function followDrops(
  over: (isOver: boolean) => void,
  dropped: (files: readonly File[]) => void,
): () => void {
  let depth = 0;
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const enter = (event: DragEvent): void => {
    if (carriesFiles(event)) {
      event.preventDefault();
      depth += 1;
      over(true);
    }
  };
  const leave = (event: DragEvent): void => {
    if (carriesFiles(event)) {
      depth = Math.max(0, depth - 1);
      over(depth > 0);
    }
  };
  const hover = (event: DragEvent): void => {
    if (carriesFiles(event)) {
      event.preventDefault();
    }
  };
  const drop = (event: DragEvent): void => {
    depth = 0;
    over(false);
    if (carriesFiles(event)) {
      event.preventDefault();
      dropped([...(event.dataTransfer?.files ?? [])]);
    }
  };
  document.addEventListener("dragenter", enter);
  document.addEventListener("dragleave", leave);
  document.addEventListener("dragover", hover);
  document.addEventListener("drop", drop);
  return () => {
    document.removeEventListener("dragenter", enter);
    document.removeEventListener("dragleave", leave);
    document.removeEventListener("dragover", hover);
    document.removeEventListener("drop", drop);
  };
}
