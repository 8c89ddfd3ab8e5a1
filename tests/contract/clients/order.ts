// Places an order with the types that openapi-typescript made, looks at it, and meets a violation.

import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./sidecar.js";

const { SIDECAR: baseUrl, TOKEN: token, DOKU_ORDER: file } = process.env;
const orders = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
const text = readFileSync(file ?? "", "utf8");
const body: components["schemas"]["GenerateOrder"] = JSON.parse(text);

body.order.invoice_number = "INV-TYPESCRIPT";
const { data: placed } = await orders.POST("/orders", { body });
const path = { invoice_number: "INV-TYPESCRIPT" };
const { data: found } = await orders.GET("/orders/{invoice_number}", { params: { path } });
if (!placed || !found || placed.payment_url !== found.payment_url || found.effects.length > 0) {
  throw new Error("the order is not what was placed");
}

body.order.invoice_number = "INV-TYPESCRIPT-2";
body.order.amount = 0;
const { error: problem, response } = await orders.POST("/orders", { body });
if (!problem || !("violations" in problem)) {
  throw new Error("an order of nothing was placed");
}
const [violation] = problem.violations;
console.log(placed.state, found.state, response.status, problem.code, violation?.pointer, violation?.code);
