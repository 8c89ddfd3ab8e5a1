/// <reference types="node" />

import type {
  ErrorCode,
  GenerateOrderRequest,
  GenerateOrderResponse,
  LineItem,
  OrderStatus,
  PaymentNotification,
  PaymentStatus,
  TransactionStatus,
  VerificationCode,
  ViolationCode,
} from './generated'

export * from './generated'

/** What a body is, for {@link check}. */
export type Kind = 'request' | 'response' | 'notification' | 'status' | 'error'

/**
 * Whether an order may exist at DOKU after an error.
 *
 * - `nothing_sent`: nothing of the order left this machine. Correct it and try again.
 * - `refused`: DOKU refused the order, and there is none. Offer another way to pay.
 * - `unknown`: an order may exist. Send the same prepared order again, or check its status; never make a new one.
 */
export type Outcome = 'nothing_sent' | 'refused' | 'unknown' | (string & {})

/** A part of a message of DOKU's that did not fit the contract and is absent from what was read. Never holds the value. */
export interface Note {
  /** Where, as a JSON pointer (RFC 6901). */
  pointer: string
  /** The stable code. */
  code: 'missing' | 'not_an_amount' | 'wrong_type' | (string & {})
  /** For people, without the pointer. */
  message: string
}

/** One place where a body breaks the contract, or an advisory. Never holds the value that was met. */
export interface Violation {
  /** Where, as a JSON pointer (RFC 6901): of the missing or unknown member itself, of the total for a sum. */
  pointer: string
  /** The stable code. */
  code: ViolationCode
  /** The keyword of the contract's schema, for example `maxLength`. */
  rule: string
  /**
   * The limit of the rule: a number, a pattern or the name of a type. A number beyond 2^53 - 1 is its digits as text, as
   * in `'9999999999999999'`, so that `JSON.stringify` takes it.
   */
  limit: number | string | null
  /** What was met instead: a type or a size, never the value; of a sum, what the items make and its difference. */
  met:
    | { type: string }
    | { characters: number }
    | { elements: number }
    | { sum: { sum: string; difference: string } }
    | null
  /** What would be acceptable: an example, the nearest listed value or the nearest name. Absent where there is none. */
  instead?: string
  /** The number in the deviations, for an advisory. */
  deviation?: string
  /** The text for people, without the pointer. */
  message: string
  /** The same in Indonesian. */
  messageIndonesian: string
}

/** What {@link check} found. */
export interface Report {
  /** Whether there is no violation. Advisories do not count. */
  valid: boolean
  /** A body with any of them is not sent. Sorted by pointer and code. */
  violations: Violation[]
  /** Limits that DOKU's page states and contradicts. They are reported, not enforced. */
  advisories: Violation[]
}

/**
 * Checks a body against the contract: all violations at once, and the advisories.
 *
 * @param body an object, or a `Buffer` with its JSON
 * @throws DokuError with code `syntax` where a `Buffer` is no JSON
 * @throws TypeError, RangeError where an object holds what JSON cannot hold exactly
 */
export function check(kind: Kind, body: object): Report

/** What a shop adds up to the amount that a customer pays. */
export interface Totals {
  /** What the customer pays, in whole rupiah. */
  amount: number | bigint
  /** The items, each with the price of one unit before any discount, at any number of decimals. */
  items: (Pick<LineItem, 'id' | 'name' | 'category' | 'quantity'> & { price: number | bigint | string })[]
  shipping?: number | bigint | string
  tax?: number | bigint | string
  /** As a positive number; it lowers the prices. */
  discount?: number | bigint | string
  /** What rounding added; negative where it took away. */
  rounding?: number | bigint | string
}

/**
 * Makes line items whose sum of price × quantity is the amount, exactly.
 *
 * Shipping and tax become items, a discount lowers prices, a remainder goes into a second line or is an item.
 *
 * @throws RangeError where the parts differ from the amount by a rupiah or more, or a number is not usable
 */
export function lineItemsFromTotals(totals: Totals): LineItem[]

/** Options of {@link prepare}. */
export interface PrepareOptions {
  /** The id under which the order is sent, each time. 1 to 128 visible ASCII characters. A new UUID by default. */
  requestId?: string | undefined
  /** Makes advisories violations. */
  denyAdvisories?: boolean | undefined
}

