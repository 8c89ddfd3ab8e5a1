"""Orders against the simulator, on both engines: placed once, received, acted on once, whatever stops."""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, get_args
from urllib.request import Request, urlopen

import pytest
from conftest import AMOUNT, CLIENT_ID, REPOSITORY, SECRET_KEY, new_order, notification

import doku_indodana as doku
from doku_indodana import AsyncClient, AsyncOrders, Client, Effect, GenerateOrderRequest, Orders, StoreError


def client(url: str) -> Client:
    return Client(url, CLIENT_ID, SECRET_KEY, attempts=1)


@pytest.fixture
def orders(simulator: str, location: str) -> Iterator[Orders]:
    with Orders.open(client(simulator), location) as orders:
        yield orders


def refused(call: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as error:
        call()
    return error.value


class Book:
    """What a merchant did."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []

    def __call__(self, effect: Effect) -> None:
        self.effects.append(effect)

    def lines(self) -> list[tuple[str, str]]:
        return [(effect.invoice_number, effect.status) for effect in self.effects]


def test_an_order_from_its_placing_to_its_effect(simulator: str, location: str) -> None:
    with Orders.open(client(simulator), location) as orders:
        order = orders.place(new_order())
        assert (order.invoice_number, order.amount, order.rank) == ("INV-1", AMOUNT, "PENDING")
        assert order.payment_url
        assert order.payment_url.startswith(f"{simulator}/pay/")
        assert (order.last_outcome, order.attempts, order.is_unresolved, order.alerts) == ("answered", 1, False, [])
        assert order.created_at <= order.changed_at < order.expires_at == order.created_at + timedelta(minutes=60)

        headers, body = notification("INV-1")
        answer = orders.receive(headers, body)
        assert (answer.status, answer.verdict, answer.error) == (200, "accepted", None)
        assert answer.headers == {"Content-Type": "application/json"}
        assert answer.body == b'{"responseCode":"2000000","responseMessage":"Successful"}'
        assert orders.order("INV-1").rank == "SUCCESS"

        book = Book()
        worked = orders.run_once(book)
        assert (worked.effects, worked.failed_effects) == (1, 0)
        assert book.lines() == [("INV-1", "SUCCESS")]
        (effect,) = book.effects
        assert (effect.amount, effect.attempt, effect.source) == (AMOUNT, 1, "notification")
        assert not effect.is_done
        assert orders.effect(effect.id).is_done


def test_the_same_order_is_one_order(simulator: str, orders: Orders, location: str) -> None:
    first = orders.place(new_order())
    again = orders.place(new_order())
    with Orders.open(client(simulator), location) as another:
        elsewhere = another.place_json(first.body or b"")
    assert first == again == elsewhere
    assert client(simulator).check_status(first.request_id).status == "PENDING"


def test_another_order_is_a_conflict(orders: Orders) -> None:
    order = orders.place(new_order())
    error = refused(lambda: orders.place(another_order()))
    assert (error.kind, error.code, error.http_status, error.outcome) == ("conflict", "conflict", 409, None)
    assert str(error) == (
        "the invoice number is stored with another order: nothing was stored or sent; number a new order anew, or "
        "place the first one's bytes again"
    )
    assert orders.order("INV-1") == order


def another_order() -> GenerateOrderRequest:
    """Another order under the same invoice number."""
    order = new_order()
    order["customer"]["first_name"] = "Budi"
    return order


def test_a_key_stays_with_its_order(orders: Orders) -> None:
    placed = orders.place_keyed(new_order(), "cart-1")
    assert (placed.is_repeated, placed.order.rank) == (False, "PENDING")
    assert orders.place_keyed(new_order(), "cart-1") == doku.Placed(placed.order, is_repeated=True)
    assert orders.place_keyed(placed.order.body or b"", None).is_repeated
    # Another number under the key: the fault of those who number each try anew. A conflict comes after it.
    for reused in (new_order("INV-2"), another_order()):
        error = refused(lambda reused=reused: orders.place_keyed(reused, "cart-1"))  # type: ignore[misc]
        assert (error.kind, error.code, error.http_status, error.outcome) == ("key_reused", "key_reused", 422, None)
        assert str(error).startswith("the idempotency key was used with another order: nothing was stored or sent;")
    # What is refused binds no key, and a stored order may be called by a further one.
    wrong = new_order("INV-3")
    wrong["order"]["amount"] = 1
    assert refused(lambda: orders.place_keyed(wrong, "cart-2")).kind == "order"
    assert refused(lambda: orders.place_keyed(another_order(), "cart-2")).kind == "conflict"
    assert orders.place_keyed(new_order(), "cart-2").is_repeated
    assert refused(lambda: orders.place_keyed(new_order("INV-3"), "cart-2")).kind == "key_reused"
    for key in ("", "with space", "schö", "k" * 256):
        error = refused(lambda key=key: orders.place_keyed(new_order("INV-4"), key))  # type: ignore[misc]
        assert (error.kind, str(error)) == ("not_possible", "an idempotency key has 1 to 255 visible ascii characters")
    assert [order.invoice_number for order in orders.orders()] == ["INV-1"]


def test_what_is_enqueued_is_sent_by_the_loop(orders: Orders) -> None:
    stored = orders.enqueue(new_order(), "cart-1")
    assert (stored.is_repeated, stored.order.rank, stored.order.attempts) == (False, "PREPARED", 0)
    assert orders.enqueue(new_order()).is_repeated
    assert refused(lambda: orders.enqueue(another_order())).kind == "conflict"
    assert refused(lambda: orders.enqueue(new_order("INV-2"), "cart-1")).kind == "key_reused"
    assert orders.run_once(Book()).calls == 1
    sent = orders.order("INV-1")
    assert (sent.rank, sent.request_id, sent.attempts) == ("PENDING", stored.order.request_id, 1)
    assert sent.payment_url


def test_an_order_that_breaks_the_contract_is_not_stored(orders: Orders) -> None:
    wrong = new_order()
    wrong["order"]["amount"] = 1
    error = refused(lambda: orders.place(wrong))
    assert (error.kind, error.code, error.http_status, error.outcome) == ("order", "violations", 422, "nothing_sent")
    assert [violation.code for violation in error.violations] == ["sum_mismatch"]
    assert str(error).endswith("; the order was not stored")
    error = refused(lambda: orders.place_json(b"{"))
    assert (error.kind, error.code, error.syntax) == ("order", "syntax", doku.Place(1, 2, 1))
    with pytest.raises(doku.InputTypeError, match="is a float"):
        orders.place({"order": {"amount": 1.0}})  # type: ignore[arg-type]
    with pytest.raises(doku.InputTypeError, match="pass the json as bytes; place takes a dict"):
        orders.place_json({})  # type: ignore[arg-type]
    assert orders.counts().orders == 0


def test_a_strict_client_places_no_order_with_advisories(simulator: str, location: str) -> None:
    request = new_order()
    request["customer"]["phone"] = "081122334455"
    strict = Client(simulator, CLIENT_ID, SECRET_KEY, deny_advisories=True)
    with Orders.open(strict, location) as orders:
        error = refused(lambda: orders.place(request))
        assert [violation.pointer for violation in error.violations] == ["/customer/phone"]
        assert orders.counts().orders == 0


def test_notifications_are_told_apart(orders: Orders) -> None:
    orders.place(new_order())
    genuine = notification("INV-1")
    book = Book()
    for (headers, body), status, verdict in (
        (genuine, 200, "accepted"),
        (genuine, 200, "repeated"),
        (notification("INV-1", amount=1), 200, "other_amount"),
        (notification("INV-9"), 200, "unknown_invoice"),
        (notification("INV-1", key="SK-another"), 401, None),
        ((genuine[0], genuine[1] + b" "), 401, None),
        (({}, b""), 401, None),
        ((genuine[0], b" " * 70_000), 413, None),
    ):
        answer = orders.receive(headers, body)
        assert (answer.status, answer.verdict) == (status, verdict)
        assert answer.is_quarantined == (verdict in ("other_amount", "unknown_invoice"))
        assert isinstance(answer.error, doku.VerificationError) == (status == 401)
        orders.run_once(book)
    assert book.lines() == [("INV-1", "SUCCESS")]
    stored = [(found.invoice_number, found.verdict) for found in orders.notifications()]
    assert stored == [("INV-1", "accepted"), ("INV-1", "other_amount"), ("INV-9", "unknown_invoice")]
    assert [found.verdict for found in orders.notifications("INV-1", quarantined=True)] == ["other_amount"]
    assert orders.order("INV-1").alerts == ["other_amount"]
    with pytest.raises(doku.InputTypeError, match="before any json parser"):
        orders.receive({}, {})  # type: ignore[arg-type]


def test_a_further_key_of_the_client_is_good(simulator: str, location: str) -> None:
    changing = Client(simulator, CLIENT_ID, SECRET_KEY, further_keys=["SK-next"])
    with Orders.open(changing, location) as orders:
        assert orders.receive(*notification("INV-1", key="SK-next")).status == 200


def test_a_handler_that_raises_gets_the_effect_again(orders: Orders, caplog: pytest.LogCaptureFixture) -> None:
    orders.place(new_order())
    orders.receive(*notification("INV-1"))

    def fails(effect: Effect) -> None:
        raise ValueError("no stock")

    assert orders.run_once(fails).failed_effects == 1
    (record,) = caplog.records
    assert record.getMessage() == "the handler of effect 1 failed; it gets the effect again by its schedule"
    (effect,) = orders.effects(open=True)
    assert (effect.attempt, effect.last_error) == (1, "ValueError: no stock")
    orders.deliver(effect.id)
    book = Book()
    orders.run_once(book)
    assert [(again.id, again.attempt) for again in book.effects] == [(effect.id, 2)]
    error = refused(lambda: orders.deliver(effect.id))
    assert (error.kind, str(error)) == ("not_possible", "the effect is done; what is done is not handed over again")


def test_a_spent_schedule_is_a_dead_letter(simulator: str, location: str) -> None:
    def fails(effect: Effect) -> None:
        raise ValueError("no stock")

    with Orders.open(client(simulator), location, effect_schedule=(0, 0)) as orders:
        orders.place(new_order())
        orders.receive(*notification("INV-1"))
        assert orders.dead_effects() == []
        # Both waits are no wait, so that all three attempts are due at once.
        assert orders.run_once(fails).failed_effects == 3
        (dead,) = orders.dead_effects()
        assert (dead.is_dead, dead.is_done, dead.attempt, dead.failures) == (True, False, 3, 3)
        assert dead.dead_at
        assert (dead.dead_at >= dead.created_at, dead.last_error) == (True, "ValueError: no stock")
        assert orders.dead_effects(after=dead.id) == []
        assert orders.take() == []
        assert orders.effects(open=True) == [dead]
        counts = orders.counts()
        assert (counts.effects, counts.open_effects, counts.dead_effects) == (1, 1, 1)

        orders.deliver(dead.id)
        assert orders.dead_effects() == []
        revived = orders.effect(dead.id)
        assert (revived.is_dead, revived.dead_at, revived.failures) == (False, None, 0)
        book = Book()
        orders.run_once(book)
        assert [effect.id for effect in book.effects] == [dead.id]
        assert orders.counts().dead_effects == 0


def test_a_schedule_without_waits_tries_once(simulator: str, location: str) -> None:
    async def run() -> None:
        async with await AsyncOrders.open(client(simulator), location, effect_schedule=[]) as orders:
            placed = await orders.place_keyed(new_order(), "cart-1")
            assert (await orders.enqueue(new_order(), "cart-1")) == doku.Placed(placed.order, is_repeated=True)
            await orders.receive(*notification("INV-1"))

            async def fails(effect: Effect) -> None:
                raise ValueError("no stock")

            assert (await orders.run_once(fails)).failed_effects == 1
            (dead,) = await orders.dead_effects()
            assert (dead.attempt, dead.is_dead) == (1, True)

    asyncio.run(run())


def test_an_effect_is_taken_and_ended_outside_of_the_loop(orders: Orders) -> None:
    orders.place(new_order())
    orders.receive(*notification("INV-1"))
    (effect,) = orders.take()
    assert orders.take() == []
    # As a queue of the merchant's would hand it over.
    effect = pickle.loads(pickle.dumps(effect))
    late = Effect(**{**vars(effect), "attempt": effect.attempt - 1})
    assert [orders.done(late), orders.done(effect), orders.done(effect)] == [False, True, False]
    assert orders.effects(open=True) == []


def test_the_loop_runs_until_it_is_stopped(orders: Orders) -> None:
    orders.place(new_order())
    book, threads = Book(), []

    def handler(effect: Effect) -> None:
        book(effect)
        threads.append(threading.current_thread())
        orders.stop()

    running = threading.Thread(target=orders.run, args=[handler])
    running.start()
    orders.receive(*notification("INV-1"))
    running.join(30)
    assert threads == [running]
    assert book.lines() == [("INV-1", "SUCCESS")]
    assert orders.effects(open=True) == []
    # It was stopped before it began.
    orders.run(book)


def test_a_coroutine_function_is_no_handler_here(orders: Orders) -> None:
    orders.place(new_order())
    orders.receive(*notification("INV-1"))

    async def handler(effect: Effect) -> None:
        raise AssertionError

    with pytest.raises(doku.InputTypeError, match="the handler is a coroutine function; use AsyncOrders"):
        orders.run(handler)
    assert [effect.is_done for effect in orders.effects()] == [False]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads here")
def test_an_interrupt_ends_the_loop(orders: Orders) -> None:
    orders.place(new_order())
    orders.receive(*notification("INV-1"))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    main = threading.main_thread().ident
    assert main
    try:
        # In the handler, and while there is nothing to do.
        with pytest.raises(KeyboardInterrupt):
            orders.run(lambda _: signal.raise_signal(signal.SIGINT))
        assert [effect.last_error for effect in orders.effects()] == ["the handler was interrupted"]
        orders.deliver(1)

        def handler(effect: Effect) -> None:
            threading.Thread(target=signal.pthread_kill, args=[main, signal.SIGINT]).start()

        with pytest.raises(KeyboardInterrupt):
            orders.run(handler)
    finally:
        signal.signal(signal.SIGINT, before)


def test_async(simulator: str, location: str) -> None:
    async def run() -> None:
        merchant = AsyncClient(simulator, CLIENT_ID, SECRET_KEY)
        async with await AsyncOrders.open(merchant, location, handlers=4) as orders:
            names = [f"INV-{number}" for number in range(4)]
            placed = await asyncio.gather(*(orders.place(new_order(name)) for name in names))
            assert [order.rank for order in placed] == ["PENDING"] * 4
            answers = await asyncio.gather(*(orders.receive(*notification(name)) for name in names))
            assert [answer.status for answer in answers] == [200] * 4
            together, done = asyncio.Barrier(4) if sys.version_info >= (3, 11) else None, []

            async def handler(effect: Effect) -> None:
                if together:
                    await together.wait()
                done.append(effect.invoice_number)
                if len(done) == 4:
                    orders.stop()

            await asyncio.wait_for(orders.run(handler), 60)
            assert sorted(done) == names
            assert await orders.effects(open=True) == []
            assert (await orders.counts()).effects == 4

    asyncio.run(run())


def test_a_cancelled_task_loses_no_effect(simulator: str, location: str) -> None:
    async def run() -> None:
        async with await AsyncOrders.open(client(simulator), location) as orders:
            await orders.place(new_order())
            await orders.receive(*notification("INV-1"))
            begun = asyncio.Event()

            async def handler(effect: Effect) -> None:
                begun.set()
                await asyncio.Event().wait()

            task = asyncio.create_task(orders.run(handler))
            await asyncio.wait_for(begun.wait(), 30)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            (effect,) = await orders.effects(open=True)
            assert effect.attempt == 1

            async def fails(effect: Effect) -> None:
                raise ValueError("no stock")

            await orders.deliver(effect.id)
            assert (await orders.run_once(fails)).failed_effects == 1
            assert (await orders.effect(effect.id)).last_error == "ValueError: no stock"
            await orders.deliver(effect.id)
            with pytest.raises(doku.InputTypeError, match="the handler is no coroutine function; write async def"):
                await orders.run(lambda _: None)  # type: ignore[arg-type, return-value]

    asyncio.run(run())


class Between:
    """What stands between a merchant and DOKU: it passes requests on, and keeps the answers while it is told to."""

    def __init__(self, doku: str) -> None:
        self.request_ids: list[str] = []
        self.answered = threading.Event()
        self.keeps_answers = True
        between = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                between.request_ids.append(self.headers["Request-Id"])
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                request = Request(doku + self.path, method="POST", data=body, headers=headers)
                try:
                    with urlopen(request, timeout=30) as answer:
                        status, received, content = answer.status, answer.headers, answer.read()
                except OSError as error:
                    status, received, content = error.code, error.headers, error.read()  # type: ignore[attr-defined]
                between.answered.set()
                if between.keeps_answers:
                    return
                self.send_response(status)
                for name, value in received.items():
                    if name.lower() not in ("date", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def between(simulator: str) -> Iterator[Between]:
    between = Between(simulator)
    yield between
    between.server.shutdown()
    between.server.server_close()


PLACE = """
import sys
from conftest import new_order
from doku_indodana import Client, Orders
orders = Orders.open(Client.from_env(sys.argv[1], attempts=1), sys.argv[2], lease=1, patience=0.001)
print("open", flush=True)
orders.place(new_order())
sys.stdin.readline()
"""


def python(program: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY": SECRET_KEY}
    environment["PYTHONPATH"] = os.pathsep.join([os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_killed_between_sending_and_the_answer(between: Between, location: str) -> None:
    shop = python(PLACE, between.url, location)
    assert between.answered.wait(60)
    # DOKU has the order, and the shop has no answer.
    shop.kill()
    shop.communicate(timeout=30)
    between.keeps_answers = False
    with Orders.open(client(between.url), location, patience=0.001) as orders:
        stored = orders.order("INV-1")
        assert (stored.rank, stored.payment_url) == ("SENT", None)
        order = orders.place(new_order())
        assert (order.rank, order.last_outcome, order.request_id) == ("PENDING", "replayed", stored.request_id)
        assert order.payment_url
    assert between.request_ids == [stored.request_id] * 2


WORK = """
import sys
from conftest import new_order
from doku_indodana import Client, Orders
with Orders.open(Client.from_env(sys.argv[1]), sys.argv[2]) as orders:
    for number in range(10):
        assert orders.place(new_order(f"INV-{number}")).rank in ("PENDING", "SUCCESS")
    print("placed", flush=True)
    sys.stdin.readline()
    orders.run_once(lambda effect: print(effect.invoice_number, flush=True))
"""


def test_processes_share_a_store(simulator: str, location: str) -> None:
    shops = [python(WORK, simulator, location) for _ in range(3)]
    for shop in shops:
        assert shop.stdout
        assert shop.stdout.readline() == "placed\n"
    with Orders.open(client(simulator), location) as orders:
        assert {order.attempts for order in orders.orders()} == {1}
        for order in orders.orders():
            assert orders.receive(*notification(order.invoice_number)).status == 200
    for shop in shops:
        assert shop.stdin
        shop.stdin.write("\n")
        shop.stdin.flush()
    outputs = [shop.communicate(timeout=60) for shop in shops]
    assert [(shop.returncode, errors) for shop, (_, errors) in zip(shops, outputs, strict=True)] == [(0, "")] * 3
    handled = sorted("".join(output for output, _ in outputs).split())
    assert handled == [f"INV-{number}" for number in range(10)]


FORK = """
import os, sys
from conftest import new_order, notification
from doku_indodana import Client, Orders, StoreError
client = Client.from_env(sys.argv[1])
orders = Orders.open(client, sys.argv[2])
orders.place(new_order())
child = os.fork()
if child:
    assert os.waitpid(child, 0)[1] == 0
    assert orders.receive(*notification("INV-1")).status == 200
    orders.run_once(lambda effect: print(effect.invoice_number, flush=True))
    orders.close_store()
else:
    for call in (lambda: orders.order("INV-1"), lambda: Orders.open(client, sys.argv[2])):
        try:
            print(call().close_store(), flush=True)
        except StoreError as error:
            print(error.kind, error, flush=True)
    del orders
    with Orders.open(client, sys.argv[2] + sys.argv[3]) as own:
        print(own.place(new_order("INV-own")).rank, flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_fork(simulator: str, location: str, request: pytest.FixtureRequest) -> None:
    is_file = "://" not in location
    output, errors = python(FORK, simulator, location, "2" if is_file else "").communicate(timeout=60)
    assert errors == ""
    assert output.splitlines() == [
        "unusable the store was opened before this process was forked; open it after the fork",
        "unusable the store was open when this process was forked, and SQLite's locks do not survive that; open it "
        "after the fork alone, or start the process by spawn"
        if is_file
        else "None",
        "PENDING",
        "INV-1",
    ]


EXIT = """
import sys, threading
from conftest import new_order
from doku_indodana import Client, Orders
orders = Orders.open(Client.from_env(sys.argv[1]), sys.argv[2])
threading.Thread(target=orders.run, args=[print], daemon=True).start()
orders.place(new_order())
"""


def test_exit_with_an_open_store(simulator: str, location: str) -> None:
    process = python(EXIT, simulator, location)
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
    with Orders.open(client(simulator), location) as orders:
        assert orders.order("INV-1").rank == "PENDING"


def test_what_ended_is_emptied(orders: Orders) -> None:
    for name in ("INV-1", "INV-2"):
        orders.place(new_order(name))
    orders.receive(*notification("INV-1"))
    orders.run_once(Book())
    assert orders.prune(timedelta(days=1)) == 0
    assert orders.prune(timedelta(0)) == 2
    ended, open_order = orders.order("INV-1"), orders.order("INV-2")
    assert (ended.body, ended.answer) == (None, None)
    assert open_order.body
    with pytest.raises(doku.InputError, match="the age is negative"):
        orders.prune(timedelta(days=-1))


def test_lists_and_what_a_person_does(orders: Orders, tmp_path: Path, location: str) -> None:
    for number in range(3):
        orders.place(new_order(f"INV-{number}"))
    assert [order.invoice_number for order in orders.orders("INV-0", 1)] == ["INV-1"]
    orders.receive(*notification("INV-1", amount=1))
    assert [order.invoice_number for order in orders.unresolved()] == ["INV-1"]
    assert orders.reconcile("INV-1").last_outcome == "status:PENDING"
    assert orders.close("INV-1", "asked the customer").close_reason == "asked the customer"
    assert orders.unresolved() == []
    error = refused(lambda: orders.close("INV-1", " "))
    assert (error.kind, str(error)) == (
        "not_possible",
        "an order is closed with a reason of 1 to 200 characters in one line",
    )
    for call in (lambda: orders.order("INV-9"), lambda: orders.effect(9), lambda: orders.reconcile("INV-9")):
        error = refused(call)
        assert (error.kind, error.http_status) == ("not_found", 404)
    counts = orders.counts()
    assert (counts.orders, counts.notifications, counts.quarantined, counts.unresolved) == (3, 1, 1, 0)
    assert orders.check() == orders.warnings() == []
    assert not orders.has_failed
    if "://" not in location:
        orders.backup(tmp_path / "copy.db")
        assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
        assert refused(lambda: orders.backup(tmp_path / "copy.db")).kind == "unusable"


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
