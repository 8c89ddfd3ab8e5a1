"""What the native half calls to make objects of Python: from records of the core to exceptions and findings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from .errors import (
    Age,
    DokuError,
    InputError,
    InputTypeError,
    Note,
    Place,
    Rejection,
    Report,
    Verification,
    VerificationError,
    Violation,
)

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
    rejection = record["rejection"]
    if rejection is not None:
        rejection = Rejection(rejection["status"], rejection["code"], rejection["messages"], rejection["verified"])
    reason = record["verification"]
    kind = InputError if record["code"] in INPUT_CODES else DokuError
    return kind(
        record["message"],
        code=record["code"],
        outcome=record["outcome"],
        violations=violations(record["violations"]),
        rejection=rejection,
        verification=None if reason is None else Verification(**reason),
        request_id=record["request_id"],
        is_retryable=record["retryable"],
        syntax=None if record["syntax"] is None else Place(**record["syntax"]),
    )


def unproven(record: dict[str, Any]) -> VerificationError:
    """Returns the exception for a message that is not proven to be DOKU's."""
    return VerificationError(Verification(**record["verification"]), outcome=record["outcome"])


def fault(is_type: bool, message: str, code: str, pointer: str | None) -> DokuError:
    """Returns the exception for an argument that cannot be used."""
    kind = InputTypeError if is_type else InputError
    return kind(message, code=code, pointer=pointer)
