"""What a store is given, and what it says of it."""

from __future__ import annotations

import os
import pickle
import re
import socket
import sqlite3
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import REPOSITORY, SECRET_KEY, client, new_order, refused

import doku_indodana as doku
from doku_indodana import Client, Orders, StoreError


def test_arguments(orders: Orders, simulator: str, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    # Of any type, because the types forbid what is tried here.
    anything: Any = Orders
    store: Any = orders
    shop = client(simulator)
    unknown = "there is no option leases; see doku_indodana.StoreOptions"

    def scheduled(waits: object) -> object:
        return anything.open(shop, path, effect_schedule=waits)

    far = "a wait of effect_schedule is out of range; pass 0 to 31536000 seconds"
    for call, text in (
        (lambda: anything.open(None, path), "the client is of type NoneType; pass a Client or an AsyncClient"),
        (lambda: anything.open(shop, 1), "expected str, bytes or os.PathLike object, not int"),
        (lambda: anything.open(shop, path, leases=1), unknown),
        (lambda: anything.open(shop, path, lease=0), "lease is out of range; pass 0.001 to 3600 seconds"),
        (lambda: scheduled(5), "effect_schedule is of type int; pass a list of seconds"),
        (lambda: scheduled(["5"]), "a wait of effect_schedule is of type str; pass seconds as int or float"),
        (lambda: scheduled([1, -1]), far),
        (lambda: scheduled([31_536_000.5]), far),
        (lambda: store.place_keyed(new_order(), 1), "the key is of type int; pass it as str"),
        (lambda: store.orders("", 0), "limit is out of range; pass 1 to 10000"),
        (lambda: store.order(1), "the invoice number is of type int; pass it as str"),
        (lambda: store.effect(-1), "the id of the effect is out of range; pass 0 to 9223372036854775807"),
        (Orders, 'Orders come from Orders.open(client, "doku.db")'),
    ):
        with pytest.raises((TypeError, ValueError)) as error:
            call()
        assert str(error.value) == text
    assert not path.exists()


@pytest.mark.parametrize("location", ["sqlite"], indirect=True)
def test_stores_that_cannot_be_used(simulator: str, location: str, tmp_path: Path) -> None:
    def opened(where: str | Path, merchant: Client | None = None) -> StoreError:
        return refused(lambda: Orders.open(merchant or client(simulator), where))

    with Orders.open(client(simulator), location):
        pass
    other = Client(simulator, "BRN-0000-1234567890123", SECRET_KEY)
    (tmp_path / "text.db").write_text("no database, but a text of some length" * 40)
    with sqlite3.connect(tmp_path / "alien.db") as alien:
        alien.execute("create table carts (id)")
    alien.close()
    for name in ("text.db", "alien.db"):
        (tmp_path / name).chmod(0o600)
    os.chmod(location, 0o644)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"postgres://doku:secret-word@127.0.0.1:{taken.getsockname()[1]}/shop"
        errors = [
            opened(location),
            opened(tmp_path / "text.db"),
            opened(tmp_path / "alien.db"),
            opened(":memory:"),
            opened("mysql://host/shop"),
            opened(nobody),
        ]
    os.chmod(location, 0o600)
    errors.append(opened(location, other))
    assert [error.kind for error in errors] == ["unusable"] * 5 + ["unavailable", "unusable"]
    texts = [str(error) for error in errors]
    assert "secret-word" not in "".join(texts)
    parts = [
        "chmod 600",
        "",
        "",
        "a store needs a file",
        "a store cannot be at mysql://",
        "",
        "it belongs to client id",
    ]
    assert [part in text for part, text in zip(parts, texts, strict=True)] == [True] * 7, texts


def test_values_of_a_store_travel_and_hide_bodies(orders: Orders) -> None:
    order = orders.place(new_order())
    assert "Sari" not in repr(order)
    assert pickle.loads(pickle.dumps(order)) == order
    error = refused(lambda: orders.order("INV-9"))
    same = pickle.loads(pickle.dumps(error))
    assert (vars(same), str(same)) == (vars(error), str(error))
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(orders)
    orders.close_store()
    assert str(refused(lambda: orders.order("INV-1"))) == "the store is closed; open it again"


def test_words_are_those_of_the_core() -> None:
    for name, words in (("rank", doku.Rank), ("verdict", doku.Verdict), ("alert", doku.Alert)):
        source = (REPOSITORY / f"src/store/{name}.rs").read_text("utf-8")
        known = re.findall(r'^            Self::\w+ => "([A-Za-z_]+)",$', source, re.MULTILINE)
        ages = ("fresh", "late", "future", "unknown")
        assert [word for word in known if word not in ages] == list(get_args(words)), name
    source = (REPOSITORY / "src/store/error.rs").read_text("utf-8")
    assert re.findall(r'Self::\w+ => "([a-z_]+)"', source) == list(get_args(doku.StoreErrorKind))


def test_codes_of_arguments_are_those_of_the_code() -> None:
    binding = REPOSITORY / "bindings/python"
    sources = "".join(path.read_text("utf-8") for path in binding.glob("src/*.rs"))
    sources += "".join(path.read_text("utf-8") for path in binding.glob("python/doku_indodana/*.py"))
    found = re.findall(
        r'(?:error::input\(\s*[\w.()]+,\s*(?:true|false),|refuse\(|\((?:true|false),|code=)\s*"(\w+)"', sources
    )
    found += re.findall(r'=> \{?\s*\(\s*(?:true|false),\s*"(\w+)"', sources)
    assert sorted({*found} - {"configuration"}) == sorted(get_args(doku.ArgumentCode))
