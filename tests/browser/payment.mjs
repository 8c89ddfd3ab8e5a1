// The payment page, as customers have it.

import assert from "node:assert/strict";

import { generate } from "./shop.mjs";

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const DARK = { colorScheme: "dark" };

// Makes an order, opens its payment page and returns the path of it.
async function open({ page, simulator, shop }, { query = "", invoiceNumber = "INV-20260105-0001" } = {}) {
  const { status, body } = await generate(simulator, shop, invoiceNumber);
  assert.equal(status, 200, JSON.stringify(body));
  await page.goto(body.payment.url + query);
  return body.payment.url;
}

async function status(simulator) {
  const { orders } = await (await fetch(`${simulator}/simulator/orders`)).json();
  return orders[0].status;
}

// The page is as wide as the screen.
async function assertFits(page) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= screen, `the page is ${content} wide on a screen of ${screen}`);
}

function leads(button, path, expected, settings) {
  return {
    name: `${button} leads to ${path} and notifies`,
    settings,
    run: async (test) => {
      await open(test);
      await test.page.getByRole("button", { name: button }).click();
      await test.page.waitForURL(test.shop.url + path);
      assert.equal(await status(test.simulator), expected);
      assert.deepEqual(test.shop.received.map((body) => body.transaction.status), [expected]);
    },
  };
}

export const checks = [
  leads(/^Pay Rp/, "/thanks", "SUCCESS"),
  leads("Decline", "/cancelled", "FAILED"),
  leads("Let it expire", "/cancelled", "EXPIRED"),
  {
    name: "back to the shop without paying leaves the order as it is",
    run: async (test) => {
      await open(test);
      await test.look("payment-desktop-light");
      await test.page.getByRole("link", { name: "Back to the shop without paying" }).click();
      await test.page.waitForURL(`${test.shop.url}/cancelled`);
      assert.equal(await status(test.simulator), "PENDING");
      assert.equal(test.shop.received.length, 0);
    },
  },
  {
    name: "a declined order says that it can be tried again, and can",
    settings: PHONE,
    run: async (test) => {
      const url = await open(test);
      await test.page.getByRole("button", { name: "Decline" }).click();
      await test.page.waitForURL(`${test.shop.url}/cancelled`);
      await test.page.goto(url);
      await test.page.getByText("You can try again until").waitFor();
      await test.look("payment-declined-phone-light", { fullPage: true });
      await assertFits(test.page);
      await test.page.getByRole("button", { name: /^Pay Rp/ }).click();
      await test.page.waitForURL(`${test.shop.url}/thanks`);
      assert.deepEqual(test.shop.received.map((body) => body.transaction.status), ["FAILED", "SUCCESS"]);
    },
  },
  {
    name: "Indonesian, on a phone at night",
    settings: { ...PHONE, ...DARK },
    run: async (test) => {
      const url = await open(test, { query: "?lang=id" });
      assert.equal(await test.page.getAttribute("html", "lang"), "id");
      assert.match(await test.page.textContent("main"), /Bayar sebelum.*\d\d:\d\d WIB/s);
      await assertFits(test.page);
      await test.look("payment-phone-dark-id", { fullPage: true });
      await test.page.getByRole("button", { name: /^Bayar Rp/ }).click();
      await test.page.waitForURL(`${test.shop.url}/thanks`);
      await test.page.goto(`${url}?lang=id`);
      await test.page.getByText("Sudah dibayar.").waitFor();
      await test.look("payment-paid-phone-dark-id", { fullPage: true });
    },
  },
  {
    name: "the keyboard alone pays, without a script",
    settings: { ...PHONE, javaScriptEnabled: false },
    run: async (test) => {
      await open(test);
      const names = [];
      for (let at = 0; at < 2; at += 1) {
        await test.page.keyboard.press("Tab");
        names.push(await test.page.locator(":focus").textContent());
      }
      assert.match(names.join(", "), /^Bahasa Indonesia, Pay Rp/);
      await test.look("payment-focus-phone-light", { fullPage: true });
      await test.page.keyboard.press("Enter");
      await test.page.waitForURL(`${test.shop.url}/thanks`);
      assert.equal(await status(test.simulator), "SUCCESS");
    },
  },
  {
    name: "many items are folded, so that the buttons stay near",
    settings: PHONE,
    run: async (test) => {
      const items = [...Array(50).keys()].map((at) => ({ name: `Barang ${at + 1}`, price: 2_000, quantity: 1, id: `${at}`, category: "others" }));
      const change = (order) => (order.order.line_items = items);
      const { body } = await generate(test.simulator, test.shop, "INV-50", { change });
      await test.page.goto(body.payment.url);
      await test.look("payment-many-items-phone-light", { fullPage: true });
      assert.ok(!(await test.page.getByText("Barang 50").isVisible()));
      await test.page.getByText("46 more items").click();
      await test.page.getByText("Barang 50").waitFor();
      await assertFits(test.page);
    },
  },
  {
    name: "an address of no order says so",
    settings: DARK,
    run: async (test) => {
      const answer = await test.page.goto(`${test.simulator}/pay/unknown`);
      assert.equal(answer.status(), 404);
      await test.page.getByText("There is no order at this address.").waitFor();
      await test.look("payment-unknown-desktop-dark");
      // The browser's own word on the status.
      test.faults.splice(0);
    },
  },
];
