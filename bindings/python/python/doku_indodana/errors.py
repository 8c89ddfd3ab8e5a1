"""What goes wrong, as exceptions, and what the check finds.

The codes and texts are those of the Rust library. No text holds a secret, a personal value or a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, NamedTuple, TypeAlias

from .generated import ErrorCode, VerificationCode, ViolationCode

__all__ = [
    "Age",
    "ArgumentCode",
    "DokuError",
    "InputError",
    "InputTypeError",
    "Outcome",
    "Place",
    "Rejection",
    "Report",
    "StoreError",
    "StoreErrorKind",
    "Verification",
    "VerificationError",
    "Violation",
]

Outcome = Literal["nothing_sent", "refused", "unknown"]
"""Whether an order may exist at DOKU after an error.

- ``nothing_sent``: nothing left this machine; correct it and try again.
- ``refused``: DOKU refused the order, and there is none.
- ``unknown``: an order may exist; send the same prepared order again or check its status, and never make a new one.
"""


ArgumentCode: TypeAlias = Literal[
    "float",
    "illegal_constructor",
    "lone_surrogate",
    "missing_body",
    "naive_time",
    "no_randomness",
    "not_finite",
    "out_of_range",
    "raw_bytes_needed",
    "too_deep",
    "too_large",
    "totals",
    "unexpected_body",
    "unexpected_digest",
    "unknown_kind",
    "unknown_method",
    "unknown_option",
    "wrong_type",
]
"""Why an argument cannot be used."""

StoreErrorKind: TypeAlias = Literal[
    "order", "conflict", "key_reused", "not_found", "not_possible", "unusable", "unavailable", "failed", "bug"
]
"""What to do about a ``StoreError``.

- ``order``: the order breaks the contract, or is no JSON; nothing was stored or sent. Correct it.
- ``conflict``: the invoice number is stored with another order; nothing was stored or sent. Number the new one anew.
- ``key_reused``: the key of the order was used with another one; nothing was stored or sent.
- ``not_found``: the store does not hold what was named.
- ``not_possible``: it was done before, or cannot be done in this state.
- ``unusable``: the configuration or the file has to be corrected. It was not touched.
- ``unavailable``: the store cannot be read or written now: disk full, locked, not reachable. Try again.
- ``failed``: the store failed for good, by an input or output error. Let the process end and start again.
- ``bug``: a fault of this library. Please report it.
"""


@dataclass(frozen=True)
class Violation:
    """One place where a body breaks the contract, or an advisory. Never holds the value that was met."""

    pointer: str
    """Where, as a JSON pointer: ``/order/line_items/0/price``; of a missing member, the member itself."""
    code: ViolationCode
    """Stable code: ``missing``, ``too_long``, ``sum_mismatch``, ..."""
    rule: str
    """The keyword of the schema, for example ``maxLength``."""
    limit: Any
    """The limit of the rule: a number, a pattern or the name of a type; None where the rule has none."""
    met: dict[str, Any] | None
    """What was met instead, a size or a type: ``{"characters": 17}``, ``{"type": "string"}``. Of a sum what the items
    make and the difference: ``{"sum": {"sum": "99999.99", "difference": "-0.01"}}``."""
    instead: str | None
    """What would be acceptable: an example, the nearest listed value or the nearest name."""
    deviation: str | None
    """The number in the deviations, for an advisory."""
    message: str
    """For people, in English, without the pointer."""
    message_indonesian: str
    """For people, in Indonesian, without the pointer."""

    def __str__(self) -> str:
        return f"{self.pointer or 'the whole body'} {self.message}"


@dataclass(frozen=True)
class Note:
    """A part of a message of DOKU's that did not fit the contract and is absent. Never holds the value."""

    pointer: str
    """Where, as a JSON pointer: ``/peer_to_peer_info/identifier/0/value``."""
    code: Literal["missing", "not_an_amount", "wrong_type"]
    """Stable code."""
    message: str
    """For people, without the pointer."""

    def __str__(self) -> str:
        return f"{self.pointer or 'the whole body'} {self.message}"


@dataclass(frozen=True)
class Report:
    """What the check found."""

    violations: list[Violation]
    """Sorted by pointer and code. A body with any of them is not sent."""
    advisories: list[Violation]
    """What may be refused or misread. A body with them is sent."""

    @property
    def is_valid(self) -> bool:
        """Whether there is no violation. Advisories do not count."""
        return not self.violations


@dataclass(frozen=True)
class Rejection:
    """What DOKU said when it refused."""

    status: int
    """The HTTP status."""
    code: str | None
    """DOKU's code, for example ``invalid_signature``."""
    messages: list[str]
    """DOKU's texts, unchanged. They are not part of the error's own text."""
    is_verified: bool
    """Whether the answer carried a signature that verified. DOKU documents none for a refusal."""

    def __repr__(self) -> str:
        verified = self.is_verified
        return f"Rejection(status={self.status}, {len(self.messages)} messages, is_verified={verified})"


