"""What the native half calls to make objects of Python: from records of the core to exceptions and findings."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from .errors import (
    Age,
    ArgumentCode,
    DokuError,
    InputError,
    InputTypeError,
    Note,
    Place,
    Rejection,
    Report,
    StoreError,
    Verification,
    VerificationError,
    Violation,
)
from .stored import Acknowledgement, Counts, Effect, Placed, StoredNotification, StoredOrder, Worked

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
INPUT_CODES = frozenset({"build", "configuration", "syntax", "violations"})


def violations(records: list[dict[str, Any]]) -> list[Violation]:
    return [
        Violation(deviation=record.pop("deviation", None), instead=record.pop("instead", None), **record)
        for record in records
    ]


def notes(records: list[dict[str, Any]]) -> list[Note]:
    return [Note(**record) for record in records]


def report(found: list[dict[str, Any]], advised: list[dict[str, Any]]) -> Report:
    return Report(violations(found), violations(advised))


def age(kind: Literal["fresh", "late", "future", "unknown"], seconds: float | None) -> Age:
    return Age(kind, None if seconds is None else timedelta(seconds=seconds))


def error(record: dict[str, Any]) -> DokuError:
    """Returns the exception for what the core says of an error."""
    kind = InputError if record["code"] in INPUT_CODES else DokuError
    return kind(record["message"], **_details(record))


def store_error(record: dict[str, Any]) -> StoreError:
    """Returns the exception for what a store does not do."""
    order, kind = record["order"], record["kind"]
    details = {"code": kind, "outcome": None} if order is None else _details(order)
    return StoreError(record["message"], kind=kind, http_status=record["http_status"], **details)


def _details(record: dict[str, Any]) -> dict[str, Any]:
    rejection, reason = record["rejection"], record["verification"]
    if rejection is not None:
        rejection = Rejection(rejection["status"], rejection["code"], rejection["messages"], rejection["verified"])
    return {
        "code": record["code"],
        "outcome": record["outcome"],
        "violations": violations(record["violations"]),
        "rejection": rejection,
        "verification": None if reason is None else Verification(**reason),
        "request_id": record["request_id"],
        "is_retryable": record["retryable"],
        "syntax": None if record["syntax"] is None else Place(**record["syntax"]),
    }


def unproven(record: dict[str, Any]) -> VerificationError:
    """Returns the exception for a message that is not proven to be DOKU's."""
    return VerificationError(Verification(**record["verification"]), outcome=record["outcome"])


def fault(is_type: bool, message: str, code: ArgumentCode, pointer: str | None) -> DokuError:
    """Returns the exception for an argument that cannot be used."""
    kind = InputTypeError if is_type else InputError
    return kind(message, code=code, pointer=pointer)


def stored_order(fields: dict[str, Any]) -> StoredOrder:
    return StoredOrder(**_timed(fields))


def placed(fields: dict[str, Any]) -> Placed:
    return Placed(**fields)


def effect(fields: dict[str, Any]) -> Effect:
    return Effect(**_timed(fields))


def stored_notification(fields: dict[str, Any]) -> StoredNotification:
    return StoredNotification(**_timed(fields))


def acknowledgement(fields: dict[str, Any]) -> Acknowledgement:
    return Acknowledgement(**fields)


def counts(fields: dict[str, Any]) -> Counts:
    return Counts(**fields)


def worked(fields: dict[str, Any]) -> Worked:
    return Worked(**fields)


def _timed(fields: dict[str, Any]) -> dict[str, Any]:
    """Makes times of milliseconds since 1970."""
    times = {name: at for name, at in fields.items() if name.endswith("_at") and at is not None}
    return fields | {name: EPOCH + timedelta(milliseconds=at) for name, at in times.items()}
