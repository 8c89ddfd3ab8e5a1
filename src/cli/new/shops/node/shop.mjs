// A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";

const token = readFileSync("secrets/token", "utf8").trim();
const secret = Buffer.from(readFileSync("secrets/webhook", "utf8").trim().replace("whsec_", ""), "base64");

// One number for one cart: a second click makes no second order.
async function buy(cart, page) {
  const order = JSON.parse(readFileSync("order.json", "utf8"));
  order.order.invoice_number = cart;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch("http://127.0.0.1:4100/orders", { method: "POST", headers, body: JSON.stringify(order) });
  const said = await answer.json();
  if (said.payment_url) page.writeHead(303, { location: said.payment_url }).end();
  else page.writeHead(answer.status).end(JSON.stringify(said));
}

// Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
function effect(request, body, page) {
  const [id, sent, given] = ["id", "timestamp", "signature"].map((name) => request.headers[`webhook-${name}`] ?? "");
  const ours = createHmac("sha256", secret).update(`${id}.${sent}.`).update(body).digest();
  const isOurs = (mac) => mac.length === ours.length && timingSafeEqual(mac, ours);
  const genuine = given.split(" ").some((theirs) => isOurs(Buffer.from(theirs.replace("v1,", ""), "base64")));
  const fresh = Math.abs(Date.now() / 1000 - sent) < 300;
  if (genuine && fresh) writeFileSync(`effects/${id}.json`, body);
  page.writeHead(genuine && fresh ? 204 : 401).end();
}

// All else: the front page, and the server.
async function serve(request, page) {
  const body = await buffer(request);
  if (request.url === "/effects") effect(request, body, page);
  else if (request.method === "POST") await buy(request.url.replace("/buy/", ""), page);
  else page.setHeader("content-type", "text/html").end(`<form method=post action=/buy/INV-${randomUUID()}><button>Pay later</button></form>`);
}

const failed = (page) => (error) => page.writeHead(500).end(String(error));
createServer((request, page) => serve(request, page).catch(failed(page))).listen(8080, "127.0.0.1");
