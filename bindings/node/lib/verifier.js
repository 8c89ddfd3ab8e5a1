'use strict'

const { inspect } = require('node:util')

const { argument } = require('./errors.js')
const { call, native } = require('./native.js')
const { SEAL, seal } = require('./order.js')
const { expose, toJSON } = require('./record.js')

/** Verifies what DOKU sends. */
class Verifier {
  #native

  constructor(clientId, secretKey, ...furtherKeys) {
    const isOurs = clientId instanceof native.Verifier
    this.#native = call(() => (isOurs ? clientId : new native.Verifier(clientId, [secretKey, ...furtherKeys])))
  }

  static fromEnv() {
    return new Verifier(call(() => native.Verifier.fromEnv()))
  }

  verifyNotification(target, headers, body) {
    const verified = call(() => this.#native.verifyNotification(target, flat(headers), body))
    return new Notification(SEAL, verified)
  }

  verifyResponse(target, requestId, headers, body) {
    return call(() => this.#native.verifyResponse(target, requestId, flat(headers), body))
  }

  [inspect.custom]() {
    return 'Verifier {}'
  }
}

/** A notification that is proven to be DOKU's. */
class Notification {
  #native
  #payment

  constructor(given, verified) {
    seal(given, 'a Notification comes from verifier.verifyNotification()')
    this.#native = verified
    expose(this)
  }

  get requestId() {
    return this.#native.requestId
  }

  get timestamp() {
    return this.#native.timestamp
  }

  get body() {
    return this.#native.body
  }

  get invoiceNumber() {
    return this.#native.invoiceNumber
  }

  get amount() {
    return this.#native.amount
  }

  get status() {
    return this.#native.status
  }

  get isFinal() {
    return this.#native.isFinal ?? false
  }

  get payment() {
    if (this.#payment === undefined) {
      const payment = this.#native.payment
      this.#payment = payment === null ? null : native.parse(payment, true)
    }
    return this.#payment
  }

  get unreadable() {
    return this.#native.unreadable
  }

  get notes() {
    return native.parse(this.#native.notes, false)
  }

  age(now = Date.now()) {
    return call(() => this.#native.age(now instanceof Date ? now.getTime() : now))
  }

  toJSON() {
    return toJSON({ ...this })
  }

  [inspect.custom](_depth, options) {
    const { requestId, timestamp } = this
    const shown = { requestId, timestamp, bodyLength: this.body.length, readable: this.unreadable === null }
    return `Notification ${inspect(shown, options)}`
  }
}

/** Returns headers as names and values in turn, doubled ones twice. */
function flat(headers) {
  if (headers !== null && typeof headers === 'object' && !ArrayBuffer.isView(headers)) {
    if (Array.isArray(headers.rawHeaders) || isObject(headers.headers) || isObject(headers.raw?.headers)) {
      const message = 'the headers are a whole request or answer; pass its rawHeaders, or its headers'
      throw argument(TypeError, 'not_headers', message)
    }
    const isList = typeof headers[Symbol.iterator] === 'function'
    const pairs = isList ? [...headers] : Object.entries(headers)
    if (pairs.every(Array.isArray)) return pairs.flatMap(([name, value]) => entry(name, value))
    if (Array.isArray(headers) && headers.length % 2 === 0) return headers
  }
  const message =
    'the headers must be request.rawHeaders, request.headersDistinct, a Headers object, a plain object or pairs'
  throw argument(TypeError, 'not_headers', message)
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function entry(name, value) {
  if (value === undefined) return []
  return Array.isArray(value) ? value.flatMap((one) => [name, one]) : [name, value]
}

module.exports = { Notification, Verifier, flat }
