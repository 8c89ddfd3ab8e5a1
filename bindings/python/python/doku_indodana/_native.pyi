"""The native half of the package. Of it only `Verifier` can be constructed: what proves something is not made."""

import os
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Literal, NoReturn, final, overload

from ._arguments import Bytes, Headers, Kind
from ._store import AsyncStoreOptions
from .client import Options
from .errors import Age, Note, Report, Violation
from .generated import (
    GenerateOrderRequest,
    GenerateOrderResponse,
    LineItem,
    OrderStatus,
    PaymentNotification,
    PaymentStatus,
    TransactionStatus,
)
from .stored import Acknowledgement, Counts, Effect, Placed, StoredNotification, StoredOrder, Worked
from .totals import Totals

if sys.version_info >= (3, 11):
    from typing import Unpack
else:
    from typing_extensions import Unpack

__all__ = [
    "CheckedStatus",
    "Connection",
    "GeneratedOrder",
    "Handed",
    "Handout",
    "Notification",
    "PreparedOrder",
    "SignedRequest",
    "Store",
    "VerifiedResponse",
    "Verifier",
    "check",
    "digest",
    "line_items_from_totals",
    "new_request_id",
    "prepare",
    "sign",
    "string_to_sign",
    "verify_notification",
    "verify_response",
]

@final
class Verifier:
    """Verifies what DOKU sends, with one key or, while DOKU changes from one to the other, with several."""

    def __new__(cls, client_id: str, secret_key: str, *further_keys: str) -> Verifier: ...
    @staticmethod
    def from_env() -> Verifier:
        """Takes ``DOKU_CLIENT_ID``, and ``DOKU_SECRET_KEY`` or the file that ``DOKU_SECRET_KEY_FILE`` names."""

    def verify_notification(self, target: str, headers: Headers, body: Bytes) -> Notification:
        """Verifies a notification.

        ``target`` is the path of the notification URL as DOKU has it, for example ``/payments/notifications``.
        ``headers`` and ``body`` are what was received, the body as raw bytes, before any JSON parser.

        Raises:
            VerificationError: Which header or part failed. Answer 401.
            InputTypeError: The body is not raw bytes.
        """

    def verify_response(self, target: str, request_id: str, headers: Headers, body: Bytes) -> VerifiedResponse:
        """Verifies an answer of DOKU's to a request that you sent with your own HTTP client.

        ``target`` and ``request_id`` are those of the request.

        Raises:
            VerificationError: Which header or part failed.
        """

def verify_notification(client_id: str, secret_key: str, target: str, headers: Headers, body: Bytes) -> Notification:
    """Verifies one notification. A `Verifier` does the same for many."""

def verify_response(
    client_id: str, secret_key: str, target: str, request_id: str, headers: Headers, body: Bytes
) -> VerifiedResponse:
    """Verifies one answer. A `Verifier` does the same for many."""

@final
class Notification:
    """A notification that is proven to be DOKU's.

    Store it, answer 200 with ``{"responseCode":"2000000","responseMessage":"Successful"}`` at once, and only then
    act on it. Compare invoice number and amount with your own order.
    """

    @property
    def request_id(self) -> str:
        """The Request-Id that DOKU gave to the notification."""

    @property
    def timestamp(self) -> str:
        """The Request-Timestamp."""

    @property
    def body(self) -> bytes:
        """The exact bytes that were verified, with fields that the contract does not know."""

    @property
    def invoice_number(self) -> str | None:
        """None if the body cannot be read."""

    @property
    def amount(self) -> int | None:
        """In whole rupiah; None if the body cannot be read."""

    @property
    def status(self) -> TransactionStatus | None:
        """Status of the payment; None if the body cannot be read."""

    @property
    def is_final(self) -> bool:
        """Whether DOKU calls the status final. ``FAILED`` is not: a later ``SUCCESS`` wins."""

    @property
    def payment(self) -> PaymentNotification | None:
        """The fields that the contract knows, amounts as int; None if the body cannot be read.

        Keep such a notification and answer 2xx all the same: it is genuine, and refusing it loses it.
        """

    @property
    def payment_error(self) -> str | None:
        """Why the body cannot be read; None if it can."""

    @property
    def notes(self) -> list[Note]:
        """What did not fit the contract and is therefore absent from the payment; empty as a rule."""

    def age(self, now: datetime | float | None = None) -> Age:
        """Returns how old it is at a time: an aware datetime, seconds since 1970, or now."""

