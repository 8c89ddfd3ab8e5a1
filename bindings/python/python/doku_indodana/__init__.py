"""Pay later with Indodana through DOKU: generate an order, verify the notification, ask for the status.

Bayar nanti dengan Indodana melalui DOKU: membuat order, memverifikasi notifikasi, menanyakan status.
"""

from . import generated as models
from ._native import (
    CheckedStatus,
    GeneratedOrder,
    Notification,
    PreparedOrder,
    SignedRequest,
    VerifiedResponse,
    Verifier,
    check,
    digest,
    line_items_from_totals,
    new_request_id,
    prepare,
    sign,
    string_to_sign,
    verify_notification,
    verify_response,
)
from .client import AsyncClient, Client, Options
from .errors import (
    Age,
    DokuError,
    InputError,
    InputTypeError,
    Note,
    Outcome,
    Place,
    Rejection,
    Report,
    Verification,
    VerificationError,
    Violation,
)
from .generated import GenerateOrderRequest
from .totals import Totals, TotalsItem

__all__ = [
    "Age",
    "AsyncClient",
    "CheckedStatus",
    "Client",
    "DokuError",
    "GenerateOrderRequest",
    "GeneratedOrder",
    "InputError",
    "InputTypeError",
    "Note",
    "Notification",
    "Options",
    "Outcome",
    "Place",
    "PreparedOrder",
    "Rejection",
    "Report",
    "SignedRequest",
    "Totals",
    "TotalsItem",
    "Verification",
    "VerificationError",
    "VerifiedResponse",
    "Verifier",
    "Violation",
    "check",
    "digest",
    "line_items_from_totals",
    "models",
    "new_request_id",
    "prepare",
    "sign",
    "string_to_sign",
    "verify_notification",
    "verify_response",
]
