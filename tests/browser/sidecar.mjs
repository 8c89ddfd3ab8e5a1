// The sidecar's page, as the people of a shop use it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const TOKEN = "a-token-of-the-browser";
const SIGNED_IN = { httpCredentials: { username: "anyone", password: TOKEN } };
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const DARK = { colorScheme: "dark" };
const EXAMPLE = JSON.parse(readFileSync(new URL("../../spec/examples/generate_order.request.minimal.json", import.meta.url)));

// Starts a sidecar before the simulator, and lets the check see it; the shop takes its effects.
function withSidecar(name, settings, check) {
  const run = async (test) => {
    const folder = mkdtempSync(join(tmpdir(), "doku-sidecar-"));
    const write = (file, text) => (writeFileSync(join(folder, file), text, { mode: 0o600 }), JSON.stringify(join(folder, file)));
    const config = `
      environment = "${test.simulator}"
      client_id = "SIM-0001-0000000000001"
      secret_key_file = ${write("key", "SK-simulator-known-to-everyone")}
      store = ${JSON.stringify(join(folder, "doku.db"))}
      api.listen = "127.0.0.1:0"
      api.tokens_file = ${write("tokens", TOKEN)}
      notifications.listen = "127.0.0.1:0"
      forward.url = "${test.shop.url}/effects"
      forward.secret_files = [${write("forward", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")}]`;
    write("sidecar.toml", config);
    const process = spawn(resolve(test.doku), ["sidecar", "--json", "--config", join(folder, "sidecar.toml")]);
    process.stderr.resume();
    const ended = new Promise((done) => process.on("exit", done));
    try {
      const sidecar = await addresses(process);
      test.known.push(new URL(sidecar.api).host);
      await check({ ...test, ...sidecar });
    } finally {
      process.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { name, settings: { ...SIGNED_IN, ...settings }, run };
}

async function addresses(process) {
  for await (const line of createInterface(process.stdout)) {
    const { event, api, notifications } = JSON.parse(line);
    if (event === "listening") return { api: `http://${api}`, notifications: `http://${notifications}/payments/notifications` };
  }
  throw new Error("the sidecar said no address");
}

function call(url, body, headers = {}) {
  return fetch(url, { method: body && "POST", headers, body });
}

async function place({ api }, invoiceNumber) {
  const order = structuredClone(EXAMPLE);
  order.order.invoice_number = invoiceNumber;
  const answer = await call(`${api}/orders`, JSON.stringify(order), { authorization: `Bearer ${TOKEN}` });
  assert.equal(answer.status, 201, await answer.text());
}

// Has the simulator send a notification to the sidecar.
async function notify({ simulator, notifications }, kind, invoiceNumber) {
  const body = JSON.stringify({ kind, invoice_number: invoiceNumber, url: notifications });
  const answer = await call(`${simulator}/simulator/trigger`, body);
  assert.equal(answer.status, 200, await answer.text());
}

async function effect({ api }, id, is) {
  for (;;) {
    const found = await (await call(`${api}/effects/${id}`, undefined, { authorization: `Bearer ${TOKEN}` })).json();
    if (is(found)) return;
  }
}

// Fills the store with something of everything.
async function fill(test) {
  for (const [at, kind] of ["success", "failed", "expired", "refunded"].entries()) {
    const invoiceNumber = `INV-20260105-000${at + 1}`;
    await place(test, invoiceNumber);
    await notify(test, kind, invoiceNumber);
    await effect(test, at + 1, ({ done }) => done);
  }
  await place(test, "INV-20260105-0005");
  await place(test, "INV-20260105-0006");
  await notify(test, "wrong-amount", "INV-20260105-0006");
  test.shop.answer = 410;
  await place(test, "INV-20260105-0007-AVERYLONGNUMBEROFANORDERTHATDOESNOTEND");
  await notify(test, "success", "INV-20260105-0007-AVERYLONGNUMBEROFANORDERTHATDOESNOTEND");
  await effect(test, 5, ({ dead }) => dead);
  await place(test, "<script>alert(1)</script>");
  await notify(test, "unknown-invoice", "INV-20260105-0005");
}

async function assertFits(page) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= screen, `the page is ${content} wide on a screen of ${screen}`);
}