@final
class VerifiedResponse:
    """An answer that is proven to be DOKU's."""

    @property
    def timestamp(self) -> str:
        """The Response-Timestamp."""

    @property
    def body(self) -> bytes:
        """The exact bytes that were verified."""

def check(
    kind: Kind, value: GenerateOrderRequest | Mapping[str, Any] | Bytes, *, deny_advisories: bool = False
) -> Report:
    """Checks a body against the contract: a dict, or JSON as bytes. Returns all violations at once, and the advisories.

    Raises:
        InputError: The bytes are no JSON, or the kind is unknown.
        InputTypeError: A value is of a type that no body has, such as float.
    """

def prepare(
    request: GenerateOrderRequest | Bytes, *, request_id: str | None = None, deny_advisories: bool = False
) -> PreparedOrder:
    """Checks, serialises and freezes an order under a new Request-Id, or under one of your own.

    JSON as bytes is taken as it is.

    Raises:
        InputError: With all violations of the contract, or the bytes are no JSON.
        InputTypeError: A value is of a type that no body has, such as float.
    """

@final
class PreparedOrder:
    """A checked order: frozen body bytes and their Request-Id. Sending it again is safe."""

    def __new__(cls, *arguments: NoReturn, **named: NoReturn) -> PreparedOrder:
        """Raises, and says where one comes from: ``prepare``, or ``restore`` after a crash."""

    @staticmethod
    def restore(body: Bytes, request_id: str) -> PreparedOrder:
        """Takes an order that was prepared and stored before it was sent, for example after a crash.

        ``body`` and ``request_id`` are those of the prepared order. It may have been sent, so a refusal does not prove
        that there is no order: its outcome is ``unknown``.

        Raises:
            InputError: The bytes are no JSON.
        """

    @staticmethod
    def danger_unchecked(body: Bytes, request_id: str) -> PreparedOrder:
        """Freezes a body without checking it: what DOKU takes and the contract does not.

        Raises:
            InputError: The bytes are no JSON.
        """

    @staticmethod
    def danger_with_unknown_fields(body: Bytes, request_id: str) -> PreparedOrder:
        """Takes a body with fields that the contract does not know, on purpose; all else of it is checked.

        For a field that DOKU describes elsewhere, such as ``additional_info.account`` of a merchant with sub-accounts.
        A slip in the name of a field is not found.

        Raises:
            InputError: With all other violations of the contract, or the bytes are no JSON.
        """

    def assume_sent(self) -> PreparedOrder:
        """Says that these bytes may have been sent before, as ``restore`` does.

        From then on a refusal does not prove that there is no order: its outcome is ``unknown``.
        """

    @property
    def request_id(self) -> str:
        """The id under which these bytes are sent, each time."""

    @property
    def body(self) -> bytes:
        """The exact bytes that are sent. Store them with the id before sending."""

    @property
    def digest(self) -> str:
        """The digest of the body."""

    @property
    def invoice_number(self) -> str | None:
        """None only if an unchecked body has none."""

    @property
    def amount(self) -> int | None:
        """In whole rupiah; None only if an unchecked body has none."""

    @property
    def advisories(self) -> list[Violation]:
        """Limits that DOKU's page states and contradicts."""

    def sign(self, client_id: str, secret_key: str, timestamp: str | None = None) -> SignedRequest:
        """Signs the order for one attempt to send it with your own HTTP client, now or at a given time."""