/**
 * Checks an order and freezes its bytes: what is checked, signed, stored and sent is one byte string.
 *
 * @param request the order, or a `Buffer` with its JSON, which is frozen as it is
 * @throws DokuError with code `violations` and all of them; nothing is sent
 * @throws TypeError, RangeError where an object holds what JSON cannot hold exactly
 */
export function prepare(request: GenerateOrderRequest | Uint8Array, options?: PrepareOptions): PreparedOrder

/**
 * What `JSON.stringify` makes of a value: a bigint is a number, or its digits as text beyond 2^53 - 1; bytes are text, or
 * Base64 where they are not UTF-8; a `Date` is ISO 8601.
 */
export type Json<T> = T extends bigint
  ? number | string
  : T extends Date
    ? string
    : T extends Uint8Array
      ? string | { base64: string }
      : T extends object
        ? { [K in keyof T as T[K] extends (...given: never[]) => unknown ? never : K]: Json<T[K]> }
        : T

/** A checked order: frozen bytes and their request id. Sending it again is safe. */
export class PreparedOrder {
  private constructor()
  /**
   * Takes an order that was prepared and stored before it was sent, for example after a crash. It may have been sent,
   * so that no later error says `refused`.
   *
   * @param body the bytes that `body` gave
   * @param requestId the id that `requestId` gave
   */
  static restore(body: Uint8Array, requestId: string): PreparedOrder
  /**
   * Freezes a body without checking it: what DOKU takes and the contract does not.
   *
   * @throws DokuError with code `syntax` where it is no JSON
   */
  static dangerUnchecked(body: Uint8Array, requestId: string): PreparedOrder
  /**
   * Takes a body with fields that the contract does not know, on purpose; all else of it is checked. For a field that DOKU
   * describes elsewhere, such as `additional_info.account` of a merchant with sub-accounts. A slip in the name of a field is
   * not found.
   *
   * @throws DokuError with all other violations of the contract
   */
  static dangerWithUnknownFields(body: Uint8Array, requestId: string): PreparedOrder
  /** The id under which these bytes are sent, each time. */
  readonly requestId: string
  /** A copy of the exact bytes that are sent. Store them with the id before sending. */
  readonly body: Buffer
  readonly invoiceNumber: string | null
  /** Whole rupiah. */
  readonly amount: bigint | null
  /** The digest of the body: Base64 of SHA-256. */
  readonly digest: string
  readonly advisories: Violation[]
  /** Signs the order for one attempt with your own HTTP client. Each attempt has its own timestamp. */
  sign(options: Signer): SignedRequest
  /** All of the above, the customer's data included. `restore` takes `body` and `requestId` of it. */
  toJSON(): Json<PreparedOrder>
}

/** Who signs, and when. */
export interface Signer {
  clientId: string
  secretKey: string
  /** The time of sending: a `Date`, or text such as `2021-07-07T08:45:42Z`. Now by default; DOKU refuses old ones. */
  timestamp?: Date | string | undefined
}

/** A request that is ready to be sent by any HTTP client. */
export class SignedRequest {
  private constructor()
  readonly method: string
  /** The path to send the request to. */
  readonly target: string
  /** The headers, signature included. */
  readonly headers: Record<string, string>
  /** A copy of the exact body; empty for a GET. */
  readonly body: Buffer
  /** The whole request as text, for snapshot tests. It holds the customer's data, and no secret key. */
  toText(): string
  /** @throws TypeError with code `not_storable`: its time of sending grows old. Store the {@link PreparedOrder}. */
  toJSON(): never
}

/** Signs a request without a body: check status, or another GET of DOKU's. */
export function signGet(options: Signer & { requestId: string; target: string }): SignedRequest

/** The parts of the string to sign. */
export type Components = {
  clientId: string
  requestId: string
  target: string
  /** From {@link digest}; `null` for a GET, which has none. */
  digest: string | null
} & (
  | { requestTimestamp: Date | string; responseTimestamp?: undefined }
  | { responseTimestamp: Date | string; requestTimestamp?: undefined }
)

/** Returns the digest of a body: Base64 of SHA-256 over the exact bytes. */
export function digest(body: Uint8Array): string

/** Returns the text that is signed. */
export function stringToSign(components: Components): string

/** Returns the value of the `Signature` header. */
export function sign(secretKey: string, components: Components): string

/**
 * Headers as they were received. `request.rawHeaders` or `request.headersDistinct` of Node are best, because
 * `request.headers` has lost doubled ones.
 */
export type ReceivedHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>
  | readonly string[]

