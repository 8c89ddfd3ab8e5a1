"""The contract, read in two ways: by Python's jsonschema, and rule by rule.

They share how decimals and sums are counted, which JSON Schema does not have, and nothing else.

Each way has a name and `findings(kind, text)`, which returns the sorted violations and the sorted advisories of a
payload. `JsonSchema` reads ../openapi.yaml and needs the packages jsonschema and pyyaml. `Plain` reads
../generated/openapi-3.0.json and needs Python 3.8 or later alone.
"""

import json
import re
from fractions import Fraction
from math import prod
from pathlib import Path

SPEC = Path(__file__).resolve().parent.parent
COMPONENTS = dict(
    request="GenerateOrderRequest", response="GenerateOrderResponse", notification="PaymentNotification",
    status="OrderStatus", error="ErrorBody",
)
CODES = {
    "required": "missing", "additionalProperties": "unknown_field", "type": "wrong_type", "minLength": "too_short",
    "maxLength": "too_long", "pattern": "bad_format", "enum": "not_listed", "minimum": "too_small",
    "maximum": "too_large", "exclusiveMaximum": "too_large", "minItems": "too_few",
    "x-decimal-places": "too_precise", "x-sum": "sum_mismatch", "x-plain-digits": "not_plain", "x-reserved": "reserved",
    "multipleOf": "no_alternative", "x-written-decimals": "no_alternative",
}
WITHOUT_LIMIT = {"required", "additionalProperties", "enum", "x-sum", "x-plain-digits", "x-reserved"}
# What says nothing about a value, or is judged together with another keyword.
SILENT = set("description x-source x-deviation x-sensitive x-extensible-enum example deviation nullable "
             "properties items exclusiveMaximum".split())


class Written(Fraction):
    """An exact number that knows how many decimals it is written with, the exponent applied."""

    def __new__(cls, text):
        number = super().__new__(cls, text)
        mantissa, _, exponent = text.lower().partition("e")
        number.decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
        return number


def parse(text):
    """Returns a JSON value with exact numbers."""
    return json.loads(text, parse_float=Written)


def is_number(value):
    """Says whether a JSON value is a number; in Python `True` is an integer."""
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def matches(pattern, text):
    # In Python `$` also matches before a line feed at the end; in JSON Schema it does not.
    return re.search(re.sub(r"\$$", r"\\Z", pattern), text)


def is_precise(value, places):
    return (Fraction(value) * 10**places).denominator == 1


def decimals(value):
    """Returns how many decimals a number is written with."""
    return getattr(value, "decimals", 0)


def has_sum(value, rule):
    """Says whether the total is the sum over the items, or cannot be judged."""
    items, total = value.get(rule["items"]), value.get(rule["total"])
    if not isinstance(items, list):
        return True
    rows = [[item.get(name) for name in rule["factors"]] if isinstance(item, dict) else [None] for item in items]
    judged = all(map(is_number, [total, *sum(rows, [])]))
    return not judged or sum(map(prod, rows)) == total


def sorted_findings(findings):
    """Returns violations and advisories from (steps, rule, limit, deviation or None)."""
    violations, advisories = [], []
    for steps, rule, limit, deviation in findings:
        pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
        limit = None if rule in WITHOUT_LIMIT else limit
        found = {"pointer": pointer, "code": CODES.get(rule), "rule": rule, "limit": limit}
        if deviation is None:
            violations.append(found)
        else:
            advisories.append({**found, "deviation": deviation})
    return tuple(sorted(each, key=lambda f: (f["pointer"], f["code"] or "")) for each in (violations, advisories))


