#!/usr/bin/env python3
"""Makes the vectors of answers in this directory; see answers.md for their format.

    check_answers.py            compare answers.json and answers.tsv with what is made here
    check_answers.py --write    write them

The entries of ../refusals.toml are cases of their own, so that a change of the table changes the vectors. The outcome of each
case is said beside it; the library's own test compares them all with the library. Needs Python 3.11 or later.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE.parent / "refusals.toml"
ORDER = HERE.parent / "examples" / "generate_order.request.minimal.json"

# In the order of the file and of the TSV columns.
FIELDS = "id comment client_id keys request_id invoice_number amount status headers body outcome".split()
PATHS = json.loads((HERE.parent / "generated" / "openapi-3.0.json").read_bytes())["paths"]
TARGET = next(path for path, item in PATHS.items() if item.get("post", {}).get("operationId") == "generate_order")
CLIENT_ID = "BRN-0000-1234567890123"
KEY, NEXT_KEY = "SK-test-0000-not-a-real-key", "SK-test-0000-the-next-key"
REQUEST_ID = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b"
ELSE = {"client_id": "BRN-0000-9999999999999", "key": "SK-test-0000-of-nobody", "request_id": "another-request"}
PAGE = "https://pay.indodana.com/1"
GENERATED, REFUSED, UNKNOWN = "generated", "refused", "unknown"


def main(arguments):
    if not set(arguments) <= {"--write"}:
        print("usage: check_answers.py [--write]", file=sys.stderr)
        return 2
    vectors = list(make())
    ids = [vector["id"] for vector in vectors]
    double = sorted({id for id in ids if ids.count(id) > 1})
    failed = bool(double)
    print(*(f"{id} is not unique" for id in double), sep="\n", end="\n" if double else "")
    for name, text in (("answers.json", as_json(vectors)), ("answers.tsv", as_tsv(vectors))):
        path = HERE / name
        if "--write" in arguments:
            path.write_bytes(text.encode())
        elif not path.exists() or path.read_bytes() != text.encode():
            print(f"{name} is not what check_answers.py makes; run check_answers.py --write")
            failed = True
    print(f"{len(vectors)} vectors of answers: {'not ' if failed else ''}as they are made")
    return 1 if failed else 0


def make():
    """Yields the vectors."""
    order = json.loads(ORDER.read_bytes())["order"]
    common = [CLIENT_ID, [KEY, NEXT_KEY], REQUEST_ID, order["invoice_number"], order["amount"]]
    for id, comment, status, whose, body, outcome in cases(order["invoice_number"], order["amount"]):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        yield dict(zip(FIELDS, [id, comment, *common, status, HEADERS[whose](body), body, outcome], strict=True))


def cases(invoice, amount):
    """Yields id, comment, status, whose answer it is, body and outcome."""
    yield from table()
    yield from shapes()
    yield from identities(about(invoice, amount))
    yield from orders(invoice, amount)


def table():
    """What each entry of the table proves, and what it does not."""
    for entry in tomllib.loads(TABLE.read_text("utf-8"))["refusal"]:
        proves, is_code = entry["proves"] == "no_order", "code" in entry
        name = entry["code"] if is_code else entry["text"]
        filled = name.replace("{field}", "order.line_items[0].name").replace("{path}", "a/b-1")
        kind = "code" if is_code else "text"
        id = f"{kind}-{slug(name)}-{'proves' if proves else 'nothing'}"

        def of(*texts):
            if is_code:
                return {"error": {"code": name, **({"message": list(texts)} if texts else {})}}
            return {"message": [filled, *texts]}

        any_text = entry.get("texts") == "any"
        for status in entry["status"]:
            alone = proves and (any_text or not is_code)
            yield f"{id}-{status}", "An entry of the table, alone.", status, "none", of(), said(alone)
            beside = proves and (any_text if is_code else False)
            yield f"{id}-{status}-beside", "Beside a text that is not listed.", status, "none", of("sedang diproses"), said(beside)
            used = of("INVOICE ALREADY USED")
            yield f"{id}-{status}-used", "Beside a text that speaks of an order.", status, "none", used, UNKNOWN
            if is_code and status == 400:
                text = of("order.amount must be filled")
                yield f"{id}-{status}-listed", "Beside a text that is listed.", status, "none", text, said(proves)
        yield f"{id}-other-status", "Under a status of which nothing is known.", 403, "none", of(), UNKNOWN
        if "{" in name:
            empty = {"message": [name.replace("{field}", "").replace("{path}", "")]}
            yield f"{id}-empty", "Nothing where a name belongs.", entry["status"][0], "none", empty, UNKNOWN
            words = {"message": [name.replace("{field}", "it is there, what").replace("{path}", "is there")]}
            yield f"{id}-words", "Words where a name belongs.", entry["status"][0], "none", words, UNKNOWN


def shapes():
    """The shapes in which a code and texts are read, and bodies that cannot be read."""
    listed, field, used = "invalid_signature", "order.amount must be filled", "INVOICE ALREADY USED"
    for id, body, outcome in [
        ("code", {"code": listed, "message": "x"}, REFUSED),
        ("response-code", {"response_code": listed}, REFUSED),
        ("status-text", {"status": listed}, REFUSED),
        ("status-number", {"status": 400, "message": field}, REFUSED),
        ("error-text", {"status": 400, "error": listed, "message": field}, UNKNOWN),
        ("error-text-used", {"error": used, "message": field}, UNKNOWN),
        ("kind-time-and-place", {"code": listed, "type": "x", "timestamp": "y", "path": "/z", "retry": False}, REFUSED),
        ("same-code-twice", {"error": {"code": listed}, "code": listed, "message": ""}, REFUSED),
        ("second-code", {"error": {"code": listed}, "code": "idempotent_request"}, UNKNOWN),
        ("second-response-code", {"code": listed, "response_code": "DUPLICATE_TRANSACTION"}, UNKNOWN),
        ("second-status", {"code": listed, "status": "SUCCESS"}, UNKNOWN),
        ("second-code-number", {"error": {"code": listed}, "code": 7}, UNKNOWN),
        ("text-number", {"message": [field, 7]}, UNKNOWN),
        ("text-object", {"message": [field, {"text": used}]}, UNKNOWN),
        ("other-texts", {"message": field, "errors": [used]}, UNKNOWN),
        ("other-text", {"message": field, "detail": "x"}, UNKNOWN),
        ("other-text-inside", {"error": {"code": listed, "detail": "x"}}, UNKNOWN),
        ("payment", {"message": field, "payment": {"url": None}}, UNKNOWN),
        ("empty-order", {"message": field, "order": {}}, UNKNOWN),
        ("used-in-a-sentence", {"code": listed, "message": "Invoice already used."}, UNKNOWN),
        ("code-in-a-sentence", {"code": listed, "message": "it is an idempotent_request"}, UNKNOWN),
        ("null-code", {"error": {"code": None}, "code": listed}, REFUSED),
        ("empty-code", {"code": "", "message": field}, UNKNOWN),
        ("inner-code-first", {"error": {"code": "idempotent_request"}, "code": listed}, UNKNOWN),
        ("message", {"message": field}, REFUSED),
        ("inner-message", {"error": {"message": field}}, REFUSED),
        ("messages", {"error_messages": [field, "AMOUNT NOT MATCH"]}, REFUSED),
        ("joined", {"message": f"{field}; AMOUNT NOT MATCH"}, REFUSED),
        ("joined-used", {"message": f"{field}; {used}"}, UNKNOWN),
        ("used-among-messages", {"message": field, "error_messages": [used]}, UNKNOWN),
        ("code-used-among-messages", {"code": listed, "error_messages": [used]}, UNKNOWN),
        ("glossary", {"status": "FAILED", "response_code": "INVALID_PARAMETER"}, UNKNOWN),
        ("glossary-listed", {"status": "FAILED", "response_code": "INVALID_PARAMETER", "message": field}, REFUSED),
        ("other-case", {"Code": listed}, UNKNOWN),
        ("other-case-inside", {"error": {"CODE": listed}}, UNKNOWN),
        ("lower-case", {"message": "amount not match"}, UNKNOWN),
        ("longer", {"message": "AMOUNT NOT MATCH, order is kept"}, UNKNOWN),
        ("second-line", {"message": f"{field}\nit is being processed"}, UNKNOWN),
        ("line-end", {"message": f"{field}\n"}, UNKNOWN),
        ("text-as-code", {"code": "AMOUNT NOT MATCH"}, UNKNOWN),
        ("code-as-text", {"message": listed}, UNKNOWN),
        ("unknown-code", {"code": "invalid_request", "message": field}, UNKNOWN),
        ("unlisted", {"message": "SYSTEM ERROR"}, UNKNOWN),
        ("unlisted-indonesian", {"message": ["nomor invoice sudah digunakan"]}, UNKNOWN),
        ("number", {"code": 5}, UNKNOWN),
        ("object", {"code": {"code": listed}}, UNKNOWN),
        ("empty-object", {}, UNKNOWN),
        ("list", [{"code": listed}], UNKNOWN),
        ("null", None, UNKNOWN),
        ("text", listed, UNKNOWN),
        ("empty", b"", UNKNOWN),
        ("html", b"<html>blocked</html>", UNKNOWN),
        ("twice", b'{"code":"invalid_signature"}{}', UNKNOWN),
        ("same-key", b'{"code":"idempotent_request","code":"invalid_signature"}', UNKNOWN),
        ("same-key-escaped", b'{"code":"idempotent_request","c\\u006fde":"invalid_signature"}', UNKNOWN),
        ("quoted-key", b'{"code":"invalid_signature","message":"\\"code\\": {\\"x\\":1}"}', REFUSED),
        ("mark", b'\xef\xbb\xbf{"code":"invalid_signature"}', UNKNOWN),
        ("half-surrogate", b'{"code":"invalid_signature","message":"\\ud83d"}', UNKNOWN),
        ("half-surrogate-second", b'{"code":"invalid_signature","message":"\\ude00\\ud83d"}', UNKNOWN),
        ("surrogate-pair", b'{"code":"invalid_signature","message":"\\ud83d\\ude00"}', REFUSED),
        ("escaped-backslash", b'{"code":"invalid_signature","message":"\\\\ud83d"}', REFUSED),
        ("not-utf8", b'{"code":"invalid_signature","message":"\xff"}', UNKNOWN),
    ]:
        yield f"shape-{id}", "A refusal in another shape.", 400, "none", body, outcome
    for status in (402, 404, 408, 409, 410, 422, 423, 425, 429, 451, 500, 502, 503, 504):
        yield f"status-{status}", "A code that proves, under another status.", status, "none", {"code": listed}, UNKNOWN
        yield f"status-{status}-signed", "The same, signed.", status, "ours", {"code": listed}, UNKNOWN
        yield f"status-{status}-text", "A text that is not listed.", status, "ours", {"message": "slow down"}, UNKNOWN
    for status in (201, 302, 307):
        yield f"status-{status}", "A code that proves, under no status of a refusal.", status, "none", {"code": listed}, UNKNOWN


def identities(ours):
    """Whose an answer is decides whether it says anything."""
    believed = {"ours", "next-key", "none", "echo", "echo-case", "no-hits", "cache-control", "varnish"}
    refusal = {"error": {"code": "invalid_signature", "message": "Invalid Header Signature"}}
    for whose in HEADERS:
        outcome = said(whose in believed)
        yield f"whose-{whose}-refusal", "A refusal that proves.", 400, whose, refusal, outcome
        signed = whose in ("ours", "next-key")
        yield f"whose-{whose}-order", "An answer about our order.", 200, whose, ours, GENERATED if signed else UNKNOWN
        yield f"whose-{whose}-replay", "The same, to the order sent again.", 409, whose, ours, GENERATED if signed else UNKNOWN


def orders(invoice, amount):
    """What a signed answer about an order says, whatever its status."""
    refusal = {"error": {"code": "invalid_signature", "message": "x"}}
    for id, body, outcome in [
        ("pending", about(invoice, amount), GENERATED),
        ("pending-and-error", {**about(invoice, amount), **refusal}, GENERATED),
        ("failed", about(invoice, amount, "FAILED", None), REFUSED),
        ("failed-with-url", about(invoice, amount, "FAILED"), REFUSED),
        ("no-url", about(invoice, amount, url=None), UNKNOWN),
        ("plain-url", about(invoice, amount, url="http://pay.indodana.com/1"), UNKNOWN),
        ("success", about(invoice, amount, "SUCCESS"), UNKNOWN),
        ("expired", about(invoice, amount, "EXPIRED"), UNKNOWN),
        ("failed-lower-case", about(invoice, amount, "failed"), UNKNOWN),
        ("other-invoice", about("INV-OTHER", amount), UNKNOWN),
        ("other-invoice-failed", about("INV-OTHER", amount, "FAILED", None), UNKNOWN),
        ("other-amount", about(invoice, amount + 1), UNKNOWN),
        ("other-amount-failed", about(invoice, amount + 1, "FAILED", None), UNKNOWN),
        ("other-invoice-and-error", {**about("INV-OTHER", amount), **refusal}, UNKNOWN),
    ]:
        for status in (200, 400, 409, 500):
            yield f"order-{id}-{status}", "A signed answer about an order.", status, "ours", body, outcome
        # An unsigned one says nothing of the order, and more than a refusal.
        for status in (200, 400):
            yield f"order-{id}-{status}-unsigned", "The same, unsigned.", status, "none", body, UNKNOWN
    texts = [f"{amount}", f"{amount}.0", f"{amount}.00"]
    for written, body in zip(["text", "text-decimal", "text-decimals"], texts):
        yield f"amount-{written}", "The amount as text.", 200, "ours", about(invoice, body), GENERATED
    for written, text in (("number-decimal", f"{amount}.0"), ("number-decimals", f"{amount}.00")):
        body = json.dumps(about(invoice, amount)).replace(str(amount), text).encode()
        yield f"amount-{written}", "The amount with decimals.", 200, "ours", body, GENERATED
    for written, body in (("fraction", amount + 0.5), ("thousands", "100.000"), ("list", [amount]), ("null", None)):
        yield f"amount-{written}", "What is no amount.", 200, "ours", about(invoice, body), UNKNOWN
        both = {**about(invoice, body), **refusal}
        yield f"amount-{written}-and-error", "The same, and a refusal.", 400, "ours", both, UNKNOWN
    for id, body in (("refusal", refusal), ("empty", b""), ("list", []), ("html", b"<html/>")):
        yield f"success-{id}", "A signed success that is about no order.", 200, "ours", body, UNKNOWN


def about(invoice, amount, status="PENDING", url=PAGE):
    """An answer about an order."""
    return {"order": {"invoice_number": invoice, "amount": amount}, "payment": {"status": status, "url": url}}


def said(proves):
    return REFUSED if proves else UNKNOWN


def slug(name):
    words = "".join(character if character.isalnum() else " " for character in name.replace("_", " "))
    return ("upper-" if name.isupper() and "_" in name else "") + "-".join(words.lower().split())


def signed(client_id=CLIENT_ID, key=KEY, request_id=REQUEST_ID):
    """Returns what makes the headers of a signed answer."""

    def headers(body):
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        time = "2026-01-05T08:45:43Z"
        text = "\n".join([f"Client-Id:{client_id}", f"Request-Id:{request_id}", f"Response-Timestamp:{time}",
                          f"Request-Target:{TARGET}", f"Digest:{digest}"])
        mac = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
        return [["Client-Id", client_id], ["Request-Id", request_id], ["Response-Timestamp", time],
                ["Signature", f"HMACSHA256={mac}"]]

    return headers


def unsigned(*headers):
    return lambda body: [list(header) for header in headers]


# Whose an answer is, and what makes its headers.
HEADERS = {
    "ours": signed(),
    "next-key": signed(key=NEXT_KEY),
    "other-key": signed(key=ELSE["key"]),
    "other-request": signed(request_id=ELSE["request_id"]),
    "other-client": signed(client_id=ELSE["client_id"]),
    "cut-signature": lambda body: [*signed()(body)[:3], ["Signature", "HMACSHA256="]],
    "none": unsigned(),
    "echo": unsigned(("Request-Id", REQUEST_ID), ("Client-Id", CLIENT_ID), ("X-Cache", "Miss from cloudfront")),
    "echo-case": unsigned(("request-id", REQUEST_ID), ("CLIENT-ID", CLIENT_ID), ("cf-cache-status", "DYNAMIC")),
    "names-other-request": unsigned(("Request-Id", ELSE["request_id"])),
    "names-two-requests": unsigned(("Request-Id", REQUEST_ID), ("request-id", ELSE["request_id"])),
    "names-other-client": unsigned(("client-id", ELSE["client_id"]), ("Request-Id", REQUEST_ID)),
    "age": unsigned(("Age", "0")),
    "warning": unsigned(("Warning", '110 - "Response is Stale"')),
    "x-cache-hit": unsigned(("X-Cache", "Hit from cloudfront")),
    "x-cache-status-hit": unsigned(("x-cache-status", "HIT")),
    "cf-stale": unsigned(("CF-Cache-Status", "STALE")),
    "cf-revalidated": unsigned(("CF-Cache-Status", "REVALIDATED")),
    "cache-status-hit": unsigned(("Cache-Status", "proxy; fwd=miss"), ("Cache-Status", "proxy.example; hit; ttl=4")),
    "cache-updating": unsigned(("X-Cache-Status", "updating")),
    "cache-lookup-hit": unsigned(("X-Cache-Lookup", "HIT from proxy:3128")),
    "cf-expired": unsigned(("CF-Cache-Status", "EXPIRED")),
    "rack-cache-fresh": unsigned(("X-Rack-Cache", "fresh")),
    "cache-hits": unsigned(("X-Cache-Hits", "0, 3")),
    "no-hits": unsigned(("X-Cache-Hits", "0, 0")),
    "cache-control": unsigned(("Cache-Control", "no-cache, stale-if-error=60"), ("CDN-Cache-Control", "stale-if-error=60")),
    "varnish": unsigned(("X-Varnish", "32770"), ("Via", "1.1 varnish")),
    "varnish-hit": unsigned(("X-Varnish", "32770 32768")),
}


def printable(body):
    """Returns a body as JSON says it: as text where it is text that prints."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\0"
    return {"utf8": text} if text.isprintable() and text.isascii() else {"base64": base64.b64encode(body).decode()}


def as_json(vectors):
    """The file, a vector a line, ASCII only."""
    lines = [json.dumps({**vector, "body": printable(vector["body"])}) for vector in vectors]
    description = "What an answer to generate order says of the order. Made by check_answers.py; see answers.md."
    return f'{{"description": "{description}", "vectors": [\n' + ",\n".join(lines) + "\n]}\n"


def as_tsv(vectors):
    """One vector a line, below a line of column names; keys, headers and body in Base64, `-` for none."""

    def encode(value):
        return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()

    lines = ["\t".join(FIELDS)]
    for vector in vectors:
        cells = {
            **vector,
            "keys": ",".join(map(encode, vector["keys"])),
            "headers": ",".join(":".join(map(encode, header)) for header in vector["headers"]) or "-",
            "body": encode(vector["body"]) or "-",
        }
        lines.append("\t".join(str(cells[name]) for name in FIELDS))
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