/** Verifies what DOKU sends. No clock is read. */
export class Verifier {
  /** @param furtherKeys keys that are accepted as well, while DOKU changes from one to the other */
  constructor(clientId: string, secretKey: string, ...furtherKeys: string[])
  /** Reads `DOKU_CLIENT_ID`, and `DOKU_SECRET_KEY` or the file that `DOKU_SECRET_KEY_FILE` names. */
  static fromEnv(): Verifier
  /**
   * Verifies a notification.
   *
   * @param target the path of the notification URL as DOKU has it, for example `/payments/notifications`
   * @param headers all headers
   * @param body the raw bytes, before any JSON parser
   * @throws VerificationError where it is not proven to be DOKU's: answer 401
   * @throws TypeError with code `not_bytes` for a body that was parsed or decoded
   */
  verifyNotification(target: string, headers: ReceivedHeaders, body: Uint8Array): Notification
  /**
   * Verifies DOKU's answer to a request that you sent with your own HTTP client.
   *
   * @param target that of the request
   * @param requestId that of the request
   */
  verifyResponse(target: string, requestId: string, headers: ReceivedHeaders, body: Uint8Array): VerifiedResponse
}

/** An answer that is proven to be DOKU's. */
export interface VerifiedResponse {
  timestamp: string
  /** The exact bytes that were verified. */
  body: Buffer
}

/**
 * A notification that is proven to be DOKU's; there is no other way to get one.
 *
 * Store it, answer 200 with `{"responseCode":"2000000","responseMessage":"Successful"}` at once, and only then act
 * on it. The same payment can be reported more than once, and a later `SUCCESS` wins over a `FAILED`. Compare the invoice number and the amount with your own order.
 */
export class Notification {
  private constructor()
  /** The id that DOKU gave to the notification. */
  readonly requestId: string
  readonly timestamp: string
  /** A copy of the exact bytes that were verified, with members that the contract does not know. */
  readonly body: Buffer
  /** `null` if the body cannot be read, as are the next three. */
  readonly invoiceNumber: string | null
  /** Whole rupiah, always a bigint: an amount of 16 digits does not fit a number. */
  readonly amount: bigint | null
  readonly status: TransactionStatus | null
  /** What the contract knows of the body. Every integer in it is a bigint. */
  readonly payment: PaymentNotification | null
  /** Whether DOKU calls the status final. `FAILED` is not: the buyer may try again. */
  readonly isFinal: boolean
  /**
   * Why the body cannot be read, else `null`. The message is genuine all the same: store it and answer 2xx, because
   * refusing it loses it.
   */
  readonly unreadable: string | null
  /** What did not fit the contract and is therefore absent from `payment`; empty as a rule. */
  readonly notes: Note[]
  /**
   * How old it is; a label, not a verdict, because DOKU repeats a notification up to 12 hours later.
   *
   * @param now a `Date`, or milliseconds since 1970 as of `Date.now()`, which is the default
   */
  age(now?: Date | number): NotificationAge
  /** All of the above but `age`, the customer's data included: for a queue or a database, not for a log. */
  toJSON(): Json<Notification>
}

export interface NotificationAge {
  /** `fresh` is within five minutes of `now`; `unknown` is a timestamp that cannot be read. */
  kind: 'fresh' | 'late' | 'future' | 'unknown'
  /** How far from `now`, in whole seconds, for `late` and `future`. */
  seconds?: number
}

/** How a {@link Client} works. Times are whole milliseconds from 1 to 3600000, which is one hour. */
export interface ClientOptions {
  /** `sandbox`, where no money moves, `production`, or the URL of a simulator such as `doku simulator`. */
  environment: 'sandbox' | 'production' | (string & {})
  /** How long a connection may take to be made. 3000 by default. */
  connectTimeout?: number | undefined
  /** How long one attempt may take. 10000 by default. */
  attemptTimeout?: number | undefined
  /** How long the whole call may take, all attempts and waits included. 30000 by default. */
  timeout?: number | undefined
  /** How often a call is tried, 1 to 10. 3 by default. */
  attempts?: number | undefined
  /** Refuses orders with advisories. */
  denyAdvisories?: boolean | undefined
  /** Refuses an answer to check status without a signature. DOKU documents none. */
  requireSignedStatus?: boolean | undefined
  /** Further secret keys that answers may be signed with, while DOKU changes yours. Requests are signed with `secretKey`. */
  furtherKeys?: readonly string[] | undefined
}

