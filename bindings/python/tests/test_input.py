"""Bad input: Python's usual exception with our code in it; never a crash, never a wrong signature, never the value."""

from __future__ import annotations

import copy
import enum
import json
import random
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Context, Decimal, localcontext
from typing import Any

import pytest
from conftest import CLIENT_ID, SECRET_KEY, TARGET, new_order

import doku_indodana as doku


def order_with(value: Any) -> Any:
    request: Any = new_order()
    request["order"]["amount"] = value
    return request


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


class Model:
    def model_dump(self) -> dict[str, Any]:
        return {}


ITSELF: dict[str, Any] = {}
ITSELF["order"] = ITSELF
BOMB: Any = "x" * 1000
for _ in range(20):
    BOMB = [BOMB] * 10


@pytest.mark.parametrize(
    ("value", "kind", "code", "pointer", "text"),
    [
        (1.5, TypeError, "float", "/order/amount", "is a float, which is not exact; pass an int or a decimal.Decimal"),
        (float("nan"), TypeError, "float", "/order/amount", "is a float"),
        (float("inf"), TypeError, "float", "/order/amount", "is a float"),
        (Decimal("NaN"), ValueError, "not_finite", "/order/amount", "is no finite number"),
        (Decimal("sNaN"), ValueError, "not_finite", "/order/amount", "is no finite number"),
        (Decimal("-Infinity"), ValueError, "not_finite", "/order/amount", "is no finite number"),
        (b"Sari", TypeError, "wrong_type", "/order/amount", "is bytes where text belongs; decode it to str"),
        (bytearray(b"Sari"), TypeError, "wrong_type", "/order/amount", "is bytes where text belongs"),
        ("\ud800", ValueError, "lone_surrogate", "/order/amount", "holds half of a surrogate pair"),
        (
            ["a", {"~/": "\udfff"}],
            ValueError,
            "lone_surrogate",
            "/order/amount/1/~0~1",
            "holds half of a surrogate pair",
        ),
        ({"\udfff": 1}, ValueError, "lone_surrogate", "/order/amount", "holds half of a surrogate pair"),
        ({1: 2}, TypeError, "wrong_type", "/order/amount", "has a key of type int; keys are str"),
        (date(2026, 1, 5), TypeError, "wrong_type", "/order/amount", "is of type date; pass a dict, list, str, int"),
        ({1, 2}, TypeError, "wrong_type", "/order/amount", "is of type set"),
        (object(), TypeError, "wrong_type", "/order/amount", "is of type object"),
        (1j, TypeError, "wrong_type", "/order/amount", "is of type complex"),
        (10**5000, ValueError, "too_large", "/order/amount", "makes the body longer than 16 MiB"),
        (nested(31), ValueError, "too_deep", "/order/amount" + "/0" * 30, "is nested deeper than 32 levels"),
        (ITSELF, ValueError, "too_deep", None, "or holds itself"),
        (BOMB, ValueError, "too_large", None, "makes the body longer than 16 MiB"),
    ],
    ids=lambda value: "" if callable(value) else type(value).__name__,
)
@pytest.mark.parametrize("call", [doku.prepare, lambda value: doku.check("request", value)], ids=["prepare", "check"])
def test_value(
    call: Callable[[Any], object], value: Any, kind: type[Exception], code: str, pointer: str | None, text: str
) -> None:
    with pytest.raises(kind, match=text.replace("(", r"\(")) as refused:
        call(order_with(value))
    error = refused.value
    assert isinstance(error, doku.InputError | doku.InputTypeError)
    assert (error.code, error.outcome) == (code, "nothing_sent")
    if pointer is not None:
        assert error.pointer == pointer
    assert error.pointer
    assert error.pointer[:100] in str(error)
    assert "Sari" not in str(error)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "the body is of type NoneType; pass a dict, or the json as bytes"),
        ("{}", "the body is of type str; pass a dict, or the json as bytes"),
        ([], "the body is of type list; pass a dict, or the json as bytes"),
        (1.0, "the body is of type float; pass a dict, or the json as bytes"),
        (
            Model(),
            "the body is of type Model; pass a dict, or the json as bytes; "
            "of a pydantic model pass model_dump(exclude_none=True)",
        ),
    ],
)
def test_body_of_another_type(value: Any, text: str) -> None:
    with pytest.raises(doku.InputTypeError) as refused:
        doku.prepare(value)
    assert (str(refused.value), refused.value.code) == (text, "wrong_type")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "wrong_type"),
        (True, "wrong_type"),
        ("100000", "wrong_type"),
        (-1, "too_small"),
        (0, "too_small"),
        (10**16, "too_large"),
        (10**400, "too_large"),
        (2**53 + 1, "sum_mismatch"),
        (Decimal("0.5"), "wrong_type"),
        (Decimal("1E+1000000"), "too_large"),
        (Decimal("1E-1000000"), "wrong_type"),
        (Decimal("100000.50"), "wrong_type"),
    ],
)
def test_amount_out_of_contract(value: Any, code: str) -> None:
    report = doku.check("request", order_with(value))
    assert code in [violation.code for violation in report.violations if violation.pointer == "/order/amount"]


