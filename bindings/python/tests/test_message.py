"""What DOKU sends: headers in all forms that servers have them, and what a verified message says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from email.message import Message
from typing import Any

import pytest
from conftest import CLIENT_ID, SECRET_KEY, SPEC, TARGET

import doku_indodana as doku

SENT = "2021-07-07T08:50:43Z"
EXAMPLES = SPEC / "examples"
SUCCESS = (EXAMPLES / "payment_notification.notification.success.json").read_bytes()
VERIFIER = doku.Verifier(CLIENT_ID, SECRET_KEY)


def signed(body: bytes, target: str = TARGET) -> dict[str, str]:
    """DOKU signs a notification as we sign a request."""
    return doku.sign(CLIENT_ID, SECRET_KEY, request_id="n-1", method="POST", target=target, body=body, timestamp=SENT)


def received(body: bytes = SUCCESS) -> doku.Notification:
    return VERIFIER.verify_notification(TARGET, signed(body), body)


def test_notification() -> None:
    notification = received()
    assert (notification.request_id, notification.timestamp, notification.body) == ("n-1", SENT, SUCCESS)
    assert (notification.status, notification.is_final) == ("SUCCESS", True)
    payment = notification.payment
    assert payment is not None
    assert notification.invoice_number == payment["order"]["invoice_number"]
    assert notification.amount == payment["order"]["amount"]
    assert type(notification.amount) is int
    assert notification.payment_error is None
    assert repr(notification) == f"Notification(request_id='n-1', {len(SUCCESS)} bytes)"


@pytest.mark.parametrize("amount", ["100000", "100000.00", '"100000"', "1e5"])
def test_amounts_are_int(amount: str) -> None:
    body = f'{{"order":{{"invoice_number":"1","amount":{amount}}},"transaction":{{"status":"NEW"}}}}'.encode()
    notification = received(body)
    assert notification.amount == 100_000
    assert notification.payment == {
        "order": {"invoice_number": "1", "amount": 100_000},
        "transaction": {"status": "NEW"},
    }
    assert (notification.status, notification.is_final) == ("NEW", False)


@pytest.mark.parametrize(
    ("name", "pointer", "message"),
    [
        ("additional-info-list", "/additional_info", "must be an object, found an array"),
        ("identifier-value-number", "/peer_to_peer_info/identifier/0/value", "must be a string, found a number"),
    ],
)
def test_side_field_of_another_type(name: str, pointer: str, message: str) -> None:
    notification = received((EXAMPLES / f"payment_notification.notification.{name}.invalid.json").read_bytes())
    assert (notification.amount, notification.status) == (90_000, "SUCCESS")
    assert notification.notes == [doku.Note(pointer, "wrong_type", message)]
    assert str(notification.notes[0]) == f"{pointer} {message}"
    assert received().notes == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [("amount-thousands", "more than two decimals"), ("amount-fraction", "a fraction of a rupiah")],
)
def test_what_is_no_amount(name: str, reason: str) -> None:
    body = (EXAMPLES / f"payment_notification.notification.{name}.invalid.json").read_bytes()
    notification = received(body)
    assert (notification.amount, notification.payment, notification.notes) == (None, None, [])
    assert reason in (notification.payment_error or "")
    assert [violation.pointer for violation in doku.check("notification", body).violations] == ["/order/amount"]


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"\xff", b"[]", b'{"order":1}'])
def test_genuine_body_that_cannot_be_read(body: bytes) -> None:
    notification = received(body)
    assert notification.body == body
    assert (notification.payment, notification.amount, notification.status) == (None, None, None)
    assert notification.payment_error
    assert notification.payment_error.endswith("keep it and look at it by hand")


class Pairs(Mapping[str, str]):
    """As the headers of Starlette: a mapping whose items hold each of several values."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __getitem__(self, name: str) -> str:
        return dict(self.pairs)[name]

    def __iter__(self) -> Any:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def items(self) -> Any:
        return self.pairs


def message(pairs: list[tuple[str, str]]) -> Message:
    """As the headers of http.server."""
    headers = Message()
    for name, value in pairs:
        headers[name] = value
    return headers


FORMS = {
    "dict": dict,
    "lower": lambda pairs: {name.lower(): value for name, value in pairs},
    "bytes": lambda pairs: {name.encode(): value.encode() for name, value in pairs},
    "pairs": list,
    "pairs of bytes": lambda pairs: [(name.lower().encode(), value.encode()) for name, value in pairs],
    "lists": lambda pairs: [list(pair) for pair in pairs],
    "generator": lambda pairs: (pair for pair in pairs),
    "mapping": Pairs,
    "message": message,
}


@pytest.mark.parametrize("form", FORMS)
def test_headers(form: str) -> None:
    make: Any = FORMS[form]
    pairs = [*signed(SUCCESS).items(), ("Accept", "a"), ("Accept", "b"), ("X-Bad", "a\nb"), ("X Y", "é"), ("", "")]
    assert VERIFIER.verify_notification(TARGET, make(pairs), SUCCESS).request_id == "n-1"
    if form not in ("dict", "lower", "bytes"):
        with pytest.raises(doku.VerificationError) as refused:
            VERIFIER.verify_notification(TARGET, make([*pairs, ("SIGNATURE", "a")]), SUCCESS)
        assert (refused.value.code, refused.value.header) == ("duplicate_header", "Signature")


