// Runs the scripts of the Postman and the Bruno collection with the signature vectors.
//
//     node collections.mjs FOLDER      FOLDER has crypto-js in its node_modules
//
// Prints what was checked, and a line for each failure; the exit code is 1 when any failed.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const artifacts = "spec/generated";
const require = createRequire(resolve(process.argv[2], "any.js"));
const { vectors } = JSON.parse(readFileSync("spec/vectors/signatures.json", "utf8"));

const collection = JSON.parse(readFileSync(`${artifacts}/postman/doku-indodana.postman_collection.json`, "utf8"));
const event = (name) => collection.event.find(({ listen }) => listen === name).script.exec.join("\n");
const bru = readFileSync(`${artifacts}/bruno/collection.bru`, "utf8");
const block = (name) => bru.split(`${name} {\n`)[1].split("\n}\n")[0].replace(/^ {2}/gm, "");
const scripts = {
  postman: { request: event("prerequest"), answer: event("test") },
  bruno: { request: block("script:pre-request"), answer: block("tests") },
};

const failures = [];
const counts = {};
const expect = (what, id, found, wanted) => {
  counts[what] = (counts[what] ?? 0) + 1;
  if (found !== wanted) failures.push(`${what}: ${id}: found ${found}, wanted ${wanted}`);
};

// The signature is one text, whatever follows it.
const [text, ...others] = Object.values(scripts).flatMap(Object.values).map((script) => script.split("\n})();\n")[0] + "\n})();\n");
others.forEach((other, number) => expect("same text", number, other === text, true));
const signature = new Function("require", `${text}return signature;`)(require);

const bytes = ({ utf8, base64 }) => utf8 ?? Buffer.from(base64, "base64");
const label = (kind) => (kind === "response" ? "Response-Timestamp" : "Request-Timestamp");
// The scripts do not look for another target that would match.
const reason = (vector) => vector.reason?.replace("target_mismatch", "signature_mismatch") ?? null;
const short = (refusal) => refusal?.split(":")[0] ?? null;

// The first key that is right decides, as while a key is changed.
const refusal = (keys, verify) => keys.map(verify).reduce((one, other) => (one === null ? one : other));

for (const vector of vectors) {
  const { id, kind, client_id: clientId, request_id: requestId, timestamp, target, body, digest, keys, headers } = vector;
  if (body !== null) expect("digest", id, signature.digest(bytes(body)), digest);
  if (kind === "digest") continue;
  const parts = { label: label(kind), clientId, requestId, timestamp, target, digest };
  if (vector.string_to_sign !== null) expect("string to sign", id, signature.stringToSign(parts), vector.string_to_sign);
  if (kind === "request") {
    expect("sign", id, signature.sign(parts, keys[0]) === vector.signature, vector.result === "valid");
    continue;
  }
  const received = { label: label(kind), headers, body: bytes(body), clientId, target };
  expect("verify", id, short(refusal(keys, (key) => signature.refusal({ ...received, key }))), reason(vector));
}

// ---- the whole scripts, in what they see of Postman and Bruno ----

const fill = (variables) => (template) => template.replace(/\{\{(\$?\w+)\}\}/g, (all, name) => variables[name] ?? all);

const run = (script, names) => new Function("require", ...Object.keys(names), script)(require, ...Object.values(names));

/** A clock that stands still. */
const clock = (timestamp) => ({ Date: class extends Date { constructor() { super(timestamp); } } });

/** Takes the place of `test`, and tells how the test of the signature ended: null, or what was thrown. */
const recorder = () => {
  let found;
  const test = (name, check) => {
    if (!name.startsWith("the signature")) return;
    try {
      check();
      found = null;
    } catch (error) {
      found = error.message;
    }
  };
  return { test, outcome: () => found };
};

const postman = {
  sign({ method, body, target, timestamp }, variables) {
    const sent = {};
    const url = { path: target.slice(1).split("/"), variables: new Map(), update: (full) => (sent.url = full) };
    const headers = { upsert: ({ key, value }) => (sent[key] = value) };
    const request = { method, url, headers, body: body && { raw: body.utf8 } };
    const pm = {
      request,
      variables: { get: (name) => variables[name], set: () => {}, replaceIn: fill(variables) },
      test: (name) => (sent.failed = name),
      // Postman ends the script there.
      execution: { skipRequest: () => { throw new Error(`skipped: ${sent.failed}`); } },
    };
    run(scripts.postman.request, { pm, ...clock(timestamp) });
    return { ...sent, body: request.body?.raw };
  },
  verify({ headers, body, client_id, request_id, target }, key) {
    const { test, outcome } = recorder();
    const list = headers.map(([key, value]) => ({ key, value }));
    const variables = { request_target: target, secret_key: key };
    const sent = { "Client-Id": client_id, "Request-Id": request_id };
    const pm = {
      test,
      response: { headers: list, stream: Buffer.from(bytes(body)) },
      request: { headers: { get: (name) => sent[name] } },
      variables: { get: (name) => variables[name], replaceIn: (text) => text },
    };
    run(scripts.postman.answer, { pm });
    return outcome();
  },
};