class Three(enum.IntEnum):
    THREE = 3


class Text(str, enum.Enum):
    FOOD = "food-and-beverage"


class Loud(int):
    def __str__(self) -> str:
        return "1e9"

    __repr__ = __str__


def test_texts_and_numbers_are_written_exactly() -> None:
    prices = ["19999.50", "0", "1E+3", "0E-7", "12345678901234.56", "7", "3", "2E+2", "0.94"]
    values: list[Any] = [*map(Decimal, prices)]
    values[5:7] = [Loud(7), Three.THREE]
    request: Any = new_order()
    item = {**request["order"]["line_items"][0], "quantity": 1, "name": 'é\u2028"\\ 🍗', "category": Text.FOOD}
    # Tuples are lists, and any dict is a dict.
    request["order"]["line_items"] = tuple(OrderedDict({**item, "price": price}) for price in values)
    request["order"]["amount"] = int(sum(map(Decimal, prices)))
    # Whatever the context says of digits.
    with localcontext(Context(prec=3, Emax=10)):
        body = doku.prepare(request).body.decode()
    for price in ["19999.5", "0", "1000", "0", "12345678901234.56", "7", "3", "200", "0.94"]:
        assert f'"price":{price},' in body
    assert '"name":"é\u2028\\"\\\\ 🍗"' in body
    assert '"category":"food-and-beverage"' in body


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("5E+4", "50000"),
        ("100000.00", "100000"),
        ("19999.50", "19999.5"),
        ("1.50E+1", "15"),
        ("-0.0", "0"),
        ("0E+999999999", "0"),
        ("1.0E-2", "0.01"),
        ("12.34E+1", "123.4"),
        ("0.0500", "0.05"),
        ("123456789012.30E-1", "12345678901.23"),
        ("1000", "1000"),
        ("99999999999999.99", "99999999999999.99"),
    ],
)
def test_decimals_are_written_in_plain_digits(number: str, text: str) -> None:
    price = Decimal(number)
    # A second item makes the sum whole.
    amount = int(price) + 1
    request = order_with(Decimal(f"{amount}.00"))
    item = {**request["order"]["line_items"][0], "quantity": 1}
    request["order"]["line_items"] = [{**item, "price": price}, {**item, "id": "2", "price": amount - price}]
    body = doku.prepare(request).body.decode()
    assert f'"price":{text},' in body
    assert f'"amount":{amount},' in body


def test_decimals_beyond_the_contract_keep_their_value() -> None:
    for number, text in (("1.230E-5", "0.0000123"), ("-15.0", "-15"), ("9999999999999999.990", "9999999999999999.99")):
        found = doku.check("request", order_with(Decimal(number)))
        assert not found.is_valid
        exact = json.dumps(order_with("@")).replace('"@"', text).encode()
        assert found == doku.check("request", exact)


