"""Generates one order and prints where to send the customer.

    DOKU_CLIENT_ID=... DOKU_SECRET_KEY=... python order.py http://127.0.0.1:4000 INV-1

The first argument is "sandbox", "production" or the URL of a simulator, the second the invoice number.
"""

import sys

from doku_indodana import Client, DokuError, GenerateOrderRequest


def order(invoice_number: str) -> GenerateOrderRequest:
    return {
        "order": {
            "invoice_number": invoice_number,
            "amount": 100_000,
            "line_items": [
                # A discount lowers the price, shipping is an item of its own.
                {"name": "Ayam geprek", "price": 45_000, "quantity": 2, "id": "1002", "category": "food-and-beverage"},
                {"name": "Ongkos kirim", "price": 10_000, "quantity": 1, "id": "ONGKIR", "category": "others"},
            ],
            "callback_url_cancel": "https://merchant.example/cancel",
        },
        "peer_to_peer_info": {"merchant_unique_reference": "60123", "expired_time": 60},
        "customer": {"first_name": "Sari", "email": "s.w@mail.example", "phone": "6281122334455"},
        "billing_address": {
            "first_name": "Sari",
            "address": "Jalan Melati No. 25",
            "city": "Jakarta",
            "postal_code": "12960",
            "phone": "6281122334455",
            "country_code": "IDN",
        },
    }


def main() -> int:
    environment, invoice_number = sys.argv[1:]
    try:
        generated = Client.from_env(environment).generate_order(order(invoice_number))
    except DokuError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    print(generated.payment_url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
