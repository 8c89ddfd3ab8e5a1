"""Both clients against the simulator, and against servers that misbehave."""

from __future__ import annotations

import asyncio
import base64
import hmac
import inspect
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import CLIENT_ID, MERCHANT, SECRET_KEY, Receiver, new_order, pay, python

import doku_indodana as doku
from doku_indodana import AsyncClient, Client, Notification


def client(url: str, **options: float) -> Client:
    return Client(url, CLIENT_ID, SECRET_KEY, **options)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_order_notification_status(simulator: str, receiver: Receiver) -> None:
    merchant = client(simulator)
    prepared = merchant.prepare(new_order())
    order = merchant.send(prepared)
    assert order.payment_url.startswith(f"{simulator}/pay/")
    assert (order.payment_status, order.is_replayed, order.attempts) == ("PENDING", False, 1)
    assert order.request_id == prepared.request_id
    assert order.response["order"] == {"invoice_number": "INV-1", "amount": prepared.amount}
    assert order.payment_url.encode() in order.verified.body

    again = merchant.send(prepared)
    assert (again.is_replayed, again.payment_url) == (True, order.payment_url)
    assert merchant.check_status("INV-1").status == "PENDING"

    pay(order.payment_url)
    notification = receiver.received.get(timeout=30)
    assert isinstance(notification, Notification)
    assert (notification.invoice_number, notification.amount) == ("INV-1", prepared.amount)
    assert (notification.status, notification.age().kind) == ("SUCCESS", "fresh")
    for id in ("INV-1", prepared.request_id):
        status = merchant.check_status(id)
        assert (status.status, status.amount, status.invoice_number) == ("SUCCESS", prepared.amount, "INV-1")
        assert (status.is_final, status.is_verified) == (True, True)
        assert status.answer["transaction"]["status"] == "SUCCESS"


def test_async(simulator: str, receiver: Receiver) -> None:
    merchant = AsyncClient(simulator, CLIENT_ID, SECRET_KEY)
    for name in ("generate_order", "send", "check_status"):
        assert inspect.iscoroutinefunction(getattr(merchant, name))

    async def run() -> list[str]:
        orders = await asyncio.gather(*(merchant.generate_order(new_order(f"INV-{n}")) for n in range(20)))
        assert len({order.request_id for order in orders}) == 20
        await asyncio.to_thread(pay, orders[0].payment_url)
        task = asyncio.create_task(merchant.check_status("INV-0"))
        assert (await task).status == "SUCCESS"
        with pytest.raises(doku.DokuError) as missing:
            await merchant.check_status("INV-99")
        assert missing.value.rejection
        assert (missing.value.rejection.status, missing.value.outcome) == (404, "unknown")
        return [order.payment_url for order in orders]

    assert len(set(asyncio.run(run()))) == 20
    # Another loop of the same process.
    assert asyncio.run(merchant.check_status("INV-1")).status == "PENDING"
    assert isinstance(receiver.received.get(timeout=30), Notification)


def test_threads_share_a_client(simulator: str) -> None:
    merchant = client(simulator)
    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda n: merchant.generate_order(new_order(f"INV-{n}")), range(24)))
    assert len({order.request_id for order in orders}) == 24


def test_order_from_storage(simulator: str) -> None:
    merchant = client(simulator)
    prepared = merchant.prepare(new_order(), request_id="r-1")
    stored = prepared.request_id, prepared.body
    first = merchant.send(prepared)
    found = doku.PreparedOrder.restore(stored[1], stored[0])
    assert (found.request_id, found.body, found.invoice_number) == ("r-1", prepared.body, "INV-1")
    again = merchant.send(found)
    assert (again.is_replayed, again.payment_url) == (True, first.payment_url)


