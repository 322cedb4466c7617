"""The signals that end the app: what was typed is saved, and a terminal that is gone holds nothing up."""

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
