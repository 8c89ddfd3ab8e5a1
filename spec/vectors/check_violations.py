#!/usr/bin/env python3
"""Checks the violation vectors in this directory, and ../examples; see violations.md for their format.

    check_violations.py                    check violations.json and its twins
    check_violations.py --write            write the twins from violations.json, then check
    check_violations.py --no-jsonschema    leave out the first way (the package jsonschema)

The lists of every vector are made twice, by the two ways of contract.py. Prints a line for each failure, then
`N passed, N failed`; exits with 1 if anything failed. Needs Python 3.8 or later, and for the first way
`pip install jsonschema pyyaml`.
"""

import importlib.util
import json
import re
import sys
from copy import deepcopy
from pathlib import Path

sys.dont_write_bytecode = True  # The two modules lie here, and their compiled form would too.
from check import check_ids, encoded
from contract import CODES, COMPONENTS, SPEC, JsonSchema, Plain, parse

HERE = Path(__file__).resolve().parent
BASE = SPEC / "examples" / "generate_order.request.minimal.json"
EXAMPLE_NAME = (
    r"(generate_order(?=\.re|\.error)|payment_notification(?=\.n)|check_status(?=\.status|\.error))"
    rf"\.(?P<kind>{'|'.join(COMPONENTS)})(\.(?!invalid\.)[a-z0-9-]+)?(?P<invalid>\.invalid)?\.json"
)
# In the order of the file; `base` and `changes` may stand in place of `utf8`.
FIELDS = "id comment kind utf8 result violations advisories flags".split()
# In the order of the twins.
COLUMNS = "id comment kind payload result violations advisories flags".split()
# Flags that the payload does not show.
GIVEN = {"published"}


def main(arguments):
    if not set(arguments) <= {"--write", "--no-jsonschema"}:
        print("usage: check_violations.py [--write] [--no-jsonschema]", file=sys.stderr)
        return 2
    missing = [name for name in ("jsonschema", "yaml") if not importlib.util.find_spec(name)]
    if missing and "--no-jsonschema" not in arguments:
        print("run `pip install jsonschema pyyaml`, or pass --no-jsonschema", file=sys.stderr)
        return 2
    text = (HERE / "violations.json").read_text("utf-8")
    vectors = json.loads(text)["vectors"]
    twins = {"violations.ndjson": ndjson, "violations.tsv": tsv}
    if "--write" in arguments:
        for name, twin in twins.items():
            (HERE / name).write_bytes(twin(vectors).encode())
    ways = [Plain()] if "--no-jsonschema" in arguments else [JsonSchema(), Plain()]

    results = [(f"vector {vector.get('id')}", check(vector, ways)) for vector in vectors]
    results += [(name, check_twin(name, twin(vectors))) for name, twin in twins.items()]
    results.append(("ids", check_ids(vectors)))
    results += [(f"rule {name}", check_rule(name, vectors)) for name in sorted(set(rules(Plain().schemas)))]
    results += [(path.name, check_example(path, ways)) for path in sorted((SPEC / "examples").glob("*.json"))]
    for name, failures in results:
        for failure in failures:
            print(f"{name}: {failure}")
    failed = sum(1 for _, failures in results if failures)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def check(vector, ways):
    """Returns what is wrong with a vector: a list of lines."""
    fields = [name for name in vector if name != "base"]
    if ["utf8" if name == "changes" else name for name in fields] != FIELDS:
        return ["the fields must be, in this order: " + " ".join(FIELDS)]
    if vector.get("base", "minimal") != "minimal" or ("base" in vector) != ("changes" in vector):
        return ["the base must be minimal, and goes with changes"]
    failures = []
    text = payload(vector)
    listed = parse(json.dumps([vector["violations"], vector["advisories"]]))
    for way in ways:
        for name, expected, found in zip(("violations", "advisories"), listed, way.findings(vector["kind"], text)):
            if expected != found:
                failures.append(f"{name} are {shown(expected)}, should be {shown(found)} ({way.name})")
    result = "invalid" if vector["violations"] else "valid"
    if vector["result"] != result:
        failures.append(f"result is {vector['result']}, should be {result}")
    flags = [flag for flag in vector["flags"] if flag not in GIVEN]
    if flags != flags_of(vector, text):
        failures.append(f"flags are {' '.join(flags)}, should be {' '.join(flags_of(vector, text))}")
    return failures


def check_twin(name, text):
    path = HERE / name
    same = path.exists() and path.read_bytes() == text.encode()
    return [] if same else ["differs from violations.json; run check_violations.py --write"]


def check_rule(name, vectors):
    found = any(vector["id"] == name or vector["id"].startswith(f"{name}.") for vector in vectors)
    return [] if found else ["has no vector"]


