// A shop that knows the simulator from its documentation alone: it signs orders, and answers notifications as it is told.

import { createHash, createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const TARGET = "/indodana-peer-to-peer/v2/generate-order";
const CLIENT_ID = "SIM-0001-0000000000001";
const SECRET_KEY = "SK-simulator-known-to-everyone";
const ITEMS = [
  { name: "Kopi susu gula aren", price: 18_500.5, quantity: 2, id: "1", category: "food-and-beverage" },
  { name: "Teh melati", price: 12_999, quantity: 1, id: "2", category: "food-and-beverage" },
  { name: "Ayam geprek dengan sambal matah, porsi besar untuk dua orang", price: 50_000, quantity: 1, id: "3", category: "food-and-beverage" },
];
const EXAMPLE = JSON.parse(readFileSync(new URL("../../spec/examples/generate_order.request.minimal.json", import.meta.url)));

export async function startShop() {
  const shop = { answer: 200, received: [], visits: [] };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "POST") {
        shop.received.push(JSON.parse(Buffer.concat(chunks)));
        response.writeHead(shop.answer, { "content-type": "application/json" });
        response.end(JSON.stringify({ message: shop.answer === 200 ? "OK" : "the shop's database is away" }));
      } else {
        if (!request.url.startsWith("/favicon")) shop.visits.push(request.url);
        response.writeHead(200, { "content-type": "text/html" });
        response.end('<!doctype html><link rel="icon" href="data:,"><title>Shop</title><h1>The shop</h1>');
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  shop.url = `http://127.0.0.1:${server.address().port}`;
  shop.notificationUrl = `${shop.url}/payments/notifications`;
  shop.stop = () => server.close();
  return shop;
}

// Generates an order and returns the simulator's answer.
export async function generate(simulator, shop, invoiceNumber, { key = SECRET_KEY, change = () => {} } = {}) {
  const order = structuredClone(EXAMPLE);
  order.order.invoice_number = invoiceNumber;
  order.order.line_items = structuredClone(ITEMS);
  order.order.callback_url = `${shop.url}/thanks`;
  order.order.callback_url_cancel = `${shop.url}/cancelled`;
  change(order);
  const body = JSON.stringify(order);
  const requestId = randomUUID();
  const clock = await (await fetch(`${simulator}/simulator/clock`)).json();
  const lines = [
    `Client-Id:${CLIENT_ID}`,
    `Request-Id:${requestId}`,
    `Request-Timestamp:${clock.time}`,
    `Request-Target:${TARGET}`,
    `Digest:${createHash("sha256").update(body).digest("base64")}`,
  ];
  const signature = createHmac("sha256", key).update(lines.join("\n")).digest("base64");
  const answer = await fetch(simulator + TARGET, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "client-id": CLIENT_ID,
      "request-id": requestId,
      "request-timestamp": clock.time,
      signature: `HMACSHA256=${signature}`,
    },
    body,
  });
  return { status: answer.status, body: await answer.json() };
}
