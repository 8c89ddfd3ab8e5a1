"""Plays a DOKU that answers in every bad way, and checks what a shop's client makes of it.

    answers.py COMMAND…      runs COMMAND… INVOICE-NUMBER once for each answer

The invoice number names the answer. The client must print the payment URL and nothing else, or else exit with a failure,
say the HTTP status, and whether an order may exist.
"""

import base64
import collections
import hashlib
import hmac
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTRACT = pathlib.Path(__file__).resolve().parents[3] / "spec" / "generated" / "openapi-3.0.json"
PATHS = json.loads(CONTRACT.read_bytes())["paths"]
TARGET = next(path for path, item in PATHS.items() if item.get("post", {}).get("operationId") == "generate_order")
CLIENT_ID = "BRN-0000-1234567890123"
KEY = "SK-test-0000-not-a-real-key"
PAGE = "https://pay.example/1"
EXISTS, NONE, NOTHING = "an order may exist", "there is no order", "nothing was sent"

# What the other host received: nothing, if no redirect is followed.
stolen = []

# The orders that came, each once: a client that repeats one by itself may double it.
received = collections.Counter()


def good(invoice, **changes):
    """An answer as DOKU gives it, with members changed by their path."""
    answer = {"order": {"invoice_number": invoice, "amount": 100000}, "payment": {"status": "PENDING", "url": PAGE}}
    for path, value in changes.items():
        outer, inner = path.split("__")
        answer[outer][inner] = value
    return answer


def error(code, text):
    return {"error": {"code": code, "message": text}}


