"""What a type checker refuses: each `ignore` is of an error, or the checker says that it is not needed."""

from __future__ import annotations

from doku_indodana import AsyncClient, Client, GeneratedOrder, Notification, Orders, Verifier, check, models, sign

address: models.Address = {  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
    "first_name": "Sari",
    "address": "Jalan Melati No. 25",
    "city": "Jakarta",
}
customer: models.Customer = {
    "first_name": "Sari",
    "email": "s.w@mail.example",
    "phone": 6281122334455,  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
}
info: models.PeerToPeerInfo = {
    "merchant_unique_reference": "60123",
    "expires": 60,  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportAssignmentType]
}
item: models.LineItem = {
    "name": "Ayam geprek",
    "price": 19999.50,  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
    "quantity": 2,
    "id": "1002",
    "category": "food-and-beverage",
}
item["category"] = "food"  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
settlement: models.SettlementType = "PERCENT"  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


def calls(client: Client, later: AsyncClient, verifier: Verifier, text: str, parsed: dict[str, object]) -> None:
    verifier.verify_notification("/", {}, text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    verifier.verify_notification("/", {}, parsed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    verifier.verify_notification("/", None, b"")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.send(b"")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.generate_order(parsed)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    print(later.check_status("INV-1").status)  # type: ignore[attr-defined]  # pyright: ignore
    Orders.open(client, "doku.db", effect_schedule=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    check("order", {})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client("sandbox", "BRN-1", "SK-1", retries=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    sign("BRN-1", "SK-1", request_id="1", method="POST", target="/")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    sign("BRN-1", "SK-1", request_id="1", method="GET", target="/", body=b"")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


def fields(order: GeneratedOrder, notification: Notification) -> None:
    order.payment_url = ""  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    amount: int = notification.amount  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    notification.payment.get("order")  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    print(amount)
