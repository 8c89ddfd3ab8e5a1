"""Types of the contract. Written by `cargo xtask export` from spec/openapi.yaml; do not edit.

Requests are closed: a name that is not here is refused. Money is int or Decimal, never float. Answers may hold more
than is named here, and what may be null may also be missing.
"""

import sys
from decimal import Decimal
from typing import Literal, TypeAlias

if sys.version_info >= (3, 12):
    from typing import NotRequired, TypedDict
else:
    # Pydantic reads no others.
    from typing_extensions import NotRequired, TypedDict

__all__ = [
    "Acquirer",
    "AdditionalInfo",
    "Address",
    "Category",
    "Channel",
    "Customer",
    "ErrorBody",
    "ErrorCode",
    "ErrorDetail",
    "GenerateOrderRequest",
    "GenerateOrderResponse",
    "Identifier",
    "LineItem",
    "Order",
    "OrderStatus",
    "OrderSummary",
    "Origin",
    "Payment",
    "PaymentNotification",
    "PaymentReference",
    "PaymentStatus",
    "PeerToPeerDetails",
    "PeerToPeerInfo",
    "Refund",
    "ResponseAdditionalInfo",
    "Service",
    "Settlement",
    "SettlementType",
    "StatusAdditionalInfo",
    "StatusOrder",
    "Transaction",
    "TransactionStatus",
    "VerificationCode",
    "ViolationCode",
]


Category: TypeAlias = Literal[
    "airlines",
    "arts-crafts-and-collectibles",
    "automotive",
    "baby",
    "beauty-and-fragrances",
    "biller",
    "books-and-magazines",
    "business-to-business-including-mlm",
    "charity-and-non-profit",
    "clothing",
    "community",
    "digital-content",
    "electronics-and-telecom",
    "entertainment-and-media",
    "financial-services-and-products",
    "financial-services-and-technology",
    "food-and-beverage",
    "food-retail-and-service",
    "games-voucher",
    "gifts-and-flowers",
    "government",
    "health-and-personal-care",
    "home-and-garden",
    "hotel-and-travel",
    "insurance",
    "marketplace",
    "nonprofit",
    "offline-store",
    "others",
    "over-the-air",
    "overseas",
    "pets-and-animals",
    "property",
    "public-services",
    "religion-and-spirituality",
    "retail",
    "services",
    "sports-and-outdoors",
    "telco",
    "ticketing",
    "toys-and-hobbies",
    "transportation",
    "travel",
    "vehicle-sales",
    "vehicles-service-and-accessories",
]
"""Category of the item, one of 45 values; `others` where none fits."""


class LineItem(TypedDict):
    """One item of the order."""

    name: str
    """Name of the item. 1 to 128 characters, no control characters."""
    price: int | Decimal
    """Price of one unit in rupiah (IDR), exact, at most two decimals and 16 digits in all. Not negative."""
    quantity: int
    """Number of units, 1 to 99,999,999 (8 digits)."""
    id: str
    """The merchant's id or SKU of the item. 1 to 64 characters, no control characters. Indodana's own shop plug-ins
    give `discount`, `shippingfee` and the like a meaning of their own.
    """
    category: Category
    """Category of the item, one of 45 values; `others` where none fits."""
    url: NotRequired[str]
    """Address of the item in the merchant's shop, at most 256 characters."""
    image_url: NotRequired[str]
    """Address of a picture of the item, at most 256 characters. Worth sending."""
    type: NotRequired[str]
    """Free text on the kind of item, without control characters. Worth sending."""


class Order(TypedDict):
    """What is bought and what it costs. The sum of price × quantity over the line items equals the amount exactly.
    Shipping, tax and fees are items of their own, a discount lowers prices, and a remainder of rounding is an item
    or goes into a second line of an item.
    """

    invoice_number: str
    """The merchant's number of the order, unique for each order. 1 to 64 characters, no control characters. Letters,
    digits, `.`, `_` and `-` are safest, because check status carries it in a path.
    """
    amount: int
    """Amount of the order in whole rupiah (IDR), at most 16 digits. Equals the sum of price × quantity."""
    line_items: list[LineItem]
    """The items of the order, at least one."""
    callback_url: NotRequired[str]
    """Absolute URL of the merchant's page to which the customer's browser returns. Not a proof of payment. DOKU's
    page allows letters, digits, space and `( ) - = \\ . ? ; , + / : & _ %`, so no `#` and no `~`.
    """
    callback_url_cancel: str
    """Absolute URL of the merchant's page to which the customer's browser returns. Not a proof of payment. DOKU's
    page allows letters, digits, space and `( ) - = \\ . ? ; , + / : & _ %`, so no `#` and no `~`.
    """


