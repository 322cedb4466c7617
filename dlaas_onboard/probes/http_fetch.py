"""Fetches a page within bounds: time, size, redirects, and only addresses that were checked.

``http.client`` rather than ``urllib``: the connection goes to the address that was checked, with the name in SNI and
Host, and each redirect is looked at before it is followed. Proxies of the environment are not used: a reviewer's
browser has none.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple, Protocol
from urllib.parse import quote, urljoin, urlsplit

from dlaas_onboard.journey.facts import DnsAnswer
from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.journey.text import line
from dlaas_onboard.probes.address_filter import refused

MAX_BYTES = 1_048_576
MAX_REDIRECTS = 5
REDIRECTS = "redirects"  # the code of a problem with them
_MAX_ADDRESSES = 3
_REDIRECT = "Correct the redirect, or name the address that it should end at."
_SAFE = "/%:@!$&'()*+,;=~-._?"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# ssl.SSLCertVerificationError.verify_code, from OpenSSL's x509_vfy.h.
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is signed by an unknown root",
    20: "is signed by an unknown issuer, or its intermediate certificate is not sent",
    21: "cannot be checked: its intermediate certificate is not sent",
    23: "was revoked",
    62: "is for another name",
    64: "is for another address",
}


class Looker(Protocol):
    """A resolver, by shape."""

    def look(self, name: str, type: str) -> Reading[DnsAnswer]: ...  # noqa: A002 - DNS's own word


class FetchError(Exception):
    """The page could not be fetched; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Target(NamedTuple):
    """A URL in parts: host in ASCII, path with its query, ready for a request line."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def url(self) -> str:
        """Return the URL in its normal form."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == (443 if self.scheme == "https" else 80) else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Response:
    """The last answer of a chain of redirects."""

    url: str
    status: int
    content_type: str
    body: bytes


def target_of(url: str) -> Target:
    """Take a URL apart. Raises :class:`FetchError` with ``INVALID`` for what is not a web address."""
    text = url.strip()
    if "://" not in text and not text.lower().startswith(("javascript:", "data:", "mailto:", "file:", "tel:")):
        text = f"https://{text}"
    try:
        return _split(text)
    except ValueError as error:  # UnicodeError among them
        raise FetchError(
            Problem(
                ProblemKind.INVALID,
                f"{line(url, limit=120)} is not a web address: {line(str(error), limit=100)}.",
                "Enter it like https://example.com.",
            )
        ) from error


def _split(text: str) -> Target:
    """Take a URL apart. Raises ``ValueError``."""
    if any(ord(char) <= 0x20 or ord(char) == 0x7F for char in text):
        raise ValueError("it has spaces or control characters")
    parts = urlsplit(text)
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise ValueError("only http and https are opened")
    if parts.username is not None or parts.password is not None:
        raise ValueError("it carries a user name")
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise ValueError("it has no host name")
    if ":" in host:
        ip_address(host.partition("%")[0])
    else:
        host = host.encode("idna").decode("ascii").lower()
        if not re.fullmatch(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", host):
            raise ValueError("its host name has characters that DNS does not allow")
    port = parts.port or (443 if scheme == "https" else 80)
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE)}" if parts.query else "")
    return Target(scheme, host, port, path)


