#!/usr/bin/env python3
"""Checks the vectors of inputs in this directory; see inputs.md for their format.

    check_inputs.py            check inputs.json and its twins
    check_inputs.py --write    write the twins from inputs.json, then check

Prints a line for each failure, then `N passed, N failed`; exits with 1 if anything failed. Needs Python 3.8 or later.
"""

import base64
import collections
import json
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent

# In the order of the file and of the TSV columns.
FIELDS = "id comment input value result reason".split()
QUOTES = "\"'"
CLIENT_IDS = ("BRN-", "MCH-", "SIM-")
INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
LONGEST = {"client_id": 128, "request_id": 128, "target": 2048}


def main(arguments):
    if not set(arguments) <= {"--write"}:
        print("usage: check_inputs.py [--write]", file=sys.stderr)
        return 2
    vectors = json.loads((HERE / "inputs.json").read_text("utf-8"))["vectors"]
    twins = {"inputs.ndjson": ndjson(vectors), "inputs.tsv": tsv(vectors)}
    if "--write" in arguments:
        for name, text in twins.items():
            (HERE / name).write_bytes(text.encode())
    results = [(f"vector {v.get('id')}", list(check(v))) for v in vectors]
    results += [(name, list(check_twin(name, text))) for name, text in twins.items()]
    counts = collections.Counter(v.get("id") for v in vectors)
    results.append(("ids", [f"{id} is not unique" for id, count in counts.items() if count > 1]))
    for name, failures in results:
        for failure in failures:
            print(f"{name}: {failure}")
    failed = sum(1 for _, failures in results if failures)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def check(v):
    """Yields what is wrong with a vector."""
    if list(v) != FIELDS:
        yield "the fields must be, in this order: " + " ".join(FIELDS)
        return
    if not re.fullmatch(re.escape(v["input"].replace("_", "-")) + r"(-[a-z0-9]+)+", v["id"]):
        yield "the id is not the input and more words in kebab case"
    if list(v["value"]) not in (["utf8"], ["base64"]) or not v["value"].get("utf8", "").isprintable():
        yield "the value must be {\"utf8\": text that prints} or {\"base64\": text}"
        return
    reason = why(v["input"], text(v))
    if (v["result"], v["reason"]) != ("invalid" if reason else "valid", reason):
        yield f"the verdict is {v['result']}, {v['reason']}; should be {reason or 'valid'}"


def why(kind, value):
    """Returns why a value is refused, or None."""
    if kind == "secret_key":
        return why_secret_key(value)
    if value == "" and kind != "target":
        return "empty"
    if kind == "target" and (not value.startswith("/") or "#" in value):
        return "not_a_path"
    if len(value) > LONGEST[kind]:
        return "too_long"
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        return "not_visible_ascii"
    if kind == "client_id" and value[0] in QUOTES and value[-1] in QUOTES:
        return "quoted"
    if kind == "client_id" and value.startswith("SK-"):
        return "is_secret_key"
    return None


def why_secret_key(key):
    if key == "":
        return "empty"
    if INVISIBLE.search(key):
        return "invisible_character"
    if key[0].isspace() or key[-1].isspace():
        return "white_space_at_edge"
    if any(unicodedata.category(character) == "Cc" for character in key):
        return "control_character"
    if key[0] in QUOTES and key[-1] in QUOTES:
        return "quoted"
    return "is_client_id" if key.startswith(CLIENT_IDS) else None


def text(v):
    encoded = v["value"].get("base64")
    return v["value"]["utf8"] if encoded is None else base64.b64decode(encoded).decode()


def check_twin(name, text):
    path = HERE / name
    if not path.exists() or path.read_bytes() != text.encode():
        yield "differs from inputs.json; run check_inputs.py --write"


def ndjson(vectors):
    """One vector a line, ASCII only."""
    return "".join(json.dumps(v, separators=(",", ":")) + "\n" for v in vectors)


def tsv(vectors):
    """One vector a line, below a line of column names; the value in Base64, `-` for no reason."""
    lines = [FIELDS]
    for v in vectors:
        value = base64.b64encode(text(v).encode()).decode()
        lines.append([v["id"], v["comment"], v["input"], value, v["result"], v["reason"] or "-"])
    return "".join("\t".join(line) + "\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
