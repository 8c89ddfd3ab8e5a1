'use strict'

const assert = require('node:assert/strict')
const { once } = require('node:events')
const net = require('node:net')
const test = require('node:test')
const { inspect } = require('node:util')

const { Client, PreparedOrder, SignedRequest, Verifier, digest, prepare, sign, signGet } = require('..')
const { CLIENT_ID, SECRET_KEY, freePort, order, promise, server, simulator } = require('./doku.js')

const TARGET = '/payments/notifications'
const credentials = { clientId: CLIENT_ID, secretKey: SECRET_KEY }

test('order, pay, notification, status', { timeout: 240_000 }, async (t) => {
  const received = promise()
  const verifier = new Verifier(CLIENT_ID, 'SK-the-next-key', SECRET_KEY)
  const url = await server(t, (request, body) => {
    try {
      const notification = verifier.verifyNotification(TARGET, request.rawHeaders, body)
      verifier.verifyNotification(TARGET, request.headers, body)
      verifier.verifyNotification(TARGET, request.headersDistinct, body)
      received.resolve({ notification, headers: request.rawHeaders })
      return 200
    } catch (error) {
      received.reject(error)
      return 401
    }
  })
  const environment = await simulator(t, url + TARGET)
  const client = new Client({ environment, ...credentials })
  assert.equal(client.environment, environment)

  const request = order({ invoice_number: 'INV-NODE-1' })
  const prepared = client.prepare(request)
  const generated = await client.send(prepared)
  assert.ok(generated.paymentUrl.startsWith(`${environment}/pay/`), generated.paymentUrl)
  assert.equal(generated.response.order.amount, 100_000n)
  assert.equal(generated.response.order.invoice_number, 'INV-NODE-1')
  assert.equal(JSON.parse(generated.body).payment.url, generated.paymentUrl)
  const { paymentStatus, requestId, isReplayed, attempts } = generated
  assert.deepEqual(
    { paymentStatus, requestId, isReplayed, attempts },
    {
      paymentStatus: 'PENDING',
      requestId: prepared.requestId,
      isReplayed: false,
      attempts: 1,
    },
  )

  const again = await client.send(PreparedOrder.restore(prepared.body, prepared.requestId))
  assert.deepEqual([again.isReplayed, again.paymentUrl], [true, generated.paymentUrl])

  assert.equal((await fetch(`${generated.paymentUrl}/pay`, { method: 'POST', redirect: 'manual' })).status, 303)
  const { notification, headers } = await received.done
  assert.equal(notification.invoiceNumber, 'INV-NODE-1')
  assert.equal(notification.amount, prepared.amount)
  assert.equal(notification.status, 'SUCCESS')
  assert.equal(notification.payment.transaction.original_request_id, prepared.requestId)
  assert.equal(notification.unreadable, null)
  assert.deepEqual(notification.age(), { kind: 'fresh' })
  assert.deepEqual(JSON.parse(notification.body).order, { invoice_number: 'INV-NODE-1', amount: 100000 })

  const forged = Buffer.from(notification.body.toString().replace('100000', '900000'))
  assert.throws(() => verifier.verifyNotification(TARGET, headers, forged), {
    name: 'VerificationError',
    code: 'signature_mismatch',
    outcome: null,
    verification: { code: 'signature_mismatch', keys: 2 },
  })
  assert.throws(() => verifier.verifyNotification(`/api${TARGET}`, headers, notification.body), {
    code: 'target_mismatch',
    verification: { code: 'target_mismatch', variant: 'prefix_removed', signed: TARGET },
  })
  assert.throws(() => verifier.verifyNotification('/notifications', headers, notification.body), {
    code: 'signature_mismatch',
  })
  assert.throws(() => new Verifier('BRN-1', SECRET_KEY).verifyNotification(TARGET, headers, notification.body), {
    code: 'client_id_mismatch',
  })

  const status = await client.checkStatus('INV-NODE-1')
  assert.deepEqual(
    [status.status, status.isFinal, status.amount, status.isVerified],
    ['SUCCESS', true, 100_000n, true],
  )
  assert.equal(status.answer.order.amount, 100_000n)
  assert.equal((await client.checkStatus(prepared.requestId)).invoiceNumber, 'INV-NODE-1')

  await stored(client, { prepared, generated, notification, status })
  await refusals(client, environment)
  await ownHttp(environment, verifier)
  await atOnce(client)
  secrets([
    client,
    verifier,
    prepared,
    generated,
    notification,
    status,
    prepared.sign({ ...credentials, timestamp: new Date() }),
  ])
})

