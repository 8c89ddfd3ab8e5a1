"""The vectors of answers: what an answer says of the order, over a socket."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from conftest import SPEC

import doku_indodana as doku

VECTORS = json.loads((SPEC / "vectors" / "answers.json").read_bytes())["vectors"]
ORDER = json.loads((SPEC / "examples" / "generate_order.request.minimal.json").read_bytes())


def serve(vector: dict[str, Any]) -> HTTPServer:
    """Returns a server that gives the answer of a vector to each order."""
    body = vector["body"]
    body = body["utf8"].encode() if "utf8" in body else base64.b64decode(body["base64"])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(vector["status"])
            for name, value in [*vector["headers"], ["Content-Length", str(len(body))]]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return HTTPServer(("127.0.0.1", 0), Handler)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_answer(vector: dict[str, Any]) -> None:
    key, next_key = vector["keys"]
    with serve(vector) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        client = doku.Client(url, vector["client_id"], key, further_keys=[next_key], attempts=1)
        prepared = client.prepare(ORDER, request_id=vector["request_id"])
        assert (prepared.invoice_number, prepared.amount) == (vector["invoice_number"], vector["amount"])
        try:
            client.send(prepared)
            outcome = "generated"
        except doku.DokuError as error:
            outcome = str(error.outcome)
    assert outcome == vector["outcome"]
