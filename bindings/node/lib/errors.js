'use strict'

/** Why a call did not end as asked. */
class DokuError extends Error {
  constructor(record) {
    super(record.message, record.cause ? { cause: new Error(record.cause) } : undefined)
    this.code = record.code
    this.outcome = record.outcome
    this.isRetryable = record.retryable ?? false
    this.requestId = record.request_id ?? null
    this.syntax = record.syntax ?? null
    this.violations = record.violations ?? []
    this.rejection = record.rejection ?? null
    this.verification = record.verification ?? null
    // DOKU's texts may repeat what the customer typed, so they do not get into logs by themselves.
    if (this.rejection) hide(this.rejection, 'messages')
  }

  toJSON() {
    const { name, code, message, outcome, requestId, isRetryable, syntax, violations, verification } = this
    const rejection = this.rejection && { ...this.rejection }
    return { name, code, message, outcome, requestId, isRetryable, syntax, violations, verification, rejection }
  }
}

/** Why a message is not proven to be DOKU's. */
class VerificationError extends DokuError {}

/** Why the store did not do what it was asked for. */
class StoreError extends DokuError {
  constructor(record) {
    super(record)
    this.kind = record.kind
    this.httpStatus = record.httpStatus
  }

  toJSON() {
    const { kind, httpStatus } = this
    return { ...super.toJSON(), kind, httpStatus }
  }
}

for (const type of [DokuError, StoreError, VerificationError]) {
  Object.defineProperty(type.prototype, 'name', { value: type.name, configurable: true, writable: true })
}

function hide(object, name) {
  Object.defineProperty(object, name, { enumerable: false })
}

const CLASSES = { DokuError, StoreError, VerificationError }

/** Returns the exception for a record of the addon. */
function make(record) {
  const type = CLASSES[record.class]
  if (type) return new type(record)
  return argument(record.class === 'RangeError' ? RangeError : TypeError, record.code, record.message, record.pointer)
}

/** Returns an exception of JavaScript's own with our code, and with the place in the body if it is about one. */
function argument(type, code, message, pointer) {
  return Object.assign(new type(message), pointer == null ? { code } : { code, pointer })
}

module.exports = { DokuError, StoreError, VerificationError, argument, make }