/** Generates orders and asks for their status. Make one and keep it: it keeps its connections. */
export class Client {
  /** @throws DokuError with code `configuration` */
  constructor(options: ClientOptions & { clientId: string; secretKey: string })
  /** Reads `DOKU_CLIENT_ID`, and `DOKU_SECRET_KEY` or the file that `DOKU_SECRET_KEY_FILE` names. */
  static fromEnv(options: ClientOptions): Client
  readonly environment: string
  readonly clientId: string
  /** As {@link prepare}, with the options of this client. */
  prepare(request: GenerateOrderRequest | Uint8Array, options?: PrepareOptions): PreparedOrder
  /**
   * Sends a prepared order, again if it must be: always the same bytes under the same id. The answer is verified, then
   * decoded.
   *
   * @throws DokuError whose `outcome` tells whether an order may exist
   */
  send(order: PreparedOrder): Promise<GeneratedOrder>
  /** `prepare` and `send` in one call. To send the same order again after a crash, use these two. */
  generateOrder(request: GenerateOrderRequest | Uint8Array, options?: PrepareOptions): Promise<GeneratedOrder>
  /**
   * Asks for the status of an order, at the earliest 60 seconds after the payment.
   *
   * @param id the invoice number, or the request id that generated the order
   */
  checkStatus(id: string): Promise<CheckedStatus>
}

/** An order that exists at DOKU, by a verified answer. */
export class GeneratedOrder {
  private constructor()
  /** The page to send the customer to: an absolute `https` URL (`http` on a loopback address). */
  readonly paymentUrl: string
  readonly paymentStatus: PaymentStatus
  readonly requestId: string
  /** Whether this is DOKU's first answer again, because the same order had been sent before. */
  readonly isReplayed: boolean
  readonly attempts: number
  /** The whole answer. Every integer in it is a bigint. */
  readonly response: GenerateOrderResponse
  /** What did not fit the contract and is therefore absent from `response`; empty as a rule. */
  readonly notes: Note[]
  readonly timestamp: string
  /** A copy of the exact bytes that were verified. */
  readonly body: Buffer
  /** All of the above. */
  toJSON(): Json<GeneratedOrder>
}

/** What DOKU says of an order. */
export class CheckedStatus {
  private constructor()
  /** Status of the payment; `null` if the answer has none. */
  readonly status: TransactionStatus | null
  /** Whether DOKU calls the status final. */
  readonly isFinal: boolean
  readonly invoiceNumber: string | null
  /** Whole rupiah. */
  readonly amount: bigint | null
  /** Whether the answer carried a signature that verified. DOKU documents none for check status. */
  readonly isVerified: boolean
  /** The whole answer. Every integer in it is a bigint. */
  readonly answer: OrderStatus
  /** What did not fit the contract and is therefore absent from `answer`; empty as a rule. */
  readonly notes: Note[]
  /** `null` where there was no signature, as is `body`. */
  readonly timestamp: string | null
  readonly body: Buffer | null
  /** All of the above. */
  toJSON(): Json<CheckedStatus>
}

/** How a store works. Times are whole milliseconds, from 1 to 3600000, which is one hour, where nothing else is said. */
export interface StoreOptions {
  /** The path of the notification URL as DOKU has it. `/payments/notifications` by default. */
  notificationPath?: string | undefined
  /** How often the loop calls DOKU. 2 by default. Customers who wait are not slowed down by it. */
  callsPerSecond?: number | undefined
  /** For how long an order or effect is left to whoever took it. 120000 by default; longer than any handler takes. */
  lease?: number | undefined
  /** How long a handler may take before its effect is handed over again. 60000 by default. */
  handlerTimeout?: number | undefined
  /**
   * When an effect is handed over again after its handler failed: after the first failure the first wait, and so on, each from 0
   * to a year. One that fails once more after the last wait is a dead letter: listed by `deadEffects`, and not handed over
   * any more until `deliver`. By default 1 s, 10 s, 1 min, 5 min, 30 min, and then each hour for ever.
   */
  effectSchedule?: readonly number[] | undefined
  /** How long placing an order again waits for an answer that another call waits for. 2000 by default. */
  patience?: number | undefined
  /** How many handlers run at once. 16 by default. */
  handlers?: number | undefined
  /** The greatest size of a SQLite store in bytes; below that of the disk, or a full one cannot be pruned. */
  greatestSize?: number | undefined
  /** Accepts a network file system, where SQLite's locks may not hold and two processes may destroy the store. */
  dangerAllowNetworkFileSystem?: boolean | undefined
}

