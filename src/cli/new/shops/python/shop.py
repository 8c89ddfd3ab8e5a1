# A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.
import base64, hmac, json, time, uuid
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOKEN = Path("secrets/token").read_text().strip()
SECRET = base64.b64decode(Path("secrets/webhook").read_text().strip().removeprefix("whsec_"))


class Shop(BaseHTTPRequestHandler):
    # One number for one cart: a second click makes no second order.
    def buy(self, cart):
        order = json.loads(Path("order.json").read_text())
        order["order"]["invoice_number"] = cart
        sidecar = HTTPConnection("127.0.0.1", 4100)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        sidecar.request("POST", "/orders", json.dumps(order), headers)
        answer = sidecar.getresponse()
        text = answer.read()
        url = json.loads(text).get("payment_url")
        self.answer(303 if url else answer.status, text, url)

    # Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
    def effect(self, body):
        id, sent, given = (self.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
        ours = "v1," + base64.b64encode(hmac.digest(SECRET, f"{id}.{sent}.".encode() + body, "sha256")).decode()
        fresh = sent.isdecimal() and abs(time.time() - int(sent)) < 300
        genuine = fresh and any(hmac.compare_digest(theirs, ours) for theirs in given.split())
        if genuine:
            Path(f"effects/{id}.json").write_bytes(body)
        self.answer(204 if genuine else 401)

    def answer(self, status, body=b"", location=None):
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    # All else: the front page, and the server.
    def do_GET(self):
        self.answer(200, f"<form method=post action=/buy/INV-{uuid.uuid4()}><button>Pay later</button></form>".encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        self.effect(body) if self.path == "/effects" else self.buy(self.path.removeprefix("/buy/"))


ThreadingHTTPServer(("127.0.0.1", 8080), Shop).serve_forever()
