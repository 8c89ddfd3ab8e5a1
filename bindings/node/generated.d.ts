// Written by `cargo xtask export` from spec/openapi.yaml; do not edit.
// In what is sent, an integer may be a bigint. In what is received, every integer is one: no amount is rounded.

/**
 * An order to be paid later with Indodana.
 *
 * Source: page: Request Body Explanation; D-45
 */
export interface GenerateOrderRequest {
  /**
   * What is bought and what it costs. The sum of price × quantity over the line items equals the amount exactly.
   * Shipping, tax and fees are items of their own, a discount lowers prices, and a remainder of rounding is an item
   * or goes into a second line of an item.
   *
   * Source: page: order.*; D-54
   */
  order: Order
  /**
   * The paylater side of the order.
   *
   * Source: page: peer_to_peer_info.*
   */
  peer_to_peer_info: PeerToPeerInfo
  /**
   * Who buys.
   *
   * Source: page: customer.*
   */
  customer: Customer
  /**
   * A billing or shipping address. Shipping is needed for goods, not for tickets or vouchers.
   *
   * Source: page: billing_address.*, shipping_address.*; D-15
   */
  billing_address: Address
  /**
   * A billing or shipping address. Shipping is needed for goods, not for tickets or vouchers.
   *
   * Source: page: billing_address.*, shipping_address.*; D-15
   */
  shipping_address?: Address | undefined
  /**
   * Options of this order.
   *
   * Source: page: additional_info.*, Additional features
   */
  additional_info?: AdditionalInfo | undefined
}

/**
 * What is bought and what it costs. The sum of price × quantity over the line items equals the amount exactly.
 * Shipping, tax and fees are items of their own, a discount lowers prices, and a remainder of rounding is an item
 * or goes into a second line of an item.
 *
 * Source: page: order.*; D-54
 */
export interface Order {
  /**
   * The merchant's number of the order, unique for each order. 1 to 64 characters, no control characters.
   * Letters, digits, `.`, `_` and `-` are safest, because check status carries it in a path.
   *
   * Source: page: order.invoice_number; D-44
   */
  invoice_number: string
  /**
   * Amount of the order in whole rupiah (IDR), at most 16 digits. Equals the sum of price × quantity.
   *
   * Source: page: order.amount; checkout: must be greater than 0; D-08
   */
  amount: number | bigint
  /**
   * The items of the order, at least one.
   *
   * Source: page: order.line_items.*, whose rows are mandatory; D-52
   */
  line_items: readonly LineItem[]
  /**
   * Absolute URL of the merchant's page to which the customer's browser returns. Not a proof of payment.
   * DOKU's page allows letters, digits, space and `( ) - = \ . ? ; , + / : & _ %`, so no `#` and no `~`.
   *
   * Source: page: order.callback_url, order.callback_url_cancel; D-09
   */
  callback_url?: string | undefined
  /**
   * Absolute URL of the merchant's page to which the customer's browser returns. Not a proof of payment.
   * DOKU's page allows letters, digits, space and `( ) - = \ . ? ; , + / : & _ %`, so no `#` and no `~`.
   *
   * Source: page: order.callback_url, order.callback_url_cancel; D-09
   */
  callback_url_cancel: string
}

/**
 * One item of the order.
 *
 * Source: page: order.line_items.*; D-11
 */
