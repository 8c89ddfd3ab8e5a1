"""Orders that survive a crash, in one SQLite file or in PostgreSQL, blocking or with asyncio."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from typing import TypeAlias, TypedDict, TypeVar

if sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    from typing_extensions import Self, Unpack

from ._arguments import Bytes, Headers
from ._native import Connection, Handed, Handout, Store
from .client import BaseClient, wait
from .errors import InputTypeError
from .generated import GenerateOrderRequest
from .stored import Acknowledgement, Counts, Effect, Placed, StoredNotification, StoredOrder, Worked

__all__ = ["AsyncOrders", "Orders", "StoreOptions"]

T = TypeVar("T")
Location: TypeAlias = str | os.PathLike[str]

log = logging.getLogger("doku_indodana")


class StoreOptions(TypedDict, total=False):
    """What can be set of a store. Times are in seconds, from 0.001 to 3600 where nothing else is said."""

    notification_path: str
    """The path of the notification URL as DOKU has it; ``/payments/notifications`` by default."""
    calls_per_second: float
    """How often the loop calls DOKU; 2 by default. Customers who wait are not slowed down by it."""
    lease: float
    """For how long an order or effect is left to whoever took it; 120 by default. Longer than any handler takes."""
    handler_timeout: float
    """How long a handler may take before its effect is handed over again; 60 by default."""
    effect_schedule: Sequence[float]
    """When an effect is handed over again after its handler failed: after the first failure the first wait, and so on,
    each from 0 to a year. One that fails once more after the last wait is a dead letter: listed by ``dead_effects``,
    and not handed over any more until ``deliver``. By default 1 s, 10 s, 1 min, 5 min, 30 min, and then each hour for
    ever."""
    patience: float
    """How long placing an order again waits for an answer that another call waits for; 2 by default."""
    greatest_size: int
    """The greatest size of a SQLite store in bytes; below that of the disk, or a full one cannot be pruned."""
    danger_allow_network_file_system: bool
    """Accepts a network file system, where SQLite's locks may not hold and two processes may destroy the store."""


class AsyncStoreOptions(StoreOptions, total=False):
    """What can be set of a store whose handler is a coroutine function."""

    handlers: int
    """How many handlers run at once; 16 by default."""