/** Acts on an effect. It is done when this returns, or what this returns is resolved; else it is handed over again by its schedule. */
export type Handler = (effect: Effect) => unknown

/**
 * Places orders, receives notifications and sees each order through to its end, across crashes, restarts and several
 * processes.
 */
export class Orders {
  private constructor()
  /**
   * Opens the store of a client, and makes it where there is none.
   *
   * @param client who talks to DOKU; its `furtherKeys` are good for notifications as well
   * @param location the path of a file, or `postgres://user:password@host/database`
   * @throws StoreError with the kind `unusable` where the store cannot be used as it is: another program's file, a damaged
   * one, one that others may read, a newer one, one of another environment or client id. It is left as it was.
   */
  static open(client: Client, location: string, options?: StoreOptions): Promise<Orders>
  /**
   * Places an order: checked, stored, signed, sent, its answer verified and stored.
   *
   * The invoice number is the key. The same order again, from another click, another process or after a crash, is the same
   * order. Where DOKU's answer is missing, `paymentUrl` is `null`; it is sent again until it has one.
   *
   * @throws StoreError with the kind `order` and all violations of the contract, or `conflict` where the invoice number is
   * stored with another order: in both cases nothing was stored or sent
   * @throws TypeError, RangeError where an object holds what JSON cannot hold exactly
   */
  place(request: GenerateOrderRequest | Uint8Array): Promise<StoredOrder>
  /** As `place`, with a body that was serialised elsewhere; its bytes are sent as they are. */
  placeJson(body: Uint8Array): Promise<StoredOrder>
  /**
   * As `place`, and says whether the order was stored before.
   *
   * @param key what you call this order yourself, such as the id of the cart: 1 to 255 visible ASCII characters. It is kept with
   * the order for ever, so that a caller who numbers each try anew is told, and makes no second order.
   * @throws StoreError also with the kind `key_reused` where the key was used with another order, and `not_possible` where it is
   * no key: nothing was stored or sent
   */
  placeKeyed(request: GenerateOrderRequest | Uint8Array, key: string | null | undefined): Promise<Placed>
  /**
   * Stores an order, and leaves it to `run` to send it at once. `key` is as for `placeKeyed`.
   *
   * @throws StoreError as `placeKeyed`
   */
  enqueue(request: GenerateOrderRequest | Uint8Array, key?: string | null | undefined): Promise<Placed>
  /**
   * Receives a notification: all headers and the raw body exactly as they came. Answer with what it resolves to.
   *
   * It is verified and on the disk before it resolves to the status 200. What is not genuine is answered with 401, and nothing
   * is written; what cannot be stored with 503, and DOKU sends it again. Neither rejects.
   *
   * @throws TypeError with code `not_bytes` for a body that was parsed or decoded
   */
  receive(headers: ReceivedHeaders, body: Uint8Array): Promise<Acknowledgement>
  /**
   * Sees all orders through until `signal` is aborted: hands effects over, sends what has no answer, asks about what is open.
   *
   * The handler gets each effect at least once, always with the same id; several run at once. Where it throws or rejects, it
   * gets the effect again by its schedule, and a warning says why. After an abort, what is under way has 10 seconds.
   *
   * @throws StoreError where the store failed for good: let the process end. What passes by is tried again.
   */
  run(handler: Handler, options?: { signal?: AbortSignal | undefined }): Promise<void>
  /** Does all that is due now, for those who have no process that stays. */
  runOnce(handler: Handler, options?: { signal?: AbortSignal | undefined }): Promise<Worked>
  /** @throws StoreError with the kind `not_found` where the invoice number is not stored */
  order(invoiceNumber: string): Promise<StoredOrder>
  /** Orders by invoice number, after the one that is named; 100 by default. */
  orders(page?: { after?: string; limit?: number }): Promise<StoredOrder[]>
  /** All orders that a person has to look at: no answer, a spent schedule, or a contradiction. */
  unresolved(): Promise<StoredOrder[]>
  /** Asks DOKU about one order now, or sends it again if it has no answer yet, whatever its schedule says. */
  reconcile(invoiceNumber: string): Promise<StoredOrder>
  /**
   * Closes an order that a person looked at. If a payment is reported after all, it has its effect.
   *
   * @throws StoreError with the kind `not_possible` without a reason of 1 to 200 characters
   */
  close(invoiceNumber: string, reason: string): Promise<StoredOrder>
  /** Effects after an id, oldest first, 100 by default; with `open`, only those that are not done. */
  effects(page?: { open?: boolean; after?: number; limit?: number }): Promise<Effect[]>
  /** Dead letters after an id, oldest first, 100 by default: effects that are not handed over any more. */
  deadEffects(page?: { after?: number; limit?: number }): Promise<Effect[]>
  /** @throws StoreError with the kind `not_found` where there is none with this id */
  effect(id: number): Promise<Effect>
  /**
   * Has an effect handed over at once instead of at its time. A dead letter begins its schedule anew.
   *
   * @throws StoreError with the kind `not_possible` where it is done: what is done is not done again
   */
  deliver(id: number): Promise<void>
  /** Takes effects that are due, 10 by default, to act on them outside of `run`. End each by `done` within the lease. */
  take(limit?: number): Promise<Effect[]>
  /** Ends an effect that was taken. `false` where another attempt ended it, or a higher status overtook it. */
  done(effect: Pick<Effect, 'id' | 'attempt'>): Promise<boolean>
  /** Notifications of one order or of all, 100 by default; with `quarantined`, only those that were set aside. */
  notifications(page?: {
    invoiceNumber?: string
    quarantined?: boolean
    after?: number
    limit?: number
  }): Promise<StoredNotification[]>
  /**
   * Empties the bodies and headers of what ended so many milliseconds ago: they hold customers' data. Keys and digests stay.
   * Resolves to how many rows were emptied.
   */
  prune(age: number): Promise<number>
  /** Writes a copy of a SQLite store to a file that does not exist yet. */
  backup(to: string): Promise<void>
  /** Reads the whole store; resolves to what is damaged, nothing where all is well. */
  check(): Promise<string[]>
  /**
   * What somebody should look at although what is stored is sound: who holds PostgreSQL up, and for how long. Nothing of a
   * SQLite store.
   */
  warnings(): Promise<string[]>
  counts(): Promise<Counts>
  /** Whether the store failed for good after an input or output error: let the process end. */
  readonly hasFailed: boolean
  /** Ends `run` and closes the store. `await using` does so at its end, where the engine has it. */
  closeStore(): Promise<void>
}

