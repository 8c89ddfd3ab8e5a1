// The timeline, as a newcomer with a shop uses it.

import assert from "node:assert/strict";

import { generate } from "./shop.mjs";

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const DARK = { colorScheme: "dark" };
const INVOICE = "INV-20260105-0001";

async function open({ page, simulator }, query = "") {
  await page.goto(simulator + "/" + query);
  if (await page.evaluate(() => document.scripts.length > 0)) await page.locator("#connection.on").waitFor();
}

function card(page, invoiceNumber = INVOICE) {
  return page.locator(`#order-${invoiceNumber}`);
}

// Returns the rows of attempts that the shop answered like this.
function answered(page, status) {
  return card(page).locator(".row", { hasText: `answered ${status}` });
}

async function count(rows, number) {
  await rows.nth(number - 1).waitFor();
  assert.equal(await rows.count(), number);
}

async function assertFits(page) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= screen, `the page is ${content} wide on a screen of ${screen}`);
}

export const checks = [
  {
    name: "an empty timeline tells how to point a shop here",
    run: async (test) => {
      await open(test);
      for (const text of [test.simulator, "SIM-0001-0000000000001", "SK-simulator-known-to-everyone", test.shop.notificationUrl]) {
        await test.page.locator("#setup dd code", { hasText: text }).first().waitFor();
      }
      await test.page.locator("#setup").getByRole("button", { name: "Copy" }).first().click();
      await test.page.getByRole("button", { name: "Copied" }).waitFor();
      await test.page.getByRole("button", { name: "Copied" }).waitFor({ state: "detached" });
      await test.look("timeline-empty-desktop-light", { fullPage: true });
      await open(test, "?lang=id");
      await test.page.getByText("Arahkan toko ke sini").waitFor();
      await test.look("timeline-empty-desktop-light-id");
    },
  },
  {
    name: "an order appears by itself, is paid, notified, repeated and sent again",
    run: async (test) => {
      const { page, shop } = test;
      await open(test);
      await page.evaluate(() => (window.neverReloaded = true));
      shop.answer = 500;
      await generate(test.simulator, shop, INVOICE);
      await card(page).getByText("accepted").waitFor();
      await card(page).getByRole("button", { name: "Pay", exact: true }).click();
      await count(answered(page, 500), 1);
      await page.locator("#now").getByText(`${INVOICE} notification 1`).waitFor();
      await page.getByRole("button", { name: "+30 min" }).click();
      await count(answered(page, 500), 2);
      shop.answer = 200;
      await card(page).getByRole("button", { name: "Send again" }).click();
      await count(answered(page, 200), 1);
      assert.equal(shop.received.length, 3);
      assert.match(await page.textContent("#news"), /Done|answered 200|Selesai/);
      await answered(page, 200).locator("summary").click();
      await answered(page, 200).getByText("Request-Target:/payments/notifications").waitFor();
      await test.look("timeline-paid-desktop-light", { fullPage: true });
      await card(page).getByRole("button", { name: "Refund" }).click();
      await card(page).locator(".badge.refunded").first().waitFor();
      assert.ok(await answered(page, 200).first().locator("details").evaluate((details) => details.open));
      assert.ok(await page.evaluate(() => window.neverReloaded), "the page was loaded anew");
    },
  },
  {
    name: "a fault that is asked for lets the notification arrive twice",
    settings: DARK,
    run: async (test) => {
      const { page, shop } = test;
      await open(test);
      await page.locator("#faults select").selectOption("notify-duplicate");
      await page.getByText("the same notification several times at the same moment").first().waitFor();
      await page.getByRole("button", { name: "Ask for it" }).click();
      await page.locator("#armed code", { hasText: "notify-duplicate=2" }).waitFor();
      await generate(test.simulator, shop, INVOICE);
      await test.look("timeline-fault-desktop-dark");
      await card(page).getByRole("button", { name: "Pay", exact: true }).click();
      await count(answered(page, 200), 2);
      assert.equal(shop.received.length, 2);
      await page.locator("#armed code").waitFor({ state: "detached" });
      await card(page).getByText("by the fault notify-duplicate=2").waitFor();
      await test.look("timeline-duplicate-desktop-dark");
    },
  },
  {
    name: "a refusal says why, with the string to sign",
    settings: PHONE,
    run: async (test) => {
      const { page, shop } = test;
      await open(test);
      const { status } = await generate(test.simulator, shop, INVOICE, { key: "SK-another-key" });
      assert.equal(status, 400);
      const row = page.locator("#simulator .row.bad");
      await row.getByText("Compare line by line").waitFor();
      await row.locator("summary").click();
      await row.getByText("Request-Target:/indodana-peer-to-peer/v2/generate-order").waitFor();
      await row.scrollIntoViewIfNeeded();
      await assertFits(page);
      await test.look("timeline-refusal-phone-light", { fullPage: true });
    },
  },
  {
    name: "Indonesian, on a phone at night",
    settings: { ...PHONE, ...DARK },
    run: async (test) => {
      const { page, shop } = test;
      await open(test, "?lang=id");
      await generate(test.simulator, shop, INVOICE);
      await card(page).getByRole("button", { name: "Tolak" }).click();
      await card(page).locator(".row", { hasText: "dijawab 200" }).waitFor();
      await assertFits(page);
      await test.look("timeline-phone-dark-id", { fullPage: true });
      await page.locator("#switches > summary").click();
      await page.locator("#trigger > summary").click();
      await assertFits(page);
      await test.look("timeline-controls-phone-dark-id", { fullPage: true });
    },
  },
  {
    name: "switches, triggers and mistakes",
    run: async (test) => {
      const { page, shop } = test;
      await generate(test.simulator, shop, INVOICE);
      await open(test);
      await page.locator("#switches > summary").click();
      await page.getByLabel("failed D-26").selectOption("final");
      await page.locator("#switch-form").getByRole("button", { name: "Set" }).click();
      await page.locator("#simulator .row", { hasText: "failed=final" }).waitFor();
      await page.locator("#switch-form .changed").waitFor();
      await page.locator("#trigger > summary").click();
      await page.locator("#trigger select").selectOption("forged");
      await page.locator("#trigger [name=invoice_number]").fill(INVOICE);
      await page.locator("#trigger").getByRole("button", { name: "Send" }).click();
      await card(page).getByText("by the fault notify-forged").waitFor();
      await page.locator("#faults select").selectOption("latency");
      await page.getByRole("textbox", { name: "Parameter" }).fill("soon");
      await page.getByRole("button", { name: "Ask for it" }).click();
      await page.locator("#alert", { hasText: "its parameter is a time of at most an hour" }).waitFor();
      await test.look("timeline-controls-desktop-light", { fullPage: true });
    },
  },
  {
    name: "without a script the forms lead back to the page",
    settings: { javaScriptEnabled: false },
    run: async (test) => {
      const { page, shop } = test;
      await page.goto(test.simulator);
      await page.getByText("SK-simulator-known-to-everyone").first().waitFor();
      assert.equal(await page.getByRole("button", { name: "Copy" }).count(), 0);
      await generate(test.simulator, shop, INVOICE);
      await page.goto(test.simulator);
      await card(page).getByRole("button", { name: "Pay", exact: true }).click();
      await page.waitForURL(`${test.simulator}/#order-${INVOICE}`);
      await count(answered(page, 200), 1);
      await page.getByRole("button", { name: "+12 h" }).click();
      await page.locator("#simulator .row", { hasText: "The clock was moved forward" }).waitFor();
    },
  },
  {
    name: "the keyboard alone reaches an order and declines it",
    run: async (test) => {
      const { page, shop } = test;
      await generate(test.simulator, shop, INVOICE);
      await open(test);
      const names = [];
      for (let at = 0; at < 5; at += 1) {
        await page.keyboard.press("Tab");
        names.push((await page.locator(":focus").textContent()).trim());
      }
      assert.deepEqual(names, ["Skip to the controls", "Bahasa Indonesia", "Payment page", "Pay", "Decline"]);
      await test.look("timeline-focus-desktop-light");
      await page.keyboard.press("Enter");
      await card(page).locator(".badge.failed").first().waitFor();
      await count(answered(page, 200), 1);
      // The focus stays: the order can still be declined, or paid.
      assert.equal((await page.locator(":focus").textContent()).trim(), "Decline");
    },
  },
  {
    name: "another run of the simulator is another timeline",
    run: async (test) => {
      const { page, shop } = test;
      await open(test);
      await generate(test.simulator, shop, INVOICE);
      await card(page).waitFor();
      await test.restart();
      await page.getByText("No orders yet.").waitFor();
      await page.locator("#connection.on").waitFor();
      await generate(test.simulator, shop, INVOICE);
      await card(page).getByText("accepted").waitFor();
      // The browser tells of the time without a simulator.
      test.faults.splice(0);
    },
  },
  {
    name: "2,000 events are a quick page",
    run: async (test) => {
      const { page, shop } = test;
      await Promise.all([...Array(20).keys()].map(async (lane) => {
        for (let at = 0; at < 50; at += 1) await generate(test.simulator, shop, `INV-${lane}-${at}`);
      }));
      const start = performance.now();
      await open(test);
      const time = performance.now() - start;
      assert.ok(time < 5_000, `it took ${time} ms`);
      assert.equal(await page.locator(".row").count(), 200);
      await page.getByRole("link", { name: "Older events" }).click();
      await page.getByRole("link", { name: "Newer events" }).waitFor();
      assert.equal(await page.locator(".row").count(), 200);
      console.log(`   the page with 2,000 events came in ${Math.round(time)} ms`);
    },
  },
];
