"""What is entered of messages, before it is saved: ids that no message has, and what cannot be confirmed yet."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import chain, count

from dlaas_onboard.journey.request.message_words import changed_words
from dlaas_onboard.journey.situation.message_fields import MESSAGE, message_part, row_id
from dlaas_onboard.journey.situation.message_row import MessageRow, RowOrigin
from dlaas_onboard.journey.situation.situation import Situation
from dlaas_onboard.journey.text import line


def wrong_messages(situation: Situation, assignments: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is wrong with entries of messages in this situation; a new message begins with its name."""
    entries = [(message_part(field), text) for field, text in assignments if field.startswith(MESSAGE)]
    rows = {row.id: row for row in situation.messages.rows}
    named = {part.id for part, text in entries if part.part == "name" and text}
    said = {(part.id, part.part) for part, text in entries if text}
    unknown = [_unknown(part.id, rows) for part, _ in entries if part.id not in {*rows, *named}]
    wrong = (_of_row(rows[part.id], part.part, text, said) for part, text in entries if part.id in rows)
    return [*unknown, *(error for errors in wrong for error in errors)]


def _of_row(row: MessageRow, part: str, text: str, said: set[tuple[str, str]]) -> list[str]:
    """Return what is wrong with an entry of a message that is there."""
    if part == "name" and not text and row.origin == RowOrigin.CONFIRMED:
        return [f"{MESSAGE}{row.id}.name: a confirmed message keeps a name; enter another one."]
    return _unsaid(row, said) if part == "confirmed" and text else []


def _unsaid(row: MessageRow, said: set[tuple[str, str]]) -> list[str]:
    """Return what has to be said of a message before it can be confirmed; none where all of it is."""
    missing = [name for name in row.missing if (row.id, name) not in said]
    return [f"{MESSAGE}{row.id}.confirmed: say first its {' and '.join(missing)}."] if missing else []


def _unknown(row_id: str, rows: Iterable[str]) -> str:
    near = get_close_matches(row_id, list(rows), n=3)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"There is no message {line(row_id, limit=60)!r}.{hint} A new one begins with {MESSAGE}<id>.name."


def free_id(name: str, rows: Iterable[MessageRow]) -> str:
    """Return an id for a message that the operator adds: of its name, and of no other message."""
    taken = {row.id for row in rows}
    ids = chain([row_id(name)], (f"{row_id(name)}.{number}" for number in count(2)))
    return next(each for each in ids if each not in taken)


def message_words(row: MessageRow) -> str:
    """Return a message on one line: ``Invoice: when an invoice is issued; to the account's owner; billing``."""
    kind = row.message_class.value if row.message_class else "class not known"
    parts = (row.trigger or "trigger not known", f"to {row.recipient or 'nobody knows whom'}", kind)
    return f"{row.name or row.id}: {'; '.join(filter(None, (*parts, changed_words(row))))}"
