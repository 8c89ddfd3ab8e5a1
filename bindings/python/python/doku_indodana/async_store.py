"""Orders that survive a crash, in one SQLite file or in PostgreSQL; the calls are coroutines."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import TypeVar

if sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    from typing_extensions import Self, Unpack

from ._arguments import Bytes, Headers
from ._native import Handed, Handout, Store
from ._store import AsyncStoreOptions, BaseOrders, Location, connected, failed
from .client import BaseClient
from .errors import InputTypeError
from .generated import GenerateOrderRequest
from .stored import Acknowledgement, Counts, Effect, Placed, StoredNotification, StoredOrder, Worked

T = TypeVar("T")


class AsyncOrders(BaseOrders):
    """As ``Orders``; its calls are coroutines for asyncio. What a cancelled task stored is seen through by ``run``."""

    @classmethod
    async def open(cls, client: BaseClient, location: Location, **options: Unpack[AsyncStoreOptions]) -> Self:
        """As ``Orders.open``."""
        return cls._of(await _later(Store.open(connected(client), location, **options)))

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
                    failed(handed, error)
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
        failed(handed, error)
    except BaseException:
        handed.failed("the handler was cancelled")
        raise
    else:
        handed.done()


async def _later(call: Future[T]) -> T:
    return await asyncio.wrap_future(call)
