/** Headers from lines `name = value`. Numbers, true and false are what they are, everything else is text. */
export function headersFrom(lines: string): Record<string, string | number | boolean> {
  const headers: Record<string, string | number | boolean> = {};
  for (const line of lines.split("\n")) {
    const [name = "", ...rest] = line.split("=");
    if (name.trim() !== "") {
      headers[name.trim()] = valueFrom(rest.join("=").trim());
    }
  }
  return headers;
}

function valueFrom(text: string): string | number | boolean {
  if (text === "true" || text === "false") {
    return text === "true";
  }
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
