'use strict'

const assert = require('node:assert/strict')
const path = require('node:path')
const test = require('node:test')

const { digest, sign } = require('..')
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

  // Genuine, about another amount or another order: acknowledged as DOKU expects, and nothing is paid.
  const number = (await front()).match(/INV-\d+/)[0]
  for (const [invoice_number, amount] of [[number, 1_000], ['INV-0', 100_000]]) {
    const body = JSON.stringify({ order: { invoice_number, amount }, transaction: { status: 'SUCCESS' } })
    const parts = { clientId: CLIENT_ID, requestId: 'r', target: TARGET, digest: digest(Buffer.from(body)) }
    const time = '2026-01-05T08:45:42Z'
    const headers = {
      'Client-Id': CLIENT_ID,
      'Request-Id': 'r',
      'Request-Timestamp': time,
      Signature: sign(SECRET_KEY, { ...parts, requestTimestamp: time }),
    }
    const answer = await fetch(shop + TARGET, { method: 'POST', headers, body })
    assert.match(answer.headers.get('content-type'), /^application\/json/)
    assert.equal(await answer.text(), '{"responseCode":"2000000","responseMessage":"Successful"}')
  }
  assert.match(await front(), /INV-\d+: Rp100000 PENDING/)

  await fetch(`${bought.headers.get('location')}/pay`, { method: 'POST', redirect: 'manual' })
  // The simulator answers the button before its notification is acknowledged.
  while (/PENDING/.test(await front()));
  assert.match(await front(), /INV-\d+: Rp100000 SUCCESS/)
})
