"""Places an order with the client that openapi-python-client made, looks at it, and meets a violation."""

import json
import os

from doku_sidecar import AuthenticatedClient
from doku_sidecar.api.orders import get_order, place_order
from doku_sidecar.models import GenerateOrder, Order, OrderWithEffects, ViolationsProblem

client = AuthenticatedClient(base_url=os.environ["SIDECAR"], token=os.environ["TOKEN"])
with open(os.environ["DOKU_ORDER"], encoding="utf-8") as file:
    body = GenerateOrder.from_dict(json.load(file))

body.order.invoice_number = "INV-PYTHON"
placed = place_order.sync(client=client, body=body)
assert isinstance(placed, Order), placed
found = get_order.sync("INV-PYTHON", client=client)
assert isinstance(found, OrderWithEffects), found
assert found.payment_url == placed.payment_url and found.effects == []

body.order.invoice_number = "INV-PYTHON-2"
body.order.amount = 0
problem = place_order.sync(client=client, body=body)
assert isinstance(problem, ViolationsProblem), problem
violation = problem.violations[0]
print(placed.state, found.state, problem.status, problem.code, violation.pointer, violation.code)