@pytest.mark.parametrize("value", ["", "\ud800", "a\nb", "\0", "é", b"\xff", b"\r\n"])
@pytest.mark.parametrize("name", ["Request-Id", "Request-Timestamp", "Signature"])
def test_header_that_http_cannot_carry(name: str, value: Any) -> None:
    headers: dict[str, Any] = {**signed(SUCCESS), name: value}
    with pytest.raises(doku.VerificationError) as refused:
        VERIFIER.verify_notification(TARGET, headers, SUCCESS)
    expect = ("malformed_signature", None) if name == "Signature" else ("malformed_header", name)
    assert (refused.value.code, refused.value.header) == expect


@pytest.mark.parametrize("body", [SUCCESS, bytearray(SUCCESS), memoryview(SUCCESS), memoryview(b" " + SUCCESS)[1:]])
def test_bytes(body: bytes | bytearray | memoryview) -> None:
    assert VERIFIER.verify_notification(TARGET, signed(SUCCESS), body).body == SUCCESS


def test_why_it_is_refused() -> None:
    for target, variant in ((f"{TARGET}/", "slash_added"), (f"/api{TARGET}", "prefix_added")):
        with pytest.raises(doku.VerificationError) as refused:
            VERIFIER.verify_notification(TARGET, signed(SUCCESS, target), SUCCESS)
        error = refused.value
        assert (error.code, error.signed, error.variant) == ("target_mismatch", target, variant)
        assert error.verification == doku.Verification("target_mismatch", str(error), variant=variant, signed=target)
        assert error.outcome is None
    for body in (SUCCESS + b" ", SUCCESS.replace(b"SUCCESS", b"FAILED"), b""):
        with pytest.raises(doku.VerificationError, match="the signature does not fit, with none of 2 keys") as refused:
            doku.Verifier(CLIENT_ID, SECRET_KEY, "SK-2").verify_notification(TARGET, signed(SUCCESS), body)
        assert (refused.value.code, refused.value.keys) == ("signature_mismatch", 2)
    with pytest.raises(doku.VerificationError) as refused:
        VERIFIER.verify_notification("/notifications", signed(SUCCESS), SUCCESS)
    assert (refused.value.code, refused.value.signed) == ("signature_mismatch", None)
    with pytest.raises(doku.VerificationError) as refused:
        doku.verify_notification("BRN-1", SECRET_KEY, TARGET, signed(SUCCESS), SUCCESS)
    assert refused.value.code == "client_id_mismatch"
    with pytest.raises(doku.VerificationError) as refused:
        VERIFIER.verify_notification("payments", signed(SUCCESS), SUCCESS)
    assert refused.value.code == "malformed_target"


def test_further_keys() -> None:
    verifier = doku.Verifier(CLIENT_ID, "SK-new", SECRET_KEY)
    assert verifier.verify_notification(TARGET, signed(SUCCESS), SUCCESS).status == "SUCCESS"


def test_age() -> None:
    sent = datetime(2021, 7, 7, 8, 50, 43, tzinfo=timezone.utc)
    late, zone = timedelta(hours=6), timezone(timedelta(hours=7))
    notification = received()
    assert notification.age(sent) == ("fresh", None)
    assert notification.age((sent + late).astimezone(zone)) == ("late", late)
    assert notification.age(sent - late) == ("future", late)
    assert notification.age((sent + late).timestamp()) == ("late", late)
    assert notification.age(0).kind == "future"
    assert notification.age().kind == "late"
    assert notification.age(253_402_300_799).kind == "late"
    with pytest.raises(doku.InputError, match="the time is after the year 9999; pass seconds, not milliseconds"):
        notification.age(10**15)


def test_response() -> None:
    # An answer has another name for its time; the vectors judge it, this is what comes of it.
    import base64
    import hashlib
    import hmac

    body = (EXAMPLES / "generate_order.response.pending.json").read_bytes()
    target = "/indodana-peer-to-peer/v2/generate-order"
    text = doku.string_to_sign(
        client_id=CLIENT_ID, request_id="r-1", timestamp=SENT, method="POST", target=target, body=body, answer=True
    )
    mac = base64.b64encode(hmac.digest(SECRET_KEY.encode(), text.encode(), hashlib.sha256)).decode()
    headers = {
        "client-id": CLIENT_ID,
        "request-id": "r-1",
        "response-timestamp": SENT,
        "signature": f"HMACSHA256={mac}",
    }
    answer = doku.verify_response(CLIENT_ID, SECRET_KEY, target, "r-1", headers, body)
    assert (answer.timestamp, answer.body) == (SENT, body)
    with pytest.raises(doku.VerificationError) as refused:
        VERIFIER.verify_response(target, "r-2", headers, body)
    assert (refused.value.code, refused.value.outcome) == ("request_id_mismatch", "unknown")


def test_numbers_of_an_answer_are_never_float() -> None:
    def kinds(value: Any) -> set[type]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {type(value)}.union(*map(kinds, inner))

    for path in EXAMPLES.glob("payment_notification.notification.*.json"):
        found = kinds(received(path.read_bytes()).payment)
        assert float not in found
        assert found <= {dict, list, str, int, Decimal, bool, type(None)}
