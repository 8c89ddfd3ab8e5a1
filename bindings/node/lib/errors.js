'use strict'

/** Why a call did not end as asked. */
class DokuError extends Error {
  constructor(record) {
    super(record.message, record.cause ? { cause: new Error(record.cause) } : undefined)
    this.code = record.code
    this.outcome = record.outcome ?? 'nothing_sent'
    this.isRetryable = record.retryable ?? false
    this.requestId = record.request_id ?? null
    this.syntax = record.syntax ?? null
    this.violations = record.violations ?? []
    this.rejection = record.rejection ?? null
    this.verification = record.verification ?? null
    // DOKU's texts may repeat what the customer typed, so they do not get into logs by themselves.
    if (this.rejection) hide(this.rejection, 'messages')
  }
}

/** Why a message is not proven to be DOKU's. */
class VerificationError extends DokuError {}

for (const type of [DokuError, VerificationError]) {
  Object.defineProperty(type.prototype, 'name', { value: type.name, configurable: true, writable: true })
}

function hide(object, name) {
  Object.defineProperty(object, name, { enumerable: false })
}

const CLASSES = { DokuError, VerificationError }

/** Returns the exception for a record of the addon. */
function make(record) {
  const type = CLASSES[record.class]
  if (type) return new type(record)
  return argument(record.class === 'RangeError' ? RangeError : TypeError, record.code, record.message)
}

/** Returns an exception of JavaScript's own with our code. */
function argument(type, code, message) {
  return Object.assign(new type(message), { code })
}

module.exports = { DokuError, VerificationError, argument, make }
