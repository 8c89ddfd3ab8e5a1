"""The conformance vectors, which other implementations made, through the package."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from conftest import SPEC

import doku_indodana as doku

SIGNATURES = json.loads((SPEC / "vectors" / "signatures.json").read_bytes())["vectors"]
INPUTS = json.loads((SPEC / "vectors" / "inputs.json").read_bytes())["vectors"]
VIOLATIONS = json.loads((SPEC / "vectors" / "violations.json").read_bytes())["vectors"]
BASE = json.loads((SPEC / "examples" / "generate_order.request.minimal.json").read_bytes())


def body_of(vector: dict[str, Any]) -> bytes | None:
    body = vector["body"]
    if body is None:
        return None
    return body["utf8"].encode() if "utf8" in body else base64.b64decode(body["base64"])


@pytest.mark.parametrize("vector", SIGNATURES, ids=lambda vector: vector["id"])
def test_signature(vector: dict[str, Any]) -> None:
    body = body_of(vector)
    if body is not None and vector["digest"] is not None:
        assert doku.digest(body) == vector["digest"]
    parts: dict[str, Any] = {name: vector[name] for name in ("request_id", "method", "target")}
    if vector["method"] == "POST":
        parts["digest"] = vector["digest"]
    if vector["string_to_sign"] is not None:
        text = doku.string_to_sign(
            client_id=vector["client_id"], timestamp=vector["timestamp"], answer=vector["kind"] == "response", **parts
        )
        assert text == vector["string_to_sign"]
    if vector["kind"] == "request":
        headers = doku.sign(vector["client_id"], vector["keys"][0], timestamp=vector["timestamp"], **parts)
        assert (headers["Signature"] == vector["signature"]) == (vector["result"] == "valid")
        assert list(headers) == ["Client-Id", "Request-Id", "Request-Timestamp", "Signature"]
        if body is not None:
            del parts["digest"]
            again = doku.sign(vector["client_id"], vector["keys"][0], timestamp=vector["timestamp"], body=body, **parts)
            assert again == headers
    elif vector["kind"] in ("response", "notification"):
        check_verdict(vector, body or b"")


@pytest.mark.parametrize("vector", INPUTS, ids=lambda vector: vector["id"])
def test_input(vector: dict[str, Any]) -> None:
    """What is refused before anything is signed, in every language."""
    value = vector["value"].get("utf8")
    value = base64.b64decode(vector["value"]["base64"]).decode() if value is None else value
    uses: dict[str, Callable[[], object]] = {
        "client_id": lambda: doku.Verifier(value, "SK-1"),
        "secret_key": lambda: doku.Verifier("BRN-1", "SK-1", value),
        "request_id": lambda: doku.sign("BRN-1", "SK-1", request_id=value, method="GET", target="/a"),
        "target": lambda: doku.sign("BRN-1", "SK-1", request_id="r", method="GET", target=value),
    }
    use = uses[vector["input"]]
    if vector["result"] == "valid":
        use()
        return
    with pytest.raises(doku.InputError) as refused:
        use()
    assert (refused.value.code, refused.value.outcome) == ("configuration", "nothing_sent")
    assert not re.search("SK-test|BRN-0000", str(refused.value))
    if vector["input"] == "target":
        with pytest.raises(doku.VerificationError, match="target"):
            doku.Verifier("BRN-1", "SK-1").verify_notification(value, {}, b"")


def check_verdict(vector: dict[str, Any], body: bytes) -> None:
    verifier = doku.Verifier(vector["client_id"], *vector["keys"])
    headers = [(name, value) for name, value in vector["headers"]]
    reason = None
    try:
        if vector["kind"] == "notification":
            assert verifier.verify_notification(vector["target"], headers, body).body == body
        else:
            request_id = vector["request_id"] or "unknown"
            assert verifier.verify_response(vector["target"], request_id, headers, body).body == body
    except doku.VerificationError as error:
        reason = error.code
        assert error.signed == vector["matching_target"]
    assert reason == vector["reason"]
    assert (reason is None) == (vector["result"] == "valid")


def payload(vector: dict[str, Any]) -> bytes:
    """Returns the JSON text that a vector is about; see spec/vectors/violations.md."""
    if "utf8" in vector:
        return str(vector["utf8"]).encode()
    document, raw = deepcopy(BASE), {}
    for number, change in enumerate(vector["changes"]):
        value = deepcopy(change.get("value"))
        if "raw" in change:
            value = f"@raw:{number}@"
            raw[json.dumps(value)] = change["raw"]
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in change["path"].split("/")[1:]]
        parent = document
        for step in steps:
            parent = parent[int(step) if isinstance(parent, list) else step]
        if change["op"] == "remove":
            del parent[int(last) if isinstance(parent, list) else last]
        elif isinstance(parent, list) and change["op"] == "add":
            parent.insert(len(parent) if last == "-" else int(last), value)
        else:
            parent[int(last) if isinstance(parent, list) else last] = value
    text = json.dumps(document, ensure_ascii=False)
    for placeholder, exact in raw.items():
        text = text.replace(placeholder, exact)
    return text.encode()


def brief(findings: list[doku.Violation], *more: str) -> list[dict[str, Any]]:
    return [{name: getattr(found, name) for name in ("pointer", "code", "rule", "limit", *more)} for found in findings]


@pytest.mark.parametrize("vector", VIOLATIONS, ids=lambda vector: vector["id"])
def test_violations(vector: dict[str, Any]) -> None:
    text = payload(vector)
    report = doku.check(vector["kind"], text)
    assert brief(report.violations) == vector["violations"]
    assert brief(report.advisories, "deviation") == vector["advisories"]
    assert report.is_valid == (not vector["violations"])
    # What is refused is not prepared either, and for the same reasons.
    if report.is_valid:
        assert doku.prepare(text).body == text
    else:
        with pytest.raises(doku.InputError) as refused:
            doku.prepare(text)
        assert (refused.value.code, refused.value.violations) == ("violations", report.violations)
    check_value(text, report)


def check_value(text: bytes, report: doku.Report) -> None:
    """The same as a dict instead of text: exact numbers, written plainly, and so the same other findings."""
    value = json.loads(text, parse_float=Decimal)
    if isinstance(value, dict):
        found = doku.check("request", value)
        advisories, others = (
            [advisory for advisory in each.advisories if advisory.code != "not_plain"] for each in (found, report)
        )
        assert (found.violations, advisories) == (report.violations, others)


def test_all_vectors_are_judged() -> None:
    assert len(SIGNATURES) > 360
    assert len(VIOLATIONS) > 150
