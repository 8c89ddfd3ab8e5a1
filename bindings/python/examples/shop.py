"""A shop on FastAPI that survives any crash: it takes orders, sends customers to pay, and ships once.

    pip install fastapi uvicorn
    DOKU_CLIENT_ID=... DOKU_SECRET_KEY=... DOKU_ENVIRONMENT=http://127.0.0.1:4000 uvicorn shop:app --port 8080

Without DOKU_ENVIRONMENT it talks to DOKU's sandbox. The store is doku.db, or what DOKU_STORE names.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from order import order

from doku_indodana import AsyncClient, AsyncOrders, Effect, StoreError


async def act(effect: Effect) -> None:
    """Acts on an outcome. It may come again under the same id, so ship what is not shipped under this id yet."""
    print(effect.id, effect.invoice_number, effect.status, flush=True)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    doku = AsyncClient.from_env(os.environ.get("DOKU_ENVIRONMENT", "sandbox"))
    async with await AsyncOrders.open(doku, os.environ.get("DOKU_STORE", "doku.db")) as app.state.orders:
        running = asyncio.create_task(app.state.orders.run(act))
        yield
        app.state.orders.stop()
        await running


app = FastAPI(lifespan=lifespan)


@app.post("/carts/{cart}/order")
async def checkout(cart: UUID, request: Request) -> Response:
    # The cart is the invoice number: a double click, and a restart in between, are the same order.
    orders: AsyncOrders = request.app.state.orders
    try:
        placed = await orders.place(order(f"INV-{cart.hex}"))
    except StoreError as error:
        raise HTTPException(error.http_status, str(error)) from error
    if placed.payment_url is None:
        text = "choose another way to pay" if placed.rank == "REFUSED" else "not known yet; try again in a moment"
        return Response(text, 502 if placed.rank == "REFUSED" else 202)
    return RedirectResponse(placed.payment_url, status_code=303)


@app.post("/payments/notifications")
async def notified(request: Request) -> Response:
    orders: AsyncOrders = request.app.state.orders
    # Verified and on the disk before it returns. The raw body, before any JSON parser.
    answer = await orders.receive(request.headers, await request.body())
    return Response(answer.body, answer.status, answer.headers)


@app.get("/carts/{cart}")
async def status(cart: UUID, request: Request) -> dict[str, object]:
    orders: AsyncOrders = request.app.state.orders
    try:
        placed = await orders.order(f"INV-{cart.hex}")
    except StoreError as error:
        raise HTTPException(error.http_status, str(error)) from error
    return {"paid": placed.rank == "SUCCESS", "rank": placed.rank, "amount": placed.amount}
