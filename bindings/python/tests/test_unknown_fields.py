"""A field that the contract does not know, sent on purpose."""

import json
from typing import Any

import pytest
from conftest import new_order

from doku_indodana import InputError, PreparedOrder, prepare


def with_account() -> dict[str, Any]:
    """Returns the order of a merchant with sub-accounts."""
    return {**new_order(), "additional_info": {"account": {"id": "SAC-0001"}}}


def test_only_the_unknown_field_is_let_through() -> None:
    body = json.dumps(with_account()).encode()
    with pytest.raises(InputError, match="additional_info/account is not a field"):
        prepare(body)
    assert PreparedOrder.danger_with_unknown_fields(body, "r-1").body == body
    wrong = with_account()
    wrong["order"]["amount"] = 1
    with pytest.raises(InputError) as refused:
        PreparedOrder.danger_with_unknown_fields(json.dumps(wrong).encode(), "r-1")
    assert [violation.code for violation in refused.value.violations] == ["sum_mismatch"]
