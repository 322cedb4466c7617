"""A small authoritative DNS server on loopback for the tests: UDP and TCP, from a table, with faults on request."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Zone = dict[tuple[str, str], list[str]]
"""``("mail.example.com", "MX")`` -> values in zone file form; a value under the type ``!`` is a fault."""


class NameServer:
    """Answers for every name: what is not in the table does not exist."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.asked: list[tuple[str, str]] = []
        self._udp, self._tcp = _pair()
        self.port = self._udp.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        for work in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        self._udp.close()
        # A thread that waits in accept() keeps a closed socket alive: wake it.
        with contextlib.suppress(OSError):
            self._tcp.shutdown(socket.SHUT_RDWR)
        self._tcp.close()

    def _serve_udp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, peer = self._udp.recvfrom(4096)
                answer = self._answer(data, udp=True)
                if answer is not None:
                    self._udp.sendto(answer, peer)

    def _serve_tcp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._tcp.accept()
                with connection:
                    size = struct.unpack("!H", connection.recv(2))[0]
                    answer = self._answer(connection.recv(size), udp=False) or b""
                    connection.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, data: bytes, *, udp: bool) -> bytes | None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        fault = (self.zone.get((name, "!")) or [""])[0]
        if fault == "silence":
            return None
        if fault == "slow":
            time.sleep(0.5)
        if fault == "junk":
            return data[:2] + b"\xff\xff\x00"
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        if fault in ("SERVFAIL", "REFUSED"):
            response.set_rcode(dns.rcode.from_text(fault))
            return response.to_wire()
        self._fill(response, name, kind)
        wire = response.to_wire()
        if udp and (fault == "truncated" or len(wire) > 1200):
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            return short.to_wire()
        return wire

    def _fill(self, response: dns.message.Message, name: str, kind: str) -> None:
        for _ in range(10):
            values = self.zone.get((name, kind))
            alias = self.zone.get((name, "CNAME"))
            if values:
                response.answer.append(dns.rrset.from_text_list(f"{name}.", 300, "IN", kind, values))
                return
            if alias is None:
                if not any(known == name or known.endswith(f".{name}") for known, _ in self.zone):
                    response.set_rcode(dns.rcode.NXDOMAIN)
                return
            response.answer.append(dns.rrset.from_text_list(f"{name}.", 60, "IN", "CNAME", alias))
            name = alias[0].rstrip(".").lower()


def _pair() -> tuple[socket.socket, socket.socket]:
    """Return a UDP and a TCP socket on one free port."""
    for _ in range(20):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(("127.0.0.1", udp.getsockname()[1]))
        except OSError:  # somebody has the TCP port
            udp.close()
    raise OSError("no port is free for both UDP and TCP")


@contextlib.contextmanager
def serving(zone: Zone) -> Iterator[NameServer]:
    server = NameServer(zone)
    try:
        yield server
    finally:
        server.close()
