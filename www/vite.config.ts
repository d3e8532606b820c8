import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { engineAddress, engineHandedOver } from "./build/engine-address.ts";
import { engineFiles } from "./build/engine-files.ts";
import { contentSecurityPolicy, startScript } from "./build/start-script.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The static site: index.html and embed.html. */
export default defineConfig({
  base: "./",
  resolve: { alias: engineFiles },
  plugins: [engineAddress(), startScript(), contentSecurityPolicy()],
  worker: { plugins: () => [engineHandedOver()] },
  server: { fs: { allow: [at("..")] } },
  build: {
    outDir: at("../target/dist/site"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: [at("index.html"), at("embed.html")] },
  },
});
