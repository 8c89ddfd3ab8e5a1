// The pages of the simulator and the sidecar in a real browser. Screenshots are the output to look at.
//
// node tests/browser/run.mjs DOKU PLAYWRIGHT CHROMIUM SCREENSHOTS

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { checks as payment } from "./payment.mjs";
import { checks as sidecar } from "./sidecar.mjs";
import { checks as timeline } from "./timeline.mjs";
import { startShop } from "./shop.mjs";

const [doku, playwright, executablePath, screenshots] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(resolve(playwright));

const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// A page that is slower than this is broken.
const TIMEOUT = 15_000;

async function startSimulator(shop, port = "0") {
  const simulator = spawn(resolve(doku), ["simulator", "--port", port, "--notification-url", shop.notificationUrl]);
  simulator.stderr.resume();
  const ended = new Promise((done) => simulator.on("exit", done));
  const stop = () => (simulator.kill("SIGTERM"), ended);
  for await (const line of createInterface(simulator.stdout)) {
    if (line.startsWith("http://")) return { url: line.trim(), stop };
  }
  throw new Error("the simulator said no address");
}

// Returns a browser window, whom it may call, and what it did that it should not have done.
async function openWindow(browser, simulator, shop, settings = {}) {
  const context = await browser.newContext({ permissions: ["clipboard-write"], viewport: { width: 1280, height: 900 }, ...settings });
  context.setDefaultTimeout(TIMEOUT);
  const faults = [];
  const known = [new URL(simulator.url).host, new URL(shop.url).host];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && !known.includes(url.host)) faults.push(`a request to ${url.host}`);
  });
  context.on("console", (message) => {
    // A refusal that a check asks for is told by the browser as well.
    const told = message.text().includes("422");
    if (["error", "warning"].includes(message.type()) && !told) faults.push(`the console: ${message.text()}`);
  });
  context.on("weberror", (error) => faults.push(`a script: ${error.error()}`));
  return { context, faults, known, page: await context.newPage() };
}

mkdirSync(screenshots, { recursive: true });
const profile = mkdtempSync(join(tmpdir(), "doku-browser-"));
const browser = await chromium.launch({ executablePath, args: [...ARGUMENTS, `--crash-dumps-dir=${profile}`], chromiumSandbox: false });
let [passed, failed] = [0, 0];
for (const { name, settings, run } of [...payment, ...timeline, ...sidecar]) {
  const shop = await startShop();
  let simulator = await startSimulator(shop);
  const restart = async () => {
    await simulator.stop();
    simulator = await startSimulator(shop, new URL(simulator.url).port);
  };
  const window = await openWindow(browser, simulator, shop, settings);
  const look = (file, options = {}) => window.page.screenshot({ path: join(screenshots, `${file}.png`), ...options });
  try {
    await run({ ...window, doku, shop, simulator: simulator.url, look, restart });
    if (window.faults.length > 0) throw new Error(window.faults.join("; "));
    passed += 1;
    console.log(`ok: ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}\n${error.stack}`);
    await look(`failed-${failed}`).catch(() => {});
  }
  await window.context.close();
  await simulator.stop();
  shop.stop();
}
await browser.close();
rmSync(profile, { recursive: true, force: true });
console.log(`screenshots are in ${screenshots}\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