/**
 * How far an order has come. It only rises, so a late `FAILED` does not undo a payment.
 *
 * - `PREPARED`: stored, and not sent yet.
 * - `SENT`: sent, or about to be; DOKU's answer is missing, so an order may exist.
 * - `REFUSED`: there is no order at DOKU. Offer another way to pay.
 * - `PENDING`: the order exists; the customer has not paid yet.
 * - `FAILED`: a payment failed; the customer may try again until the order expires.
 * - `EXPIRED`, `SUCCESS`, `REFUNDED`: it expired, was paid, was given back.
 */
export type Rank = 'PREPARED' | 'SENT' | 'REFUSED' | 'PENDING' | 'FAILED' | 'EXPIRED' | 'SUCCESS' | 'REFUNDED'

/**
 * What a genuine notification means. Whatever it is, it is stored and acknowledged. `accepted` is about an order of ours, with
 * its amount; `repeated` was stored before; `unconfirmed` and `reused_request_id` are confirmed by check status before
 * anything is done; `unknown_invoice` is looked at again when the order comes; the others are set aside for a person.
 */
export type Verdict =
  | 'accepted'
  | 'repeated'
  | 'unconfirmed'
  | 'unknown_invoice'
  | 'other_amount'
  | 'other_client'
  | 'unknown_status'
  | 'unreadable'
  | 'reused_request_id'

/** A contradiction about an order. It stays with the order until a person closes it. */
export type Alert =
  | 'other_amount'
  | 'other_client'
  | 'after_refusal'
  | 'paid_and_expired'
  | 'unknown_status'
  | 'checked_lower'
  | 'reused_request_id'
  | 'other_body'