def test_own_http_client(simulator: str) -> None:
    from urllib.request import Request, urlopen

    prepared = doku.prepare(new_order())
    signed = prepared.sign(CLIENT_ID, SECRET_KEY)
    assert (signed.method, signed.body) == ("POST", prepared.body)
    request = Request(simulator + signed.target, method=signed.method, headers=signed.headers, data=signed.body)
    with urlopen(request, timeout=30) as answer:
        body = answer.read()
        verified = doku.verify_response(CLIENT_ID, SECRET_KEY, signed.target, prepared.request_id, answer.headers, body)
    assert verified.body == body
    target = "/orders/v1/status/INV-1"
    headers = doku.sign(CLIENT_ID, SECRET_KEY, request_id=doku.new_request_id(), method="GET", target=target)
    with urlopen(Request(simulator + target, headers=headers), timeout=30) as answer:
        assert b"PENDING" in answer.read()


def test_advisories() -> None:
    request = new_order()
    request["customer"]["phone"] = "081122334455"
    prepared = Client("sandbox", *MERCHANT).prepare(request)
    assert [(found.pointer, found.deviation) for found in prepared.advisories] == [("/customer/phone", "D-06")]
    strict = Client("sandbox", *MERCHANT, deny_advisories=True)
    with pytest.raises(doku.InputError) as refused:
        strict.prepare(request)
    assert refused.value.violations == prepared.advisories
    assert doku.check("request", request, deny_advisories=True).violations == prepared.advisories


