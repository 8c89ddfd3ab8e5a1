'use strict'

// Orders against the simulator, on both engines: placed once, received, acted on once, whatever stops.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } = require('node:fs')
const http = require('node:http')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { test, after, before } = require('node:test')
const { inspect } = require('node:util')

const { Client, Effect, Orders, StoreError, StoredOrder, VerificationError } = require('..')
const { CLIENT_ID, ROOT, SECRET_KEY, freePort, notification, order, promise, simulator } = require('./doku.js')
const postgres = require('./postgres.js')

const CREDENTIALS = { clientId: CLIENT_ID, secretKey: SECRET_KEY }

let environment
let server
const ends = []

before(async () => {
  environment = await simulator({ after: (end) => ends.push(end) }, 'http://127.0.0.1:9/payments/notifications')
  if (!postgres.missing()) {
    server = await postgres.serve()
    ends.push(server.stop)
  }
})

after(async () => {
  for (const end of ends) await end()
})

/** A store that does not exist yet, and an invoice number that the simulator does not know. */
class World {
  static numbers = 0

  constructor(t, engine) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'doku-node-'))
    t.after(() => rmSync(this.folder, { recursive: true }))
    this.isFile = engine === 'sqlite'
    this.location = this.isFile ? path.join(this.folder, 'doku.db') : server.database()
    this.number = `INV-NODE-STORE-${++World.numbers}`
    this.t = t
  }

  client(options = {}) {
    return new Client({ environment, attempts: 1, ...CREDENTIALS, ...options })
  }

  async open(options, client = this.client()) {
    const orders = await Orders.open(client, this.location, options)
    this.t.after(() => orders.closeStore())
    return orders
  }

  request(changes = {}) {
    return order({ invoice_number: this.number, ...changes })
  }

  receive(orders, changes, number = this.number) {
    const { headers, body } = notification(number, changes)
    return orders.receive(headers, body)
  }
}

/** A test on both engines. */
function each(name, run) {
  for (const engine of ['sqlite', 'postgres']) {
    const skip = engine === 'postgres' && postgres.missing()
    test(`${engine}: ${name}`, { skip, timeout: 120_000 }, (t) => run(new World(t, engine)))
  }
}

/** Resolves to the error of a store that a promise rejects with. */
async function refused(promised) {
  const error = await promised.then(
    () => assert.fail('it was not refused'),
    (error) => error,
  )
  assert.ok(error instanceof StoreError, error)
  return error
}

