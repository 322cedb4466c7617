"""A stop by SIGINT or SIGTERM that takes effect at once, whatever the network does."""

from __future__ import annotations

import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar, cast

T = TypeVar("T")

# A wait for a lock can be interrupted on POSIX alone: elsewhere a signal is noticed between two short waits.
_SLICE = 0.2 if sys.platform == "win32" else 3600.0


class Stopped(BaseException):
    """The operator, or the system, asked for the end."""


class TimeIsUp(Exception):  # noqa: N818 - read as a sentence
    """The time that work was given is over."""


class Stopper:
    """Does work and waits so that a stop is noticed at once: what may hang runs in a daemon thread."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self) -> None:
        """Ask for the end; called from the handler of a signal, in the main thread."""
        self._asked = True
        raise Stopped

    def do(self, work: Callable[[], T], seconds: float | None = None) -> T:
        """Do ``work`` and return its result, or raise what it raised; :class:`Stopped` as soon as that is asked for.

        Raises :class:`TimeIsUp` once ``seconds`` are over. Work that was stopped goes on by itself until the process
        ends.
        """
        done: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

        def task() -> None:
            try:
                done.put((work(), None))
            except BaseException as error:  # raised again by the one who waits
                done.put((None, error))

        threading.Thread(target=task, daemon=True).start()
        try:
            result, error = self._get(done, seconds)
        except queue.Empty:
            raise TimeIsUp from None
        if error is not None:
            raise error
        return cast("T", result)

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds, or until the end is asked for."""
        try:
            self._get(queue.SimpleQueue(), seconds)
        except queue.Empty:
            return

    def _get(self, inbox: queue.SimpleQueue[Any], seconds: float | None) -> Any:
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            if self._asked:
                raise Stopped
            left = _SLICE if end is None else min(_SLICE, max(0.0, end - time.monotonic()))
            try:
                return inbox.get(timeout=left)
            except queue.Empty:
                if end is not None and time.monotonic() >= end:
                    raise


@contextmanager
def stoppable() -> Iterator[Stopper]:
    """Hand out a :class:`Stopper` that SIGINT and SIGTERM ask for the end, once: a second signal acts as ever.

    A signal that is ignored, as SIGINT is behind a shell's ``&``, stays ignored.
    """
    stopper = Stopper()
    before: dict[int, Any] = {}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def end(_number: int, _frame: FrameType | None) -> None:
        restore()
        stopper.ask()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, end)
    try:
        yield stopper
    finally:
        restore()
