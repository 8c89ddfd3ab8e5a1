"""The types are those of the contract."""

from __future__ import annotations

import inspect
import json
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import pytest
from conftest import SPEC
from pydantic import TypeAdapter, ValidationError

import doku_indodana as doku
from doku_indodana import models

SCHEMAS: dict[str, Any] = {}
for path in (SPEC / "generated" / "schemas").glob("*.json"):
    SCHEMAS |= json.loads(path.read_bytes())["$defs"]
OBJECTS = [name for name in models.__all__ if isinstance(getattr(models, name), type)]


def test_every_object_has_a_type() -> None:
    assert sorted(OBJECTS) == sorted(name for name, schema in SCHEMAS.items() if "properties" in schema)


@pytest.mark.parametrize("name", OBJECTS)
def test_object(name: str) -> None:
    model, schema = getattr(models, name), SCHEMAS[name]
    assert list(get_type_hints(model)) == list(schema["properties"])
    assert model.__required_keys__ == frozenset(schema.get("required", ()))
    assert inspect.getdoc(model)


@pytest.mark.parametrize("name", ["Category", "SettlementType"])
def test_closed_enum(name: str) -> None:
    assert list(get_args(getattr(models, name))) == SCHEMAS[name]["enum"]


@pytest.mark.parametrize("name", ["PaymentStatus", "TransactionStatus"])
def test_open_enum(name: str) -> None:
    text, known = get_args(getattr(models, name))
    assert text is str
    assert list(get_args(known)) == SCHEMAS[name]["x-extensible-enum"]


@pytest.mark.parametrize("path", sorted((SPEC / "examples").glob("*.json")), ids=lambda path: path.name)
def test_examples_are_what_their_names_say(path: Any) -> None:
    kind, text = path.name.split(".")[1], path.read_bytes()
    assert doku.check(kind, text).is_valid != ("invalid" in path.name)
    value = json.loads(text, parse_float=Decimal)
    if isinstance(value, dict):
        assert doku.check(kind, value) == doku.check(kind, text)


def test_pydantic_reads_the_types() -> None:
    adapter = TypeAdapter(models.GenerateOrderRequest)
    text = (SPEC / "examples" / "generate_order.request.full.json").read_bytes()
    request = json.loads(text, parse_float=Decimal)
    assert adapter.validate_python(request) == request
    del request["order"]["amount"]
    with pytest.raises(ValidationError, match=r"order\.amount\n  Field required"):
        adapter.validate_python(request)
