"""What a shop adds up to the amount that a customer pays; `line_items_from_totals` takes it."""

import sys
from decimal import Decimal

from .generated import Category

if sys.version_info >= (3, 12):
    from typing import NotRequired, TypedDict
else:
    # Pydantic reads no others.
    from typing_extensions import NotRequired, TypedDict


class TotalsItem(TypedDict):
    """One item, with the price of one unit before any discount: an int, a Decimal or a text."""

    id: str
    name: str
    category: Category
    quantity: int
    price: int | Decimal | str


class Totals(TypedDict):
    """Items, shipping, tax, discount and rounding; the last four are 0 where they are missing."""

    amount: int
    """What the customer pays, in whole rupiah."""
    items: list[TotalsItem]
    shipping: NotRequired[int | Decimal | str]
    tax: NotRequired[int | Decimal | str]
    discount: NotRequired[int | Decimal | str]
    """As a positive number; it lowers the prices."""
    rounding: NotRequired[int | Decimal | str]
    """What rounding added; negative where it took away."""
