"""The chronological record: looks that changed something, entries, declarations, filings, answers, decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

LOOK: Final = "look"  # looks that changed nothing: one line for each day and person, however many there were


class ChangeTopic(StrEnum):
    """What a change at AWS is about."""

    DECISION = "decision"  # the sandbox, the review, a request for quota
    CASE = "case"
    MESSAGES = "messages"  # new ones in the case
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal: what is shown of it, and as fields what is asked of it later."""

    at: datetime
    kind: (
        str  # "declared", "overrode", "intent", "outcome", "changed", "answer", "look", "exported", "imported", "note"
    )
    text: str
    by: str = ""
    operation: str = ""  # of "intent" and "outcome": "sesv2:PutAccountDetails"
    marker: str = ""  # of the same write
    topic: ChangeTopic | None = None  # of "changed"
    looks: int = 0  # how many a "look" counts


@dataclass(frozen=True, slots=True)
class EnteredAnswer:
    """One answer of the history: what was entered for a field, with who and when; an empty text took it back."""

    field: str
    text: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import brought, or would bring."""

    by: str  # who exported it
    exported_at: datetime
    answers: int = 0
    intents: int = 0  # writes that were not here, and those that had come further there
    lines: int = 0
    open: int = 0  # writes among them of which it is not known what they did
    notes: tuple[str, ...] = ()  # what differs, one sentence each

    @property
    def anything(self) -> bool:
        """Whether it changed, or would change, what is here."""
        return bool(self.answers or self.intents or self.lines)


def looked(last: JournalEntry | None, at: datetime, by: str) -> tuple[JournalEntry, bool]:
    """Return the line that counts one more look that changed nothing, and whether it takes the place of ``last``.

    It does where ``last`` counts looks of the same person on the same day: a watch of days adds a line a day.
    """
    if last is not None and last.kind == LOOK and last.by == by and _day(last.at) == _day(at):
        count = last.looks + 1
        text = f"Looked {count} times, nothing changed; last at {at.astimezone(UTC):%H:%M} UTC."
        return replace(last, text=text, looks=count), True
    return JournalEntry(at, LOOK, "Looked once, nothing changed.", by, looks=1), False


def topic_named(name: str) -> ChangeTopic | None:
    """Return the topic that is kept under ``name``, ``None`` for one that is not known here."""
    return next((topic for topic in ChangeTopic if topic.value == name), None)


def _day(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d}"