@final
class SignedRequest:
    """A request that is ready to be sent by any HTTP client."""

    @property
    def method(self) -> str: ...
    @property
    def target(self) -> str:
        """The path to send it to."""

    @property
    def headers(self) -> dict[str, str]:
        """All headers to send, the signature included."""

    @property
    def body(self) -> bytes:
        """The exact body."""

    def to_text(self) -> str:
        """Returns the whole request as text, for snapshot tests. It holds the customer's data and no secret key."""

@final
class GeneratedOrder:
    """An order that exists at DOKU. Exists only by a verified answer."""

    @property
    def payment_url(self) -> str:
        """The page to send the customer to."""

    @property
    def payment_status(self) -> PaymentStatus:
        """``PENDING``, unless DOKU adds another."""

    @property
    def request_id(self) -> str:
        """The id under which the order was generated. Check status takes it."""

    @property
    def is_replayed(self) -> bool:
        """Whether this is DOKU's first answer again, because the same order had been sent before."""

    @property
    def attempts(self) -> int:
        """How many attempts the call took."""

    @property
    def response(self) -> GenerateOrderResponse:
        """The fields of the answer that the contract knows, amounts as int."""

    @property
    def notes(self) -> list[Note]:
        """What did not fit the contract and is therefore absent from the response; empty as a rule."""

    @property
    def verified(self) -> VerifiedResponse:
        """The exact bytes of the answer."""

@final
class CheckedStatus:
    """What DOKU says of an order."""

    @property
    def status(self) -> TransactionStatus | None:
        """Status of the payment, if the answer has one."""

    @property
    def is_final(self) -> bool:
        """Whether DOKU calls the status final. ``FAILED`` is not: a later ``SUCCESS`` wins."""

    @property
    def amount(self) -> int | None:
        """In whole rupiah, if the answer has one."""

    @property
    def invoice_number(self) -> str | None:
        """The invoice number, if the answer has one."""

    @property
    def is_verified(self) -> bool:
        """Whether the answer carried a signature that verified. DOKU documents none for check status."""

    @property
    def answer(self) -> OrderStatus:
        """The fields of the answer that the contract knows, amounts as int."""

    @property
    def notes(self) -> list[Note]:
        """What did not fit the contract and is therefore absent from the answer; empty as a rule."""

    @property
    def verified(self) -> VerifiedResponse | None:
        """The exact bytes of the answer, if its signature verified."""

def line_items_from_totals(totals: Totals) -> list[LineItem]:
    """Makes line items whose sum of price × quantity is the amount, exactly.

    Shipping and tax become items, a discount lowers prices, a remainder goes into a second line or is an item.
    Raises InputError where the parts differ from the amount by a rupiah or more, or a number is not usable.
    """

def new_request_id() -> str:
    """Returns a new Request-Id, a UUID of version 4."""

def digest(body: Bytes) -> str:
    """Returns the digest of a body: Base64 of SHA-256 over the exact bytes."""

@overload
def string_to_sign(
    *,
    client_id: str,
    request_id: str,
    timestamp: str,
    method: Literal["GET"],
    target: str,
    body: None = None,
    digest: None = None,
    answer: bool = False,
) -> str:
    """Returns the text that is signed, of a request or notification, or of an answer."""

@overload
def string_to_sign(
    *,
    client_id: str,
    request_id: str,
    timestamp: str,
    method: Literal["POST"],
    target: str,
    body: Bytes,
    digest: None = None,
    answer: bool = False,
) -> str:
    """Returns the text that is signed, of a request or notification, or of an answer."""

@overload
def string_to_sign(
    *,
    client_id: str,
    request_id: str,
    timestamp: str,
    method: Literal["POST"],
    target: str,
    body: None = None,
    digest: str,
    answer: bool = False,
) -> str:
    """Returns the text that is signed, of a request or notification, or of an answer."""

@overload
def sign(
    client_id: str,
    secret_key: str,
    *,
    request_id: str,
    method: Literal["GET"],
    target: str,
    body: None = None,
    digest: None = None,
    timestamp: str | None = None,
) -> dict[str, str]:
    """Signs a request for your own HTTP client, now or at a given time; returns the four headers to send with it.

    Raises:
        InputError: A part cannot be signed, a POST has no body, or a GET has one.
    """

