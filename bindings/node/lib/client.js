'use strict'

const { inspect } = require('node:util')

const { argument } = require('./errors.js')
const { call, later, native } = require('./native.js')
const { PreparedOrder, SEAL, prepare, seal } = require('./order.js')
const { expose, toJSON } = require('./record.js')

/** Generates orders and asks for their status. */
class Client {
  #native

  constructor(options) {
    this.#native = call(() => (options instanceof native.Client ? options : new native.Client(options, false)))
  }

  static fromEnv(options) {
    return new Client(call(() => new native.Client(options, true)))
  }

  /** Returns the addon's own client. */
  static native(client) {
    if (client !== null && typeof client === 'object' && #native in client) return client.#native
    throw argument(TypeError, 'not_a_client', 'the client must be a Client; Orders.open takes it first')
  }

  get environment() {
    return this.#native.environment
  }

  get clientId() {
    return this.#native.clientId
  }

  prepare(request, options = {}) {
    return prepare(request, { denyAdvisories: this.#native.denyAdvisories, ...options })
  }

  async send(order) {
    const prepared = PreparedOrder.native(order)
    return new GeneratedOrder(SEAL, await later(() => this.#native.send(prepared)))
  }

  async generateOrder(request, options = {}) {
    return this.send(this.prepare(request, options))
  }

  async checkStatus(id) {
    return new CheckedStatus(SEAL, await later(() => this.#native.checkStatus(id)))
  }

  [inspect.custom](_depth, options) {
    return `Client ${inspect({ environment: this.environment, clientId: this.clientId }, options)}`
  }
}

/** An order that exists at DOKU. */
class GeneratedOrder {
  #record
  #response

  constructor(given, record) {
    seal(given, 'a GeneratedOrder comes from client.generateOrder() or client.send()')
    this.#record = record
    expose(this)
  }

  get paymentUrl() {
    return this.#record.paymentUrl
  }

  get paymentStatus() {
    return this.#record.paymentStatus
  }

  get requestId() {
    return this.#record.requestId
  }

  get isReplayed() {
    return this.#record.isReplayed
  }

  get attempts() {
    return this.#record.attempts
  }

  get response() {
    this.#response ??= native.parse(this.#record.response, true)
    return this.#response
  }

  get notes() {
    return native.parse(this.#record.notes, false)
  }

  get timestamp() {
    return this.#record.timestamp
  }

  get body() {
    return Buffer.from(this.#record.body)
  }

  toJSON() {
    return toJSON({ ...this })
  }

  [inspect.custom](_depth, options) {
    const { requestId, isReplayed, attempts } = this
    return `GeneratedOrder ${inspect({ requestId, isReplayed, attempts }, options)}`
  }
}

/** What DOKU says of an order. */
class CheckedStatus {
  #record
  #answer

  constructor(given, record) {
    seal(given, 'a CheckedStatus comes from client.checkStatus()')
    this.#record = record
    expose(this)
  }

  get status() {
    return this.#record.transactionStatus ?? null
  }

  get isFinal() {
    return this.#record.isFinal ?? false
  }

  get invoiceNumber() {
    return this.#record.invoiceNumber ?? null
  }

  get amount() {
    return this.#record.amount ?? null
  }

  get isVerified() {
    return this.#record.body !== undefined
  }

  get answer() {
    this.#answer ??= native.parse(this.#record.answer, true)
    return this.#answer
  }

  get notes() {
    return native.parse(this.#record.notes, false)
  }

  get timestamp() {
    return this.#record.timestamp ?? null
  }

  get body() {
    return this.isVerified ? Buffer.from(this.#record.body) : null
  }

  toJSON() {
    return toJSON({ ...this })
  }

  [inspect.custom](_depth, options) {
    const { status, invoiceNumber, amount, isVerified } = this
    return `CheckedStatus ${inspect({ status, invoiceNumber, amount, isVerified }, options)}`
  }
}

module.exports = { CheckedStatus, Client, GeneratedOrder }
