#!/usr/bin/env python3
"""Checks the signature vectors in this directory; see README.md for their format.

    check.py                 check signatures.json and its twins
    check.py --write         write the twins from signatures.json, then check
    check.py --no-openssl    leave out the second way (the openssl command)

Every digest and HMAC is made twice: by Python's hashlib and hmac, and by openssl. Prints a line for
each failure, then `N passed, N failed`; exits with 1 if anything failed. Needs Python 3.8 or later.
"""

import base64
import collections
import functools
import hashlib
import hmac
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent

# In the order of the file and of the TSV columns.
FIELDS = (
    "id comment kind method client_id request_id timestamp target body digest keys headers "
    "string_to_sign signature result reason matching_target made_from flags"
).split()
KINDS = ("request", "response", "notification", "digest")
REASONS = (
    "missing_header duplicate_header malformed_header malformed_signature client_id_mismatch "
    "signature_mismatch target_mismatch"
).split()
MAX_BODY = 4096
MAX_REQUEST_ID = 128
MAX_TIMESTAMP = 64
MAX_PREFIX = 4
# 43 characters of standard Base64 hold 258 bits. The last two must be zero, so the last character
# is one of sixteen. The padding may be left out.
SIGNATURE = re.compile(r"HMACSHA256=([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048])=?")


def main(arguments):
    if not set(arguments) <= {"--write", "--no-openssl"}:
        print("usage: check.py [--write] [--no-openssl]", file=sys.stderr)
        return 2
    if "--no-openssl" not in arguments and not shutil.which("openssl"):
        print("no openssl command here; install it or pass --no-openssl", file=sys.stderr)
        return 2
    vectors = json.loads((HERE / "signatures.json").read_text("utf-8"))["vectors"]
    twins = {"signatures.ndjson": ndjson, "signatures.tsv": tsv}
    if "--write" in arguments:
        for name, text in twins.items():
            (HERE / name).write_bytes(text(vectors).encode())
    ways = [Python()] if "--no-openssl" in arguments else [Python(), OpenSsl()]

    results = [(f"vector {v.get('id')}", check(v, ways)) for v in vectors]
    results += [(name, check_twin(name, text(vectors))) for name, text in twins.items()]
    results.append(("ids", check_ids(vectors)))
    for name, failures in results:
        for failure in failures:
            print(f"{name}: {failure}")
    failed = sum(1 for _, failures in results if failures)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def check(vector, ways):
    """Returns what is wrong with a vector: a list of lines."""
    failures = list(check_shape(vector))
    return failures or [f"{line} ({way.name})" for way in ways for line in check_values(vector, way)]


def check_shape(v):
    if list(v) != FIELDS:
        yield "the fields must be, in this order: " + " ".join(FIELDS)
        return
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", v["id"]):
        yield "the id is not in kebab case"
    for field in ("comment", "client_id", "request_id", "timestamp", "target", "signature"):
        if not (v[field] or "").isprintable():
            yield f"{field} has characters that do not print"
    if v["kind"] not in KINDS or v["method"] not in ("POST", "GET"):
        yield "unknown kind or method"
    if (v["digest"] is None) != (v["method"] == "GET") or v["body"] and v["method"] == "GET":
        yield "a POST has a digest, a GET has neither body nor digest"
    if v["result"] == "valid" and any(v[f] for f in ("reason", "matching_target", "made_from")):
        yield "a valid vector has no reason, no matching_target and no made_from"
    if v["result"] != "valid" and (v["result"] != "invalid" or v["reason"] not in REASONS):
        yield "unknown result or reason"
    if (v["reason"] == "target_mismatch") != (v["matching_target"] is not None):
        yield "matching_target goes with target_mismatch"
    signed = "client_id request_id timestamp target keys string_to_sign signature".split()
    if any(map(v.get, signed)) if v["kind"] == "digest" else not v["keys"]:
        yield "keys and what is signed belong to all kinds but digest"
    verified = v["kind"] in ("response", "notification") or v["result"] == "invalid"
    if bool(v["headers"]) != verified and v["reason"] != "missing_header":
        yield "headers belong to vectors that are verified, and to no others"
    if v["headers"] and v["method"] == "POST" and v["body"] is None:
        yield "there is no body to verify"
    if v["body"] is not None:
        if list(v["body"]) not in (["utf8"], ["base64"]):
            yield "the body must be {\"utf8\": …} or {\"base64\": …}"
            return
        text = v["body"].get("utf8", "")
        if unicodedata.normalize("NFC", text) != text or not re.sub(r"[\t\r\n]", "", text).isprintable():
            yield "this body text may change in an editor: give it as base64"
        if len(body_bytes(v)) >= MAX_BODY:
            yield f"the body has {MAX_BODY} bytes or more"