export interface LineItem {
  /**
   * Name of the item. 1 to 128 characters, no control characters.
   *
   * Source: page: order.line_items.name; D-12
   */
  name: string
  /**
   * Price of one unit in rupiah (IDR), exact, at most two decimals and 16 digits in all. Not negative.
   *
   * Source: page: order.line_items.price, maximum length 16.2; D-07
   */
  price: number | bigint
  /**
   * Number of units, 1 to 99,999,999 (8 digits).
   *
   * Source: page: order.line_items.quantity; D-43
   */
  quantity: number | bigint
  /**
   * The merchant's id or SKU of the item. 1 to 64 characters, no control characters. Indodana's own shop plug-ins
   * give `discount`, `shippingfee` and the like a meaning of their own.
   *
   * Source: page: order.line_items.id; D-11
   */
  id: string
  /**
   * Category of the item, one of 45 values; `others` where none fits.
   *
   * Source: page: order.line_items.category; D-03
   */
  category: Category
  /**
   * Address of the item in the merchant's shop, at most 256 characters.
   *
   * Source: page: order.line_items.url; D-10
   */
  url?: string | undefined
  /**
   * Address of a picture of the item, at most 256 characters. Worth sending.
   *
   * Source: page: order.line_items.image_url; D-10
   */
  image_url?: string | undefined
  /**
   * Free text on the kind of item, without control characters. Worth sending.
   *
   * Source: page: order.line_items.type; D-10
   */
  type?: string | undefined
}

/**
 * Category of the item, one of 45 values; `others` where none fits.
 *
 * Source: page: order.line_items.category; D-03
 */
export type Category =
  | 'airlines'
  | 'arts-crafts-and-collectibles'
  | 'automotive'
  | 'baby'
  | 'beauty-and-fragrances'
  | 'biller'
  | 'books-and-magazines'
  | 'business-to-business-including-mlm'
  | 'charity-and-non-profit'
  | 'clothing'
  | 'community'
  | 'digital-content'
  | 'electronics-and-telecom'
  | 'entertainment-and-media'
  | 'financial-services-and-products'
  | 'financial-services-and-technology'
  | 'food-and-beverage'
  | 'food-retail-and-service'
  | 'games-voucher'
  | 'gifts-and-flowers'
  | 'government'
  | 'health-and-personal-care'
  | 'home-and-garden'
  | 'hotel-and-travel'
  | 'insurance'
  | 'marketplace'
  | 'nonprofit'
  | 'offline-store'
  | 'others'
  | 'over-the-air'
  | 'overseas'
  | 'pets-and-animals'
  | 'property'
  | 'public-services'
  | 'religion-and-spirituality'
  | 'retail'
  | 'services'
  | 'sports-and-outdoors'
  | 'telco'
  | 'ticketing'
  | 'toys-and-hobbies'
  | 'transportation'
  | 'travel'
  | 'vehicle-sales'
  | 'vehicles-service-and-accessories'

/**
 * The paylater side of the order.
 *
 * Source: page: peer_to_peer_info.*
 */
export interface PeerToPeerInfo {
  /**
   * Minutes until the order expires, 1 to 99,999 (5 digits). What DOKU does without it is not documented;
   * Checkout takes 60.
   *
   * Source: page: peer_to_peer_info.expired_time; D-42
   */
  expired_time?: number | bigint | undefined
  /**
   * The merchant's reference of the payment, without control characters. The page names no length; at most
   * 32 characters of letters, digits and `= . - _ + @ : & ^ % ! $ ;` fit Indodana's own field.
   *
   * Source: page: peer_to_peer_info.merchant_unique_reference; D-18
   */
  merchant_unique_reference: string
}

/**
 * Who buys.
 *
 * Source: page: customer.*
 */
export interface Customer {
  /**
   * First name of the customer. 1 to 16 characters, no control characters. Not truncated for you.
   *
   * Source: page: customer.first_name; D-02
   */
  first_name: string
  /**
   * Last name of the customer. At most 16 characters, no control characters.
   *
   * Source: page: customer.last_name
   */
  last_name?: string | undefined
  /**
   * E-mail address of the customer, at most 128 characters. The page says 16 and shows one of 17.
   *
   * Source: page: customer.email; checkout: customer.email, 128; D-01
   */
  email: string
  /**
   * Phone number of the customer, at most 16 digits: country code and number, `62…` for Indonesia.
   * The page asks for `62…` and shows `0819…`.
   *
   * Source: page: customer.phone; D-06
   */
  phone: string
}