class PeerToPeerInfo(TypedDict):
    """The paylater side of the order."""

    expired_time: NotRequired[int]
    """Minutes until the order expires, 1 to 99,999 (5 digits). What DOKU does without it is not documented; Checkout
    takes 60.
    """
    merchant_unique_reference: str
    """The merchant's reference of the payment, without control characters. The page names no length; at most 32
    characters of letters, digits and `= . - _ + @ : & ^ % ! $ ;` fit Indodana's own field.
    """


class Customer(TypedDict):
    """Who buys."""

    first_name: str
    """First name of the customer. 1 to 16 characters, no control characters. Not truncated for you."""
    last_name: NotRequired[str]
    """Last name of the customer. At most 16 characters, no control characters."""
    email: str
    """E-mail address of the customer, at most 128 characters. The page says 16 and shows one of 17."""
    phone: str
    """Phone number of the customer, at most 16 digits: country code and number, `62…` for Indonesia. The page asks
    for `62…` and shows `0819…`.
    """


class Address(TypedDict):
    """A billing or shipping address. Shipping is needed for goods, not for tickets or vouchers."""

    first_name: str
    """First name of the person at this address, without control characters."""
    last_name: NotRequired[str]
    """Last name of the person at this address, without control characters."""
    address: str
    """Street and number; may have line breaks."""
    city: str
    """City or regency."""
    postal_code: str
    """Postal code as text; five digits in Indonesia."""
    phone: str
    """Phone number at this address as text. The page names no characters and no length."""
    country_code: str
    """Country as ISO 3166-1 alpha-3, `IDN` for Indonesia. The page names no rule."""


SettlementType: TypeAlias = Literal["PERCENTAGE", "FIX"]
"""Whether the value is a percentage or a fixed amount."""


class Settlement(TypedDict):
    """One share of the net amount, after fees, for one bank account."""

    bank_account_settlement_id: str
    """Id of the bank account at DOKU, `SBA-…` or `SBS-…`."""
    value: int | Decimal
    """Rupiah for `FIX`, percent for `PERCENTAGE`; at most two decimals and 16 digits in all."""
    type: SettlementType
    """Whether the value is a percentage or a fixed amount."""


class AdditionalInfo(TypedDict):
    """Options of this order."""

    override_notification_url: NotRequired[str]
    """Absolute http(s) URL to which this order's notification goes. Must have the same path as the configured
    notification URL; only the host may differ. No query.
    """
    settlement: NotRequired[list[Settlement]]
    """Split settlement. For merchants who are aggregators and have it activated."""


class GenerateOrderRequest(TypedDict):
    """An order to be paid later with Indodana."""

    order: Order
    """What is bought and what it costs. The sum of price × quantity over the line items equals the amount exactly.
    Shipping, tax and fees are items of their own, a discount lowers prices, and a remainder of rounding is an item
    or goes into a second line of an item.
    """
    peer_to_peer_info: PeerToPeerInfo
    """The paylater side of the order."""
    customer: Customer
    """Who buys."""
    billing_address: Address
    """A billing or shipping address. Shipping is needed for goods, not for tickets or vouchers."""
    shipping_address: NotRequired[Address]
    """A billing or shipping address. Shipping is needed for goods, not for tickets or vouchers."""
    additional_info: NotRequired[AdditionalInfo]
    """Options of this order."""


class OrderSummary(TypedDict):
    """The order that an answer or a notification speaks of."""

    invoice_number: str
    """The invoice number of the order, as sent."""
    amount: int
    """Amount in whole rupiah. DOKU writes it as `100000`, `100000.0`, `100000.00` or the same as text, `"100000"`. A
    fraction other than zero is no amount, nor are three decimals: `20.000` may be meant as twenty thousand.
    """


PaymentStatus: TypeAlias = str | Literal["PENDING", "FAILED"]
"""Whether the order can be paid."""


class Payment(TypedDict):
    """Where the customer pays, and whether that is possible."""

    status: PaymentStatus
    """Whether the order can be paid."""
    url: NotRequired[str | None]
    """Address of the Indodana payment page, an absolute https URL. Listed as mandatory; what a `FAILED` answer
    carries here is not documented.
    """


