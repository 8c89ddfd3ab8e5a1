"""What several tests stand on: the contract's folder, an order, the simulator, a receiver of notifications."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.request import Request, urlopen

import pytest
from postgres import Server, programs

from doku_indodana import (
    Client,
    Effect,
    GenerateOrderRequest,
    Notification,
    Orders,
    StoreError,
    VerificationError,
    Verifier,
    new_request_id,
    sign,
)

REPOSITORY = Path(__file__).resolve().parents[3]
BINDING = REPOSITORY / "bindings" / "python"
SPEC = REPOSITORY / "spec"

# Known to everyone: those of the simulator.
CLIENT_ID = "SIM-0001-0000000000001"
SECRET_KEY = "SK-simulator-known-to-everyone"
# Of a merchant, as DOKU makes them: a client for the sandbox refuses those of the simulator.
MERCHANT = ("BRN-0000-1234567890123", "SK-not-a-real-key")
TARGET = "/payments/notifications"
# Of the order of `new_order`.
AMOUNT = 100_000


def new_order(invoice_number: str = "INV-1") -> GenerateOrderRequest:
    text = (SPEC / "examples" / "generate_order.request.minimal.json").read_bytes()
    request: GenerateOrderRequest = json.loads(text)
    request["order"]["invoice_number"] = invoice_number
    return request


def notification(
    invoice_number: str, status: str = "SUCCESS", amount: int = AMOUNT, key: str = SECRET_KEY
) -> tuple[dict[str, str], bytes]:
    """Returns headers and body of a notification as DOKU signs it."""
    order = {"invoice_number": invoice_number, "amount": amount}
    body = json.dumps({"order": order, "transaction": {"status": status}}).encode()
    return sign(CLIENT_ID, key, request_id=new_request_id(), method="POST", target=TARGET, body=body), body


class Receiver:
    """A merchant's server on the standard library."""

    def __init__(self) -> None:
        self.received: Queue[Notification | VerificationError] = Queue()
        verifier, received = Verifier(CLIENT_ID, SECRET_KEY), self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    received.put(verifier.verify_notification(TARGET, self.headers, body))
                    self.send_response(200)
                except VerificationError as error:
                    received.put(error)
                    self.send_response(401)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}{TARGET}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def program() -> Path:
    """Returns the command `doku`: the one that DOKU names, or one that cargo builds."""
    if "DOKU" in os.environ:
        return Path(os.environ["DOKU"])
    build = ["cargo", "build", "--quiet", "--package", "doku-cli", "--message-format", "json"]
    output = subprocess.run(build, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE).stdout
    messages = map(json.loads, output.splitlines())
    return next(Path(message["executable"]) for message in messages if message.get("executable"))


@pytest.fixture(scope="session")
def doku() -> Path:
    return program()


Start = Callable[[str], str]


@pytest.fixture
def simulate(doku: Path) -> Iterator[Start]:
    """Starts a simulator that notifies a URL, and returns its own."""
    running: list[subprocess.Popen[str]] = []

    def start(notification_url: str) -> str:
        command = [str(doku), "simulator", "--port", "0", "--notification-url", notification_url]
        process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        running.append(process)
        assert process.stdout
        return process.stdout.readline().strip()

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def simulator(simulate: Start, receiver: Receiver) -> str:
    """The URL of a simulator that notifies the receiver."""
    return simulate(receiver.url)


def pay(payment_url: str) -> None:
    """Presses the button of the payment page."""
    with urlopen(Request(f"{payment_url}/pay", method="POST"), timeout=30) as answer:
        assert answer.status == 200


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server. DOKU_STORE_POSTGRES=required makes its absence a failure."""
    folder = programs()
    if folder is None:
        reason = "no PostgreSQL server is installed; install the package postgresql"
        assert os.environ.get("DOKU_STORE_POSTGRES") != "required", reason
        pytest.skip(reason)
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store may be made: a file, or a database."""
    if request.param == "sqlite":
        return str(tmp_path / "doku.db")
    server: Server = request.getfixturevalue("server")
    return server.database()


def client(url: str) -> Client:
    return Client(url, CLIENT_ID, SECRET_KEY, attempts=1)


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


@pytest.fixture
def orders(simulator: str, location: str) -> Iterator[Orders]:
    with Orders.open(client(simulator), location) as orders:
        yield orders


def python(program: str, *arguments: str) -> subprocess.Popen[str]:
    """A process of Python's that runs a program, which may import what is here."""
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