/**
 * A billing or shipping address. Shipping is needed for goods, not for tickets or vouchers.
 *
 * Source: page: billing_address.*, shipping_address.*; D-15
 */
export interface Address {
  /**
   * First name of the person at this address, without control characters.
   *
   * Source: page: billing_address.first_name, shipping_address.first_name
   */
  first_name: string
  /**
   * Last name of the person at this address, without control characters.
   *
   * Source: page: billing_address.last_name, shipping_address.last_name
   */
  last_name?: string | undefined
  /**
   * Street and number; may have line breaks.
   *
   * Source: page: billing_address.address, shipping_address.address; D-04
   */
  address: string
  /**
   * City or regency.
   *
   * Source: page: billing_address.city, shipping_address.city; D-04
   */
  city: string
  /**
   * Postal code as text; five digits in Indonesia.
   *
   * Source: page: billing_address.postal_code, shipping_address.postal_code; D-17
   */
  postal_code: string
  /**
   * Phone number at this address as text. The page names no characters and no length.
   *
   * Source: page: billing_address.phone, shipping_address.phone; D-04
   */
  phone: string
  /**
   * Country as ISO 3166-1 alpha-3, `IDN` for Indonesia. The page names no rule.
   *
   * Source: page: billing_address.country_code, shipping_address.country_code; D-16
   */
  country_code: string
}

/**
 * Options of this order.
 *
 * Source: page: additional_info.*, Additional features
 */
export interface AdditionalInfo {
  /**
   * Absolute http(s) URL to which this order's notification goes. Must have the same path as the configured
   * notification URL; only the host may differ. No query.
   *
   * Source: page: additional_info.override_notification_url; notification: override notification URL; D-40
   */
  override_notification_url?: string | undefined
  /**
   * Split settlement. For merchants who are aggregators and have it activated.
   *
   * Source: settlement: additional_info.settlement; D-34
   */
  settlement?: readonly Settlement[] | undefined
}

/**
 * One share of the net amount, after fees, for one bank account.
 *
 * Source: settlement: additional_info.settlement[]; D-34
 */
export interface Settlement {
  /**
   * Id of the bank account at DOKU, `SBA-…` or `SBS-…`.
   *
   * Source: settlement: bank_account_settlement_id
   */
  bank_account_settlement_id: string
  /**
   * Rupiah for `FIX`, percent for `PERCENTAGE`; at most two decimals and 16 digits in all.
   *
   * Source: settlement: value; D-34
   */
  value: number | bigint
  /**
   * Whether the value is a percentage or a fixed amount.
   *
   * Source: settlement: type
   */
  type: SettlementType
}

/**
 * Whether the value is a percentage or a fixed amount.
 *
 * Source: settlement: type
 */
export type SettlementType =
  | 'PERCENTAGE'
  | 'FIX'

/**
 * The answer to a generated order.
 *
 * Source: page: Response Body Explanation; D-50
 */
export interface GenerateOrderResponse {
  /**
   * The order that an answer or a notification speaks of.
   *
   * Source: page: order.invoice_number, order.amount; notification: order.*
   */
  order: OrderSummary
  /**
   * Where the customer pays, and whether that is possible.
   *
   * Source: page: payment.*
   */
  payment: Payment
  /**
   * What the paylater side says of the order.
   *
   * Source: page: peer_to_peer_info.*; notification: sample; D-22
   */
  peer_to_peer_info?: PeerToPeerDetails
  /**
   * The options of the order, as sent.
   *
   * Source: page: additional_info.*
   */
  additional_info?: ResponseAdditionalInfo
}

/**
 * The order that an answer or a notification speaks of.
 *
 * Source: page: order.invoice_number, order.amount; notification: order.*
 */
export interface OrderSummary {
  /**
   * The invoice number of the order, as sent.
   *
   * Source: page: order.invoice_number
   */
  invoice_number: string
  /**
   * Amount in whole rupiah. DOKU writes it as `100000`, `100000.0`, `100000.00` or the same as text, `"100000"`. A
   * fraction other than zero is no amount, nor are three decimals: `20.000` may be meant as twenty thousand.
   *
   * Source: page: order.amount; observed: decimals and text; D-19
   */
  amount: bigint
}

