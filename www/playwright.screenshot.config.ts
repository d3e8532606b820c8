import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

/** `npm run screenshot` takes the picture of the README anew, from the built site. */
export default defineConfig({ ...tests, testDir: "./screenshot", testMatch: "*.shot.ts" });
