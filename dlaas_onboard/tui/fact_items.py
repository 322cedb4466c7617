"""The facts of a step as entries: fact, value, source, age. Columns go where there is no room for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from textual.content import Content

from dlaas_onboard.journey.text import age
from dlaas_onboard.journey.verdict import Mark, Row
from dlaas_onboard.tui.context_bar import middle
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.marks import MARKS
from dlaas_onboard.tui.safe_text import fit, flat, lit, wrap
from dlaas_onboard.tui.theme import DIM

Clock = Callable[[], datetime]
LABEL = 26  # a longer label is wrapped: one must not push every value to the right
AGE = 7  # "59 min" and a blank
WORDS = {
    Mark.GOOD: "good",
    Mark.BAD: "bad",
    Mark.WARN: "warning",
    Mark.WAIT: "waiting",
    Mark.UNKNOWN: "unknown",
    Mark.PLAIN: "",
}


def ago(when: datetime | None, now: datetime) -> str:
    """Return how long ago ``when`` was, in a few characters."""
    if when is None:
        return ""
    return age((now - when).total_seconds())


def seen(when: datetime | None, now: datetime) -> str:
    """Return ``when`` in words: how long ago, and the time."""
    if when is None:
        return ""
    past = ago(when, now)
    words = "just now" if past == "now" else f"{past} ago"
    return f"{words} ({when.astimezone():%d %b %H:%M})"


def joined(*parts: Content | str, dot: str = " · ") -> Content:
    """Return the parts that are not empty, with a dim dot between them."""
    out: list[Content | tuple[str, str]] = []
    for part in parts:
        content = flat(part) if isinstance(part, str) else part
        if content.plain:
            if out:
                out.append((dot, DIM))
            out.append(content)
    return Content.assemble(*out)


def fact_items(rows: Sequence[Row], clock: Clock, title: str | None = "Facts") -> list[Item]:
    """Return ``rows`` as entries under the headings of their sections; without ``title`` under none."""
    label_width = min(LABEL, max((len(row.label) for row in rows), default=0))
    source_width = min(44, max((len(row.source) for row in rows), default=0))
    items: list[Item] = []
    for section in dict.fromkeys(row.section for row in rows):
        if title is not None:
            items.append(heading(section or title))
        items += [
            _fact(row, number, label_width, source_width, clock)
            for number, row in enumerate(rows)
            if row.section == section
        ]
    return items


def _fact(row: Row, number: int, label_width: int, source_width: int, clock: Clock) -> Item:
    glyph, color = MARKS[row.mark]
    wrong = row.mark not in (Mark.GOOD, Mark.PLAIN)

    def paint(width: int) -> list[Content]:
        label = min(label_width, max(10, width // 3))
        with_age = width >= 58
        source = min(source_width, width // 3) if width >= 104 else 0
        value = width - 2 - label - 2 - (source + 2 if source else 0) - (AGE if with_age else 0)
        # A path or an address is not broken in two: enter shows it in full, and y copies it.
        shown = row.value if " " in row.value else middle(row.value, value)
        values = wrap(shown, value, "" if row.value else DIM, limit=3) or [lit("—", DIM)]
        names = wrap(row.label, label, DIM, limit=3)
        lines: list[Content] = []
        if any(len(word) > label for word in row.label.split()):  # a name that would be broken in two
            head = Content.assemble((f"{glyph} ", color), flat(middle(row.label, width - 2), DIM))
            lines, names, first = [head], [], ("  ", "")
        else:
            first = (f"{glyph} ", color)
        for index in range(max(len(values), len(names))):
            cells = [
                Content.styled(*first) if index == 0 else Content("  "),
                (names[index] if index < len(names) else Content("")).pad_right(
                    label - names[index].cell_length if index < len(names) else label
                ),
                Content("  "),
                values[index].truncate(value, pad=True) if index < len(values) else Content(" " * value),
            ]
            if index == 0 and source:
                cells += [Content("  "), fit(row.source, source, DIM)]
            if index == 0 and with_age:
                cells.append(
                    fit(ago(row.observed_at, clock()), AGE, DIM).right(AGE) if row.observed_at else Content("")
                )
            lines.append(Content.assemble(*cells))
        if row.expected and wrong:
            indent = Content(" " * (label + 4))
            text = wrap(row.expected, value - 9, "", limit=2)
            for index, line in enumerate(text):
                prefix = ("expected ", DIM) if index == 0 else ("         ", "")
                lines.append(Content.assemble(indent, prefix, line))
        return lines

    detail = joined(
        flat(f"{glyph} {WORDS[row.mark]}", color) if WORDS[row.mark] else "",
        flat(row.source) if row.source else lit("no source", DIM),
        flat(f"seen {seen(row.observed_at, clock())}" if row.observed_at else "", DIM),
    )
    more = "\n".join(
        part
        for part in (
            row.value or "No value.",
            f"\nExpected: {row.expected}" if row.expected else "",
            f"\nSource: {row.source}" if row.source else "",
            f"Seen: {seen(row.observed_at, clock())}" if row.observed_at else "",
            f"\n{row.more}" if row.more else "",
        )
        if part
    )
    return Item(
        f"{row.section}/{row.label}/{number}", paint, detail, row.more or row.value, f"{row.label}\n{more}", row
    )