/**
 * Where the customer pays, and whether that is possible.
 *
 * Source: page: payment.*
 */
export interface Payment {
  /**
   * Whether the order can be paid.
   *
   * Source: page: payment.status; D-49
   */
  status: PaymentStatus
  /**
   * Address of the Indodana payment page, an absolute https URL. Listed as mandatory; what a `FAILED`
   * answer carries here is not documented.
   *
   * Source: page: payment.url; D-37
   */
  url?: string
}

/**
 * Whether the order can be paid.
 *
 * Source: page: payment.status; D-49
 */
export type PaymentStatus =
  | 'PENDING'
  | 'FAILED'
  | (string & {})

/**
 * What the paylater side says of the order.
 *
 * Source: page: peer_to_peer_info.*; notification: sample; D-22
 */
export interface PeerToPeerDetails {
  /**
   * Ids that the acquirer gave to the order. Worth keeping for enquiries.
   *
   * Source: page: peer_to_peer_info.identifier
   */
  identifier?: Identifier[]
  /**
   * When the order was made, `yyyyMMddHHmmss` in UTC+7 (Jakarta).
   *
   * Source: page: peer_to_peer_info.created_date; D-48
   */
  created_date?: string
  /**
   * When the order expires, `yyyyMMddHHmmss` in UTC+7 (Jakarta).
   *
   * Source: page: peer_to_peer_info.expired_date
   */
  expired_date?: string
  /**
   * When the order was made, ISO 8601 in UTC.
   *
   * Source: page: peer_to_peer_info.created_date_utc; D-56
   */
  created_date_utc?: string
  /**
   * When the order expires, ISO 8601 in UTC.
   *
   * Source: page: peer_to_peer_info.expired_date_utc
   */
  expired_date_utc?: string
  /**
   * The merchant's reference, as sent.
   *
   * Source: page: peer_to_peer_info.merchant_unique_reference
   */
  merchant_unique_reference?: string
  /**
   * Status on the paylater side, as in `transaction.status`. In notifications.
   *
   * Source: notification: sample
   */
  status?: string
}

/**
 * One id and its name.
 *
 * Source: page: response sample, peer_to_peer_info.identifier; D-47
 */
export interface Identifier {
  /**
   * What the id is, for example `INDODANA_ORDER_ID`.
   *
   * Source: page: response sample
   */
  name?: string
  /**
   * The id.
   *
   * Source: page: response sample
   */
  value?: string
}

/**
 * The options of the order, as sent.
 *
 * Source: page: additional_info.*
 */
export interface ResponseAdditionalInfo {
  /**
   * The notification URL of this order, as sent.
   *
   * Source: page: additional_info.override_notification_url
   */
  override_notification_url?: string
}

/**
 * What DOKU reports of a paylater payment. Modelled after the Akulaku sample of the same family, because none
 * for Indodana is published.
 *
 * Source: notification: HTTP Notification Sample - Non SNAP; D-20
 */
export interface PaymentNotification {
  /**
   * The kind of service, `PEER_TO_PEER` for paylater.
   *
   * Source: notification: service.id; D-20
   */
  service?: Service
  /**
   * Who acquires the payment.
   *
   * Source: notification: acquirer.id; status: acquirer.name; D-20
   */
  acquirer?: Acquirer
  /**
   * The payment channel.
   *
   * Source: notification: channel.id; D-20
   */
  channel?: Channel
  /**
   * The order that an answer or a notification speaks of.
   *
   * Source: page: order.invoice_number, order.amount; notification: order.*
   */
  order: OrderSummary
  /**
   * What happened to the payment.
   *
   * Source: notification: transaction.*
   */
  transaction: Transaction
  /**
   * What the paylater side says of the order.
   *
   * Source: page: peer_to_peer_info.*; notification: sample; D-22
   */
  peer_to_peer_info?: PeerToPeerDetails
  /**
   * The merchant's reference of the payment, where DOKU puts it under `payment`.
   *
   * Source: notification: payment.merchant_unique_reference; D-21
   */
  payment?: PaymentReference
  /**
   * The options of the order, as sent.
   *
   * Source: page: additional_info.*
   */
  additional_info?: ResponseAdditionalInfo
}

