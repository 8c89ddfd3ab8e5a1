'use strict'

const { randomUUID } = require('node:crypto')
const { inspect } = require('node:util')

const { argument } = require('./errors.js')
const { call, native } = require('./native.js')
const { expose, toJSON } = require('./record.js')

/** Given to a constructor by this package alone. */
const SEAL = Symbol('doku-indodana')

/** Keeps a class from being made outside of this package. */
function seal(given, how) {
  if (given !== SEAL) throw argument(TypeError, 'illegal_constructor', how)
}

/** A checked order: frozen bytes and their request id. */
class PreparedOrder {
  #native
  #advisories

  constructor(given, order) {
    seal(given, 'a PreparedOrder comes from prepare(), client.prepare() or PreparedOrder.restore()')
    this.#native = order
    expose(this)
  }

  static restore(body, requestId) {
    return new PreparedOrder(
      SEAL,
      call(() => native.restore(body, requestId)),
    )
  }

  static dangerUnchecked(body, requestId) {
    return new PreparedOrder(
      SEAL,
      call(() => native.unchecked(body, requestId)),
    )
  }

  static dangerWithUnknownFields(body, requestId) {
    return new PreparedOrder(
      SEAL,
      call(() => native.withUnknownFields(body, requestId)),
    )
  }

  /** Returns the addon's own order. */
  static native(order) {
    if (order !== null && typeof order === 'object' && #native in order) return order.#native
    const message =
      'send takes a PreparedOrder, from client.prepare(request) or, after it was stored or copied, from ' +
      'PreparedOrder.restore(body, requestId); generateOrder takes the request itself'
    throw argument(TypeError, 'not_prepared', message)
  }

  get requestId() {
    return this.#native.requestId
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

  get digest() {
    return this.#native.digest
  }

  get advisories() {
    this.#advisories ??= native.parse(this.#native.advisories, false)
    return this.#advisories
  }

  sign(options) {
    return new SignedRequest(
      SEAL,
      call(() => this.#native.sign(options)),
    )
  }

  toJSON() {
    return toJSON({ ...this })
  }

  [inspect.custom](_depth, options) {
    const { requestId, digest } = this
    return `PreparedOrder ${inspect({ requestId, bodyLength: this.body.length, digest }, options)}`
  }
}

/** A request that is ready to be sent by any HTTP client. */
class SignedRequest {
  #record

  constructor(given, record) {
    seal(given, 'a SignedRequest comes from order.sign() or signGet()')
    this.#record = record
  }

  get method() {
    return this.#record.method
  }

  get target() {
    return this.#record.target
  }

  get headers() {
    const { headers } = this.#record
    return Object.fromEntries(headers.flatMap((name, at) => (at % 2 ? [] : [[name, headers[at + 1]]])))
  }

  get body() {
    return Buffer.from(this.#record.body)
  }

  toText() {
    return this.#record.text
  }

  toJSON() {
    const message =
      'a SignedRequest is not stored, because its time of sending grows old; store body and requestId of the ' +
      'PreparedOrder, and sign it again'
    throw argument(TypeError, 'not_storable', message)
  }

  [inspect.custom](_depth, options) {
    const { method, target } = this.#record
    return `SignedRequest ${inspect({ method, target, bodyLength: this.#record.body.length }, options)}`
  }
}

function prepare(request, options = {}) {
  if (options === null || typeof options !== 'object') {
    throw argument(TypeError, 'not_an_object', 'the options must be an object with requestId, denyAdvisories or none')
  }
  const { requestId = randomUUID(), denyAdvisories = false, ...others } = options
  if (Object.keys(others).length > 0) {
    const [name] = Object.keys(others)
    const message = `the options have no member ${name.slice(0, 128)}; known are requestId, denyAdvisories`
    throw argument(TypeError, 'unknown_option', message)
  }
  if (typeof denyAdvisories !== 'boolean') {
    throw argument(TypeError, 'not_a_boolean', 'denyAdvisories must be true or false')
  }
  return new PreparedOrder(
    SEAL,
    call(() => native.prepare(request, requestId, denyAdvisories)),
  )
}

function signGet(options) {
  return new SignedRequest(
    SEAL,
    call(() => native.signGet(options)),
  )
}

module.exports = { PreparedOrder, SEAL, SignedRequest, prepare, seal, signGet }
