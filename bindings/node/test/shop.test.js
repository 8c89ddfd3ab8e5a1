'use strict'

const assert = require('node:assert/strict')
const { once } = require('node:events')
const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { createInterface } = require('node:readline')
const test = require('node:test')

const { CLIENT_ID, SECRET_KEY, freePort, notification, simulator, start } = require('./doku.js')

const SHOP = path.join(__dirname, '../examples/shop.mjs')
const TARGET = '/payments/notifications'

test('the shop of the example sells, survives a kill, and is told of the payment', { timeout: 120_000 }, async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-node-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const port = await freePort()
  const environment = await simulator(t, `http://127.0.0.1:${port}${TARGET}`)
  const credentials = { DOKU_CLIENT_ID: CLIENT_ID, DOKU_SECRET_KEY: SECRET_KEY }
  const store = { DOKU_STORE: path.join(folder, 'doku.db') }
  const env = { ...process.env, ...credentials, ...store, PORT: port, DOKU_ENVIRONMENT: environment }
  const opened = []
  const open = () => start(t, process.execPath, [SHOP], { env }, opened)
  const shop = await open()
  const front = async () => (await fetch(shop)).text()

  const [action] = (await front()).match(/\/buy\/[0-9a-f-]{36}/)
  const buy = () => fetch(shop + action, { method: 'POST', redirect: 'manual' })
  const bought = await buy()
  assert.equal(bought.status, 303)
  opened[0].kill('SIGKILL')
  await once(opened[0], 'exit')
  await open()
  // A double click, and the shop died in between: the same order.
  assert.equal((await buy()).headers.get('location'), bought.headers.get('location'))
  assert.match(await front(), /<ul><li>INV-[0-9a-f]{32}: Rp100000 PENDING<\/ul>/)

  for (const body of [undefined, '{}', 'no json']) {
    const headers = { 'content-type': 'application/json' }
    assert.equal((await fetch(shop + TARGET, { method: 'POST', headers, body })).status, 401)
  }
  assert.match(await front(), /: Rp100000 PENDING/)

  // Genuine, about another amount or another order: acknowledged as DOKU expects, and nothing is paid.
  const number = (await front()).match(/INV-[0-9a-f]{32}/)[0]
  for (const [invoiceNumber, amount] of [[number, 1_000], ['INV-0', 100_000]]) {
    const { headers, body } = notification(invoiceNumber, { amount })
    const answer = await fetch(shop + TARGET, { method: 'POST', headers, body })
    assert.match(answer.headers.get('content-type'), /^application\/json/)
    assert.equal(await answer.text(), '{"responseCode":"2000000","responseMessage":"Successful"}')
  }
  assert.match(await front(), /: Rp100000 PENDING/)

  const shipped = once(createInterface({ input: opened[1].stdout }), 'line')
  await fetch(`${bought.headers.get('location')}/pay`, { method: 'POST', redirect: 'manual' })
  // The simulator answers the button before its notification is acknowledged.
  while (/PENDING/.test(await front()));
  assert.match(await front(), /: Rp100000 SUCCESS/)
  assert.deepEqual(await shipped, [`1 ${number} SUCCESS`])
})
