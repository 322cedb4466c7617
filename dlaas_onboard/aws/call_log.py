"""The latest calls on the wire, for the drawer."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable

from dlaas_onboard.journey.situation.calls import CallRecord

_KEPT = 500


class Records:
    """Keeps the latest calls and tells who wants to know. Safe to use from any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[CallRecord] = deque(maxlen=_KEPT)
        self._listeners: list[Callable[[CallRecord], None]] = []

    def add(self, record: CallRecord) -> None:
        """Keep a record and tell the listeners."""
        with self._lock:
            self._calls.append(record)
            listeners = tuple(self._listeners)
        for listener in listeners:
            # A face that is closing must not turn an answer of AWS into a failure.
            with contextlib.suppress(Exception):
                listener(record)

    def latest(self) -> tuple[CallRecord, ...]:
        """Return the latest calls, oldest first."""
        with self._lock:
            return tuple(self._calls)

    def listen(self, listener: Callable[[CallRecord], None]) -> None:
        """Call ``listener`` after each call, in the thread that made it."""
        with self._lock:
            self._listeners.append(listener)
