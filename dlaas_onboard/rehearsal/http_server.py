"""The embedded account on a socket: boto3's requests in, answers out, with a log of every call and faults on demand.

``start(account)`` serves it from a thread of this process; ``python -m dlaas_onboard.rehearsal`` from one of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import socketserver
import sys
import threading
import time
import traceback
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from dlaas_onboard.rehearsal.api_error import Refusal
from dlaas_onboard.rehearsal.aws_protocols import ApiCall, HttpAnswer, HttpRequest, failure, identify, success
from dlaas_onboard.rehearsal.director import AccountDirector
from dlaas_onboard.rehearsal.embedded_account import EmbeddedAccount
from dlaas_onboard.rehearsal.moto_backend import Moto
from dlaas_onboard.rehearsal.operations import HANDLERS, check_access

_DIRECTOR_HEADER = "x-rehearsal"  # a page in a browser cannot set it on a request to another origin


@dataclass(slots=True)
class LoggedCall:
    """One call that reached the account. ``took_effect``: it was carried out, whatever the caller then heard."""

    at: float
    service: str
    operation: str
    region: str
    params: dict[str, Any]
    write: bool
    request_id: str
    took_effect: bool = False
    status: int = 0  # of the answer that was sent, 0 for none

    @property
    def name(self) -> str:
        """Return ``sesv2:GetAccount``."""
        return f"{self.service}:{self.operation}"


@dataclass(slots=True)
class Fault:
    """What goes wrong with a call: see :meth:`Faults.add`."""

    operation: str
    when: str
    code: str = ""
    message: str | None = ""
    status: int = 0
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    close: bool = False
    times: int | None = 1


class Faults:
    """Faults that wait for their call. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(
        self,
        operation: str,
        *,
        when: str = "before",
        code: str = "",
        message: str | None = "",
        status: int = 0,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        delay: float = 0.0,
        close: bool = False,
        times: int | None = 1,
    ) -> None:
        """Let the next ``times`` calls (``None``: all) of ``operation`` go wrong.

        ``operation`` is ``sesv2:GetAccount``, ``GetAccount``, ``sesv2:*`` or ``*``. ``when`` is ``before`` the effect
        or ``after`` it. ``code`` answers AWS's error of that name in the right envelope, ``status`` and ``body`` answer
        just that, ``close`` closes the connection without an answer, ``delay`` waits so many seconds first; a delay
        alone answers as usual afterwards.
        """
        if when not in ("before", "after"):
            raise ValueError("a fault happens before or after the effect")
        raw = body.encode() if isinstance(body, str) else body
        fault = Fault(operation, when, code, message, status, raw, dict(headers or {}), delay, close, times)
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def take(self, call: ApiCall) -> Fault | None:
        """Return the first fault for a call and count it down."""
        with self._lock:
            for fault in self._faults:
                if fault.operation in (call.name, call.operation, f"{call.service}:*", "*"):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._faults.remove(fault)
                    return fault
        return None


def _spoil(fault: Fault, call: ApiCall, usual: HttpAnswer | None) -> tuple[bool, HttpAnswer | None]:
    """Return whether the fault replaces the answer, and by what (``None``: by silence)."""
    if fault.delay:
        time.sleep(fault.delay)
    if fault.close:
        return True, None
    if fault.code:
        return True, failure(call, Refusal(fault.code, fault.message, fault.status or 400))
    if fault.status or fault.body is not None or fault.headers:
        answer = usual or HttpAnswer(200)
        body = answer.body if fault.body is None else fault.body
        return True, HttpAnswer(fault.status or answer.status, body, answer.headers | fault.headers)
    return False, usual


