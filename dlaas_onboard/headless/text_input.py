"""Text from a file or from standard input, in the encodings that shells write."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

from dlaas_onboard.journey.errors import UsageError

STANDARD_INPUT = "-"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(name: str, most_bytes: int) -> str:
    """Return the text of a file, of standard input for ``-``, without the line feed at its end.

    UTF-8 is read, and UTF-16 with its mark, which PowerShell's ``>`` writes.
    Raises :class:`UsageError` with a sentence.
    """
    where = "standard input" if name == STANDARD_INPUT else name
    try:
        raw = _bytes(name, most_bytes + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f"{where} cannot be read: {getattr(error, 'strerror', '') or error}") from error
    if len(raw) > most_bytes:
        raise UsageError(f"{where} is larger than {most_bytes:,} bytes")
    try:
        text = raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} holds no text in UTF-8 or UTF-16") from error
    return text.removesuffix("\n").removesuffix("\r")


def _bytes(name: str, count: int) -> bytes:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read(count) if sys.stdin is not None else b""
    with Path(name).open("rb") as file:
        return file.read(count)