const bruno = {
  sign({ method, body, target, timestamp }, variables) {
    const sent = { body: body?.utf8 };
    const req = {
      getUrl: () => `{{base_url}}${target}`, getPathParams: () => [], getMethod: () => method, getBody: () => sent.body,
      setBody: (text) => (sent.body = text), setHeader: (name, value) => (sent[name] = value),
      setUrl: (full) => (sent.url = full), disableParsingResponseJson: () => {},
    };
    run(scripts.bruno.request, { req, bru: { interpolate: fill(variables), setVar: () => {} }, ...clock(timestamp) });
    return sent;
  },
  verify({ headers, body, client_id, request_id, target }, key) {
    const { test, outcome } = recorder();
    const all = {};
    for (const [name, value] of headers) (all[name.toLowerCase()] ??= []).push(value);
    const sent = { "Client-Id": client_id, "Request-Id": request_id };
    const res = { getHeaders: () => all, getBody: () => body.utf8 };
    const names = { test, res, req: { getHeader: (name) => sent[name] } };
    run(scripts.bruno.answer, { ...names, bru: { getVar: () => target, interpolate: () => key } });
    return outcome();
  },
};

// What a program cannot be made to send is left to the function above: another clock, no text, blanks that are cut off.
const sendable = ({ kind, timestamp, body, method, client_id, keys }) =>
  kind === "request" && client_id && keys[0] && (body ? body.utf8 && body.utf8.trim() === body.utf8 : method === "GET") &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(timestamp) && new Date(timestamp).toISOString().startsWith(timestamp.slice(0, 19));

for (const [name, program] of Object.entries({ postman, bruno })) {
  for (const vector of vectors.filter(sendable)) {
    const { id, client_id, request_id, keys, target } = vector;
    const base_url = "https://api-sandbox.doku.example";
    const sent = program.sign(vector, { base_url, client_id, request_id, secret_key: keys[0] });
    const headers = { "Client-Id": client_id, "Request-Id": request_id, "Request-Timestamp": vector.timestamp };
    const wanted = { url: base_url + target, body: vector.body?.utf8, ...headers };
    for (const [what, value] of Object.entries(wanted)) expect(`${name}: ${what}`, id, sent[what], value);
    expect(`${name}: Signature`, id, sent.Signature === vector.signature, vector.result === "valid");
  }
  for (const vector of vectors.filter(({ kind, body }) => kind === "response" && body.utf8 !== undefined)) {
    const found = refusal(vector.keys, (key) => program.verify(vector, key));
    expect(`${name}: answer`, vector.id, short(found), reason(vector));
  }
  // Variables in a body are put in before it is signed.
  const base_url = "https://a.example";
  const variables = { base_url, client_id: "BRN-1", request_id: "r-1", secret_key: "SK", invoice_number: "INV-1" };
  const timestamp = "2026-01-05T03:00:00Z";
  const body = { utf8: '{"n":"{{invoice_number}}"}' };
  const sent = program.sign({ method: "POST", body, target: "/a", timestamp }, variables);
  expect(`${name}: variables`, "body", sent.body, '{"n":"INV-1"}');
  const digest = signature.digest('{"n":"INV-1"}');
  const parts = { label: "Request-Timestamp", clientId: "BRN-1", requestId: "r-1", timestamp, target: "/a", digest };
  expect(`${name}: variables`, "signature", sent.Signature, signature.sign(parts, "SK"));
  // Without a key nothing is sent, and that is said.
  let message = "sent";
  try {
    program.sign({ method: "GET", body: null, target: "/a", timestamp }, { ...variables, secret_key: "" });
  } catch (error) {
    message = error.message;
  }
  expect(`${name}: no key`, message, message.includes("the variable secret_key"), true);
}

for (const failure of failures) console.log(`failed: ${failure}`);
for (const [what, count] of Object.entries(counts)) console.log(`${what}: ${count}`);
process.exit(failures.length > 0 ? 1 : 0);
