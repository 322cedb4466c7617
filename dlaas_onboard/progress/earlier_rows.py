"""What older versions kept, brought to the form of today: when their file is migrated, or their export is read.

Words of the journal stand here as those versions wrote them; nothing here changes with the words of today.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from dlaas_onboard.progress.tables import Row

_WRITE = re.compile(r"^(\S+) \((dlaas-[a-z0-9]+)\)")
_LOOKED = re.compile(r"Looked (?:once|(\d{1,9}) times)")
_DECISIONS = (
    "The review",
    "Amazon no longer shows a review",
    "A request for production access",
    "The account has production access",
    "The account is back in the sandbox",
    "The quota request",
)


class JournalFields(NamedTuple):
    """What a line of the journal says beside its text, as the store keeps it."""

    operation: str = ""
    marker: str = ""
    topic: str = ""
    looks: int = 0


def journal_fields(kind: str, text: str) -> JournalFields:
    """Return what the text of an old line says: then there were no fields for it."""
    if kind in ("intent", "outcome"):
        write = _WRITE.match(text)
        return JournalFields(operation=write[1], marker=write[2]) if write else JournalFields()
    if kind == "changed":
        return JournalFields(topic=_topic(text))
    if kind == "look":
        looked = _LOOKED.match(text)
        return JournalFields(looks=int(looked[1] or 1) if looked else 1)
    return JournalFields()


def _topic(text: str) -> str:
    if text.startswith(_DECISIONS):
        return "decision"
    if text.startswith("Case "):
        return "messages" if "new message" in text else "case"
    return "other"


def journal_row(row: Row) -> Row:
    """Return a row of the journal with its fields; one that has them stays as it is."""
    if "operation" in row:
        return row
    return {**row, **journal_fields(str(row["kind"]), str(row["text"]))._asdict()}


def snapshot_row(row: Row) -> Row:
    """Return the facts of the last visit without the checkout, whose messages were text: it is read again anyway."""
    try:
        facts = json.loads(str(row["facts"]))
    except (ValueError, RecursionError):
        return row
    if not isinstance(facts, dict):
        return row
    return {**row, "facts": json.dumps({**facts, "checkout": None}, separators=(",", ":"))}


# What becomes of the rows of a schema's tables on the way to the next one.
UPGRADES: Final[Mapping[int, Mapping[str, Callable[[Row], Row]]]] = {
    1: {"journal": journal_row, "snapshot": snapshot_row},
}
