'use strict'

// Orders against the simulator, on both engines: placed once, paid, and kept.

const assert = require('node:assert/strict')
const path = require('node:path')
const { statSync } = require('node:fs')

const { Effect, StoredOrder, VerificationError } = require('..')
const { notification, order } = require('./doku.js')
const { World, each, refused } = require('./world.js')

each('an order from its placing to its effect', async (world) => {
  const orders = await world.open()
  const placed = await orders.place(world.request())
  assert.ok(placed.paymentUrl.startsWith(`${World.environment}/pay/`))
  const { invoiceNumber, amount, rank, lastOutcome, attempts, isUnresolved, alerts } = placed
  assert.deepEqual(
    { invoiceNumber, amount, rank, lastOutcome, attempts, isUnresolved, alerts },
    {
      invoiceNumber: world.number,
      amount: 100_000n,
      rank: 'PENDING',
      lastOutcome: 'answered',
      attempts: 1,
      isUnresolved: false,
      alerts: [],
    },
  )
  assert.equal(placed.expiresAt - placed.createdAt, 3_600_000)

  assert.deepEqual(await world.receive(orders), {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"responseCode":"2000000","responseMessage":"Successful"}',
    verdict: 'accepted',
    isQuarantined: false,
    error: null,
  })
  const effects = []
  const worked = await orders.runOnce((effect) => effects.push(effect))
  assert.deepEqual([worked.effects, worked.failedEffects, effects.length], [1, 0, 1])
  const [effect] = effects
  assert.ok(effect instanceof Effect)
  assert.deepEqual([effect.invoiceNumber, effect.status, effect.amount], [world.number, 'SUCCESS', 100_000n])
  assert.deepEqual([effect.attempt, effect.source, effect.isDone, effect.doneAt], [1, 'notification', false, null])
  assert.ok((await orders.effect(effect.id)).isDone)
  assert.equal((await orders.order(world.number)).rank, 'SUCCESS')
})

each('the same order is one order, another one is a conflict', async (world) => {
  const orders = await world.open()
  const first = await orders.place(world.request())
  const elsewhere = await (await world.open()).placeJson(first.body)
  assert.deepEqual([await orders.place(world.request()), elsewhere], [first, first])

  const other = world.request()
  other.customer.first_name = 'Budi'
  const { kind, code, httpStatus, outcome, message } = await refused(orders.place(other))
  assert.deepEqual([kind, code, httpStatus, outcome], ['conflict', 'conflict', 409, null])
  assert.equal(
    message,
    'the invoice number is stored with another order: nothing was stored or sent; number a new order anew, or place ' +
      "the first one's bytes again",
  )
  assert.deepEqual(await orders.order(world.number), first)
})

each('a key stays with its order', async (world) => {
  const orders = await world.open()
  const [first, second] = ['cart-1', 'cart-2']
  const placed = await orders.placeKeyed(world.request(), first)
  assert.deepEqual([placed.isRepeated, placed.order.rank], [false, 'PENDING'])
  assert.ok(placed.order instanceof StoredOrder)
  assert.deepEqual(await orders.placeKeyed(world.request(), first), { ...placed, isRepeated: true })
  assert.equal((await orders.placeKeyed(placed.order.body, undefined)).isRepeated, true)
  // Another number under the key: the fault of those who number each try anew. A conflict comes after it.
  const anew = (at) => order({ invoice_number: `${world.number}-${at}` })
  const other = world.request()
  other.customer.first_name = 'Budi'
  for (const reused of [anew(2), other]) {
    const { kind, code, httpStatus, outcome, message } = await refused(orders.placeKeyed(reused, first))
    assert.deepEqual([kind, code, httpStatus, outcome], ['key_reused', 'key_reused', 422, null])
    assert.match(message, /^the idempotency key was used with another order: nothing was stored or sent;/)
  }
  // What is refused binds no key, and a stored order may be called by a further one.
  assert.equal((await refused(orders.placeKeyed(world.request({ amount: 1 }), second))).kind, 'order')
  assert.equal((await refused(orders.placeKeyed(other, second))).kind, 'conflict')
  assert.equal((await orders.placeKeyed(world.request(), second)).isRepeated, true)
  assert.equal((await refused(orders.placeKeyed(anew(3), second))).kind, 'key_reused')
  for (const key of ['', 'with space', 'schö', 'k'.repeat(256)]) {
    const { kind, message } = await refused(orders.placeKeyed(anew(4), key))
    assert.deepEqual([kind, message], ['not_possible', 'an idempotency key has 1 to 255 visible ascii characters'])
  }
  assert.deepEqual((await orders.orders()).map(({ invoiceNumber }) => invoiceNumber), [world.number])
})

each('what is enqueued is sent by the loop', async (world) => {
  const orders = await world.open()
  const stored = await orders.enqueue(world.request(), 'cart-1')
  assert.deepEqual([stored.isRepeated, stored.order.rank, stored.order.attempts], [false, 'PREPARED', 0])
  assert.equal((await orders.enqueue(world.request())).isRepeated, true)
  const other = world.request()
  other.customer.first_name = 'Budi'
  assert.equal((await refused(orders.enqueue(other))).kind, 'conflict')
  const anew = order({ invoice_number: `${world.number}-2` })
  assert.equal((await refused(orders.enqueue(anew, 'cart-1'))).kind, 'key_reused')
  assert.equal((await orders.runOnce(() => {})).calls, 1)
  const { rank, requestId, attempts, paymentUrl } = await orders.order(world.number)
  assert.deepEqual([rank, requestId, attempts], ['PENDING', stored.order.requestId, 1])
  assert.ok(paymentUrl)
})

