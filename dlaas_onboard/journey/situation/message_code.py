"""What the code said of a message when the operator confirmed it: another code is another message, to be read again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dlaas_onboard.journey.text import line

_SHOWN = 80  # characters of what was read, in a finding


class MessageCode(NamedTuple):
    """What was read of a message, sorted: not its lines, which move with every edit above them."""

    files: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()  # "remind calls transport.sendMail"
    callers: tuple[str, ...] = ()  # what leads there: "CronJob.run"
    templates: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()  # as the code has them: "invoice.client.email"

    def to_text(self) -> str:
        """Return the form in which it is kept with the confirmation."""
        return json.dumps(self._asdict())

    def same_place(self, other: MessageCode) -> bool:
        """Return whether both are sent by the same calls of the same files."""
        return (self.files, self.calls) == (other.files, other.calls)

    def changes(self, now: MessageCode) -> Iterator[str]:
        """Yield what differs: ``the subject was “Invoice” and is “Receipt”``."""
        for (words, were), (_, have) in zip(self._named(), now._named(), strict=True):
            if were != have:
                yield f"{words} was {_shown(were)} and is {_shown(have)}"

    def _named(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(zip(_WORDS, self, strict=True))


_WORDS = ("the file", "the call", "what leads to it", "the template", "the subject", "the recipient")


def _shown(parts: tuple[str, ...]) -> str:
    return f"“{line(', '.join(parts), limit=_SHOWN)}”" if parts else "empty"


def distinct(parts: Iterable[str]) -> tuple[str, ...]:
    """Return the parts that are not empty, each once, sorted."""
    return tuple(sorted({part for part in parts if part}))


def kept_code(text: str) -> MessageCode | None:
    """Return what :meth:`MessageCode.to_text` wrote, ``None`` where the text is none of it."""
    try:
        parts = json.loads(text)
        return MessageCode(**{name: tuple(map(str, parts.get(name, ()))) for name in MessageCode._fields})
    except (ValueError, AttributeError, TypeError):
        return None
