'use strict'

// Orders of processes that are killed, that share a store, and that end.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { createInterface } = require('node:readline')

const { promise } = require('./doku.js')
const { CREDENTIALS, World, each } = require('./world.js')

/** What stands between a merchant and DOKU: it passes requests on, and keeps the answers while it is told to. */
async function between(t) {
  const state = { requestIds: [], answered: promise(), keepsAnswers: true }
  const listening = http.createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    state.requestIds.push(request.headers['request-id'])
    const { host, connection, ...headers } = request.headers
    const answer = await fetch(World.environment + request.url, { method: 'POST', headers, body: Buffer.concat(chunks) })
    const body = Buffer.from(await answer.arrayBuffer())
    state.answered.resolve()
    if (state.keepsAnswers) return
    const { date, connection: _, 'transfer-encoding': __, ...told } = Object.fromEntries(answer.headers)
    response.writeHead(answer.status, told).end(body)
  })
  t.after(() => listening.close())
  t.after(() => listening.closeAllConnections())
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, { url: `http://127.0.0.1:${listening.address().port}` })
}

/** Starts a program of a merchant's; it has `orders` and `order`. */
function shop(t, environment, location, code, options = {}) {
  const program = `
    const { Client, Orders } = require(${JSON.stringify(path.join(__dirname, '..'))})
    const { order, notification } = require(${JSON.stringify(path.join(__dirname, 'doku.js'))})
    const client = new Client(${JSON.stringify({ environment, attempts: 1, ...CREDENTIALS })})
    Orders.open(client, ${JSON.stringify(location)}, ${JSON.stringify(options)}).then(async (orders) => {${code}})`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

each('killed between sending and the answer', async (world) => {
  const middle = await between(world.t)
  const options = { lease: 1_000, patience: 1 }
  const request = JSON.stringify(world.request())
  const child = shop(world.t, middle.url, world.location, `await orders.place(${request})`, options)
  await middle.answered.done
  // DOKU has the order, and the shop has no answer.
  child.kill('SIGKILL')
  await once(child, 'exit')
  middle.keepsAnswers = false
  const orders = await world.open(options, world.client({ environment: middle.url }))
  const stored = await orders.order(world.number)
  assert.deepEqual([stored.rank, stored.paymentUrl], ['SENT', null])
  const placed = await orders.place(world.request())
  assert.deepEqual([placed.rank, placed.lastOutcome, placed.requestId], ['PENDING', 'replayed', stored.requestId])
  assert.ok(placed.paymentUrl)
  assert.deepEqual(middle.requestIds, [stored.requestId, stored.requestId])
})

each('processes share a store, and end by themselves', async (world) => {
  const numbers = Array.from({ length: 6 }, (_, at) => `${world.number}-${at}`)
  const code = `
    for (const number of ${JSON.stringify(numbers)}) await orders.place(order({ invoice_number: number }))
    console.log('placed')
    process.stdin.once('data', async () => {
      await orders.runOnce((effect) => console.log(effect.invoiceNumber))
      await orders.closeStore()
      process.stdin.unref()
    })`
  const shops = [1, 2, 3].map(() => shop(world.t, World.environment, world.location, code))
  const lines = shops.map((child) => {
    const said = []
    createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
    return said
  })
  await Promise.all(shops.map((child) => once(child.stdout, 'data')))
  const orders = await world.open()
  const placed = await orders.orders()
  assert.deepEqual(placed.map(({ attempts }) => attempts), [1, 1, 1, 1, 1, 1])
  for (const { invoiceNumber } of placed) assert.equal((await world.receive(orders, {}, invoiceNumber)).status, 200)
  const exits = Promise.all(shops.map((child) => once(child, 'close')))
  for (const child of shops) child.stdin.write('\n')
  assert.deepEqual((await exits).map(([code]) => code), [0, 0, 0])
  assert.deepEqual(lines.flat().filter((line) => line !== 'placed').sort(), numbers)
})

each('a process ends when its loop was stopped, with an open store', async (world) => {
  const code = `
    const stop = new AbortController()
    const running = orders.run(() => stop.abort(), { signal: stop.signal })
    await orders.place(${JSON.stringify(world.request())})
    const { headers, body } = notification(${JSON.stringify(world.number)})
    await orders.receive(headers, body)
    await running
    console.log('stopped')`
  const child = shop(world.t, World.environment, world.location, code)
  child.stdin.end()
  const [said] = await once(createInterface({ input: child.stdout }), 'line')
  const [status] = await once(child, 'exit')
  assert.deepEqual([said, status], ['stopped', 0])
})
