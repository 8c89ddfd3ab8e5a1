"""A shop on FastAPI: generates an order, redirects the customer, receives the notification.

    pip install fastapi uvicorn
    DOKU_CLIENT_ID=... DOKU_SECRET_KEY=... DOKU_ENVIRONMENT=http://127.0.0.1:4000 uvicorn shop:app --port 8080

Without DOKU_ENVIRONMENT it talks to DOKU's sandbox.
"""

import os

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from order import order

from doku_indodana import AsyncClient, DokuError, VerificationError, Verifier

app = FastAPI()
doku = AsyncClient.from_env(os.environ.get("DOKU_ENVIRONMENT", "sandbox"))
verifier = Verifier.from_env()
# In place of your database.
paid: dict[str, int] = {}


@app.post("/orders/{invoice_number}")
async def checkout(invoice_number: str) -> RedirectResponse:
    prepared = doku.prepare(order(invoice_number))
    # Store prepared.request_id and prepared.body here: after a crash the same order can be sent again.
    try:
        generated = await doku.send(prepared)
    except DokuError as error:
        raise HTTPException(502, f"{error.code}, outcome {error.outcome}") from error
    return RedirectResponse(generated.payment_url, status_code=303)


@app.post("/payments/notifications")
async def notifications(request: Request) -> Response:
    try:
        # The raw body, before any JSON parser.
        notification = verifier.verify_notification("/payments/notifications", request.headers, await request.body())
    except VerificationError as error:
        print(f"refused: {error}")
        return Response(status_code=401)
    if notification.status == "SUCCESS" and notification.invoice_number and notification.amount:
        paid[notification.invoice_number] = notification.amount
    return Response(status_code=200)


@app.get("/orders/{invoice_number}")
async def status(invoice_number: str) -> dict[str, object]:
    checked = await doku.check_status(invoice_number)
    return {"paid": paid.get(invoice_number), "status": checked.status, "amount": checked.amount}