def check_values(v, way):
    body = body_bytes(v)
    if body is not None and v["digest"] != way.digest(body):
        yield f"digest is {v['digest']}, should be {way.digest(body)}"
    if v["kind"] == "digest":
        return

    string = own_string(v)
    if v["string_to_sign"] != string:
        yield f"string_to_sign is {v['string_to_sign']!r}, should be {string!r}"
    if v["kind"] == "request" and string:
        signature = sign(way, v["keys"][0], string)
        if (v["signature"] == signature) != (v["result"] == "valid"):
            yield f"signature is {v['signature']}, signing gives {signature}"
    if v["made_from"]:
        signature = sign(way, v["made_from"]["key"], v["made_from"]["string"])
        if v["signature"] != signature:
            yield f"signature is {v['signature']}, made_from gives {signature}"
    if v["headers"] or v["reason"]:
        yield from check_header_fields(v)
        verdict = verify(v, way)
        expected = (v["result"], v["reason"], v["matching_target"])
        if verdict != expected:
            yield f"verdict is {expected}, should be {verdict}"


def check_header_fields(v):
    names = {"request_id": "Request-Id", "timestamp": timestamp_name(v), "signature": "Signature"}
    for field, name in names.items():
        values = header_values(v, name)
        usable = len(values) == 1 and (field == "signature" or is_usable(name, values[0]))
        expected = values[0] if usable else None
        if v[field] != expected:
            yield f"{field} is {v[field]!r}, the headers say {expected!r}"


def check_twin(name, text):
    path = HERE / name
    same = path.exists() and path.read_bytes() == text.encode()
    return [] if same else ["differs from signatures.json; run check.py --write"]


def check_ids(vectors):
    counts = collections.Counter(v.get("id") for v in vectors)
    return [f"{id} is not unique" for id, count in counts.items() if count > 1]


def verify(v, way):
    """Judges the headers of a vector and returns (result, reason, matching_target)."""
    names = ("Client-Id", "Request-Id", timestamp_name(v), "Signature")
    found = [header_values(v, name) for name in names]
    if not all(found):
        return "invalid", "missing_header", None
    if any(len(values) > 1 for values in found):
        return "invalid", "duplicate_header", None
    client_id, request_id, timestamp, signature = (values[0] for values in found)
    if not all(map(is_usable, names[:3], (client_id, request_id, timestamp))):
        return "invalid", "malformed_header", None
    match = SIGNATURE.fullmatch(signature)
    if not match:
        return "invalid", "malformed_signature", None
    if client_id != v["client_id"]:
        return "invalid", "client_id_mismatch", None

    mac = base64.b64decode(match.group(1) + "=")
    digest = way.digest(body_bytes(v)) if v["method"] == "POST" else None
    for target in [v["target"]] + target_variants(v["target"]):
        string = string_to_sign(client_id, request_id, timestamp_name(v), timestamp, target, digest)
        if any(hmac.compare_digest(mac, way.mac(key.encode(), string.encode())) for key in v["keys"]):
            valid = target == v["target"]
            return ("valid", None, None) if valid else ("invalid", "target_mismatch", target)
    return "invalid", "signature_mismatch", None