def test_decimal_that_is_longer_than_any_body() -> None:
    for number in ("1E+999999999", "1E-999999999"):
        with pytest.raises(doku.InputError) as refused:
            doku.prepare(order_with(Decimal(number)))
        assert (refused.value.code, refused.value.pointer) == ("too_large", "/order/amount")


def test_great_amounts_are_sent_exactly() -> None:
    request: Any = order_with(2**53 + 1)
    request["order"]["line_items"] = [
        {"name": "Rumah", "price": Decimal("9007199254740.99"), "quantity": 1000, "id": "1", "category": "property"},
        {"name": "Ayam", "price": 3, "quantity": 1, "id": "2", "category": "others"},
    ]
    prepared = doku.prepare(request)
    assert b'"amount":9007199254740993,' in prepared.body
    assert b'"price":9007199254740.99,' in prepared.body
    assert prepared.amount == 2**53 + 1


def test_whatever_is_given_ends_in_a_report_or_in_our_error() -> None:
    dice = random.Random(20260105)
    numbers: list[Any] = [0, -1, 2**53 + 1, 10**17, 1.5, float("nan"), Decimal("NaN"), Decimal("1E+9")]
    texts: list[Any] = ["", "x" * 300, "\0", "\ud800", b"rahasia"]
    shapes: list[Any] = [[], {}, [[]], {"": {}}, {1: 1}, {"rahasia": 1}]
    odd: list[Any] = [*numbers, *texts, *shapes, None, True, object(), datetime(2026, 1, 5), set(), Model]
    ends = set()
    for _ in range(3000):
        request = copy.deepcopy(order_with(100_000))
        for _ in range(dice.randint(1, 3)):
            place: Any = request
            while True:
                key = dice.choice([*place, "rahasia"]) if isinstance(place, dict) else dice.randrange(len(place))
                inner = place.get(key) if isinstance(place, dict) else place[key]
                if not isinstance(inner, dict | list) or not inner or dice.random() < 0.3:
                    break
                place = inner
            place[key] = dice.choice(odd)
        try:
            report = doku.check("request", request)
            text = json.dumps(request, default=str, ensure_ascii=False).encode()
            assert report.is_valid or report.violations
            if "Decimal" not in repr(request):
                assert doku.check("request", text) == report
            ends.add("report")
        except (doku.InputError, doku.InputTypeError) as error:
            assert "x" * 20 not in str(error)
            ends.add(error.code)
    assert ends >= {"report", "float", "wrong_type", "lone_surrogate", "not_finite"}


BIG = b'{"order":[' + b"1," * 2**18 + b"1]}"


@pytest.mark.parametrize(
    "call",
    [
        lambda: doku.check("request", BIG),
        lambda: pytest.raises(doku.InputError, doku.prepare, BIG),
        lambda: doku.digest(BIG * 30),
        lambda: pytest.raises(doku.VerificationError, verify_big),
    ],
    ids=["check", "prepare", "digest", "verify"],
)
def test_other_threads_run_meanwhile(call: Callable[[], object]) -> None:
    go, ran = threading.Event(), threading.Event()

    def other() -> None:
        go.wait()
        ran.set()

    thread = threading.Thread(target=other)
    thread.start()
    interval = sys.getswitchinterval()
    # From here on another thread runs only where this one gives way by itself.
    sys.setswitchinterval(1000)
    try:
        go.set()
        call()
        assert ran.is_set()
    finally:
        sys.setswitchinterval(interval)
        thread.join()


def verify_big() -> None:
    headers = doku.sign(CLIENT_ID, SECRET_KEY, request_id="1", method="POST", target="/", body=b"")
    doku.verify_notification(CLIENT_ID, SECRET_KEY, TARGET, headers, BIG * 30)
