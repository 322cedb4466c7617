"""The chronological record: looks that changed something, entries, declarations, filings, answers, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal."""

    at: datetime
    kind: str  # "entered", "declared", "overrode", "intent", "outcome", "changed", "answer", "note"
    text: str
    by: str = ""
