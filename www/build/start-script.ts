import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const PLACE = "<!-- start.js -->";

/** Puts `start.js` into the pages as a classic inline script: the only kind that runs from `file://`. */
export function startScript(): Plugin {
  return {
    name: "queuescope-start-script",
    transformIndexHtml: {
      order: "pre",
      handler: (page) => page.replace(PLACE, () => `<script>${readStart()}</script>`),
    },
  };
}

/** A policy that lets in the page's own files and the inline scripts that it was built with, and nothing else. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: "queuescope-content-security-policy",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (page) => page.replace("<head>", () => `<head>\n    ${policyFor(page)}`),
    },
  };
}

/** The policy as a meta element, with the hash of every inline script of the page. */
export function policyFor(page: string): string {
  const hashes = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self' data:",
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
}

function readStart(): string {
  return readFileSync(new URL("./start.js", import.meta.url), "utf8");
}
