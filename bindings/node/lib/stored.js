'use strict'

const { inspect } = require('node:util')

const { make } = require('./errors.js')
const { native } = require('./native.js')
const { seal } = require('./order.js')
const { toJSON } = require('./record.js')

/** What a store tells: its members are its own, so that spreading and `structuredClone` have them. */
class Stored {
  constructor(given, record, how) {
    seal(given, how)
    for (const [name, value] of Object.entries(record)) {
      this[name] = name.endsWith('At') && value !== null ? new Date(value) : value
    }
  }

  toJSON() {
    return toJSON({ ...this })
  }
}

/** An order as it is stored. */
class StoredOrder extends Stored {
  constructor(given, record) {
    super(given, record, 'a StoredOrder comes from orders.place() or orders.order()')
  }

  [inspect.custom](_depth, options) {
    const { invoiceNumber, amount, rank, paymentUrl, isUnresolved } = this
    return `StoredOrder ${inspect({ invoiceNumber, amount, rank, paymentUrl, isUnresolved }, options)}`
  }
}

/** A status that an order reached, to be acted on once. */
class Effect extends Stored {
  constructor(given, record) {
    super(given, record, 'an Effect comes from orders.run() or orders.take()')
  }
}

/** A genuine notification as it is stored. */
class StoredNotification extends Stored {
  constructor(given, record) {
    super(given, record, 'a StoredNotification comes from orders.notifications()')
  }
}

/** Returns what to answer DOKU with. */
function acknowledgement({ headers, error, ...others }) {
  const pairs = headers.flatMap((name, at) => (at % 2 ? [] : [[name, headers[at + 1]]]))
  return { ...others, headers: Object.fromEntries(pairs), error: error && make(native.parse(error, false)) }
}

module.exports = { Effect, StoredNotification, StoredOrder, acknowledgement }
