"""What the operator noted of a test with the mailbox simulator: his word, never a proof.

Proved is what this tool sent and saw arrive (:mod:`dlaas_onboard.journey.bounces.proof`), with message ids.
"""

from __future__ import annotations

from dlaas_onboard.journey.situation.answers import Answers, Entry

NOTE = "bounce_seen"


def operator_note(answers: Answers) -> Entry | None:
    """Return the note, ``None`` where nothing was noted."""
    entry = answers.entry(NOTE)
    return entry if entry is not None and entry.text.strip() else None


def who_noted(note: Entry) -> str:
    """Return ``ada@laptop noted on 2026-11-24``."""
    return f"{note.by} noted on {note.at:%Y-%m-%d}"


def as_noted(note: Entry) -> str:
    """Return the note as the word of whoever entered it."""
    return f"{who_noted(note)}: {note.text.strip()}"
