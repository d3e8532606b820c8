import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { engineAddress, engineHandedOver } from "./build/engine-address.ts";
import { oneEngine } from "./build/engine-files.ts";
import { oneFile } from "./build/one-file.ts";
import { startScript } from "./build/start-script.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The whole page in one file, queuescope.html. */
export default defineConfig({
  base: "./",
  resolve: { alias: oneEngine },
  plugins: [engineAddress(), startScript(), oneFile("queuescope.html")],
  worker: { plugins: () => [engineHandedOver()] },
  build: {
    outDir: at("../target/dist"),
    emptyOutDir: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    rolldownOptions: { input: at("index.html"), output: { codeSplitting: false } },
  },
});