class Plain:
    """Reads the rules one by one."""

    name = "plain"

    def __init__(self):
        text = (SPEC / "generated" / "openapi-3.0.json").read_text("utf-8")
        self.schemas = parse(text)["components"]["schemas"]

    def findings(self, kind, text):
        return sorted_findings(self.judge({"$ref": "/" + COMPONENTS[kind]}, parse(text), ()))

    def judge(self, schema, value, steps):
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        if value is None and schema.get("nullable"):
            return
        for rule, limit in schema.items():
            if rule == "x-advisory":
                for at, broken, bound, _ in self.judge(limit, value, steps):
                    yield at, broken, bound, limit["deviation"]
            elif rule not in SILENT:
                broken = "exclusiveMaximum" if rule == "maximum" and schema.get("exclusiveMaximum") else rule
                yield from ((steps + at, broken, limit, None) for at in self.broken(broken, limit, value, schema))
        if isinstance(value, dict):
            for name in value.keys() & schema.get("properties", {}).keys():
                yield from self.judge(schema["properties"][name], value[name], (*steps, name))
        if isinstance(value, list) and "items" in schema:
            for at, item in enumerate(value):
                yield from self.judge(schema["items"], item, (*steps, at))

    def broken(self, rule, limit, value, schema):
        """Returns the places, from the value on, where it breaks a rule."""
        here, text, number = [()], isinstance(value, str), is_number(value)
        if rule == "type":
            fits = {"object": isinstance(value, dict), "array": isinstance(value, list), "string": text,
                    "number": number, "integer": number and is_precise(value, 0)}
            return [] if fits[limit] else here
        if rule in ("anyOf", "oneOf"):
            passed = sum(not list(self.judge(choice, value, ())) for choice in limit)
            return [] if passed == 1 or passed and rule == "anyOf" else here
        if rule == "required":
            return [(name,) for name in limit if isinstance(value, dict) and name not in value]
        if rule == "additionalProperties":
            return [(name,) for name in value if name not in schema["properties"]] if isinstance(value, dict) else []
        if rule == "x-sum":
            return [(limit["total"],)] if isinstance(value, dict) and not has_sum(value, limit) else []
        if rule == "enum":
            return [] if value in limit else here
        if text:
            judged = {"minLength": lambda: len(value) >= limit, "maxLength": lambda: len(value) <= limit,
                      "pattern": lambda: matches(limit, value), "x-reserved": lambda: value.lower() not in limit}
        elif number:
            judged = {"minimum": lambda: value >= limit, "maximum": lambda: value <= limit,
                      "exclusiveMaximum": lambda: value < limit, "x-decimal-places": lambda: is_precise(value, limit),
                      "x-plain-digits": lambda: isinstance(value, int),
                      "multipleOf": lambda: (Fraction(value) / limit).denominator == 1,
                      "x-written-decimals": lambda: decimals(value) <= limit}
        else:
            judged = {"minItems": lambda: len(value) >= limit} if isinstance(value, list) else {}
        if rule not in CODES:
            raise ValueError(f"the rule {rule} is not known here")
        return here if rule in judged and not judged[rule]() else []


class JsonSchema:
    """Has Python's jsonschema read JSON Schema 2020-12, and adds the rules that it does not have."""

    name = "jsonschema"

    def __init__(self):
        import yaml
        from jsonschema import Draft202012Validator, validators
        from jsonschema.exceptions import ValidationError

        class Loader(yaml.SafeLoader):
            """Reads numbers with a fraction exactly."""

        Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Fraction(loader.construct_scalar(node)))
        self.contract = to_2020_12(yaml.load((SPEC / "openapi.yaml").read_text("utf-8"), Loader))

        def required(validator, names, value, schema):
            if isinstance(value, dict):
                yield from (ValidationError("missing", path=[name]) for name in names if name not in value)

        def additional_properties(validator, allowed, value, schema):
            if allowed is False and isinstance(value, dict):
                unknown = (name for name in value if name not in schema["properties"])
                yield from (ValidationError("unknown", path=[name]) for name in unknown)

        def pattern(validator, expression, value, schema):
            if isinstance(value, str) and not matches(expression, value):
                yield ValidationError("format")

        def decimal_places(validator, places, value, schema):
            if is_number(value) and not is_precise(value, places):
                yield ValidationError("precision")

        def written_decimals(validator, most, value, schema):
            if is_number(value) and decimals(value) > most:
                yield ValidationError("decimals")

        def plain_digits(validator, flag, value, schema):
            if is_number(value) and not isinstance(value, int):
                yield ValidationError("digits")

        def reserved(validator, texts, value, schema):
            if isinstance(value, str) and value.lower() in texts:
                yield ValidationError("reserved")

        def exact_sum(validator, rule, value, schema):
            if isinstance(value, dict) and not has_sum(value, rule):
                yield ValidationError("sum", path=[rule["total"]])

        def advisory(validator, rules, value, schema):
            for error in validator.descend(value, rules):
                error.deviation = rules["deviation"]
                yield error

        integer = lambda checker, value: is_number(value) and is_precise(value, 0)
        self.validator = validators.extend(
            Draft202012Validator,
            {
                "required": required,
                "additionalProperties": additional_properties,
                "pattern": pattern,
                "x-decimal-places": decimal_places,
                "x-plain-digits": plain_digits,
                "x-reserved": reserved,
                "x-sum": exact_sum,
                "x-written-decimals": written_decimals,
                "x-advisory": advisory,
            },
            type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", integer),
        )

    def findings(self, kind, text):
        schema = {**self.contract, "$ref": f"#/components/schemas/{COMPONENTS[kind]}"}
        errors = self.validator(schema).iter_errors(parse(text))
        return sorted_findings(
            (e.absolute_path, e.validator, e.validator_value, getattr(e, "deviation", None)) for e in errors
        )


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
