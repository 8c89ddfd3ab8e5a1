'use strict'

const assert = require('node:assert/strict')
const path = require('node:path')
const test = require('node:test')

const { CLIENT_ID, SECRET_KEY, freePort, simulator, start } = require('./doku.js')

const SHOP = path.join(__dirname, '../examples/shop.mjs')
const TARGET = '/payments/notifications'

test('the shop of the example sells, and is told of the payment', { timeout: 120_000 }, async (t) => {
  const port = await freePort()
  const environment = await simulator(t, `http://127.0.0.1:${port}${TARGET}`)
  const credentials = { DOKU_CLIENT_ID: CLIENT_ID, DOKU_SECRET_KEY: SECRET_KEY }
  const env = { ...process.env, ...credentials, PORT: port, DOKU_ENVIRONMENT: environment }
  const shop = await start(t, process.execPath, [SHOP], { env })
  const front = async () => (await fetch(shop)).text()

  const bought = await fetch(`${shop}/buy`, { method: 'POST', redirect: 'manual' })
  assert.equal(bought.status, 303)
  assert.match(await front(), /INV-\d+: Rp100000 PENDING/)

  for (const body of [undefined, '{}', 'no json']) {
    const headers = { 'content-type': 'application/json' }
    assert.equal((await fetch(shop + TARGET, { method: 'POST', headers, body })).status, 401)
  }
  assert.match(await front(), /INV-\d+: Rp100000 PENDING/)

  await fetch(`${bought.headers.get('location')}/pay`, { method: 'POST', redirect: 'manual' })
  // The gateway answers the button before its notification is acknowledged.
  while (/PENDING/.test(await front()));
  assert.match(await front(), /INV-\d+: Rp100000 SUCCESS/)
})