/** What a queue, a database or another thread gets of the values is all that they hold. */
async function stored(client, { prepared, generated, notification, status }) {
  const members = {
    prepared: ['requestId', 'body', 'invoiceNumber', 'amount', 'digest', 'advisories'],
    generated: ['paymentUrl', 'paymentStatus', 'requestId', 'isReplayed', 'attempts', 'response', 'notes', 'timestamp', 'body'],
    notification: ['requestId', 'timestamp', 'body', 'invoiceNumber', 'amount', 'status', 'isFinal', 'payment', 'unreadable', 'notes'],
    status: ['status', 'isFinal', 'invoiceNumber', 'amount', 'isVerified', 'answer', 'notes', 'timestamp', 'body'],
  }
  for (const [name, value] of Object.entries({ prepared, generated, notification, status })) {
    const held = Object.fromEntries(members[name].map((member) => [member, value[member]]))
    assert.deepEqual({ ...value }, held, name)
    // A clone of a Buffer is a Uint8Array.
    assert.deepEqual(structuredClone(value), { ...held, body: new Uint8Array(value.body) }, name)
    const written = JSON.parse(JSON.stringify(value))
    assert.deepEqual(Object.keys(written), members[name], name)
    assert.ok(Buffer.from(written.body).equals(value.body), name)
    if (name !== 'generated') assert.deepEqual([written.amount, written.invoiceNumber], [100_000, 'INV-NODE-1'], name)
  }
  const written = JSON.parse(JSON.stringify([notification, generated]))
  assert.equal(written[0].payment.order.amount, 100_000)
  assert.equal(written[1].response.payment.url, generated.paymentUrl)

  const { body, requestId } = JSON.parse(JSON.stringify(prepared))
  const again = await client.send(PreparedOrder.restore(Buffer.from(body), requestId))
  assert.equal(again.paymentUrl, generated.paymentUrl)
  await assert.rejects(client.send(structuredClone(prepared)), { code: 'not_prepared', message: /PreparedOrder\.restore/ })
  const signed = prepared.sign({ ...credentials, timestamp: new Date() })
  assert.throws(() => JSON.stringify(signed), { name: 'TypeError', code: 'not_storable', message: /PreparedOrder/ })
}

test('what JSON cannot hold is text', () => {
  const { amount } = prepare(order()).toJSON()
  assert.equal(amount, 100_000)
  const request = order({ amount: 9_999_999_999_999_999n })
  request.order.line_items = [{ ...request.order.line_items[0], price: 100_000_001, quantity: 99_999_999 }]
  assert.equal(prepare(request).toJSON().amount, '9999999999999999')
  const verifier = new Verifier(CLIENT_ID, SECRET_KEY)
  const body = Buffer.from([0x7b, 0xff])
  const parts = { clientId: CLIENT_ID, requestId: 'r', requestTimestamp: '2026-01-05T08:45:42Z', target: TARGET }
  const headers = {
    'Client-Id': CLIENT_ID,
    'Request-Id': 'r',
    'Request-Timestamp': '2026-01-05T08:45:42Z',
    Signature: sign(SECRET_KEY, { ...parts, digest: digest(body) }),
  }
  const written = JSON.parse(JSON.stringify(verifier.verifyNotification(TARGET, headers, body)))
  assert.deepEqual(written.body, { base64: body.toString('base64') })
  assert.deepEqual([written.payment, written.amount], [null, null])
  assert.equal(typeof written.unreadable, 'string')
})

async function refusals(client, environment) {
  await assert.rejects(client.generateOrder(order({ invoice_number: 'INV-NODE-1' })), {
    name: 'DokuError',
    code: 'rejected',
    outcome: 'unknown',
  })
  await assert.rejects(client.checkStatus('INV-NODE-0'), (error) => {
    assert.deepEqual([error.code, error.rejection.status, error.outcome], ['status_rejected', 404, 'unknown'])
    assert.ok(Array.isArray(error.rejection.messages))
    assert.ok(!Object.keys(error.rejection).includes('messages'))
    const written = JSON.parse(JSON.stringify(error))
    assert.deepEqual(Object.keys(written.rejection).sort(), ['code', 'status', 'verified'])
    assert.deepEqual([written.code, written.outcome], ['status_rejected', 'unknown'])
    return true
  })
  const stranger = new Client({ environment, clientId: CLIENT_ID, secretKey: 'SK-of-somebody-else' })
  await assert.rejects(stranger.generateOrder(order(), { requestId: 'r-1' }), (error) => {
    assert.deepEqual(
      [error.code, error.outcome, error.isRetryable, error.requestId],
      ['rejected', 'refused', false, 'r-1'],
    )
    assert.equal(error.rejection.code, 'invalid_signature')
    assert.ok(!inspect(error).includes('SK-of'), inspect(error))
    return true
  })
  const strict = new Client({ environment, ...credentials, denyAdvisories: true })
  const advised = order()
  advised.customer.phone = '081122334455'
  assert.deepEqual(
    prepare(advised).advisories.map(({ pointer, deviation }) => [pointer, deviation]),
    [['/customer/phone', 'D-06']],
  )
  await assert.rejects(strict.generateOrder(advised), { code: 'violations', outcome: 'nothing_sent' })
  await assert.rejects(strict.send(prepare(advised)), { code: 'violations', outcome: 'nothing_sent' })
}

