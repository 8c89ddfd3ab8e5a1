"""Checks violations.json and ../examples against ../openapi.yaml with Python's jsonschema, without the crate.

    pip install jsonschema pyyaml
    python check_violations.py

Prints the number of checks passed and failed; the exit code is 1 when any failed.
"""

import json
import re
import sys
from copy import deepcopy
from fractions import Fraction
from math import prod
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

SPEC = Path(__file__).resolve().parent.parent
BASE = SPEC / "examples" / "generate_order.request.minimal.json"
COMPONENTS = dict(
    request="GenerateOrderRequest", response="GenerateOrderResponse", notification="PaymentNotification",
    status="OrderStatus", error="ErrorBody",
)
CODES = dict(
    required="missing", additionalProperties="unknown_field", type="wrong_type", minLength="too_short",
    maxLength="too_long", pattern="bad_format", enum="not_listed", minimum="too_small", maximum="too_large",
    exclusiveMaximum="too_large", minItems="too_few",
) | {"x-decimal-places": "too_precise", "x-sum": "sum_mismatch"}
EXAMPLE_NAME = (
    r"(generate_order(?=\.re|\.error)|payment_notification(?=\.n)|check_status(?=\.status|\.error))"
    rf"\.(?P<kind>{'|'.join(COMPONENTS)})(\.(?!invalid\.)[a-z0-9-]+)?(?P<invalid>\.invalid)?\.json"
)
WITHOUT_LIMIT = {"required", "additionalProperties", "enum", "x-sum"}


ContractLoader = type("ContractLoader", (yaml.SafeLoader,), {"__doc__": "Reads numbers with a fraction exactly."})
ContractLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Fraction(loader.construct_scalar(node)))


def to_2020_12(node):
    """Returns an OpenAPI 3.0 schema, or a tree of them, with `nullable` written as a type."""
    if not isinstance(node, dict):
        return [to_2020_12(child) for child in node] if isinstance(node, list) else node
    node = {name: to_2020_12(child) for name, child in node.items()}
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    if node.get("nullable") is True and "oneOf" in node:
        node["oneOf"].append({"type": "null"})
    if node.get("exclusiveMaximum") is True:
        node["exclusiveMaximum"] = node.pop("maximum")
    return node


CONTRACT = to_2020_12(yaml.load((SPEC / "openapi.yaml").read_text("utf-8"), ContractLoader))
SCHEMAS = CONTRACT["components"]["schemas"]


def is_number(value):
    """Says whether a JSON value is a number; in Python `True` is an integer."""
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def required(validator, names, instance, schema):
    if validator.is_type(instance, "object"):
        yield from (ValidationError("missing", path=[name]) for name in names if name not in instance)


def additional_properties(validator, allowed, instance, schema):
    if allowed is False and validator.is_type(instance, "object"):
        unknown = (name for name in instance if name not in schema["properties"])
        yield from (ValidationError("unknown", path=[name]) for name in unknown)


def pattern(validator, expression, instance, schema):
    # In Python `$` also matches before a line feed at the end; in JSON Schema it does not.
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", expression), instance):
        yield ValidationError("format")


def decimal_places(validator, places, instance, schema):
    if is_number(instance) and (Fraction(instance) * 10**places).denominator != 1:
        yield ValidationError("precision")


def exact_sum(validator, rule, instance, schema):
    if not isinstance(instance, dict) or not isinstance(instance.get(rule["items"]), list):
        return
    total, factors = instance.get(rule["total"]), rule["factors"]
    rows = [[i.get(f) for f in factors] if isinstance(i, dict) else [None] for i in instance[rule["items"]]]
    if all(map(is_number, [total, *sum(rows, [])])) and sum(map(prod, rows)) != total:
        yield ValidationError("sum", path=[rule["total"]])


def advisory(validator, rules, instance, schema):
    for error in validator.descend(instance, rules):
        error.deviation = rules["deviation"]
        yield error


Validator = validators.extend(
    Draft202012Validator,
    {
        "required": required,
        "additionalProperties": additional_properties,
        "pattern": pattern,
        "x-decimal-places": decimal_places,
        "x-sum": exact_sum,
        "x-advisory": advisory,
    },
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda checker, value: is_number(value) and Fraction(value).denominator == 1
    ),
)


def parse(text):
    """Returns a JSON value with exact numbers."""
    return json.loads(text, parse_float=Fraction)


def findings(kind, text):
    """Returns the sorted violations and the sorted advisories of a payload."""
    schema = CONTRACT | {"$ref": f"#/components/schemas/{COMPONENTS[kind]}"}
    violations, advisories = [], []
    for error in Validator(schema).iter_errors(parse(text)):
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in error.absolute_path)
        limit = None if error.validator in WITHOUT_LIMIT else error.validator_value
        found = {"pointer": pointer, "code": CODES.get(error.validator), "rule": error.validator, "limit": limit}
        if hasattr(error, "deviation"):
            advisories.append(found | {"deviation": error.deviation})
        else:
            violations.append(found)
    return tuple(sorted(found, key=lambda f: (f["pointer"], f["code"] or "")) for found in (violations, advisories))


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


def rules(name="GenerateOrderRequest"):
    """Yields the names of all vectors that the rules of a component, and of those it uses, ask for."""
    schema = SCHEMAS[name]
    for rule in CODES.keys() & schema.keys():
        if rule != "type" or schema["type"] in ("integer", "number"):
            yield f"{name}.{rule}.edge"
        yield f"{name}.{rule}.over"
    for rule in CODES.keys() & schema.get("x-advisory", {}).keys():
        yield from (f"{name}.x-advisory.{rule}.edge", f"{name}.x-advisory.{rule}.over")
    for child in [*schema.get("properties", {}).values(), schema.get("items", {})]:
        if "$ref" in child:
            yield from rules(child["$ref"].rsplit("/", 1)[1])


def checks():
    """Yields a name and whether the check of that name passed."""
    vectors = parse((SPEC / "vectors" / "violations.json").read_text("utf-8"))["vectors"]
    ids = [vector["id"] for vector in vectors]
    yield "the ids are unique", len(ids) == len(set(ids))
    for name in sorted(set(rules())):
        yield f"a vector for {name}", any(known == name or known.startswith(f"{name}.") for known in ids)
    for vector in vectors:
        found = findings(vector["kind"], payload(vector))
        yield vector["id"], found == (vector["violations"], vector["advisories"])
    for path in sorted((SPEC / "examples").glob("*.json")):
        name = re.fullmatch(EXAMPLE_NAME, path.name)
        refused = name and bool(findings(name["kind"], path.read_text("utf-8"))[0])
        yield path.name, name is not None and refused == bool(name["invalid"])


if __name__ == "__main__":
    results = list(checks())
    failed = [name for name, passed in results if not passed]
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    sys.exit(bool(failed))
