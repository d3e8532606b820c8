import { chromium } from "@playwright/test";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
const shots = [
  ["amqp-in-segments", 560000, 1400, 900, "light", "amqp"],
  ["amqp-in-segments", 1880000, 1400, 900, "dark", "amqp-dark"],
  ["udp-is-not-tcp", 2330000, 1400, 900, "light", "udp"],
  ["one-send-one-receive", 1180000, 360, 780, "light", "send-narrow"],
  ["udp-is-not-tcp", 2330000, 360, 780, "dark", "udp-narrow"],
];
for (const [id, at, w, h, scheme, name] of shots) {
  const page = await browser.newPage({ viewport: { width: w, height: h }, colorScheme: scheme });
  page.on("pageerror", (e) => console.log(name, "ERR", e.message));
  page.on("console", (m) => m.type() === "error" && console.log(name, m.text()));
  await page.goto(`http://127.0.0.1:8391/index.html#scenario=${id}&at=${at}`);
  await page.waitForTimeout(2500);
  await page.screenshot({ path: `/tmp/q/pk/${name}.png` });
  await page.close();
}
await browser.close();
