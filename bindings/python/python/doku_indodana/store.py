"""Orders that survive a crash, in one SQLite file or in PostgreSQL; the calls block."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from datetime import timedelta

if sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    from typing_extensions import Self, Unpack

from ._arguments import Bytes, Headers
from ._native import Handout, Store
from ._store import BaseOrders, Location, StoreOptions, connected, failed
from .client import BaseClient, wait
from .errors import InputTypeError
from .generated import GenerateOrderRequest
from .stored import Acknowledgement, Counts, Effect, Placed, StoredNotification, StoredOrder, Worked


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
        return cls._of(wait(Store.open(connected(client), location, handlers=1, **options)))

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
                    failed(handed, error)
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
