"""The examples and the programs of the README run for real, against the simulator."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen
from uuid import UUID

import pytest
from conftest import BINDING, CLIENT_ID, SECRET_KEY, TARGET, Start, pay

from doku_indodana import new_request_id, sign

EXAMPLES = BINDING / "examples"
README = (BINDING / "README.md").read_text("utf-8")

Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run() -> Iterator[Run]:
    """Starts programs with the simulator's credentials, and stops them at the end."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str | Path, **variables: str) -> subprocess.Popen[str]:
        variables |= {"DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY": SECRET_KEY, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=EXAMPLES,
            env={**os.environ, **variables},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=30)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def program(heading: str) -> str:
    """Returns the first Python program below a heading of the README."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def ready(port: int, process: subprocess.Popen[str]) -> None:
    """Waits until a server takes connections."""
    while process.poll() is None:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
    pytest.fail(f"the server ended: {process.communicate()}")


def notify(url: str, invoice_number: str, amount: int) -> None:
    """Sends a genuine notification of a payment; the answer must be the acknowledgement that DOKU expects."""
    order = {"invoice_number": invoice_number, "amount": amount}
    body = json.dumps({"order": order, "transaction": {"status": "SUCCESS"}}).encode()
    headers = sign(CLIENT_ID, SECRET_KEY, request_id=new_request_id(), method="POST", target=TARGET, body=body)
    with urlopen(Request(url, method="POST", data=body, headers=headers), timeout=30) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
        assert answer.read() == b'{"responseCode":"2000000","responseMessage":"Successful"}'


def test_standard_library(run: Run, simulate: Start) -> None:
    receiver = run("receive.py", "0")
    url = line(receiver).removeprefix("listening on ")
    simulator = simulate(url)
    order = run("order.py", simulator, "INV-1")
    payment_url, errors = order.communicate(timeout=30)
    assert (order.returncode, errors) == (0, "")
    pay(payment_url.strip())
    assert line(receiver) == "INV-1 100000 SUCCESS"
    notify(url, "INV-2", 100_000)
    with pytest.raises(HTTPError, match="401"):
        urlopen(Request(url, method="POST", data=b"{}"), timeout=30)
    for path, data in (("/other", b"{}"), (TARGET, b"")):
        with pytest.raises(HTTPError, match=r"40[01]"):
            urlopen(Request(url.replace(TARGET, path), method="POST", data=data), timeout=30)


def test_order_that_cannot_be_sent(run: Run) -> None:
    # A port of our own on which nobody listens.
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        order = run("order.py", f"http://127.0.0.1:{closed.getsockname()[1]}", "INV-1")
        output, errors = order.communicate(timeout=30)
    assert (order.returncode, output) == (1, "")
    assert errors.startswith("connect: no connection to http://127.0.0.1:")


def test_fastapi(run: Run, simulate: Start, tmp_path: Path) -> None:
    port = free_port()
    shop = f"http://127.0.0.1:{port}"
    simulator = simulate(f"{shop}{TARGET}")
    variables = {"DOKU_ENVIRONMENT": simulator, "DOKU_STORE": str(tmp_path / "doku.db")}

    def serve() -> subprocess.Popen[str]:
        server = run("-m", "uvicorn", "shop:app", "--port", str(port), "--log-level", "warning", **variables)
        ready(port, server)
        return server

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            pass

    cart = UUID(int=7)
    invoice_number = f"INV-{cart.hex}"

    def buy() -> str:
        with pytest.raises(HTTPError) as redirect:
            build_opener(Stay).open(Request(f"{shop}/carts/{cart}/order", method="POST"), timeout=30)
        assert redirect.value.code == 303
        payment_url = redirect.value.headers["Location"]
        redirect.value.close()
        return payment_url

    def status() -> dict[str, object]:
        with urlopen(f"{shop}/carts/{cart}", timeout=30) as answer:
            found: dict[str, object] = json.loads(answer.read())
            return found

    server = serve()
    payment_url = buy()
    assert payment_url.startswith(f"{simulator}/pay/")
    server.kill()
    server.wait(30)
    server = serve()
    # A double click leads to the same page, even if the shop died in between.
    assert buy() == payment_url
    # Genuine, and about another amount or another order: acknowledged, and nothing is paid.
    notify(f"{shop}{TARGET}", invoice_number, 1_000)
    notify(f"{shop}{TARGET}", "INV-2", 100_000)
    assert status() == {"paid": False, "rank": "PENDING", "amount": 100_000}
    pay(payment_url)
    # The simulator sends the notification before it answers the button.
    assert status() == {"paid": True, "rank": "SUCCESS", "amount": 100_000}
    assert line(server) == f"1 {invoice_number} SUCCESS"
    with pytest.raises(HTTPError, match="401"):
        urlopen(Request(f"{shop}{TARGET}", method="POST", data=b"{}"), timeout=30)
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{shop}/carts/{UUID(int=8)}", timeout=30)


def test_readme(run: Run, simulate: Start, tmp_path: Path) -> None:
    port = free_port()
    receiver = program("Receive the notification").replace("8080", str(port))
    server = run("-c", receiver)
    ready(port, server)
    simulator = simulate(f"http://127.0.0.1:{port}{TARGET}")
    order = program("Generate an order").replace('from_env("sandbox")', f'from_env("{simulator}")')
    output, errors = run("-c", order).communicate(timeout=30)
    assert errors == ""
    payment_url, status = output.split()
    assert status == "PENDING"
    pay(payment_url)
    assert line(server) == "INV-1 100000 SUCCESS"


def test_readme_of_orders(run: Run, simulate: Start, tmp_path: Path) -> None:
    port = free_port()
    simulator = simulate(f"http://127.0.0.1:{port}{TARGET}")
    code = program("An order, and what becomes of it").replace('from_env("sandbox")', f'from_env("{simulator}")')
    code = code.replace("8080", str(port)).replace('"doku.db"', repr(str(tmp_path / "doku.db")))
    buying = "from order import order\nprint(buy(order('INV-1')), flush=True)\norders.run"
    server = run("-c", code.replace("\norders.run", f"\n{buying}"))
    pay(line(server))
    assert line(server) == "INV-1 SUCCESS"


def test_readme_verifies() -> None:
    # The first program of the README, with a message that is not DOKU's.
    code = program("How do I verify the notification's signature?") + "\nprint(receive({}, b''))\n"
    variables = {**os.environ, "DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY": SECRET_KEY}
    output = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert output.stdout == "the header Client-Id is missing; pass all headers as they were received\n(401, '')\n"


# What the parts of programs in the README take as given.
GIVEN = """
from doku_indodana import Client, GenerateOrderRequest, PreparedOrder

doku = Client.from_env("sandbox")
request: GenerateOrderRequest = {}  # type: ignore[typeddict-item]
prepared: PreparedOrder = doku.prepare(request)
client_id = secret_key = request_id = ""
body = response_body = b""
response_headers: dict[str, str] = {}

def store(request_id: str, body: bytes) -> None: ...
"""


def test_readme_has_types(tmp_path: Path) -> None:
    programs = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(programs) == 9
    (tmp_path / "given.py").write_text(GIVEN)
    whole = (
        "An order, and what becomes of it",
        "How do I verify the notification's signature?",
        "Generate an order",
        "Receive the notification",
    )
    for number, code in enumerate(programs):
        is_part = code not in map(program, whole)
        text = f"from given import *\n{code}" if is_part else code
        (tmp_path / f"program_{number}.py").write_text(text, "utf-8")
    checker = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=cache", "."]
    checked = subprocess.run(checker, cwd=tmp_path, text=True, stdout=subprocess.PIPE, check=False)
    assert (checked.stdout, checked.returncode) == ("Success: no issues found in 10 source files\n", 0)
