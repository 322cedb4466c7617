"""An AWS endpoint on this machine that answers after a while, or never.

``python -m benchmarks.slow_aws SECONDS|never [SECONDS|never]`` prints its port; the second delay is that of SES
in all Regions but ``REGION``. ``GET /under-way`` returns how many calls are under way.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REGION = "eu-west-1"
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

    def __init__(self, here: float | None, elsewhere: float | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.here = here  # seconds, None: for ever
        self.elsewhere = elsewhere
        self.lock = threading.Lock()
        self.under_way = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: the app under measurement leaves while calls are under way."""

    def wait(self, authorization: str, connection: socket.socket) -> None:
        """Take as long as a slow AWS does, or until the caller gives up; Region and service stand in the signature."""
        signed_for = re.search(r"Credential=[^/]+/\d+/([^/]+)/ses/", authorization)
        delay = self.here if signed_for is None or signed_for[1] == REGION else self.elsewhere
        with self.lock:
            self.under_way += 1
        try:
            # Nothing more is sent before the answer, so what can be read is the end.
            select.select([connection], [], [], delay)
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
            self.server.wait(self.headers.get("Authorization", ""), self.connection)
            if body.startswith(b"Action="):
                self._send(403, NO_XML, "text/xml")
            else:
                self._send(403, json.dumps(NO).encode())

    def do_GET(self) -> None:
        """Answer SES late."""
        path = self.path.partition("?")[0]
        if path == "/under-way":
            with self.server.lock:
                now = self.server.under_way
            self._send(200, str(now).encode())
            return
        self.server.wait(self.headers.get("Authorization", ""), self.connection)
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
    here, *rest = [None if word == "never" else float(word) for word in sys.argv[1:]]
    server = Server(here, rest[0] if rest else here)
    print(server.server_address[1], flush=True)
    server.serve_forever()
