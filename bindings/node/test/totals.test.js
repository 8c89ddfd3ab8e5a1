'use strict'

const assert = require('node:assert/strict')
const test = require('node:test')

const { check, lineItemsFromTotals } = require('..')
const { order } = require('./doku.js')

const ITEM = { id: 'K3', name: 'Three shirts', category: 'clothing', quantity: 3 }

const lines = (totals) => lineItemsFromTotals(totals).map(({ id, quantity, price }) => [id, quantity, price])

test('a third of the amount becomes two lines', () => {
  // A number of more than 15 digits is not exact, and is given as text.
  for (const price of [(100_000 / 3).toFixed(6), '33333.333333333333', 33333.33]) {
    const expected = [
      ['K3', 2, 33333.33],
      ['K3-R', 1, 33333.34],
    ]
    assert.deepEqual(lines({ amount: 100_000, items: [{ ...ITEM, price }] }), expected)
  }
})

test('fees are items and a discount lowers prices', () => {
  const items = [{ ...ITEM, quantity: 2, price: 50_000 }]
  const totals = { amount: 121_000, items, shipping: 20_000, tax: '11000', discount: 10_000n }
  assert.deepEqual(lines(totals), [
    ['K3', 2, 45_000],
    ['SHIPPING', 1, 20_000],
    ['TAX', 1, 11_000],
  ])
  const request = order()
  Object.assign(request.order, { amount: 121_000, line_items: lineItemsFromTotals(totals) })
  const { violations, advisories } = check('request', request)
  assert.deepEqual({ violations, advisories }, { violations: [], advisories: [] })
})

test('what does not fit is refused with the numbers', () => {
  for (const [totals, message] of [
    [{ amount: 100_000, items: [{ ...ITEM, price: 30_000 }] }, /make 90000 and the amount is 100000/],
    [{ amount: 100_000, items: [{ ...ITEM, price: 'Rp 1' }] }, /is not a decimal number/],
    [{ amount: 100_000 }, /items/],
  ]) {
    assert.throws(() => lineItemsFromTotals(totals), { name: 'RangeError', code: 'totals', message })
  }
})
