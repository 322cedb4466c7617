"""The only writer to standard error."""

from __future__ import annotations

import sys

from dlaas_onboard.journey.text import clean, line

PROGRAM = "dlaas-onboard"


def say(sentence: str) -> None:
    """Write one sentence on one line, after the program's name and without a control byte."""
    _write(f"{PROGRAM}: {line(sentence, limit=1000)}\n")


def trace(text: str) -> None:
    """Write a traceback: only where the operator asked for it."""
    _write(text)


def ask(question: str) -> None:
    """Write a question and leave the cursor behind it, so that an answer on standard input is not mixed with output."""
    _write(question)


def _write(text: str) -> None:
    err = sys.stderr
    if err is None:  # closed by the caller: there is nobody to tell
        return
    safe = clean(text, limit=20_000)
    encoding = getattr(err, "encoding", None) or "utf-8"
    try:
        err.write(safe.encode(encoding, "backslashreplace").decode(encoding))
        err.flush()
    except OSError:  # nobody reads it
        return
