'use strict'

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { createInterface } = require('node:readline')
const test = require('node:test')

const { CLIENT_ID, SECRET_KEY, freePort, simulator } = require('./doku.js')

const FOLDER = path.join(__dirname, '..')

test('the programs of the README order and get notified', { timeout: 120_000 }, async (t) => {
  const readme = readFileSync(path.join(FOLDER, 'README.md'), 'utf8')
  const [receive, order] = Array.from(readme.matchAll(/```js\n(.*?)```/gs), ([, code]) => code)
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-node-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(FOLDER, path.join(folder, 'node_modules/doku-indodana'))
  symlinkSync(path.join(FOLDER, 'node_modules/express'), path.join(folder, 'node_modules/express'))

  const port = await freePort()
  const environment = await simulator(t, `http://127.0.0.1:${port}/payments/notifications`)
  const run = (name, code) => {
    writeFileSync(path.join(folder, name), code)
    const env = { ...process.env, DOKU_CLIENT_ID: CLIENT_ID, DOKU_SECRET_KEY: SECRET_KEY }
    const child = spawn(process.execPath, [name], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill())
    return createInterface({ input: child.stdout })
  }
  const received = once(run('receive.mjs', receive.replace('8080', port)), 'line')
  while (!(await fetch(`http://127.0.0.1:${port}`).catch(() => null)));

  const [paymentUrl] = await once(run('order.mjs', order.replace("'sandbox'", `'${environment}'`)), 'line')
  await fetch(`${paymentUrl}/pay`, { method: 'POST', redirect: 'manual' })
  assert.deepEqual(await received, ['INV-1 100000n SUCCESS'])
})