# Name: status, body (a function of the invoice number, an object, or bytes), how it is signed or else its headers, and what
# the client must say. Words alone are for a failure; None is the payment URL.
ANSWERS = {
    "page": (200, good, True, None),
    "replayed": (409, good, True, None),
    "amount-decimal": (200, lambda i: json.dumps(good(i)).replace("100000", "100000.00").encode(), True, None),
    "amount-text": (200, lambda i: good(i, order__amount="100000.00"), True, None),
    "loopback": (200, lambda i: good(i, payment__url="http://127.0.0.1:4000/pay/1"), True, "http://127.0.0.1:4000/pay/1"),
    "redirect-302": (302, b"", False, ["HTTP 302", EXISTS]),
    "redirect-307": (307, b"", False, ["HTTP 307", EXISTS]),
    "redirect-308": (308, b"", False, ["HTTP 308", EXISTS]),
    "script": (200, lambda i: good(i, payment__url="javascript:alert(1)"), True, ["HTTP 200", "payment URL", EXISTS]),
    "data": (200, lambda i: good(i, payment__url="data:text/html,x"), True, ["HTTP 200", "payment URL", EXISTS]),
    "plain": (200, lambda i: good(i, payment__url="http://pay.example/1"), True, ["HTTP 200", "payment URL", EXISTS]),
    "no-host": (200, lambda i: good(i, payment__url="https:///1"), True, ["HTTP 200", "payment URL", EXISTS]),
    "relative": (200, lambda i: good(i, payment__url="//pay.example/1"), True, ["HTTP 200", "payment URL", EXISTS]),
    "user": (200, lambda i: good(i, payment__url="https://doku.com@pay.example/"), True, ["HTTP 200", "payment URL", EXISTS]),
    "backslash": (200, lambda i: good(i, payment__url="https://pay.example\\@x.example/"), True, ["payment URL", EXISTS]),
    "two-lines": (200, lambda i: good(i, payment__url=PAGE + "\r\nX: y"), True, ["HTTP 200", "payment URL", EXISTS]),
    "url-null": (200, lambda i: good(i, payment__url=None), True, ["HTTP 200", EXISTS]),
    "url-list": (200, lambda i: good(i, payment__url=[PAGE]), True, ["HTTP 200", EXISTS]),
    "other-amount": (200, lambda i: good(i, order__amount=1000), True, ["HTTP 200", "amount", EXISTS]),
    "other-fraction": (200, lambda i: good(i, order__amount=100000.5), True, ["HTTP 200", "amount", EXISTS]),
    "other-thousands": (200, lambda i: good(i, order__amount="100.000"), True, ["HTTP 200", "amount", EXISTS]),
    "no-amount": (200, lambda i: good(i, order__amount=None), True, ["HTTP 200", "amount", EXISTS]),
    "other-invoice": (200, good("INV-OTHER"), True, ["HTTP 200", "invoice number", EXISTS]),
    "ours-400": (400, good, True, None),
    "ours-500": (500, good, True, None),
    "expired": (200, lambda i: good(i, payment__status="EXPIRED"), True, ["HTTP 200", "payment status", EXISTS]),
    "other-invoice-409": (409, good("INV-OTHER"), True, ["HTTP 409", EXISTS]),
    "failed": (200, lambda i: good(i, payment__status="FAILED", payment__url=None), True, ["HTTP 200", "FAILED", NONE]),
    "list": (200, [], True, ["HTTP 200", EXISTS]),
    "not-json": (200, b"{", True, ["HTTP 200", EXISTS]),
    "deep": (200, b"[" * 100000, True, ["HTTP 200", EXISTS]),
    "twice": (200, lambda i: json.dumps(good(i)).encode() * 2, True, ["HTTP 200", EXISTS]),
    "unsigned": (200, good, False, ["HTTP 200", "missing_header", EXISTS]),
    "forged": (200, good, "SK-of-nobody", ["HTTP 200", "signature_mismatch", EXISTS]),
    "forged-refusal": (400, error("invalid_request", "x"), "SK-of-nobody", ["HTTP 400", "signature_mismatch", EXISTS]),
    "wrong-key": (400, error("invalid_signature", "Invalid Header Signature"), False, ["HTTP 400", "invalid_signature", NONE]),
    "inactive": (400, {"message": ["PAYMENT CHANNEL IS INACTIVE"]}, False, ["HTTP 400", "CHANNEL IS INACTIVE", NONE]),
    "fields": (400, {"error_messages": ["order.amount must be filled"]}, True, ["HTTP 400", "must be filled", NONE]),
    "unwrapped": (400, {"code": "invalid_header_request", "message": "x"}, False, ["invalid_header_request", NONE]),
    "glossary": (400, {"status": "FAILED", "response_code": "INVALID_PARAMETER"}, False, ["INVALID_PARAMETER", EXISTS]),
    "indonesian": (400, {"message": ["nomor invoice sudah digunakan"]}, True, ["HTTP 400", "sudah digunakan", EXISTS]),
    "processed": (422, {"message": "being processed"}, False, ["HTTP 422", "being processed", EXISTS]),
    "locked": (423, error("invalid_signature", "x"), False, ["HTTP 423", "invalid_signature", EXISTS]),
    "of-another": (400, error("invalid_signature", "x"), {"Request-Id": "another"}, ["another request", EXISTS]),
    "of-another-client": (400, error("invalid_signature", "x"), {"client-id": "BRN-2"}, ["another request", EXISTS]),
    "cached": (400, error("invalid_signature", "x"), {"X-Cache": "Hit from proxy"}, ["a cache's", EXISTS]),
    "used": (400, {"message": ["INVOICE ALREADY USED"]}, False, ["HTTP 400", "ALREADY USED", EXISTS]),
    "idempotent": (409, error("idempotent_request", "x"), False, ["HTTP 409", "idempotent_request", EXISTS]),
    "busy": (429, b"slow down", False, ["HTTP 429", EXISTS]),
    "late": (408, error("request_timeout", "x"), False, ["HTTP 408", EXISTS]),
    "proxy": (403, b"<html>blocked</html>", False, ["HTTP 403", EXISTS]),
    "broken": (500, error("internal_server_error", "x"), False, ["HTTP 500", "internal_server_error", EXISTS]),
    "html": (502, b"<html>502</html>", False, ["HTTP 502", EXISTS]),
    "terminal": (400, error("bad", "\x1b]0;x\x07\x1b[2J"), False, ["HTTP 400", EXISTS]),
    "long": (200, b" " * (2 << 20), True, [EXISTS]),
    "lost": (0, b"", False, [EXISTS]),
    "cut": (200, lambda i: json.dumps(good(i)).encode(), "cut", [EXISTS]),
}