Serve = Callable[[Callable[[BaseHTTPRequestHandler], None]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that answers as a function says, and returns its URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                answer(self)

            def do_GET(self) -> None:
                answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


REFUSAL = b'{"error":{"code":"invalid_signature","message":"Sari is unknown"}}'


def answer(status: int, body: bytes = b"{}") -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return send


class Silence:
    """A server that takes a request and never answers: it says when it has it."""

    def __init__(self) -> None:
        self.has_it = threading.Event()
        self.end = threading.Event()

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        self.has_it.set()
        self.end.wait(60)


@pytest.fixture
def silence() -> Iterator[Silence]:
    silence = Silence()
    yield silence
    silence.end.set()


def test_no_answer(serve: Serve, silence: Silence) -> None:
    merchant = client(serve(silence), attempt_timeout=0.2, attempts=1)
    prepared = merchant.prepare(new_order())
    with pytest.raises(doku.DokuError) as error:
        merchant.send(prepared)
    assert (error.value.code, error.value.outcome, error.value.is_retryable) == ("timed_out", "unknown", True)
    assert error.value.request_id == prepared.request_id


def test_refusal(serve: Serve) -> None:
    with pytest.raises(doku.DokuError) as error:
        client(serve(answer(400, REFUSAL))).generate_order(new_order())
    assert (error.value.code, error.value.outcome, error.value.is_retryable) == ("rejected", "refused", False)
    rejection = error.value.rejection
    assert rejection == doku.Rejection(400, "invalid_signature", ["Sari is unknown"], False)
    assert "Sari" not in repr(rejection) + repr(error.value) + str(error.value)


def test_unsigned_answer(serve: Serve) -> None:
    with pytest.raises(doku.DokuError) as error:
        client(serve(answer(200)), attempts=1).generate_order(new_order())
    assert (error.value.code, error.value.outcome) == ("unverified", "unknown")
    reason = error.value.verification
    assert reason
    assert (reason.code, reason.header) == ("missing_header", "Signature")
    assert str(error.value).endswith(f": {reason}")


def test_cancelled_task_is_not_forgotten(serve: Serve, silence: Silence) -> None:
    silent = AsyncClient(serve(silence), CLIENT_ID, SECRET_KEY)
    prepared = silent.prepare(new_order())

    async def run() -> None:
        task = asyncio.create_task(silent.send(prepared))
        assert await asyncio.to_thread(silence.has_it.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    refuses = client(serve(answer(400, REFUSAL)))
    for order, outcome in ((prepared, "unknown"), (refuses.prepare(new_order()), "refused")):
        with pytest.raises(doku.DokuError) as error:
            refuses.send(order)
        assert error.value.outcome == outcome


def signed(body: bytes, key: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers as DOKU does, signed with this key."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        request_id, timestamp = handler.headers["Request-Id"], "2021-07-07T08:45:43Z"
        text = (
            f"Client-Id:{CLIENT_ID}\nRequest-Id:{request_id}\nResponse-Timestamp:{timestamp}\n"
            f"Request-Target:{handler.path}\nDigest:{doku.digest(body)}"
        )
        mac = base64.b64encode(hmac.new(key.encode(), text.encode(), "sha256").digest()).decode()
        handler.send_response(200)
        for name, value in (
            ("Content-Length", str(len(body))),
            ("Client-Id", CLIENT_ID),
            ("Request-Id", request_id),
            ("Response-Timestamp", timestamp),
            ("Signature", f"HMACSHA256={mac}"),
        ):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def test_further_keys(serve: Serve) -> None:
    url = "https://sandbox01.indodana.com/pay"
    amount = doku.prepare(new_order()).amount
    order = {"order": {"invoice_number": "INV-1", "amount": amount}, "payment": {"status": "PENDING", "url": url}}
    address = serve(signed(json.dumps(order).encode(), "SK-next"))
    with pytest.raises(doku.DokuError) as error:
        client(address).generate_order(new_order())
    assert (error.value.code, error.value.outcome) == ("unverified", "unknown")
    changing = Client(address, CLIENT_ID, SECRET_KEY, further_keys=["SK-next"])
    assert changing.generate_order(new_order()).payment_url == url


def test_restored_order(serve: Serve) -> None:
    prepared = doku.prepare(new_order())
    refuses = client(serve(answer(400, REFUSAL)))
    for order, outcome in (
        (doku.PreparedOrder.restore(prepared.body, prepared.request_id), "unknown"),
        (prepared, "refused"),
    ):
        with pytest.raises(doku.DokuError) as error:
            refuses.send(order)
        assert (error.value.outcome, error.value.request_id) == (outcome, prepared.request_id)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no signals to threads here")
def test_interrupted_call_is_not_forgotten(serve: Serve, silence: Silence) -> None:
    merchant = client(serve(silence))
    prepared = merchant.prepare(new_order())
    main = threading.main_thread().ident
    assert main

    def interrupt() -> None:
        assert silence.has_it.wait(30)
        signal.pthread_kill(main, signal.SIGINT)

    # A shell starts its background jobs with SIGINT ignored, and then Python sets no handler either.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            merchant.send(prepared)
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(doku.DokuError) as error:
        client(serve(answer(400, REFUSAL))).send(prepared)
    assert error.value.outcome == "unknown"


def test_what_is_sent_was_prepared() -> None:
    for wrong in (None, 1, b"{}", "order"):
        with pytest.raises(doku.InputTypeError, match="what is sent is of type .*; pass what prepare returned"):
            Client("sandbox", *MERCHANT).send(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


FORK = """
import os, sys
from conftest import new_order
from doku_indodana import Client
client = Client.from_env(sys.argv[1])
client.generate_order(new_order("INV-before"))
child = os.fork()
name = "parent" if child else "child"
orders = [client.generate_order(new_order(f"INV-{name}-{n}")) for n in range(3)]
os.write(1, ("".join(f"{order.request_id}\\n" for order in orders)).encode())
if child:
    assert os.waitpid(child, 0)[1] == 0
else:
    os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_fork(simulator: str) -> None:
    process = python(FORK, simulator)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    ids = output.split()
    assert len(ids) == len(set(ids)) == 6


EXIT = """
import sys, threading
from conftest import new_order
from doku_indodana import Client
client = Client.from_env(sys.argv[1], timeout=0.5)
threading.Thread(target=client.generate_order, args=[new_order()], daemon=True).start()
sys.stdin.readline()
"""


def test_exit_during_a_call(serve: Serve, silence: Silence) -> None:
    process = python(EXIT, serve(silence))
    assert silence.has_it.wait(30)
    _, errors = process.communicate("\n", timeout=30)
    assert (process.returncode, errors) == (0, "")
