// Prints, as JSON, which payloads the generated zod schemas accept.
//
//     node accept.mjs MODULE PAYLOADS

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [module, payloads] = process.argv.slice(2);
const schemas = await import(pathToFileURL(resolve(module)).href);

const accepts = ({ component, text }) => schemas[`z${component}`].safeParse(JSON.parse(text)).success;

console.log(JSON.stringify(JSON.parse(readFileSync(payloads, "utf8")).map(accepts)));
