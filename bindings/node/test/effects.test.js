'use strict'

// Effects on both engines: each comes until it is done, and is done once.

const assert = require('node:assert/strict')
const { once } = require('node:events')

const { order, promise } = require('./doku.js')
const { each, refused } = require('./world.js')

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