@overload
def sign(
    client_id: str,
    secret_key: str,
    *,
    request_id: str,
    method: Literal["POST"],
    target: str,
    body: Bytes,
    digest: None = None,
    timestamp: str | None = None,
) -> dict[str, str]:
    """Signs a request for your own HTTP client, now or at a given time; returns the four headers to send with it.

    Raises:
        InputError: A part cannot be signed, a POST has no body, or a GET has one.
    """

@overload
def sign(
    client_id: str,
    secret_key: str,
    *,
    request_id: str,
    method: Literal["POST"],
    target: str,
    body: None = None,
    digest: str,
    timestamp: str | None = None,
) -> dict[str, str]:
    """Signs a request for your own HTTP client, now or at a given time; returns the four headers to send with it.

    Raises:
        InputError: A part cannot be signed, a POST has no body, or a GET has one.
    """

@final
class Connection:
    """What both clients stand on; private."""

    def __new__(
        cls, environment: str, client_id: str, secret_key: str, /, **options: Unpack[Options]
    ) -> Connection: ...
    @staticmethod
    def from_env(environment: str, /, **options: Unpack[Options]) -> Connection: ...
    def send(self, prepared: PreparedOrder) -> Future[GeneratedOrder]: ...
    def check_status(self, id: str) -> Future[CheckedStatus]: ...
    @property
    def environment(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def deny_advisories(self) -> bool: ...

@final
class Store:
    """What both classes of orders stand on; private."""

    @staticmethod
    def open(
        connection: Connection, location: str | os.PathLike[str], /, **options: Unpack[AsyncStoreOptions]
    ) -> Future[Store]: ...
    def place(self, request: GenerateOrderRequest | Bytes) -> Future[StoredOrder]: ...
    def place_json(self, body: Bytes) -> Future[StoredOrder]: ...
    def place_keyed(self, request: GenerateOrderRequest | Bytes, key: str | None) -> Future[Placed]: ...
    def enqueue(self, request: GenerateOrderRequest | Bytes, key: str | None) -> Future[Placed]: ...
    def receive(self, headers: Headers, body: Bytes) -> Future[Acknowledgement]: ...
    def order(self, invoice_number: str) -> Future[StoredOrder]: ...
    def orders(self, after: str, limit: int) -> Future[list[StoredOrder]]: ...
    def unresolved(self) -> Future[list[StoredOrder]]: ...
    def reconcile(self, invoice_number: str) -> Future[StoredOrder]: ...
    def close(self, invoice_number: str, reason: str) -> Future[StoredOrder]: ...
    def effects(self, open: bool, after: int, limit: int) -> Future[list[Effect]]: ...
    def dead_effects(self, after: int, limit: int) -> Future[list[Effect]]: ...
    def effect(self, id: int) -> Future[Effect]: ...
    def deliver(self, id: int) -> Future[None]: ...
    def take(self, limit: int) -> Future[list[Effect]]: ...
    def done(self, id: int, attempt: int) -> Future[bool]: ...
    def notifications(
        self, invoice_number: str, quarantined: bool, after: int, limit: int
    ) -> Future[list[StoredNotification]]: ...
    def prune(self, age: float) -> Future[int]: ...
    def backup(self, to: str | os.PathLike[str]) -> Future[None]: ...
    def check(self) -> Future[list[str]]: ...
    def warnings(self) -> Future[list[str]]: ...
    def counts(self) -> Future[Counts]: ...
    def hand_out(self, once: bool) -> Handout: ...
    def close_store(self) -> Future[None]: ...
    @property
    def has_failed(self) -> bool: ...

@final
class Handout:
    """The loop that hands out effects; private."""

    def next(self) -> Future[Handed | None]: ...
    def stop(self) -> None: ...
    @property
    def worked(self) -> Worked: ...

@final
class Handed:
    """An effect that was handed out; private."""

    @property
    def effect(self) -> Effect: ...
    def done(self) -> None: ...
    def failed(self, why: str) -> None: ...
