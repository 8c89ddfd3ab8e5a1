"""Orders against the simulator, on both engines: placed once, received, acted on once, whatever stops."""

from __future__ import annotations

import asyncio
import pickle
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import AMOUNT, CLIENT_ID, SECRET_KEY, Book, client, new_order, notification, refused

import doku_indodana as doku
from doku_indodana import AsyncClient, AsyncOrders, Client, Effect, GenerateOrderRequest, Orders


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
