import { createServer } from "node:net";
import { defineConfig, devices } from "@playwright/test";

/** A free port, found once: the workers get it by way of the environment. */
async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return String(typeof address === "object" ? address?.port : address);
}

process.env["QUEUESCOPE_TEST_PORT"] ??= await freePort();
const address = `http://127.0.0.1:${process.env["QUEUESCOPE_TEST_PORT"]}/`;

/** Tests of the built site in Chromium: `npm run build && npm run build:single` come first. */
export default defineConfig({
  testDir: "../tests/page",
  outputDir: "../target/page-tests",
  tsconfig: "./tsconfig.playwright.json",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1280, height: 800 },
    baseURL: address,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
      ],
    },
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${process.env["QUEUESCOPE_TEST_PORT"]} --strictPort`,
    url: address,
    reuseExistingServer: false,
  },
});
