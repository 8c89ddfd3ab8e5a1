// A small shop with Express that survives any crash: it takes an order, sends the customer to pay, and ships once.
//
//   doku simulator --notification-url http://127.0.0.1:8080/payments/notifications
//   node examples/shop.mjs        # then open http://127.0.0.1:8080
//
// Without DOKU_ENVIRONMENT it talks to the simulator. With `sandbox` or a URL it takes the credentials from DOKU_CLIENT_ID
// and DOKU_SECRET_KEY. The store is the file doku.db, or what DOKU_STORE names.

import { randomUUID } from 'node:crypto'
import { Client, Orders, StoreError } from 'doku-indodana'
import express from 'express'
import { order } from './order.mjs'

const port = Number(process.env.PORT ?? 8080)
const environment = process.env.DOKU_ENVIRONMENT
// The simulator's key is known to everyone, so it is used with the simulator alone.
const LOCAL = { clientId: 'SIM-0001-0000000000001', secretKey: 'SK-simulator-known-to-everyone' }
const doku = environment
  ? Client.fromEnv({ environment })
  : new Client({ environment: 'http://127.0.0.1:4000', ...LOCAL })
const orders = await Orders.open(doku, process.env.DOKU_STORE ?? 'doku.db')

const app = express()

// Verified, on the disk, and then the answer to give. Before any `express.json()`: the signature covers the raw bytes.
app.post('/payments/notifications', express.raw({ type: () => true, limit: '1mb' }), async (request, response) => {
  const answer = await orders.receive(request.rawHeaders, request.body ?? Buffer.alloc(0))
  if (answer.error) console.error(`refused a notification: ${answer.error.message}`)
  response.status(answer.status).set(answer.headers).send(answer.body)
})

app.get('/', async (_request, response) => {
  const rows = (await orders.orders()).map(({ invoiceNumber, amount, rank }) => `<li>${invoiceNumber}: Rp${amount} ${rank}`)
  // Each page has a cart of its own; pressing its button twice buys it once.
  const form = `<form method="post" action="/buy/${randomUUID()}"><button>Buy two for Rp100000</button></form>`
  response.send(`<h1>Ayam geprek</h1>${form}<ul>${rows.join('')}</ul>`)
})

app.post('/buy/:cart', async (request, response) => {
  const cart = request.params.cart.replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/.test(cart)) return void response.sendStatus(404)
  try {
    // The cart is the invoice number: a double click, and a restart in between, are the same order.
    const { paymentUrl, rank } = await orders.place(order(`INV-${cart}`, port))
    if (paymentUrl) return response.redirect(303, paymentUrl)
    const text = rank === 'REFUSED' ? 'Please choose another way to pay.' : 'Please wait a moment, and reload this page.'
    response.status(rank === 'REFUSED' ? 502 : 202).send(text)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    console.error(error.message) // it holds no personal data
    response.status(error.httpStatus).send('Please try again in a moment.')
  }
})

app.get('/done', (_request, response) => void response.send('Thank you. <a href="/">Back</a>'))
app.get('/cancel', (_request, response) => void response.send('Cancelled. <a href="/">Back</a>'))

app.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`))

// An effect may come again under the same id: ship what is not shipped under this id yet.
await orders.run((effect) => console.log(effect.id, effect.invoiceNumber, effect.status))
