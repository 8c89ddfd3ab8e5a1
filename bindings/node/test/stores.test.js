'use strict'

// Stores: which are refused, what they are asked with, and the words and values that come back.

const assert = require('node:assert/strict')
const { chmodSync, readFileSync, statSync, writeFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { inspect } = require('node:util')

const { Orders } = require('..')
const { ROOT, freePort } = require('./doku.js')
const { World, each, refused } = require('./world.js')

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
