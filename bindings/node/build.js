'use strict'

// Builds the addon with cargo and puts it beside this file. Run by `npm install`.
//
//   node build.js [--features NAMES] [--out FILE]
//
// DOKU_BUILD_PROFILE names another profile of cargo's: `dev` builds quickly, for tests.

const { spawnSync } = require('node:child_process')
const { copyFileSync, existsSync, renameSync, statSync } = require('node:fs')
const path = require('node:path')
const { parseArgs } = require('node:util')

const { values } = parseArgs({ options: { features: { type: 'string' }, out: { type: 'string' } } })
const out = path.resolve(values.out ?? path.join(__dirname, 'doku_indodana.node'))
const workspace = path.resolve(__dirname, '../..')

if (!existsSync(path.join(__dirname, 'Cargo.toml'))) {
  if (existsSync(out)) process.exit(0) // A package that was packed with its addon.
  fail('the addon is not in this package, and neither is its source; install the folder bindings/node of a checkout')
}

const profile = process.env.DOKU_BUILD_PROFILE || 'binding'
const options = ['build', '--profile', profile, '--locked', '--package', 'doku-indodana-node']
if (values.features) options.push('--features', values.features)
const cargo = spawnSync('cargo', [...options, '--message-format', 'json-render-diagnostics'], {
  cwd: workspace,
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'inherit'],
})
if (cargo.error?.code === 'ENOENT') {
  fail('cargo is not installed; the addon is built with it. Install Rust 1.89 or later from rustup.rs or your system')
}
if (cargo.error) fail(`cargo cannot be started: ${cargo.error.message}`)
if (cargo.status !== 0) fail(`cargo failed with ${cargo.status ?? cargo.signal}; its output is above`)

const artifacts = cargo.stdout
  .toString()
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
const library = artifacts
  .filter((message) => message.reason === 'compiler-artifact' && message.target.name === 'doku_indodana_node')
  .flatMap((message) => message.filenames)
  .find((name) => /\.(so|dylib|dll)$/.test(name))
if (!library) fail('cargo named no library; please report this')

// Renamed at once, so that a process which has the old addon open keeps it.
copyFileSync(library, `${out}.new`)
renameSync(`${out}.new`, out)
console.log(`built ${path.basename(out)}: ${(statSync(out).size / 1e6).toFixed(1)} MB`)

function fail(message) {
  console.error(`doku-indodana: ${message}`)
  process.exit(1)
}
