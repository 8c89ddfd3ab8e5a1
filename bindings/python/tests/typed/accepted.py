"""What a type checker accepts without a word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from email.message import Message

from typing_extensions import assert_type

from doku_indodana import (
    Age,
    AsyncClient,
    AsyncOrders,
    Client,
    DokuError,
    GeneratedOrder,
    GenerateOrderRequest,
    InputError,
    Notification,
    Orders,
    Outcome,
    Placed,
    PreparedOrder,
    Report,
    Verifier,
    check,
    digest,
    models,
    prepare,
    sign,
    string_to_sign,
    verify_notification,
)

item: models.LineItem = {
    "name": "Ayam geprek",
    "price": Decimal("19999.50"),
    "quantity": 2,
    "id": "1002",
    "category": "food-and-beverage",
}
address: models.Address = {
    "first_name": "Sari",
    "address": "Jalan Melati No. 25",
    "city": "Jakarta",
    "postal_code": "12960",
    "phone": "6281122334455",
    "country_code": "IDN",
}
request: GenerateOrderRequest = {
    "order": {
        "invoice_number": "INV-1",
        "amount": 39_999,
        "line_items": [item],
        "callback_url_cancel": "https://merchant.example/cancel",
    },
    "peer_to_peer_info": {"merchant_unique_reference": "60123"},
    "customer": {"first_name": "Sari", "email": "s.w@mail.example", "phone": "6281122334455"},
    "billing_address": address,
    "additional_info": {
        "settlement": [{"bank_account_settlement_id": "SBA-1", "value": Decimal("2.5"), "type": "PERCENTAGE"}],
    },
}


def order(client: Client, body: bytes) -> str:
    prepared = client.prepare(request)
    assert_type(prepared, PreparedOrder)
    assert_type(prepare(body, request_id="1"), PreparedOrder)
    assert_type(check("notification", memoryview(body)), Report)
    generated = client.send(prepared)
    assert_type(generated, GeneratedOrder)
    assert_type(generated.response["order"]["amount"], int)
    assert_type(generated.response["payment"].get("url"), str | None)
    return generated.payment_url


async def order_async() -> str:
    client = AsyncClient.from_env("sandbox", timeout=10, attempts=1)
    assert_type(client, AsyncClient)
    status = await client.check_status("INV-1")
    assert_type(status.amount, int | None)
    return (await client.generate_order(request)).payment_url


def place(client: Client, body: bytes) -> str | None:
    orders = Orders.open(client, "doku.db", effect_schedule=[5, 0.5])
    assert_type(orders.place_keyed(request, "cart-1"), Placed)
    return orders.place_keyed(body, None).order.payment_url


async def place_async(client: AsyncClient) -> bool:
    orders = await AsyncOrders.open(client, "doku.db", effect_schedule=(5, 300))
    return (await orders.enqueue(request)).is_repeated


def receive(verifier: Verifier, mapping: Mapping[str, str], message: Message, body: bytes) -> int:
    pairs = [(b"client-id", b"BRN-1")]
    for headers in (mapping, message, pairs, dict(mapping)):
        notification = verifier.verify_notification("/payments/notifications", headers, body)
    notification = verify_notification("BRN-1", "SK-1", "/payments/notifications", mapping, body)
    assert_type(notification, Notification)
    assert_type(notification.age(datetime.now(timezone.utc)), Age)
    payment = notification.payment
    if payment is None:
        return 200
    assert_type(payment["order"]["amount"], int)
    service = payment.get("service")
    return 200 if service is None or service.get("id") == "PEER_TO_PEER" else 202


def explain(error: DokuError) -> Outcome | None:
    if isinstance(error, InputError):
        print(error.pointer, [violation.message_indonesian for violation in error.violations])
    if error.rejection is not None:
        print(error.rejection.status)
    return error.outcome


def own_client(body: bytes) -> None:
    assert_type(sign("BRN-1", "SK-1", request_id="1", method="GET", target="/"), dict[str, str])
    sign("BRN-1", "SK-1", request_id="1", method="POST", target="/", body=body, timestamp="2026-01-05T03:00:00Z")
    string_to_sign(
        client_id="BRN-1", request_id="1", timestamp="", method="POST", target="/", digest=digest(body), answer=True
    )
