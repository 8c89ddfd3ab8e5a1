'use strict'

const { inspect } = require('node:util')

const { Client } = require('./client.js')
const { argument } = require('./errors.js')
const { call, later, native } = require('./native.js')
const { SEAL, seal } = require('./order.js')
const { Effect, StoredNotification, StoredOrder, acknowledgement } = require('./stored.js')
const { flat } = require('./verifier.js')

/** So many are listed where nothing is said. */
const PAGE = 100

/** Places orders, receives notifications and sees each order through to its end. */
class Orders {
  #native
  #running = new Set()

  constructor(given, store) {
    seal(given, 'Orders come from await Orders.open(client, location)')
    this.#native = store
  }

  static async open(client, location, options = {}) {
    const opened = Client.native(client)
    return new Orders(SEAL, await later(() => native.openStore(opened, location, options)))
  }

  async place(request) {
    return new StoredOrder(SEAL, await later(() => this.#native.place(request)))
  }

  async placeJson(body) {
    return new StoredOrder(SEAL, await later(() => this.#native.placeJson(body)))
  }

  async placeKeyed(request, key) {
    return placed(await later(() => this.#native.placeKeyed(request, key)))
  }

  async enqueue(request, key) {
    return placed(await later(() => this.#native.enqueue(request, key)))
  }

  async receive(headers, body) {
    return acknowledgement(await later(() => this.#native.receive(flat(headers), body)))
  }

  async run(handler, options = {}) {
    await this.#handOver(false, handler, options)
  }

  async runOnce(handler, options = {}) {
    return (await this.#handOver(true, handler, options)).worked
  }

  async #handOver(once, handler, options) {
    const signal = signalOf(options)
    if (typeof handler !== 'function') throw argument(TypeError, 'not_a_function', 'the handler must be a function')
    const handout = call(() => this.#native.handOut(once))
    const stop = () => handout.stop()
    this.#running.add(stop)
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop)
    try {
      for (;;) {
        const handed = await later(() => handout.next())
        if (handed === null) return handout
        void act(handed, handler)
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#running.delete(stop)
    }
  }

  async order(invoiceNumber) {
    return new StoredOrder(SEAL, await later(() => this.#native.order(invoiceNumber)))
  }

  async orders({ after = '', limit = PAGE } = {}) {
    return listed(StoredOrder, await later(() => this.#native.orders(after, limit)))
  }

  async unresolved() {
    return listed(StoredOrder, await later(() => this.#native.unresolved()))
  }

  async reconcile(invoiceNumber) {
    return new StoredOrder(SEAL, await later(() => this.#native.reconcile(invoiceNumber)))
  }

  async close(invoiceNumber, reason) {
    return new StoredOrder(SEAL, await later(() => this.#native.close(invoiceNumber, reason)))
  }

  async effects({ open = false, after = 0, limit = PAGE } = {}) {
    return listed(Effect, await later(() => this.#native.effects(open, after, limit)))
  }

  async deadEffects({ after = 0, limit = PAGE } = {}) {
    return listed(Effect, await later(() => this.#native.deadEffects(after, limit)))
  }

  async effect(id) {
    return new Effect(SEAL, await later(() => this.#native.effect(id)))
  }

  async deliver(id) {
    await later(() => this.#native.deliver(id))
  }

  async take(limit = 10) {
    return listed(Effect, await later(() => this.#native.take(limit)))
  }

  async done({ id, attempt }) {
    return later(() => this.#native.done(id, attempt))
  }

  async notifications({ invoiceNumber = '', quarantined = false, after = 0, limit = PAGE } = {}) {
    const rows = await later(() => this.#native.notifications(invoiceNumber, quarantined, after, limit))
    return listed(StoredNotification, rows)
  }

  async prune(age) {
    return later(() => this.#native.prune(age))
  }

  async backup(to) {
    await later(() => this.#native.backup(to))
  }

  async check() {
    return later(() => this.#native.check())
  }

  async warnings() {
    return later(() => this.#native.warnings())
  }

  async counts() {
    return later(() => this.#native.counts())
  }

  get hasFailed() {
    return call(() => this.#native.hasFailed)
  }

  async closeStore() {
    for (const stop of this.#running) stop()
    await later(() => this.#native.closeStore())
  }

  [inspect.custom]() {
    return 'Orders {}'
  }
}

/** Hands one effect to the handler, and says how that ended. */
async function act(handed, handler) {
  const effect = new Effect(SEAL, handed.effect)
  try {
    await handler(effect)
  } catch (error) {
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    process.emitWarning(`the handler of effect ${effect.id} failed, and gets it again by its schedule: ${why}`, 'DokuWarning')
    handed.failed(why)
    return
  }
  handed.done()
}

function placed({ order, isRepeated }) {
  return { order: new StoredOrder(SEAL, order), isRepeated }
}

function listed(type, rows) {
  return rows.map((row) => new type(SEAL, row))
}

function signalOf(options) {
  const { signal, ...others } = options
  const [name] = Object.keys(others)
  if (name !== undefined) {
    const message = `the options have no member ${name.slice(0, 128)}; known are signal`
    throw argument(TypeError, 'unknown_option', message)
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw argument(TypeError, 'not_a_signal', 'signal must be an AbortSignal')
  }
  return signal
}

if (Symbol.asyncDispose) {
  Object.defineProperty(Orders.prototype, Symbol.asyncDispose, { value: Orders.prototype.closeStore })
}

module.exports = { Orders }
