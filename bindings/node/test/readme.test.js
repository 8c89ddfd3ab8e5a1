'use strict'

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const { createInterface } = require('node:readline')
const test = require('node:test')

const { CLIENT_ID, SECRET_KEY, freePort, order, simulator } = require('./doku.js')

const FOLDER = path.join(__dirname, '..')

/** Returns the first programs of the README, and what runs them in a folder of their own. */
async function readme(t) {
  const text = readFileSync(path.join(FOLDER, 'README.md'), 'utf8')
  const programs = Array.from(text.matchAll(/```js\n(.*?)```/gs), ([, code]) => code)
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-node-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(FOLDER, path.join(folder, 'node_modules/doku-indodana'))
  symlinkSync(path.join(FOLDER, 'node_modules/express'), path.join(folder, 'node_modules/express'))
  const port = await freePort()
  const environment = await simulator(t, `http://127.0.0.1:${port}/payments/notifications`)
  const run = (name, code) => {
    writeFileSync(path.join(folder, name), code.replace('8080', port).replace("'sandbox'", `'${environment}'`))
    const env = { ...process.env, DOKU_CLIENT_ID: CLIENT_ID, DOKU_SECRET_KEY: SECRET_KEY }
    const child = spawn(process.execPath, [name], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
    t.after(() => child.kill())
    return createInterface({ input: child.stdout })
  }
  const listens = async () => {
    while (!(await fetch(`http://127.0.0.1:${port}`).catch(() => null)));
  }
  return { programs, run, listens }
}

const pay = (paymentUrl) => fetch(`${paymentUrl}/pay`, { method: 'POST', redirect: 'manual' })

test('the shop of the README places, receives and acts', { timeout: 120_000 }, async (t) => {
  const { programs, run, listens } = await readme(t)
  const buying = `console.log(await buy(JSON.parse(${JSON.stringify(JSON.stringify(order()))})))\nawait orders.run`
  const lines = run('shop.mjs', programs[0].replace('await orders.run', buying))
  const [paymentUrl] = await once(lines, 'line')
  const shipped = once(lines, 'line')
  await listens()
  await pay(paymentUrl)
  assert.deepEqual(await shipped, [`${order().order.invoice_number} SUCCESS`])
})

test('the programs of the README order and get notified', { timeout: 120_000 }, async (t) => {
  const { programs, run, listens } = await readme(t)
  const received = once(run('receive.mjs', programs[1]), 'line')
  await listens()
  const [paymentUrl] = await once(run('order.mjs', programs[2]), 'line')
  await pay(paymentUrl)
  assert.deepEqual(await received, ['INV-1 100000n SUCCESS'])
})
