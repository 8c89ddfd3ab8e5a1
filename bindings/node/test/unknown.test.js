'use strict'

const assert = require('node:assert/strict')
const test = require('node:test')

const { PreparedOrder, prepare } = require('..')
const { order } = require('./doku.js')

const body = (changes) => Buffer.from(JSON.stringify({ ...order(), additional_info: { account: { id: 'SAC-0001' } }, ...changes }))

test('a field that the contract does not know is sent on purpose alone', () => {
  assert.throws(() => prepare(body()), /additional_info\/account is not a field/)
  assert.ok(PreparedOrder.dangerWithUnknownFields(body(), 'r-1').body.equals(body()))
  const wrong = body({ order: { ...order().order, amount: 1 } })
  assert.throws(
    () => PreparedOrder.dangerWithUnknownFields(wrong, 'r-1'),
    (error) => error.violations.map(({ code }) => code).join() === 'sum_mismatch',
  )
})

test('a body is sent unchecked on purpose alone', () => {
  const wrong = body({ order: { ...order().order, amount: 1 } })
  assert.ok(PreparedOrder.dangerUnchecked(wrong, 'r-1').body.equals(wrong))
  assert.throws(() => PreparedOrder.dangerUnchecked(Buffer.from('{'), 'r-1'), { code: 'syntax' })
  assert.throws(() => PreparedOrder.dangerUnchecked('{}', 'r-1'), { code: 'not_bytes' })
})
