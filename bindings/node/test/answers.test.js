'use strict'

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const test = require('node:test')

const { Client } = require('..')
const { order, spec } = require('./doku.js')

test('vectors of answers, over a socket', async (t) => {
  const { vectors } = JSON.parse(spec('vectors/answers.json'))
  let vector
  const listening = http.createServer((request, response) => {
    const body = Buffer.from(vector.body.utf8 ?? vector.body.base64, vector.body.utf8 == null ? 'base64' : 'utf8')
    request.resume().once('end', () => response.writeHead(vector.status, vector.headers.flat()).end(body))
  })
  t.after(() => listening.close())
  await once(listening.listen(0, '127.0.0.1'), 'listening')
  const [{ client_id: clientId, keys }] = vectors
  const environment = `http://127.0.0.1:${listening.address().port}`
  const client = new Client({ environment, clientId, secretKey: keys[0], furtherKeys: [keys[1]], attempts: 1 })
  for (vector of vectors) {
    const { id, outcome, request_id: requestId } = vector
    assert.deepEqual([vector.client_id, vector.keys], [clientId, keys], id)
    const prepared = client.prepare(order(), { requestId })
    assert.deepEqual([prepared.invoiceNumber, prepared.amount], [vector.invoice_number, BigInt(vector.amount)], id)
    const said = await client.send(prepared).then(
      () => 'generated',
      (error) => error.outcome,
    )
    assert.equal(said, outcome, id)
  }
  assert.ok(vectors.length > 200, `only ${vectors.length} vectors`)
})