class Server:
    """A running account. ``endpoint`` is what AWS_ENDPOINT_URL has to be."""

    def __init__(self, account: EmbeddedAccount, port: int = 0) -> None:
        self.account = account
        self.faults = Faults()
        self.log: list[LoggedCall] = []
        self.director = AccountDirector(account)
        self._moto = Moto(account)
        self._http = _bind(port)
        self._http.rehearsal = self
        self.port: int = self._http.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._closing = threading.Event()
        threading.Thread(target=self._http.serve_forever, args=(0.02,), name="account", daemon=True).start()
        self._pump = threading.Thread(target=self._publish, name="events", daemon=True)
        self._pump.start()

    def calls(self, operation: str) -> list[LoggedCall]:
        """Return the logged calls of one operation (``GetAccount`` or ``sesv2:GetAccount``), oldest first."""
        return [call for call in list(self.log) if operation in (call.operation, call.name)]

    def wait_for_moto(self) -> None:
        """Wait until the services behind are there, too."""
        self._moto.wait()

    def close(self) -> None:
        """Stop serving; open connections are closed."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._http.drop()
        self._pump.join(5)

    def answer(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer one request; ``None`` closes the connection without an answer."""
        if request.path.startswith("/_rehearsal/"):
            return self._direct(request)
        try:
            call = identify(request)
        except Refusal as refusal:
            call = ApiCall("", "", "", "", "rest-json", {})
            return failure(call, refusal)
        logged = LoggedCall(
            time.time(), call.service, call.operation, call.region, call.params, call.write, call.request_id
        )
        self.log.append(logged)
        fault = self.faults.take(call)
        done, answer = False, None
        if fault is not None and fault.when == "before":
            done, answer = _spoil(fault, call, None)
        if not done:
            try:
                answer = self._act(call, request)
            except Exception:
                # A defect of the rehearsal: to the caller it is AWS's own, and the log says what it was.
                traceback.print_exc()
                answer = failure(call, Refusal("InternalFailure", "The rehearsal failed; see its log.", 500))
            logged.took_effect = answer.status < 300
            if fault is not None and fault.when == "after":
                _, answer = _spoil(fault, call, answer)
        logged.status = answer.status if answer else 0
        return answer

    def _act(self, call: ApiCall, request: HttpRequest) -> HttpAnswer:
        account = self.account
        handler = HANDLERS.get(call.name)
        if call.service == "sts" and call.access_key.startswith("ASIA"):
            handler = None  # a role that was assumed is moto's to know
        try:
            with account.lock:
                account.settle()
                check_access(account, call)
                if handler is not None:
                    output = handler(account, account.region(call.region), call.params)
                    account.save()
                    return success(call, output)
        except Refusal as refusal:
            return failure(call, refusal)
        answer = self._moto.pass_on(call, request)
        with account.lock:
            account.save()
        return answer

    def _direct(self, request: HttpRequest) -> HttpAnswer:
        if _DIRECTOR_HEADER not in request.headers:
            return HttpAnswer(403)
        path = request.path.removeprefix("/_rehearsal/")
        if request.method == "GET" and path == "events":
            events = [event._asdict() for event in self.director.events()]
            return _json({"scenario": self.director.scenario, "events": events})
        if request.method == "POST" and path.startswith("events/"):
            try:
                return _json({"sentence": self.director.play(path.removeprefix("events/"))})
            except KeyError:
                return HttpAnswer(404)
        if request.method == "GET" and path == "log":
            return _json({"calls": [asdict(call) for call in list(self.log)]})
        if request.method == "POST" and path == "faults":
            try:
                self.faults.add(**json.loads(request.body))
            except (TypeError, ValueError) as error:
                return HttpAnswer(400, str(error).encode())
            return _json({})
        return HttpAnswer(404)

    def _publish(self) -> None:
        account = self.account
        while not self._closing.wait(0.05):
            with account.lock:
                due = account.due() if account.state.outbox else []
            for event in due:
                self._moto.publish(event)
            if due:
                with account.lock:
                    account.save()


def _json(content: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(200, json.dumps(content).encode(), {"Content-Type": "application/json"})


def _bind(port: int) -> _Http:
    try:
        return _Http(("127.0.0.1", port), _Handler)
    except OSError:
        if port == 0:
            raise
        return _Http(("127.0.0.1", 0), _Handler)


class _Http(socketserver.ThreadingTCPServer):
    """Serves each connection in a thread; knows them all, so that closing does not leave any behind."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = os.name == "posix"  # elsewhere the option lets two servers share a port
    rehearsal: Server

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def drop(self) -> None:
        """Close every open connection."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away; anything else is ours and is shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one segment an answer
    server: _Http

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.rehearsal.answer(HttpRequest(self.command, path, query, headers, self.rfile.read(length)))
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.headers.get("Content-Length", str(len(answer.body))))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Keep quiet: the log is :attr:`Server.log`."""


def start(account: EmbeddedAccount, *, port: int = 0) -> Server:
    """Serve an account from a thread of this process, on ``port`` of the loopback if that is free."""
    return Server(account, port)
