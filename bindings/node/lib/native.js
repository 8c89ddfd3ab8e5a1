'use strict'

const path = require('node:path')

const { make } = require('./errors.js')

const native = load()

/** What stands before the record in the text of a native error. */
const MARK = 'doku-indodana:'

/** Calls the addon, and throws what the package documents. */
function call(run) {
  try {
    return run()
  } catch (error) {
    throw translate(error)
  }
}

/** As `call`, for a promise. */
async function later(run) {
  try {
    return await run()
  } catch (error) {
    throw translate(error)
  }
}

/** Returns the exception for a native error; what the caller's own code threw stays as it is. */
function translate(error) {
  if (typeof error?.message !== 'string') return error
  if (error.message.startsWith(MARK)) return make(native.parse(error.message.slice(MARK.length), false))
  if (error.code !== 'GenericFailure') return error
  const message = `an error within doku-indodana: ${error.message}; please report this`
  return make({ class: 'DokuError', code: 'bug', outcome: 'unknown', message })
}

function load() {
  const file = path.join(__dirname, '..', 'doku_indodana.node')
  try {
    return require(file)
  } catch (error) {
    const missing = error.code === 'MODULE_NOT_FOUND'
    const message = missing
      ? `doku-indodana: the addon ${file} is not built; run \`npm install\` in its folder, which needs cargo`
      : `doku-indodana: the addon ${file} cannot be loaded; run \`npm install\` in its folder to build it again`
    throw new Error(message, { cause: error })
  }
}

module.exports = { call, later, native, translate }