class BaseOrders:
    """What both are."""

    _store: Store
    _running: set[Handout]
    _is_stopped: bool

    def __init__(self) -> None:
        """Raises, and says where one comes from."""
        name = type(self).__name__
        raise InputTypeError(f'{name} come from {name}.open(client, "doku.db")', code="illegal_constructor")

    @classmethod
    def _of(cls, store: Store) -> Self:
        orders = cls.__new__(cls)
        orders._store, orders._running, orders._is_stopped = store, set(), False
        return orders

    @property
    def has_failed(self) -> bool:
        """Whether the store failed for good after an input or output error: let the process end."""
        return self._store.has_failed

    def stop(self) -> None:
        """Has ``run`` end, from a signal handler or another thread, now or as soon as it is called."""
        self._is_stopped = True
        for handout in list(self._running):
            handout.stop()

    def _hand_out(self, once: bool) -> Handout:
        handout = self._store.hand_out(once)
        self._running.add(handout)
        if self._is_stopped:
            handout.stop()
        return handout

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Orders(BaseOrders):
    """Places orders, receives notifications and sees each order through to its end; its calls block.

    Threads may share one; other threads run while a call waits. Several processes may open one store, and share the
    work. After ``os.fork`` the new process opens its own, and of a SQLite file that was open only after its fork.
    """

    @classmethod
    def open(cls, client: BaseClient, location: Location, **options: Unpack[StoreOptions]) -> Self:
        """Opens the store of a client, and makes it where there is none.

        Args:
            client: Who talks to DOKU. Its ``further_keys`` are good for notifications as well.
            location: The path of a file, or ``postgres://user:password@host/database``.
            options: See ``StoreOptions``.

        Raises:
            StoreError: ``kind`` is ``unusable`` where the store cannot be used as it is: another program's file, a
                damaged one, one that others may read, a newer one, one of another environment or client id. It is left
                as it was.
        """
        return cls._of(wait(Store.open(_connected(client), location, handlers=1, **options)))

    def place(self, request: GenerateOrderRequest | Bytes) -> StoredOrder:
        """Places an order: checked, stored, signed, sent, its answer verified and stored.

        The invoice number is the key. The same order again, from another click, another process or after a crash, is
        the same order. Where DOKU's answer is missing, ``payment_url`` is None; it is sent again until it has one.

        Raises:
            StoreError: ``kind`` is ``order`` with all violations of the contract, or ``conflict`` where the invoice
                number is stored with another order: in both cases nothing was stored or sent.
            InputTypeError: A value is of a type that no body has, such as float.
        """
        return wait(self._store.place(request))

    def place_json(self, body: Bytes) -> StoredOrder:
        """As ``place``, with a body that was serialised elsewhere; its bytes are sent as they are."""
        return wait(self._store.place_json(body))

    def place_keyed(self, request: GenerateOrderRequest | Bytes, key: str | None) -> Placed:
        """As ``place``, and says whether the order was stored before.

        ``key`` is what you call this order yourself, such as the id of the cart: 1 to 255 visible ASCII characters. It
        is kept with the order for ever, so that a caller who numbers each try anew is told, and makes no second order.

        Raises:
            StoreError: Also with the kind ``key_reused`` where the key was used with another order, and
                ``not_possible`` where it is no key: nothing was stored or sent.
        """
        return wait(self._store.place_keyed(request, key))

    def enqueue(self, request: GenerateOrderRequest | Bytes, key: str | None = None) -> Placed:
        """Stores an order, and leaves it to ``run`` to send it at once. ``key`` is as for ``place_keyed``.

        Raises:
            StoreError: As ``place_keyed``.
        """
        return wait(self._store.enqueue(request, key))

    def receive(self, headers: Headers, body: Bytes) -> Acknowledgement:
        """Receives a notification: headers and raw body exactly as they came. Answer with what it returns.

        It is verified and on the disk before this returns status 200. What is not genuine is answered with 401, and
        nothing is written; what cannot be stored with 503, and DOKU sends it again. It raises for neither.

        Raises:
            InputTypeError: The body is not raw bytes.
        """
        return wait(self._store.receive(headers, body))

    def run(self, handler: Callable[[Effect], object]) -> None:
        """Sees all orders through until ``stop``: hands effects over, sends and asks about what is open.

        ``handler`` is called in this thread, one effect after the other. It gets each effect at least once, always with
        the same id: when it returns, the effect is done; when it raises, it gets the effect again by its schedule.

        An interrupt (Ctrl-C) ends it.

        Raises:
            StoreError: The store failed for good: let the process end. What passes by is tried again.
        """
        self._hand_over(self._hand_out(once=False), handler)

    def run_once(self, handler: Callable[[Effect], object]) -> Worked:
        """Does all that is due now and returns, for those who have no process that stays."""
        handout = self._hand_out(once=True)
        self._hand_over(handout, handler)
        return handout.worked

    def _hand_over(self, handout: Handout, handler: Callable[[Effect], object]) -> None:
        try:
            while (handed := wait(handout.next())) is not None:
                try:
                    end = handler(handed.effect)
                except Exception as error:
                    _failed(handed, error)
                except BaseException:
                    handed.failed("the handler was interrupted")
                    raise
                else:
                    if inspect.iscoroutine(end):
                        end.close()
                        handed.failed("the handler is a coroutine function")
                        message = "the handler is a coroutine function; use AsyncOrders, or write def"
                        raise InputTypeError(message, code="wrong_type")
                    handed.done()
        finally:
            handout.stop()
            while (rest := wait(handout.next())) is not None:
                rest.failed("the loop has ended")
            self._running.discard(handout)

    def order(self, invoice_number: str) -> StoredOrder:
        """Returns an order.

        Raises:
            StoreError: ``kind`` is ``not_found`` where the invoice number is not stored.
        """
        return wait(self._store.order(invoice_number))

    def orders(self, after: str = "", limit: int = 100) -> list[StoredOrder]:
        """Returns orders by invoice number, after the one that is named."""
        return wait(self._store.orders(after, limit))

    def unresolved(self) -> list[StoredOrder]:
        """Returns all orders that a person has to look at: no answer, a spent schedule, or a contradiction."""
        return wait(self._store.unresolved())

    def reconcile(self, invoice_number: str) -> StoredOrder:
        """Asks DOKU about one order now, or sends it again if it has no answer yet, whatever its schedule says."""
        return wait(self._store.reconcile(invoice_number))

    def close(self, invoice_number: str, reason: str) -> StoredOrder:
        """Closes an order that a person looked at. If a payment is reported after all, it has its effect.

        Raises:
            StoreError: ``kind`` is ``not_possible`` without a reason of 1 to 200 characters.
        """
        return wait(self._store.close(invoice_number, reason))

    def effects(self, *, open: bool = False, after: int = 0, limit: int = 100) -> list[Effect]:
        """Returns effects after an id, oldest first; with ``open``, only those that are not done."""
        return wait(self._store.effects(open, after, limit))

    def dead_effects(self, *, after: int = 0, limit: int = 100) -> list[Effect]:
        """Returns dead letters after an id, oldest first: effects that are not handed over any more."""
        return wait(self._store.dead_effects(after, limit))

    def effect(self, id: int) -> Effect:
        """Returns an effect.

        Raises:
            StoreError: ``kind`` is ``not_found`` where there is none with this id.
        """
        return wait(self._store.effect(id))

    def deliver(self, id: int) -> None:
        """Has an effect handed over at once instead of at its time. A dead letter begins its schedule anew.

        Raises:
            StoreError: ``kind`` is ``not_possible`` where it is done: what is done is not done again.
        """
        wait(self._store.deliver(id))

    def take(self, limit: int = 10) -> list[Effect]:
        """Takes effects that are due, to act on them outside of ``run``. End each by ``done`` within the lease."""
        return wait(self._store.take(limit))

    def done(self, effect: Effect) -> bool:
        """Ends an effect that was taken. False where another attempt ended it, or a higher status overtook it."""
        return wait(self._store.done(effect.id, effect.attempt))

    def notifications(
        self, invoice_number: str = "", *, quarantined: bool = False, after: int = 0, limit: int = 100
    ) -> list[StoredNotification]:
        """Returns notifications of one order or of all; with ``quarantined``, only those that were set aside."""
        return wait(self._store.notifications(invoice_number, quarantined, after, limit))

    def prune(self, age: timedelta) -> int:
        """Empties the bodies and headers of what ended so long ago: they hold customers' data. Keys and digests stay.

        Returns how many rows were emptied.
        """
        return wait(self._store.prune(age.total_seconds()))

    def backup(self, to: Location) -> None:
        """Writes a copy of a SQLite store to a file that does not exist yet."""
        wait(self._store.backup(to))

    def check(self) -> list[str]:
        """Reads the whole store and returns what is damaged, nothing where all is well."""
        return wait(self._store.check())

    def warnings(self) -> list[str]:
        """Returns what somebody should look at although what is stored is sound.

        In PostgreSQL, whose transaction has been open for longer than the lease: claims slow down until it ends.
        Nothing of a SQLite store.
        """
        return wait(self._store.warnings())

    def counts(self) -> Counts:
        """Returns numbers of what is stored."""
        return wait(self._store.counts())

    def close_store(self) -> None:
        """Ends ``run`` and closes the store. ``with`` does so at its end."""
        self.stop()
        wait(self._store.close_store())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_store()


