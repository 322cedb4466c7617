"""What the operator entered: text as it was typed, with who and when. Nothing is dropped because it is not valid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: ``text`` in the form in which its field is edited."""

    text: str
    at: datetime
    by: str  # "ada@laptop": who sat at the keyboard, as the machine knows them


@dataclass(frozen=True, slots=True)
class Answers:
    """All entries by field id (:mod:`dlaas_onboard.journey.situation.fields`)."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def text(self, field_id: str) -> str:
        """Return what was entered, ``""`` where nothing was."""
        entry = self.entries.get(field_id)
        return entry.text if entry else ""

    def entry(self, field_id: str) -> Entry | None:
        """Return the entry with who and when."""
        return self.entries.get(field_id)

    def with_entry(self, field_id: str, entry: Entry) -> Answers:
        """Return these answers with one changed; an empty text takes the answer back."""
        entries = dict(self.entries)
        if entry.text:
            entries[field_id] = entry
        else:
            entries.pop(field_id, None)
        return Answers(entries)
