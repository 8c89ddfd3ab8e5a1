"""What stores have in common, whether their calls block or are coroutines."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from typing import TypeAlias, TypedDict

if sys.version_info >= (3, 11):
    from typing import Self
else:
    from typing_extensions import Self

from ._native import Connection, Handed, Handout, Store
from .client import BaseClient
from .errors import InputTypeError

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


def failed(handed: Handed, error: Exception) -> None:
    text = "the handler of effect %d failed; it gets the effect again by its schedule"
    log.error(text, handed.effect.id, exc_info=error)
    handed.failed(f"{type(error).__name__}: {error}")


def connected(client: object) -> Connection:
    if not isinstance(client, BaseClient):
        kind = type(client).__name__
        raise InputTypeError(f"the client is of type {kind}; pass a Client or an AsyncClient", code="wrong_type")
    return client._connection  # pyright: ignore[reportPrivateUsage]