class Fetcher:
    """Fetches pages until one moment in time. ``resolver`` answers for names; without one, the system does."""

    def __init__(
        self, resolver: Looker | None, context: ssl.SSLContext, *, seconds: float, allow_private: bool
    ) -> None:
        self._resolver = resolver
        self._context = context
        self._allow_private = allow_private
        self._end = time.monotonic() + seconds
        self._seconds = seconds
        self._addresses: dict[str, list[str]] = {}

    def get(self, url: str, hops: list[str], *, body: bool) -> Response:
        """Fetch a URL and follow its redirects; each one is added to ``hops``. Raises :class:`FetchError`."""
        target = target_of(url)
        while True:
            status, headers, data = self._once(target, body=body)
            place = headers.get("Location")
            if status not in _REDIRECTS or not place:
                return Response(target.url, status, headers.get("Content-Type", ""), data)
            target = self.follow(target.url, place.encode("latin-1", "replace").decode("utf-8", "replace"), hops)

    def follow(self, url: str, place: str, hops: list[str]) -> Target:
        """Return the target of a redirect from ``url``, added to ``hops``. Raises when there are too many."""
        try:
            target = target_of(urljoin(url, place))
        except (FetchError, ValueError) as error:  # ValueError: urljoin with half an IPv6 address
            message = f"{line(url, limit=200)} redirects to {line(place, limit=120)!r}, which is no web address."
            raise FetchError(Problem(ProblemKind.INVALID, message, _REDIRECT, code=REDIRECTS)) from error
        if len(hops) >= MAX_REDIRECTS:
            circle = target.url in hops or target.url == url
            raise FetchError(
                Problem(
                    ProblemKind.MALFORMED,
                    f"The website redirects {'in a circle' if circle else f'more than {MAX_REDIRECTS} times'}: "
                    f"the last address was {line(target.url, limit=200)}.",
                    _REDIRECT,
                    code=REDIRECTS,
                )
            )
        hops.append(target.url)
        return target

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchError(self._too_slow(""))
        return left

    def _too_slow(self, host: str) -> Problem:
        return Problem(
            ProblemKind.TIMEOUT,
            f"{host or 'The website'} did not send its page within {self._seconds:.0f} seconds.",
            "Look whether the server is up, then check again.",
        )

    def _once(self, target: Target, *, body: bool) -> tuple[int, http.client.HTTPMessage, bytes]:
        last: FetchError | None = None
        for address in self._resolve(target.host)[:_MAX_ADDRESSES]:
            connection = _Pinned(target, address, self._context if target.scheme == "https" else None, self._left())
            try:
                with _watch(connection, self._left()) as expired:
                    try:
                        answer = self._talk(connection, target, body=body)
                    except (OSError, http.client.HTTPException, ValueError) as error:
                        if expired.is_set() or isinstance(error, TimeoutError):
                            raise FetchError(self._too_slow(target.host)) from error
                        last = FetchError(_problem(error, target))
                        if connection.opened is not None:  # another address of the same site will not differ
                            raise last from error
                    else:
                        if expired.is_set():  # the page ends where the watchdog cut it
                            raise FetchError(self._too_slow(target.host))
                        return answer
            finally:
                connection.close()
        raise last or FetchError(Problem(ProblemKind.NOT_FOUND, f"{target.host} has no address."))

    @staticmethod
    def _talk(connection: _Pinned, target: Target, *, body: bool) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection.request(
            "GET",
            target.path,
            headers={
                "User-Agent": "Mozilla/5.0 (compatible; dlaas-onboard; website check)",
                "Accept": "text/html,application/xhtml+xml,*/*;q=0.5",
                "Accept-Language": "en,*;q=0.5",
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
        response = connection.getresponse()
        data = b""
        if body and response.status not in _REDIRECTS:
            data = _read(response)
        return response.status, response.headers, data

    def _resolve(self, host: str) -> list[str]:
        if host not in self._addresses:
            try:
                addresses = [str(ip_address(host.partition("%")[0]))]
            except ValueError:
                addresses = self._ask(host) if self._resolver is not None else self._ask_system(host)
            self._addresses[host] = self._allowed(host, addresses)
        return self._addresses[host]

    def _allowed(self, host: str, candidates: list[str]) -> list[str]:
        reasons = {address: refused(address, allow_private=self._allow_private) for address in candidates}
        allowed = [address for address, reason in reasons.items() if not reason]
        if not allowed:
            address, reason = next(iter(reasons.items()))
            raise FetchError(
                Problem(
                    ProblemKind.BLOCKED,
                    f"{host} leads to {address}, {reason}; it was not opened.",
                    "A reviewer reaches only public addresses. To look at it all the same, say that the website is "
                    "on a private network.",
                )
            )
        return allowed

    def _ask(self, host: str) -> list[str]:
        addresses: list[str] = []
        problem: Problem | None = None
        for kind in ("A", "AAAA"):
            reading = self._resolver.look(host, kind) if self._resolver is not None else None
            if reading is not None and reading.value is not None:
                addresses += [value for value in reading.value.values if _is_address(value)]
            elif reading is not None and reading.problem is not None:
                problem = problem or reading.problem
            self._left()
        if not addresses:
            raise FetchError(problem or _no_address(host))
        return addresses

    def _ask_system(self, host: str) -> list[str]:
        answer: list[str] = []
        failure: list[OSError | UnicodeError] = []

        def ask() -> None:
            try:
                for *_, place in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
                    answer.append(str(place[0]))
            except (OSError, UnicodeError) as error:
                failure.append(error)

        # getaddrinfo knows no timeout.
        thread = threading.Thread(target=ask, daemon=True, name=f"resolve {host}")
        thread.start()
        thread.join(self._left())
        if thread.is_alive():
            raise FetchError(Problem(ProblemKind.TIMEOUT, f"No DNS server answered for {host} in time."))
        if failure:
            code = failure[0].errno if isinstance(failure[0], OSError) else None
            if code == socket.EAI_AGAIN:
                raise FetchError(
                    Problem(
                        ProblemKind.UNREACHABLE,
                        f"The address of {host} could not be looked up.",
                        "Look whether this machine is online, then check again.",
                    )
                )
            raise FetchError(_no_address(host))
        # IPv4 first: a machine without a route to IPv6 would lose its time there.
        return sorted(dict.fromkeys(answer), key=lambda address: ":" in address)


class _Pinned(http.client.HTTPConnection):
    """A connection to one checked address, whatever the name resolves to now."""

    def __init__(self, target: Target, address: str, context: ssl.SSLContext | None, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.default_port = 443 if context else 80
        # http.client forgets its socket as soon as the answer's head is read; the watchdog still needs it.
        self.opened: socket.socket | None = None
        self._address = address
        self._context = context

    def connect(self) -> None:
        self.sock = self.opened = socket.create_connection((self._address, self.port), self.timeout)
        if self._context is not None:
            # The handshake comes second, so that the watchdog can end it, too.
            secured = self._context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self.opened = secured
            secured.do_handshake()


@contextlib.contextmanager
def _watch(connection: _Pinned, seconds: float) -> Iterator[threading.Event]:
    """End the connection after so many seconds: a server that sends a byte now and then never times out by itself."""
    expired = threading.Event()

    def end() -> None:
        expired.set()
        if connection.opened is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket's own shutdown, which another thread must not call.
                socket.socket.shutdown(connection.opened, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def _read(response: http.client.HTTPResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        while size < MAX_BYTES and (part := response.read1(min(65_536, MAX_BYTES - size))):
            parts.append(part)
            size += len(part)
    except http.client.IncompleteRead as error:
        parts.append(error.partial)
    data = b"".join(parts)
    if response.headers.get("Content-Encoding", "").lower() in ("gzip", "deflate", "x-gzip"):
        with contextlib.suppress(zlib.error):
            return zlib.decompressobj(47).decompress(data, MAX_BYTES)
    return data


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _no_address(host: str) -> Problem:
    return Problem(
        ProblemKind.NOT_FOUND,
        f"{host} has no address in DNS.",
        "Publish the website and its DNS record, or name another address.",
    )


def _problem(error: Exception, target: Target) -> Problem:
    host = target.host
    if isinstance(error, ssl.SSLCertVerificationError):
        what = _CERTIFICATE.get(error.verify_code, f"cannot be trusted: {line(error.verify_message, limit=120)}")
        return Problem(
            ProblemKind.UNREACHABLE,
            f"The certificate of {host} {what}.",
            "A reviewer's browser shows a warning instead of the page: renew or correct the certificate.",
            code=f"certificate {error.verify_code}",
        )
    if isinstance(error, ssl.SSLError):
        return Problem(
            ProblemKind.UNREACHABLE,
            f"{host} and this machine could not agree on a secure connection: {line(error.reason or str(error))}.",
            "Look whether the server speaks TLS on this port.",
        )
    if isinstance(error, ConnectionRefusedError):
        return Problem(
            ProblemKind.UNREACHABLE,
            f"{host} refuses connections on port {target.port}.",
            "Look whether the web server runs, then check again.",
        )
    if isinstance(error, (http.client.HTTPException, ValueError)):
        return Problem(
            ProblemKind.MALFORMED,
            f"{host} does not answer as a web server does: {line(str(error) or type(error).__name__, limit=120)}.",
            "Look at the address and the port.",
        )
    if isinstance(error, ConnectionError):
        return Problem(ProblemKind.UNREACHABLE, f"{host} closed the connection.", "Check again in a moment.")
    return Problem(
        ProblemKind.UNREACHABLE,
        f"{host} cannot be reached: {line(str(getattr(error, 'strerror', '') or error), limit=120)}.",
        "Look whether this machine is online, then check again.",
    )
