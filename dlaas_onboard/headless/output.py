"""The only writer to standard output."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Sequence

from dlaas_onboard.journey.errors import CannotLook
from dlaas_onboard.journey.text import clean, line

__all__ = ["document", "fold", "prompt", "table", "write"]


def write(text: str = "") -> None:
    """Write ``text`` and a line feed, without a control byte; a character the terminal lacks becomes an escape."""
    _put(text if text.endswith("\n") else text + "\n")


def prompt(text: str) -> None:
    """Write ``text`` and leave the cursor behind it."""
    _put(text)


def _put(text: str) -> None:
    out = sys.stdout
    if out is None:
        raise CannotLook("standard output is closed")
    safe = clean(text, limit=len(text))
    encoding = getattr(out, "encoding", None) or "utf-8"
    try:
        out.write(safe.encode(encoding, "backslashreplace").decode(encoding))
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # so that nothing tries to write the rest again
        raise CannotLook(f"standard output cannot be written: {error.strerror or error}") from error


def document(value: object, *, one_line: bool = False) -> None:
    """Write ``value`` as JSON in ASCII, so that nothing in it can reach a terminal as a control byte."""
    write(json.dumps(value, indent=None if one_line else 2, ensure_ascii=True, allow_nan=False))


def table(rows: Iterable[Sequence[str]], *, indent: str = "") -> list[str]:
    """Return ``rows`` as lines with aligned columns; the last column is as wide as it is."""
    cells = [[line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in cells), strict=True)]
    return [
        (indent + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])).rstrip()
        for row in cells
    ]


def fold(text: str, *, first: str = "", then: str = "", width: int = 100) -> str:
    """Return ``text`` on lines of at most ``width`` characters; a long word such as a record's value is not broken."""
    return textwrap.fill(
        line(text, limit=2000),
        width=width,
        initial_indent=first,
        subsequent_indent=then or first,
        break_long_words=False,
        break_on_hyphens=False,
    )