each('an order from its placing to its effect', async (world) => {
  const orders = await world.open()
  const placed = await orders.place(world.request())
  assert.ok(placed.paymentUrl.startsWith(`${environment}/pay/`))
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

each('a handler that fails gets the effect again', async (world) => {
  const orders = await world.open()
  await orders.place(world.request())
  await world.receive(orders)
  const warned = once(process, 'warning')
  const fails = [
    () => Promise.reject(new Error('no stock')),
    () => {
      throw 'no van'
    },
  ]
  for (const [at, text] of ['Error: no stock', 'no van'].entries()) {
    assert.equal((await orders.runOnce(fails[at])).failedEffects, 1)
    const [effect] = await orders.effects({ open: true })
    assert.deepEqual([effect.attempt, effect.lastError], [at + 1, text])
    await orders.deliver(effect.id)
  }
  const [warning] = await warned
  assert.match(warning.message, /^the handler of effect \d+ failed, and gets it again by its schedule: Error: no stock$/)
  const ids = []
  await orders.runOnce(({ id, attempt }) => ids.push([id, attempt]))
  assert.equal(ids[0][1], 3)
  const { kind, message } = await refused(orders.deliver(ids[0][0]))
  assert.deepEqual([kind, message], ['not_possible', 'the effect is done; what is done is not handed over again'])
})

each('a spent schedule is a dead letter', async (world) => {
  // Both waits are no wait, so that all three attempts are due at once.
  const orders = await world.open({ effectSchedule: [0, 0] })
  await orders.place(world.request())
  await world.receive(orders)
  assert.deepEqual(await orders.deadEffects(), [])
  const fails = () => Promise.reject(new Error('no stock'))
  assert.equal((await orders.runOnce(fails)).failedEffects, 3)
  const [dead, ...others] = await orders.deadEffects()
  assert.deepEqual([dead.isDead, dead.isDone, dead.attempt, dead.failures, others], [true, false, 3, 3, []])
  assert.deepEqual([dead.deadAt >= dead.createdAt, dead.lastError], [true, 'Error: no stock'])
  assert.deepEqual(await orders.deadEffects({ after: dead.id }), [])
  assert.deepEqual([await orders.take(), await orders.effects({ open: true })], [[], [dead]])
  const { effects, openEffects, deadEffects } = await orders.counts()
  assert.deepEqual([effects, openEffects, deadEffects], [1, 1, 1])

  await orders.deliver(dead.id)
  assert.deepEqual(await orders.deadEffects(), [])
  const revived = await orders.effect(dead.id)
  assert.deepEqual([revived.isDead, revived.deadAt, revived.failures], [false, null, 0])
  const ids = []
  await orders.runOnce(({ id }) => ids.push(id))
  assert.deepEqual([ids, (await orders.counts()).deadEffects], [[dead.id], 0])
})

each('a schedule without waits tries once', async (world) => {
  const orders = await world.open({ effectSchedule: [] })
  await orders.place(world.request())
  await world.receive(orders)
  assert.equal((await orders.runOnce(() => Promise.reject(new Error('no stock')))).failedEffects, 1)
  assert.deepEqual((await orders.deadEffects()).map(({ attempt, isDead }) => [attempt, isDead]), [[1, true]])
})

each('an effect is taken and ended outside of the loop', async (world) => {
  const orders = await world.open()
  await orders.place(world.request())
  await world.receive(orders)
  const [effect] = await orders.take()
  assert.deepEqual(await orders.take(), [])
  // As a queue of the merchant's would hand it over.
  const { id, attempt } = JSON.parse(JSON.stringify(effect))
  const ended = [await orders.done({ id, attempt: attempt - 1 }), await orders.done({ id, attempt }), await orders.done(effect)]
  assert.deepEqual(ended, [false, true, false])
  assert.deepEqual(await orders.effects({ open: true }), [])
})

each('the loop runs several handlers at once, until it is stopped', async (world) => {
  const orders = await world.open({ handlers: 2 })
  const numbers = [`${world.number}-A`, `${world.number}-B`]
  await Promise.all(numbers.map((number) => orders.place(order({ invoice_number: number }))))
  const stop = new AbortController()
  const [together, handled] = [promise(), []]
  const running = orders.run(
    async ({ invoiceNumber }) => {
      if (handled.push(invoiceNumber) === 2) together.resolve()
      await together.done
      stop.abort()
    },
    { signal: stop.signal },
  )
  await Promise.all(numbers.map((number) => world.receive(orders, {}, number)))
  await running
  assert.deepEqual(handled.sort(), numbers)
  assert.deepEqual(await orders.effects({ open: true }), [])
  // It was stopped before it began.
  await orders.run(() => assert.fail(), { signal: stop.signal })
})

/** What stands between a merchant and DOKU: it passes requests on, and keeps the answers while it is told to. */
async function between(t) {
  const state = { requestIds: [], answered: promise(), keepsAnswers: true }
  const listening = http.createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    state.requestIds.push(request.headers['request-id'])
    const { host, connection, ...headers } = request.headers
    const answer = await fetch(environment + request.url, { method: 'POST', headers, body: Buffer.concat(chunks) })
    const body = Buffer.from(await answer.arrayBuffer())
    state.answered.resolve()
    if (state.keepsAnswers) return
    const { date, connection: _, 'transfer-encoding': __, ...told } = Object.fromEntries(answer.headers)
    response.writeHead(answer.status, told).end(body)
  })
  t.after(() => listening.close())
  t.after(() => listening.closeAllConnections())
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, { url: `http://127.0.0.1:${listening.address().port}` })
}

