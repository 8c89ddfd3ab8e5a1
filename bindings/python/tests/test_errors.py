"""Exceptions mirror the core's errors, travel between processes, and hold no secret."""

from __future__ import annotations

import copy
import pickle
import socket
from collections.abc import Callable

import pytest
from conftest import CLIENT_ID, MERCHANT, SECRET_KEY, new_order

import doku_indodana as doku


def raised(call: Callable[[], object]) -> doku.DokuError:
    with pytest.raises(doku.DokuError) as error:
        call()
    return error.value


def errors() -> list[doku.DokuError]:
    # A port of our own on which nobody listens.
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = doku.Client(f"http://127.0.0.1:{closed.getsockname()[1]}", CLIENT_ID, SECRET_KEY, attempts=1)
        return [
            raised(lambda: doku.prepare(b"{}")),
            raised(lambda: doku.prepare(b"{")),
            raised(lambda: doku.check("request", {"a": 1.5})),
            raised(lambda: doku.Verifier(CLIENT_ID, SECRET_KEY).verify_notification("/", {}, b"")),
            raised(lambda: client.generate_order(new_order())),
        ]


def test_kinds() -> None:
    kinds = [(type(error), error.code, error.outcome, error.is_retryable) for error in errors()]
    assert kinds == [
        (doku.InputError, "violations", "nothing_sent", False),
        (doku.InputError, "syntax", "nothing_sent", False),
        (doku.InputTypeError, "float", "nothing_sent", False),
        (doku.VerificationError, "missing_header", None, False),
        (doku.DokuError, "connect", "nothing_sent", True),
    ]
    assert errors()[1].syntax == doku.Place(line=1, column=2, offset=1)
    assert [error.syntax for error in errors()].count(None) == 4
    assert not any(error.is_configuration for error in errors())
    assert raised(lambda: doku.Verifier("", "")).is_configuration
    assert issubclass(doku.InputError, ValueError)
    assert issubclass(doku.InputTypeError, TypeError)


@pytest.mark.parametrize("error", errors(), ids=lambda error: error.code)
def test_exceptions_travel(error: doku.DokuError) -> None:
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (type(same), str(same), repr(same)) == (type(error), str(error), repr(error))
        assert vars(same) == vars(error)


def test_violations_are_told_in_both_languages() -> None:
    request = new_order()
    request["customer"]["first_name"] = "Sari Wulandari Kusumawati"
    (violation,) = doku.check("request", request).violations
    assert (violation.pointer, violation.code, violation.rule) == ("/customer/first_name", "too_long", "maxLength")
    assert (violation.limit, violation.met, violation.deviation) == (16, {"characters": 25}, None)
    assert str(violation) == f"/customer/first_name {violation.message}"
    assert (violation.message, violation.message_indonesian) == (
        "has 25 characters, more than 16",
        "berisi 25 karakter, lebih dari 16",
    )
    error = raised(lambda: doku.prepare(request))
    assert error.violations == [violation]
    assert "Wulandari" not in repr(error) + repr(error.violations)


def test_nothing_shows_a_secret() -> None:
    prepared = doku.prepare(new_order())
    signed = prepared.sign(CLIENT_ID, SECRET_KEY)
    things = [
        doku.Verifier(CLIENT_ID, SECRET_KEY, "SK-other"),
        doku.Client("sandbox", *MERCHANT),
        doku.AsyncClient("https://shop.example", CLIENT_ID, SECRET_KEY),
        prepared,
        signed,
    ]
    assert [repr(thing) for thing in things] == [
        f"Verifier(client_id='{CLIENT_ID}')",
        f"Client(environment='sandbox', client_id='{MERCHANT[0]}')",
        f"AsyncClient(environment='https://shop.example', client_id='{CLIENT_ID}')",
        f"PreparedOrder(request_id='{prepared.request_id}', {len(prepared.body)} bytes)",
        f"SignedRequest(POST /indodana-peer-to-peer/v2/generate-order, {len(prepared.body)} bytes)",
    ]
    for thing in things[:3]:
        with pytest.raises(TypeError, match="cannot pickle"):
            pickle.dumps(thing)
    assert SECRET_KEY not in signed.to_text()


def test_signed_request_as_text() -> None:
    signed = doku.prepare(new_order(), request_id="r-1").sign(CLIENT_ID, SECRET_KEY, "2026-01-05T03:00:00Z")
    head, _, body = signed.to_text().partition("\n\n")
    assert body.encode() == signed.body
    assert head.split("\n")[:5] == [
        "POST /indodana-peer-to-peer/v2/generate-order",
        "Content-Type: application/json",
        f"Client-Id: {CLIENT_ID}",
        "Request-Id: r-1",
        "Request-Timestamp: 2026-01-05T03:00:00Z",
    ]
    assert dict(line.split(": ") for line in head.split("\n")[1:]) == signed.headers


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({}, "the environment variable DOKU_CLIENT_ID is not set"),
        ({"DOKU_CLIENT_ID": CLIENT_ID}, "no secret key: set the environment variable DOKU_SECRET_KEY"),
        ({"DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY": " x"}, "the secret key has leading or trailing white space"),
        ({"DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY_FILE": "/no/such"}, "cannot be read: entity not found"),
        ({"DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY_FILE": SECRET_KEY}, "begins with SK-, as secret keys do"),
        ({"DOKU_CLIENT_ID": SECRET_KEY, "DOKU_SECRET_KEY": CLIENT_ID}, "the client id begins with SK-"),
        ({"DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY": f"'{SECRET_KEY}'"}, "the secret key is in quotation marks"),
    ],
)
def test_credentials_from_the_environment(
    variables: dict[str, str], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DOKU_CLIENT_ID", "DOKU_SECRET_KEY", "DOKU_SECRET_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for make in (doku.Verifier.from_env, lambda: doku.Client.from_env("sandbox")):
        error = raised(make)
        assert isinstance(error, doku.InputError)
        assert text in str(error)
        assert SECRET_KEY not in repr(error)
