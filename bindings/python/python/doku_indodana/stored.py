"""What a store tells: orders, effects, notifications. Plain values, which may be pickled and compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from .errors import StoreError, VerificationError
from .generated import TransactionStatus

__all__ = [
    "Acknowledgement",
    "Alert",
    "Counts",
    "Effect",
    "Placed",
    "Rank",
    "StoredNotification",
    "StoredOrder",
    "Verdict",
    "Worked",
]

Rank: TypeAlias = Literal["PREPARED", "SENT", "REFUSED", "PENDING", "FAILED", "EXPIRED", "SUCCESS", "REFUNDED"]
"""How far an order has come. It only rises, so a late ``FAILED`` does not undo a payment.

- ``PREPARED``: stored, and not sent yet.
- ``SENT``: sent, or about to be; DOKU's answer is missing, so an order may exist.
- ``REFUSED``: there is no order at DOKU. Offer another way to pay.
- ``PENDING``: the order exists; the customer has not paid yet.
- ``FAILED``: a payment failed; the customer may try again until the order expires.
- ``EXPIRED``, ``SUCCESS``, ``REFUNDED``: it expired, was paid, was given back.
"""

Verdict: TypeAlias = Literal[
    "accepted",
    "repeated",
    "unconfirmed",
    "unknown_invoice",
    "other_amount",
    "other_client",
    "unknown_status",
    "unreadable",
    "reused_request_id",
]
"""What a genuine notification means. Whatever it is, it is stored and acknowledged.

- ``accepted``: it is about an order of ours, with its amount.
- ``repeated``: it was stored before, with these very bytes.
- ``unconfirmed``: its time is far from ours. Check status is asked before anything is done.
- ``unknown_invoice``: its invoice number is not stored. It is looked at again when the order comes.
- ``other_amount``, ``other_client``, ``unknown_status``, ``unreadable``: it does not fit the order, or the contract.
- ``reused_request_id``: its Request-Id came with another body before. Check status is asked before anything is done.
"""

Alert: TypeAlias = Literal[
    "other_amount",
    "other_client",
    "after_refusal",
    "paid_and_expired",
    "unknown_status",
    "checked_lower",
    "reused_request_id",
    "other_body",
]
"""A contradiction about an order. It stays with the order until a person closes it."""


@dataclass(frozen=True)
class StoredOrder:
    """An order as it is stored."""

    invoice_number: str
    request_id: str
    """The id under which it is sent, each time."""
    amount: int
    """In whole rupiah."""
    reference: str | None
    """The merchant's reference, if the order names one."""
    rank: Rank
    """How far it has come."""
    payment_url: str | None
    """The page to send the customer to; None until DOKU's verified answer is stored."""
    is_unresolved: bool
    """Whether a person has to look at it: an answer is missing, its schedule is spent, or something contradicts it."""
    alerts: list[Alert]
    """The contradictions about it."""
    last_outcome: str | None
    """A stable code of how the last call to DOKU ended: ``answered``, ``unknown``, ``refused:invalid_signature``"""
    attempts: int
    """How often DOKU was called about it."""
    close_reason: str | None
    """Why a person closed it."""
    due_at: datetime | None
    """When DOKU is called about it next; None where nothing is planned any more."""
    expires_at: datetime
    created_at: datetime
    changed_at: datetime
    body: bytes | None = field(repr=False)
    """The bytes that are sent; None after they were pruned."""
    answer: bytes | None = field(repr=False)
    """The bytes of DOKU's verified answer, if it is stored and not pruned."""


@dataclass(frozen=True)
class Placed:
    """An order that was placed, now or before."""

    order: StoredOrder
    is_repeated: bool
    """Whether the order was stored before."""


@dataclass(frozen=True)
class Effect:
    """A status that an order reached, to be acted on once. Its id stays the same however often it is handed over."""

    id: int
    invoice_number: str
    status: TransactionStatus
    """``FAILED``, ``EXPIRED``, ``SUCCESS`` or ``REFUNDED``. A ``FAILED`` order may still be paid."""
    amount: int
    """That of the order, in whole rupiah."""
    attempt: int
    """How often it was handed over, this time included."""
    source: Literal["notification", "check_status"]
    """Who reported the status."""
    is_done: bool
    is_overtaken: bool
    """Whether a higher status came before it was done, so that it is not acted on any more."""
    is_dead: bool
    """Whether it is a dead letter: its handler failed until its schedule was spent. It is not handed over any more,
    until ``deliver``."""
    failures: int
    """How often its handler has failed since it was written, or revived as a dead letter."""
    last_error: str | None
    """What the handler said when it failed last."""
    due_at: datetime
    """When it is handed over next, unless it is done or a dead letter."""
    created_at: datetime
    done_at: datetime | None
    dead_at: datetime | None
    """Since when it is a dead letter."""


@dataclass(frozen=True)
class StoredNotification:
    """A genuine notification as it is stored. What cannot be read in it is None."""

    id: int
    request_id: str
    invoice_number: str | None
    status: str | None
    amount: int | None
    """In whole rupiah."""
    verdict: Verdict
    is_quarantined: bool
    """Whether it was set aside and has no effect."""
    age: Literal["fresh", "late", "future", "unknown"]
    """How its time stood to ours."""
    received_at: datetime


@dataclass(frozen=True)
class Acknowledgement:
    """What to answer DOKU with."""

    status: int
    """200 where the notification is on the disk, 401 where it is not genuine, 413 where it is too long to be, 503 where
    it could not be stored."""
    headers: dict[str, str]
    body: bytes
    """JSON."""
    verdict: Verdict | None
    """What the notification means; None where it was not stored."""
    is_quarantined: bool
    """Whether it was stored and set aside, for a person to look at."""
    error: VerificationError | StoreError | None
    """Why it is not genuine, or could not be stored."""


@dataclass(frozen=True)
class Counts:
    """Numbers of what is stored."""

    orders: int
    unresolved: int
    """Orders that a person has to look at."""
    due: int
    """Orders that are to be sent or asked for now."""
    notifications: int
    quarantined: int
    """Notifications that were set aside."""
    effects: int
    open_effects: int
    """Effects that are not done, dead letters included."""
    dead_effects: int
    """Effects that are not handed over any more."""


@dataclass(frozen=True)
class Worked:
    """What ``run_once`` did."""

    matched: int
    """Notifications that found their order."""
    calls: int
    """Calls to DOKU."""
    effects: int
    """Effects that were done."""
    failed_effects: int
    """Effects whose handler failed; they are handed over again later, or are dead letters now."""