function titles(page) {
  return page.locator("h2").allTextContents();
}

export const checks = [
  withSidecar("the sidecar's page shows what is unresolved first, searches, and shows one order", {}, async (test) => {
    const { page, api, look } = test;
    await page.goto(`${api}/page`);
    await page.getByText("No order has been placed yet.").waitFor();
    await look("sidecar-empty-desktop-light");
    await fill(test);
    await page.reload();
    assert.deepEqual(await titles(page), ["Unresolved orders", "Dead letters", "All orders"]);
    await look("sidecar-list-desktop-light", { fullPage: true });
    // The style of the page is in force: the policy names it.
    assert.equal(await page.locator(".rows").first().evaluate((rows) => getComputedStyle(rows).listStyleType), "none");
    await page.getByLabel("Invoice number").fill(" INV-20260105-0004");
    await page.keyboard.press("Enter");
    await page.waitForURL(/invoice=/);
    assert.deepEqual(await titles(page), ["Orders that begin with INV-20260105-0004"]);
    await page.getByRole("link", { name: "INV-20260105-0004" }).click();
    await page.getByRole("heading", { name: "INV-20260105-0004" }).waitFor();
    await page.getByRole("img", { name: "State of the order: REFUNDED" }).waitFor();
    await look("sidecar-order-desktop-light", { fullPage: true });
    await page.getByRole("link", { name: "DOKU sidecar" }).click();
    await page.getByRole("link", { name: "<script>alert(1)</script>" }).click();
    await page.getByRole("heading", { name: "<script>alert(1)</script>" }).waitFor();
    await page.goto(`${api}/page?list=aside`);
    await look("sidecar-aside-desktop-light", { fullPage: true });
  }),
  withSidecar("the sidecar's page on a phone", { ...PHONE, javaScriptEnabled: false }, async (test) => {
    const { page, api, look } = test;
    await fill(test);
    await page.goto(`${api}/page`);
    await look("sidecar-list-phone-light", { fullPage: true });
    await page.getByRole("link", { name: "INV-20260105-0006" }).first().click();
    await page.getByText("a genuine message names another amount than the order's").waitFor();
    await look("sidecar-order-phone-light", { fullPage: true });
  }),
  withSidecar("the sidecar's page in Indonesian, at night, on a phone", { ...PHONE, ...DARK }, async (test) => {
    const { page, api, look } = test;
    await fill(test);
    await page.goto(`${api}/page`);
    await page.getByRole("link", { name: "Bahasa Indonesia" }).click();
    await page.getByText("Semua pesanan").waitFor();
    assert.equal(await page.getAttribute("html", "lang"), "id");
    await assertFits(page);
    await look("sidecar-list-phone-dark-id", { fullPage: true });
    await page.getByRole("link", { name: "INV-20260105-0002" }).click();
    await page.getByText("Pembayaran gagal.").waitFor();
    await assertFits(page);
    await look("sidecar-order-phone-dark-id", { fullPage: true });
  }),
  withSidecar("the sidecar's page at night", DARK, async (test) => {
    const { page, api, look } = test;
    await fill(test);
    await page.goto(`${api}/page`);
    await look("sidecar-list-desktop-dark");
    await page.getByRole("link", { name: /AVERYLONGNUMBER/ }).first().click();
    await page.getByText("answered 410").waitFor();
    await look("sidecar-order-desktop-dark", { fullPage: true });
    await page.goto(`${api}/page/order?invoice=unknown`);
    await page.getByText("neither an order nor a notification").waitFor();
    await look("sidecar-unknown-desktop-dark");
    // The browser's own word on the status.
    test.faults.splice(0);
  }),
];