each('an order that breaks the contract is not stored', async (world) => {
  const orders = await world.open({}, world.client({ denyAdvisories: true }))
  const wrong = await refused(orders.place(world.request({ amount: 1 })))
  assert.deepEqual([wrong.kind, wrong.code, wrong.httpStatus, wrong.outcome], ['order', 'violations', 422, 'nothing_sent'])
  assert.deepEqual(wrong.violations.map(({ code }) => code), ['sum_mismatch'])
  assert.match(wrong.message, /; the order was not stored$/)
  assert.deepEqual(JSON.parse(JSON.stringify(wrong)).kind, 'order')
  const syntax = await refused(orders.placeJson(Buffer.from('{')))
  assert.deepEqual([syntax.code, syntax.syntax], ['syntax', { line: 1, column: 2, offset: 1 }])
  const advised = world.request()
  advised.customer.phone = '081122334455'
  assert.deepEqual((await refused(orders.place(advised))).violations.map(({ pointer }) => pointer), ['/customer/phone'])
  await assert.rejects(orders.place({ amount: NaN }), { name: 'RangeError', code: 'not_finite' })
  await assert.rejects(orders.placeJson({}), { name: 'TypeError', code: 'not_bytes' })
  assert.equal((await orders.counts()).orders, 0)
})

each('notifications are told apart', async (world) => {
  const orders = await world.open({}, world.client({ furtherKeys: ['SK-next'] }))
  await orders.place(world.request())
  const genuine = notification(world.number)
  const handled = []
  for (const [{ headers, body }, status, verdict] of [
    [genuine, 200, 'accepted'],
    [genuine, 200, 'repeated'],
    [notification(world.number, { amount: 1 }), 200, 'other_amount'],
    [notification('INV-9', { key: 'SK-next' }), 200, 'unknown_invoice'],
    [notification(world.number, { key: 'SK-another' }), 401, null],
    [{ ...genuine, body: Buffer.concat([genuine.body, Buffer.from(' ')]) }, 401, null],
    [{ headers: {}, body: Buffer.alloc(0) }, 401, null],
    [{ ...genuine, body: Buffer.alloc(70_000) }, 413, null],
  ]) {
    const answer = await orders.receive(headers, body)
    assert.deepEqual([answer.status, answer.verdict], [status, verdict])
    assert.equal(answer.isQuarantined, ['other_amount', 'unknown_invoice'].includes(verdict))
    assert.equal(answer.error instanceof VerificationError, status === 401)
    await orders.runOnce(({ status }) => handled.push(status))
  }
  assert.deepEqual(handled, ['SUCCESS'])
  const stored = await orders.notifications()
  assert.deepEqual(stored.map(({ verdict }) => verdict), ['accepted', 'other_amount', 'unknown_invoice'])
  const aside = await orders.notifications({ invoiceNumber: world.number, quarantined: true })
  assert.deepEqual(aside.map(({ verdict, amount, age }) => [verdict, amount, age]), [['other_amount', 1n, 'fresh']])
  assert.deepEqual((await orders.order(world.number)).alerts, ['other_amount'])
  await assert.rejects(orders.receive({}, {}), { name: 'TypeError', code: 'not_bytes' })
})

each('what ended is emptied', async (world) => {
  const orders = await world.open()
  await orders.place(world.request())
  const open = `${world.number}-OPEN`
  await orders.place(order({ invoice_number: open }))
  await world.receive(orders)
  await orders.runOnce(() => {})
  assert.deepEqual([await orders.prune(86_400_000), await orders.prune(0)], [0, 2])
  const { body, answer } = await orders.order(world.number)
  assert.deepEqual([body, answer], [null, null])
  assert.ok(Buffer.isBuffer((await orders.order(open)).body))
})

each('lists, and what a person does', async (world) => {
  const orders = await world.open()
  const numbers = ['A', 'B', 'C'].map((name) => `${world.number}-${name}`)
  for (const number of numbers) await orders.place(order({ invoice_number: number }))
  const page = await orders.orders({ after: numbers[0], limit: 1 })
  assert.deepEqual(page.map(({ invoiceNumber }) => invoiceNumber), [numbers[1]])
  await world.receive(orders, { amount: 1 }, numbers[1])
  assert.deepEqual((await orders.unresolved()).map(({ invoiceNumber }) => invoiceNumber), [numbers[1]])
  assert.equal((await orders.reconcile(numbers[1])).lastOutcome, 'status:PENDING')
  assert.equal((await orders.close(numbers[1], 'asked the customer')).closeReason, 'asked the customer')
  assert.deepEqual(await orders.unresolved(), [])
  const { kind, message } = await refused(orders.close(numbers[1], ' '))
  assert.deepEqual([kind, message], ['not_possible', 'an order is closed with a reason of 1 to 200 characters in one line'])
  for (const call of [() => orders.order('INV-9'), () => orders.effect(9), () => orders.reconcile('INV-9')]) {
    const { kind, httpStatus } = await refused(call())
    assert.deepEqual([kind, httpStatus], ['not_found', 404])
  }
  const { quarantined, unresolved, notifications } = await orders.counts()
  assert.deepEqual([(await orders.counts()).orders, notifications, quarantined, unresolved], [3, 1, 1, 0])
  assert.deepEqual([await orders.check(), await orders.warnings()], [[], []])
  assert.equal(orders.hasFailed, false)
  if (!world.isFile) return
  const copy = path.join(world.folder, 'copy.db')
  await orders.backup(copy)
  assert.equal(statSync(copy).mode & 0o777, 0o600)
  assert.equal((await refused(orders.backup(copy))).kind, 'unusable')
})
