"""The DNS server knotd on loopback addresses: authoritative, and not ours."""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import pytest

needs_knot = [
    pytest.mark.knot,
    pytest.mark.skipif(shutil.which("knotd") is None, reason="knotd is not installed"),
]


def free_port(*addresses: str) -> int:
    """Return a port that is free for UDP and TCP on all of the addresses."""
    for _ in range(50):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            port = random.randrange(10_000, 30_000)  # below those that the system gives away by itself
            for address in addresses:
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    one = held.enter_context(socket.socket(socket.AF_INET, kind))
                    one.bind((address, port))
            return port
    raise OSError("no port is free on all of the addresses")


@contextlib.contextmanager
def knot(folder: Path, address: str, port: int, zones: Mapping[str, str]) -> Iterator[None]:
    """Serve zones (name -> records, without SOA) on one address; a zone without records answers SERVFAIL."""
    for name in ("run", "db", "zones"):
        (folder / name).mkdir(parents=True)
    for zone, records in zones.items():
        if records:
            head = f"$ORIGIN {zone}.\n$TTL 60\n@ SOA ns hostmaster 1 300 60 86400 60\n"
            (folder / "zones" / f"{zone}.zone").write_text(head + records)
    (folder / "knot.conf").write_text(
        f"server:\n    listen: {address}@{port}\n    rundir: {folder}/run\n    udp-workers: 1\n    tcp-workers: 1\n"
        f"database:\n    storage: {folder}/db\ntemplate:\n  - id: default\n    storage: {folder}/zones\n"
        '    file: "%s.zone"\n    zonefile-sync: -1\n    journal-content: none\nzone:\n'
        + "".join(f"  - domain: {zone}\n" for zone in zones)
    )
    log = (folder / "log").open("w")
    with log, subprocess.Popen(["knotd", "-c", str(folder / "knot.conf")], stdout=log, stderr=log) as running:
        try:
            _wait(address, port, [zone for zone, records in zones.items() if records], folder)
            yield
        finally:
            running.terminate()


def _wait(address: str, port: int, zones: list[str], folder: Path) -> None:
    end = time.monotonic() + 20
    for zone in zones:
        query = dns.message.make_query(zone, "SOA", flags=0)
        while True:
            with contextlib.suppress(dns.exception.DNSException, OSError):
                if dns.query.udp(query, address, timeout=0.5, port=port).answer:
                    break
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