class AsyncOrders(BaseOrders):
    """As ``Orders``; its calls are coroutines for asyncio. What a cancelled task stored is seen through by ``run``."""

    @classmethod
    async def open(cls, client: BaseClient, location: Location, **options: Unpack[AsyncStoreOptions]) -> Self:
        """As ``Orders.open``."""
        return cls._of(await _later(Store.open(_connected(client), location, **options)))

    async def place(self, request: GenerateOrderRequest | Bytes) -> StoredOrder:
        """As ``Orders.place``."""
        return await _later(self._store.place(request))

    async def place_json(self, body: Bytes) -> StoredOrder:
        """As ``Orders.place_json``."""
        return await _later(self._store.place_json(body))

    async def place_keyed(self, request: GenerateOrderRequest | Bytes, key: str | None) -> Placed:
        """As ``Orders.place_keyed``."""
        return await _later(self._store.place_keyed(request, key))

    async def enqueue(self, request: GenerateOrderRequest | Bytes, key: str | None = None) -> Placed:
        """As ``Orders.enqueue``."""
        return await _later(self._store.enqueue(request, key))

    async def receive(self, headers: Headers, body: Bytes) -> Acknowledgement:
        """As ``Orders.receive``."""
        return await _later(self._store.receive(headers, body))

    async def run(self, handler: Callable[[Effect], Awaitable[object]]) -> None:
        """As ``Orders.run``, with a coroutine function as handler; several run at once, ``handlers`` at most.

        After ``stop`` what is under way has 10 seconds; a task that is cancelled cancels the handlers, and ends when
        that is stored. Their effects are handed over again.
        """
        await self._hand_over(self._hand_out(once=False), handler)

    async def run_once(self, handler: Callable[[Effect], Awaitable[object]]) -> Worked:
        """As ``Orders.run_once``, with a coroutine function as handler."""
        handout = self._hand_out(once=True)
        await self._hand_over(handout, handler)
        return handout.worked

    async def _hand_over(self, handout: Handout, handler: Callable[[Effect], object]) -> None:
        tasks: set[asyncio.Task[None]] = set()
        try:
            while (handed := await _later(handout.next())) is not None:
                try:
                    end = handler(handed.effect)
                except Exception as error:
                    _failed(handed, error)
                    continue
                if not inspect.isawaitable(end):
                    handed.failed("the handler is no coroutine function")
                    message = "the handler is no coroutine function; write async def, or use Orders"
                    raise InputTypeError(message, code="wrong_type")
                task = asyncio.create_task(_act(handed, end))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            handout.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # How they ended is stored when the loop has ended, and not before.
            while (rest := await _later(handout.next())) is not None:
                rest.failed("the loop has ended")
            self._running.discard(handout)

    async def order(self, invoice_number: str) -> StoredOrder:
        """As ``Orders.order``."""
        return await _later(self._store.order(invoice_number))

    async def orders(self, after: str = "", limit: int = 100) -> list[StoredOrder]:
        """As ``Orders.orders``."""
        return await _later(self._store.orders(after, limit))

    async def unresolved(self) -> list[StoredOrder]:
        """As ``Orders.unresolved``."""
        return await _later(self._store.unresolved())

    async def reconcile(self, invoice_number: str) -> StoredOrder:
        """As ``Orders.reconcile``."""
        return await _later(self._store.reconcile(invoice_number))

    async def close(self, invoice_number: str, reason: str) -> StoredOrder:
        """As ``Orders.close``."""
        return await _later(self._store.close(invoice_number, reason))

    async def effects(self, *, open: bool = False, after: int = 0, limit: int = 100) -> list[Effect]:
        """As ``Orders.effects``."""
        return await _later(self._store.effects(open, after, limit))

    async def dead_effects(self, *, after: int = 0, limit: int = 100) -> list[Effect]:
        """As ``Orders.dead_effects``."""
        return await _later(self._store.dead_effects(after, limit))

    async def effect(self, id: int) -> Effect:
        """As ``Orders.effect``."""
        return await _later(self._store.effect(id))

    async def deliver(self, id: int) -> None:
        """As ``Orders.deliver``."""
        await _later(self._store.deliver(id))

    async def take(self, limit: int = 10) -> list[Effect]:
        """As ``Orders.take``."""
        return await _later(self._store.take(limit))

    async def done(self, effect: Effect) -> bool:
        """As ``Orders.done``."""
        return await _later(self._store.done(effect.id, effect.attempt))

    async def notifications(
        self, invoice_number: str = "", *, quarantined: bool = False, after: int = 0, limit: int = 100
    ) -> list[StoredNotification]:
        """As ``Orders.notifications``."""
        return await _later(self._store.notifications(invoice_number, quarantined, after, limit))

    async def prune(self, age: timedelta) -> int:
        """As ``Orders.prune``."""
        return await _later(self._store.prune(age.total_seconds()))

    async def backup(self, to: Location) -> None:
        """As ``Orders.backup``."""
        await _later(self._store.backup(to))

    async def check(self) -> list[str]:
        """As ``Orders.check``."""
        return await _later(self._store.check())

    async def warnings(self) -> list[str]:
        """As ``Orders.warnings``."""
        return await _later(self._store.warnings())

    async def counts(self) -> Counts:
        """As ``Orders.counts``."""
        return await _later(self._store.counts())

    async def close_store(self) -> None:
        """Ends ``run`` and closes the store. ``async with`` does so at its end."""
        self.stop()
        await _later(self._store.close_store())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close_store()


async def _act(handed: Handed, end: Awaitable[object]) -> None:
    try:
        await end
    except Exception as error:
        _failed(handed, error)
    except BaseException:
        handed.failed("the handler was cancelled")
        raise
    else:
        handed.done()


def _failed(handed: Handed, error: Exception) -> None:
    text = "the handler of effect %d failed; it gets the effect again by its schedule"
    log.error(text, handed.effect.id, exc_info=error)
    handed.failed(f"{type(error).__name__}: {error}")


def _connected(client: object) -> Connection:
    if not isinstance(client, BaseClient):
        kind = type(client).__name__
        raise InputTypeError(f"the client is of type {kind}; pass a Client or an AsyncClient", code="wrong_type")
    return client._connection  # pyright: ignore[reportPrivateUsage]


async def _later(call: Future[T]) -> T:
    return await asyncio.wrap_future(call)