class Identifier(TypedDict):
    """One id and its name."""

    name: NotRequired[str | None]
    """What the id is, for example `INDODANA_ORDER_ID`."""
    value: NotRequired[str | None]
    """The id."""


class PeerToPeerDetails(TypedDict):
    """What the paylater side says of the order."""

    identifier: NotRequired[list[Identifier] | None]
    """Ids that the acquirer gave to the order. Worth keeping for enquiries."""
    created_date: NotRequired[str | None]
    """When the order was made, `yyyyMMddHHmmss` in UTC+7 (Jakarta)."""
    expired_date: NotRequired[str | None]
    """When the order expires, `yyyyMMddHHmmss` in UTC+7 (Jakarta)."""
    created_date_utc: NotRequired[str | None]
    """When the order was made, ISO 8601 in UTC."""
    expired_date_utc: NotRequired[str | None]
    """When the order expires, ISO 8601 in UTC."""
    merchant_unique_reference: NotRequired[str | None]
    """The merchant's reference, as sent."""
    status: NotRequired[str | None]
    """Status on the paylater side, as in `transaction.status`. In notifications."""


class ResponseAdditionalInfo(TypedDict):
    """The options of the order, as sent."""

    override_notification_url: NotRequired[str | None]
    """The notification URL of this order, as sent."""


class GenerateOrderResponse(TypedDict):
    """The answer to a generated order."""

    order: OrderSummary
    """The order that an answer or a notification speaks of."""
    payment: Payment
    """Where the customer pays, and whether that is possible."""
    peer_to_peer_info: NotRequired[PeerToPeerDetails | None]
    """What the paylater side says of the order."""
    additional_info: NotRequired[ResponseAdditionalInfo | None]
    """The options of the order, as sent."""


class Service(TypedDict):
    """The kind of service, `PEER_TO_PEER` for paylater."""

    id: NotRequired[str | None]
    """The service's id, `PEER_TO_PEER` for paylater. May be null in a status answer."""


class Acquirer(TypedDict):
    """Who acquires the payment."""

    id: NotRequired[str | None]
    """The acquirer's id, `INDODANA` by analogy. May be null in a status answer."""
    name: NotRequired[str | None]
    """The acquirer's name, in status answers."""


class Channel(TypedDict):
    """The payment channel."""

    id: NotRequired[str | None]
    """The channel's id, `PEER_TO_PEER_INDODANA`. May be null in a status answer."""


TransactionStatus: TypeAlias = str | Literal[
    "PENDING",
    "SUCCESS",
    "FAILED",
    "EXPIRED",
    "REFUNDED",
    "TIMEOUT",
    "REDIRECT",
]
"""Status of the payment. `SUCCESS`, `EXPIRED` and `REFUNDED` are final. `FAILED` is not: a later `SUCCESS` wins."""


class Transaction(TypedDict):
    """What happened to the payment."""

    status: TransactionStatus
    """Status of the payment. `SUCCESS`, `EXPIRED` and `REFUNDED` are final. `FAILED` is not: a later `SUCCESS` wins."""
    date: NotRequired[str | None]
    """When it happened, ISO 8601 in UTC."""
    original_request_id: NotRequired[str | None]
    """The `Request-Id` of the generate-order call. A status answer may hold the invoice number here."""


class PaymentReference(TypedDict):
    """The merchant's reference of the payment, where DOKU puts it under `payment`."""

    merchant_unique_reference: NotRequired[str | None]
    """The merchant's reference, as sent."""


class PaymentNotification(TypedDict):
    """What DOKU reports of a paylater payment. Modelled after the Akulaku sample of the same family, because none
    for Indodana is published.
    """

    service: NotRequired[Service | None]
    """The kind of service, `PEER_TO_PEER` for paylater."""
    acquirer: NotRequired[Acquirer | None]
    """Who acquires the payment."""
    channel: NotRequired[Channel | None]
    """The payment channel."""
    order: OrderSummary
    """The order that an answer or a notification speaks of."""
    transaction: Transaction
    """What happened to the payment."""
    peer_to_peer_info: NotRequired[PeerToPeerDetails | None]
    """What the paylater side says of the order."""
    payment: NotRequired[PaymentReference | None]
    """The merchant's reference of the payment, where DOKU puts it under `payment`."""
    additional_info: NotRequired[ResponseAdditionalInfo | None]
    """The options of the order, as sent."""