class Doku(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        invoice = json.loads(body)["order"]["invoice_number"]
        status, answer, signed, _ = ANSWERS[invoice.removeprefix("INV-").lower()]
        received[invoice] += 1
        self.close_connection = True
        if status == 0:
            return
        answer = answer(invoice) if callable(answer) else answer
        answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Connection", "close")
        if status in (302, 307, 308):
            self.send_header("Location", f"http://127.0.0.1:{other.server_port}/")
        if isinstance(signed, dict):
            for name, value in signed.items():
                self.send_header(name, value)
        elif signed:
            for name, value in signature(self.headers["Request-Id"], answer, KEY if signed in (True, "cut") else signed):
                self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(answer[:40] if signed == "cut" else answer)
        except ConnectionError:
            pass

    def log_message(self, format, *args):
        pass


class Other(Doku):
    def do_POST(self):
        stolen.append(self.headers["Signature"])
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST


def signature(request_id, body, key):
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    time = "2026-01-05T08:45:42Z"
    text = f"Client-Id:{CLIENT_ID}\nRequest-Id:{request_id}\nResponse-Timestamp:{time}\nRequest-Target:{TARGET}\nDigest:{digest}"
    mac = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
    return {
        "Client-Id": CLIENT_ID,
        "Request-Id": request_id,
        "Response-Timestamp": time,
        "Signature": f"HMACSHA256={mac}",
    }.items()


def run(command, name, url, variables):
    credentials = {"DOKU_CLIENT_ID": CLIENT_ID, "DOKU_SECRET_KEY": KEY, "DOKU_URL": url}
    env = {**os.environ, **credentials, **variables}
    arguments = [*command, "INV-" + name.upper()]
    return subprocess.run(arguments, env=env, capture_output=True, text=True, timeout=60, errors="replace")


def judge(name, done, expected):
    """Yields what is wrong with the end of a client."""
    said = f"{done.stdout}{done.stderr}"
    if KEY in said:
        yield "the secret key is printed"
    if any(ord(character) < 32 and character not in "\n\r\t" for character in said):
        yield "a control character is printed"
    if expected is None or isinstance(expected, str):
        if (done.returncode, done.stdout, done.stderr) != (0, f"{expected or PAGE}\n", ""):
            yield f"ended with {done.returncode}: {said}"
        return
    if done.returncode == 0 or done.stdout:
        yield f"ended with {done.returncode}, and printed {done.stdout!r}"
    if done.stderr.count("\n") > 1:
        yield f"said more than a line: {done.stderr}"
    for word in expected:
        if word not in done.stderr:
            yield f"did not say {word!r}, but {done.stderr!r}"


def main(command):
    url = f"http://127.0.0.1:{doku.server_port}"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}"
    cases = [(name, url, {}, answer[3]) for name, answer in ANSWERS.items()]
    cases.append(("closed", closed, {}, ["no connection", NOTHING]))
    cases.append(("plain-http", "http://doku.invalid", {}, ["DOKU_URL", NOTHING]))
    for name, word, variables in (
        ("swapped", "SK-", {"DOKU_CLIENT_ID": KEY, "DOKU_SECRET_KEY": CLIENT_ID}),
        ("quoted", "quotation marks", {"DOKU_SECRET_KEY": f'"{KEY}"'}),
        ("mark", "byte order mark", {"DOKU_SECRET_KEY": f"\ufeff{KEY}"}),
        ("no-key", "DOKU_SECRET_KEY", {"DOKU_SECRET_KEY": ""}),
        ("no-id", "DOKU_CLIENT_ID", {"DOKU_CLIENT_ID": ""}),
    ):
        cases.append((name, url, variables, ["configuration", word]))
    # The sandbox is not reached: the simulator's credentials are refused before.
    simulators = {"DOKU_CLIENT_ID": "SIM-0001-0000000000001", "DOKU_SECRET_KEY": "SK-simulator-known-to-everyone"}
    for name, variables in (("simulator", simulators), *((name, {name: value}) for name, value in simulators.items())):
        cases.append((name, "https://doku.invalid", variables, ["the simulator", NOTHING]))
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda case: run(command, *case[:3]), cases))
    cases = [(name, done, expected) for (name, _, _, expected), done in zip(cases, ends)]
    failures = [f"{name}: {failure}" for name, done, expected in cases for failure in judge(name, done, expected)]
    expected = [f"INV-{name.upper()}" for name in ANSWERS]
    if received != collections.Counter(expected):
        failures.append(f"orders came more than once, or not at all: {received}")
    failures += [f"a redirect handed the signed order to another host, {len(stolen)} times"] if stolen else []
    print(*failures, f"{len(cases)} answers to an order: {len(failures)} failures", sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    doku, other = ThreadingHTTPServer(("127.0.0.1", 0), Doku), ThreadingHTTPServer(("127.0.0.1", 0), Other)
    for server in (doku, other):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.exit(main(sys.argv[1:]))
