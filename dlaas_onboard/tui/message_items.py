"""The messages as entries: what each is, and whether that was read, is a guess, or was confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from dlaas_onboard.journey.request.message_entry import message_words
from dlaas_onboard.journey.request.message_words import whole
from dlaas_onboard.journey.situation.message_row import RowOrigin
from dlaas_onboard.tui.fact_items import joined
from dlaas_onboard.tui.item_list import Item, heading
from dlaas_onboard.tui.safe_text import PROSE, flat, wrap
from dlaas_onboard.tui.theme import KEY

if TYPE_CHECKING:
    from dlaas_onboard.journey.situation.message_row import MessageRow, MessageTable

_MARKS = {
    RowOrigin.READ: ("● read", "$text-success"),
    RowOrigin.GUESS: ("○ guess", "$text-warning"),
    RowOrigin.CONFIRMED: ("✓ confirmed", "$text-success"),
}


class AddMessage:
    """The entry by which a message is added to the table."""


def message_items(table: MessageTable) -> list[Item]:
    """Return the messages, those to confirm first, and the entry that adds one."""
    waiting = len(table.open)
    note = f"{waiting} to confirm: a guess claims nothing" if waiting else "all read or confirmed" if table.rows else ""
    rows = sorted(table.rows, key=lambda row: row.claims)
    return [heading("Messages", note), *map(_message, rows), _add()]


def _add() -> Item:
    words = "Add a message that the service sends"

    def paint(_width: int) -> list[Content]:
        return [Content.assemble(("+ ", KEY), flat(words))]

    detail = joined(Content.assemble(("enter", KEY), " asks what it is"))
    return Item("message.new", paint, detail, words, words, AddMessage())


def _message(row: MessageRow) -> Item:
    words, style = _MARKS[row.origin]

    def paint(width: int) -> list[Content]:
        lines = wrap(message_words(row), min(width, PROSE + 2) - 14)
        first = Content.styled(f"{words:<12}  ", style)
        return [Content.assemble(first if index == 0 else " " * 14, line) for index, line in enumerate(lines)]

    by = f"confirmed by {row.by}" if row.by else ""
    detail = joined(
        Content.assemble(("enter", KEY), " confirms or changes it"),
        flat(", ".join(map(str, row.sources))),
        flat(f"recipient in the code: {row.recipient_code}") if row.recipient_code else "",
        flat(f"reads like marketing: {row.marketing}", "$text-warning") if row.bulk else "",
        flat(by),
    )
    return Item(f"message.{row.id}", paint, detail, message_words(row), whole(row) or message_words(row), row)
