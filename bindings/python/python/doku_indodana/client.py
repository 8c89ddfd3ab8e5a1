"""Generates orders and asks for their status, blocking or with asyncio."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import Future
from typing import TypedDict, TypeVar

if sys.version_info >= (3, 11):
    from typing import Self, Unpack
else:
    from typing_extensions import Self, Unpack

from ._native import CheckedStatus, Connection, GeneratedOrder, PreparedOrder, prepare
from .generated import GenerateOrderRequest

__all__ = ["AsyncClient", "Client", "Options"]

T = TypeVar("T")


class Options(TypedDict, total=False):
    """What can be set of a client. Times are in seconds, from 0.001 to 3600."""

    connect_timeout: float
    """For a connection to be made; 3 by default."""
    attempt_timeout: float
    """For one attempt, connection and answer included; 10 by default."""
    timeout: float
    """For the whole call, all attempts and waits included; 30 by default."""
    attempts: int
    """How often a call is tried, 1 to 10; 3 by default."""
    deny_advisories: bool
    """Refuses orders with advisories; off by default."""
    require_signed_status: bool
    """Refuses an unsigned answer to check status; off by default, because DOKU documents no signature there."""
    further_keys: list[str] | tuple[str, ...]
    """Further secret keys that answers may be signed with, while DOKU changes yours; requests are signed with yours."""


class BaseClient:
    """What both clients are."""

    _connection: Connection

    def __init__(self, environment: str, client_id: str, secret_key: str, **options: Unpack[Options]) -> None:
        """Makes a client. Nothing is sent.

        Args:
            environment: ``"sandbox"``, ``"production"``, or the URL of a simulator: ``https``, or ``http`` on a
                loopback address.
            client_id: The merchant's id at DOKU.
            secret_key: The merchant's secret key. It is not kept as text.
            options: See ``Options``.

        Raises:
            InputError: An argument cannot be used.
        """
        self._connection = Connection(environment, client_id, secret_key, **options)

    @classmethod
    def from_env(cls, environment: str, **options: Unpack[Options]) -> Self:
        """Takes ``DOKU_CLIENT_ID``, and ``DOKU_SECRET_KEY`` or the file that ``DOKU_SECRET_KEY_FILE`` names.

        Raises:
            InputError: A variable is missing, or an argument cannot be used.
        """
        client = cls.__new__(cls)
        client._connection = Connection.from_env(environment, **options)
        return client

    def prepare(self, request: GenerateOrderRequest | bytes, *, request_id: str | None = None) -> PreparedOrder:
        """Checks, serialises and freezes an order under a new Request-Id, or under one of your own. Nothing is sent.

        Store ``request_id`` and ``body`` of what it returns before you send it. JSON as bytes is taken as it is.

        Raises:
            InputError: With all violations of the contract.
            InputTypeError: A value is of a type that no body has, such as float.
        """
        deny = self._connection.deny_advisories
        return prepare(request, request_id=request_id, deny_advisories=deny)

    def __repr__(self) -> str:
        environment, client_id = self._connection.environment, self._connection.client_id
        return f"{type(self).__name__}(environment={environment!r}, client_id={client_id!r})"


class Client(BaseClient):
    """Generates orders and asks for their status; its calls block.

    Threads may share one; other threads run while a call waits. After ``os.fork`` it goes on to work in both processes.
    """

    def generate_order(self, request: GenerateOrderRequest | bytes) -> GeneratedOrder:
        """Checks, signs and sends an order, verifies the answer and then reads it.

        To be able to send the same order again after a crash, use ``prepare``, store the order, and ``send`` it.

        Raises:
            DokuError: ``outcome`` tells whether an order may exist.
        """
        return self.send(self.prepare(request))

    def send(self, prepared: PreparedOrder) -> GeneratedOrder:
        """Sends a prepared order, again if it must be: the same bytes under the same Request-Id.

        After an interrupt (Ctrl-C) it is not known whether there is an order: send it again.

        Raises:
            DokuError: ``outcome`` tells whether an order may exist, from all that was sent of it.
        """
        return wait(self._connection.send(prepared))

    def check_status(self, id: str) -> CheckedStatus:
        """Asks for the status of an order by its invoice number or by the Request-Id that generated it.

        Ask at the earliest 60 seconds after the payment.

        Raises:
            DokuError: "Not found" is a rejection with status 404. It does not prove that there is no order.
        """
        return wait(self._connection.check_status(id))


class AsyncClient(BaseClient):
    """Generates orders and asks for their status; its calls are coroutines for asyncio.

    A task that is cancelled half-way does not know whether there is an order, but the prepared order does: after that,
    a refusal has the outcome ``unknown``. Send the same prepared order again; do not prepare a new one.
    """

    async def generate_order(self, request: GenerateOrderRequest | bytes) -> GeneratedOrder:
        """As ``Client.generate_order``. Who may be cancelled uses ``prepare`` and ``send``, and keeps the order."""
        return await self.send(self.prepare(request))

    async def send(self, prepared: PreparedOrder) -> GeneratedOrder:
        """As ``Client.send``."""
        return await asyncio.wrap_future(self._connection.send(prepared))

    async def check_status(self, id: str) -> CheckedStatus:
        """As ``Client.check_status``."""
        return await asyncio.wrap_future(self._connection.check_status(id))


def wait(call: Future[T]) -> T:
    """Waits for a call; an interrupt ends it."""
    try:
        return call.result()
    except BaseException:
        # An interrupt, or the call's own error, to which this does nothing.
        call.cancel()
        raise
