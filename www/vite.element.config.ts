import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The custom element for the npm package; the simulator stands beside it in modules of its own. */
export default defineConfig({
  build: {
    outDir: at("../target/dist/npm"),
    emptyOutDir: false,
    target: "es2022",
    copyPublicDir: false,
    lib: { entry: at("src/element.ts"), formats: ["es"], fileName: () => "element.js" },
    rolldownOptions: {
      // The package has the whole engine, which does everything: nothing else is loaded.
      external: ["queuescope", "queuescope/everyday", "queuescope/layers"],
      output: {
        paths: {
          queuescope: "./queuescope.js",
          "queuescope/everyday": "./queuescope.js",
          "queuescope/layers": "./queuescope_layers.js",
        },
      },
    },
  },
});
