"""What ends the app from outside, a signal or a lost terminal: what was typed is saved, and nothing holds it up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable


def end_on_signals(leave: Callable[[], None], patience: float) -> None:
    """Have ``leave`` run in the running loop when the process is told to end, and end it after ``patience`` seconds."""
    if sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()

    def end(number: int, _frame: object) -> None:
        # A terminal that is gone takes no more output, and Textual's writer then blocks the loop for ever: the
        # process would keep the progress locked. What was acknowledged is on disk, so it may end at any moment.
        last = threading.Timer(patience, os._exit, (128 + number,))
        last.daemon = True
        last.start()
        loop.call_soon_threadsafe(leave)

    # Not the loop's own handlers: they wait for a loop that may be blocked.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def end_without_terminal() -> None:
    """End as on a hang-up where nobody can see or type anything any more, though no signal said so.

    That is so where the app was started in a session of its own, or with SIGHUP ignored; reading the terminal then
    yields nothing, at once, for ever.
    """
    if sys.platform == "win32" or sys.__stdin__ is None:
        return
    try:
        gone = not os.isatty(sys.__stdin__.fileno())
    except (OSError, ValueError):
        gone = True
    if gone:
        os.kill(os.getpid(), signal.SIGHUP)
