"""Orders of processes that are killed, that fork, and that share a store."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import Request, urlopen

import pytest
from conftest import client, new_order, notification, python

from doku_indodana import Orders


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
