'use strict'

/**
 * Makes the getters of an object's class its own, so that spreading, `structuredClone` and `postMessage` have what they
 * give. `console.log` shows none of it, by the class's own inspection.
 */
function expose(object) {
  const getters = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object))
  for (const [name, { get }] of Object.entries(getters)) {
    if (get !== undefined) Object.defineProperty(object, name, { get, enumerable: true })
  }
}

/**
 * Returns a value that JSON can hold, with nothing lost: a bigint is a number, or its digits as text beyond 2^53 - 1;
 * bytes are text, or Base64 where they are not UTF-8.
 */
function toJSON(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value).toString('utf8')
    return Buffer.from(text).equals(value) ? text : { base64: Buffer.from(value).toString('base64') }
  }
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(toJSON)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJSON(member)]))
}

module.exports = { expose, toJSON }
