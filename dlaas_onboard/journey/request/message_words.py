"""The messages that the project sends, in words: of the table for the text, of the code for the report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dlaas_onboard.journey.facts import Schedule, ScheduleKind
from dlaas_onboard.journey.situation.message_row import CLASS_WORDS, MessageClass, MessageRow, RowOrigin
from dlaas_onboard.journey.situation.placeholders import in_brackets

SAMPLE_MAX = 900

_ORDER = tuple(MessageClass)


def by_class(row: MessageRow) -> int:
    """Return the place of a message among the classes."""
    return _ORDER.index(row.message_class) if row.message_class else len(_ORDER)


def sampled(rows: Iterable[MessageRow]) -> tuple[MessageRow, ...]:
    """Return the messages that have a sample, one of each class: it says more than two of the same."""
    first: dict[MessageClass | None, MessageRow] = {}
    for row in sorted(rows, key=by_class):
        if row.sample.strip():
            first.setdefault(row.message_class, row)
    return tuple(first.values())


def changed_words(row: MessageRow) -> str:
    """Return what of a message's code differs from what was confirmed, ``""`` if nothing."""
    return f"the code has changed since you confirmed it: {'; '.join(row.changed)}" if row.changed else ""


def how_to_confirm(rows: Sequence[MessageRow]) -> str:
    """Return how the operator confirms messages, in the app, in the plain mode and with a command."""
    what = f"the {len(rows)} messages" if len(rows) > 1 else "the message"
    read = f" that {'were' if len(rows) > 1 else 'was'} read" if all(row.code is not None for row in rows) else ""
    field = f"message.{rows[0].id}"
    parts = "".join(f"{field}.{part}=… " for part in rows[0].missing)
    return (
        f"Confirm or correct {what}{read}: enter on each under Messages in the app, yes in the plain mode, "
        f"or `draft set {parts}{field}.confirmed=yes`."
    )


def like_marketing(rows: Iterable[MessageRow]) -> str:
    """Return the messages that read like marketing, each with the words that do and what the operator said of it."""
    return "; ".join(f"“{row.name or row.id}” ({', '.join(_why_marketing(row))})" for row in rows)


def _why_marketing(row: MessageRow) -> Iterator[str]:
    if row.marketing:
        at = f" at {row.marketing_source}" if row.marketing_source else ""
        yield f"“{row.marketing}”{at}"
    if row.origin == RowOrigin.CONFIRMED and row.message_class is not None:
        yield f"confirmed by you as {CLASS_WORDS[row.message_class]}"


# Both ways out; the gate of the text takes a typed reason, as for every gap of the rubric.
MARKETING_REMEDY = (
    "Choose the mail type Marketing and the class newsletter, or reword the message so that nothing in it reads so. "
    "If it is no marketing all the same, type a reason at the gate in the step Review and file."
)


def head(row: MessageRow) -> str:
    """Return the lines above a message's text: From, To and Subject, as far as they are known."""
    lines = (f"From: {row.sender}" if row.sender else "", f"To: {row.recipient}" if row.recipient else "")
    return "\n".join(filter(None, (*lines, f"Subject: {row.subject}" if row.subject else row.name)))


def whole(row: MessageRow) -> str:
    """Return a message in full, as its recipient reads it; ``""`` where its text is not known."""
    return f"{head(row)}\n\n{row.sample.strip()}" if row.sample.strip() else ""


def message(row: MessageRow) -> str:
    """Return a message for the request: its head and text, cut at the end of a line where it is long.

    What the running code fills in stands in brackets: ``{appName}`` reads ``[app name]``.
    """
    sender = f"From: {row.sender}\n" if row.sender else ""
    above = in_brackets(sender + (f"Subject: {row.subject}\n" if row.subject else f"{row.name}\n"))
    lines: list[str] = []
    size = len(above)
    for line in re.sub(r"\n\s*\n\s*", "\n", in_brackets(row.sample).strip()).split("\n"):
        if size + len(line) + 1 > SAMPLE_MAX:
            lines.append("(shortened)")
            break
        lines.append(line.strip())
        size += len(line) + 1
    return above + "\n".join(lines)


def cause(item: Schedule) -> str:
    """Return one cause of a message: ``in a run every 24 hours``, ``nightly_orders runs every day``."""
    match item.kind:
        case ScheduleKind.CALL:
            return f"once for each call of {', '.join(item.tasks)}"
        case ScheduleKind.RUN:
            return f"in a run {_every(item)}"
    return f"{', '.join(item.tasks)} runs {_every(item)}"


def _every(item: Schedule) -> str:
    if not item.unit:
        return f"on the schedule {item.expression}"
    return f"every {item.unit}" if item.every == 1 else f"every {item.every} {item.unit}s"
