// What the types allow and what they do not. Compiled by `tsc --strict`, never run.

import {
  type Category,
  Client,
  DokuError,
  type Effect,
  type GenerateOrderRequest,
  Notification,
  Orders,
  type OrderStatus,
  type PaymentNotification,
  type Placed,
  PreparedOrder,
  type Rank,
  StoreError,
  type StoreErrorKind,
  StoredOrder,
  type TransactionStatus,
  type Verdict,
  VerificationError,
  Verifier,
  check,
  prepare,
  sign,
} from 'doku-indodana'
import type { IncomingMessage } from 'node:http'

declare const request: GenerateOrderRequest
declare const incoming: IncomingMessage
declare const notification: Notification
declare const payment: PaymentNotification
declare const status: OrderStatus

const client = new Client({ environment: 'http://127.0.0.1:4000', clientId: 'BRN-1', secretKey: 'SK-1', timeout: 5 })
Client.fromEnv({ environment: 'sandbox' })
const prepared: PreparedOrder = client.prepare(Buffer.from('{}'), { requestId: 'r-1' })
export const url: Promise<string> = client.generateOrder(request).then((order) => order.paymentUrl)
export const valid: boolean = check('request', {}).valid
void client.send(prepared)
// @ts-expect-error the environment must be named
new Client({ clientId: 'BRN-1', secretKey: 'SK-1' })
// @ts-expect-error the secret key must be given
new Client({ environment: 'sandbox', clientId: 'BRN-1' })
// @ts-expect-error a request is prepared first
void client.send(request)
// @ts-expect-error there is no such kind
check('order', {})
// @ts-expect-error text is no body
prepare('{}')

export const queued: string | { base64: string } = notification.toJSON().body
export const storedAmount: number | string | null = notification.toJSON().amount
// @ts-expect-error what comes from a queue is no PreparedOrder
void client.send(prepared.toJSON())
// @ts-expect-error a method is not stored
notification.toJSON().age

export const orders: Promise<Orders> = Orders.open(client, 'doku.db', { handlers: 4 })
export async function store(orders: Orders): Promise<Rank> {
  const placed = await orders.place(request)
  const amount: bigint = placed.amount
  const page: string | null = placed.paymentUrl
  const answer = await orders.receive(incoming.rawHeaders, Buffer.alloc(0))
  const verdict: Verdict | null = answer.verdict
  await orders.run(async (effect: Effect) => console.log(effect.id, amount, page, verdict), {
    signal: AbortSignal.timeout(1),
  })
  const stored: string | null = placed.toJSON().dueAt
  const { order, isRepeated }: Placed = await orders.placeKeyed(request, 'cart-1')
  isRepeated satisfies boolean
  order satisfies StoredOrder
  await orders.enqueue(Buffer.alloc(0))
  // @ts-expect-error whether there is a key is said
  await orders.placeKeyed(request)
  // @ts-expect-error a schedule is a list of waits
  await Orders.open(client, 'doku.db', { effectSchedule: 5 })
  await orders.done((await orders.take())[0]!)
  // @ts-expect-error the client comes first
  await Orders.open('doku.db')
  // @ts-expect-error an order exists only by the store
  new StoredOrder()
  // @ts-expect-error a parsed body is not the raw bytes
  await orders.receive(incoming.headers, {})
  if (answer.error instanceof StoreError) answer.error.kind satisfies StoreErrorKind
  return stored === null ? 'SUCCESS' : placed.rank
}

// Requests are closed, and their money may be a bigint.
const item = { name: 'Ayam', price: 1.5, quantity: 2n, id: '1', category: 'others' } as const
export const order: GenerateOrderRequest['order'] = {
  invoice_number: 'INV-1',
  amount: 9_999_999_999_999_999n,
  line_items: [item],
  callback_url_cancel: 'https://merchant.example/cancel',
  callback_url: undefined,
}
// @ts-expect-error the price must be a number or a bigint
export const price: GenerateOrderRequest['order']['line_items'][0] = { ...item, price: '5' }
// @ts-expect-error a mandatory member is missing
export const customer: GenerateOrderRequest['customer'] = { first_name: 'Sari', email: 's.w@mail.example' }
// @ts-expect-error the contract has no such member
export const extra: GenerateOrderRequest['peer_to_peer_info'] = { merchant_unique_reference: '1', note: '' }
// @ts-expect-error the category is not listed
export const category: Category = 'ELECTRONIC'

// Answers are open, and their money is a bigint.
export const voided: TransactionStatus = 'VOIDED'
export const amount: bigint = payment.order.amount
export const refunded: bigint | undefined = status.refund?.amount
// @ts-expect-error an amount that was received is no number
export const float: number = payment.order.amount
// @ts-expect-error the body may be unreadable
export const certain: bigint = notification.amount

const verifier = new Verifier('BRN-1', 'SK-1', 'SK-2')
verifier.verifyNotification('/n', incoming.rawHeaders, Buffer.alloc(0))
verifier.verifyNotification('/n', incoming.headers, Buffer.alloc(0))
verifier.verifyNotification('/n', incoming.headersDistinct, Buffer.alloc(0))
verifier.verifyNotification('/n', new Headers(), new Uint8Array())
verifier.verifyNotification('/n', [['Client-Id', 'BRN-1']], Buffer.alloc(0))
// @ts-expect-error a parsed body is not the raw bytes
verifier.verifyNotification('/n', incoming.headers, {})
// @ts-expect-error a text is not the raw bytes
verifier.verifyNotification('/n', incoming.headers, '{}')
// @ts-expect-error a notification exists only by verification
new Notification()

sign('SK-1', { clientId: 'BRN-1', requestId: 'r-1', requestTimestamp: new Date(), target: '/', digest: null })
prepared.sign({ clientId: 'BRN-1', secretKey: 'SK-1' })
export const paid: Promise<TransactionStatus | null> = client.checkStatus('INV-1').then(({ status }) => status)
// @ts-expect-error a message without a body says so
sign('SK-1', { clientId: 'BRN-1', requestId: 'r-1', requestTimestamp: new Date(), target: '/' })

try {
  prepare(request)
} catch (error) {
  if (error instanceof VerificationError) error.verification.signed satisfies string | undefined
  if (error instanceof DokuError) error.outcome satisfies string | null
  // @ts-expect-error a notification's error has no outcome
  if (error instanceof DokuError) error.outcome satisfies string
  // @ts-expect-error a limit is no bigint, which JSON.stringify does not take
  if (error instanceof DokuError) error.violations[0]!.limit satisfies bigint
  if (error instanceof DokuError) error.violations.map(({ pointer, limit }) => [pointer, limit] as const)
}