def target_variants(target):
    """Other spellings of a target, as a proxy or a careless configuration causes them."""
    path, mark, query = target.partition("?")
    segments = path.split("/")[1:]
    count = min(MAX_PREFIX, len(segments) - 1)
    variants = [
        (path[:-1] if path.endswith("/") else path + "/") + mark + query,
        path,
        *("/" + "/".join(segments[removed:]) + mark + query for removed in range(1, count + 1)),
        "/api" + target,
    ]
    return [variant for variant in variants if variant.startswith("/") and variant != target]


def sign(way, key, string):
    return "HMACSHA256=" + base64.b64encode(way.mac(key.encode(), string.encode())).decode()


def own_string(v):
    """The string for the fields of a vector; None if a header to make it from is unusable or not ours."""
    foreign = v["headers"] and header_values(v, "Client-Id") != [v["client_id"]]
    if foreign or v["request_id"] is None or v["timestamp"] is None:
        return None
    return string_to_sign(
        v["client_id"], v["request_id"], timestamp_name(v), v["timestamp"], v["target"], v["digest"]
    )


def string_to_sign(client_id, request_id, timestamp_name, timestamp, target, digest):
    string = f"Client-Id:{client_id}\nRequest-Id:{request_id}\n"
    string += f"{timestamp_name}:{timestamp}\nRequest-Target:{target}"
    return string if digest is None else f"{string}\nDigest:{digest}"


def timestamp_name(v):
    return "Response-Timestamp" if v["kind"] == "response" else "Request-Timestamp"


def header_values(v, name):
    return [value for key, value in v["headers"] if key.lower() == name.lower()]


def is_usable(name, value):
    if name == "Request-Id":
        return len(value) <= MAX_REQUEST_ID and re.fullmatch(r"[\x21-\x7e]+", value) is not None
    too_long = name.endswith("-Timestamp") and len(value) > MAX_TIMESTAMP
    return not too_long and re.fullmatch(r"[\x20-\x7e]+", value) is not None


def body_bytes(v):
    if v["body"] is None:
        return None
    text = v["body"].get("utf8")
    return base64.b64decode(v["body"]["base64"]) if text is None else text.encode()


class Python:
    name = "python"

    def digest(self, data):
        return base64.b64encode(hashlib.sha256(data).digest()).decode()

    def mac(self, key, message):
        return hmac.new(key, message, hashlib.sha256).digest()


class OpenSsl:
    name = "openssl"

    def digest(self, data):
        return base64.b64encode(openssl(data)).decode()

    def mac(self, key, message):
        return openssl(message, "-mac", "HMAC", "-macopt", "hexkey:" + key.hex())


@functools.lru_cache(maxsize=None)
def openssl(data, *options):
    command = ["openssl", "dgst", "-sha256", "-binary", *options]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def ndjson(vectors):
    """One vector a line, ASCII only."""
    return "".join(json.dumps(v, separators=(",", ":")) + "\n" for v in vectors)


def tsv(vectors):
    """One vector a line, below a line of column names; `-` is null or an empty list."""
    lines = [FIELDS] + [[cell(field, v.get(field)) for field in FIELDS] for v in vectors]
    return "".join("\t".join(line) + "\n" for line in lines)


def cell(field, value):
    if value is None or value == []:
        return "-"
    if field == "body":
        return encoded(value["utf8"]) if "utf8" in value else value["base64"]
    if field == "string_to_sign":
        return encoded(value)
    if field == "keys":
        return ",".join(map(encoded, value))
    if field == "headers":
        return ",".join(f"{encoded(name)}:{encoded(text)}" for name, text in value)
    if field == "made_from":
        return f"{encoded(value['string'])}:{encoded(value['key'])}"
    return ",".join(value) if field == "flags" else value


def encoded(text):
    return base64.b64encode(text.encode()).decode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
