"""Several questions of DNS as one look: the time they may take together, and what they share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol, TypeVar

import dns.rdatatype

from dlaas_onboard.journey.facts.reading import Problem, ProblemKind, Reading
from dlaas_onboard.probes.dns_reply import Reply

T = TypeVar("T")

SECONDS = 6.0  # for all questions of one look together


class Ask(Protocol):
    """Asks one question, ``lifetime`` seconds at most."""

    def __call__(self, name: str, type: str, lifetime: float = ..., /) -> Reply: ...  # noqa: A002 - DNS's own word


class Asking:
    """Asks through ``ask`` until the time is up; after that every question is a problem."""

    def __init__(self, ask: Ask, what: str, seconds: float = SECONDS) -> None:
        self._ask = ask
        self._what = what
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Return the seconds that are left, 0 when the time is up."""
        return max(0.0, self._end - time.monotonic())

    @property
    def late(self) -> Problem:
        """Return the problem of a look whose time is up."""
        return Problem(
            ProblemKind.TIMEOUT,
            f"{self._what} could not be read within {self._seconds:g} seconds.",
            "Look again in a moment, or ask another server with --dns-server.",
        )

    def __call__(self, name: str, type: str) -> Reply:  # noqa: A002 - DNS's own word
        """Ask one question."""
        left = self.left
        if left < 0.05:
            return Reply(name, type, f"DNS {type} {name}", problem=self.late)
        return self._ask(name, type, left)

    def addresses(self, host: str) -> tuple[tuple[str, ...], Problem | None]:
        """Return the IPv4 and IPv6 addresses of a host; a problem where neither could be read to the end."""
        addresses: list[str] = []
        problem: Problem | None = None
        for reply in together([partial(self, host, kind) for kind in ("A", "AAAA")], self.left + 0.5):
            if reply is None or reply.problem is not None:
                problem = reply.problem if reply is not None else self.late
                continue
            addresses += [str(rdata) for rdata in reply.rdatas if rdata.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)]
        return tuple(addresses), None if addresses else problem


def together(tasks: Sequence[Callable[[], T]], seconds: float) -> list[T | None]:
    """Run tasks in daemon threads and return their results in order, ``None`` for one that is not done in time."""
    results: list[T | None] = [None] * len(tasks)

    def run(index: int) -> None:
        results[index] = tasks[index]()

    end = time.monotonic() + seconds
    threads = [threading.Thread(target=run, args=(index,), daemon=True, name="dns") for index in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    return list(results)  # a task that ends later changes nothing of what was returned


def failed(source: str, problem: Problem) -> Reading[T]:
    """Return a reading that is a problem, as of now."""
    return Reading(source, datetime.now(UTC), problem=problem)
