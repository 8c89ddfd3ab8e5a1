"""Line items from what a shop adds up."""

from decimal import Decimal
from typing import Any

import pytest
from conftest import new_order

from doku_indodana import InputError, check, line_items_from_totals

ITEM = {"id": "K3", "name": "Three shirts", "category": "clothing", "quantity": 3}


@pytest.mark.parametrize("price", ["33333.333333", Decimal("33333.33"), Decimal(100_000) / 3])
def test_a_third_of_the_amount_becomes_two_lines(price: object) -> None:
    items = line_items_from_totals({"amount": 100_000, "items": [{**ITEM, "price": price}]})  # type: ignore[typeddict-item]
    assert [(item["id"], item["quantity"], item["price"]) for item in items] == [
        ("K3", 2, Decimal("33333.33")),
        ("K3-R", 1, Decimal("33333.34")),
    ]


def test_fees_are_items_and_a_discount_lowers_prices() -> None:
    totals = {
        "amount": 121_000,
        "items": [{**ITEM, "quantity": 2, "price": 50_000}],
        "shipping": 20_000,
        "tax": "11000",
    }
    items = line_items_from_totals({**totals, "discount": 10_000})  # type: ignore[typeddict-item]
    assert [(item["id"], item["quantity"], item["price"]) for item in items] == [
        ("K3", 2, 45_000),
        ("SHIPPING", 1, 20_000),
        ("TAX", 1, 11_000),
    ]
    order = new_order()
    order["order"]["amount"] = 121_000
    order["order"]["line_items"] = items
    report = check("request", order)
    assert (report.violations, report.advisories) == ([], [])


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        ({"amount": 100_000, "items": [{**ITEM, "price": 30_000}]}, "make 90000 and the amount is 100000"),
        ({"amount": 100_000, "items": [{**ITEM, "price": "Rp 1"}]}, "is not a decimal number"),
        ({"amount": 100_000}, "items"),
    ],
)
def test_what_does_not_fit_is_refused(totals: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        line_items_from_totals(totals)  # type: ignore[arg-type]
