// A small shop with Express: it takes an order, sends the customer to the payment page, and receives the notification.
//
//   doku simulator --notification-url http://127.0.0.1:8080/payments/notifications
//   node examples/shop.mjs        # then open http://127.0.0.1:8080
//
// Without DOKU_ENVIRONMENT it talks to the simulator. With `sandbox`, `production` or a URL it takes the
// credentials from DOKU_CLIENT_ID and DOKU_SECRET_KEY.

import { Client, DokuError, VerificationError, Verifier } from 'doku-indodana'
import express from 'express'

/** The path of the notification URL, exactly as DOKU has it. */
const NOTIFICATION_PATH = '/payments/notifications'

/** What DOKU expects as the acknowledgement. */
const ACKNOWLEDGED = { responseCode: '2000000', responseMessage: 'Successful' }

const port = Number(process.env.PORT ?? 8080)
const environment = process.env.DOKU_ENVIRONMENT
// The simulator's key is known to everyone, so it is used with the simulator alone.
const LOCAL = { clientId: 'SIM-0001-0000000000001', secretKey: 'SK-simulator-known-to-everyone' }
const doku = environment
  ? Client.fromEnv({ environment })
  : new Client({ environment: 'http://127.0.0.1:4000', ...LOCAL })
const verifier = environment ? Verifier.fromEnv() : new Verifier(LOCAL.clientId, LOCAL.secretKey)

/**
 * What the shop knows of its orders. A real shop keeps this in a database, written before the order is sent.
 *
 * @type {Map<string, { amount: bigint, status: string }>}
 */
const orders = new Map()

const app = express()

// Before any `express.json()`: the signature covers the raw bytes.
app.post(NOTIFICATION_PATH, express.raw({ type: () => true, limit: '1mb' }), (request, response) => {
  let notification
  try {
    // Without a body express leaves `request.body` undefined.
    notification = verifier.verifyNotification(NOTIFICATION_PATH, request.rawHeaders, request.body ?? Buffer.alloc(0))
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error
    console.error(`refused a notification: ${error.message}`)
    response.sendStatus(401)
    return
  }
  // Genuine from here on: it is acknowledged whatever it says. Store it before the answer in a real shop.
  const order = orders.get(notification.invoiceNumber ?? '')
  if (order && notification.amount === order.amount && notification.status !== null) {
    // Only ever upwards, so that repeated and late notifications change nothing, whatever their order.
    if (rank(notification.status) > rank(order.status)) order.status = notification.status
  } else {
    console.error('a genuine notification fits no order; look at it by hand')
  }
  response.json(ACKNOWLEDGED)
})

app.get('/', (_request, response) => {
  const rows = [...orders].map(([number, { amount, status }]) => `<li>${number}: Rp${amount} ${status}</li>`)
  response.send(
    '<h1>Ayam geprek</h1><form method="post" action="/buy"><button>Buy two for Rp100000</button></form>' +
      `<ul>${rows.join('')}</ul>`,
  )
})

app.post('/buy', async (_request, response) => {
  const invoiceNumber = `INV-${Date.now()}`
  orders.set(invoiceNumber, { amount: 100_000n, status: 'PENDING' })
  try {
    const prepared = doku.prepare(order(invoiceNumber))
    // A real shop stores prepared.requestId and prepared.body here, to send the same order again after a crash.
    const generated = await doku.send(prepared)
    response.redirect(303, generated.paymentUrl)
  } catch (error) {
    if (!(error instanceof DokuError)) throw error
    // The text holds no personal data, so it may be logged.
    console.error(`${invoiceNumber}: ${error.message}`)
    const text =
      error.outcome === 'unknown'
        ? 'We do not know yet whether the order was made. Please wait before you try again.'
        : 'Indodana cannot be used for this order. Please choose another way to pay.'
    response.status(502).type('text').send(text)
  }
})

app.get('/done', (_request, response) => {
  response.send('<p>Thank you. We tell you when the payment has arrived. <a href="/">Back</a></p>')
})
app.get('/cancel', (_request, response) => {
  response.send('<p>Cancelled. <a href="/">Back</a></p>')
})

const server = app.listen(port, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
})

/**
 * How far a status is: a payment after an expiry counts, and a refund after a payment.
 *
 * @param {string} status
 */
function rank(status) {
  return ['FAILED', 'EXPIRED', 'SUCCESS', 'REFUNDED'].indexOf(status)
}

/**
 * @param {string} invoiceNumber
 * @returns {import('doku-indodana').GenerateOrderRequest}
 */
function order(invoiceNumber) {
  return {
    order: {
      invoice_number: invoiceNumber,
      amount: 100_000,
      line_items: [
        // A discount lowers the price, shipping is an item of its own.
        { name: 'Ayam geprek', price: 45_000, quantity: 2, id: '1002', category: 'food-and-beverage' },
        { name: 'Ongkos kirim', price: 10_000, quantity: 1, id: 'ONGKIR', category: 'others' },
      ],
      callback_url: `http://127.0.0.1:${port}/done`,
      callback_url_cancel: `http://127.0.0.1:${port}/cancel`,
    },
    peer_to_peer_info: { merchant_unique_reference: invoiceNumber, expired_time: 60 },
    customer: { first_name: 'Sari', last_name: 'Wulandari', email: 's.w@mail.example', phone: '6281122334455' },
    billing_address: {
      first_name: 'Sari',
      address: 'Jalan Melati No. 25',
      city: 'Jakarta',
      postal_code: '12960',
      phone: '6281122334455',
      country_code: 'IDN',
    },
  }
}