/** An order as it is stored. */
export class StoredOrder {
  private constructor()
  readonly invoiceNumber: string
  /** The id under which it is sent, each time. */
  readonly requestId: string
  /** Whole rupiah. */
  readonly amount: bigint
  /** The merchant's reference, if the order names one. */
  readonly reference: string | null
  /** How far it has come. */
  readonly rank: Rank
  /** The page to send the customer to; `null` until DOKU's verified answer is stored. */
  readonly paymentUrl: string | null
  /** Whether a person has to look at it: an answer is missing, its schedule is spent, or something contradicts it. */
  readonly isUnresolved: boolean
  readonly alerts: Alert[]
  /** A stable code of how the last call to DOKU ended: `answered`, `unknown`, `refused:invalid_signature`, ... */
  readonly lastOutcome: string | null
  /** How often DOKU was called about it. */
  readonly attempts: number
  /** Why a person closed it. */
  readonly closeReason: string | null
  /** When DOKU is called about it next; `null` where nothing is planned any more. */
  readonly dueAt: Date | null
  readonly expiresAt: Date
  readonly createdAt: Date
  readonly changedAt: Date
  /** The bytes that are sent; `null` after they were pruned. */
  readonly body: Buffer | null
  /** The bytes of DOKU's verified answer, if it is stored and not pruned. */
  readonly answer: Buffer | null
  /** All of the above, the customer's data included. */
  toJSON(): Json<StoredOrder>
}

/** An order that was placed, now or before. */
export interface Placed {
  order: StoredOrder
  /** Whether the order was stored before. */
  isRepeated: boolean
}

/** A status that an order reached, to be acted on once. Its id stays the same however often it is handed over. */
export class Effect {
  private constructor()
  readonly id: number
  readonly invoiceNumber: string
  /** `FAILED`, `EXPIRED`, `SUCCESS` or `REFUNDED`. A `FAILED` order may still be paid. */
  readonly status: TransactionStatus
  /** That of the order, in whole rupiah. */
  readonly amount: bigint
  /** How often it was handed over, this time included. */
  readonly attempt: number
  /** Who reported the status. */
  readonly source: 'notification' | 'check_status'
  readonly isDone: boolean
  /** Whether a higher status came before it was done, so that it is not acted on any more. */
  readonly isOvertaken: boolean
  /** Whether it is a dead letter: its handler failed until its schedule was spent. It is not handed over until `deliver`. */
  readonly isDead: boolean
  /** How often its handler has failed since it was written, or revived as a dead letter. */
  readonly failures: number
  /** What the handler said when it failed last. */
  readonly lastError: string | null
  /** When it is handed over next, unless it is done or a dead letter. */
  readonly dueAt: Date
  readonly createdAt: Date
  readonly doneAt: Date | null
  /** Since when it is a dead letter. */
  readonly deadAt: Date | null
  toJSON(): Json<Effect>
}

/** A genuine notification as it is stored. What cannot be read in it is `null`. */
export class StoredNotification {
  private constructor()
  readonly id: number
  readonly requestId: string
  readonly invoiceNumber: string | null
  readonly status: string | null
  /** Whole rupiah. */
  readonly amount: bigint | null
  readonly verdict: Verdict
  /** Whether it was set aside and has no effect. */
  readonly isQuarantined: boolean
  /** How its time stood to ours. */
  readonly age: 'fresh' | 'late' | 'future' | 'unknown'
  readonly receivedAt: Date
  toJSON(): Json<StoredNotification>
}

/** What to answer DOKU with. */
export interface Acknowledgement {
  /**
   * 200 where the notification is on the disk, 401 where it is not genuine, 413 where it is too long to be, 503 where it could
   * not be stored.
   */
  status: number
  headers: Record<string, string>
  /** JSON. */
  body: string
  /** What the notification means; `null` where it was not stored. */
  verdict: Verdict | null
  /** Whether it was stored and set aside, for a person to look at. */
  isQuarantined: boolean
  /** Why it is not genuine, or could not be stored. */
  error: VerificationError | StoreError | null
}

/** Numbers of what is stored. */
export interface Counts {
  orders: number
  /** Orders that a person has to look at. */
  unresolved: number
  /** Orders that are to be sent or asked for now. */
  due: number
  notifications: number
  /** Notifications that were set aside. */
  quarantined: number
  effects: number
  /** Effects that are not done, dead letters included. */
  openEffects: number
  /** Effects that are not handed over any more. */
  deadEffects: number
}

/** What {@link Orders.runOnce} did. */
export interface Worked {
  /** Notifications that found their order. */
  matched: number
  /** Calls to DOKU. */
  calls: number
  /** Effects that were done. */
  effects: number
  /** Effects whose handler failed; they are handed over again later, or are dead letters now. */
  failedEffects: number
}

/** What DOKU said when it refused. */
export interface Rejection {
  /** The HTTP status. */
  status: number
  /** DOKU's code, for example `invalid_signature`. */
  code: string | null
  /** DOKU's texts, unchanged. Not enumerable, so that they do not get into logs by themselves. */
  messages: string[]
  /** Whether the answer carried a signature that verified. */
  verified: boolean
}