def check_example(path, ways):
    name = re.fullmatch(EXAMPLE_NAME, path.name)
    if not name:
        return ["the name does not say what it is"]
    refused = [way.name for way in ways if way.findings(name["kind"], path.read_text("utf-8"))[0]]
    return [] if refused == ([way.name for way in ways] if name["invalid"] else []) else [f"refused by {refused}"]


def rules(schemas, name="GenerateOrderRequest"):
    """Yields the names of all vectors that the rules of a component, and of those it uses, ask for."""
    schema = schemas[name]
    for rule in CODES.keys() & schema.keys():
        if rule == "maximum" and schema.get("exclusiveMaximum"):
            continue
        if rule != "type" or schema["type"] in ("integer", "number"):
            yield f"{name}.{rule}.edge"
        yield f"{name}.{rule}.over"
    for rule in CODES.keys() & schema.get("x-advisory", {}).keys():
        yield from (f"{name}.x-advisory.{rule}.edge", f"{name}.x-advisory.{rule}.over")
    for child in [*schema.get("properties", {}).values(), schema.get("items", {})]:
        if "$ref" in child:
            yield from rules(schemas, child["$ref"].rsplit("/", 1)[1])


def payload(vector):
    """Returns the JSON text that a vector is about."""
    if "utf8" in vector:
        return vector["utf8"]
    document, raw = json.loads(BASE.read_text("utf-8")), {}
    for number, change in enumerate(vector["changes"]):
        value = deepcopy(change.get("value"))
        if "raw" in change:
            value = f"@raw:{number}@"
            raw[json.dumps(value)] = change["raw"]
        *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in change["path"].split("/")[1:]]
        parent = document
        for step in steps:
            parent = parent[int(step) if isinstance(parent, list) else step]
        if isinstance(parent, dict):
            assert change["op"] == "add" or last in parent, f"{vector['id']}: {change['path']} does not exist"
        if change["op"] == "remove":
            del parent[int(last) if isinstance(parent, list) else last]
        elif isinstance(parent, list) and change["op"] == "add":
            parent.insert(len(parent) if last == "-" else int(last), value)
        else:
            parent[int(last) if isinstance(parent, list) else last] = value
    text = json.dumps(document, ensure_ascii=False)
    for placeholder, exact in raw.items():
        text = text.replace(placeholder, exact)
    return text


def flags_of(vector, text):
    """Returns the flags that a vector has by itself, in the order of violations.md."""
    parts, numbers = vector["id"].split("."), []
    # Floats come here as they are written; integers with more than 15 digits are not exact everywhere.
    json.loads(text, parse_float=numbers.append, parse_int=lambda digits: len(digits) > 15 and numbers.append(digits))
    texts = list(strings(json.loads(text)))
    pointers = "".join(finding["pointer"] for finding in vector["violations"] + vector["advisories"])
    marks = {
        "edge": "edge" in parts,
        "over": "over" in parts,
        "advisory": bool(vector["advisories"]),
        "several": len(vector["violations"]) > 1,
        "number": bool(numbers),
        "unicode": any(not each.isascii() for each in texts),
        "control": any(re.search(r"[\x00-\x1f\x7f]", each) for each in texts),
        "escaped-pointer": "~" in pointers,
    }
    return [flag for flag, has in marks.items() if has]


def strings(value):
    if isinstance(value, str):
        yield value
    for child in [*value.items()] if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []:
        yield from strings(child)


def shown(findings):
    return ", ".join(f"{f['pointer'] or 'the whole'} {f['code']} {f['rule']} {f['limit']}" for f in findings) or "none"


def row(vector):
    return {name: payload(vector) if name == "payload" else vector[name] for name in COLUMNS}


def ndjson(vectors):
    """One vector a line, ASCII only, with the payload in place of the changes."""
    return "".join(json.dumps(row(vector), separators=(",", ":")) + "\n" for vector in vectors)


def tsv(vectors):
    """One vector a line, below a line of column names; `-` is an empty list."""
    lines = [COLUMNS] + [[cell(name, value) for name, value in row(vector).items()] for vector in vectors]
    return "".join("\t".join(line) + "\n" for line in lines)


def cell(name, value):
    if value == []:
        return "-"
    if name == "payload":
        return encoded(value)
    if name in ("violations", "advisories"):
        return ",".join(map(finding_cell, value))
    return ",".join(value) if name == "flags" else value


def finding_cell(finding):
    parts = [encoded(finding["pointer"]), finding["code"], finding["rule"], encoded(json.dumps(finding["limit"]))]
    return ":".join(parts + ([finding["deviation"]] if "deviation" in finding else []))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