/** The order goes out by fetch, and its answer is verified. */
async function ownHttp(environment, verifier) {
  const prepared = prepare(order({ invoice_number: 'INV-NODE-2' }))
  const signed = prepared.sign({ ...credentials, timestamp: new Date() })
  assert.match(signed.toText(), /^POST \/indodana-peer-to-peer\/v2\/generate-order\n/)
  const { method, target, headers, body } = signed
  const answer = await fetch(environment + target, { method, headers, body })
  const bytes = Buffer.from(await answer.arrayBuffer())
  assert.deepEqual(verifier.verifyResponse(target, prepared.requestId, answer.headers, bytes).body, bytes)
  assert.throws(() => verifier.verifyResponse(target, 'another', answer.headers, bytes), {
    code: 'request_id_mismatch',
    outcome: 'unknown',
  })

  const get = signGet({
    ...credentials,
    timestamp: new Date(),
    requestId: 'r-2',
    target: '/orders/v1/status/INV-NODE-2',
  })
  assert.equal(get.body.length, 0)
  const status = await fetch(environment + get.target, { method: get.method, headers: get.headers })
  assert.equal((await status.json()).order.invoice_number, 'INV-NODE-2')
}

async function atOnce(client) {
  const numbers = Array.from({ length: 40 }, (_, at) => `INV-NODE-AT-ONCE-${at}`)
  const made = await Promise.all(numbers.map((number) => client.generateOrder(order({ invoice_number: number }))))
  assert.deepEqual(
    made.map(({ response }) => response.order.invoice_number),
    numbers,
  )
}

function secrets(values) {
  for (const value of values) {
    for (const text of [inspect(value, { depth: 9, showHidden: true }), String(value)]) {
      for (const secret of [SECRET_KEY, 'SK-the-next-key', 'HMACSHA256', 'Sari'])
        assert.ok(!text.includes(secret), text)
    }
    if (value instanceof SignedRequest) continue
    for (const secret of [SECRET_KEY, 'SK-the-next-key', 'HMACSHA256'])
      for (const text of [JSON.stringify(value), inspect({ ...value }, { depth: 9, showHidden: true })])
        assert.ok(!text.includes(secret), text)
  }
}

test('without a simulator', async (t) => {
  const silent = net.createServer()
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => silent.close())
  const environment = `http://127.0.0.1:${silent.address().port}`

  // The simulator takes the request and says nothing; the event loop turns all the while.
  const client = new Client({ environment, ...credentials, attempts: 1, attemptTimeout: 400, timeout: 400 })
  let turns = 0
  const ticking = setInterval(() => (turns += 1), 5)
  await assert.rejects(client.generateOrder(order()), { code: 'timed_out', outcome: 'unknown', isRetryable: true })
  clearInterval(ticking)
  assert.ok(turns > 5, `the event loop turned ${turns} times`)

  silent.on('connection', (socket) => socket.once('data', () => socket.destroy()))
  await assert.rejects(client.generateOrder(order()), { code: 'interrupted', outcome: 'unknown', isRetryable: true })

  const nobody = new Client({ environment: `http://127.0.0.1:${await freePort()}`, ...credentials, attempts: 1 })
  await assert.rejects(nobody.generateOrder(order()), (error) => {
    const { code, outcome, isRetryable } = error
    assert.deepEqual({ code, outcome, isRetryable }, { code: 'connect', outcome: 'nothing_sent', isRetryable: true })
    assert.match(error.cause.message, /refused/)
    return true
  })
})

test('credentials from the environment', () => {
  const names = ['DOKU_CLIENT_ID', 'DOKU_SECRET_KEY', 'DOKU_SECRET_KEY_FILE']
  for (const name of names) delete process.env[name]
  const text = /DOKU_CLIENT_ID/
  assert.throws(() => Client.fromEnv({ environment: 'sandbox' }), {
    name: 'DokuError',
    code: 'configuration',
    message: text,
  })
  assert.throws(() => Verifier.fromEnv(), { name: 'DokuError', code: 'configuration', message: text })
  process.env.DOKU_CLIENT_ID = 'BRN-1'
  process.env.DOKU_SECRET_KEY = 'SK-not-a-real-key'
  assert.equal(Client.fromEnv({ environment: 'sandbox' }).clientId, 'BRN-1')
  assert.throws(() => Verifier.fromEnv().verifyNotification(TARGET, {}, Buffer.alloc(0)), { code: 'missing_header' })
  for (const name of names) delete process.env[name]
})