/** Starts a program of a merchant's; it has `orders` and `order`. */
function shop(t, environment, location, code, options = {}) {
  const program = `
    const { Client, Orders } = require(${JSON.stringify(path.join(__dirname, '..'))})
    const { order, notification } = require(${JSON.stringify(path.join(__dirname, 'doku.js'))})
    const client = new Client(${JSON.stringify({ environment, attempts: 1, ...CREDENTIALS })})
    Orders.open(client, ${JSON.stringify(location)}, ${JSON.stringify(options)}).then(async (orders) => {${code}})`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

each('killed between sending and the answer', async (world) => {
  const middle = await between(world.t)
  const options = { lease: 1_000, patience: 1 }
  const request = JSON.stringify(world.request())
  const child = shop(world.t, middle.url, world.location, `await orders.place(${request})`, options)
  await middle.answered.done
  // DOKU has the order, and the shop has no answer.
  child.kill('SIGKILL')
  await once(child, 'exit')
  middle.keepsAnswers = false
  const orders = await world.open(options, world.client({ environment: middle.url }))
  const stored = await orders.order(world.number)
  assert.deepEqual([stored.rank, stored.paymentUrl], ['SENT', null])
  const placed = await orders.place(world.request())
  assert.deepEqual([placed.rank, placed.lastOutcome, placed.requestId], ['PENDING', 'replayed', stored.requestId])
  assert.ok(placed.paymentUrl)
  assert.deepEqual(middle.requestIds, [stored.requestId, stored.requestId])
})

each('processes share a store, and end by themselves', async (world) => {
  const numbers = Array.from({ length: 6 }, (_, at) => `${world.number}-${at}`)
  const code = `
    for (const number of ${JSON.stringify(numbers)}) await orders.place(order({ invoice_number: number }))
    console.log('placed')
    process.stdin.once('data', async () => {
      await orders.runOnce((effect) => console.log(effect.invoiceNumber))
      await orders.closeStore()
      process.stdin.unref()
    })`
  const shops = [1, 2, 3].map(() => shop(world.t, environment, world.location, code))
  const lines = shops.map((child) => {
    const said = []
    createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
    return said
  })
  await Promise.all(shops.map((child) => once(child.stdout, 'data')))
  const orders = await world.open()
  const placed = await orders.orders()
  assert.deepEqual(placed.map(({ attempts }) => attempts), [1, 1, 1, 1, 1, 1])
  for (const { invoiceNumber } of placed) assert.equal((await world.receive(orders, {}, invoiceNumber)).status, 200)
  const exits = Promise.all(shops.map((child) => once(child, 'close')))
  for (const child of shops) child.stdin.write('\n')
  assert.deepEqual((await exits).map(([code]) => code), [0, 0, 0])
  assert.deepEqual(lines.flat().filter((line) => line !== 'placed').sort(), numbers)
})

each('a process ends when its loop was stopped, with an open store', async (world) => {
  const code = `
    const stop = new AbortController()
    const running = orders.run(() => stop.abort(), { signal: stop.signal })
    await orders.place(${JSON.stringify(world.request())})
    const { headers, body } = notification(${JSON.stringify(world.number)})
    await orders.receive(headers, body)
    await running
    console.log('stopped')`
  const child = shop(world.t, environment, world.location, code)
  child.stdin.end()
  const [said] = await once(createInterface({ input: child.stdout }), 'line')
  const [status] = await once(child, 'exit')
  assert.deepEqual([said, status], ['stopped', 0])
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

each('values of a store travel and hide bodies', async (world) => {
  const orders = await world.open()
  const placed = await orders.place(world.request())
  assert.ok(!inspect(placed).includes('Sari'), inspect(placed))
  assert.deepEqual({ ...structuredClone(placed) }.invoiceNumber, world.number)
  const told = JSON.parse(JSON.stringify(placed))
  assert.deepEqual([told.amount, told.createdAt], [100_000, placed.createdAt.toISOString()])
  assert.equal(told.body, placed.body.toString())
  await orders.closeStore()
  assert.equal((await refused(orders.order(world.number))).message, 'the store is closed; open it again')
})

test('stores that cannot be used', { timeout: 120_000 }, async (t) => {
  const world = new World(t, 'sqlite')
  await (await world.open()).closeStore()
  const text = path.join(world.folder, 'text.db')
  writeFileSync(text, 'no database, but a text of some length'.repeat(40), { mode: 0o600 })
  const nobody = `postgres://doku:secret-word@127.0.0.1:${await freePort()}/shop`
  chmodSync(world.location, 0o644)
  const opened = (location, client = world.client()) => refused(Orders.open(client, location))
  const errors = []
  for (const location of [world.location, text, ':memory:', 'mysql://host/shop', nobody]) errors.push(await opened(location))
  chmodSync(world.location, 0o600)
  errors.push(await opened(world.location, world.client({ clientId: 'BRN-0000-1234567890123' })))
  const kinds = ['unusable', 'unusable', 'unusable', 'unusable', 'unavailable', 'unusable']
  assert.deepEqual(errors.map(({ kind }) => kind), kinds)
  const parts = ['chmod 600', '', 'a store needs a file', 'a store cannot be at mysql://', '', 'it belongs to client id']
  for (const [at, { message }] of errors.entries()) {
    assert.ok(message.includes(parts[at]), message)
    assert.ok(!message.includes('secret-word'), message)
  }
})

test('arguments of a store', { timeout: 120_000 }, async (t) => {
  const world = new World(t, 'sqlite')
  const orders = await world.open()
  const file = path.join(world.folder, 'other.db')
  for (const [call, code] of [
    [() => Orders.open({}, file), 'not_a_client'],
    [() => Orders.open(world.client(), 1), 'not_text'],
    [() => Orders.open(world.client(), file, { leases: 1 }), 'unknown_option'],
    [() => Orders.open(world.client(), file, { lease: 0 }), 'out_of_range'],
    [() => Orders.open(world.client(), file, { callsPerSecond: 0 }), 'out_of_range'],
    [() => Orders.open(world.client(), file, { effectSchedule: 5 }), 'not_an_array'],
    [() => Orders.open(world.client(), file, { effectSchedule: ['5'] }), 'not_a_number'],
    [() => Orders.open(world.client(), file, { effectSchedule: [-1] }), 'out_of_range'],
    [() => Orders.open(world.client(), file, { effectSchedule: [0.5] }), 'out_of_range'],
    [() => Orders.open(world.client(), file, { effectSchedule: [31_536_000_001] }), 'out_of_range'],
    [() => orders.placeKeyed(world.request(), 1), 'not_text'],
    [() => orders.enqueue(world.request(), {}), 'not_text'],
    [() => orders.orders({ limit: 0 }), 'out_of_range'],
    [() => orders.effect(-1), 'out_of_range'],
    [() => orders.prune(0.5), 'out_of_range'],
    [() => orders.order(1), 'not_text'],
    [() => orders.run(1), 'not_a_function'],
    [() => orders.run(() => {}, { signal: 1 }), 'not_a_signal'],
    [() => orders.run(() => {}, { abort: 1 }), 'unknown_option'],
    [async () => new Orders(), 'illegal_constructor'],
  ]) {
    await assert.rejects(call(), { code })
  }
  assert.throws(() => statSync(file), { code: 'ENOENT' })
})

test('words of the store are those of the core', () => {
  const types = readFileSync(path.join(__dirname, '../index.d.ts'), 'utf8')
  const words = (name) => {
    const [union] = types.match(new RegExp(`export type ${name} =[^]+?\n\n`)) ?? types.match(new RegExp(`export type ${name} =[^]+`))
    return Array.from(union.matchAll(/'(\w+)'/g), ([, word]) => word)
  }
  const source = (name) => readFileSync(path.join(ROOT, `src/store/${name}.rs`), 'utf8')
  for (const [name, file] of [['Rank', 'rank'], ['Verdict', 'verdict'], ['Alert', 'alert'], ['StoreErrorKind', 'error']]) {
    const known = Array.from(source(file).matchAll(/Self::\w+ => "(\w+)"/g), ([, word]) => word)
    const ages = ['fresh', 'late', 'future', 'unknown']
    assert.deepEqual(known.filter((word) => !ages.includes(word)), words(name), name)
  }
})