class StatusOrder(TypedDict):
    """The order that the status answer speaks of."""

    invoice_number: NotRequired[str | None]
    """The invoice number of the order."""
    amount: NotRequired[int]
    """Amount in whole rupiah. DOKU writes it as `100000`, `100000.0`, `100000.00` or the same as text, `"100000"`. A
    fraction other than zero is no amount, nor are three decimals: `20.000` may be meant as twenty thousand.
    """
    status: NotRequired[str | None]
    """Status of a Checkout order, for example `ORDER_GENERATED`. Not for the direct API."""


class Refund(TypedDict):
    """What was refunded."""

    amount: NotRequired[int]
    """Amount in whole rupiah. DOKU writes it as `100000`, `100000.0`, `100000.00` or the same as text, `"100000"`. A
    fraction other than zero is no amount, nor are three decimals: `20.000` may be meant as twenty thousand.
    """


class Origin(TypedDict):
    """The product and the system that made the order."""

    product: NotRequired[str | None]
    """DOKU's product."""
    system: NotRequired[str | None]
    """DOKU's system."""
    api_format: NotRequired[str | None]
    """Kind of API. Also seen as `apiFormat`."""
    source: NotRequired[str | None]
    """Kind of integration."""


class StatusAdditionalInfo(TypedDict):
    """Where the order came from."""

    origin: NotRequired[Origin | None]
    """The product and the system that made the order."""
    override_notification_url: NotRequired[str | None]
    """The notification URL of this order, as sent."""


class OrderStatus(TypedDict):
    """The answer to check status. Like a notification, but any part may be missing."""

    order: NotRequired[StatusOrder | None]
    """The order that the status answer speaks of."""
    transaction: NotRequired[Transaction]
    """What happened to the payment."""
    service: NotRequired[Service | None]
    """The kind of service, `PEER_TO_PEER` for paylater."""
    acquirer: NotRequired[Acquirer | None]
    """Who acquires the payment."""
    channel: NotRequired[Channel | None]
    """The payment channel."""
    peer_to_peer_info: NotRequired[PeerToPeerDetails | None]
    """What the paylater side says of the order."""
    payment: NotRequired[PaymentReference | None]
    """The merchant's reference of the payment, where DOKU puts it under `payment`."""
    refund: NotRequired[Refund | None]
    """What was refunded."""
    additional_info: NotRequired[StatusAdditionalInfo | None]
    """Where the order came from."""


class ErrorDetail(TypedDict):
    """One error with its code."""

    code: NotRequired[str | None]
    """`invalid_header_request`, `request_time_out_of_range`, `invalid_client_id`, `invalid_signature`,
    `idempotent_request`, `data_not_found`, or another.
    """
    message: NotRequired[str | list[str] | None]
    """One text, or a list of texts."""
    type: NotRequired[str | None]
    """Kind of error, for example `invalid_request_error`."""


class ErrorBody(TypedDict):
    """The body of a refusal, in all shapes that were seen; DOKU documents none for this API."""

    error: NotRequired[ErrorDetail | None]
    """One error with its code."""
    code: NotRequired[str | None]
    """A code such as `invalid_signature`, where it is not wrapped in `error`."""
    message: NotRequired[str | list[str] | None]
    """One text, or a list of texts."""
    error_messages: NotRequired[list[str] | None]
    """A list of texts, each on one field."""
    status: NotRequired[object]
    """`FAILED` in the generic glossary; a number where a framework answers."""
    response_code: NotRequired[str | None]
    """A code of the generic glossary, for example `INVALID_PARAMETER`."""


ErrorCode: TypeAlias = Literal[
    "answer_too_large",
    "bug",
    "build",
    "configuration",
    "connect",
    "failed",
    "interrupted",
    "rejected",
    "status_rejected",
    "syntax",
    "timed_out",
    "unreadable",
    "unverified",
    "violations",
]
"""The stable code of the kind of an error."""


VerificationCode: TypeAlias = Literal[
    "client_id_mismatch",
    "duplicate_header",
    "malformed_header",
    "malformed_signature",
    "malformed_target",
    "missing_header",
    "request_id_mismatch",
    "signature_mismatch",
    "target_mismatch",
]
"""Why a message is not proven to be DOKU's."""


ViolationCode: TypeAlias = Literal[
    "bad_format",
    "missing",
    "no_alternative",
    "not_listed",
    "not_plain",
    "reserved",
    "sum_mismatch",
    "too_few",
    "too_large",
    "too_long",
    "too_many",
    "too_precise",
    "too_short",
    "too_small",
    "unknown_field",
    "wrong_type",
]
"""The stable code of a violation or an advisory."""
