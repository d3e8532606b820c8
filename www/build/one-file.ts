import type { Plugin } from "vite";
import { policyFor } from "./start-script.ts";

/** Makes one file of the page: its script stands inline, and all else is in the script already. */
export function oneFile(name: string): Plugin {
  return {
    name: "queuescope-one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") {
        throw new Error("the build made no index.html");
      }
      let text = String(page.source);
      for (const [path, part] of Object.entries(bundle)) {
        if (part.type === "chunk") {
          // What is imported late is in the file already: there is nothing to load before it.
          const whole = part.code.replaceAll("__VITE_PRELOAD__", "void 0");
          const code = whole.replaceAll("</script", "<\\/script");
          const tag = new RegExp(`<script type="module"[^>]*src="[^"]*${part.fileName}"[^>]*></script>`);
          const inline = text.replace(tag, "");
          if (inline === text) {
            throw new Error(`index.html does not load ${part.fileName}`);
          }
          text = inline.replace("</body>", () => `<script type="module">${code}</script>\n  </body>`);
          delete bundle[path];
        }
      }
      text = text.replace("<html ", "<html data-one-file ");
      page.source = text.replace("<head>", () => `<head>\n    ${policyFor(text)}`);
      page.fileName = name;
    },
  };
}
