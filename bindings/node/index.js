'use strict'

const { CheckedStatus, Client, GeneratedOrder } = require('./lib/client.js')
const { DokuError, StoreError, VerificationError } = require('./lib/errors.js')
const { call, native } = require('./lib/native.js')
const { PreparedOrder, SignedRequest, prepare, signGet } = require('./lib/order.js')
const { Orders } = require('./lib/store.js')
const { Effect, StoredNotification, StoredOrder } = require('./lib/stored.js')
const { Notification, Verifier } = require('./lib/verifier.js')

function check(kind, body) {
  return native.parse(
    call(() => native.check(kind, body)),
    false,
  )
}

function lineItemsFromTotals(totals) {
  return native.parse(
    call(() => native.lineItemsFromTotals(inDigits(totals))),
    false,
  )
}

/** Returns a value with each finite number in the digits that JavaScript shows, as many as there are. */
function inDigits(value) {
  if (typeof value === 'number' && Number.isFinite(value) && !Number.isInteger(value)) return String(value)
  if (Array.isArray(value)) return value.map(inDigits)
  const isPlain = value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
  return isPlain ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inDigits(member)])) : value
}

function digest(body) {
  return call(() => native.digest(body))
}

function stringToSign(components) {
  return call(() => native.stringToSign(components))
}

function sign(secretKey, components) {
  return call(() => native.sign(secretKey, components))
}

module.exports = {
  CheckedStatus,
  Client,
  DokuError,
  Effect,
  GeneratedOrder,
  Notification,
  Orders,
  PreparedOrder,
  SignedRequest,
  StoreError,
  StoredNotification,
  StoredOrder,
  VerificationError,
  Verifier,
  check,
  digest,
  lineItemsFromTotals,
  prepare,
  sign,
  signGet,
  stringToSign,
}
