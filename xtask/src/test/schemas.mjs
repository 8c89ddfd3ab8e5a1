// Loads the draft-07 schemas with ajv in strict mode, and checks the violation vectors with them.
//
//     node schemas.mjs FOLDER      FOLDER has ajv in its node_modules
//
// Prints a line for each failure, and what was checked; the exit code is 1 when any failed.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const folder = "spec/generated/schemas/draft-07";
const Ajv = createRequire(resolve(process.argv[2], "any.js"))("ajv");

// What JSON Schema cannot say.
const UNSAID = ["x-sum", "x-decimal-places"];
// A number of JavaScript is rounded before ajv sees it.
const ROUNDED = /\d{16,}|\.\d{14,}/;

const failures = [];
const load = (name) => new Ajv({ strict: true }).compile(JSON.parse(readFileSync(`${folder}/${name}`, "utf8")));
const schemas = Object.fromEntries(readdirSync(folder).map((name) => [name, load(name)]));

let count = 0;
for (const line of readFileSync("spec/vectors/violations.ndjson", "utf8").trimEnd().split("\n")) {
  const { id, kind, payload, violations } = JSON.parse(line);
  if (kind !== "request" || ROUNDED.test(payload)) continue;
  const expected = violations.every(({ rule }) => UNSAID.includes(rule));
  const found = schemas["GenerateOrderRequest.json"](JSON.parse(payload));
  if (found !== expected) failures.push(`${id}: ${found ? "accepted" : "refused"}`);
  count += 1;
}
for (const failure of failures) console.log(failure);
console.log(`ajv in strict mode: ${Object.keys(schemas).length} schemas, ${count} vectors, ${failures.length} failures`);
process.exit(failures.length === 0 && count > 200 ? 0 : 1);