/** Why a signature was not accepted. */
export interface Verification {
  code: VerificationCode
  /** Which header, for `missing_header`, `duplicate_header` and `malformed_header`. */
  header?: string
  /** How many keys were tried, for `signature_mismatch`. */
  keys?: number
  /** For `target_mismatch`: how the target that was signed differs from the configured one. */
  variant?: string
  /** For `target_mismatch`: the target that was signed. Configure it, if it is yours. */
  signed?: string
}

/** The `code` of a `TypeError` or a `RangeError` for an argument that cannot be used. */
export type ArgumentErrorCode =
  | 'illegal_constructor'
  | 'inexact_number'
  | 'invalid_date'
  | 'lone_surrogate'
  | 'missing_option'
  | 'not_a_boolean'
  | 'not_a_client'
  | 'not_a_function'
  | 'not_a_number'
  | 'not_a_signal'
  | 'not_an_array'
  | 'not_an_object'
  | 'not_bytes'
  | 'not_finite'
  | 'not_headers'
  | 'not_plain'
  | 'not_prepared'
  | 'not_storable'
  | 'not_text'
  | 'out_of_range'
  | 'too_deep'
  | 'too_large'
  | 'totals'
  | 'undefined_element'
  | 'totals'
  | 'unknown_kind'
  | 'unknown_option'
  | 'unsafe_integer'
  | 'unsupported_type'
  | (string & {})

/**
 * Why a call did not end as asked. The text holds no secret and no personal value.
 *
 * An argument that cannot be used is a `TypeError` or a `RangeError` of JavaScript's own, with an
 * {@link ArgumentErrorCode}. Where it is about a value in a body, its `pointer` is the place as a JSON pointer.
 */
export class DokuError extends Error {
  protected constructor()
  /** The stable code of the kind of error. */
  readonly code: ErrorCode | StoreErrorKind
  /**
   * Whether an order may exist at DOKU. `null` for the `VerificationError` of a notification, where no order is sent.
   */
  readonly outcome: Outcome | null
  /** Whether sending the same prepared order again may help. */
  readonly isRetryable: boolean
  readonly requestId: string | null
  /** Where a `Buffer` is no JSON, for the code `syntax`: line and column from 1, offset in bytes; else null. */
  readonly syntax: { readonly line: number; readonly column: number; readonly offset: number } | null
  /** Every place at once, for the code `violations`; else empty. */
  readonly violations: Violation[]
  readonly rejection: Rejection | null
  readonly verification: Verification | null
  /** What the network said, for `connect` and `interrupted`; else undefined. */
  readonly cause?: Error
  /** What `JSON.stringify` writes: the name, the message and all of the above but DOKU's texts and the cause. */
  toJSON(): Record<string, unknown>
}

/** Why a message is not proven to be DOKU's. Answer a notification with 401 for any of these. */
export class VerificationError extends DokuError {
  readonly code: VerificationCode
  readonly verification: Verification
}

/**
 * What to do about a {@link StoreError}.
 *
 * - `order`: the order breaks the contract, or is no JSON; nothing was stored or sent. Correct it.
 * - `conflict`: the invoice number is stored with another order; nothing was stored or sent. Number the new one anew.
 * - `key_reused`: the key of the order was used with another one; nothing was stored or sent.
 * - `not_found`: the store does not hold what was named.
 * - `not_possible`: it was done before, or cannot be done in this state.
 * - `unusable`: the configuration or the file has to be corrected. It was not touched.
 * - `unavailable`: the store cannot be read or written now: disk full, locked, not reachable. Try again.
 * - `failed`: the store failed for good, by an input or output error. Let the process end and start again.
 * - `bug`: a fault of this library. Please report it.
 */
export type StoreErrorKind =
  | 'order'
  | 'conflict'
  | 'key_reused'
  | 'not_found'
  | 'not_possible'
  | 'unusable'
  | 'unavailable'
  | 'failed'
  | 'bug'

/**
 * Why the store did not do what it was asked for. `outcome` is `null` unless the order is what is wrong: place it again, and
 * it is the same order.
 */
export class StoreError extends DokuError {
  readonly kind: StoreErrorKind
  /** The status to answer a caller with: 422, 409, 404, 503 or 500. */
  readonly httpStatus: number
}
