"""An AWS endpoint on this machine that answers after a while, or never.

``python -m benchmarks.slow_aws SECONDS|never`` prints its port.
``GET /peak`` returns how many calls were under way at the same time at most.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CALLER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::111122223333:user/bench</Arn><UserId>AIDA</UserId><Account>111122223333</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""
ANSWERS = {
    "/v2/email/account": {
        "ProductionAccessEnabled": False,
        "SendingEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0},
    },
    "/v2/email/identities": {"EmailIdentities": []},
    "/v2/email/configuration-sets": {"ConfigurationSets": []},
}
NO_XML = b"""<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized</Message></Error>
<RequestId>r</RequestId></ErrorResponse>"""
NO = {"__type": "AccessDeniedException", "message": "not authorized"}


class Server(ThreadingHTTPServer):
    """Counts the calls under way."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, delay: float | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.delay = delay
        self.lock = threading.Lock()
        self.under_way = 0
        self.peak = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: the app under measurement leaves while calls are under way."""

    def wait(self) -> None:
        """Take as long as a slow AWS does."""
        with self.lock:
            self.under_way += 1
            self.peak = max(self.peak, self.under_way)
        try:
            time.sleep(3600 if self.delay is None else self.delay)
        finally:
            with self.lock:
                self.under_way -= 1


class Handler(BaseHTTPRequestHandler):
    """Answers like AWS, in the few words that the first screens need."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self) -> None:
        """Answer STS at once, and anything else late."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if b"GetCallerIdentity" in body:
            self._send(200, CALLER, "text/xml")
        else:
            self.server.wait()
            if body.startswith(b"Action="):
                self._send(403, NO_XML, "text/xml")
            else:
                self._send(403, json.dumps(NO).encode())

    def do_GET(self) -> None:
        """Answer SES late."""
        path = self.path.partition("?")[0]
        if path == "/peak":
            peak, self.server.peak = self.server.peak, 0
            self._send(200, json.dumps(peak).encode())
            return
        self.server.wait()
        self._send(200 if path in ANSWERS else 403, json.dumps(ANSWERS.get(path, NO)).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Keep quiet."""


if __name__ == "__main__":
    server = Server(None if sys.argv[1] == "never" else float(sys.argv[1]))
    print(server.server_address[1], flush=True)
    server.serve_forever()
