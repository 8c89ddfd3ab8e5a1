"""Arguments that are no request: each is refused with Python's usual exception and our code in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from conftest import CLIENT_ID, MERCHANT, SECRET_KEY, TARGET, new_order
from test_message import received

import doku_indodana as doku


@pytest.mark.parametrize("body", ["{}", {"order": {}}, [], None, 1, 1.5])
def test_body_that_is_not_raw(body: Any) -> None:
    verifier = doku.Verifier(CLIENT_ID, SECRET_KEY)
    name = type(body).__name__
    hint = {"str": ", before any decoding", "dict": ", before any json parser", "list": ", before any json parser"}
    expect = f"the body is of type {name}; pass the raw bytes as they were received{hint.get(name, '')}"
    calls: list[Callable[[], object]] = [
        lambda: verifier.verify_notification(TARGET, {}, body),
        lambda: verifier.verify_response(TARGET, "id", {}, body),
        lambda: doku.verify_notification(CLIENT_ID, SECRET_KEY, TARGET, {}, body),
    ]
    for call in calls:
        with pytest.raises(TypeError) as refused:
            call()
        assert isinstance(refused.value, doku.InputTypeError)
        assert (str(refused.value), refused.value.code) == (expect, "raw_bytes_needed")
    for call, hint_of_call in {
        lambda: doku.digest(body): "pass the exact bytes that are sent or were received",
        lambda: doku.PreparedOrder.restore(body, "r-1"): "pass the bytes that .body gave",
        lambda: doku.PreparedOrder.danger_unchecked(body, "r-1"): "pass the bytes that .body gave",
    }.items():
        with pytest.raises(doku.InputTypeError) as wrong:
            call()
        assert str(wrong.value) == f"the body is of type {name}; {hint_of_call}"


def test_swapped_arguments() -> None:
    for restore in (doku.PreparedOrder.restore, doku.PreparedOrder.danger_unchecked):
        with pytest.raises(doku.InputTypeError, match="swapped; pass the body first, then the request id"):
            restore("r-1", b"{}")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_arguments_by_name() -> None:
    verifier = doku.Verifier(client_id=CLIENT_ID, secret_key=SECRET_KEY)
    assert repr(verifier) == f"Verifier(client_id='{CLIENT_ID}')"
    prepared = doku.prepare(request=new_order(), request_id="r-1")
    assert doku.check(kind="request", value=prepared.body).is_valid
    assert prepared.sign(client_id=CLIENT_ID, secret_key=SECRET_KEY).body == prepared.body
    assert doku.digest(body=prepared.body) == prepared.digest


def test_constructors_say_what_is_missing() -> None:
    for make in (doku.Client, doku.AsyncClient):
        with pytest.raises(TypeError, match=r"^BaseClient.__init__\(\) missing .* 'client_id' and 'secret_key'$"):
            make("sandbox")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(doku.InputTypeError, match=r"comes from prepare\(request\), .* or PreparedOrder.restore"):
        doku.PreparedOrder(b"{}", request_id="r-1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("headers", [None, 1, "Client-Id", b"Client-Id", ["ab", "c"], [("a", 1)], {"a": ["b"]}, [1]])
def test_headers_of_another_type(headers: Any) -> None:
    what = r"the headers (are|have a part that is) of type \w+; pass a mapping or pairs"
    with pytest.raises(doku.InputTypeError, match=what):
        doku.Verifier(CLIENT_ID, SECRET_KEY).verify_notification(TARGET, headers, b"")


def test_headers_that_are_none() -> None:
    with pytest.raises(doku.InputTypeError, match="the headers are of type NoneType; pass a mapping or pairs"):
        doku.Verifier(CLIENT_ID, SECRET_KEY).verify_notification(TARGET, None, b"")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


ARGUMENTS: dict[str, Callable[[Any], object]] = {
    "the client id": lambda value: doku.Verifier(value, SECRET_KEY),
    "the secret key": lambda value: doku.Verifier(CLIENT_ID, value),
    "the request id": lambda value: doku.prepare(new_order(), request_id=value),
    "the target": lambda value: doku.Verifier(CLIENT_ID, SECRET_KEY).verify_notification(value, {}, b""),
    "the environment": lambda value: doku.Client(value, CLIENT_ID, SECRET_KEY),
    "the kind": lambda value: doku.check(value, {}),
    "the id": lambda value: doku.Client("sandbox", *MERCHANT).check_status(value),
    "the method": lambda value: doku.sign(CLIENT_ID, SECRET_KEY, request_id="1", method=value, target="/"),
    "the request target": lambda value: doku.sign(CLIENT_ID, SECRET_KEY, request_id="1", method="GET", target=value),
    "the timestamp": lambda value: doku.prepare(new_order()).sign(CLIENT_ID, SECRET_KEY, value),
    "the digest": lambda value: doku.sign(
        CLIENT_ID, SECRET_KEY, request_id="1", method="POST", target="/", digest=value
    ),
}


@pytest.mark.parametrize("what", ARGUMENTS)
@pytest.mark.parametrize("value", [b"text", 1, 1.5, [], {}, object()], ids=lambda value: type(value).__name__)
def test_text_of_another_type(what: str, value: Any) -> None:
    with pytest.raises(TypeError) as refused:
        ARGUMENTS[what](value)
    assert isinstance(refused.value, doku.InputTypeError)
    assert str(refused.value) == f"{what} is of type {type(value).__name__}; pass it as str"


@pytest.mark.parametrize("what", ARGUMENTS)
def test_text_that_is_no_text(what: str) -> None:
    with pytest.raises(ValueError) as refused:
        ARGUMENTS[what]("\ud800")
    assert isinstance(refused.value, doku.InputError)
    assert refused.value.code == "lone_surrogate"
    assert str(refused.value).startswith(f"{what} holds half of a surrogate pair")


@pytest.mark.parametrize(
    ("call", "code", "text"),
    [
        (lambda: doku.Verifier("", SECRET_KEY), "configuration", "the client id must be 1 to 128 visible ascii"),
        (lambda: doku.Verifier("BRN\n1", SECRET_KEY), "configuration", "the client id has a control character"),
        (lambda: doku.Verifier("\ufeffBRN-1", SECRET_KEY), "configuration", "such as a byte order mark"),
        (lambda: doku.Verifier("'BRN-1'", SECRET_KEY), "configuration", "the client id is in quotation marks"),
        (lambda: doku.Verifier(SECRET_KEY, CLIENT_ID), "configuration", "the client id begins with SK-"),
        (lambda: doku.Verifier(CLIENT_ID, CLIENT_ID), "configuration", "the secret key begins as client ids do"),
        (lambda: doku.Verifier(CLIENT_ID, '"SK-1"'), "configuration", "the secret key is in quotation marks"),
        (lambda: doku.Verifier(CLIENT_ID, "SK-1\u200b"), "configuration", "a character that nobody sees"),
        (lambda: doku.Verifier(CLIENT_ID, "SK\x001"), "configuration", "the secret key has a control character"),
        (lambda: doku.Client("sandbox", CLIENT_ID, SECRET_KEY), "configuration", "are the simulator's"),
        (lambda: doku.Client("production", MERCHANT[0], SECRET_KEY), "configuration", "are the simulator's"),
        (
            lambda: doku.AsyncClient("https://api.doku.com", CLIENT_ID, SECRET_KEY),
            "configuration",
            "are the simulator's",
        ),
        (lambda: doku.Verifier(CLIENT_ID, ""), "configuration", "the secret key is empty"),
        (lambda: doku.Verifier(CLIENT_ID, "SK-1\n"), "configuration", "leading or trailing white space"),
        (lambda: doku.Verifier(CLIENT_ID, "SK-1", " SK-2"), "configuration", "leading or trailing white space"),
        (lambda: doku.prepare(new_order(), request_id="a b"), "configuration", "the request id must be 1 to 128"),
        (lambda: doku.prepare(b"{"), "syntax", "the body is not json: line 1, column 2: the text ends before"),
        (lambda: doku.prepare(b'{"a":1,"a":2}'), "syntax", "the key is written twice"),
        (lambda: doku.prepare(b"\xff"), "syntax", "the bytes are not UTF-8"),
        (lambda: doku.check("order", {}), "unknown_kind", "it is one of request, response, notification, status"),  # type: ignore[arg-type]
        (
            lambda: doku.Client("Sandbox", CLIENT_ID, SECRET_KEY),
            "configuration",
            'pass "sandbox", "production", or a url',
        ),
        (lambda: doku.Client("http://shop.example", CLIENT_ID, SECRET_KEY), "configuration", "must begin with https"),
        (
            lambda: doku.Client("https://u:p@shop.example", CLIENT_ID, SECRET_KEY),
            "configuration",
            "must begin with https",
        ),
        (lambda: client(timeout=-1), "out_of_range", "timeout is out of range; pass 0.001 to 3600 seconds"),
        (lambda: client(timeout=0), "out_of_range", "timeout is out of range"),
        (lambda: client(timeout=3601), "out_of_range", "timeout is out of range"),
        (lambda: client(timeout=float("nan")), "out_of_range", "timeout is out of range"),
        (lambda: client(connect_timeout=float("inf")), "out_of_range", "connect_timeout is out of range"),
        (lambda: client(attempt_timeout=10**400), "out_of_range", "attempt_timeout is out of range"),
        (lambda: client(attempts=0), "out_of_range", "pass 1 to 10"),
        (lambda: client(attempts=2**70), "out_of_range", "pass 1 to 10"),
        (lambda: sign(method="GET", body=b""), "unexpected_body", "a GET is signed without a body"),
        (lambda: sign(method="POST"), "missing_body", "a POST is signed with its body"),
        (lambda: sign(method="POST", body=b"", digest="x"), "unexpected_digest", "both body and digest are given"),
        (lambda: sign(method="POST", digest="x"), "configuration", "the digest must be the base64 of a sha-256 hash"),
        (lambda: sign(method="PUT", body=b""), "unknown_method", "pass GET or POST"),
        (lambda: sign(target="payments"), "configuration", "the request target must be a path that begins with /"),
        (lambda: sign(timestamp="2026-01-05"), "configuration", "the timestamp must be a time in utc such as"),
        (lambda: sign(request_id=""), "configuration", "the request id must be 1 to 128"),
    ],
)
def test_argument_that_cannot_be_used(call: Callable[[], object], code: str, text: str) -> None:
    with pytest.raises(ValueError) as refused:
        call()
    error = refused.value
    assert isinstance(error, doku.InputError)
    assert error.code == code
    assert text in str(error)


def client(**options: Any) -> doku.Client:
    return doku.Client("sandbox", *MERCHANT, **options)


def sign(**parts: Any) -> dict[str, str]:
    return doku.sign(CLIENT_ID, SECRET_KEY, **{"request_id": "1", "method": "GET", "target": "/", **parts})


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"timeout": "30"}, "timeout is of type str; pass seconds as int or float"),
        ({"timeout": True}, "timeout is of type bool; pass seconds as int or float"),
        ({"timeout": None}, "timeout is of type NoneType; pass seconds as int or float"),
        ({"attempts": 1.0}, "attempts is of type float; pass an int"),
        ({"deny_advisories": 1}, "deny_advisories is of type int; pass True or False"),
        ({"retries": 1}, "there is no option retries; see doku_indodana.Options"),
        ({"further_keys": "SK-next"}, "further_keys is of type str; pass a list of secret keys"),
        ({"further_keys": [1]}, "the secret key is of type int; pass it as str"),
    ],
)
def test_option_of_another_type(options: dict[str, Any], text: str) -> None:
    with pytest.raises(TypeError) as refused:
        client(**options)
    assert isinstance(refused.value, doku.InputTypeError)
    assert str(refused.value) == text


def test_time_without_zone() -> None:
    with pytest.raises(doku.InputError, match="the time has no zone"):
        received().age(datetime(2026, 1, 5))
    for now in ("now", None.__class__):
        with pytest.raises(doku.InputTypeError, match="the time is of type .*; pass an aware datetime, or seconds"):
            received().age(now)  # type: ignore[arg-type]
    with pytest.raises(doku.InputError, match="the time is no time after 1970; pass an aware datetime"):
        received().age(-1)
