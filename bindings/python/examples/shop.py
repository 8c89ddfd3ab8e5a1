"""A shop on FastAPI: generates an order, redirects the customer, receives the notification.

    pip install fastapi uvicorn
    DOKU_CLIENT_ID=... DOKU_SECRET_KEY=... DOKU_ENVIRONMENT=http://127.0.0.1:4000 uvicorn shop:app --port 8080

Without DOKU_ENVIRONMENT it talks to DOKU's sandbox.
"""

import os
from dataclasses import dataclass

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from order import order

from doku_indodana import AsyncClient, DokuError, Notification, PreparedOrder, VerificationError, Verifier

PATH = "/payments/notifications"
# How far a status is: a payment after an expiry counts, and a refund after a payment.
RANKS = ("PENDING", "FAILED", "EXPIRED", "SUCCESS", "REFUNDED")


@dataclass
class Order:
    """What the shop knows of an order."""

    prepared: PreparedOrder
    status: str = "PENDING"


app = FastAPI()
doku = AsyncClient.from_env(os.environ.get("DOKU_ENVIRONMENT", "sandbox"))
verifier = Verifier.from_env()
# In place of your database: a real shop stores prepared.request_id and prepared.body before it sends them.
orders: dict[str, Order] = {}


@app.post("/orders/{invoice_number}")
async def checkout(invoice_number: str) -> RedirectResponse:
    try:
        # A second click sends the same order again, and so never makes another one.
        if invoice_number not in orders:
            orders[invoice_number] = Order(doku.prepare(order(invoice_number)))
        generated = await doku.send(orders[invoice_number].prepared)
    except DokuError as error:
        raise HTTPException(502, f"{error.code}, outcome {error.outcome}") from error
    return RedirectResponse(generated.payment_url, status_code=303)


@app.post(PATH)
async def notifications(request: Request) -> Response:
    try:
        # The raw body, before any JSON parser.
        notification = verifier.verify_notification(PATH, request.headers, await request.body())
    except VerificationError as error:
        print(f"refused: {error}")
        return Response(status_code=401)
    # Genuine from here on: it is acknowledged whatever it says. Store it before the answer in a real shop.
    if not apply(notification):
        print("a genuine notification fits no order; look at it by hand, and ship nothing")
    return JSONResponse({"responseCode": "2000000", "responseMessage": "Successful"})


def apply(notification: Notification) -> bool:
    """Takes over the status of an order, if the notification is about one of ours and about its amount."""
    ours, status = orders.get(notification.invoice_number or ""), notification.status
    if ours is None or notification.amount != ours.prepared.amount or status not in RANKS:
        return False
    # Only ever upwards, so that repeated and late notifications change nothing, whatever their order.
    ours.status = max(ours.status, status, key=RANKS.index)
    return True


@app.get("/orders/{invoice_number}")
async def status(invoice_number: str) -> dict[str, object]:
    if invoice_number not in orders:
        raise HTTPException(404)
    checked = await doku.check_status(invoice_number)
    ours = orders[invoice_number].status
    return {"paid": ours == "SUCCESS", "notified": ours, "status": checked.status, "amount": checked.amount}
