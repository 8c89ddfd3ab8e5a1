"""How schemathesis talks to the simulator: requests are signed as they are sent, and orders add up.

The signature is computed here, with Python's standard library, over the bytes of the prepared request.
"""

import base64
import datetime
import hashlib
import hmac
import itertools
import os
import re

import requests
import schemathesis

CLIENT_ID = os.environ["DOKU_CLIENT_ID"]
SECRET_KEY = os.environ["DOKU_SECRET_KEY"].encode()
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")

numbers = itertools.count()
made = []


class Signature(requests.auth.AuthBase):
    """Signs what is there. A header that was left out or made malformed on purpose stays so."""

    def __call__(self, request):
        headers = request.headers
        headers["Client-Id"] = CLIENT_ID
        if TIMESTAMP.fullmatch(text(headers.get("Request-Timestamp"))):
            headers["Request-Timestamp"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = [f"{name}:{text(headers.get(name))}" for name in ("Client-Id", "Request-Id", "Request-Timestamp")]
        lines.append(f"Request-Target:{request.path_url.split('?')[0]}")
        if request.method == "POST":
            body = request.body or b""
            body = body.encode() if isinstance(body, str) else body
            lines.append("Digest:" + base64.b64encode(hashlib.sha256(body).digest()).decode())
        mac = hmac.new(SECRET_KEY, "\n".join(lines).encode(), hashlib.sha256).digest()
        headers["Signature"] = "HMACSHA256=" + base64.b64encode(mac).decode()
        return request


def text(value):
    return value.decode("latin-1") if isinstance(value, bytes) else value or ""


schemathesis.auth.set_from_requests(Signature())


@schemathesis.hook
def map_case(context, case):
    """Makes a valid order one that can be accepted: the schema cannot say that it adds up and that its ids are new."""
    mode = case.meta.generation.mode if case.meta else None
    if mode != schemathesis.GenerationMode.POSITIVE:
        return case
    order = case.body.get("order") if isinstance(case.body, dict) else None
    if isinstance(order, dict):
        total = 0
        for item in order["line_items"]:
            item["price"], item["quantity"] = int(item["price"]) % 1_000_000 + 1, int(item["quantity"]) % 100 + 1
            total += item["price"] * item["quantity"]
        order["amount"] = total
        order["invoice_number"] = f"{next(numbers)}-{order['invoice_number']}"[:64]
        for share in (case.body.get("additional_info") or {}).get("settlement") or []:
            share["value"] = int(share["value"])
        made.append(order["invoice_number"])
        case.headers["Request-Id"] = f"{next(numbers)}-{case.headers['Request-Id']}"[:128]
    elif made and next(numbers) % 2:
        # Half of the questions are about an order that was made.
        case.path_parameters["id"] = made[-1]
    return case


@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    """An id of dots is lost in a path."""
    return (path_parameters or {}).get("id") not in (".", "..")
