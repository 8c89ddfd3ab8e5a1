'use strict'

// What the tests of a store stand on: a simulator, PostgreSQL, and a store for each test on either engine.

const assert = require('node:assert/strict')
const { mkdtempSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { test, after, before } = require('node:test')

const { Client, Orders, StoreError } = require('..')
const { CLIENT_ID, SECRET_KEY, notification, order, simulator } = require('./doku.js')
const postgres = require('./postgres.js')

const CREDENTIALS = { clientId: CLIENT_ID, secretKey: SECRET_KEY }

let server
const ends = []

/** A store that does not exist yet, and an invoice number that the simulator does not know. */
class World {
  /** Where the simulator is. */
  static environment
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
    return new Client({ environment: World.environment, attempts: 1, ...CREDENTIALS, ...options })
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

before(async () => {
  World.environment = await simulator({ after: (end) => ends.push(end) }, 'http://127.0.0.1:9/payments/notifications')
  if (!postgres.missing()) {
    server = await postgres.serve()
    ends.push(server.stop)
  }
})

after(async () => {
  for (const end of ends) await end()
})

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

module.exports = { CREDENTIALS, World, each, refused }
