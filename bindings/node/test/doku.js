'use strict'

// The command `doku` as a process, and what the tests share.

const { execFileSync, spawn } = require('node:child_process')
const { randomUUID } = require('node:crypto')
const { once } = require('node:events')
const { readFileSync } = require('node:fs')
const http = require('node:http')
const net = require('node:net')
const path = require('node:path')
const { createInterface } = require('node:readline')

const { digest, sign } = require('..')

const ROOT = path.resolve(__dirname, '../../..')

/** The simulator's credentials, known to everyone. */
const CLIENT_ID = 'SIM-0001-0000000000001'
const SECRET_KEY = 'SK-simulator-known-to-everyone'

/** Returns the text of a file below `spec`. */
function spec(name) {
  return readFileSync(path.join(ROOT, 'spec', name), 'utf8')
}

/** Returns a request of the contract with an invoice number of its own. */
function order(changes = {}) {
  const request = JSON.parse(spec('examples/generate_order.request.minimal.json'))
  Object.assign(request.order, changes)
  return request
}

/** Returns headers and body of a notification as DOKU signs it now. */
function notification(invoice_number, { amount = 100_000, status = 'SUCCESS', key = SECRET_KEY } = {}) {
  const body = Buffer.from(JSON.stringify({ order: { invoice_number, amount }, transaction: { status } }))
  const [requestId, requestTimestamp] = [randomUUID(), new Date()]
  const parts = { clientId: CLIENT_ID, requestId, requestTimestamp, target: '/payments/notifications' }
  const headers = {
    'Client-Id': CLIENT_ID,
    'Request-Id': requestId,
    'Request-Timestamp': `${requestTimestamp.toISOString().slice(0, 19)}Z`,
    Signature: sign(key, { ...parts, digest: digest(body) }),
  }
  return { headers, body }
}

/** Starts `doku simulator`; its notifications go to `url`. Stopped after the test `t`. */
async function simulator(t, url) {
  const options = ['build', '--package', 'doku-cli', '--message-format', 'json-render-diagnostics']
  const built = execFileSync('cargo', options, { cwd: ROOT, maxBuffer: 64e6, stdio: ['ignore', 'pipe', 'inherit'] })
  const messages = built
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  const { executable } = messages.find((message) => message.executable && message.target.name === 'doku')
  return start(t, executable, ['simulator', '--port', '0', '--notification-url', url])
}

/** Starts a program, adds it to `started`, and returns the URL that it prints first. Stopped after the test `t`. */
async function start(t, program, options, settings = {}, started = []) {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'], ...settings })
  started.push(child)
  let errors = ''
  child.stderr.on('data', (data) => (errors += data))
  t.after(() => child.kill())
  const lines = createInterface({ input: child.stdout })
  return new Promise((resolve, reject) => {
    lines.once('line', resolve)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}\n${errors}`)))
  })
}

/**
 * Starts a server on a free port of 127.0.0.1, which hands each request with its raw body to `handle` and answers with
 * the status that it returns. Stopped after the test `t`.
 */
async function server(t, handle) {
  const listening = http.createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    response.writeHead(handle(request, Buffer.concat(chunks))).end()
  })
  t.after(() => listening.close())
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${listening.address().port}`
}

/** Returns a port of 127.0.0.1 that is free now. */
async function freePort() {
  const listening = net.createServer().listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address()
  listening.close()
  await once(listening, 'close')
  return port
}

/** Returns a promise and what settles it. */
function promise() {
  const parts = {}
  parts.done = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }))
  return parts
}

module.exports = { CLIENT_ID, ROOT, SECRET_KEY, freePort, notification, order, promise, server, simulator, spec, start }
