"""Receives notifications with the standard library alone.

    DOKU_CLIENT_ID=... DOKU_SECRET_KEY=... python receive.py 8080

The argument is the port; the notification URL is then http://127.0.0.1:8080/payments/notifications.
"""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from doku_indodana import VerificationError, Verifier

PATH = "/payments/notifications"
LONGEST_BODY = 1 << 20
# What DOKU expects as the acknowledgement.
ACKNOWLEDGED = b'{"responseCode":"2000000","responseMessage":"Successful"}'


class Notifications(BaseHTTPRequestHandler):
    verifier: Verifier

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != PATH or not length.isdecimal() or int(length) > LONGEST_BODY:
            self.send_error(400)
            return
        # The raw body, before any JSON parser.
        body = self.rfile.read(int(length))
        try:
            notification = self.verifier.verify_notification(PATH, self.headers, body)
        except VerificationError as error:
            print(f"refused: {error}", file=sys.stderr)
            self.send_error(401)
            return
        # Store it here. Answer, and only then act on it; compare invoice number and amount with your own order.
        print(notification.invoice_number, notification.amount, notification.status, flush=True)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ACKNOWLEDGED)))
        self.end_headers()
        self.wfile.write(ACKNOWLEDGED)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing of each request."""


def main() -> None:
    Notifications.verifier = Verifier.from_env()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Notifications)
    print(f"listening on http://127.0.0.1:{server.server_port}{PATH}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
