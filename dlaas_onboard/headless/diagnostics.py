"""The only writer to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dlaas_onboard.journey.text import clean, line
from dlaas_onboard.terminal_bell import call

PROGRAM = "dlaas-onboard"
LIMIT = 78  # characters of a line that is written over: one that wraps could not be taken away


def say(sentence: str) -> None:
    """Write one sentence on one line, after the program's name and without a control byte."""
    _write(f"{PROGRAM}: {line(sentence, limit=1000)}\n")


def on_terminal() -> bool:
    """Whether a person may be looking at standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def ring(sentences: Sequence[str]) -> None:
    """Ring the terminal's bell and have it notify the operator; nothing where standard error is no terminal."""
    if on_terminal():
        _put(call(sentences, os.environ))


class Ticker:
    """One line at the foot of the terminal that is written over; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._shown = 0

    def show(self, text: str) -> None:
        """Show ``text`` in place of what was shown; on a terminal that cannot go back on a line of its own."""
        if not on_terminal():
            return
        safe = line(text, limit=LIMIT)
        if os.environ.get("TERM") == "dumb":
            _write(f"{safe}\n")
            return
        self.clear()
        _put(safe)
        self._shown = len(safe)

    def clear(self) -> None:
        """Take the line away, before anything else is written to the terminal."""
        if self._shown:
            _put(f"\r{' ' * self._shown}\r")
            self._shown = 0


def trace(text: str) -> None:
    """Write a traceback: only where the operator asked for it."""
    _write(text)


def ask(question: str) -> None:
    """Write a question and leave the cursor behind it, so that an answer on standard input is not mixed with output."""
    _write(question)


def _write(text: str) -> None:
    _put(clean(text, limit=20_000))


def _put(safe: str) -> None:
    err = sys.stderr
    if err is None:  # closed by the caller: there is nobody to tell
        return
    encoding = getattr(err, "encoding", None) or "utf-8"
    try:
        err.write(safe.encode(encoding, "backslashreplace").decode(encoding))
        err.flush()
    except OSError:  # nobody reads it
        return