/**
 * The kind of service, `PEER_TO_PEER` for paylater.
 *
 * Source: notification: service.id; D-20
 */
export interface Service {
  /**
   * The service's id, `PEER_TO_PEER` for paylater. May be null in a status answer.
   *
   * Source: notification: service.id
   */
  id?: string
}

/**
 * Who acquires the payment.
 *
 * Source: notification: acquirer.id; status: acquirer.name; D-20
 */
export interface Acquirer {
  /**
   * The acquirer's id, `INDODANA` by analogy. May be null in a status answer.
   *
   * Source: notification: acquirer.id
   */
  id?: string
  /**
   * The acquirer's name, in status answers.
   *
   * Source: status: acquirer.name
   */
  name?: string
}

/**
 * The payment channel.
 *
 * Source: notification: channel.id; D-20
 */
export interface Channel {
  /**
   * The channel's id, `PEER_TO_PEER_INDODANA`. May be null in a status answer.
   *
   * Source: notification: channel.id; checkout: payment_method_types
   */
  id?: string
}

/**
 * What happened to the payment.
 *
 * Source: notification: transaction.*
 */
export interface Transaction {
  /**
   * Status of the payment. `SUCCESS`, `EXPIRED` and `REFUNDED` are final. `FAILED` is not: a later `SUCCESS` wins.
   *
   * Source: notification: transaction.status; status: status mapping; D-26
   */
  status: TransactionStatus
  /**
   * When it happened, ISO 8601 in UTC.
   *
   * Source: notification: transaction.date
   */
  date?: string
  /**
   * The `Request-Id` of the generate-order call. A status answer may hold the invoice number here.
   *
   * Source: notification: transaction.original_request_id; D-32
   */
  original_request_id?: string
}

/**
 * Status of the payment. `SUCCESS`, `EXPIRED` and `REFUNDED` are final. `FAILED` is not: a later `SUCCESS` wins.
 *
 * Source: notification: transaction.status; status: status mapping; D-26
 */
export type TransactionStatus =
  | 'PENDING'
  | 'SUCCESS'
  | 'FAILED'
  | 'EXPIRED'
  | 'REFUNDED'
  | 'TIMEOUT'
  | 'REDIRECT'
  | (string & {})

/**
 * The merchant's reference of the payment, where DOKU puts it under `payment`.
 *
 * Source: notification: payment.merchant_unique_reference; D-21
 */
export interface PaymentReference {
  /**
   * The merchant's reference, as sent.
   *
   * Source: notification: payment.merchant_unique_reference
   */
  merchant_unique_reference?: string
}

/**
 * The answer to check status. Like a notification, but any part may be missing.
 *
 * Source: status: Non-SNAP, sample; D-33
 */
export interface OrderStatus {
  /**
   * The order that the status answer speaks of.
   *
   * Source: status: order.*
   */
  order?: StatusOrder
  /**
   * What happened to the payment.
   *
   * Source: notification: transaction.*
   */
  transaction?: Transaction
  /**
   * The kind of service, `PEER_TO_PEER` for paylater.
   *
   * Source: notification: service.id; D-20
   */
  service?: Service
  /**
   * Who acquires the payment.
   *
   * Source: notification: acquirer.id; status: acquirer.name; D-20
   */
  acquirer?: Acquirer
  /**
   * The payment channel.
   *
   * Source: notification: channel.id; D-20
   */
  channel?: Channel
  /**
   * What the paylater side says of the order.
   *
   * Source: page: peer_to_peer_info.*; notification: sample; D-22
   */
  peer_to_peer_info?: PeerToPeerDetails
  /**
   * The merchant's reference of the payment, where DOKU puts it under `payment`.
   *
   * Source: notification: payment.merchant_unique_reference; D-21
   */
  payment?: PaymentReference
  /**
   * What was refunded.
   *
   * Source: status: refund.amount
   */
  refund?: Refund
  /**
   * Where the order came from.
   *
   * Source: status: additional_info.*
   */
  additional_info?: StatusAdditionalInfo
}

