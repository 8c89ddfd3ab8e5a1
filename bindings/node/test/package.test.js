'use strict'

const assert = require('node:assert/strict')
const { execFileSync, spawnSync } = require('node:child_process')
const { mkdtempSync, readFileSync, readdirSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')
const test = require('node:test')
const { Worker } = require('node:worker_threads')

const doku = require('..')

const FOLDER = path.join(__dirname, '..')

test('both module systems have the same names', async () => {
  const module = await import('doku-indodana')
  const { default: whole, 'module.exports': _, ...names } = module
  assert.equal(whole, doku)
  assert.deepEqual({ ...names }, { ...doku })
})

test('types, versions and codes are those of the code', () => {
  const text = (name) => readFileSync(path.join(FOLDER, name), 'utf8')
  const all = (text, pattern) => [...new Set(Array.from(text.matchAll(pattern), ([, name]) => name))].sort()
  const types = text('index.d.ts')
  assert.deepEqual(all(types, /^export (?:class|function) (\w+)/gm), Object.keys(doku).sort())
  const [, version] = text('../../Cargo.toml').match(/^version = "(.+)"/m)
  assert.equal(JSON.parse(text('package.json')).version, version)
  const names = (folder) => readdirSync(path.join(FOLDER, folder)).map((name) => text(`${folder}/${name}`))
  const sources = [...names('src'), ...names('lib')].join('')
  const codes = all(sources, /(?:kind|range|refuse|out_of_range|argument)\(\s*(?:\w+Error, )?["'](\w+)["']/g)
  const [union] = types.match(/export type ArgumentErrorCode =[^(]+/)
  assert.deepEqual(all(union, /'(\w+)'/g), codes)
})

test('no panic crosses', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-node-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const addon = path.join(folder, 'panic.node')
  execFileSync(process.execPath, ['build.js', '--features', 'panic', '--out', addon], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const script = `
    const native = require(${JSON.stringify(addon)})
    const { translate } = require('./lib/native.js')
    try { native.panic() } catch (error) { show(error) }
    native.panicLater().catch(show)
    function show(error) { const { code, message } = translate(error); console.log(code + '|' + message) }`
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { cwd: FOLDER, encoding: 'utf8' })
  assert.equal(status, 0)
  const [now, later] = stdout.split('\n')
  assert.match(now, /^bug\|an error within doku-indodana: a panic in a call; please report this$/)
  assert.match(later, /^bug\|an error within doku-indodana: .*a panic in a promise.*; please report this$/)
})

test('threads, and an end in the middle of a call', async () => {
  const script = `
    const { Client, prepare } = require(${JSON.stringify(FOLDER)})
    const net = require('node:net')
    const { order } = require(${JSON.stringify(path.join(__dirname, 'doku.js'))})
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const environment = 'http://127.0.0.1:' + server.address().port
      const client = new Client({ environment, clientId: 'BRN-1', secretKey: 'SK-1' })
      client.send(prepare(order()))
      server.once('connection', () => process.exit(7))
    })`
  const codes = [0, 1, 2].map(() => new Promise((resolve) => new Worker(script, { eval: true }).once('exit', resolve)))
  assert.deepEqual(await Promise.all(codes), [7, 7, 7])
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  assert.deepEqual([status, stderr], [7, ''])
})

test('the build says what is missing', () => {
  const { status, stderr } = spawnSync(process.execPath, ['build.js'], {
    cwd: FOLDER,
    encoding: 'utf8',
    env: { PATH: '' },
  })
  assert.equal(status, 1)
  assert.match(stderr, /^doku-indodana: cargo is not installed; the addon is built with it\. Install Rust/)
})