@dataclass(frozen=True)
class Verification:
    """Why a signature was not accepted."""

    code: VerificationCode
    """Stable code, for example ``signature_mismatch``; ``VerificationError`` has all."""
    message: str
    """For people, in English."""
    header: str | None = None
    """The header that is missing, double or malformed."""
    keys: int | None = None
    """How many keys were tried, for ``signature_mismatch``."""
    variant: str | None = None
    """How the target that was signed differs, for ``target_mismatch``: ``slash_added``, ``prefix_removed``, ..."""
    signed: str | None = None
    """The target that the signature is right for, for ``target_mismatch``. It is refused all the same."""

    def __str__(self) -> str:
        return self.message


class Place(NamedTuple):
    """Where a text is no JSON."""

    line: int
    """Counted from 1."""
    column: int
    """In characters, counted from 1."""
    offset: int
    """In bytes, counted from 0."""


class Age(NamedTuple):
    """How old a message is. A label, not a verdict: DOKU repeats a notification up to 12 hours later."""

    kind: Literal["fresh", "late", "future", "unknown"]
    """``fresh`` within five minutes of our clock, ``unknown`` for a timestamp that cannot be read."""
    distance: timedelta | None
    """How late, or how far ahead; None for ``fresh`` and ``unknown``."""


class DokuError(Exception):
    """Why a call did not end with a verified answer. The base of all exceptions of this package."""

    code: ErrorCode | ArgumentCode | VerificationCode | StoreErrorKind
    """Stable code of the kind of error, for example ``violations``, ``timed_out`` or ``rejected``."""
    outcome: Outcome | None
    """Whether an order may exist at DOKU. None for a notification that is refused: no order is sent there."""
    violations: list[Violation]
    """All violations of the contract; empty for any other error."""
    rejection: Rejection | None
    """What DOKU said, if it answered with something else than an order."""
    verification: Verification | None
    """Why the answer's signature was not accepted."""
    syntax: Place | None
    """Where the body is no JSON."""
    request_id: str | None
    """The Request-Id of the call; None if it did not get that far."""
    is_retryable: bool
    """Whether sending the same prepared order again may help."""

    def __init__(
        self,
        message: str,
        *,
        code: ErrorCode | ArgumentCode | VerificationCode | StoreErrorKind,
        outcome: Outcome | None = "nothing_sent",
        violations: Sequence[Violation] = (),
        rejection: Rejection | None = None,
        verification: Verification | None = None,
        syntax: Place | None = None,
        request_id: str | None = None,
        is_retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.outcome = outcome
        self.violations = list(violations)
        self.rejection = rejection
        self.verification = verification
        self.syntax = syntax
        self.request_id = request_id
        self.is_retryable = is_retryable

    @property
    def is_configuration(self) -> bool:
        """Whether credentials, an id, a target or the environment cannot be used."""
        return self.code == "configuration"

    def __reduce__(self) -> tuple[Any, ...]:
        # So that a worker of another process can hand it over.
        return _restore, (type(self), str(self)), self.__dict__


class InputError(DokuError, ValueError):
    """What was given cannot be used: a body that breaks the contract or is no JSON, credentials, an id, a URL."""

    pointer: str | None
    """Where in the request, as a JSON pointer, if it is one value that cannot be written as JSON."""

    def __init__(self, message: str, *, pointer: str | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.pointer = pointer


class InputTypeError(DokuError, TypeError):
    """What was given is of the wrong type: a float for money, bytes for text, a parsed body for raw bytes."""

    pointer: str | None
    """Where in the request, as a JSON pointer, if it is one value that cannot be written as JSON."""

    def __init__(self, message: str, *, pointer: str | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.pointer = pointer


class StoreError(DokuError):
    """Why the store did not do what it was asked for.

    ``violations`` has those of an order that breaks the contract. ``outcome`` is None unless the order is what
    is wrong: place it again, and it is the same order.
    """

    kind: StoreErrorKind
    """What to do about it."""
    http_status: int
    """The status to answer a caller with: 422, 409, 404, 503 or 500."""

    def __init__(self, message: str, *, kind: StoreErrorKind, http_status: int, **details: Any) -> None:
        super().__init__(message, **details)
        self.kind = kind
        self.http_status = http_status


class VerificationError(DokuError):
    """Why a message is not proven to be DOKU's. Answer a notification with 401.

    ``code`` is one of ``client_id_mismatch``, ``duplicate_header``, ``malformed_header``, ``malformed_signature``,
    ``malformed_target``, ``missing_header``, ``request_id_mismatch``, ``signature_mismatch`` and ``target_mismatch``.

    ``outcome`` is None for a notification, and ``unknown`` for an answer, because there may be an order it is about.
    ``verification`` has the reason as a record.
    """

    header: str | None
    """The header that is missing, double or malformed."""
    keys: int | None
    """How many keys were tried."""
    variant: str | None
    """How the target that was signed differs: ``slash_added``, ``prefix_removed``, ..."""
    signed: str | None
    """The target that the signature is right for. It is refused all the same."""

    def __init__(self, verification: Verification, *, outcome: Outcome | None = None) -> None:
        super().__init__(verification.message, code=verification.code, outcome=outcome, verification=verification)
        self.header = verification.header
        self.keys = verification.keys
        self.variant = verification.variant
        self.signed = verification.signed


def _restore(kind: type[DokuError], message: str) -> DokuError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    return error