/**
 * The order that the status answer speaks of.
 *
 * Source: status: order.*
 */
export interface StatusOrder {
  /**
   * The invoice number of the order.
   *
   * Source: status: order.invoice_number
   */
  invoice_number?: string
  /**
   * Amount in whole rupiah. DOKU writes it as `100000`, `100000.0`, `100000.00` or the same as text, `"100000"`. A
   * fraction other than zero is no amount, nor are three decimals: `20.000` may be meant as twenty thousand.
   *
   * Source: page: order.amount; observed: decimals and text; D-19
   */
  amount?: bigint
  /**
   * Status of a Checkout order, for example `ORDER_GENERATED`. Not for the direct API.
   *
   * Source: status: order.status
   */
  status?: string
}

/**
 * What was refunded.
 *
 * Source: status: refund.amount
 */
export interface Refund {
  /**
   * Amount in whole rupiah. DOKU writes it as `100000`, `100000.0`, `100000.00` or the same as text, `"100000"`. A
   * fraction other than zero is no amount, nor are three decimals: `20.000` may be meant as twenty thousand.
   *
   * Source: page: order.amount; observed: decimals and text; D-19
   */
  amount?: bigint
}

/**
 * Where the order came from.
 *
 * Source: status: additional_info.*
 */
export interface StatusAdditionalInfo {
  /**
   * The product and the system that made the order.
   *
   * Source: status: additional_info.origin; D-33
   */
  origin?: Origin
  /**
   * The notification URL of this order, as sent.
   *
   * Source: page: additional_info.override_notification_url
   */
  override_notification_url?: string
}

/**
 * The product and the system that made the order.
 *
 * Source: status: additional_info.origin; D-33
 */
export interface Origin {
  /**
   * DOKU's product.
   *
   * Source: status: additional_info.origin.product
   */
  product?: string
  /**
   * DOKU's system.
   *
   * Source: status: additional_info.origin.system
   */
  system?: string
  /**
   * Kind of API. Also seen as `apiFormat`.
   *
   * Source: status: additional_info.origin.api_format
   */
  api_format?: string
  /**
   * Kind of integration.
   *
   * Source: status: additional_info.origin.source
   */
  source?: string
}

/** The stable code of the kind of an error. */
export type ErrorCode =
  | 'answer_too_large'
  | 'bug'
  | 'build'
  | 'configuration'
  | 'connect'
  | 'failed'
  | 'interrupted'
  | 'rejected'
  | 'status_rejected'
  | 'syntax'
  | 'timed_out'
  | 'unreadable'
  | 'unverified'
  | 'violations'
  | (string & {})

/** Why a message is not proven to be DOKU's. */
export type VerificationCode =
  | 'client_id_mismatch'
  | 'duplicate_header'
  | 'malformed_header'
  | 'malformed_signature'
  | 'malformed_target'
  | 'missing_header'
  | 'request_id_mismatch'
  | 'signature_mismatch'
  | 'target_mismatch'
  | (string & {})

/** The stable code of a violation or an advisory. */
export type ViolationCode =
  | 'bad_format'
  | 'missing'
  | 'no_alternative'
  | 'not_listed'
  | 'not_plain'
  | 'reserved'
  | 'sum_mismatch'
  | 'too_few'
  | 'too_large'
  | 'too_long'
  | 'too_many'
  | 'too_precise'
  | 'too_short'
  | 'too_small'
  | 'unknown_field'
  | 'wrong_type'
  | (string & {})
